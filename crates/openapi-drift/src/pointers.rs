//! JSON pointers to locations.

use serde_json::Value;

use openapi_canonical::document::{self, parameter_identity};
use openapi_canonical::json;
use openapi_canonical::schema;

use super::location::{Location, Owner, Step};

/// Returns the JSON pointer to a location, or to the innermost schema around it that the document has under that pointer.
pub(super) fn pointer(document: &Value, at: &str) -> String {
    let components = schema::components(document);
    let is_component = |name: &str| components.is_some_and(|all| all.contains_key(name));
    let location = Location::parse(at, is_component);
    let owner = match location.owner {
        Owner::Component(name) if is_component(name) => {
            Some(json::pointer(&["components", "schemas", name]))
        }
        Owner::Component(_) => None,
        Owner::Operation { method, path, part } => of_operation(document, method, path, part),
    };
    let Some(mut pointer) = owner else {
        return of_delivery(at);
    };
    for step in location.steps {
        let below = match step {
            Step::Field(name) => json::pointer(&["properties", name]),
            Step::Item => "/items".to_owned(),
            Step::Value => "/additionalProperties".to_owned(),
            Step::Variant => break,
        };
        let inside = format!("{pointer}{below}");
        if document.pointer(&inside).is_none() {
            break;
        }
        pointer = inside;
    }
    pointer
}

/// Returns the pointer to the schema of a body or parameter.
fn of_operation(document: &Value, method: &str, path: &str, part: &str) -> Option<String> {
    let pointer = json::pointer(&["paths", path, &method.to_lowercase()]);
    let operation = document.pointer(&pointer)?;
    let mut parts = part.split(' ');
    let below = match (parts.next(), parts.next()) {
        (Some("body"), _) => of_content(document, operation, &["requestBody"]),
        (Some(status), Some("as") | None) => {
            of_content(document, operation, &["responses", status])
        }
        (Some(location), Some(name)) => of_parameter(document, operation, (location, name)),
        _ => None,
    };
    Some(pointer + &below.unwrap_or_default())
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
