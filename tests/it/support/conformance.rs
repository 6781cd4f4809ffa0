//! Holds what the client sends against the documents: path, query, headers, body.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::Validator;
use opentrain_mock::RecordedRequest;
use serde_json::{Map, Value, json};

use super::repository_file;

/// Headers that are HTTP's, or every client's: the documents do not tell of them.
const USUAL_HEADERS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];

static OPERATIONS: LazyLock<BTreeMap<String, Documented>> = LazyLock::new(|| {
    ["spec/documented.json", "spec/agent-auth.json"]
        .into_iter()
        .flat_map(operations_of)
        .collect()
});

/// What an operation takes.
struct Documented {
    query: BTreeMap<String, Parameter>,
    headers: BTreeSet<String>,
    body: Option<Body>,
}

struct Parameter {
    required: bool,
    schema: Value,
    validator: Validator,
}

struct Body {
    required: bool,
    media_type: String,
    schema: Value,
    validator: Validator,
}

/// Fails with everything that is in no document.
#[track_caller]
pub(crate) fn assert_documented(requests: &[RecordedRequest]) {
    let faults: Vec<String> = requests.iter().flat_map(faults_of).collect();
    assert!(faults.is_empty(), "not as documented: {faults:#?}");
}

/// What of a request is in no document.
pub(crate) fn faults_of(request: &RecordedRequest) -> Vec<String> {
    let place = format!("{} {}", request.method, request.target);
    let documented = request.operation.and_then(|name| OPERATIONS.get(name));
    let Some(documented) = documented else {
        return vec![format!("{place}: there is no such operation")];
    };
    let faults = [
        documented.query_faults(&request.query),
        documented.header_faults(&request.headers),
        documented.body_faults(request),
    ];
    let told = |fault| format!("{place}: {fault}");
    faults.into_iter().flatten().map(told).collect()
}

impl Documented {
    fn query_faults(&self, query: &[(String, String)]) -> Vec<String> {
        let given: BTreeSet<&String> = query.iter().map(|(name, _)| name).collect();
        let unknown = given.iter().filter(|name| !self.query.contains_key(**name));
        let unknown = unknown.map(|name| format!("the parameter `{name}` is not documented"));
        let missing = self
            .query
            .iter()
            .filter(|(name, parameter)| parameter.required && !given.contains(name));
        let missing = missing.map(|(name, _)| format!("the parameter `{name}` is missing"));
        let wrong = self.query.iter().filter_map(|(name, parameter)| {
            let values = query.iter().filter(|(other, _)| other == name);
            let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
            parameter.fault(name, &values)
        });
        unknown.chain(missing).chain(wrong).collect()
    }

    fn header_faults(&self, headers: &[(String, String)]) -> Vec<String> {
        let is_known = |name: &str| USUAL_HEADERS.contains(&name) || self.headers.contains(name);
        let unknown = headers.iter().filter(|(name, _)| !is_known(name));
        unknown
            .map(|(name, _)| format!("the header `{name}` is not documented"))
            .collect()
    }

    fn body_faults(&self, request: &RecordedRequest) -> Vec<String> {
        match (&self.body, request.body.is_empty()) {
            (None, true) => Vec::new(),
            (None, false) => vec!["a body is not documented".to_owned()],
            (Some(body), true) if body.required => vec!["the body is missing".to_owned()],
            (Some(_), true) => Vec::new(),
            (Some(body), false) => body.faults(request),
        }
    }
}

impl Parameter {
    fn fault(&self, name: &str, values: &[&str]) -> Option<String> {
        let value = match values {
            [] => return None,
            values if self.schema["type"] == "array" => Value::from_iter(
                values
                    .iter()
                    .map(|value| typed(&self.schema["items"], value)),
            ),
            [value] => typed(&self.schema, value),
            _ => return Some(format!("the parameter `{name}` is given more than once")),
        };
        let fault = self.validator.validate(&value).err()?;
        Some(format!("the parameter `{name}`: {fault}"))
    }
}

impl Body {
    fn faults(&self, request: &RecordedRequest) -> Vec<String> {
        let media_type = request.header("content-type").unwrap_or_default();
        if media_type.split(';').next() != Some(self.media_type.as_str()) {
            return vec![format!(
                "the body is `{media_type}`, not `{}`",
                self.media_type
            )];
        }
        let value = match self.media_type.as_str() {
            "application/json" => request.json(),
            _ => Some(self.form(&request.body)),
        };
        let Some(value) = value else {
            return vec!["the body is no JSON".to_owned()];
        };
        let faults = self.validator.iter_errors(&value);
        let faults =
            faults.map(|fault| format!("the body at `{}`: {fault}", fault.instance_path()));
        faults.chain(self.unknown_fields(&value)).collect()
    }

