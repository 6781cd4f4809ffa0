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

/// Returns a document of another API with every part that is dropped.
fn foreign() -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": {"/pets": {"post": {
        "parameters": [{"name": "session", "in": "cookie", "schema": {"type": "string"}},
            {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": true}}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": ["object", "null"], "not": {"required": ["a"]}}}, "application/xml": {}}},
        "responses": {"200": {"description": "Yes.", "content": {"text/csv": {}, "application/jsonl": {}}}}}}}})
}

#[test]
fn a_document_of_another_api_is_printed_and_dropped_parts_are_listed() {
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
        (
            &json!("3.0.3"),
            &json!("post_pets"),
            &json!([{"name": "filter", "in": "query", "schema": {"type": "string"}}])
        )
    );
    let (done, losses) = run
        .error
        .split_once("dropped: 5\n")
        .expect("five parts are dropped");
    assert!(
        done.contains("      1  lists of types and null rewritten as in 3.0\n"),
        "{run:#?}"
    );
    assert_eq!(
        losses,
        "  /paths/~1pets/post/requestBody/content/application~1json/schema: the condition `not`\n  \
         /paths/~1pets/post: the cookie `session`\n  \
         /paths/~1pets/post: the request body as `application/xml`\n  \
         /paths/~1pets/post: the query parameter `filter`: a value with a media type, which is taken as text\n  \
         /paths/~1pets/post/requestBody/content/application~1json/schema: that the whole may be null\n"
    );
}

#[test]
fn both_versions_of_openapi_give_the_same_result() {
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

/// Documents of 3.1 that describe no operation.
fn without_operations() -> [Value; 3] {
    let hired = json!({"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}}});
    let components = json!({"schemas": {"Job": {"type": ["object", "null"], "properties": {"id": {"type": "string"}}}}});
    let document = |members: Value| {
        let mut document = json!({"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}});
        for (key, member) in members.as_object().unwrap() {
            document[key] = member.clone();
        }
        document
    };
    [
        document(json!({"webhooks": {"hired": hired, "let/go": {}}, "components": components})),
        document(json!({"components": components})),
        document(json!({"paths": {}, "webhooks": {"hired": hired}, "components": components})),
    ]
}

#[test]
fn a_document_without_operations_is_accepted_and_its_webhooks_are_reported_as_dropped() {
    let [webhooks, components, paths] = without_operations();
    for (document, message) in [
        (
            webhooks,
            "dropped: 2\n  /webhooks/hired: a webhook\n  /webhooks/let~1go: a webhook\n",
        ),
        (components, "dropped: 0\n"),
        (paths, "dropped: 1\n  /webhooks/hired: a webhook\n"),
    ] {
        let run = normalise(&document.to_string());
        run.expect_code(0);
        assert!(run.error.ends_with(message), "{run:#?}");
        let shown: Value = serde_json::from_str(&run.output).unwrap();
        assert_eq!(shown["paths"], json!({}));
        assert_eq!(shown["components"]["schemas"]["Job"]["type"], "object");
        assert!(shown.get("webhooks").is_none(), "{shown}");
    }
}

#[test]
fn drift_accepts_a_document_without_operations() {
    let files = without_operations().map(|document| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), document.to_string()).unwrap();
        file
    });
    let [webhooks, components, _] = files.each_ref().map(|file| file.path().to_str().unwrap());
    let compared = run(&["drift", webhooks, components]);
    compared.expect_code(0);
    let removed = "webhook hired: webhook or callback removed\n";
    assert!(compared.output.contains(removed), "{compared:#?}");
}

#[test]
fn a_file_that_is_no_openapi_document_is_refused_in_one_sentence() {
    for (text, part) in [
        ("{\"openapi\": ", "is not JSON"),
        ("<html>", "is an HTML page"),
        ("hello", "is no OpenAPI document"),
        ("swagger: '2.0'\npaths: {}\n", "is Swagger 2.0"),
        (
            "openapi: 3.1.0\n",
            "has none of the objects `paths`, `webhooks` and `components`",
        ),
        ("openapi: 3.0.3\nwebhooks: {}\n", "has no object `paths`"),
        ("\u{0}", "is neither JSON nor YAML"),
    ] {
        normalise(text).expect_sentence(&[part]);
    }
    run(&["normalise", "/nowhere/at/all.json"])
        .expect_sentence(&["cannot read /nowhere/at/all.json"]);
}
