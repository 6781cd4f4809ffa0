//! The API's documents, as far as the mock can be held against them: who may call what, and what may come back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::error_details;

static DOCUMENTED: LazyLock<Vec<Documented>> = LazyLock::new(|| {
    let files = ["documented.json", "agent-auth.json"];
    files.into_iter().flat_map(operations_of).collect()
});

/// An operation, as its document has it.
pub(crate) struct Documented {
    pub(crate) name: &'static str,
    pub(crate) method: String,
    /// The path template from the server's root.
    pub(crate) path: String,
    pub(crate) gates: Gates,
    responses: BTreeMap<u16, Validator>,
}

/// Requirements of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gates {
    pub(crate) tokenless: bool,
    /// `all` or `any` of the scopes.
    pub(crate) scope_rule: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) feature: Option<String>,
    pub(crate) claimed: bool,
}

/// Returns every operation of the documents.
pub(crate) fn all() -> &'static [Documented] {
    &DOCUMENTED
}

/// Returns the operation at a path, with or without a query. A literal segment is preferred to a parameter.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static Documented> {
    let path = path.split('?').next().unwrap_or_default();
    let here = all()
        .iter()
        .filter(|operation| operation.method == method && template_fits(&operation.path, path));
    here.min_by_key(|operation| operation.path.matches('{').count())
}

/// Returns the documented requests of all operations, in the form of the mock's own table.
pub(crate) fn requests() -> Value {
    let mut requests = Map::new();
    for file in ["documented.json", "agent-auth.json"] {
        let document = read(file);
        for (_, methods) in members(&document["paths"]) {
            for (_, operation) in members(methods) {
                let name = text(&operation["operationId"]);
                requests.insert(name, request(operation, &document));
            }
        }
    }
    Value::Object(requests)
}

fn request(operation: &Value, document: &Value) -> Value {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|parameter| parameter["in"] == "query");
    let query = query.map(|parameter| {
        let shape = shape(&parameter["schema"], document);
        (text(&parameter["name"]), Value::Object(shape))
    });
    let mut request = Map::new();
    request.insert("query".to_owned(), query.collect());
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        assert_eq!(content.len(), 1, "a body has one form");
        for (kind, body) in content {
            let shape = shape(&body["schema"], document);
            request.insert("contentType".to_owned(), json!(kind));
            request.insert("body".to_owned(), Value::Object(shape));
        }
    }
    Value::Object(request)
}

/// Returns as much of a schema as the mock's table holds.
fn shape(schema: &Value, document: &Value) -> Map<String, Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return shape(target.expect("the reference leads somewhere"), document);
    }
    let mut found = Map::new();
    let parts = ["allOf", "anyOf"].map(|keyword| schema[keyword].as_array());
    for part in parts.into_iter().flatten().flatten() {
        found.extend(shape(part, document));
    }
    let bounds = ["minimum", "maximum"].map(|bound| (bound, schema.get(bound)));
    let excluded = ("minimum", schema.get("exclusiveMinimum"));
    for (bound, value) in bounds.into_iter().chain([excluded]) {
        found.extend(value.map(|value| (bound.to_owned(), value.clone())));
    }
    for kind in kinds(schema) {
        let (keyword, value) = match kind.as_str() {
            Some("null") => ("nullable", json!(true)),
            _ => ("type", kind.clone()),
        };
        found.insert(keyword.to_owned(), value);
    }
    if let Some(properties) = schema["properties"].as_object() {
        let properties = properties.iter();
        let properties = properties
            .map(|(name, property)| (name.clone(), Value::Object(shape(property, document))));
        found.insert("properties".to_owned(), properties.collect());
    }
    if let Some(items) = schema.get("items") {
        let items = Value::Object(shape(items, document));
        found.insert("items".to_owned(), items);
    }
    if schema["additionalProperties"] == json!(true) {
        found.insert("open".to_owned(), json!(true));
    }
    if schema["enum"].is_array() {
        found.insert("choice".to_owned(), json!(true));
    }
    found
}

/// Returns the types that a schema names itself.
fn kinds(schema: &Value) -> &[Value] {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds,
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    }
}

/// Returns the names of all fields that hold an enumeration's value, or a list of such values.
pub(crate) fn enum_fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for file in ["documented.json", "agent-auth.json"] {
        let document = read(file);
        for (_, schema) in members(&document["components"]["schemas"]) {
            let Some(properties) = schema["properties"].as_object() else {
                continue;
            };
            let enums = properties
                .iter()
                .filter(|(_, property)| is_enum(property, &document));
            fields.extend(enums.map(|(name, _)| name.clone()));
        }
    }
    fields
}

fn is_enum(schema: &Value, document: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return is_enum(target.expect("the reference leads somewhere"), document);
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter();
    let mut parts = parts.flat_map(|keyword| schema[keyword].as_array().into_iter().flatten());
    let items = schema.get("items");
    schema["enum"].is_array()
        || items.is_some_and(|items| is_enum(items, document))
        || parts.any(|part| is_enum(part, document))
}

impl Documented {
    /// Returns the documented statuses.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = u16> {
        self.responses.keys().copied()
    }

    /// Returns the parts of a response that are not documented.
    pub(crate) fn faults(&self, status: u16, body: &Value) -> Vec<String> {
        let Some(validator) = self.responses.get(&status) else {
            return vec![format!("{} has no documented response {status}", self.name)];
        };
        let faults = validator.iter_errors(body);
        let faults = faults.map(|fault| format!("{}: {fault}", fault.instance_path()));
        faults
            .chain(error_details::fault(self.name, status, body))
            .collect()
    }
}

