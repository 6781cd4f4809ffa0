//! Compiling our own code with the derived files: it compiles, it fails, or the outcome is unknown.

use std::fs;

use crate::drift::{edited, plain, three_breaks};
use crate::workspace::{DERIVED, Run, Workspace, finished};

/// Writes a raw client that has the document's types, and a hand-written one that uses a field of it.
pub(crate) fn with_code(workspace: &Workspace) {
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
fn compiler_errors_are_listed_with_their_change() {
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
    let (_, report) = run.output.split_once("breaking:\n").unwrap();
    insta::assert_snapshot!(report);
}

#[test]
fn errors_with_the_first_served_document_belong_to_its_differences_from_the_documentation() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace.regen(&["--offline"]).expect_code(0);
    let run = workspace.take(&edited(three_breaks));
    run.expect_code(1);
    let (_, report) = run
        .output
        .split_once("differences from the documentation that our own code does not compile with:\n")
        .unwrap();
    assert!(
        report.starts_with("  Job.postedAt: type changed"),
        "{report}"
    );
    assert!(!report.contains("operation removed"), "{report}");
}

#[test]
fn no_verify_compiles_no_code() {
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

#[test]
fn broken_code_fails_every_run_until_it_is_fixed() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace.take(&edited(three_breaks)).expect_code(1);
    // Nothing is new to the second run, and nothing compiles for that.
    let run = workspace.regen(&["--offline"]);
    run.expect_code(1);
    assert!(run.output.contains("nothing changed\n"), "{run:#?}");
    assert!(
        run.output
            .contains("crates/opentrain/src/lib.rs:2: E0609: no field `posted_at` on type `Job`\n"),
        "{run:#?}"
    );
    workspace.edit(
        "crates/opentrain/src/lib.rs",
        "job.posted_at",
        "String::new()",
    );
    let run = workspace.regen(&["--offline"]);
    assert!(
        run.output
            .contains("verified: our own code compiles with it\n"),
        "{run:#?}"
    );
    run.expect_code(0);
}

#[test]
fn a_check_compiles_nothing() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace
        .regen(&["--offline", "--no-verify"])
        .expect_code(0);
    workspace.write("crates/opentrain/src/lib.rs", "this is no Rust");
    let before = workspace.everything();
    let run = workspace.regen(&["--offline", "--check"]);
    assert!(
        run.output.contains("not verified: by --check\n"),
        "{run:#?}"
    );
    run.expect_code(0);
    assert_eq!(workspace.everything(), before);
}

/// Runs with another cargo than that of this test, and reports.
fn with_cargo(workspace: &Workspace, cargo: &str) -> Run {
    let report = workspace.path("report.json");
    let mut command = workspace.command(&["--offline", "--report", report.to_str().unwrap()]);
    command.env("CARGO", workspace.path(cargo));
    finished(command)
}

/// Expects that all files are written, and that the report says why the verification is unknown.
#[track_caller]
fn expect_unknown(workspace: &Workspace, run: &Run, why: &[&str]) {
    run.expect_sentence(
        &[
            &["it is unknown whether our own code compiles: "],
            why,
            &["; the derived files are in place"],
        ]
        .concat(),
    );
    for path in DERIVED {
        assert!(workspace.path(path).is_file(), "{path}");
    }
    let report = workspace.read("report.json");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verification"], "unknown");
    for text in why.iter().chain([&"not verified: it is unknown"]) {
        assert!(
            run.output.contains(text),
            "`{text}` is not said in {run:#?}"
        );
    }
}

#[test]
fn a_missing_cargo_leaves_the_result_unknown() {
    let workspace = Workspace::new();
    with_code(&workspace);
    let run = with_cargo(&workspace, "no-cargo");
    expect_unknown(&workspace, &run, &["`cargo check` could not be run: "]);
}

