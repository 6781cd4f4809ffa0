//! Values with a text form: what was read is written so that it is read as the same value.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use opentrain::types::{Scope, Usd};
use opentrain_api::runtime::{encode_path, printable};
use opentrain_api::{Date, Timestamp};
use opentrain_fuzz::check_message;

fn check<T>(text: &str)
where
    T: FromStr<Err: std::error::Error> + Display + Debug + PartialEq,
{
    match text.parse::<T>() {
        Ok(value) => assert_eq!(value.to_string().parse::<T>().ok(), Some(value)),
        Err(error) => check_message(&error),
    }
}

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    check::<Timestamp>(&text);
    check::<Date>(&text);
    check::<Usd>(&text);
    assert_eq!(Scope::from(text.as_ref()).to_string(), text);
    if let Ok(amount) = serde_json::from_slice::<Usd>(input) {
        let written = serde_json::to_vec(&amount).expect("it is written as a number");
        assert_eq!(serde_json::from_slice::<Usd>(&written).ok(), Some(amount));
    }
    if let Ok(segment) = encode_path("id", &text) {
        assert!(!segment.contains(['/', '?', '#']) && segment != "." && segment != "..");
    }
    assert!(printable(&text, 300).chars().count() <= 301);
});
