//! Deliveries to a webhook: headers and body as they arrive. None verifies but the one that was signed.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use opentrain::webhook::{Signer, Verifier};
use opentrain_fuzz::{SECRET, check_message};

const BODY: &[u8] = br#"{"id":"1","type":"message.received"}"#;
const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const AGE: Duration = Duration::from_secs(1_700_000_000);

static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new([SECRET]).expect("it is a secret"));

fuzz_target!(|input: &[u8]| {
    let now = NOW + AGE;
    // The body itself, with a signature from outside: several headers, each a line.
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append("x-opentrain-signature", value);
        }
    }
    match VERIFIER.verify(&headers, BODY, now) {
        Ok(verified) => assert_eq!(verified.body().as_ref(), BODY),
        Err(error) => check_message(&error),
    }
    // A body that is signed: it verifies, and its event is read or refused.
    let signature = Signer::new(SECRET)
        .expect("it is a secret")
        .sign(input, now);
    let verified = VERIFIER
        .verify_signature(&signature, input.to_vec(), now)
        .expect("it was signed now");
    if let Err(error) = verified.event() {
        check_message(&error);
    }
    assert!(VERIFIER.verify_signature(&signature, BODY, now).is_err() || input == BODY);
});
