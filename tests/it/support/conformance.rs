//! Check that a request is documented: method, path, query, token, headers and body.

use std::collections::BTreeSet;

use opentrain_mock::RecordedRequest;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::documents::{self, Body, Operation, Parameter, Schema};

/// Headers that every request may have although no operation declares them: HTTP's own, the token, the user agent.
const HEADERS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];

/// Media type of all documented responses, which a request must accept.
const ACCEPTED: &str = "application/json";

/// Returns the name of the documented operation that a request is for.
pub(crate) fn operation(request: &RecordedRequest) -> Option<&'static str> {
    let operation = documents::find(&request.method, &request.path)?;
    Some(&operation.name)
}

/// Returns the faults of a request compared with the documents, a sentence each. Empty if the request is as documented.
pub(crate) fn faults(request: &RecordedRequest) -> BTreeSet<String> {
    let mut faults = in_the_headers(request);
    let RecordedRequest { method, path, .. } = request;
    let Some(operation) = documents::find(method, path) else {
        faults.push("not documented".to_owned());
        return under(&format!("{method} {path}"), faults);
    };
    faults.extend(in_the_path(operation, request));
    faults.extend(in_the_query(operation, request));
    faults.extend(of_the_response(request));
    faults.extend(of_the_token(operation, request));
    faults.extend(in_the_body(operation.body.as_ref(), request));
    under(&operation.name, faults)
}

fn under(name: &str, faults: Vec<String>) -> BTreeSet<String> {
    let faults = faults.into_iter();
    faults.map(|fault| format!("{name}: {fault}")).collect()
}

fn in_the_path(operation: &Operation, request: &RecordedRequest) -> Vec<String> {
    let values = operation.values(&request.path).unwrap_or_default();
    let faults = values.into_iter().flat_map(|(name, value)| {
        let value = decoded(value);
        if matches!(value.as_str(), "" | "." | "..") {
            return vec![format!("path parameter `{name}` is `{value}`")];
        }
        let parameter = operation.parameter("path", name);
        parameter_faults(parameter, "path", name, &value)
    });
    faults.collect()
}

fn in_the_query(operation: &Operation, request: &RecordedRequest) -> Vec<String> {
    let given = |name: &str| {
        let pairs = request.query.iter();
        pairs.filter(|(other, _)| other == name).count()
    };
    let mut faults = Vec::new();
    for (name, value) in &request.query {
        if given(name) > 1 {
            faults.push(format!("query parameter `{name}` is there more than once"));
        }
        let parameter = operation.parameter("query", name);
        faults.extend(parameter_faults(parameter, "query", name, value));
    }
    let needed = operation.parameters.iter();
    let needed = needed.filter(|parameter| parameter.place == "query" && parameter.is_required);
    let missing = needed.filter(|parameter| given(&parameter.name) == 0);
    faults
        .extend(missing.map(|parameter| format!("query parameter `{}` is absent", parameter.name)));
    faults
}

fn parameter_faults(
    parameter: Option<&Parameter>,
    place: &str,
    name: &str,
    value: &str,
) -> Vec<String> {
    let Some(parameter) = parameter else {
        return vec![format!("{place} parameter `{name}` is not documented")];
    };
    let faults = parameter.schema.faults_of_text(value).into_iter();
    faults
        .map(|fault| format!("{place} parameter `{name}`{fault}"))
        .collect()
}

fn in_the_headers(request: &RecordedRequest) -> Vec<String> {
    let mut faults = Vec::new();
    for (place, (name, _)) in request.headers.iter().enumerate() {
        if !HEADERS.contains(&name.as_str()) {
            faults.push(format!("header `{name}` is not documented"));
        }
        let earlier = &request.headers[..place];
        if earlier.iter().any(|(other, _)| other == name) {
            faults.push(format!("header `{name}` is there more than once"));
        }
    }
    faults
}

fn of_the_response(request: &RecordedRequest) -> Option<String> {
    let accept = request.header("accept");
    (accept != Some(ACCEPTED)).then(|| format!("header `accept` is {accept:?}"))
}

fn of_the_token(operation: &Operation, request: &RecordedRequest) -> Option<String> {
    let sent = request.header_as_sent("authorization");
    let is_bearer = sent
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|token| !token.trim().is_empty());
    match (operation.wants_token, sent) {
        (true, _) if !is_bearer => Some("there is no bearer token".to_owned()),
        (false, Some(_)) => Some("a token is sent where none is wanted".to_owned()),
        _ => None,
    }
}

fn in_the_body(body: Option<&Body>, request: &RecordedRequest) -> Vec<String> {
    let sent = request.header("content-type");
    let Some(body) = body else {
        return match request.body.is_empty() && sent.is_none() {
            true => Vec::new(),
            false => vec!["there is a body where none is documented".to_owned()],
        };
    };
    if request.body.is_empty() {
        return match body.is_required {
            true => vec!["the body is absent".to_owned()],
            false => Vec::new(),
        };
    }
    let wanted = &body.content_type;
    if sent != Some(wanted) {
        return vec![format!("the body is {sent:?} instead of `{wanted}`")];
    }
    match value(request, wanted) {
        Ok(value) => schema_faults(&body.schema, &value),
        Err(error) => vec![format!("the body is no `{wanted}`: {error}")],
    }
}

fn schema_faults(schema: &Schema, value: &Value) -> Vec<String> {
    let faults = schema.faults(value).into_iter();
    faults.map(|fault| format!("body{fault}")).collect()
}

fn value(request: &RecordedRequest, content_type: &str) -> serde_json::Result<Value> {
    if content_type == "application/x-www-form-urlencoded" {
        return Ok(form(&String::from_utf8_lossy(&request.body)));
    }
    serde_json::from_slice(&request.body)
}

/// Returns the fields of a form. A field that occurs more than once is a list, which no form of the documents has.
fn form(text: &str) -> Value {
    let mut fields = Map::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::from(decoded(&value.replace('+', " ")));
        let earlier = fields.remove(name);
        let value = match earlier {
            Some(earlier) => Value::Array(vec![earlier, value]),
            None => value,
        };
        fields.insert(decoded(&name.replace('+', " ")), value);
    }
    Value::Object(fields)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
