//! A 3.0 document as a server of OpenAPI 3.1 would write it: other keywords for the same schemas.

use serde_json::{Value, json};

use crate::documents::{reference, rewrite};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Returns the document in 3.1, with every keyword around it that 3.0 does not have.
pub(crate) fn newer(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document, &mut respell);
    document["openapi"] = json!("3.1.0");
    document["jsonSchemaDialect"] = json!("https://spec.openapis.org/oas/3.1/dialect/base");
    document["webhooks"] = json!({"hired": {"post": {"requestBody": {"content": {"application/json": {"schema": {"type": ["string", "null"]}}}}}}});
    document
}

/// Writes every nullable type as a choice.
pub(crate) fn newer_with_choices(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document, &mut |value| {
        if is_schema(value) && take(value, "nullable").is_some() {
            let words = take(value, "description");
            *value = json!({"anyOf": [value.take(), {"type": "null"}]});
            if let Some(words) = words {
                value["description"] = words;
            }
        }
    });
    newer(&document)
}

/// Moves all components but one into the definitions of that one.
pub(crate) fn with_definitions(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document, &mut |value| {
        let target = value.get_mut("$ref").filter(|target| target.is_string());
        if let Some(Value::String(target)) = target {
            *target = target.replace("/schemas/", "/schemas/Everything/$defs/");
        }
    });
    let components = document["components"]["schemas"].take();
    document["components"]["schemas"] =
        json!({"Everything": {"$id": "https://example.com/everything", "$defs": components}});
    document
}

/// Copies the definitions that a location needs into each location.
pub(crate) fn with_definitions_everywhere(document: &Value) -> Value {
    let mut document = document.clone();
    let mut components = document["components"]["schemas"].take();
    document["components"]
        .as_object_mut()
        .unwrap()
        .remove("schemas");
    rewrite(&mut components, &mut lead_inside);
    rewrite(&mut document["paths"], &mut |value| {
        lead_inside(value);
        if let Some(schema) = value.get_mut("schema").filter(|schema| schema.is_object()) {
            schema["$defs"] = components.clone();
        }
    });
    rewrite(&mut document["paths"], &mut lead_inside);
    document
}

fn lead_inside(value: &mut Value) {
    let target = value.get_mut("$ref").filter(|target| target.is_string());
    if let Some(Value::String(target)) = target {
        *target = target.replace("#/components/schemas/", "#/$defs/");
    }
}

/// Moves every path into `components.pathItems`.
pub(crate) fn with_path_items(document: &Value) -> Value {
    let mut document = document.clone();
    let paths = document["paths"].take();
    for (index, (path, item)) in paths.as_object().unwrap().iter().enumerate() {
        let name = format!("Path{index}");
        document["paths"][path] = json!({"$ref": format!("#/components/pathItems/{name}")});
        document["components"]["pathItems"][name] = item.clone();
    }
    document
}

/// Adds every part of 3.1 that 3.0 does not have or writes in another way.
pub(crate) fn with_everything(document: &Value) -> Value {
    let mut document = newer(document);
    document["info"]["summary"] = json!("Small.");
    document["info"]["license"] = json!({"name": "MIT", "identifier": "MIT"});
    document["components"]["pathItems"] = json!({"Views": {"get": {"operationId": "views", "responses": {"200": {"description": "Views."}}}}});
    document["paths"]["/views"] =
        json!({"$ref": "#/components/pathItems/Views", "summary": "Beside a reference."});
    document["components"]["securitySchemes"]["mutual"] = json!({"type": "mutualTLS"});
    document["components"]["schemas"]["Everything"] = everything();
    let job = &mut document["components"]["schemas"]["Job"]["properties"];
    job["everything"] = reference("Everything");
    document["paths"]["/jobs"]["get"]["callbacks"] = json!({"done": {"{$url}": {"post": {}}}});
    document
}

fn everything() -> Value {
    let text = || json!({"type": "string"});
    json!({"$id": "https://example.com/it", "$anchor": "it", "$comment": "A note.", "type": "object",
        "$defs": {"Inner": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Inner"}}}},
        "properties": {
            "types": {"type": ["string", "integer", "null"]},
            "nullable": {"type": ["integer", "null"]},
            "constant": {"const": "only"},
            "constants": {"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]},
            "values": {"type": ["string", "null"], "enum": ["x", null]},
            "bounds": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
            "examples": {"type": "string", "examples": ["a", "b"]},
            "tuple": {"type": "array", "prefixItems": [text(), {"type": "integer"}], "items": false},
            "inner": {"$ref": "#/$defs/Inner", "description": "Beside a reference."},
            "anchored": {"$ref": "#it"},
            "file": {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
            "never": false,
            "anything": true,
            "nothing": {"type": "null"},
            "either": {"anyOf": [text(), {"type": "null"}]},
            "one": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/Inner"}]}},
        "patternProperties": {"^x": text()},
        "propertyNames": {"pattern": "^[a-z]+$"},
        "unevaluatedProperties": false,
        "dependentRequired": {"types": ["nullable"]},
        "dependentSchemas": {"types": {"required": ["nullable"]}},
        "if": {"required": ["types"]}, "then": {"required": ["nullable"]}, "else": {"not": {"required": ["nullable"]}},
        "minContains": 1, "contains": text(), "not": {"required": ["never"]}})
}

fn respell(value: &mut Value) {
    if !is_schema(value) {
        return;
    }
    if let Some(example) = take(value, "example") {
        value["examples"] = json!([example]);
    }
    let is_nullable = take(value, "nullable") == Some(json!(true));
    if is_nullable && value.get("type").is_some() {
        value["type"] = json!([value["type"], "null"]);
        if let Some(values) = value.get_mut("enum").and_then(Value::as_array_mut) {
            values.push(Value::Null);
        }
    } else if is_nullable && value.get("oneOf").is_some() {
        value["oneOf"]
            .as_array_mut()
            .unwrap()
            .push(json!({"type": "null"}));
    } else if is_nullable {
        let parts = take(value, "allOf").unwrap();
        value["anyOf"] = json!([parts[0], {"type": "null"}]);
    }
    if let Some([only]) = elements(value, "enum") {
        value["const"] = only.clone();
        take(value, "enum");
    }
    if let Some([only]) = elements(value, "allOf")
        && only.get("$ref").is_some()
    {
        value["$ref"] = only["$ref"].clone();
        take(value, "allOf");
    }
}

fn is_schema(value: &Value) -> bool {
    let has_type = value
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|kind| TYPES.contains(&kind));
    has_type
        || ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|keyword| value.get(*keyword).is_some_and(Value::is_array))
}

fn elements<'a>(value: &'a Value, key: &str) -> Option<&'a [Value]> {
    value.get(key)?.as_array().map(Vec::as_slice)
}

fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut()?.shift_remove(key)
}

#[test]
fn the_helpers_write_documents_of_3_1() {
    let document = json!({"components": {"schemas": {
        "A": {"type": "string", "nullable": true, "enum": ["a"], "example": "a"},
        "B": {"allOf": [reference("A")], "nullable": true, "description": "d"},
        "C": {"allOf": [reference("A")], "description": "d"}, "D": {"type": "string", "enum": ["d"]}}}});
    assert_eq!(
        newer(&document)["components"]["schemas"],
        json!({
            "A": {"type": ["string", "null"], "enum": ["a", null], "examples": ["a"]},
            "B": {"description": "d", "anyOf": [reference("A"), {"type": "null"}]},
            "C": {"description": "d", "$ref": "#/components/schemas/A"}, "D": {"type": "string", "const": "d"}})
    );
}
