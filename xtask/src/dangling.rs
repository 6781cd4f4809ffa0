//! References that lead nowhere: what needs them is left out, and told.
//!
//! A document that was put together of several files, or by hand, has such places. Losing one of them is better than losing the
//! whole; everything that is read after this has none.

use serde_json::{Value, json};

use crate::document;
use crate::json::{self, Object};
use crate::keywords::{Holds, holds};
use crate::losses::LeftOut;

/// How often something that was left out may leave another reference without what it leads to.
const ROUNDS: usize = 16;

/// Keywords that hold schemas by name.
const SCHEMAS: [&str; 6] = [
    "$defs",
    "definitions",
    "dependentSchemas",
    "patternProperties",
    "properties",
    "schemas",
];

/// What is put in the place of such a reference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Remedy {
    /// A schema of any value.
    Anything,
    /// A response without a body.
    Empty,
    /// Nothing.
    Removal,
}

/// Takes every such reference out.
pub(crate) fn take_out(document: &mut Value, left_out: &mut Vec<LeftOut>) {
    for _ in 0..ROUNDS {
        let mut search = Search {
            document,
            found: Vec::new(),
        };
        search.value(document, "", Remedy::Anything);
        let found = search.found;
        if found.is_empty() {
            return;
        }
        // From the end, so that the elements of a list are where they were found.
        for (pointer, remedy, _) in found.iter().rev() {
            apply(document, pointer, *remedy);
        }
        left_out.extend(found.into_iter().map(|(pointer, remedy, target)| {
            let lost = match remedy {
                Remedy::Anything => "the type: any value is taken",
                Remedy::Empty => "the answer's body",
                Remedy::Removal => "the whole",
            };
            LeftOut::new(
                &pointer,
                format!("{lost}, since `{target}` is not in the document"),
            )
        }));
    }
}

fn apply(document: &mut Value, pointer: &str, remedy: Remedy) {
    let (parent, last) = pointer.rsplit_once('/').unwrap_or_default();
    let Some(place) = document.pointer_mut(pointer) else {
        return;
    };
    match remedy {
        Remedy::Anything => *place = json!({}),
        Remedy::Empty => *place = json!({"description": ""}),
        Remedy::Removal => match document.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                members.remove(&json::unescape(last));
            }
            Some(Value::Array(elements)) => {
                if let Ok(index) = last.parse::<usize>() {
                    elements.remove(index);
                }
            }
            _ => {}
        },
    }
}

struct Search<'a> {
    document: &'a Value,
    /// Where a reference is, what to do about it, and where it leads.
    found: Vec<(String, Remedy, String)>,
}

impl Search<'_> {
    fn value(&mut self, value: &Value, pointer: &str, remedy: Remedy) {
        match value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(element, &format!("{pointer}/{index}"), remedy);
                }
            }
            Value::Object(members) => self.object(members, pointer, remedy),
            _ => {}
        }
    }

    fn object(&mut self, members: &Object, pointer: &str, remedy: Remedy) {
        let target = json::string(members, "$ref").filter(|target| !self.is_there(target));
        if let Some(target) = target {
            self.found
                .push((pointer.to_owned(), remedy, target.to_owned()));
            return;
        }
        for (key, member) in members {
            let below = format!("{pointer}/{}", json::escape(key));
            match (holds(key), member) {
                (Holds::Data, _) => {}
                (Holds::Names, Value::Object(named)) => {
                    for (name, value) in named {
                        self.value(
                            value,
                            &format!("{below}/{}", json::escape(name)),
                            of_named(key),
                        );
                    }
                }
                (_, member) => self.value(member, &below, of_single(key)),
            }
        }
    }

    fn is_there(&self, target: &str) -> bool {
        document::pointer_of(target)
            .is_some_and(|pointer| self.document.pointer(&pointer).is_some())
    }
}

/// For what a keyword holds by name.
fn of_named(keyword: &str) -> Remedy {
    match keyword {
        "responses" => Remedy::Empty,
        keyword if SCHEMAS.contains(&keyword) => Remedy::Anything,
        _ => Remedy::Removal,
    }
}

/// For what a keyword holds itself, or in a list.
fn of_single(keyword: &str) -> Remedy {
    match keyword {
        "allOf" | "parameters" | "requestBody" => Remedy::Removal,
        _ => Remedy::Anything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_a_reference_that_leads_nowhere_is_left_out() {
        let gone = json!({"$ref": "#/components/schemas/Gone"});
        let elsewhere = json!({"$ref": "./other.yaml#/X"});
        let job = json!({"$ref": "#/components/schemas/Job"});
        let mut document = json!({
            "paths": {"/a": {"get": {
                "parameters": [elsewhere, {"name": "q", "in": "query", "schema": gone}, {"$ref": "#/components/parameters/Lost"}],
                "requestBody": elsewhere, "callbacks": {"c": elsewhere},
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": job}}}, "404": elsewhere}}},
                "/b": elsewhere},
            "components": {"parameters": {"Lost": elsewhere}, "schemas": {"Job": {
                "properties": {"a": gone, "$ref": {"type": "string"}, "b": {"items": gone, "type": "array"}},
                "allOf": [gone, {"type": "object"}, gone], "oneOf": [gone, job],
                "example": gone, "x-it": gone, "additionalProperties": elsewhere}}}});
        let mut left_out = Vec::new();
        take_out(&mut document, &mut left_out);
        assert_eq!(
            document,
            json!({
            "paths": {"/a": {"get": {
                "parameters": [{"name": "q", "in": "query", "schema": {}}], "callbacks": {},
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": job}}}, "404": {"description": ""}}}}},
            "components": {"parameters": {}, "schemas": {"Job": {
                "properties": {"a": {}, "$ref": {"type": "string"}, "b": {"items": {}, "type": "array"}},
                "allOf": [{"type": "object"}], "oneOf": [{}, job],
                "example": gone, "x-it": gone, "additionalProperties": {}}}}})
        );
        assert_eq!(left_out.len(), 14, "{left_out:#?}");
        document::check_references(&document, "It").unwrap();
        let line = &left_out[1];
        assert_eq!(
            (line.pointer.as_str(), line.what.as_str()),
            (
                "/paths/~1a/get/parameters/1/schema",
                "the type: any value is taken, since `#/components/schemas/Gone` is not in the document"
            )
        );
    }
}
