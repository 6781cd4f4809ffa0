//! Drift reports of a run and of `drift OLD NEW`: changes, the affected side, and the lines of our own code.

use std::fs;

use serde_json::{Value, json};

use crate::documents;
use crate::newer;
use crate::workspace::{Run, Workspace, run};

/// Runs `drift` on two documents.
fn drift(old: &Value, new: &Value, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let paths = [("old.json", old), ("new.json", new)].map(|(name, document)| {
        let path = folder.path().join(name);
        fs::write(&path, document.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let mut run = run(&[&["drift", &paths[0], &paths[1]], arguments].concat());
    run.output = run.output.replace(folder.path().to_str().unwrap(), "…");
    run
}

pub(crate) fn plain() -> Value {
    documents::plain(&documents::documented())
}

pub(crate) fn edited(edit: impl FnOnce(&mut Value)) -> Value {
    let mut document = plain();
    edit(&mut document);
    document
}

/// Removes an operation, changes a field's type, and makes a parameter required.
pub(crate) fn three_breaks(document: &mut Value) {
    document["paths"]["/jobs/{id}"]
        .as_object_mut()
        .unwrap()
        .shift_remove("patch");
    document["components"]["schemas"]["Job"]["properties"]["postedAt"] =
        json!({"type": "integer", "nullable": true});
    document["paths"]["/jobs"]["get"]["parameters"][1]["required"] = json!(true);
}

#[test]
fn three_breaks_are_exactly_three() {
    let run = drift(&plain(), &edited(three_breaks), &["--fail-on", "breaking"]);
    run.expect_code(1);
    insta::assert_snapshot!(run.output);
}

#[test]
fn additions_are_not_breaking() {
    let new = edited(|document| {
        document["paths"]["/jobs/{id}"]["delete"] =
            json!({"responses": {"204": {"description": "Gone."}}});
        document["paths"]["/jobs"]["get"]["parameters"]
            .as_array_mut()
            .unwrap()
            .push(json!({"name": "country", "in": "query", "schema": {"type": "string"}}));
        document["components"]["schemas"]["Job"]["properties"]["country"] =
            json!({"type": "string"});
        document["components"]["schemas"]["PayKind"]["enum"]
            .as_array_mut()
            .unwrap()
            .push(json!("PER_TASK"));
    });
    let run = drift(&plain(), &new, &["--fail-on", "breaking"]);
    run.expect_code(0);
    insta::assert_snapshot!(run.output);
    drift(&plain(), &new, &["--fail-on", "any"]).expect_code(1);
}

#[test]
fn another_notation_of_the_same_schema_is_no_drift() {
    let document = plain();
    for mut other in [
        documents::shuffled(&document),
        documents::renamed(&document),
        documents::inlined(&document),
        documents::split_otherwise(&document),
        newer::newer(&document),
        newer::newer_with_choices(&document),
        newer::with_definitions(&document),
        newer::with_path_items(&document),
    ] {
        // What is sent to others is more than words.
        other.as_object_mut().unwrap().shift_remove("webhooks");
        for (old, new) in [(&document, &other), (&other, &document)] {
            let run = drift(old, new, &["--fail-on", "any"]);
            assert!(run.output.contains(": no change\n"), "{run:#?}");
            run.expect_code(0);
        }
    }
}

/// Returns a document with a webhook. Its parameters are not compared.
fn with_webhook(parameters: &Value) -> Value {
    edited(|document| {
        document["openapi"] = json!("3.1.0");
        document["webhooks"] = json!({"hired": {"post": {"parameters": parameters}}});
    })
}

#[test]
fn a_difference_that_is_not_compared_is_listed_and_never_passes_unless_it_is_allowed() {
    let parameters = json!([{"name": "X-Signature", "in": "header"}]);
    let (old, new) = (with_webhook(&json!([])), with_webhook(&parameters));
    let run = drift(&old, &new, &["--fail-on", "breaking"]);
    run.expect_sentence(&["1 not compared: /webhooks", "--allow-uncompared"]);
    insta::assert_snapshot!(run.output);
    for fail_on in ["breaking", "any"] {
        drift(&old, &new, &["--fail-on", fail_on]).expect_code(2);
        let allowed = ["--fail-on", fail_on, "--allow-uncompared"];
        drift(&old, &new, &allowed).expect_code(0);
        drift(&new, &new, &["--fail-on", fail_on]).expect_code(0);
    }
    drift(&old, &new, &[]).expect_code(0);
    // A known break counts more than what is unknown.
    let mut broken = new.clone();
    three_breaks(&mut broken);
    drift(&old, &broken, &["--fail-on", "breaking"]).expect_code(1);
    let workspace = Workspace::served(&old);
    let file = workspace.path("new.json");
    fs::write(&file, new.to_string()).unwrap();
    let source = ["--from", file.to_str().unwrap(), "--fail-on", "breaking"];
    let run = workspace.regen(&source);
    run.expect_sentence(&["1 not compared: /webhooks"]);
    assert!(run.output.contains("wrote spec/openapi.json"), "{run:#?}");
    // Nothing is new to the second run.
    workspace.regen(&source).expect_code(0);
}

#[test]
fn conditions_and_webhooks_are_compared() {
    let new = edited(|document| {
        document["openapi"] = json!("3.1.0");
        document["webhooks"] = json!({"hired": {"post": {}}});
        document["components"]["schemas"]["Job"]["dependentRequired"] =
            json!({"postedAt": ["title"]});
    });
    let run = drift(&plain(), &new, &["--fail-on", "breaking"]);
    run.expect_code(0);
    insta::assert_snapshot!(run.output);
    drift(&plain(), &new, &["--fail-on", "any"]).expect_code(1);
    drift(&new, &new, &["--fail-on", "any"]).expect_code(0);
}

#[test]
fn every_format_of_the_report_lists_the_same_changes() {
    let new = edited(three_breaks);
    let json = drift(&plain(), &new, &["--format", "json"]);
    let report: Value = serde_json::from_str(&json.output).unwrap();
    assert_eq!(
        (&report["breaking"], &report["not_breaking"]),
        (&json!(3), &json!(0))
    );
    let markdown = drift(&plain(), &new, &["--format", "markdown"]).output;
    for change in report["changes"].as_array().unwrap() {
        let place = change["location"].as_str().unwrap();
        assert!(markdown.contains(&format!("- `{place}`: ")), "{markdown}");
    }
}

#[test]
fn an_input_that_is_no_document_is_an_error() {
    let run = drift(&plain(), &json!({"title": "none"}), &[]);
    run.expect_sentence(&["new.json is no OpenAPI document"]);
}

#[test]
fn a_run_reports_the_changes_since_the_previous_one() {
    let workspace = Workspace::served(&plain());
    let run = workspace.take(&plain());
    assert!(
        run.expect_code(0).output.contains(": no change\n"),
        "{run:#?}"
    );
    let run = workspace.take(&edited(three_breaks));
    assert!(
        run.output
            .contains("drift from the previous served document"),
        "{run:#?}"
    );
    assert!(
        run.output.contains(": 3 breaking changes, 0 other\n"),
        "{run:#?}"
    );
    // There is no code here to verify, and the report says so.
    assert!(
        run.output
            .contains("not verified: there is no crates/opentrain here\n"),
        "{run:#?}"
    );
    run.expect_code(0);
}

/// Takes a document as the first served one, on a workspace with the stand-in.
fn take_first(document: &Value, flags: &[&str]) -> (Workspace, Run) {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    let file = workspace.path("new.json");
    fs::write(&file, document.to_string()).unwrap();
    let run = workspace.regen(&[&["--from", file.to_str().unwrap()], flags].concat());
    (workspace, run)
}

#[test]
fn the_first_served_document_is_compared_with_the_documentation_alone() {
    let (workspace, run) = take_first(&edited(three_breaks), &["--fail-on", "breaking"]);
    let is_reported = run.output.contains(
        "new.json is the first served document, so it is compared with the documentation alone: ",
    );
    assert!(is_reported, "{run:#?}");
    assert!(run.output.contains("\ncontradictions between the served "));
    assert!(!run.output.contains("stand-in of before"), "{run:#?}");
    assert!(!run.output.contains("\nbreaking:\n"), "{run:#?}");
    run.expect_code(1);
    // The next document has this one before it.
    let run = workspace.take(&plain());
    assert!(
        run.output
            .contains("drift from the previous served document")
    );
}

#[test]
fn a_first_served_document_that_describes_less_has_no_contradictions() {
    let less = edited(|document| {
        document["paths"].as_object_mut().unwrap().remove("/jobs");
        let schemas = document["components"]["schemas"].as_object_mut().unwrap();
        for schema in schemas.values_mut() {
            schema.as_object_mut().unwrap().remove("required");
        }
        document["components"]["schemas"]["Job"]["properties"]
            .as_object_mut()
            .unwrap()
            .remove("postedAt");
    });
    for document in [plain(), less] {
        for fail_on in ["breaking", "any"] {
            let (workspace, run) = take_first(&document, &["--fail-on", fail_on]);
            assert!(run.output.contains(": no contradiction; "), "{run:#?}");
            run.expect_code(0);
            workspace.regen(&["--offline", "--check"]).expect_code(0);
        }
    }
}

#[test]
fn an_unreadable_earlier_document_fails() {
    for broken in [
        Some("{\"openapi\": \"3.0.3\", \"paths\": "),
        Some("{\"swagger\": \"2.0\", \"info\": {}, \"paths\": {}}"),
        None,
    ] {
        let workspace = Workspace::served(&plain());
        match broken {
            Some(text) => fs::write(workspace.path("spec/openapi.json"), text).unwrap(),
            None => fs::remove_file(workspace.path("spec/openapi.json")).unwrap(),
        }
        let file = workspace.path("new.json");
        fs::write(&file, plain().to_string()).unwrap();
        let source = ["--from", file.to_str().unwrap(), "--fail-on", "breaking"];
        let run = workspace.regen(&source);
        run.expect_sentence(&[
            "1 not compared: the earlier document: ",
            "--allow-uncompared",
        ]);
        assert!(
            run.output
                .contains("cannot be read, so it is compared with"),
            "{run:#?}"
        );
        assert!(run.output.contains("\nnot compared ("), "{run:#?}");
        // Now it is there.
        workspace.regen(&source).expect_code(0);
    }
    let workspace = Workspace::served(&plain());
    fs::write(workspace.path("spec/openapi.json"), "{").unwrap();
    let file = workspace.path("new.json");
    fs::write(&file, plain().to_string()).unwrap();
    let source = [
        "--from",
        file.to_str().unwrap(),
        "--fail-on",
        "any",
        "--allow-uncompared",
    ];
    workspace.regen(&source).expect_code(0);
}

#[test]
fn differences_of_a_first_served_document_that_are_not_compared_are_listed() {
    let (_, run) = take_first(
        &with_webhook(&json!([{"name": "X-Signature", "in": "header"}])),
        &["--fail-on", "breaking"],
    );
    run.expect_sentence(&["1 not compared: /webhooks"]);
    assert!(
        run.output.contains(": no contradiction, 1 not compared; "),
        "{run:#?}"
    );
    let dangling = edited(|document| {
        document["components"]["schemas"]["Job"]["properties"]["odd"] =
            json!({"$ref": "#/components/schemas/Missing"});
    });
    let (_, run) = take_first(&dangling, &["--fail-on", "any"]);
    run.expect_sentence(&["1 not compared: /components/schemas/Job/properties/odd"]);
    let (_, run) = take_first(&dangling, &["--fail-on", "any", "--allow-uncompared"]);
    run.expect_code(0);
}

#[test]
fn the_rules_need_no_documents() {
    let text = run(&["drift", "--rules"]);
    text.expect_code(0);
    assert!(
        text.output
            .contains("affects readers: the field may be missing")
    );
    let markdown = run(&["drift", "--rules", "--format", "markdown"]);
    assert!(markdown.output.starts_with("| rule | change |"));
    run(&["drift"]).expect_code(2);
    run(&["drift", "--rules", "old.json"]).expect_code(2);
    run(&["drift", "old.json", "new.json", "--allow-uncompared"]).expect_code(2);
}

#[test]
fn a_run_that_fails_on_a_change_still_writes_the_files() {
    let workspace = Workspace::served(&plain());
    let report = workspace.path("report.md");
    let file = workspace.path("new.json");
    fs::write(&file, edited(three_breaks).to_string()).unwrap();
    let arguments = [
        "--from",
        file.to_str().unwrap(),
        "--fail-on",
        "breaking",
        "--report",
        report.to_str().unwrap(),
    ];
    workspace.regen(&arguments).expect_code(1);
    assert!(
        workspace
            .read("report.md")
            .starts_with("## API drift: 3 breaking changes, 0 other\n")
    );
    // Nothing is new to the second run, so nothing fails it.
    workspace.regen(&arguments).expect_code(0);
}

#[test]
fn an_unusable_report_path_stops_a_run_before_its_first_step() {
    let workspace = Workspace::served(&plain());
    fs::create_dir(workspace.path("folder.md")).unwrap();
    let before = workspace.everything();
    let file = workspace.path("spec/documented.json");
    for (path, why) in [
        ("missing/report.md", "cannot write the report"),
        ("folder.md", "this is not a file"),
        ("spec/openapi.json", "reads or derives this file"),
        ("spec/surface.txt", "reads or derives this file"),
        ("spec/divergence.txt", "reads or derives this file"),
        (
            "crates/opentrain-api/public.json",
            "reads or derives this file",
        ),
        (
            "crates/opentrain-api/agent.json",
            "reads or derives this file",
        ),
        ("spec/agent-auth.json", "reads or derives this file"),
        ("spec/documented.json", "reads or derives this file"),
    ] {
        let report = workspace.path(path);
        for source in [&["--offline"][..], &["--from", file.to_str().unwrap()]] {
            let run = workspace.regen(&[source, &["--report", report.to_str().unwrap()]].concat());
            run.expect_sentence(&["cannot write ", path, why]);
            assert_eq!(run.output, "", "nothing is begun");
        }
    }
    assert_eq!(workspace.everything(), before);
}

#[test]
fn a_report_does_not_replace_an_input_of_the_run() {
    let workspace = Workspace::new();
    let file = workspace.path("new.json");
    fs::write(&file, plain().to_string()).unwrap();
    let file = file.to_str().unwrap();
    let run = workspace.regen(&["--from", file, "--report", file]);
    run.expect_sentence(&["new.json: a run reads or derives this file"]);
    let report = workspace.path("report.md");
    let report = report.to_str().unwrap();
    let run = workspace.regen(&["--from", file, "--report", report, "--report", report]);
    run.expect_sentence(&["report.md: another report goes there"]);
    assert_eq!(workspace.everything().len(), 3);
}
