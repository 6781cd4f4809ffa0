//! Malformed values at every location of a document.

use serde_json::json;

use openapi_for_progenitor::steps;
use openapi_samples::pointers;

// No value at any location of a document makes a step panic.
#[test]
fn odd_values_in_any_place_never_panic() {
    let everything = json!({"openapi": "3.1.0", "info": {"license": {"identifier": "x"}}, "webhooks": {"w": {}},
        "paths": {"/a/{b}": {"parameters": [{"name": "b", "in": "path", "content": {"text/plain": {"schema": {"type": "string"}}}}],
            "get": {"parameters": [{"name": "c", "in": "query", "schema": {"$ref": "#/components/schemas/It/$defs/D"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/It", "title": "t"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/It"}]}}}}}}}},
        "components": {"pathItems": {"P": {}}, "securitySchemes": {"s": {"type": "mutualTLS"}}, "schemas": {"It": {
            "$id": "it", "$anchor": "a", "$defs": {"D": {"const": "d"}}, "type": ["object", "string", "null"],
            "properties": {"a": {"oneOf": [{"const": "x"}, {"const": "y"}, {"type": "null"}]}, "b": {"prefixItems": [{}], "items": false},
                "c": {"enum": ["x", null]}, "d": {"exclusiveMinimum": 1, "minimum": 0}, "e": {"examples": [1]}, "f": {"contentEncoding": "base64"}},
            "patternProperties": {"x": {}}, "required": ["a"]}}}});
    let odd = [
        json!(null),
        json!(true),
        json!(false),
        json!(-1.5),
        json!("null"),
        json!([]),
        json!({}),
        json!([[null]]),
        json!(["null", 1]),
        json!({"$ref": "#"}),
        json!({"$ref": "#/paths"}),
        json!({"$ref": "#/components/schemas/It/$defs"}),
        json!({"type": []}),
        json!({"oneOf": [{"oneOf": [{}, false]}, null]}),
        json!({"$ref": "#it", "allOf": 3}),
        json!({"$ref": "%zz"}),
    ];
    for pointer in [String::new()].into_iter().chain(pointers(&everything)) {
        for value in &odd {
            let mut document = everything.clone();
            if let Some(place) = document.pointer_mut(&pointer) {
                *place = value.clone();
            }
            if let Some(root) = document.as_object_mut() {
                root.insert("openapi".to_owned(), json!("3.1.0"));
            }
            let text = document.to_string();
            if let Ok(document) = openapi_canonical::read(text.as_bytes(), "It") {
                let _reconciled = openapi_reconcile::reconcile(&document, &everything);
                let _normalised = steps::normalise(document.into_value());
            }
        }
    }
}
