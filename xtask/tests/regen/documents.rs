//! The documents of these tests: small ones with every kind of place, the real ones, and what other servers would make of them.

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

pub(crate) fn reference(name: &str) -> Value {
    json!({"$ref": format!("{SCHEMAS}{name}")})
}

fn response(schema: &Value) -> Value {
    json!({"description": "It.", "x-opentrain-evidence": "sample", "content": {"application/json": {"schema": schema, "example": {"default": 1}}}})
}

/// Returns a small documentation.
pub(crate) fn documented() -> Value {
    let failure = || response(&reference("Failure"));
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Small (as documented)", "version": "1"},
        "servers": [{"url": "https://app.opentrain.ai/api/public/v1"}],
        "security": [{"bearer": []}],
        "paths": {
            "/jobs/{id}": {
                "get": {
                    "operationId": "jobs_get", "tags": ["Jobs"], "summary": "Get a job", "security": [],
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": reference("JobId")}],
                    "responses": {"200": response(&reference("Job")), "404": response(&json!({"oneOf": [reference("Failure"), reference("ClosedJob")]})), "429": failure()},
                    "x-opentrain-tokenless": true, "x-opentrain-idempotency": "read", "x-opentrain-scopes": {"match": "all", "scopes": []}},
                "patch": {
                    "operationId": "jobs_update", "tags": ["Jobs"],
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": reference("JobId")}],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": reference("JobPatch")}}},
                    "responses": {"200": response(&reference("Job")), "202": response(&reference("Approval")), "400": failure()},
                    "x-opentrain-idempotency": "idempotent", "x-opentrain-scopes": {"match": "any", "scopes": ["jobs:write", "jobs:admin"]}}},
            "/jobs": {"get": {
                "operationId": "jobs_search", "tags": ["Jobs"],
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "format": "int32"}}],
                "responses": {"200": response(&reference("JobPage")), "401": failure()},
                "x-opentrain-idempotency": "read", "x-opentrain-pagination": {"rule": "cursor"}}},
        },
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "JobId": {"type": "string", "description": "A job.", "x-opentrain-id": true},
                "Job": {"type": "object", "description": "One job.", "required": ["id"], "properties": {
                    "id": {"allOf": [reference("JobId")], "description": "Which.", "x-opentrain-evidence": "documented"},
                    "pay": {"allOf": [reference("Pay")], "nullable": true, "description": "What it pays."},
                    "postedAt": {"type": "string", "format": "date-time", "nullable": true}}},
                "Pay": {"type": "object", "description": "Pay.", "properties": {
                    "kind": reference("PayKind"), "amount": {"type": "number", "format": "decimal", "x-opentrain-unit": "USD"}}},
                "PayKind": {"type": "string", "description": "How.", "enum": ["PER_HOUR", "FIXED"], "x-enum-varnames": ["Hourly", "Fixed"]},
                "JobPage": {"type": "object", "description": "A page.", "required": ["jobs"], "properties": {
                    "jobs": {"type": "array", "items": reference("Job")}, "nextCursor": {"type": "string", "nullable": true}}},
                "JobPatch": {"type": "object", "description": "Changes.", "properties": {
                    "title": {"type": "string", "nullable": true, "description": "Null clears."}, "pay": {"allOf": [reference("Pay")], "nullable": true}}},
                "Approval": {"type": "object", "description": "Pending.", "required": ["approvalId"], "properties": {"approvalId": {"type": "string"}}},
                "Failure": {"type": "object", "description": "A failure.", "required": ["error"], "properties": {"error": {"type": "string"}}},
                "ClosedJob": {"type": "object", "description": "Closed.", "required": ["status"], "properties": {"id": reference("JobId"), "status": {"type": "string"}}},
            },
        },
    })
}

pub(crate) fn agent() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Agent", "version": "1"},
        "servers": [{"url": "https://app.opentrain.ai"}],
        "paths": {"/api/agent/oauth/revoke": {"post": {
            "operationId": "agent_revoke_token",
            "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": reference("Revoke")}}},
            "responses": {"200": {"description": "Done."}}}}},
        "components": {"schemas": {"Revoke": {"type": "object", "properties": {"token": {"type": "string"}}}}},
    })
}

/// Returns the real hand-written documents, with null as OpenAPI 3.0 writes it.
pub(crate) fn real() -> (Value, Value) {
    let (mut documented, mut agent) = as_written();
    for document in [&mut documented, &mut agent] {
        rewrite(document, &mut write_null_as_in_3_0);
        document["openapi"] = json!("3.0.3");
    }
    (documented, agent)
}

