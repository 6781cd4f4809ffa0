//! Unresolvable references: parts that need them are dropped and reported.
//!
//! A document that is joined from several files, or edited by hand, has such references. Dropping one part is better
//! than refusing the whole document; all later code may rely on resolvable references.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document;
use crate::json;
use crate::keywords::{Holds, holds, inner};
use crate::losses::Loss;
use crate::schema::METHODS;

/// Limit on passes: dropping a part may make another reference unresolvable.
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

/// Keywords that hold a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords that hold one schema.
const SINGLE: [&str; 13] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "schema",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Replacement of an unresolvable reference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Remedy {
    /// Schema of any value.
    Anything,
    /// Response without a body.
    Empty,
    /// No replacement: the part is dropped.
    Removal,
    /// Siblings of the reference, where OpenAPI has no reference.
    Rest,
}

/// Removes every unresolvable reference.
pub(crate) fn remove(document: &mut Value, losses: &mut Vec<Loss>) {
    for _ in 0..ROUNDS {
        let mut search = Search {
            document,
            endless: RefCell::default(),
            found: Vec::new(),
        };
        search.visit(document, "", Remedy::Anything);
        let found = search.found;
        if found.is_empty() {
            return;
        }
        // From the end, so that indices of earlier elements stay valid.
        for (pointer, remedy, _) in found.iter().rev() {
            apply(document, pointer, *remedy);
        }
        losses.extend(found.into_iter().map(|(pointer, remedy, reason)| {
            let lost = match remedy {
                Remedy::Anything => "the type: any value is taken",
                Remedy::Empty => "the body of the response",
                Remedy::Removal => "the whole",
                Remedy::Rest => "the reference",
            };
            Loss::new(&pointer, format!("{lost}, since {reason}"))
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
        Remedy::Rest => {
            let members = place.as_object_mut();
            members.and_then(|members| members.remove("$ref"));
        }
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
    /// True for each target of a reference that leads into a cycle, by its address.
    endless: RefCell<BTreeMap<*const Value, bool>>,
    /// Location of a reference, its replacement, and the reason.
    found: Vec<(String, Remedy, String)>,
}

impl Search<'_> {
    fn visit(&mut self, value: &Value, pointer: &str, remedy: Remedy) {
        let target = value.get("$ref").and_then(Value::as_str);
        if let Some(reason) = target.and_then(|target| self.fault(target, remedy)) {
            return self.found.push((pointer.to_owned(), remedy, reason));
        }
        for inner in inner(value) {
            let remedy = match inner.keyword() {
                Some(keyword) if inner.has_name() => of_named(keyword),
                Some(keyword) => of_single(keyword),
                None => remedy,
            };
            self.visit(inner.value, &inner.pointer(pointer), remedy);
        }
    }

    /// Returns the fault of a reference that has no target, or that should lead to a schema and does not.
    fn fault(&self, target: &str, remedy: Remedy) -> Option<String> {
        let pointer = document::pointer_of(target);
        let found = pointer.and_then(|pointer| Some((self.document.pointer(&pointer)?, pointer)));
        let Some((found, pointer)) = found else {
            return Some(format!("`{target}` is not in the document"));
        };
        if self.is_endless(found) {
            return Some(format!("`{target}` leads back to itself"));
        }
        let is_schema = || (found.is_object() || found.is_boolean()) && leads_to_schema(&pointer);
        (remedy == Remedy::Anything && !is_schema()).then(|| format!("`{target}` is no schema"))
    }

    /// True if a reference leads into a cycle of references.
    fn is_endless<'a>(&'a self, mut target: &'a Value) -> bool {
        let mut met = BTreeSet::from([std::ptr::from_ref(target)]);
        let is_endless = loop {
            let reference = target.get("$ref").and_then(Value::as_str);
            let pointer = reference.and_then(document::pointer_of);
            let next = pointer.and_then(|pointer| self.document.pointer(&pointer));
            let Some(next) = next else { break false };
            let address = std::ptr::from_ref(next);
            if let Some(is_endless) = self.endless.borrow().get(&address) {
                break *is_endless;
            }
            if !met.insert(address) {
                break true;
            }
            target = next;
        };
        let known = met.into_iter().map(|target| (target, is_endless));
        self.endless.borrow_mut().extend(known);
        is_endless
    }
}

/// True if a pointer leads to the location of a schema, or into data, where any value may be one.
fn leads_to_schema(pointer: &str) -> bool {
    let mut is_schema = false;
    let mut segments = pointer.split('/').skip(1).map(json::unescape);
    while let Some(keyword) = segments.next() {
        let lists = LISTS.contains(&keyword.as_str());
        is_schema = match holds(&keyword) {
            Holds::Data => return true,
            // The whole map or list of a keyword is no schema.
            Holds::Names => segments.next().is_some() && SCHEMAS.contains(&keyword.as_str()),
            Holds::Keywords if lists => segments.next().is_some(),
            Holds::Keywords => SINGLE.contains(&keyword.as_str()),
        };
    }
    is_schema
}

/// Returns the remedy for an entry of a keyword that holds its values by name.
fn of_named(keyword: &str) -> Remedy {
    match keyword {
        "responses" => Remedy::Empty,
        keyword if SCHEMAS.contains(&keyword) => Remedy::Anything,
        _ => Remedy::Removal,
    }
}

/// Returns the remedy for the value of a keyword, or for an element of its list.
fn of_single(keyword: &str) -> Remedy {
    match keyword {
        "allOf" | "parameters" | "requestBody" => Remedy::Removal,
        "components" | "info" => Remedy::Rest,
        method if METHODS.contains(&method) => Remedy::Removal,
        _ => Remedy::Anything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_where_openapi_has_none_costs_itself_or_its_operation() {
        let fine = json!({"responses": {"200": {"description": "d"}}});
        let gone = json!({"$ref": "other.json#/get"});
        let mut document = json!({
            "info": {"$ref": "info.json", "title": "t"},
            "paths": {"/a": {"get": gone, "put": fine}},
            "components": {"$ref": "components.json", "schemas": {"A": {}}}});
        let mut losses = Vec::new();
        remove(&mut document, &mut losses);
        assert_eq!(
            document,
            json!({
                "info": {"title": "t"},
                "paths": {"/a": {"put": fine}},
                "components": {"schemas": {"A": {}}}})
        );
        let pointers: Vec<&str> = losses.iter().map(|loss| loss.pointer.as_str()).collect();
        assert_eq!(pointers, ["/info", "/paths/~1a/get", "/components"]);
    }

    #[test]
    fn a_reference_for_a_schema_leads_to_one() {
        let components = json!({
            "schemas": {"A": {"properties": {"b": {}, "properties": {}}, "items": {"oneOf": [{}]}, "required": ["b"], "x-it": {"c": {}}}},
            "parameters": {"P": {"name": "p", "in": "query", "schema": {}}}});
        for (target, is_schema) in [
            ("schemas/A", true),
            ("schemas/A/properties/b", true),
            ("schemas/A/properties/properties", true),
            ("schemas/A/items", true),
            ("schemas/A/items/oneOf/0", true),
            ("schemas/A/x-it/c", true),
            ("parameters/P/schema", true),
            ("schemas", false),
            ("schemas/A/properties", false),
            ("schemas/A/items/oneOf", false),
            ("schemas/A/required", false),
            ("schemas/A/required/0", false),
            ("parameters/P", false),
            ("parameters/P/name", false),
        ] {
            let target = format!("#/components/{target}");
            let mut document = json!({"components": components});
            document["components"]["schemas"]["It"] = json!({"items": {"$ref": target}});
            let mut losses = Vec::new();
            remove(&mut document, &mut losses);
            let lines: Vec<String> = losses
                .iter()
                .map(|Loss { pointer, what }| format!("{pointer}: {what}"))
                .collect();
            let line = format!(
                "/components/schemas/It/items: the type: any value is taken, since `{target}` is no schema"
            );
            assert_eq!(
                lines,
                if is_schema { vec![] } else { vec![line] },
                "{target}"
            );
        }
    }

    #[test]
    fn only_parts_that_need_an_unresolvable_reference_are_dropped() {
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
        let mut losses = Vec::new();
        remove(&mut document, &mut losses);
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
        assert_eq!(losses.len(), 14, "{losses:#?}");
        document::check_references(&document, "It").unwrap();
        let line = &losses[1];
        assert_eq!(
            (line.pointer.as_str(), line.what.as_str()),
            (
                "/paths/~1a/get/parameters/1/schema",
                "the type: any value is taken, since `#/components/schemas/Gone` is not in the document"
            )
        );
    }

    #[test]
    fn a_long_chain_of_references_is_followed_once_and_a_cycle_is_found_from_each_of_its_parts() {
        let reference = |number: usize| json!({"$ref": format!("#/components/schemas/C{number}")});
        let length = 20_000;
        let chain = (0..length).map(|number| (format!("C{number}"), reference(number + 1)));
        let mut document = json!({"components": {"schemas": chain.collect::<json::Object>()}});
        document["components"]["schemas"][format!("C{length}")] = json!({"type": "string"});
        let mut dropped = Vec::new();
        remove(&mut document, &mut dropped);
        assert_eq!(dropped, []);
        document["components"]["schemas"][format!("C{length}")] = reference(length / 2);
        remove(&mut document, &mut dropped);
        assert_eq!(dropped.len(), length + 1);
    }
}
