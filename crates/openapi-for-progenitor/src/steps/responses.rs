//! What joining successes and joining errors have in common.

use serde_json::{Value, json};

use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;
use openapi_canonical::statuses;

/// One documented answer of an operation.
#[derive(Debug)]
pub(super) struct Answer {
    /// `200`, `4XX` or `default`.
    pub(super) status: String,
    pub(super) description: Option<String>,
    /// The schema of the body in its JSON form, if it has one.
    pub(super) schema: Option<Value>,
    /// True if the body has other forms.
    pub(super) has_other_forms: bool,
}

impl Answer {
    pub(super) fn number(&self) -> Option<u16> {
        self.status.parse().ok()
    }

    pub(super) fn reason(&self) -> String {
        statuses::reason(&self.status)
    }
}

/// Takes the answers whose status the filter wants out of an operation, in the order of their statuses.
pub(super) fn take(operation: &mut Object, is_wanted: impl Fn(&str) -> bool) -> Vec<Answer> {
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
        .map(answer)
        .collect()
}

/// Whether the answers of an operation were joined before: the mark says so, and there are no others.
pub(super) fn are_joined(operation: &Object, mark: &str) -> bool {
    let mut statuses = json::entries(operation, "responses").map(|(status, _)| status.as_str());
    operation.contains_key(mark) && statuses.all(|status| ["2XX", "4XX", "5XX"].contains(&status))
}

/// The answer that an operation has for a status, left where it is.
pub(super) fn stated(operation: &Object, status: &str) -> Option<Answer> {
    let response = json::object(operation, "responses")?.get(status)?;
    Some(answer((response.clone(), status.to_owned())))
}

fn answer((response, status): (Value, String)) -> Answer {
    let description = response
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Answer {
        status,
        description,
        schema: response.as_object().and_then(document::json_schema),
        has_other_forms: response.as_object().is_some_and(has_other_forms),
    }
}

/// True if a body has forms and none of them is JSON.
pub(super) fn has_other_forms(response: &Object) -> bool {
    let mut forms = json::entries(response, "content");
    forms.next().is_some() && document::json_form(response).is_none()
}

/// Puts one joined answer into an operation: an answer with a component for its body, or without a body.
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

/// What the answers say of themselves: the only description, or each with its status on a line of its own.
pub(super) fn describe(answers: &[&Answer], otherwise: &str) -> String {
    let described = answers
        .iter()
        .filter_map(|answer| Some((&answer.status, answer.description.as_ref()?)));
    let lines: Vec<String> = match answers {
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

/// The statuses that are numbers; ranges and `default` name none.
pub(super) fn numbers(answers: &[Answer]) -> Value {
    answers.iter().filter_map(Answer::number).collect()
}

/// The component that a schema is, or is made into under `name` if it is inline.
pub(super) fn as_component(schemas: &mut Object, schema: Value, name: &str) -> String {
    if let Some(component) = schema::component_of(&schema) {
        return component.to_owned();
    }
    let is_something_else = |taken: &str| schemas.get(taken).is_some_and(|other| *other != schema);
    let name = names::unique(name, is_something_else);
    schemas.insert(name.clone(), schema);
    name
}
