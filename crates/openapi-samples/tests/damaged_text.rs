//! Documents whose text is damaged byte by byte: each is read, or refused with an error.

use openapi_canonical::read;

use openapi_samples::{Chance, for_all};

/// Pieces of text that JSON and YAML treat in a way of their own.
const PIECES: [&str; 16] = [
    "null",
    "[",
    "}",
    "\"",
    ":",
    ",",
    "\n  - ",
    "&a ",
    "*a",
    "!!binary ",
    "\t",
    "\u{feff}",
    "1e999",
    "\\ud800",
    "#/",
    "openapi: 3.1.0\n",
];

#[test]
fn a_document_of_damaged_text_is_read_or_refused() {
    for_all(|document, seed| {
        let mut chance = Chance::of_seed(seed);
        let text = document.to_string();
        for _ in 0..8 {
            let damaged = damaged(text.as_bytes(), &mut chance);
            // An error is as good as a document: a panic is none.
            let _result = read(&damaged, "It");
        }
        Ok(())
    });
}

/// Returns the text with a few pieces cut out, repeated or replaced.
fn damaged(text: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=chance.below(4) {
        let from = chance.below(bytes.len() + 1);
        let to = from + chance.below(bytes.len() - from + 1).min(40);
        match chance.below(5) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let repeated = bytes[from..to].to_vec();
                bytes.splice(from..from, repeated);
            }
            3 => drop(bytes.splice(
                from..to,
                [u8::try_from(chance.below(256)).expect("it is a byte")],
            )),
            _ => drop(bytes.splice(from..to, chance.one_of(&PIECES).bytes())),
        }
    }
    bytes
}