    /// Schemas let anything pass that they do not know; the client has no business to send it.
    fn unknown_fields(&self, value: &Value) -> Vec<String> {
        let mut known = BTreeSet::new();
        collect_fields(&self.schema, &mut known, &mut BTreeSet::new(), &self.schema);
        let given = value.as_object().into_iter().flatten();
        let unknown = given.filter(|(name, _)| !known.contains(*name));
        unknown
            .map(|(name, _)| format!("the field `{name}` is not documented"))
            .collect()
    }

    /// The fields of a form, each text.
    fn form(&self, body: &[u8]) -> Value {
        let url = format!("http://127.0.0.1/?{}", String::from_utf8_lossy(body));
        let url = reqwest::Url::parse(&url).expect("a form is a query");
        let pairs = url.query_pairs();
        pairs
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// The names of the fields at the top of a schema, through references and parts.
fn collect_fields(
    schema: &Value,
    found: &mut BTreeSet<String>,
    seen: &mut BTreeSet<String>,
    root: &Value,
) {
    if let Some(reference) = schema["$ref"].as_str()
        && seen.insert(reference.to_owned())
    {
        let target = root.pointer(reference.trim_start_matches('#'));
        collect_fields(target.expect("it leads somewhere"), found, seen, root);
    }
    found.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone()),
    );
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for part in schema[keyword].as_array().into_iter().flatten() {
            collect_fields(part, found, seen, root);
        }
    }
}

/// A text of a query as the value that its schema wants.
fn typed(schema: &Value, text: &str) -> Value {
    let parsed = match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

fn operations_of(file: &str) -> Vec<(String, Documented)> {
    let mut document: Value = serde_json::from_str(&repository_file(file)).expect("it is JSON");
    spell_null(&mut document);
    let paths = document["paths"].as_object().expect("there are paths");
    let operations = paths
        .values()
        .flat_map(|item| item.as_object().into_iter().flatten());
    operations
        .map(|(_, operation)| {
            let name = operation["operationId"].as_str().expect("it has a name");
            (name.to_owned(), documented(operation, &document))
        })
        .collect()
}

fn documented(operation: &Value, document: &Value) -> Documented {
    let parameters: Vec<&Value> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let of = |place: &'static str| {
        let here = parameters
            .iter()
            .filter(move |parameter| parameter["in"] == place);
        here.map(|parameter| {
            (
                parameter["name"].as_str().expect("it has a name"),
                *parameter,
            )
        })
    };
    let query = of("query").map(|(name, parameter)| {
        let (schema, validator) = compiled(&parameter["schema"], document);
        let required = parameter["required"] == true;
        (
            name.to_owned(),
            Parameter {
                required,
                schema,
                validator,
            },
        )
    });
    let body = operation["requestBody"]["content"]
        .as_object()
        .map(|content| {
            let (media_type, media) = content.iter().next().expect("a body has a form");
            let (schema, validator) = compiled(&media["schema"], document);
            let required = operation["requestBody"]["required"] == true;
            Body {
                required,
                media_type: media_type.clone(),
                schema,
                validator,
            }
        });
    Documented {
        query: query.collect(),
        headers: of("header")
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect(),
        body,
    }
}

/// A schema with everything that it refers to, and what checks values against it.
fn compiled(schema: &Value, document: &Value) -> (Value, Validator) {
    let mut schema = resolved(schema, document).clone();
    schema["components"] = json!({"schemas": document["components"]["schemas"]});
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    (schema, validator)
}

fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let target = document.pointer(reference.trim_start_matches('#'));
            resolved(target.expect("it leads somewhere"), document)
        }
        None => schema,
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema lists null among the types.
fn spell_null(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(spell_null),
        Value::Object(members) => {
            members.values_mut().for_each(spell_null);
            if members.get("nullable") == Some(&Value::Bool(true)) {
                members.remove("nullable");
                let schema = Value::Object(std::mem::take(members));
                members.insert("anyOf".to_owned(), json!([schema, {"type": "null"}]));
            }
        }
        _ => {}
    }
}
