//! What the members of an OpenAPI document hold, so that data is never read as a document and names never as keywords.

use serde_json::Value;

use crate::json::{self, Object};

/// What is in the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    /// Something whose keys mean nothing to OpenAPI.
    Data,
    /// An object whose keys are names that the document gives, such as properties; its values are of OpenAPI again. The
    /// same keyword may hold a list elsewhere.
    Names,
    /// Anything else that OpenAPI knows, or nothing but a scalar.
    Keywords,
}

const DATA: [&str; 6] = ["const", "default", "enum", "example", "examples", "mapping"];

const NAMES: [&str; 18] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "webhooks",
];

/// A member of an object, or one of those that it holds by name, that is no data.
#[derive(Debug)]
pub struct Inner<'a> {
    pub(crate) keyword: &'a str,
    /// The name, of one that is held by name.
    pub(crate) name: Option<&'a str>,
    pub value: &'a Value,
}

impl Inner<'_> {
    /// Its pointer, from that of the object.
    #[must_use]
    pub fn pointer(&self, around: &str) -> String {
        let mut pointer = format!("{around}/{}", json::escape(self.keyword));
        if let Some(name) = self.name {
            pointer.push('/');
            pointer.push_str(&json::escape(name));
        }
        pointer
    }
}

/// Returns what an object of OpenAPI holds that is of OpenAPI again: data is left out, and names are no keywords.
pub fn inner(members: &Object) -> impl Iterator<Item = Inner<'_>> {
    members.iter().flat_map(|(keyword, member)| {
        let one = |name, value| Inner {
            keyword,
            name,
            value,
        };
        let (single, named) = match (holds(keyword), member) {
            (Holds::Data, _) => (None, None),
            (Holds::Names, Value::Object(named)) => (None, Some(named)),
            _ => (Some(one(None, member)), None),
        };
        let named = named.into_iter().flatten();
        single
            .into_iter()
            .chain(named.map(move |(name, value)| one(Some(name.as_str()), value)))
    })
}

/// Calls `visit` with the values of [`inner`], to change.
pub fn for_each_inner_mut(members: &mut Object, mut visit: impl FnMut(&mut Value)) {
    for (keyword, member) in members {
        match (holds(keyword), member) {
            (Holds::Data, _) => {}
            (Holds::Names, Value::Object(named)) => named.values_mut().for_each(&mut visit),
            (_, member) => visit(member),
        }
    }
}

/// What a keyword holds.
#[must_use]
pub fn holds(keyword: &str) -> Holds {
    if keyword.starts_with("x-") || DATA.contains(&keyword) {
        return Holds::Data;
    }
    if NAMES.contains(&keyword) {
        Holds::Names
    } else {
        Holds::Keywords
    }
}
