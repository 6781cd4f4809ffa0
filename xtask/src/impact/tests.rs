//! Which lines a change touches, and which change a failure of the compiler is put to.

use std::fs;

use serde_json::{Value, json};

use super::{Compilation, Failure, blame, entries};
use crate::drift;
use crate::report::{Entry, Verification};

fn document(limit_is_required: bool, fields: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": {"/loaves/{id}": {"get": {
            "operationId": "loaves_get",
            "parameters": [{"name": "limit", "in": "query", "required": limit_is_required, "schema": {"type": "integer"}}],
            "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loaf"}}}}}}}},
        "components": {"schemas": {"Loaf": {"type": "object", "properties": fields}}}})
}

/// The limit is required now, and a field is gone.
fn touched(code: &str) -> Vec<Entry> {
    let old = document(
        false,
        &json!({"bakedAt": {"type": "string"}, "id": {"type": "string"}}),
    );
    let new = document(true, &json!({"id": {"type": "string"}}));
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("crates/opentrain/src/deep");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("loaves.rs"), code).unwrap();
    fs::write(folder.join("notes.txt"), "loaves_get limit Loaf baked_at").unwrap();
    entries(root.path(), &new, drift::compare(&old, &new)).unwrap()
}

fn summary(entries: &[Entry]) -> Vec<String> {
    let one = |entry: &Entry| {
        let change = &entry.change;
        format!(
            "{:?}: {:?} {:?}",
            change.kind, entry.touches, entry.failures
        )
    };
    entries.iter().map(one).collect()
}

#[test]
fn a_change_touches_the_lines_that_name_it_where_its_owner_is_named() {
    let found = touched("// limit\nraw.loaves_get(id, self.limit)\nloaf.baked_at\n");
    assert_eq!(
        summary(&found),
        [
            r#"ParameterRequired: ["crates/opentrain/src/deep/loaves.rs:2"] []"#,
            r#"FieldRemoved: ["crates/opentrain/src/deep/loaves.rs:3"] []"#
        ]
    );
    let elsewhere = touched("other.limit\nother.baked_at\n");
    assert!(elsewhere.iter().all(|entry| entry.touches.is_empty()));
}

#[test]
fn a_failure_is_put_to_the_change_that_it_names() {
    let mut found = touched("");
    let derived = document(true, &json!({}));
    let failures = [
        "a.rs:1: no field `baked_at` on type `Loaf`",
        "a.rs:2: `Oven` is not there",
    ];
    let compilation = Compilation::Failed(failures.map(Failure::of).into());
    let verification = blame(&mut found, &derived, compilation);
    assert_eq!(
        summary(&found),
        [
            "ParameterRequired: [] []",
            r#"FieldRemoved: [] ["a.rs:1: no field `baked_at` on type `Loaf`"]"#
        ]
    );
    let Verification::Failed(unexplained) = verification else {
        unreachable!("it failed");
    };
    assert_eq!(unexplained, ["a.rs:2: `Oven` is not there"]);
}

#[test]
fn a_failure_that_names_the_operation_alone_is_put_to_its_change() {
    let mut found = touched("");
    let failures = vec![Failure::of(
        "a.rs:1: `raw.loaves_get(id)` takes one argument more",
    )];
    blame(
        &mut found,
        &document(true, &json!({})),
        Compilation::Failed(failures),
    );
    assert!(summary(&found)[0].contains("a.rs:1"), "{found:?}");
}

#[test]
fn a_workspace_without_the_crate_is_not_verified() {
    let root = tempfile::tempdir().unwrap();
    let compilation = super::compile(root.path());
    assert!(
        matches!(compilation, Compilation::Skipped(_)),
        "{compilation:?}"
    );
}
