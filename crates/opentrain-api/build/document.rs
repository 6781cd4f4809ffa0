//! Normalised document: as the generator's model, and as JSON for the parts that the generator does not read.

use std::error::Error;
use std::fs;

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

use crate::extensions;

/// Document and the module that is generated from it.
pub(crate) struct Document {
    pub(crate) module: &'static str,
    pub(crate) json: Value,
    pub(crate) openapi: OpenAPI,
}

/// Operation with its location.
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
        let mut json: Value =
            serde_json::from_str(&text).map_err(|error| format!("{file}: {error}; {advice}"))?;
        // Another package of the same build may turn on the feature of serde_json that keeps the order of keys.
        json.sort_all_objects();
        extensions::check(&json).map_err(|fault| format!("{file}: {fault}"))?;
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

    /// Returns the named schemas.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        entries(&self.json["components"]["schemas"])
    }

    /// Returns the operations in the document's order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let methods = |(path, item)| {
            entries(item).map(move |(method, json)| Operation { path, method, json })
        };
        entries(&self.json["paths"])
            .flat_map(methods)
            .filter(|operation| operation.json["operationId"].is_string())
    }
}

/// Removes the notes on units and limits: the generator compares whole schemas when it looks for money, and it needs no notes.
fn without_notes(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove(extensions::UNIT);
            members.remove(extensions::LIMITS);
            members.values_mut().for_each(without_notes);
        }
        Value::Array(values) => values.iter_mut().for_each(without_notes),
        _ => {}
    }
}

/// Turns an optional list or free object into an `Option`. Otherwise the generator reads absent as empty, omits an empty one when it
/// writes, and refuses null when it reads.
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

/// Returns the members of an object; none for any other value.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
        .map(|(key, value)| (key.as_str(), value))
}

/// Returns the strings of an array; none for any other value.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns the last part of a reference: the name of the component.
pub(crate) fn referenced(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}
