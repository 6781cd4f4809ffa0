//! What changed, whom it breaks, and what of our own code it touches: told by a run, and by `drift OLD NEW`.

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

fn plain() -> Value {
    documents::plain(&documents::documented())
}

fn edited(edit: impl FnOnce(&mut Value)) -> Value {
    let mut document = plain();
    edit(&mut document);
    document
}

/// An operation removed, a field's type changed, a parameter made required.
fn three_breaks(document: &mut Value) {
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
fn what_is_added_breaks_nobody() {
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
fn other_words_for_the_same_are_no_drift() {
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

#[test]
fn what_cannot_be_compared_is_told() {
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
fn every_form_of_the_report_tells_the_same() {
    let new = edited(three_breaks);
    let json = drift(&plain(), &new, &["--format", "json"]);
    let report: Value = serde_json::from_str(&json.output).unwrap();
    assert_eq!(
        (&report["breaking"], &report["not_breaking"]),
        (&json!(3), &json!(0))
    );
    let markdown = drift(&plain(), &new, &["--format", "markdown"]).output;
    for change in report["changes"].as_array().unwrap() {
        let place = change["place"].as_str().unwrap();
        assert!(markdown.contains(&format!("- `{place}`: ")), "{markdown}");
    }
}

#[test]
fn what_is_no_document_is_told_and_not_compared() {
    let run = drift(&plain(), &json!({"title": "none"}), &[]);
    run.expect_sentence(&["new.json is no OpenAPI document"]);
}

#[test]
fn a_run_tells_what_changed_since_the_one_before() {
    let workspace = Workspace::served(&plain());
    let run = workspace.take(&plain());
    assert!(
        run.expect_code(0).output.contains(": no change\n"),
        "{run:#?}"
    );
    let run = workspace.take(&edited(three_breaks));
    assert!(
        run.output
            .contains("drift from the served document of before"),
        "{run:#?}"
    );
    assert!(
        run.output.contains(": 3 breaking changes, 0 other\n"),
        "{run:#?}"
    );
    // There is no code here to verify, and that is told.
    assert!(
        run.output
            .contains("not verified: there is no crates/opentrain here\n"),
        "{run:#?}"
    );
    run.expect_code(0);
}

#[test]
fn the_first_run_compares_with_the_stand_in() {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    let run = workspace.take(&edited(three_breaks));
    assert!(
        run.output.contains("drift from the stand-in of before to "),
        "{run:#?}"
    );
    assert!(
        run.output.contains(": 3 breaking changes, 0 other\n"),
        "{run:#?}"
    );
}

#[test]
fn a_run_fails_on_what_it_is_told_to_and_writes_nevertheless() {
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
fn a_report_that_has_no_place_stops_a_run_before_it_does_anything() {
    let workspace = Workspace::new();
    let before = workspace.everything();
    let run = workspace.regen(&["--offline", "--report", "missing/report.md"]);
    run.expect_sentence(&["cannot write the report missing/report.md"]);
    assert_eq!(workspace.everything(), before);
}

/// A raw client that has what the document has, and a hand-written one that uses a field of it.
fn with_code(workspace: &Workspace) {
    for folder in ["crates/opentrain-api/src", "crates/opentrain/src"] {
        fs::create_dir_all(workspace.path(folder)).unwrap();
    }
    workspace.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    let manifest = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n")
    };
    workspace.write(
        "crates/opentrain-api/Cargo.toml",
        &manifest("opentrain-api"),
    );
    workspace.write(
        "crates/opentrain-api/build.rs",
        r#"
        fn main() {
            println!("cargo::rustc-check-cfg=cfg(dated)");
            println!("cargo::rerun-if-changed=public.json");
            let document = std::fs::read_to_string("public.json").expect("it is there");
            if document.contains("date-time") {
                println!("cargo::rustc-cfg=dated");
            }
        }
        "#,
    );
    workspace.write(
        "crates/opentrain-api/src/lib.rs",
        "pub struct Job { #[cfg(dated)] pub posted_at: String }\n",
    );
    let dependency = "[dependencies]\nopentrain-api = { path = \"../opentrain-api\" }\n";
    workspace.write(
        "crates/opentrain/Cargo.toml",
        &(manifest("opentrain") + dependency),
    );
    workspace.write(
        "crates/opentrain/src/lib.rs",
        "pub fn posted_at(job: opentrain_api::Job) -> String {\n    job.posted_at\n}\n",
    );
}

#[test]
fn code_that_does_not_compile_with_it_is_shown_beside_the_change() {
    let workspace = Workspace::new();
    with_code(&workspace);
    let run = workspace.take(&plain());
    assert!(
        run.output
            .contains("verified: our own code compiles with it\n"),
        "{run:#?}"
    );
    run.expect_code(0);
    let run = workspace.take(&edited(three_breaks));
    run.expect_code(1);
    let (_, told) = run.output.split_once("breaking:\n").unwrap();
    insta::assert_snapshot!(told);
}

#[test]
fn nothing_is_verified_on_request() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace.write("crates/opentrain/src/lib.rs", "this is no Rust");
    let run = workspace.regen(&["--offline", "--no-verify"]);
    assert!(
        run.output.contains("not verified: by --no-verify\n"),
        "{run:#?}"
    );
    run.expect_code(0);
}
