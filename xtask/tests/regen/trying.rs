//! `trial` compiles the client with each document that it is given, and leaves the workspace as it is.

use crate::drift::{edited, plain, three_breaks};
use crate::verifying::with_code;
use crate::workspace::{Workspace, command, finished};

#[test]
fn each_document_is_tried_in_a_copy_and_failures_are_listed() {
    let workspace = Workspace::new();
    with_code(&workspace);
    workspace
        .regen(&["--offline", "--no-verify"])
        .expect_code(0);
    let before = workspace.everything();
    let documents = [
        ("same.json", plain().to_string()),
        ("changed.json", edited(three_breaks).to_string()),
        ("no.json", "no".to_owned()),
        ("again.json", plain().to_string()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let paths = documents.map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let root = workspace.path("");
    let mut arguments = vec!["trial", "--root", root.to_str().unwrap()];
    arguments.extend(paths.iter().map(String::as_str));
    let mut command = command(&arguments);
    command.env("CARGO_TARGET_DIR", folder.path().join("target"));
    let tried = finished(command);
    tried.expect_code(1);
    for line in [
        "[1/4] compiles",
        "[2/4] FAILS",
        "crates/opentrain/src/lib.rs:2: E0609: no field `posted_at` on type `Job`\n",
        "[3/4] REFUSED",
        "[4/4] compiles",
        "compiled: 2 of 4\n",
    ] {
        assert!(tried.output.contains(line), "`{line}` is not in {tried:#?}");
    }
    assert_eq!(workspace.everything(), before);
}
