//! The lock, and the document that it speaks of, are each other's witness.

use serde_json::json;

use crate::documents;
use crate::server::Server;
use crate::workspace::{DOCUMENT, Workspace};

const LOCK: &str = "spec/source.toml";

fn plain() -> String {
    documents::plain(&documents::documented()).to_string()
}

/// Returns a workspace with a fetched document and its `ETag`.
fn fetched() -> (Workspace, Server) {
    let (workspace, server) = (Workspace::new(), Server::of(&plain(), "\"v1\""));
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    (workspace, server)
}

fn standing_in() -> Workspace {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    workspace
}

/// Expects a run without a network to fail with all of these parts, and to change no file.
#[track_caller]
fn check_refused(workspace: &Workspace, parts: &[&str]) {
    let before = workspace.everything();
    workspace.regen(&["--offline"]).expect_sentence(parts);
    workspace
        .regen(&["--offline", "--check"])
        .expect_stale(parts);
    assert_eq!(workspace.everything(), before);
}

/// Expects a check to name the record only, and the command that it suggests to restore it.
#[track_caller]
fn check_fixed_offline(workspace: &Workspace, good: &str) {
    let stale = format!("stale: {LOCK}; run `cargo xtask regen --offline`");
    workspace
        .regen(&["--offline", "--check"])
        .expect_stale(&[&stale]);
    workspace.regen(&["--offline"]).expect_code(0);
    assert_eq!(workspace.read(LOCK), good);
}

/// Returns an edit for every field: the present text and the edited one.
fn edits(lock: &str) -> Vec<(String, String)> {
    let fields = lock.lines().filter(|line| !line.starts_with('#'));
    fields
        .map(|line| {
            let (name, value) = line.split_once(" = ").unwrap();
            let quote = &value[..1];
            let edited = format!("{name} = {quote}7{}", &value[1..]);
            (line.to_owned(), edited)
        })
        .collect()
}

const RESTORE: [&str; 3] = [
    LOCK,
    "`git checkout spec/source.toml`",
    "`cargo xtask regen`",
];

#[test]
fn every_edit_of_the_record_of_a_served_document_is_detected() {
    let (workspace, server) = fetched();
    let good = workspace.read(LOCK);
    let edits = edits(&good);
    assert_eq!(edits.len(), 8, "{good}");
    for (line, edited) in edits {
        workspace.write(
            LOCK,
            &good.replace(&format!("\n{line}\n"), &format!("\n{edited}\n")),
        );
        check_refused(&workspace, &RESTORE);
        let run = workspace.regen(&["--url", &server.url(), "--check"]);
        run.expect_stale(&RESTORE);
        assert!(!run.output.contains("stale: "), "{line}: {run:#?}");
        // The server is not asked to confirm what was edited.
        workspace.regen(&["--url", &server.url()]).expect_code(0);
        let last = server.requests().pop().unwrap();
        assert!(!last.contains("if-none-match"), "{line}: {last}");
        workspace.regen(&["--offline", "--check"]).expect_code(0);
    }
}

#[test]
fn every_edit_of_the_record_of_a_stand_in_is_detected() {
    let workspace = standing_in();
    let good = workspace.read(LOCK);
    for (line, edited) in edits(&good) {
        workspace.write(
            LOCK,
            &good.replace(&format!("\n{line}\n"), &format!("\n{edited}\n")),
        );
        check_fixed_offline(&workspace, &good);
    }
}

#[test]
fn a_missing_or_broken_record_keeps_the_served_document() {
    let (workspace, server) = fetched();
    let good = workspace.read(LOCK);
    std::fs::remove_file(workspace.path(LOCK)).unwrap();
    check_refused(&workspace, &RESTORE);
    let half = &good[..good.len() / 2];
    let unknown = good.replace("\"served\"", "\"perhaps\"");
    let denied = good.replace(
        "\"served\"",
        "\"not fetched yet: stands in from documented.json\"",
    );
    let other = standing_in().read(LOCK);
    for broken in ["", half, "status = ", &unknown, &denied, &other] {
        workspace.write(LOCK, broken);
        check_refused(&workspace, &RESTORE);
    }
    std::fs::write(workspace.path(LOCK), b"\xff").unwrap();
    workspace.regen(&["--offline"]).expect_sentence(&RESTORE);
    workspace
        .regen(&["--offline", "--check"])
        .expect_stale(&RESTORE);
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    workspace.regen(&["--offline", "--check"]).expect_code(0);
}

