//! `--check` sees every derived file.

use crate::documents;
use crate::server::Server;
use crate::workspace::{DERIVED, Workspace};

/// Checks that an edited and a missing file are both named, with a difference and the command that fixes them.
fn check(workspace: &Workspace, path: &str, arguments: &[&str], command: &str) {
    let good = workspace.read(path);
    workspace.write(path, &edited(path, &good));
    let run = workspace.regen(&[arguments, &["--check"]].concat());
    run.expect_code(1);
    let difference = format!("--- {path}\n+++ {path} (as derived)\n@@");
    assert!(run.output.contains(&difference), "{path}: {run:#?}");
    assert!(
        run.output
            .contains(&format!("stale: {path}; run `{command}`")),
        "{path}: {run:#?}"
    );
    std::fs::remove_file(workspace.path(path)).unwrap();
    let run = workspace.regen(&[arguments, &["--check"]].concat());
    run.expect_code(1);
    assert!(
        run.output.contains(&format!("{path} is missing")),
        "{path}: {run:#?}"
    );
    workspace.regen(arguments).expect_code(0);
    assert_eq!(workspace.read(path), good, "{path} is fixed");
    workspace
        .regen(&[arguments, &["--check"]].concat())
        .expect_code(0);
}

/// Returns the text with an accidental edit that leaves the file readable.
fn edited(path: &str, text: &str) -> String {
    let comment = "# edited\n";
    if path.ends_with(".json") {
        text.replacen("\": ", "\":  ", 1)
    } else {
        format!("{text}{comment}")
    }
}

#[test]
fn a_check_finds_every_stale_file_of_the_stand_in() {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    for path in DERIVED {
        check(
            &workspace,
            path,
            &["--offline"],
            "cargo xtask regen --offline",
        );
    }
}

#[test]
fn a_check_finds_every_stale_file_of_a_served_document() {
    let server = Server::of(
        &documents::plain(&documents::documented()).to_string(),
        "\"v1\"",
    );
    let url = server.url();
    let workspace = Workspace::new();
    workspace.regen(&["--url", &url]).expect_code(0);
    // Without the record the time of the fetch is unknown, so that file alone is not restored to the same bytes.
    for path in DERIVED
        .into_iter()
        .filter(|path| *path != "spec/source.toml")
    {
        check(
            &workspace,
            path,
            &["--url", &url],
            &format!("cargo xtask regen --url {url}"),
        );
    }
}

#[test]
fn a_change_on_the_server_is_drift_and_changes_nothing() {
    let workspace = Workspace::served(&documents::plain(&documents::documented()));
    let mut changed = documents::plain(&documents::documented());
    changed["components"]["schemas"]["Job"]["properties"]["headline"] =
        serde_json::json!({"type": "string"});
    let server = Server::of(&changed.to_string(), "\"v2\"");
    let before = workspace.everything();
    let run = workspace.regen(&["--url", &server.url(), "--check"]);
    run.expect_code(1);
    assert!(
        run.output
            .contains("+/components/schemas/Job/properties/headline: a property"),
        "{run:#?}"
    );
    assert_eq!(workspace.everything(), before);
}
