//! `cargo xtask cost FILE`: growth of the cost of `regen --offline` with the size of the document.
//!
//! Repeats the paths and components of the document under other names, and measures each stage of `regen --offline` with the small and
//! the large document, from reading the text to the search for code that a change of each component touches.

mod stages;

use serde_json::{Value, json};

use crate::divergence;
use crate::fetch::Limits;
use crate::flags::{self, Cost};
use crate::impact::{self, Vocabulary};
use crate::regen::Outcome;
use crate::source;
use crate::surface;
use openapi_canonical::Result;
use openapi_canonical::document;
use openapi_canonical::json;
use openapi_canonical::keywords::for_each_object_mut;
use openapi_canonical::plain_text;
use openapi_canonical::schema;
use openapi_for_progenitor::steps;
use openapi_for_progenitor::verify;
use stages::Stages;

/// Number of measurements of each size; the smallest counts, since other processes only add to it.
const RUNS: usize = 3;

/// Prints the cost of the document and of the larger one, stage by stage.
pub(crate) fn run(flags: &Cost) -> Result<Outcome> {
    let place = flags.file.display().to_string();
    let bytes = source::read_bounded(&flags.file, &place, &Limits::default())?;
    let document = document::parse_served(plain_text::decoded(&bytes, &place)?, &place)?;
    let (small, large) = (
        json::pretty(&document),
        json::pretty(&copies(&document, flags.times)),
    );
    let (one, many) = (measured(&small)?, measured(&large)?);
    let size = |text: &str| text.len() / 1000;
    let (small, large) = (size(&small), size(&large));
    println!(
        "{place}: {small} kB; {} times as large: {large} kB",
        flags.times
    );
    print!("{}", stages::table(&one, &many));
    Ok(Outcome::Unchanged)
}

fn measured(text: &str) -> Result<Stages> {
    let mut least = Stages::default();
    for _ in 0..RUNS {
        let mut stages = Stages::default();
        derive(text, &mut stages)?;
        least = least.least(stages);
    }
    Ok(least)
}

/// Derives what `regen --offline` derives, from a document in the part of both the served and the documented one, and compares
/// it with an earlier version of itself.
fn derive(text: &str, stages: &mut Stages) -> Result<()> {
    const PLACE: &str = "the document";
    let read = || openapi_canonical::read(text.as_bytes(), PLACE);
    let document = stages.time("read, and made OpenAPI 3.0", read)?;
    let served = document.as_value();
    stages.time("known by its operations", || {
        openapi_reconcile::coverage(&document, served)
    });
    let joined = stages.time("reconciled", || {
        openapi_reconcile::reconcile(&document, served)
    });
    let (reconciled, divergences) = (joined.document, joined.divergences);
    stages.time("surface and differences reported", || {
        surface::render(&[&reconciled], true) + &divergence::render(&divergences, true)
    });
    let (normalised, _) = stages.time("normalised", || steps::normalise(reconciled));
    stages.time("verified", || verify::check(&normalised, PLACE))?;
    stages.time("written", || json::pretty(&normalised));
    let before = edited(served);
    let changes = stages.time("drift reported", || openapi_drift::changes(&before, served));
    stages.time("own code searched", || {
        let vocabulary = Vocabulary::of(&[&normalised], &[&before, served]);
        impact::entries(&flags::workspace_root(), &vocabulary, changes)
    })?;
    stages.time(stages::COPY, || served.clone());
    Ok(())
}

/// Returns an earlier version of a document, in which one field of each component has another schema.
fn edited(document: &Value) -> Value {
    let mut edited = document.clone();
    for (_, component) in schema::components_mut(&mut edited) {
        let fields = component
            .get_mut("properties")
            .and_then(Value::as_object_mut);
        if let Some(field) = fields.and_then(|fields| fields.values_mut().next()) {
            *field = json!({"type": "boolean"});
        }
    }
    edited
}

/// Returns a document with every path and component so many times.
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
    for_each_object_mut(value, &mut |members| {
        for (keyword, suffix) in [("$ref", "Copy"), ("operationId", "_copy")] {
            if let Some(Value::String(name)) = members.get_mut(keyword) {
                name.push_str(&format!("{suffix}{number}"));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        let mut stages = Stages::default();
        derive(&large.to_string(), &mut stages).unwrap();
        assert_eq!(openapi_drift::changes(&edited(&large), &large).len(), 3);
    }
}