/// Returns the real hand-written documents as they are.
pub(crate) fn as_written() -> (Value, Value) {
    let read = |name: &str| {
        let path = format!("{}/../spec/{name}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    (read("documented.json"), read("agent-auth.json"))
}

/// `["string", "null"]`, `anyOf` with null, excluded limits and conditions, as far as the real documents have them.
fn write_null_as_in_3_0(value: &mut Value) {
    let Value::Object(members) = value else {
        return;
    };
    let null = json!("null");
    let listed = members.get("type").and_then(Value::as_array);
    if let Some([only, last]) = listed.map(Vec::as_slice)
        && *last == null
    {
        let only = only.clone();
        members.insert("type".to_owned(), only);
        members.insert("nullable".to_owned(), json!(true));
    }
    let variants = members.get("anyOf").and_then(Value::as_array);
    if let Some([only, last]) = variants.map(Vec::as_slice)
        && last["type"] == null
    {
        let only = only.clone();
        members.shift_remove("anyOf");
        members.insert("allOf".to_owned(), json!([only]));
        members.insert("nullable".to_owned(), json!(true));
    }
    if members
        .get("exclusiveMinimum")
        .is_some_and(Value::is_number)
    {
        let minimum = members.insert("exclusiveMinimum".to_owned(), json!(true));
        members.insert("minimum".to_owned(), minimum.unwrap());
    }
    if members.get("then").is_some_and(Value::is_object) {
        members.shift_remove("if");
        members.shift_remove("then");
    }
}

/// Returns a document as a server without our extensions would serve it.
pub(crate) fn plain(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document, &mut |value| {
        if let Value::Object(members) = value {
            members.retain(|key, _| !key.starts_with("x-"));
        }
    });
    document
}

/// Returns the document with the keys of every object in the reverse order.
pub(crate) fn shuffled(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document, &mut |value| {
        if let Value::Object(members) = value {
            *members = std::mem::take(members).into_iter().rev().collect();
        }
    });
    document
}

/// Renames all components, operations and path parameters, as another framework would.
pub(crate) fn renamed(document: &Value) -> Value {
    let mut document = document.clone();
    let other = |name: &str| format!("{name}_dto");
    rewrite(&mut document, &mut |value| {
        if let Some(Value::String(target)) = value.get_mut("$ref") {
            *target = other(target);
        }
        if let Some(Value::String(id)) = value.get_mut("operationId") {
            *id = format!("PublicApiController_{id}");
        }
        let is_in_path = value.get("in").is_some_and(|place| place == "path");
        if let Some(Value::String(name)) = value.get_mut("name").filter(|_| is_in_path) {
            *name = format!("the_{name}");
        }
    });
    let schemas = document["components"]["schemas"].take();
    document["components"]["schemas"] = rekeyed(&schemas, other);
    let paths = document["paths"].take();
    document["paths"] = rekeyed(&paths, |path| path.replace('{', "{the_"));
    document
}

/// Moves the prefix of the server into the paths.
pub(crate) fn split_otherwise(document: &Value) -> Value {
    let mut document = document.clone();
    document["servers"] = json!([{"url": "https://app.opentrain.ai/"}]);
    let paths = document["paths"].take();
    document["paths"] = rekeyed(&paths, |path| format!("/api/public/v1{path}"));
    document
}

/// Replaces every reference to a component by its schema.
pub(crate) fn inlined(document: &Value) -> Value {
    let schemas = document["components"]["schemas"].clone();
    let mut inlined = document.clone();
    inlined["components"]
        .as_object_mut()
        .unwrap()
        .remove("schemas");
    inline(&mut inlined["paths"], &schemas);
    inlined
}

fn inline(value: &mut Value, schemas: &Value) {
    while let Some(name) = referred(value) {
        *value = schemas[name].clone();
    }
    // `allOf` of one is how a location adds to a component; without components it is not used.
    if let Some([only]) = value
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        let mut schema = referred(only).map_or_else(|| only.clone(), |name| schemas[name].clone());
        for (key, more) in value
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| *key != "allOf")
        {
            schema[key] = more.clone();
        }
        *value = schema;
    }
    match value {
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| inline(member, schemas)),
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| inline(element, schemas)),
        _ => {}
    }
}

fn referred(value: &Value) -> Option<String> {
    Some(
        value
            .get("$ref")?
            .as_str()?
            .strip_prefix(SCHEMAS)?
            .to_owned(),
    )
}

fn rekeyed(object: &Value, name: impl Fn(&str) -> String) -> Value {
    let members = object.as_object().unwrap().iter();
    Value::Object(
        members
            .map(|(key, value)| (name(key), value.clone()))
            .collect::<Map<_, _>>(),
    )
}

/// Applies a change to every value, also inside of example data.
pub(crate) fn rewrite(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    change(value);
    match value {
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| rewrite(member, change)),
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| rewrite(element, change)),
        _ => {}
    }
}
