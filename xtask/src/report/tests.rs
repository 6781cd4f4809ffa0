//! The three forms of a report on the same changes.

use serde_json::json;

use super::{FailOn, Format, Report, Verification, destinations};
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
fn what_could_not_be_verified_is_told_as_that_in_every_form() {
    let why = "no matching package named `oven` found";
    let report = Report {
        verification: Verification::Unknown(why.to_owned()),
        ..Report::unverified(None, "new.json".to_owned(), Vec::new())
    };
    for (format, told) in [
        (
            Format::Text,
            "not verified: could not tell whether our own code compiles: no matching package named `oven` found\n",
        ),
        (
            Format::Markdown,
            "**It could not be told whether our own code compiles with it**: `` no matching package named `oven` found ``\n",
        ),
        (Format::Json, "\"verification\": \"unknown\",\n"),
        (
            Format::Json,
            "\"reason\": \"no matching package named `oven` found\",\n",
        ),
    ] {
        let text = report.render(format);
        assert!(text.contains(told), "{text}");
        assert!(!text.contains("does not compile"), "{text}");
    }
}

#[test]
fn a_report_takes_the_place_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    for _ in 0..2 {
        let destinations = destinations(std::slice::from_ref(&path), &[]).unwrap();
        destinations[0].write(&report()).unwrap();
    }
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(written["breaking"], 2);
}
