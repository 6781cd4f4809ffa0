//! Property: the generator takes every document that was prepared.

use serde_json::Value;

use super::prepared;
use openapi_for_progenitor::generator;
use openapi_samples::{
    Chance, DOCUMENTS, Verdict, damaged, document, for_all, number, smallest_part,
};

/// Damaged places in one document.
const DAMAGES: usize = 6;

/// Shows that a document is refused with a sentence of ours, or taken by the generator.
fn taken(document: &Value) -> Verdict {
    let Ok(prepared) = prepared(document) else {
        return Ok(());
    };
    generator::ask(&prepared.document).map_err(|refusal| format!("{refusal:?}"))
}

#[test]
fn the_generator_takes_what_is_prepared() {
    for_all(|document, _| taken(document));
}

#[test]
fn the_generator_takes_what_is_prepared_of_damaged_documents() {
    let first = number("OPENAPI_SEED").unwrap_or(0);
    for seed in first..first + number("OPENAPI_DOCUMENTS").unwrap_or(DOCUMENTS) {
        let mut chance = Chance::of_seed(!seed);
        let mut changed = document(seed);
        for _ in 0..DAMAGES {
            changed = damaged(&changed, &mut chance);
        }
        if taken(&changed).is_err() {
            let smallest = smallest_part(&changed, |part| taken(part).is_err());
            let fault = taken(&smallest);
            panic!("OPENAPI_SEED={seed} OPENAPI_DOCUMENTS=1: {fault:?}\n{smallest}");
        }
    }
}
