//! Properties of every preparation, on random documents; `OPENAPI_DOCUMENTS` and `OPENAPI_SEED` choose them.

mod generated;
mod losses;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use openapi_canonical::Result;
use openapi_canonical::extensions::opentrain;
use openapi_canonical::json;
use openapi_canonical::locations;
use openapi_canonical::losses::Loss;
use openapi_for_progenitor::{Options, Prepared, prepare};
use openapi_samples::{Chance, DOCUMENTS, damaged, document, for_all, same, shuffle};

fn prepared(document: &Value) -> Result<Prepared> {
    let document = openapi_canonical::read(document.to_string().as_bytes(), "It")?;
    let options = Options {
        extension_prefix: opentrain::PREFIX.to_owned(),
    };
    prepare(document, &options)
}

fn text(document: &Value) -> std::result::Result<String, String> {
    match prepared(document) {
        Ok(prepared) => Ok(json::pretty(&prepared.document)),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn a_normalised_document_is_already_normalised() {
    for_all(|document, _| {
        let Ok(once) = text(document) else {
            return Ok(());
        };
        let mut again: Value = serde_json::from_str(&once).expect("it was just written");
        without_rust_type(&mut again);
        same(&once, &text(&again)?)
    });
}

/// Writes `x-rust-type`, which only the generator reads, as a nullable schema. No other document may have it.
fn without_rust_type(document: &mut Value) {
    locations::visit_all(document, &mut |_, schema| {
        let Some(option) = schema.remove("x-rust-type") else {
            return;
        };
        let inner = option["parameters"][0].as_object().cloned();
        let inner = inner.expect("an option is one of a schema");
        if inner.contains_key("$ref") {
            schema.insert("allOf".to_owned(), json!([inner]));
        } else {
            schema.extend(inner);
        }
        schema.insert("nullable".to_owned(), json!(true));
    });
}

#[test]
fn a_legal_document_is_taken() {
    for seed in 0..DOCUMENTS {
        text(&document(seed)).unwrap();
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    for_all(|document, seed| {
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, &mut Chance::of_seed(seed));
        match (prepared(document), prepared(&shuffled)) {
            (Ok(one), Ok(other)) => {
                same(&json::pretty(&one.document), &json::pretty(&other.document))?;
                same(&sentences(&one.losses), &sentences(&other.losses))
            }
            (Err(_), Err(_)) => Ok(()),
            (one, other) => Err(format!("{:?} became {:?}", one.err(), other.err())),
        }
    });
}

/// Renders what is dropped, sorted, a line each.
fn sentences(losses: &[Loss]) -> String {
    let mut lines: Vec<String> = losses
        .iter()
        .map(|Loss { pointer, what }| format!("{pointer}: {what}"))
        .collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn whatever_is_damaged_nothing_panics() {
    for_all(|document, seed| {
        let mut chance = Chance::of_seed(seed);
        let mut changed = document.clone();
        for _ in 0..5 {
            changed = damaged(&changed, &mut chance);
            let outcome = catch_unwind(AssertUnwindSafe(|| prepared(&changed).map(drop)));
            // An error is a sentence about the document; a panic is a fault of ours.
            if outcome.is_err() {
                return Err(format!("it panics with {changed}"));
            }
        }
        Ok(())
    });
}
