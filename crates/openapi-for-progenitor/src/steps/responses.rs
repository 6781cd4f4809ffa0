//! Helpers for joining successes and errors.

use serde_json::{Value, json};

use openapi_canonical::document;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;
use openapi_canonical::statuses;

/// Documented response of an operation.
#[derive(Debug)]
pub(super) struct Response {
    /// `200`, `4XX` or `default`; a range is in capitals.
    pub(super) status: String,
    pub(super) description: Option<String>,
    /// Schema of the JSON body, if there is one.
    pub(super) schema: Option<Value>,
    /// True if the body has other media types.
    pub(super) has_other_forms: bool,
}

impl Response {
    pub(super) fn number(&self) -> Option<u16> {
        self.status.parse().ok()
    }

    pub(super) fn reason(&self) -> String {
        statuses::reason(&self.status)
    }
}

/// Removes the responses whose status passes the filter from an operation, and returns them in the order of their
/// statuses.
pub(super) fn take(operation: &mut Object, is_wanted: impl Fn(&str) -> bool) -> Vec<Response> {
    let Some(responses) = json::object_mut(operation, "responses") else {
        return Vec::new();
    };
    let mut statuses: Vec<String> = responses
        .keys()
        .filter(|status| is_wanted(status))
        .cloned()
        .collect();
    statuses.sort();
    statuses
        .into_iter()
        .filter_map(|status| Some((responses.remove(&status)?, status)))
        .map(response)
        .collect()
}

/// True if the responses of an operation were joined before: the mark is there, and no other response is.
pub(super) fn are_joined(operation: &Object, mark: &str) -> bool {
    let mut statuses = json::entries(operation, "responses").map(|(status, _)| status.as_str());
    operation.contains_key(mark) && statuses.all(|status| ["2XX", "4XX", "5XX"].contains(&status))
}

/// Returns the response of an operation for a status, without removing it.
pub(super) fn stated(operation: &Object, status: &str) -> Option<Response> {
    let response = json::object(operation, "responses")?.get(status)?;
    Some(self::response((response.clone(), status.to_owned())))
}

fn response((stated, status): (Value, String)) -> Response {
    let description = stated
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Response {
        status: status.replace("xx", "XX"),
        description,
        schema: stated.as_object().and_then(document::json_schema),
        has_other_forms: stated.as_object().is_some_and(has_other_forms),
    }
}

/// True if a body has media types and none of them is JSON.
pub(super) fn has_other_forms(response: &Object) -> bool {
    let mut forms = json::entries(response, "content");
    forms.next().is_some() && document::json_form(response).is_none()
}

/// Adds one joined response to an operation, with a component as its body, or without a body.
pub(super) fn put(
    operation: &mut Object,
    status: &str,
    description: &str,
    component: Option<&str>,
) {
    let mut response = json!({ "description": description });
    if let Some(component) = component {
        response["content"] =
            json!({"application/json": {"schema": schema::reference_to(component)}});
    }
    let responses = operation.entry("responses").or_insert(Value::Null);
    if !responses.is_object() {
        *responses = json!({});
    }
    responses[status] = response;
}

/// Returns the descriptions of the responses: the only one, or each with its status on its own line.
pub(super) fn describe(responses: &[&Response], otherwise: &str) -> String {
    let described = responses
        .iter()
        .filter_map(|response| Some((&response.status, response.description.as_ref()?)));
    let lines: Vec<String> = match responses {
        [_] => described.map(|(_, text)| text.clone()).collect(),
        _ => described
            .map(|(status, text)| format!("{status}: {text}"))
            .collect(),
    };
    if lines.is_empty() {
        otherwise.to_owned()
    } else {
        lines.join("\n")
    }
}

/// True if a status is one of a range: `404` of `4XX`.
pub(super) fn is_in(status: &str, range: &str) -> bool {
    let digit = range.strip_suffix("XX");
    status != range && digit.is_some_and(|digit| status.starts_with(digit))
}

/// Returns the statuses that are numbers; ranges and `default` are skipped.
pub(super) fn numbers(responses: &[Response]) -> Value {
    responses.iter().filter_map(Response::number).collect()
}

/// Returns the component of a schema; an inline schema becomes a component with the name `name`.
pub(super) fn as_component(schemas: &mut Object, schema: Value, name: &str) -> String {
    if let Some(component) = schema::component_of(&schema) {
        return component.to_owned();
    }
    let is_something_else = |taken: &str| schemas.get(taken).is_some_and(|other| *other != schema);
    let name = names::unique(name, is_something_else);
    schemas.insert(name.clone(), schema);
    name
}

/// Returns the schema of bodies that the status decides, a variant for each component.
pub(super) fn choice_by_status<'a>(
    description: &str,
    components: impl Iterator<Item = &'a String>,
    by_status: &Object,
) -> Value {
    let variants: Vec<Value> = components.map(|name| schema::reference_to(name)).collect();
    let variants = json::distinct(&variants);
    json!({"description": description, "oneOf": variants, keys::BY_STATUS: by_status})
}
