//! Components for places that are served as something else than the component that the documentation has there.

use serde_json::{Value, json};

use super::merger::Merger;
use super::schemas;
use super::shape::Shape;
use crate::divergence::Kind as Won;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;
use openapi_canonical::statuses;

/// The forks of a pass that are being made, so that one that holds itself is made once.
#[derive(Debug, Default)]
pub(super) struct Forks {
    /// Components to split off, with the name of the copy.
    open: Vec<((String, String), String)>,
}

/// Makes a component of the place's own and refers to it. It is called after the place, so its name stays when the
/// server renames or inlines anything.
pub(super) fn fork(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    component: &str,
    shapes: &[Shape],
) -> Value {
    let key = (
        component.to_owned(),
        shapes.iter().map(Shape::key).collect::<String>(),
    );
    let known = merger.forks.open.iter().find(|(open, _)| *open == key);
    if let Some((_, name)) = known {
        return instead(documented, name);
    }
    let name = free_name(merger, pointer);
    merger.note(
        Won::Overruled,
        pointer,
        format!(
            "served as something else than `{component}`; it is `{name}` here, and nowhere else"
        ),
    );
    // It holds its place before it is made: it may refer to itself.
    merger.imports.schemas.insert(name.clone(), Value::Null);
    merger.forks.open.push((key, name.clone()));
    let own = common_part(merger, component, shapes);
    let made = schemas::merge_structure(merger, pointer, &own, shapes);
    merger.forks.open.pop();
    merger.imports.schemas.insert(name.clone(), made);
    instead(documented, &name)
}

/// The reference of a place, to another component.
fn instead(documented: &Value, name: &str) -> Value {
    let reference = schema::reference_to(name);
    if schema::referred(documented).is_some() {
        return reference;
    }
    let mut wrapper = documented.clone();
    wrapper["allOf"] = json!([reference]);
    wrapper
}

/// Returns the documentation of the properties that are served.
fn common_part(merger: &Merger<'_>, component: &str, shapes: &[Shape]) -> Value {
    let documented = merger.documented_shape(&schema::reference_to(component));
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

fn free_name(merger: &mut Merger<'_>, pointer: &str) -> String {
    let wanted = name_of_place(merger.documented, pointer);
    let documented = schema::components(merger.documented);
    let is_documented = |name: &str| documented.is_some_and(|schemas| schemas.contains_key(name));
    merger.imports.free_name(&wanted, is_documented)
}

/// `TeamGetUnauthorized` for the body of that response, `JobOwner` for a property of a component.
fn name_of_place(documented: &Value, pointer: &str) -> String {
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
            let (label, rest) = place_in(&operation, part, rest);
            (names::pascal(id) + &label, rest)
        }
        other => (String::new(), other),
    };
    root + &labels(rest)
}

/// Returns the name of a part of an operation, and the pointer below its schema.
fn place_in<'a>(operation: &Object, part: &str, rest: &'a [&'a str]) -> (String, &'a [&'a str]) {
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

/// The rest of a pointer inside a schema, as the hoisting of inline schemas would call it.
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