#[test]
#[cfg(unix)]
fn a_killed_cargo_leaves_the_result_unknown() {
    let workspace = Workspace::new();
    with_code(&workspace);
    // Written by another process: what this process has open for writing, and a child of it for a moment, cannot be run.
    let script = r#"echo "$@" > arguments; kill -9 $$"#;
    let written = std::process::Command::new("sh")
        .args([
            "-c",
            r#"printf '#!/bin/sh\n%s\n' "$1" > killed && chmod +x killed"#,
            "sh",
            script,
        ])
        .current_dir(workspace.path(""))
        .status();
    assert!(written.unwrap().success());
    let run = with_cargo(&workspace, "killed");
    expect_unknown(&workspace, &run, &["`cargo check` was ended by signal: 9"]);
    // Without a network there is none for cargo either.
    let report = workspace.read("arguments");
    assert!(
        report.starts_with("check ") && report.ends_with(" --offline\n"),
        "{report}"
    );
}

/// Checks a workspace in which cargo fails before it compiles.
#[track_caller]
fn check_unknown(path: &str, from: &str, to: &str, why: &[&str]) {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace.edit(path, from, to);
    let report = workspace.path("report.json");
    let run = workspace.regen(&["--offline", "--report", report.to_str().unwrap()]);
    expect_unknown(&workspace, &run, why);
    expect_no_folder(&workspace, &run);
}

#[test]
fn a_workspace_that_cargo_cannot_resolve_leaves_the_result_unknown() {
    let manifest = "crates/opentrain/Cargo.toml";
    check_unknown(
        manifest,
        "[package]",
        "[package",
        &["crates/opentrain/Cargo.toml"],
    );
    check_unknown(
        manifest,
        "../opentrain-api",
        "../gone",
        &["crates/gone/Cargo.toml"],
    );
    // No network is used, so a crate that is not on this machine cannot be fetched.
    let needed = "[dependencies]\na-crate-that-does-not-exist = \"1\"\n";
    check_unknown(
        manifest,
        "[dependencies]\n",
        needed,
        &["a-crate-that-does-not-exist"],
    );
}

/// Expects that neither the output nor a written file names a folder of this machine.
#[track_caller]
fn expect_no_folder(workspace: &Workspace, run: &Run) {
    let temporary = std::env::temp_dir();
    let folders = [workspace.path(""), temporary].map(|path| path.display().to_string());
    let variables = ["HOME", "CARGO_HOME"].map(|name| std::env::var(name).ok());
    let variables = variables.into_iter().flatten();
    for folder in folders.into_iter().chain(variables) {
        let folder = folder.trim_end_matches('/');
        // The root of the machine is no folder that anybody would know it by.
        if folder.is_empty() {
            continue;
        }
        for text in [&run.output, &run.error, &workspace.read("report.json")] {
            assert!(!text.contains(folder), "{folder} is named in {text}");
        }
    }
}

#[test]
fn a_refusal_by_the_generator_is_reported_without_folders_of_the_machine() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace.edit(
        "crates/opentrain-api/build.rs",
        "if document.contains",
        r#"
            let variable = |name| std::env::var(name).unwrap_or_default();
            let folders = [variable("HOME"), variable("CARGO_HOME"), variable("OUT_DIR"), variable("CARGO_MANIFEST_DIR")];
            let temporary = std::env::temp_dir();
            if document.len() > 1 {
                panic!("two of a name in {folders:?} and {}", temporary.display());
            }
            if document.contains"#,
    );
    let cargo_home = tempfile::tempdir().unwrap();
    let report = workspace.path("report.json");
    let mut command = workspace.command(&["--offline", "--report", report.to_str().unwrap()]);
    command.env("CARGO_HOME", cargo_home.path());
    let run = finished(command);
    run.expect_code(1);
    for part in [
        "verified: our own code does not compile with it",
        "two of a name in ",
    ] {
        assert!(run.output.contains(part), "{run:#?}");
    }
    expect_no_folder(&workspace, &run);
}
