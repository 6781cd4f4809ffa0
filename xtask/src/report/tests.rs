//! The three forms of a report on the same changes.

use serde_json::json;

use super::{Destination, FailOn, Format, Report, Verification};
use crate::drift;

fn report() -> Report {
    let operation = |maximum: u32| {
        json!({
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": maximum}}],
            "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loaf"}}}}}})
    };
    let loaf = |fields: serde_json::Value| json!({"schemas": {"Loaf": {"type": "object", "properties": fields}}});
    let old = json!({
        "openapi": "3.0.3", "paths": {"/loaves": {"get": operation(100)}},
        "components": loaf(json!({"a`b": {"type": "string"}, "id": {"type": "string"}}))});
    let new = json!({
        "openapi": "3.0.3", "paths": {"/loaves": {"get": operation(50)}},
        "components": loaf(json!({"id": {"type": "string"}, "evil\u{1b}[2J\nline": {"type": "string"}}))});
    let changes = drift::compare(&old, &new);
    let mut report =
        Report::unverified(Some("old.json".to_owned()), "new.json".to_owned(), changes);
    report.changes[0].touches = (1..=10)
        .map(|line| format!("src/loaf{line}.rs:{line}"))
        .collect();
    report.changes[0].failures =
        vec!["src/loaf.rs:7: E0609: no field `a_b` on type `Loaf`".to_owned()];
    report
}

#[test]
fn as_text() {
    insta::assert_snapshot!(report().render(Format::Text));
}

#[test]
fn as_markdown() {
    let mut report = report();
    report.verification =
        Verification::Failed(vec!["src/other.rs:1: E0425: `x` is not there".to_owned()]);
    insta::assert_snapshot!(report.render(Format::Markdown));
}

#[test]
fn as_json() {
    insta::assert_snapshot!(report().render(Format::Json));
}

#[test]
fn nothing_is_told_in_few_words() {
    let none = Report {
        verification: Verification::Passed,
        ..Report::unverified(
            Some("old.json".to_owned()),
            "new.json".to_owned(),
            Vec::new(),
        )
    };
    assert_eq!(
        none.render(Format::Text),
        "drift from old.json to new.json: no change\nverified: our own code compiles with it\n"
    );
    assert!(!none.is_failure(Some(FailOn::Any)));
    assert!(report().is_failure(Some(FailOn::Breaking)));
    assert!(!report().is_failure(None));
}

#[test]
fn a_report_that_cannot_be_written_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [
        ("report", "its name tells no format"),
        ("missing/report.md", "cannot write the report"),
    ] {
        let sentence = Destination::of(&folder.path().join(name))
            .unwrap_err()
            .to_string();
        assert!(sentence.contains(part), "{sentence}");
    }
    let path = folder.path().join("report.json");
    Destination::of(&path).unwrap().write(&report()).unwrap();
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(written["breaking"], 2);
}
