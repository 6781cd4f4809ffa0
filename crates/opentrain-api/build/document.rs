//! A normalised document: as JSON, for what the generator does not read, and as the generator's model.

use std::error::Error;
use std::fs;

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

/// Where the limits of a value that only requests hold are noted.
pub(crate) const LIMITS: &str = "x-opentrain-limits";

/// One document and the module that is made from it.
pub(crate) struct Document {
    pub(crate) module: &'static str,
    pub(crate) json: Value,
    pub(crate) openapi: OpenAPI,
}

/// One operation with its place.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) json: &'a Value,
}

impl Document {
    pub(crate) fn read(module: &'static str, file: &str) -> Result<Self, Box<dyn Error>> {
        let advice = "`cargo xtask regen --offline` writes it";
        let text = fs::read_to_string(file)
            .map_err(|error| format!("cannot read {file}: {error}; {advice}"))?;
        let json: Value =
            serde_json::from_str(&text).map_err(|error| format!("{file}: {error}; {advice}"))?;
        let mut plain = json.clone();
        without_notes(&mut plain);
        let schemas = plain
            .pointer_mut("/components/schemas")
            .and_then(Value::as_object_mut);
        schemas
            .into_iter()
            .flat_map(Map::values_mut)
            .for_each(tell_absent_from_empty);
        let openapi =
            serde_json::from_value(plain).map_err(|error| format!("{file}: {error}; {advice}"))?;
        Ok(Self {
            module,
            json,
            openapi,
        })
    }

    /// The named schemas.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        entries(&self.json["components"]["schemas"])
    }

    /// Every operation, in the document's order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let methods = |(path, item)| {
            entries(item).map(move |(method, json)| Operation { path, method, json })
        };
        entries(&self.json["paths"])
            .flat_map(methods)
            .filter(|operation| operation.json["operationId"].is_string())
    }
}

/// Takes out the notes on units and limits: the generator compares whole schemas when it looks for money, and it needs neither.
fn without_notes(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("x-opentrain-unit");
            members.remove(LIMITS);
            members.values_mut().for_each(without_notes);
        }
        Value::Array(values) => values.iter_mut().for_each(without_notes),
        _ => {}
    }
}

/// An optional list or free object becomes an `Option`: without, the generator takes absent for empty, leaves an empty one out when
/// it writes, and refuses null when it reads.
fn tell_absent_from_empty(schema: &mut Value) {
    let required: Vec<String> = texts(&schema["required"]).map(String::from).collect();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let collection = property["type"] == "array" || property["type"] == "object";
        if collection && !required.contains(name) {
            property["nullable"] = Value::Bool(true);
        }
    }
}

/// The members of an object; none of anything else.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(key, value)| (key.as_str(), value))
}

/// The strings of an array; none of anything else.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The name that a reference ends in.
pub(crate) fn referenced(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}
