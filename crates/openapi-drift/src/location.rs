//! JSON pointers to the locations of a comparison.

use serde_json::Value;

use openapi_canonical::document::{self, parameter_identity};
use openapi_canonical::json;
use openapi_canonical::schema;

/// Characters that begin a step from a schema to one inside.
const STEPS: [char; 4] = ['.', '[', '{', '|'];

/// Returns the JSON pointer to a location such as `Job.tags[]` or `POST /jobs body.title`, or to the innermost schema
/// around it that the document has under that pointer.
pub(super) fn pointer(document: &Value, at: &str) -> String {
    let (mut pointer, steps) = of_component(document, at)
        .or_else(|| of_operation(document, at))
        .unwrap_or_else(|| (of_delivery(at), ""));
    for step in steps_of(steps) {
        let below = match step.split_at(1) {
            (".", name) => json::pointer(&["properties", name]),
            ("[", _) => "/items".to_owned(),
            ("{", _) => "/additionalProperties".to_owned(),
            _ => break,
        };
        let inside = format!("{pointer}{below}");
        if document.pointer(&inside).is_none() {
            break;
        }
        pointer = inside;
    }
    pointer
}

/// Returns the pointer to the component that a location begins with, and the steps inside it. Names of components may
/// hold the characters of steps, so the longest name counts.
fn of_component<'a>(document: &Value, at: &'a str) -> Option<(String, &'a str)> {
    let components = schema::components(document)?;
    let ends = at.match_indices(STEPS).map(|(start, _)| start);
    let known = ends
        .chain([at.len()])
        .filter(|end| components.contains_key(&at[..*end]));
    let (name, steps) = at.split_at(known.max()?);
    Some((json::pointer(&["components", "schemas", name]), steps))
}

/// Returns the pointer to the schema of a body or parameter, and the steps inside it.
fn of_operation<'a>(document: &Value, at: &'a str) -> Option<(String, &'a str)> {
    let mut words = at.splitn(3, ' ');
    let (method, path) = (words.next()?.to_lowercase(), words.next()?);
    let pointer = json::pointer(&["paths", path, &method]);
    let operation = document.pointer(&pointer)?;
    let part = words.next().unwrap_or_default();
    let (part, steps) = part.split_at(part.find(STEPS).unwrap_or(part.len()));
    let mut parts = part.split(' ');
    let below = match (parts.next(), parts.next()) {
        (Some("body"), _) => of_content(document, operation, &["requestBody"]),
        (Some(status), Some("as") | None) => {
            of_content(document, operation, &["responses", status])
        }
        (Some(place), Some(name)) => of_parameter(document, operation, (place, name)),
        _ => None,
    };
    let below = below.unwrap_or_default();
    Some((format!("{pointer}{below}"), steps))
}

fn of_content(document: &Value, operation: &Value, segments: &[&str]) -> Option<String> {
    let pointer = json::pointer(segments);
    let body = document::resolve(document, operation.pointer(&pointer)?);
    let (media_type, _) = json::entries(body.as_object()?, "content").next()?;
    Some(pointer + &json::pointer(&["content", media_type, "schema"]))
}

fn of_parameter(document: &Value, operation: &Value, identity: (&str, &str)) -> Option<String> {
    let mut parameters = json::elements(operation.as_object()?, "parameters").iter();
    let index = parameters.position(|parameter| {
        parameter_identity(document::resolve(document, parameter)) == identity
    })?;
    Some(json::pointer(&["parameters", &index.to_string(), "schema"]))
}

/// Returns the pointer to a webhook or to all callbacks, which are no operations of the document.
fn of_delivery(at: &str) -> String {
    match at.strip_prefix("webhook ") {
        Some(rest) => json::pointer(&["webhooks", rest.split(' ').next().unwrap_or_default()]),
        None => "/paths".to_owned(),
    }
}

fn steps_of(steps: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = steps.match_indices(STEPS).map(|(start, _)| start).collect();
    starts.push(steps.len());
    starts
        .windows(2)
        .map(|window| &steps[window[0]..window[1]])
        .collect()
}
