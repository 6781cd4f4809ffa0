//! `normalise FILE` shows what is made of any one document.

use serde_json::{Value, json};

use crate::documents;
use crate::newer;
use crate::workspace::{Run, run};

fn normalise(text: &str) -> Run {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    run(&["normalise", file.path().to_str().unwrap()])
}

/// A document of another API in every form that is left out.
fn foreign() -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": {"/pets": {"post": {
        "parameters": [{"name": "session", "in": "cookie", "schema": {"type": "string"}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": ["object", "null"], "not": {}}}, "application/xml": {}}},
        "responses": {"200": {"description": "Yes.", "content": {"text/csv": {}}}}}}}})
}

#[test]
fn a_foreign_document_is_shown_and_what_is_left_out_is_told() {
    let run = normalise(&foreign().to_string());
    run.expect_code(0);
    let shown: Value = serde_json::from_str(&run.output).unwrap();
    let operation = &shown["paths"]["/pets"]["post"];
    assert_eq!(
        (
            &shown["openapi"],
            &operation["operationId"],
            &operation["parameters"]
        ),
        (&json!("3.0.3"), &json!("post_pets"), &json!([]))
    );
    let (done, left_out) = run
        .error
        .split_once("left out: 4\n")
        .expect("four things are left out");
    assert!(
        done.contains("      1  lists of types and null spelled in 3.0\n"),
        "{run:#?}"
    );
    assert_eq!(
        left_out,
        "  /paths/~1pets/post/requestBody/content/application~1json/schema: the condition `not`\n  \
         /paths/~1pets/post: the cookie `session`\n  \
         /paths/~1pets/post: the request body as `application/xml`\n  \
         /paths/~1pets/post: the answer 200 as `text/csv`\n"
    );
}

#[test]
fn both_versions_give_the_same() {
    let (documented, _) = documents::real();
    let older = documents::plain(&documented);
    let shown = |document: &Value| {
        normalise(&document.to_string())
            .expect_code(0)
            .output
            .clone()
    };
    let (one, other) = (shown(&older), shown(&newer::newer(&older)));
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn what_is_no_openapi_document_is_said_in_a_sentence() {
    for (text, part) in [
        ("{\"openapi\": ", "is not JSON"),
        ("<html>", "is an HTML page"),
        ("hello", "is no OpenAPI document"),
        ("swagger: '2.0'\npaths: {}\n", "is Swagger 2.0"),
        ("openapi: 3.1.0\n", "has no object `paths`"),
        ("\u{0}", "is neither JSON nor YAML"),
    ] {
        normalise(text).expect_sentence(&[part]);
    }
    run(&["normalise", "/nowhere/at/all.json"])
        .expect_sentence(&["cannot read /nowhere/at/all.json"]);
}
