//! Properties of every comparison of two documents.

use serde_json::{Value, json};

use openapi_canonical::down;
use openapi_canonical::schema;
use openapi_drift::Change;
use openapi_samples::{Chance, Verdict, for_all, shuffle};

fn read(document: &Value) -> Option<Value> {
    let (converted, _) = down::convert(document.clone(), "It").ok()?;
    Some(converted)
}

fn is_empty(changes: &[Change]) -> Verdict {
    match changes {
        [] => Ok(()),
        [first, ..] => Err(format!(
            "{}: {}",
            first.finding.location,
            first.what(str::to_owned)
        )),
    }
}

#[test]
fn a_document_has_not_changed_from_itself() {
    for_all(|document, seed| {
        let Some(document) = read(document) else {
            return Ok(());
        };
        is_empty(&openapi_drift::changes(&document, &document))?;
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, &mut Chance::of_seed(seed));
        is_empty(&openapi_drift::changes(&document, &shuffled))
    });
}

/// Edit of one operation that the comparison must report.
#[derive(Clone, Copy)]
struct Edit {
    name: &'static str,
    apply: fn(&mut Value),
    /// True if the edit breaks callers or readers of any operation.
    breaks: bool,
}

const EDITS: [Edit; 4] = [
    Edit {
        name: "a required parameter",
        apply: add_parameter,
        breaks: true,
    },
    Edit {
        name: "another response",
        apply: respond_otherwise,
        breaks: false,
    },
    Edit {
        name: "deprecation",
        apply: |operation| operation["deprecated"] = json!(true),
        breaks: false,
    },
    Edit {
        name: "another body",
        apply: send_otherwise,
        breaks: false,
    },
];

fn add_parameter(operation: &mut Value) {
    let added = json!({"name": "added-by-chance", "in": "query", "required": true, "schema": {"type": "string"}});
    match operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    {
        Some(parameters) => parameters.push(added),
        None => operation["parameters"] = json!([added]),
    }
}

fn send_otherwise(operation: &mut Value) {
    operation["requestBody"] =
        json!({"required": true, "content": {"text/tab": {"schema": {"type": "boolean"}}}});
}

fn respond_otherwise(operation: &mut Value) {
    operation["responses"] = json!({"299": {"description": "Other.", "content": {"text/csv": {"schema": {"type": "boolean"}}}}});
}

#[test]
fn a_change_of_an_operation_is_reported_there() {
    let seen = std::cell::Cell::new(0);
    for_all(|document, seed| {
        let Some(old) = read(document) else {
            return Ok(());
        };
        let operations = schema::operations(&old);
        if operations.is_empty() {
            return Ok(());
        }
        let mut chance = Chance::of_seed(seed);
        let (path, method, _) = operations[chance.below(operations.len())];
        let edit = EDITS[chance.below(EDITS.len())];
        let mut new = old.clone();
        (edit.apply)(&mut new["paths"][path][method]);
        let changes = openapi_drift::changes(&old, &new);
        let is_reported = |change: &Change| change.is_breaking() || !edit.breaks;
        if old != new && !changes.iter().any(is_reported) {
            return Err(format!("{} in {method} {path} is not report", edit.name));
        }
        seen.set(seen.get() + 1);
        Ok(())
    });
    assert!(seen.get() > 0, "no document had an operation");
}
