//! Events and the state of a feed: an event or a checkpoint that was read is written so that it is read as the same one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use opentrain::event::Event;
use opentrain::feed::Checkpoint;
use opentrain_fuzz::check_message;

fuzz_target!(|input: &[u8]| {
    match Event::parse(input) {
        Ok(event) => {
            let again = Event::parse(event.json().as_bytes()).expect("its own JSON is read");
            assert_eq!(again.json(), event.json());
        }
        Err(error) => check_message(&error),
    }
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    match Checkpoint::parse(text, "here") {
        Ok(read) => assert_eq!(Checkpoint::parse(&read.to_json(), "here").ok(), Some(read)),
        Err(error) => check_message(&error),
    }
});
