//! The generated code does not depend on the features of `serde_json` that other packages turn on.

#[path = "../build/document.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod document;
#[path = "../build/extensions.rs"]
mod extensions;

use document::Document;

#[test]
fn operations_are_in_alphabetical_order_in_every_build() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/order.json");
    let operations = |id: &str| format!(r#"{{"operationId": "{id}", "responses": {{}}}}"#);
    let text = format!(
        r#"{{"openapi": "3.0.3", "info": {{"title": "It", "version": "1"}}, "paths": {{"/b": {{"put": {}, "get": {}}}, "/a": {{"get": {}}}}}}}"#,
        operations("c"),
        operations("b"),
        operations("a"),
    );
    std::fs::write(file, text).unwrap();
    let document = Document::read("it", file).unwrap();
    let ids = document
        .operations()
        .map(|operation| &operation.json["operationId"]);
    assert_eq!(ids.collect::<Vec<_>>(), ["a", "b", "c"]);
}
