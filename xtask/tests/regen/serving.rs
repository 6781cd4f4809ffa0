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
            .contains(&format!("source: the served document {}", server.url())),
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
fn the_served_text_changes_in_indentation_only() {
    let workspace = Workspace::new();
    let served = documents::plain(&documents::documented());
    let text = served.to_string().replacen(
        '{',
        r#"{"x-odd":{"z":1.50,"a":[ ],"huge":1e999,"-":-1e999},"#,
        1,
    );
    let server = Server::of(&text, "\"v1\"");
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    let written = workspace.read("spec/openapi.json");
    let odd = "{\n  \"x-odd\": {\n    \"z\": 1.50,\n    \"a\": [],\n    \"huge\": 1e999,\n    \"-\": -1e999\n  },\n";
    assert_eq!(
        written.strip_prefix(odd).map(|rest| format!("{{\n{rest}")),
        Some(format!("{served:#}\n"))
    );
    workspace.regen(&["--offline", "--check"]).expect_code(0);
}

#[test]
fn yaml_is_stored_as_json_and_recorded_as_yaml() {
    let document = documents::plain(&documents::documented());
    let text = format!("# The API.\n---\n{}", yaml(&document, 0));
    let server = Server::of(&text, "\"v1\"");
    let workspace = Workspace::new();
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    assert_eq!(
        workspace.read("spec/openapi.json"),
        format!("{document:#}\n")
    );
    let lock = workspace.read("spec/source.toml");
    assert!(
        lock.contains("served_as = \"YAML; spec/openapi.json is its JSON form\"\n"),
        "{lock}"
    );
    for arguments in [
        &["--offline", "--check"][..],
        &["--url", &server.url(), "--check"],
    ] {
        workspace.regen(arguments).expect_code(0);
    }
    assert_eq!(
        workspace.public_without_origin(),
        Workspace::served(&document).public_without_origin()
    );
}

/// Writes a value as YAML, with objects in block style and the rest as JSON.
pub(crate) fn yaml(value: &serde_json::Value, depth: usize) -> String {
    let Some(members) = value.as_object().filter(|members| !members.is_empty()) else {
        return format!(" {value}\n");
    };
    let line = |(key, member): (&String, &serde_json::Value)| {
        let key = if key
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
        {
            key.clone()
        } else {
            format!("'{key}'")
        };
        format!("{}{key}:{}", "  ".repeat(depth), yaml(member, depth + 1))
    };
    format!("\n{}", members.iter().map(line).collect::<String>())
}

#[test]
fn another_etag_of_the_same_document_is_recorded() {
    let text = documents::plain(&documents::documented()).to_string();
    let workspace = Workspace::new();
    for etag in ["\"v1\"", "\"v2\""] {
        let server = Server::of(&text, etag);
        workspace.regen(&["--url", &server.url()]).expect_code(0);
        let lock = workspace.read("spec/source.toml");
        assert!(lock.contains(&format!("etag = '{etag}'")), "{lock}");
    }
}

#[test]
fn a_run_prints_the_number_of_differences() {
    let mut served = documents::plain(&documents::documented());
    served["components"]["schemas"]["Job"]["properties"]["headline"] =
        serde_json::json!({"type": "string"});
    let run = Workspace::new().take(&served);
    let counts = "differences from the documentation: 0 changed, 1 new, 0 absent, 0 kept, 0 not relied on, 0 filled\n";
    assert!(run.output.contains(counts), "{run:#?}");
}

#[test]
fn verbose_lists_the_steps_for_each_document() {
    let run = Workspace::new().regen(&["--offline", "--verbose"]);
    for document in ["public", "agent"] {
        let label = format!("steps for crates/opentrain-api/{document}.json:\n");
        assert!(run.output.contains(&label), "{run:#?}");
    }
}

#[test]
fn the_command_of_a_check_can_be_pasted_into_a_shell() {
    let workspace = Workspace::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's served.json");
    let text = documents::plain(&documents::documented()).to_string();
    std::fs::write(&file, text).unwrap();
    let run = workspace.regen(&["--from", file.to_str().unwrap(), "--check"]);
    let quoted = format!("--from '{}/it'\\''s served.json'`", folder.path().display());
    run.expect_stale(&[&quoted]);
}

#[test]
fn a_redirect_on_the_same_origin_is_followed() {
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
fn a_second_address_is_tried_and_recorded_where_the_first_is_not_found() {
    let text = documents::plain(&documents::documented()).to_string();
    let server = Server::new(move |head, stream| {
        let head = head.to_ascii_lowercase();
        let (status, body) = match () {
            () if !head.starts_with("get /api/public/v1/openapi ") => ("404 Not Found", ""),
            () if head.contains("if-none-match: \"v1\"") => ("304 Not Modified", ""),
            () => ("200 OK", text.as_str()),
        };
        crate::server::write(stream, status, &[("etag", "\"v1\"")], body);
    });
    let workspace = Workspace::new();
    let url = server.url_of("/api/public/v1/openapi.json");
    workspace.regen(&["--url", &url]).expect_code(0);
    let found = server.url_of("/api/public/v1/openapi");
    let lock = workspace.read("spec/source.toml");
    assert!(lock.contains(&format!("url = \"{found}\"\n")), "{lock}");
    let run = workspace.regen(&["--url", &url]);
    assert!(
        run.expect_code(0).output.contains("nothing changed"),
        "{run:#?}"
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(!requests[2].contains("if-none-match") && requests[3].contains("if-none-match"));
}

#[test]
fn a_file_is_recorded_by_its_name_alone() {
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
fn a_stand_in_is_marked_as_one() {
    let workspace = Workspace::new();
    let run = workspace.regen(&["--offline"]);
    run.expect_code(0);
    assert!(run.output.contains("source: a stand-in"), "{run:#?}");
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
