//! A good document is taken, once.

use crate::documents;
use crate::server::Server;
use crate::workspace::{DERIVED, Workspace};

#[test]
fn a_document_is_fetched_written_and_not_fetched_again() {
    let text = documents::plain(&documents::documented()).to_string();
    let server = Server::of(&text, "\"v1\"");
    let workspace = Workspace::new();
    let run = workspace.regen(&["--url", &server.url()]);
    run.expect_code(0);
    assert!(
        run.output
            .contains(&format!("stands on the served document: {}", server.url())),
        "{run:#?}"
    );
    for path in DERIVED {
        assert!(run.output.contains(&format!("wrote {path}")), "{run:#?}");
    }
    let written = workspace.everything();
    for arguments in [
        &["--url", &server.url()][..],
        &["--url", &server.url(), "--check"],
        &["--offline"],
        &["--offline", "--check"],
    ] {
        let run = workspace.regen(arguments);
        run.expect_code(0);
        assert!(run.output.contains("nothing changed"), "{run:#?}");
    }
    assert_eq!(workspace.everything(), written);
    let requests = server.requests();
    assert!(
        !requests[0].contains("if-none-match") && requests[1].contains("if-none-match: \"v1\""),
        "{requests:#?}"
    );
    assert!(
        requests
            .iter()
            .all(|head| !head.contains("authorization") && !head.contains("cookie")),
        "{requests:#?}"
    );
}

#[test]
fn the_served_text_is_only_indented() {
    let text =
        r#"{"paths":{},"info":{"z":1.50,"version":"9","title":"T","a":[ ]},"openapi":"3.0.0"}"#;
    let server = Server::of(text, "\"v1\"");
    let workspace = Workspace::new();
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    assert_eq!(
        workspace.read("spec/openapi.json"),
        "{\n  \"paths\": {},\n  \"info\": {\n    \"z\": 1.50,\n    \"version\": \"9\",\n    \"title\": \"T\",\n    \"a\": []\n  },\n  \"openapi\": \"3.0.0\"\n}\n"
    );
}

#[test]
fn the_date_stays_when_the_same_document_comes_under_another_etag() {
    let text = documents::plain(&documents::documented()).to_string();
    let workspace = Workspace::new();
    workspace
        .regen(&["--url", &Server::of(&text, "\"v1\"").url()])
        .expect_code(0);
    // As if it had been fetched long ago.
    let date = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("fetched_at"))
            .unwrap()
            .to_owned()
    };
    let lock = workspace.read("spec/source.toml");
    let old = lock.replace(&date(&lock), "fetched_at = \"2001-02-03T04:05:06Z\"");
    workspace.write("spec/source.toml", &old);
    workspace
        .regen(&["--url", &Server::of(&text, "\"v2\"").url()])
        .expect_code(0);
    let lock = workspace.read("spec/source.toml");
    assert_eq!(date(&lock), "fetched_at = \"2001-02-03T04:05:06Z\"");
    assert!(lock.contains("etag = '\"v2\"'"), "{lock}");
    workspace
        .regen(&["--url", &Server::of(&format!("{text} "), "\"v3\"").url()])
        .expect_code(0);
    assert_ne!(
        date(&workspace.read("spec/source.toml")),
        "fetched_at = \"2001-02-03T04:05:06Z\""
    );
}

#[test]
fn a_redirect_on_the_same_host_is_followed() {
    let text = documents::plain(&documents::documented()).to_string();
    let server = Server::new(move |head, stream| {
        if head.starts_with("GET /openapi.json ") {
            crate::server::write(stream, "302 Found", &[("location", "/v1/openapi.json")], "");
        } else {
            crate::server::write(stream, "200 OK", &[], &text);
        }
    });
    Workspace::new()
        .regen(&["--url", &server.url()])
        .expect_code(0);
    assert!(server.requests()[1].starts_with("get /v1/openapi.json "));
}

#[test]
fn a_file_is_remembered_by_its_name_alone() {
    let workspace = Workspace::served(&documents::plain(&documents::documented()));
    let lock = workspace.read("spec/source.toml");
    let url = lock
        .lines()
        .find(|line| line.starts_with("url = "))
        .unwrap();
    assert!(
        lock.contains("status = \"served\"") && !url.contains('/'),
        "{lock}"
    );
}

#[test]
fn without_a_served_document_a_stand_in_says_what_it_is() {
    let workspace = Workspace::new();
    let run = workspace.regen(&["--offline"]);
    run.expect_code(0);
    assert!(run.output.contains("stands on a stand-in"), "{run:#?}");
    assert!(
        workspace
            .read("spec/source.toml")
            .contains("status = \"not fetched yet: stands in from documented.json\"")
    );
    let document: serde_json::Value =
        serde_json::from_str(&workspace.read("spec/openapi.json")).unwrap();
    assert_eq!(document["x-opentrain-stand-in"], true);
    assert!(
        document["info"]["title"]
            .as_str()
            .unwrap()
            .contains("stand-in")
    );
    assert!(
        !workspace
            .read("spec/openapi.json")
            .contains("x-opentrain-scopes")
    );
    assert_eq!(
        workspace.public()["info"]["x-opentrain-source"]["served"],
        false
    );
    let divergence = workspace.read("spec/divergence.txt");
    assert!(
        divergence.contains("is a stand-in")
            && divergence.lines().all(|line| !line.starts_with('/')),
        "{divergence}"
    );
    assert!(workspace.read("spec/surface.txt").contains("a stand-in"));
}
