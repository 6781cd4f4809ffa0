//! Components that are split off for a location that is served as another schema than the documented component.
//!
//! Such a component is called after its location, so its name stays when the server renames or inlines any component.

use serde_json::{Value, json};

use super::resolved::ResolvedSchema;
use super::sides::Sides;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;
use openapi_canonical::statuses;

/// Components that are being split off, so that one that contains itself is made once.
#[derive(Debug, Default)]
pub(super) struct OpenSplits(Vec<(Key, String)>);

/// Component, and the text of the schemas that it is served as.
type Key = (String, String);

impl OpenSplits {
    /// Returns the name of a component that is being split off.
    pub(super) fn name(&self, component: &str, shapes: &[ResolvedSchema]) -> Option<&str> {
        let key = key(component, shapes);
        let known = self.0.iter().find(|(open, _)| *open == key);
        known.map(|(_, name)| name.as_str())
    }

    pub(super) fn open(&mut self, component: &str, shapes: &[ResolvedSchema], name: &str) {
        self.0.push((key(component, shapes), name.to_owned()));
    }

    pub(super) fn close(&mut self) {
        self.0.pop();
    }
}

fn key(component: &str, shapes: &[ResolvedSchema]) -> Key {
    (
        component.to_owned(),
        shapes.iter().map(ResolvedSchema::key).collect(),
    )
}

/// Returns the schema of a location with a reference to another component.
pub(super) fn with_reference(documented: &Value, name: &str) -> Value {
    let reference = schema::reference_to(name);
    if schema::referred(documented).is_some() {
        return reference;
    }
    let mut wrapper = documented.clone();
    wrapper["allOf"] = json!([reference]);
    wrapper
}

/// Returns the documentation of the properties that are served.
pub(super) fn common_part(sides: &Sides<'_>, component: &str, shapes: &[ResolvedSchema]) -> Value {
    let documented = sides.resolve_documented(&schema::reference_to(component));
    let mut own = Object::clone(&documented.schema);
    let is_served = |name: &str| shapes.iter().any(|shape| shape.has_property(name));
    if let Some(properties) = json::object_mut(&mut own, "properties") {
        properties.retain(|name, _| is_served(name));
    }
    if let Some(Value::Array(required)) = own.get_mut("required") {
        required.retain(|name| name.as_str().is_some_and(is_served));
    }
    Value::Object(own)
}

/// Returns the name of a location: `TeamGetUnauthorized` for the body of that response, `JobOwner` for a property of a component.
pub(super) fn name_of_location(documented: &Value, pointer: &str) -> String {
    let segments: Vec<String> = pointer.split('/').skip(1).map(json::unescape).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (root, rest) = match segments.as_slice() {
        ["components", "schemas", name, rest @ ..] => (names::pascal(name), rest),
        ["paths", path, method, part, rest @ ..] => {
            let operation = documented
                .get("paths")
                .and_then(|paths| paths.get(path)?.get(method));
            let operation = operation
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            let id = json::string(&operation, "operationId").unwrap_or_default();
            let (label, rest) = part_of(&operation, part, rest);
            (names::pascal(id) + &label, rest)
        }
        other => (String::new(), other),
    };
    root + &labels(rest)
}

/// Returns the name of a part of an operation, and the pointer below its schema.
fn part_of<'a>(operation: &Object, part: &str, rest: &'a [&'a str]) -> (String, &'a [&'a str]) {
    let below = |rest: &'a [&'a str]| {
        let schema = rest.iter().position(|segment| *segment == "schema");
        schema.map_or(&[][..], |index| &rest[index + 1..])
    };
    match (part, rest) {
        ("responses", [status, rest @ ..]) => (statuses::reason(status), below(rest)),
        ("parameters", [index, rest @ ..]) => {
            let index: usize = index.parse().unwrap_or_default();
            let parameter = json::elements(operation, "parameters").get(index);
            let name = parameter.and_then(|parameter| parameter.get("name")?.as_str());
            (names::pascal(name.unwrap_or_default()), below(rest))
        }
        _ => ("Body".to_owned(), below(rest)),
    }
}

/// Returns a component name for the rest of a pointer inside a schema, formed as for hoisted inline schemas.
fn labels(segments: &[&str]) -> String {
    match segments {
        ["properties", name, rest @ ..] => names::pascal(name) + &labels(rest),
        ["items", rest @ ..] => "Item".to_owned() + &labels(rest),
        ["additionalProperties", rest @ ..] => "Value".to_owned() + &labels(rest),
        ["oneOf" | "anyOf", index, rest @ ..] => {
            let number = index.parse::<usize>().unwrap_or_default() + 1;
            format!("Variant{number}{}", labels(rest))
        }
        _ => String::new(),
    }
}
