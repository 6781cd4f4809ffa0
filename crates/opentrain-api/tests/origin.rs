//! The generated client states the title, the version and the origin of its document.

#[path = "../build/document.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod document;
#[path = "../build/extensions.rs"]
mod extensions;
#[path = "../build/operations.rs"]
mod operations;

use document::Document;
use serde_json::{Value, json};

/// Returns the generated constant of a document with this origin.
fn generated(origin: &Value) -> String {
    let info = json!({"title": "Bakery", "version": "7", extensions::SOURCE: origin});
    let json = json!({"openapi": "3.0.3", "info": info, "paths": {}});
    let document = Document {
        module: "bakery",
        openapi: serde_json::from_value(json.clone()).expect("it is a document"),
        json,
    };
    operations::tokens(&document).to_string()
}

#[test]
fn a_served_document_has_the_time_of_its_fetch() {
    let origin = json!({"document": "bakery.json", "served": true, "sha256": "0f", "fetched_at": "2026-01-01T00:00:00Z"});
    let code = generated(&origin);
    for part in [
        r#"title : "Bakery" , version : "7""#,
        r#"served : true , fetched_at : Some ("2026-01-01T00:00:00Z")"#,
    ] {
        assert!(code.contains(part), "`{part}` is not in {code}");
    }
}

#[test]
fn a_document_that_was_not_fetched_has_no_time() {
    let origin = json!({"document": "bakery.json", "served": false, "sha256": "0f"});
    let code = generated(&origin);
    assert!(
        code.contains("served : false , fetched_at : None"),
        "{code}"
    );
}
