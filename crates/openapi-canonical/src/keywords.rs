//! Contents of the members of an OpenAPI document, so that data is never read as a document and names are never read as
//! keywords.

use serde_json::Value;

use crate::json::{self, Object};

/// Contents of the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    /// Data, whose keys have no meaning in OpenAPI.
    Data,
    /// Object whose keys are names that the document chooses, such as properties; its values are OpenAPI objects. The
    /// same keyword may hold a list elsewhere.
    Names,
    /// OpenAPI objects, or a scalar.
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

/// Member of an object that is no data, or an entry of a member that holds names.
#[derive(Debug)]
pub struct Inner<'a> {
    pub(crate) keyword: &'a str,
    /// Name of an entry of a member that holds names.
    pub(crate) name: Option<&'a str>,
    pub value: &'a Value,
}

impl Inner<'_> {
    /// Returns the JSON pointer of the member, relative to the object.
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

/// Returns the OpenAPI objects inside an object: data is skipped, and names are not read as keywords.
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

/// Calls `visit` on every object that is no data, parents first.
pub fn for_each_object_mut(value: &mut Value, visit: &mut impl FnMut(&mut Object)) {
    match value {
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| for_each_object_mut(element, visit)),
        Value::Object(members) => {
            visit(members);
            for (keyword, member) in members {
                match (holds(keyword), member) {
                    (Holds::Data, _) => {}
                    (Holds::Names, Value::Object(named)) => named
                        .values_mut()
                        .for_each(|member| for_each_object_mut(member, visit)),
                    (_, member) => for_each_object_mut(member, visit),
                }
            }
        }
        _ => {}
    }
}

/// Returns the contents of a keyword.
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