fn template_fits(template: &str, path: &str) -> bool {
    let (expected, given) = (template.split('/'), path.split('/'));
    expected.clone().count() == given.clone().count()
        && expected
            .zip(given)
            .all(|(expected, given)| expected.starts_with('{') || expected == given)
}

fn operations_of(file: &str) -> Vec<Documented> {
    let document = read(file);
    let server = text(&document["servers"][0]["url"]);
    let base = server
        .strip_prefix("https://app.opentrain.ai")
        .expect("the documents are of one host");
    let mut operations = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            operations.push(Documented {
                name: text(&operation["operationId"]).leak(),
                method: method.to_uppercase(),
                path: format!("{base}{path}"),
                gates: gates(operation),
                responses: responses(operation, &document),
            });
        }
    }
    operations
}

fn read(file: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let content = std::fs::read(folder.join(file)).expect("the document is there");
    serde_json::from_slice(&content).expect("the document is JSON")
}

fn gates(operation: &Value) -> Gates {
    let scopes = &operation["x-opentrain-scopes"];
    let names = scopes["scopes"].as_array().expect("the scopes are listed");
    let flag = |name: &str| operation[name].as_bool().expect("the gate is stated");
    Gates {
        tokenless: flag("x-opentrain-tokenless"),
        scope_rule: text(&scopes["match"]),
        scopes: names.iter().map(text).collect(),
        feature: operation["x-opentrain-feature"].as_str().map(str::to_owned),
        claimed: flag("x-opentrain-claimed-account"),
    }
}

fn responses(operation: &Value, document: &Value) -> BTreeMap<u16, Validator> {
    let responses = members(&operation["responses"]).map(|(status, response)| {
        let status = status
            .parse()
            .expect("responses are listed by their status");
        let schema = json_schema(&response["content"]["application/json"]["schema"], document);
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema);
        (status, validator.expect("the schema is one"))
    });
    responses.collect()
}

/// Values that the mock sends and that are not documented, by the name of the enumeration's schema: the documents say that
/// there are more, and the README says which ones the mock has.
const OWN_VALUES: &[(&str, &[&str])] = &[
    ("BidUnit", &["FIXED_PRICE"]),
    ("MilestoneStatus", &["PAID"]),
];

/// Returns the JSON Schema of a documented schema, with its references resolved. The documents let the service add properties and
/// values, but the mock must not make any up: objects are closed, and so are enumerations, but for [`OWN_VALUES`].
fn json_schema(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        let mut target = target.expect("the reference leads somewhere").clone();
        let name = reference.rsplit('/').next().unwrap_or_default();
        let own = OWN_VALUES.iter().filter(|(schema, _)| *schema == name);
        if let Some(values) = target.get_mut("enum").and_then(Value::as_array_mut) {
            values.extend(
                own.flat_map(|(_, values)| *values)
                    .map(|value| json!(value)),
            );
        }
        return json_schema(&target, document);
    }
    let mut converted = Map::new();
    for (keyword, value) in members(schema) {
        let value = match keyword.as_str() {
            "type" | "format" | "required" | "enum" => value.clone(),
            "items" | "additionalProperties" if value.is_object() => json_schema(value, document),
            "additionalProperties" => value.clone(),
            "properties" => members(value)
                .map(|(name, property)| (name.clone(), json_schema(property, document)))
                .collect(),
            "allOf" | "oneOf" | "anyOf" => {
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

/// True if a keyword does not constrain a value, or is checked elsewhere: `details` checks the condition on an error's details.
fn is_no_constraint(keyword: &str) -> bool {
    keyword.starts_with("x-") || matches!(keyword, "description" | "example" | "if" | "then")
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().expect("the value is an object").iter()
}

fn text(value: &Value) -> String {
    value.as_str().expect("the value is a text").to_owned()
}

#[test]
fn values_of_the_mocks_own_are_none_that_the_documents_know() {
    let schemas = &read("documented.json")["components"]["schemas"];
    for (schema, own) in OWN_VALUES {
        let known = schemas[schema]["enum"].as_array();
        let known = known.expect("it is an enumeration");
        assert!(
            own.iter().all(|value| !known.contains(&json!(value))),
            "{schema}"
        );
    }
}

#[test]
fn undocumented_responses_are_found() {
    let mine = find("GET", "/api/public/v1/jobs/mine?limit=1").expect("it is documented");
    assert_eq!(mine.name, "jobs_mine");
    let good = json!({"jobs": [], "nextCursor": null});
    assert_eq!(mine.faults(200, &good), Vec::<String>::new());
    for (status, body) in [
        (409, good),
        (200, json!({"jobs": null})),
        (200, json!({"jobs": [], "nextCursor": 3})),
        (200, json!({"jobs": [], "nextCursor": null, "mood": "good"})),
        (400, json!({"error": "no code"})),
        (501, json!({"code": "NOT_IMPLEMENTED"})),
    ] {
        assert_ne!(mine.faults(status, &body), Vec::<String>::new(), "{body}");
    }
    let refusal = |code: &str| json!({"error": "No", "code": code, "requestId": "r1"});
    assert_eq!(
        mine.faults(401, &refusal("UNAUTHORIZED")),
        Vec::<String>::new()
    );
    assert_ne!(
        mine.faults(401, &refusal("UNHEARD_OF")),
        Vec::<String>::new()
    );
}
