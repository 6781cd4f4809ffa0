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

/// Value directly inside another one, where OpenAPI may have an object.
#[derive(Debug)]
pub struct Inner<'a> {
    step: Step<'a>,
    pub value: &'a Value,
}

/// Way from a value to one directly inside it.
#[derive(Debug)]
enum Step<'a> {
    /// To an element of a list.
    Element(usize),
    /// To the value of a keyword.
    Keyword(&'a str),
    /// To a value with a name, under a keyword.
    Name(&'a str, &'a str),
}

impl Inner<'_> {
    /// Returns the JSON pointer of the value, below that of the value around it.
    #[must_use]
    pub fn pointer(&self, around: &str) -> String {
        match self.step {
            Step::Element(index) => format!("{around}/{index}"),
            Step::Keyword(keyword) => format!("{around}/{}", json::escape(keyword)),
            Step::Name(keyword, name) => {
                format!("{around}/{}/{}", json::escape(keyword), json::escape(name))
            }
        }
    }

    /// Returns the keyword that the value is under; `None` for an element of a list.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        match self.step {
            Step::Element(_) => None,
            Step::Keyword(keyword) | Step::Name(keyword, _) => Some(keyword),
        }
    }

    /// True if the value has a name that the document chooses.
    pub(crate) fn has_name(&self) -> bool {
        matches!(self.step, Step::Name(..))
    }
}

/// Returns the values directly inside an object or a list. Data is skipped, and names are not read as keywords.
pub fn inner(value: &Value) -> impl Iterator<Item = Inner<'_>> {
    let elements = value.as_array().into_iter().flatten().enumerate();
    let elements = elements.map(|(index, value)| Inner {
        step: Step::Element(index),
        value,
    });
    let members = value.as_object().into_iter().flatten();
    elements.chain(members.flat_map(|(keyword, member)| inside_member(keyword, member)))
}

fn inside_member<'a>(keyword: &'a str, member: &'a Value) -> impl Iterator<Item = Inner<'a>> {
    let (single, named) = match (holds(keyword), member) {
        (Holds::Data, _) => (None, None),
        (Holds::Names, Value::Object(named)) => (None, Some(named)),
        _ => (Some(member), None),
    };
    let single = single.map(|value| (Step::Keyword(keyword), value));
    let named = named.into_iter().flatten();
    let named = named.map(move |(name, value)| (Step::Name(keyword, name), value));
    single
        .into_iter()
        .chain(named)
        .map(|(step, value)| Inner { step, value })
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
