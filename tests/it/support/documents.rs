//! Requests that the documents describe, ready to compare others with them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

const DOCUMENTS: [&str; 2] = [
    include_str!("../../../spec/documented.json"),
    include_str!("../../../spec/agent-auth.json"),
];
/// Host of the service in every document.
const HOST: &str = "https://app.opentrain.ai";

static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| DOCUMENTS.into_iter().flat_map(operations_of).collect());

/// Operation, as its document describes it.
pub(crate) struct Operation {
    pub(crate) name: String,
    method: String,
    /// Path template from the server's root.
    path: String,
    /// True if the operation requires a bearer token. Any other operation must not be sent a token.
    pub(crate) wants_token: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
}

/// Parameter of the path or the query.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) is_required: bool,
    pub(crate) schema: Schema,
}

/// Body of a request.
pub(crate) struct Body {
    pub(crate) is_required: bool,
    pub(crate) content_type: String,
    pub(crate) schema: Schema,
}

/// Constraints on a value.
pub(crate) struct Schema {
    /// True if the value is written as text, as all values of a path, a query or a form are.
    is_text: bool,
    validator: Validator,
}

/// Returns the operation at a path. A literal segment is preferred to a parameter: `/jobs/mine` is never the job called `mine`.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static Operation> {
    let here = OPERATIONS
        .iter()
        .filter(|operation| operation.method == method && operation.values(path).is_some());
    here.min_by_key(|operation| operation.path.matches('{').count())
}

impl Operation {
    /// Returns the path's parameters, by name and still encoded. `None` if the template does not match the path.
    pub(crate) fn values<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let (named, given) = (self.path.split('/'), path.split('/'));
        if named.clone().count() != given.clone().count() {
            return None;
        }
        let mut values = Vec::new();
        for (named, given) in named.zip(given) {
            match named.strip_prefix('{') {
                Some(name) => values.push((name.trim_end_matches('}'), given)),
                None if named == given => {}
                None => return None,
            }
        }
        Some(values)
    }

    /// Returns the parameter of this name in the path or in the query.
    pub(crate) fn parameter(&self, place: &str, name: &str) -> Option<&Parameter> {
        let mut parameters = self.parameters.iter();
        parameters.find(|parameter| parameter.place == place && parameter.name == name)
    }
}

impl Schema {
    fn new(schema: &Value, document: &Value) -> Self {
        let schema = json_schema(schema, document);
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema);
        Self {
            is_text: schema["type"] == "string",
            validator: validator.expect("the schema is one"),
        }
    }

    /// Returns the faults of a value, with their locations.
    pub(crate) fn faults(&self, value: &Value) -> Vec<String> {
        let faults = self.validator.iter_errors(value);
        faults
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect()
    }

    /// Returns the faults of a value that is written as text.
    pub(crate) fn faults_of_text(&self, text: &str) -> Vec<String> {
        let as_text = || Value::from(text);
        let value = match self.is_text {
            true => as_text(),
            false => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
        };
        self.faults(&value)
    }
}

fn operations_of(document: &str) -> Vec<Operation> {
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let server = text(&document["servers"][0]["url"]);
    let base = server.strip_prefix(HOST).expect("the host is known");
    let mut operations = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            operations.push(Operation {
                name: text(&operation["operationId"]),
                method: method.to_uppercase(),
                path: format!("{base}{path}"),
                wants_token: wants_token(operation, &document),
                parameters: parameters(operation, &document),
                body: body(operation, &document),
            });
        }
    }
    operations
}

fn wants_token(operation: &Value, document: &Value) -> bool {
    let security = operation.get("security").or(document.get("security"));
    security.is_some_and(|security| *security != json!([]))
}

fn parameters(operation: &Value, document: &Value) -> Vec<Parameter> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let read = |parameter: &Value| Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        is_required: parameter["required"] == true,
        schema: Schema::new(&parameter["schema"], document),
    };
    parameters.map(read).collect()
}

fn body(operation: &Value, document: &Value) -> Option<Body> {
    let body = operation.get("requestBody")?;
    let mut content = members(&body["content"]);
    let (content_type, media) = content.next().expect("a body has a content type");
    assert!(content.next().is_none(), "a body has one content type");
    Some(Body {
        is_required: body["required"] == true,
        content_type: content_type.clone(),
        schema: Schema::new(&media["schema"], document),
    })
}

/// Returns the JSON Schema of a schema of a request, with its references resolved. Readers are tolerant and writers exact: an object
/// without `additionalProperties` accepts no further fields.
fn json_schema(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return json_schema(target.expect("the reference leads somewhere"), document);
    }
    let mut converted = Map::new();
    for (keyword, value) in members(schema) {
        let value = match keyword.as_str() {
            "type" | "format" | "required" | "enum" | "minimum" | "maximum" | "minLength"
            | "maxLength" | "minItems" | "minProperties" | "exclusiveMinimum" => value.clone(),
            "items" | "additionalProperties" if value.is_object() => json_schema(value, document),
            "additionalProperties" => value.clone(),
            "properties" => members(value)
                .map(|(name, property)| (name.clone(), json_schema(property, document)))
                .collect(),
            "allOf" | "anyOf" => {
                let parts = value.as_array().expect("a combination is a list");
                parts
                    .iter()
                    .map(|part| json_schema(part, document))
                    .collect()
            }
            _ => {
                assert!(is_no_constraint(keyword), "`{keyword}` is not understood");
                continue;
            }
        };
        converted.insert(keyword.clone(), value);
    }
    if converted.contains_key("properties") {
        let closed = converted.entry("additionalProperties");
        closed.or_insert(json!(false));
    }
    Value::Object(converted)
}

/// True if a keyword does not constrain a value, or is handled elsewhere.
fn is_no_constraint(keyword: &str) -> bool {
    keyword.starts_with("x-") || matches!(keyword, "description" | "example" | "default")
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().expect("the value is an object").iter()
}

fn text(value: &Value) -> String {
    value.as_str().expect("the value is a text").to_owned()
}