#[test]
fn a_missing_or_broken_record_is_written_anew_for_a_stand_in() {
    let workspace = standing_in();
    let good = workspace.read(LOCK);
    std::fs::remove_file(workspace.path(LOCK)).unwrap();
    check_fixed_offline(&workspace, &good);
    let half = &good[..good.len() / 2];
    let unknown = good.replace("\"not fetched", "\"perhaps not fetched");
    for broken in ["", half, "status = ", &unknown] {
        workspace.write(LOCK, broken);
        check_fixed_offline(&workspace, &good);
    }
}

#[test]
fn a_stand_in_is_never_recorded_as_served() {
    let workspace = standing_in();
    let good = workspace.read(LOCK);
    workspace.edit(
        LOCK,
        "\"not fetched yet: stands in from documented.json\"",
        "\"served\"",
    );
    check_refused(
        &workspace,
        &[LOCK, "stand-in", "git checkout", "`cargo xtask regen`"],
    );
    // Nor is it by the lock of another document.
    workspace.write(LOCK, &fetched().0.read(LOCK));
    check_refused(
        &workspace,
        &[LOCK, "stand-in", "git checkout", "`cargo xtask regen`"],
    );
    workspace.write(LOCK, &good);
    workspace.regen(&["--offline", "--check"]).expect_code(0);
}

#[test]
fn a_missing_or_edited_served_document_is_reported() {
    let (workspace, _) = fetched();
    let restore = [
        DOCUMENT,
        "git checkout spec/openapi.json",
        "`cargo xtask regen`",
    ];
    let mut document: serde_json::Value = serde_json::from_str(&workspace.read(DOCUMENT)).unwrap();
    document["info"]["version"] = json!("2");
    workspace.write(DOCUMENT, &format!("{document:#}\n"));
    check_refused(&workspace, &[&restore[..], &["edited by hand"]].concat());
    std::fs::remove_file(workspace.path(DOCUMENT)).unwrap();
    check_refused(&workspace, &[&restore[..], &["is missing"]].concat());
}

#[test]
fn a_served_document_that_is_missing_with_its_record_is_reported() {
    let stand_in = standing_in().read(DOCUMENT);
    let parts = [
        "public.json was made from a served document",
        "`git checkout spec/openapi.json spec/source.toml`",
        "`cargo xtask regen`",
    ];
    for left in [None, Some(stand_in.as_str())] {
        let (workspace, server) = fetched();
        std::fs::remove_file(workspace.path(LOCK)).unwrap();
        std::fs::remove_file(workspace.path(DOCUMENT)).unwrap();
        if let Some(text) = left {
            workspace.write(DOCUMENT, text);
        }
        check_refused(&workspace, &parts);
        workspace.regen(&["--url", &server.url()]).expect_code(0);
        workspace.regen(&["--offline", "--check"]).expect_code(0);
    }
}

#[test]
fn a_new_stand_in_is_reported() {
    let said = "wrote spec/openapi.json (the file was missing; this is a new stand-in)\n";
    let (workspace, _) = fetched();
    for path in [LOCK, DOCUMENT, crate::workspace::PUBLIC] {
        std::fs::remove_file(workspace.path(path)).unwrap();
    }
    let run = workspace.regen(&["--offline"]);
    assert!(run.expect_code(0).output.contains(said), "{run:#?}");
    // One that only changes with the documentation is the same stand-in.
    workspace.edit("spec/documented.json", "Get a job", "Fetch a job");
    let run = workspace.regen(&["--offline"]);
    run.expect_code(0);
    assert!(run.output.contains("wrote spec/openapi.json\n"), "{run:#?}");
}
