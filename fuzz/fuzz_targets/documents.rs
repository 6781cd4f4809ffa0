//! OpenAPI documents, JSON or YAML: read, and prepared for the generator.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openapi_canonical::read;
use openapi_for_progenitor::{Options, prepare};

fuzz_target!(|input: &[u8]| {
    // An error is as good as a document.
    if let Ok(document) = read(input, "It") {
        let _result = prepare(document, &Options::default());
    }
});
