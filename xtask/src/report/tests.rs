//! The three forms of a report on the same changes.

use serde_json::json;

use super::{Baseline, Documentation, FailOn, Gate, NoEarlier, Report, Verification, destinations};
use openapi_drift::{self, Format, rules};

fn no_baseline() -> Baseline {
    Baseline::Documentation(Documentation::default())
}

/// Returns the flags `--fail-on` and `--allow-uncompared`.
fn gate(fail_on: FailOn, allow_uncompared: bool) -> Gate {
    Gate {
        fail_on: Some(fail_on),
        allow_uncompared,
    }
}

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
    let changes = openapi_drift::changes(&old, &new);
    let mut report = Report::unverified(
        Baseline::Document("old.json".to_owned()),
        "new.json".to_owned(),
        changes,
    );
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
fn a_report_without_changes_is_short() {
    let none = Report {
        verification: Verification::Passed,
        ..Report::unverified(
            Baseline::Document("old.json".to_owned()),
            "new.json".to_owned(),
            Vec::new(),
        )
    };
    assert_eq!(
        none.render(Format::Text),
        "drift from old.json to new.json: no change\nverified: our own code compiles with it\n"
    );
    assert!(!none.is_failure(gate(FailOn::Any, false)).unwrap());
    assert!(report().is_failure(gate(FailOn::Breaking, false)).unwrap());
    assert!(!report().is_failure(Gate::default()).unwrap());
}

#[test]
fn a_difference_that_was_not_compared_fails_unless_it_is_allowed() {
    let unknown = |changes| Report {
        uncompared: vec!["/components/schemas/A\u{1b}/contentMediaType".to_owned()],
        ..Report::unverified(
            Baseline::Document("old.json".to_owned()),
            "new.json".to_owned(),
            changes,
        )
    };
    let only_unknown = unknown(Vec::new());
    for fail_on in [FailOn::Breaking, FailOn::Any] {
        let error = only_unknown.is_failure(gate(fail_on, false)).unwrap_err();
        let sentence = error.to_string();
        assert!(sentence.contains("/components/schemas/A /contentMediaType"));
        assert!(sentence.contains("--allow-uncompared"), "{sentence}");
        assert!(!only_unknown.is_failure(gate(fail_on, true)).unwrap());
    }
    assert!(!only_unknown.is_failure(Gate::default()).unwrap());
    // A known failure counts beside unknown differences.
    let mut both = report();
    both.uncompared.clone_from(&only_unknown.uncompared);
    assert!(both.is_failure(gate(FailOn::Breaking, false)).unwrap());
    for format in [Format::Text, Format::Markdown, Format::Json] {
        assert!(both.render(format).to_lowercase().contains("compared"));
    }
}

/// Returns the report on a first served document with one compiler error.
fn first_served(contradictions: &[&str]) -> Report {
    let mut report = report();
    report.changes.truncate(1);
    report.baseline = Baseline::Documentation(Documentation {
        reason: NoEarlier::FirstServed,
        differences: vec![("filled", 3), ("overruled", contradictions.len())],
        contradictions: contradictions.iter().map(|&text| text.to_owned()).collect(),
    });
    report
}

#[test]
fn the_first_served_document_has_contradictions_and_no_drift() {
    let report = first_served(&["/components/schemas/Loaf/properties/id: served as integer"]);
    insta::assert_snapshot!(report.render(Format::Text));
    insta::assert_snapshot!(report.render(Format::Markdown));
    let json: serde_json::Value = serde_json::from_str(&report.render(Format::Json)).unwrap();
    assert_eq!(json["old"], json!(null));
    assert_eq!(json["first_served"], true);
    assert_eq!(json["contradictions"].as_array().unwrap().len(), 1);
}

#[test]
fn with_the_first_served_document_only_contradictions_fail_a_run() {
    for fail_on in [FailOn::Breaking, FailOn::Any] {
        let fails = |contradictions: &[&str]| {
            let report = first_served(contradictions);
            report.is_failure(gate(fail_on, false)).unwrap()
        };
        assert!(fails(&["/paths: served without a body"]));
        assert!(!fails(&[]));
    }
}

#[test]
fn the_rules_are_printed_in_every_format() {
    let markdown = rules(Format::Markdown);
    insta::assert_snapshot!(markdown);
    assert!(markdown.lines().all(|row| row.matches('|').count() == 5));
    let text = rules(Format::Text);
    assert!(text.contains(
        "field no longer required (field-optional)\n    callers unaffected: requests accepted so far still are\n    affects readers: the field may be missing\n"
    ));
    let rows: serde_json::Value = serde_json::from_str(&rules(Format::Json)).unwrap();
    let is_added = |row: &&serde_json::Value| row["kind"] == "operation-added";
    let added = rows.as_array().unwrap().iter().find(is_added).unwrap();
    assert_eq!(added["readers"]["breaks"], false);
}

#[test]
fn an_unknown_verification_is_reported_in_every_format() {
    let why = "no matching package named `oven` found";
    let report = Report {
        verification: Verification::Unknown(why.to_owned()),
        ..Report::unverified(no_baseline(), "new.json".to_owned(), Vec::new())
    };
    for (format, expected) in [
        (
            Format::Text,
            "not verified: it is unknown whether our own code compiles: no matching package named `oven` found\n",
        ),
        (
            Format::Markdown,
            "**It is unknown whether our own code compiles with it**: `` no matching package named `oven` found ``\n",
        ),
        (Format::Json, "\"verification\": \"unknown\",\n"),
        (
            Format::Json,
            "\"reason\": \"no matching package named `oven` found\",\n",
        ),
    ] {
        let text = report.render(format);
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("does not compile"), "{text}");
    }
}

#[test]
fn a_report_replaces_the_previous_one() {
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
