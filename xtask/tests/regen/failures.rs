//! Failures: one sentence says what failed, and no file on disk is changed.

use std::io::Write as _;

use crate::server::Server;
use crate::workspace::Workspace;

/// Checks that fetching from an address fails with all parts of a sentence, when writing and when checking.
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
fn a_run_without_network_fails_and_names_the_remedy() {
    // A free port may be taken by another process a moment later; this one is ours, and hangs up.
    let server = Server::new(|_, _| {});
    check(&server.url(), &["cannot fetch", &server.url(), "--offline"]);
}

#[test]
fn an_error_status_is_an_error() {
    let server = Server::responding("503 Service Unavailable", &[], "{}");
    check(&server.url(), &["503 Service Unavailable", &server.url()]);
}

#[test]
fn an_address_that_is_not_found_is_an_error() {
    let server = Server::responding("404 Not Found", &[], "{}");
    check(
        &server.url(),
        &["responded with 404 Not Found; ", &server.url()],
    );
    let (url, other) = (
        server.url_of("/api/public/v1/openapi.json"),
        server.url_of("/api/public/v1/openapi; "),
    );
    check(
        &url,
        &["responded with 404 Not Found, and so did", &url, &other],
    );
}

#[test]
fn an_html_page_is_refused() {
    let server = Server::responding(
        "200 OK",
        &[("content-type", "text/html")],
        "<!doctype html><title>App</title>",
    );
    check(&server.url(), &["is an HTML page", &server.url()]);
}

#[test]
fn json_that_is_no_openapi_document_is_refused() {
    for body in [r#"{"ok":true}"#, "[]", "null", r#"{"openapi":"3.0.3"}"#] {
        check(
            &Server::responding("200 OK", &[], body).url(),
            &["is no OpenAPI document"],
        );
    }
}

#[test]
fn half_a_document_is_refused() {
    check(
        &Server::responding("200 OK", &[], r#"{"openapi":"3.0.3","pa"#).url(),
        &["is not JSON"],
    );
    let cut = Server::new(|_, stream| {
        let _hung_up =
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"openapi\"");
    });
    check(&cut.url(), &["cannot fetch"]);
}

