//! Property: the generator takes every document that was prepared.

use serde_json::Value;

use super::chance::Chance;
use super::{DOCUMENTS, Verdict, documents, for_all, number, prepared, smallest};
use openapi_for_progenitor::generator;

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
    let first = number("XTASK_SEED").unwrap_or(0);
    for seed in first..first + number("XTASK_DOCUMENTS").unwrap_or(DOCUMENTS) {
        let mut chance = Chance::of_seed(!seed);
        let mut damaged = documents::document(seed);
        for _ in 0..DAMAGES {
            damaged = documents::damaged(&damaged, &mut chance);
        }
        if taken(&damaged).is_err() {
            let smallest = smallest::part(&damaged, |part| taken(part).is_err());
            let fault = taken(&smallest);
            panic!("XTASK_SEED={seed} XTASK_DOCUMENTS=1: {fault:?}\n{smallest}");
        }
    }
}
