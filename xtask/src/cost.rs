//! `cargo xtask cost FILE`: how the cost of everything that is derived grows with the document.
//!
//! The document is made several times as large, by the same paths and components under other names, and derived from as `regen`
//! does it, from the text to the client's document.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::document;
use crate::down;
use crate::error::Result;
use crate::fetch::Limits;
use crate::flags::Cost;
use crate::json;
use crate::keywords::{Holds, holds};
use crate::normalise;
use crate::reconcile;
use crate::regen::Outcome;
use crate::source;
use crate::straighten::straighten;
use crate::surface;
use crate::verify;

/// How often each size is measured; the least counts, since everything else on the machine only adds to it.
const RUNS: usize = 3;

/// Prints the cost of the document and of the larger one.
pub(crate) fn run(flags: &Cost) -> Result<Outcome> {
    let place = flags.file.display().to_string();
    let bytes = source::read_bounded(&flags.file, &place, &Limits::default())?;
    let document = document::parse_served(source::decoded(&bytes, &place)?, &place)?;
    let (small, large) = (
        json::pretty(&document),
        json::pretty(&copies(&document, flags.times)),
    );
    let (one, many) = (measured(&small)?, measured(&large)?);
    let bytes = |text: &str| text.len() / 1000;
    let growth = many.as_secs_f64() / one.as_secs_f64().max(f64::EPSILON);
    println!("{place}: {} kB in {} ms", bytes(&small), one.as_millis());
    println!(
        "{} times as large: {} kB in {} ms",
        flags.times,
        bytes(&large),
        many.as_millis()
    );
    println!("{growth:.1} times the cost");
    Ok(Outcome::Unchanged)
}

fn measured(text: &str) -> Result<Duration> {
    let mut least = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        derive(text)?;
        least = least.min(start.elapsed());
    }
    Ok(least)
}

/// Everything that `regen` does between reading and writing, with the document as what is served and what is documented.
fn derive(text: &str) -> Result<()> {
    const PLACE: &str = "the document";
    let served = document::parse_served(text, PLACE)?;
    let (converted, _) = down::convert(served, PLACE)?;
    let (reconciled, _) = reconcile::reconcile(&straighten(&converted), &converted);
    let _surface = surface::render(&[&reconciled], true);
    let (normalised, _) = normalise::normalise(reconciled);
    verify::check(&normalised, PLACE)?;
    let _text = json::pretty(&normalised);
    Ok(())
}

/// A document with everything in it so many times.
fn copies(document: &Value, times: usize) -> Value {
    let mut whole = document.clone();
    for number in 2..=times {
        let mut copy = document.clone();
        rename(&mut copy, number);
        for pointer in [
            "/paths",
            "/components/schemas",
            "/components/parameters",
            "/components/responses",
            "/components/requestBodies",
        ] {
            let prefix = if pointer == "/paths" {
                format!("/copy{number}")
            } else {
                String::new()
            };
            let suffix = if pointer == "/paths" {
                String::new()
            } else {
                format!("Copy{number}")
            };
            let Some(Value::Object(members)) = copy.pointer_mut(pointer).map(Value::take) else {
                continue;
            };
            if let Some(all) = whole.pointer_mut(pointer).and_then(Value::as_object_mut) {
                all.extend(
                    members
                        .into_iter()
                        .map(|(name, member)| (format!("{prefix}{name}{suffix}"), member)),
                );
            }
        }
    }
    whole
}

/// Gives every reference and every operation the name that it has in a copy.
fn rename(value: &mut Value, number: usize) {
    match value {
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| rename(element, number)),
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), holds(key), member) {
                    ("$ref", _, Value::String(target)) => target.push_str(&format!("Copy{number}")),
                    ("operationId", _, Value::String(id)) => id.push_str(&format!("_copy{number}")),
                    (_, Holds::Data, _) => {}
                    (_, Holds::Names, Value::Object(named)) => {
                        named.values_mut().for_each(|value| rename(value, number));
                    }
                    (_, _, member) => rename(member, number),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema;

    #[test]
    fn a_larger_document_has_everything_under_other_names_and_is_whole() {
        let document = json!({"openapi": "3.0.3", "info": {"title": "It", "version": "1"},
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/R"}}}}},
            "components": {"responses": {"R": {"description": "d", "content": {"application/json": {"schema": schema::reference_to("A")}}}},
                "schemas": {"A": {"type": "object", "properties": {"next": schema::reference_to("A")}, "example": {"$ref": "#/no"}}}}});
        let large = copies(&document, 3);
        document::check_references(&large, "It").unwrap();
        assert_eq!(schema::operations(&large).len(), 3);
        assert_eq!(
            large["components"]["schemas"]["ACopy3"]["properties"]["next"],
            schema::reference_to("ACopy3")
        );
        assert_eq!(
            large["components"]["schemas"]["ACopy3"]["example"],
            json!({"$ref": "#/no"})
        );
        assert_eq!(copies(&document, 1), document);
        derive(&large.to_string()).unwrap();
    }
}
