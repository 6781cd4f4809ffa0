//! What cannot be told is said in one sentence, and nothing on disk is touched.

use std::io::Write as _;
use std::net::TcpListener;

use serde_json::json;

use crate::documents;
use crate::server::Server;
use crate::workspace::Workspace;

/// Fetching from this address fails with a sentence that says all this; writing and checking alike.
#[track_caller]
fn check(url: &str, sentence: &[&str]) {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    let before = workspace.everything();
    workspace.regen(&["--url", url]).expect_sentence(sentence);
    workspace
        .regen(&["--url", url, "--check"])
        .expect_sentence(sentence);
    assert_eq!(workspace.everything(), before, "nothing may be touched");
}

#[test]
fn no_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/openapi.json", listener.local_addr().unwrap());
    drop(listener);
    check(&url, &["cannot fetch", &url, "--offline"]);
}

#[test]
fn an_error_status() {
    let server = Server::answering("503 Service Unavailable", &[], "{}");
    check(&server.url(), &["503 Service Unavailable", &server.url()]);
}

#[test]
fn an_html_page() {
    let server = Server::answering(
        "200 OK",
        &[("content-type", "text/html")],
        "<!doctype html><title>App</title>",
    );
    check(&server.url(), &["is an HTML page", &server.url()]);
}

#[test]
fn json_that_is_no_openapi_document() {
    for body in [r#"{"ok":true}"#, "[]", "null", r#"{"openapi":"3.0.3"}"#] {
        check(
            &Server::answering("200 OK", &[], body).url(),
            &["is no OpenAPI document"],
        );
    }
}

#[test]
fn half_a_document() {
    check(
        &Server::answering("200 OK", &[], r#"{"openapi":"3.0.3","pa"#).url(),
        &["is not JSON"],
    );
    let cut = Server::new(|_, stream| {
        let _hung_up =
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"openapi\"");
    });
    check(&cut.url(), &["cannot fetch"]);
}

#[test]
fn a_version_that_is_not_read_yet() {
    check(
        &Server::answering("200 OK", &[], r#"{"openapi":"3.1.0","paths":{}}"#).url(),
        &["is OpenAPI 3.1.0"],
    );
    check(
        &Server::answering("200 OK", &[], r#"{"swagger":"2.0","paths":{}}"#).url(),
        &["is Swagger 2.0"],
    );
}

#[test]
fn a_document_without_end() {
    let server = Server::new(|_, stream| {
        let _hung_up = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        // Until it hangs up, which it does at its limit.
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    });
    check(&server.url(), &["larger than 16 MiB", &server.url()]);
}

#[test]
fn a_redirect_to_another_host() {
    let server = Server::answering(
        "302 Found",
        &[("location", "http://localhost:1/openapi.json")],
        "",
    );
    check(
        &server.url(),
        &[
            "redirects to another host",
            "http://localhost:1/openapi.json",
        ],
    );
}

#[test]
fn a_redirect_in_circles() {
    check(
        &Server::answering("302 Found", &[("location", "/openapi.json")], "").url(),
        &["redirects without end"],
    );
}

#[test]
fn an_address_that_is_not_safe() {
    check(
        "http://app.opentrain.ai/openapi.json",
        &["not fetched over HTTPS"],
    );
    check(
        "https://user:secret@app.opentrain.ai/openapi.json",
        &["user name or password"],
    );
}

#[test]
fn a_file_that_cannot_be_the_served_document() {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    let before = workspace.everything();
    workspace
        .regen(&["--from", "/nowhere/openapi.json"])
        .expect_sentence(&["cannot read /nowhere/openapi.json"]);
    let stand_in = workspace.path("spec/openapi.json");
    workspace
        .regen(&["--from", stand_in.to_str().unwrap()])
        .expect_sentence(&["is our own stand-in"]);
    assert_eq!(workspace.everything(), before);
}

#[test]
fn a_source_that_is_missing_or_wrong() {
    let workspace = Workspace::new();
    workspace.write(
        "spec/agent-auth.json",
        r##"{"openapi":"3.0.3","paths":{"/a":{"$ref":"#/paths/~1b"}}}"##,
    );
    workspace
        .regen(&["--offline"])
        .expect_sentence(&["spec/agent-auth.json refers to `#/paths/~1b`"]);
    std::fs::remove_file(workspace.path("spec/documented.json")).unwrap();
    workspace
        .regen(&["--offline"])
        .expect_sentence(&["spec/documented.json is missing", "git checkout"]);
}

#[test]
fn a_lock_that_cannot_be_read() {
    let workspace = Workspace::served(&documents::plain(&documents::documented()));
    workspace.write("spec/source.toml", "status = \"perhaps\"\n");
    workspace
        .regen(&["--offline"])
        .expect_sentence(&["spec/source.toml", "git checkout"]);
}

#[test]
fn a_target_that_cannot_be_written() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("spec/surface.txt")).unwrap();
    let before = workspace.everything();
    workspace
        .regen(&["--offline"])
        .expect_sentence(&["spec/surface.txt"]);
    assert_eq!(workspace.everything(), before);
}

#[test]
fn wrong_arguments() {
    for arguments in [
        &["--nonsense"][..],
        &["--offline", "--url", "https://h/"],
        &["--offline", "--from", "x"],
    ] {
        Workspace::new().regen(arguments).expect_code(2);
    }
}

#[test]
fn a_served_document_that_was_edited_by_hand() {
    let workspace = Workspace::served(&documents::plain(&documents::documented()));
    let mut document: serde_json::Value =
        serde_json::from_str(&workspace.read("spec/openapi.json")).unwrap();
    document["info"]["version"] = json!("2");
    workspace.write("spec/openapi.json", &format!("{document:#}\n"));
    let before = workspace.everything();
    let sentence = [
        "spec/openapi.json",
        "edited by hand",
        "git checkout spec/openapi.json",
        "cargo xtask regen",
    ];
    workspace.regen(&["--offline"]).expect_sentence(&sentence);
    // A check can tell: the file is not what it should be.
    let run = workspace.regen(&["--offline", "--check"]);
    run.expect_code(1);
    assert!(
        sentence.iter().all(|part| run.output.contains(part)),
        "{run:#?}"
    );
    assert_eq!(workspace.everything(), before);
}