#[test]
fn an_unsupported_version_is_refused() {
    check(
        &Server::responding("200 OK", &[], r#"{"openapi":"3.3.0","paths":{}}"#).url(),
        &["is OpenAPI 3.3.0"],
    );
    check(
        &Server::responding("200 OK", &[], r#"{"swagger":"2.0","paths":{}}"#).url(),
        &["is Swagger 2.0"],
    );
}

#[test]
fn a_document_without_end_is_refused() {
    let server = Server::new(|_, stream| {
        let _hung_up = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        // Until it hangs up, which it does at its limit.
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    });
    check(&server.url(), &["larger than 16 MiB", &server.url()]);
}

#[test]
fn a_redirect_to_another_origin_is_not_followed() {
    for (location, shown) in [
        (
            "http://localhost:1/openapi.json?key=secret#secret",
            "http://localhost:1/openapi.json",
        ),
        (
            "http://secret:secret@127.0.0.1:1/openapi.json",
            "http://127.0.0.1:1/openapi.json",
        ),
        (
            "https://127.0.0.1/openapi.json",
            "https://127.0.0.1/openapi.json",
        ),
    ] {
        let server = Server::new(move |_, stream| {
            crate::server::write(stream, "302 Found", &[("location", location)], "");
        });
        check(&server.url(), &["redirects to another origin", shown]);
    }
}

#[test]
fn the_query_of_a_redirect_is_not_shown() {
    let server = Server::new(|head, stream| {
        if head.starts_with("GET /openapi.json ") {
            let location = [("location", "/v1/openapi.json?key=secret")];
            crate::server::write(stream, "302 Found", &location, "");
        }
    });
    check(&server.url(), &["cannot fetch", &server.url()]);
}

#[test]
fn a_redirect_in_circles_is_an_error() {
    check(
        &Server::responding("302 Found", &[("location", "/openapi.json")], "").url(),
        &["redirects too often"],
    );
}

#[test]
fn an_unsafe_address_is_refused() {
    check(
        "http://app.opentrain.ai/openapi.json",
        &["not an https:// address"],
    );
    for (url, sentence) in [
        (
            "https://user:secret@app.opentrain.ai/openapi.json",
            "user name or password",
        ),
        (
            "https://app.opentrain.ai/openapi.json?key=secret",
            "a query or a fragment",
        ),
        (
            "https://app.opentrain.ai/openapi.json#secret",
            "a query or a fragment",
        ),
        ("https://secret:secret/openapi.json", "is not a URL"),
        ("secret", "is not a URL"),
    ] {
        check(url, &[sentence]);
    }
}

#[test]
fn a_document_of_another_api_is_refused() {
    for (paths, count) in [
        ("{}", "it describes no operation"),
        (r#"{"/pets":{"get":{"responses":{}}}}"#, "0 of the 3"),
        (
            r#"{"/pets":{"get":{"responses":{}}},"/pets/{id}":{"get":{"responses":{}}}}"#,
            "0 of the 3",
        ),
        (r#"{"/jobs":{"get":{"responses":{}}}}"#, "1 of the 3"),
    ] {
        let body =
            format!(r#"{{"openapi":"3.0.3","info":{{"title":"Petstore"}},"paths":{paths}}}"#);
        let server = Server::of(&body, "\"v1\"");
        check(
            &server.url(),
            &["is not the document of this API", count, &server.url()],
        );
    }
}

#[test]
fn a_document_without_operations_is_refused() {
    for (members, what) in [
        (
            r#""webhooks":{"hired":{}}"#,
            "it describes webhooks only, no operation",
        ),
        (r#""components":{}"#, "it describes no operation"),
    ] {
        let server = Server::of(&format!(r#"{{"openapi":"3.1.0",{members}}}"#), "\"v1\"");
        check(
            &server.url(),
            &["is not the document of this API", what, &server.url()],
        );
    }
}

#[test]
fn a_file_that_is_no_served_document_is_refused() {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    let before = workspace.everything();
    workspace
        .regen(&["--from", "/nowhere/openapi.json"])
        .expect_sentence(&["cannot read /nowhere/openapi.json"]);
    let stand_in = workspace.path("spec/openapi.json");
    workspace
        .regen(&["--from", stand_in.to_str().unwrap()])
        .expect_sentence(&["is a stand-in"]);
    assert_eq!(workspace.everything(), before);
}

#[test]
fn a_missing_or_wrong_source_is_an_error() {
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
fn a_target_that_is_a_folder_is_an_error() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("spec/surface.txt")).unwrap();
    let before = workspace.everything();
    workspace
        .regen(&["--offline"])
        .expect_sentence(&["cannot read", "spec/surface.txt"]);
    assert_eq!(workspace.everything(), before);
}

#[test]
fn an_unwritable_target_leaves_all_files_as_they_were() {
    let workspace = Workspace::new();
    let folder = workspace.path("crates/opentrain-api");
    std::fs::remove_dir(&folder).unwrap();
    let check = |place: &str| {
        let before = workspace.everything();
        workspace.regen(&["--offline"]).expect_sentence(&[
            "cannot stage",
            place,
            "nothing was changed",
        ]);
        assert_eq!(workspace.everything(), before);
    };
    check("crates/opentrain-api");
    workspace.write("crates/opentrain-api", "a file in the place of the folder");
    check("crates/opentrain-api");
}

#[test]
fn wrong_arguments_are_refused() {
    for arguments in [
        &["--nonsense"][..],
        &["--offline", "--url", "https://h/"],
        &["--offline", "--from", "x"],
    ] {
        Workspace::new().regen(arguments).expect_code(2);
    }
}
