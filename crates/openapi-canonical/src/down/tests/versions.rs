//! Tests of parts outside schemas, and of the versions of OpenAPI.

use serde_json::json;

use super::{convert, converted, with};
use crate::schema::reference_to;

#[test]
fn parts_outside_schemas_are_converted() {
    let mut document = with(&json!({}));
    document["info"]["license"] = json!({"name": "MIT", "identifier": "MIT"});
    document["jsonSchemaDialect"] = json!("https://example.com");
    document["webhooks"] = json!({"hired": {}});
    document["components"]["pathItems"] = json!({"A": {"get": {"callbacks": {}}}});
    document["paths"] = json!({"/a": {"$ref": "#/components/pathItems/A"}});
    let (converted, rewrites) = convert(document, "It").unwrap();
    assert_eq!(converted["openapi"], "3.0.3");
    assert_eq!(converted["info"]["license"], json!({"name": "MIT"}));
    assert_eq!(
        converted["paths"],
        json!({"/a": {"get": {"responses": {}}}})
    );
    for gone in ["jsonSchemaDialect", "webhooks"] {
        assert_eq!(converted.get(gone), None);
    }
    assert_eq!(converted["components"].get("pathItems"), None);
    let reported: Vec<&str> = rewrites
        .losses
        .iter()
        .map(|loss| loss.pointer.as_str())
        .collect();
    assert_eq!(
        reported,
        [
            "/webhooks/hired",
            "/paths/~1a/get",
            "/components/schemas/Nothing"
        ]
    );
}

#[test]
fn newer_keywords_are_read_under_an_older_version() {
    let spellings = json!({
        "$defs": {"Pay": {"type": "integer"}},
        "type": ["object", "null"],
        "properties": {
            "name": {"type": ["string", "null"]},
            "pay": {"anyOf": [{"$ref": "#/components/schemas/It/$defs/Pay"}, {"type": "null"}]},
            "kind": {"const": "hourly"},
            "count": {"type": "integer", "exclusiveMinimum": 0},
            "older": {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true},
            "list": {"type": "array", "prefixItems": [{"type": "string"}], "items": false}}});
    let (expected, _) = converted(&spellings);
    for label in ["3.0.0", "3.0.3", "3.0", "3.1.1", "3.2.0"] {
        let mut document = with(&spellings);
        document["openapi"] = json!(label);
        let (converted, _) = convert(document, "It").unwrap();
        assert_eq!(converted["components"]["schemas"], expected, "{label}");
        assert_eq!(converted["openapi"], "3.0.3");
    }
    assert_eq!(
        expected["It"],
        json!({"type": "object", "nullable": true, "properties": {
            "name": {"type": "string", "nullable": true},
            "pay": {"allOf": [{"$ref": "#/components/schemas/Pay2"}], "nullable": true},
            "kind": {"enum": ["hourly"], "type": "string"},
            "count": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
            "older": {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true},
            "list": {"type": "array", "items": {"type": "string"}}}})
    );
}

#[test]
fn a_document_of_3_2_is_read_and_its_additions_are_reported() {
    let ok = json!({"200": {"summary": "Fine", "content": {"application/json": {"$ref": "#/components/mediaTypes/Pay"},
        "application/jsonl": {"itemSchema": reference_to("Pay")}}}});
    let document = json!({
        "openapi": "3.2.0", "$self": "https://host.example/openapi.json", "info": {"title": "It", "version": "1"},
        "paths": {"/a": {
            "get": {"parameters": [{"in": "querystring", "name": "all", "content": {"application/json": {}}}, {"in": "query", "name": "q", "schema": {"type": ["string", "null"]}}], "responses": ok},
            "query": {"responses": ok}, "additionalOperations": {"COPY": {"responses": ok}}}},
        "components": {
            "mediaTypes": {"Pay": {"schema": {"$ref": "https://host.example/openapi.json#/components/schemas/Choice"}}},
            "securitySchemes": {"o": {"type": "oauth2", "flows": {"deviceAuthorization": {}}}},
            "schemas": {"Pay": {"type": "object"}, "Choice": {"oneOf": [reference_to("Pay")], "discriminator": {"propertyName": "k", "defaultMapping": "Pay"}}}}});
    let (converted, rewrites) = convert(document, "It").unwrap();
    let get = &converted["paths"]["/a"]["get"];
    assert_eq!(get["responses"]["200"]["description"], "");
    let content = &get["responses"]["200"]["content"];
    assert_eq!(
        content["application/json"]["schema"],
        reference_to("Choice")
    );
    assert_eq!(
        get["parameters"],
        json!([{"in": "query", "name": "q", "schema": {"type": "string", "nullable": true}}])
    );
    let reported: Vec<String> = rewrites
        .losses
        .iter()
        .map(|one| format!("{}: {}", one.pointer, one.what))
        .collect();
    assert_eq!(
        reported,
        [
            "/components/securitySchemes/o: the device authorization flow",
            "/paths/~1a/query: an operation of the method `QUERY`",
            "/paths/~1a/additionalOperations/COPY: an operation of the method `COPY`",
            "/paths/~1a/get/parameters/0: the query string as a whole",
            "/paths/~1a/get/responses/200/content/application~1jsonl: the schema of each item of a stream",
            "/components/schemas/Choice: which variant a value of no mapped kind has",
        ]
    );
    let keywords: Vec<&str> = rewrites
        .not_comparable
        .keys()
        .filter_map(|key| key.split(':').next())
        .collect();
    assert_eq!(
        keywords,
        [
            "additionalOperations",
            "defaultMapping",
            "deviceAuthorization",
            "itemSchema",
            "query",
            "querystring"
        ]
    );
}
