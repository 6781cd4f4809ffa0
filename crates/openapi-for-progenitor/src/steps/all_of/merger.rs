//! Merges the parts of an `allOf` into one schema.

use std::collections::BTreeSet;

use serde_json::Value;

use super::is_word;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

/// Keywords that shape a schema and that a schema has at most once.
const SHAPES: [&str; 8] = [
    "additionalProperties",
    "anyOf",
    "enum",
    "format",
    "items",
    "not",
    "oneOf",
    "type",
];

/// Limit on the steps that the `allOf` lists of one document may take. In a chain of components that each extend the
/// previous one, the number of properties is quadratic in its length.
const MOST_STEPS: usize = 1_000_000;

/// Steps that are left. A step is one part, one keyword or one property of a part.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { left: MOST_STEPS }
    }
}

impl Budget {
    /// Takes some steps. Returns false if too few are left.
    fn take(&mut self, steps: usize) -> bool {
        let left = self.left.checked_sub(steps);
        self.left = left.unwrap_or_default();
        left.is_some()
    }
}

/// Merger of parts. The schema's own keywords take precedence, then the first part's.
pub(super) struct Merger<'a> {
    source: &'a Value,
    budget: &'a mut Budget,
    /// Keywords of parts that contradict each other.
    lost: BTreeSet<String>,
}

impl<'a> Merger<'a> {
    pub(super) fn new(source: &'a Value, budget: &'a mut Budget) -> Merger<'a> {
        Merger {
            source,
            budget,
            lost: BTreeSet::new(),
        }
    }

    /// Returns the parts that could not be kept.
    pub(super) fn into_lost(self) -> BTreeSet<String> {
        self.lost
    }

    /// Returns one schema with all parts in it, nested parts included. Each reference is merged once, at its first
    /// occurrence: a further one would add no keyword.
    pub(super) fn merged(&mut self, schema: &Object) -> Object {
        let source = self.source;
        let mut result = own_keywords(schema);
        let mut met = BTreeSet::new();
        let mut waiting: Vec<&Value> = json::elements(schema, "allOf").iter().rev().collect();
        while let Some(part) = waiting.pop() {
            let reference = part.get("$ref").and_then(Value::as_str);
            if reference.is_some_and(|reference| !met.insert(reference)) {
                continue;
            }
            let Some(part) = document::resolve(source, part).as_object() else {
                continue;
            };
            if !self.budget.take(steps_of(part)) {
                return self.give_up(schema);
            }
            self.absorb(&mut result, own_keywords(part));
            waiting.extend(json::elements(part, "allOf").iter().rev());
        }
        result
    }

    /// Returns a schema of any value, for parts that are too many.
    fn give_up(&mut self, schema: &Object) -> Object {
        self.lost.insert(format!(
            "the type, whose parts of parts are more than {MOST_STEPS} with all others: any value is taken"
        ));
        let words = schema.iter().filter(|(keyword, _)| is_word(keyword));
        words
            .map(|(keyword, value)| (keyword.clone(), value.clone()))
            .collect()
    }

    fn absorb(&mut self, result: &mut Object, part: Object) {
        for (key, value) in part {
            match (result.get_mut(&key), value) {
                (Some(Value::Object(own)), Value::Object(more)) if key == "properties" => {
                    self.absorb_properties(own, more);
                }
                (Some(Value::Array(own)), Value::Array(more)) if key == "required" => {
                    own.extend(more);
                }
                (Some(own), value) => {
                    if SHAPES.contains(&key.as_str()) && *own != value {
                        self.lost.insert(format!(
                            "`{key}` of a part of the `allOf`, which another part contradicts"
                        ));
                    }
                }
                (None, value) => {
                    result.insert(key, value);
                }
            }
        }
    }

    fn absorb_properties(&mut self, own: &mut Object, more: Object) {
        for (name, property) in more {
            let shape = shape_of(&property);
            match own.get(&name).map(shape_of) {
                // One part allows any value, so the other part's schema remains.
                Some(known) if known.is_empty() => {
                    own.insert(name, property);
                }
                Some(known) if !shape.is_empty() && known != shape => {
                    self.lost.insert(format!(
                        "the property `{name}` of a part of the `allOf`, which another part describes in another way"
                    ));
                }
                Some(_) => {}
                None => {
                    own.insert(name, property);
                }
            }
        }
    }
}

fn own_keywords(schema: &Object) -> Object {
    let own = schema.iter().filter(|(keyword, _)| *keyword != "allOf");
    own.map(|(keyword, value)| (keyword.clone(), value.clone()))
        .collect()
}

/// Returns the steps that a part costs: its size, independent of how much of it is new.
fn steps_of(part: &Object) -> usize {
    let properties = json::object(part, "properties").map_or(0, Object::len);
    let required = json::elements(part, "required").len();
    1 + part.len() + properties + required
}

/// Returns the keywords of a schema without descriptions.
fn shape_of(schema: &Value) -> Object {
    let members = schema.as_object().into_iter().flatten();
    members
        .filter(|(keyword, _)| !is_word(keyword))
        .map(|(keyword, value)| (keyword.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use openapi_canonical::schema;

    /// Merges the first of these components, and returns the number of steps.
    fn steps(components: &[(String, Value)], most: usize) -> (Object, usize, BTreeSet<String>) {
        let first = components[0].1.as_object().unwrap();
        let schemas: Value = components.iter().cloned().collect();
        let source = json!({"components": {"schemas": schemas}});
        let mut budget = Budget { left: most };
        let mut merger = Merger::new(&source, &mut budget);
        let merged = merger.merged(first);
        let lost = merger.into_lost();
        (merged, most - budget.left, lost)
    }

    /// Returns a number of components, each made by a function of its number and the next one.
    fn components(count: usize, make: impl Fn(usize, Value) -> Value) -> Vec<(String, Value)> {
        let next = |number: usize| schema::reference_to(&format!("C{}", (number + 1) % count));
        (0..count)
            .map(|number| (format!("C{number}"), make(number, next(number))))
            .collect()
    }

    #[test]
    fn each_component_is_absorbed_once_however_often_it_is_a_part() {
        let own = |number: usize| json!({"properties": {format!("p{number}"): {}}});
        for make in [
            &|number, next: Value| json!({"allOf": [next, own(number), next]}),
            &|number, next: Value| json!({"allOf": [{"allOf": [next, next]}, own(number), {"allOf": [next]}]}),
            &|number, next: Value| json!({"allOf": [next, own(number), schema::reference_to("C0"), next]}),
        ] as [&dyn Fn(usize, Value) -> Value; 3]
        {
            let (merged, steps, lost) = steps(&components(500, make), MOST_STEPS);
            assert_eq!(merged["properties"].as_object().unwrap().len(), 500);
            assert!(steps < 500 * 12, "{steps}");
            assert!(lost.is_empty());
        }
        let all: Vec<Value> = (0..100)
            .map(|number| schema::reference_to(&format!("C{number}")))
            .collect();
        let each = components(
            100,
            |number, _| json!({"allOf": all, "properties": {format!("p{number}"): {}}}),
        );
        let (_, steps, _) = steps(&each, MOST_STEPS);
        assert!(steps < 100 * 6, "{steps}");
    }

    #[test]
    fn endless_parts_become_any_value_and_are_reported() {
        let chain = components(
            100,
            |_, next| json!({"allOf": [next, {"properties": {"a": {}}}], "description": "d"}),
        );
        let (merged, _, lost) = steps(&chain, 300);
        assert_eq!(Value::Object(merged), json!({"description": "d"}));
        assert_eq!(lost.len(), 1);
    }
}
