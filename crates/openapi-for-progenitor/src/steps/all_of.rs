//! Replaces `allOf` where it is not needed.
//!
//! A single reference replaces the `allOf`, unless the `allOf` adds a description or `nullable`. Several schemas become
//! one object with all their properties: the generator would merge them under invented names.

mod merger;

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::hoist;
use merger::{Budget, Merger};
use openapi_canonical::json::{self, Object};
use openapi_canonical::locations::{self, Location};
use openapi_canonical::losses::Loss;
use openapi_canonical::names;
use openapi_canonical::schema;

/// Keywords that add to a schema without shaping it.
const WORDS: [&str; 9] = [
    "default",
    "deprecated",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// Replaces every `allOf` of the document. Where parts contradict each other, the schema's own keywords take
/// precedence, then the first part's.
pub(super) fn fold(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let source = document.clone();
    let schemas = std::mem::take(schema::components_mut(document));
    let waiting = schemas.keys().cloned().collect();
    let mut fold = Fold {
        source: &source,
        schemas,
        made: BTreeMap::new(),
        waiting,
        count: 0,
        losses,
        pointer: String::new(),
        budget: Budget::default(),
    };
    schema::for_each_operation(document, |path, method, operation| {
        let name = names::pascal(json::string(operation, "operationId").unwrap_or_default());
        fold.pointer = json::pointer(&["paths", path, method]);
        let location = Location::Root(vec!["paths", path, method]);
        locations::for_each_root_of(operation, &location, &mut |_, root| fold.root(&name, root));
    });
    fold.components();
    *schema::components_mut(document) = fold.schemas;
    fold.count
}

/// State of the step.
struct Fold<'a> {
    source: &'a Value,
    schemas: Object,
    /// Components that were made, by their sources. A schema may contain an `allOf` with itself: without this map it
    /// would be expanded without end.
    made: BTreeMap<String, String>,
    waiting: VecDeque<String>,
    count: usize,
    losses: &'a mut Vec<Loss>,
    /// Location of the schema that is being merged.
    pointer: String,
    budget: Budget,
}

impl Fold<'_> {
    fn components(&mut self) {
        while let Some(name) = self.waiting.pop_front() {
            let mut component = self
                .schemas
                .get_mut(&name)
                .map(Value::take)
                .unwrap_or_default();
            self.pointer = json::pointer(&["components", "schemas", &name]);
            self.root(&name, &mut component);
            self.schemas.insert(name, component);
        }
    }

    fn root(&mut self, name: &str, slot: &mut Value) {
        self.simplify(slot);
        if let Some(schema) = slot.as_object().filter(|schema| is_merger(schema)) {
            let mut merger = Merger::new(self.source, &mut self.budget);
            *slot = Value::Object(merger.merged(schema));
            let lost = merger.into_lost().into_iter();
            let pointer = &self.pointer;
            self.losses
                .extend(lost.map(|what| Loss::new(pointer, what)));
            self.count += 1;
        }
        self.children(name, slot);
    }

    fn children(&mut self, name: &str, slot: &mut Value) {
        let Some(schema) = slot.as_object_mut() else {
            return;
        };
        for child in schema::children_mut(schema) {
            let name = format!("{name}{}", names::pascal(&child.label()));
            let child = child.schema;
            self.simplify(child);
            if child.as_object().is_some_and(is_merger) {
                self.make(&name, child);
            } else {
                self.children(&name, child);
            }
        }
    }

    /// Turns the schemas of one location into a component, once.
    fn make(&mut self, name: &str, slot: &mut Value) {
        let key = slot.to_string();
        let known = self.made.get(&key).cloned();
        let name =
            known.unwrap_or_else(|| names::unique(name, |taken| self.schemas.contains_key(taken)));
        let schema = hoist::replace(slot, &name);
        if self.made.insert(key, name.clone()).is_none() {
            self.schemas.insert(name.clone(), schema);
            self.waiting.push_back(name);
            self.count += 1;
        }
    }

    /// Replaces an `allOf` of one part: the keywords beside it move into the part, or stay if the part is a reference.
    fn simplify(&mut self, slot: &mut Value) {
        let Some((inner, words)) = slot.as_object().and_then(opened) else {
            return;
        };
        let simple = match schema::referred(&inner) {
            Some(_) => wrapped(&inner, words),
            None => {
                let mut schema = inner.as_object().cloned().unwrap_or_default();
                schema.extend(words);
                Value::Object(schema)
            }
        };
        if simple != *slot {
            self.count += 1;
            *slot = simple;
            self.simplify(slot);
        }
    }
}

/// Returns a reference: plain, or with the wrapper that its description or `nullable` needs.
fn wrapped(reference: &Value, words: Object) -> Value {
    let kept = words
        .into_iter()
        .filter(|(key, _)| matches!(key.as_str(), "description" | "nullable"));
    let mut wrapper: Object = kept.collect();
    if wrapper.is_empty() {
        return reference.clone();
    }
    wrapper.insert("allOf".to_owned(), json!([reference]));
    Value::Object(wrapper)
}

/// Returns the only schema that shapes an `allOf`, and the keywords beside it; `None` if several schemas shape it.
pub(super) fn opened(schema: &Object) -> Option<(Value, Object)> {
    let parts = json::elements(schema, "allOf");
    let (shaping, speaking): (Vec<&Value>, Vec<&Value>) =
        parts.iter().partition(|part| shapes(part));
    let own: Object = schema
        .iter()
        .filter(|(key, _)| *key != "allOf")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let is_wrapper = own.keys().all(|key| is_word(key));
    let (Some(only), 1, true) = (shaping.first(), shaping.len(), is_wrapper) else {
        return None;
    };
    let mut words = Object::new();
    for part in speaking
        .into_iter()
        .filter_map(Value::as_object)
        .chain([&own])
    {
        words.extend(part.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Some(((*only).clone(), words))
}

fn shapes(part: &Value) -> bool {
    part.as_object()
        .is_some_and(|part| !part.keys().all(|key| is_word(key)))
}

fn is_word(keyword: &str) -> bool {
    keyword.starts_with("x-") || WORDS.contains(&keyword)
}

fn is_merger(schema: &Object) -> bool {
    schema.contains_key("allOf") && opened(schema).is_none()
}

/// Merges all parts and the schema itself into one schema; the schema's own keywords take precedence.
pub(super) fn merged(source: &Value, schema: &Object) -> Object {
    let mut budget = Budget::default();
    Merger::new(source, &mut budget).merged(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(schema: &Value) -> Value {
        let base =
            json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
        let mut document = json!({"components": {"schemas": {"Base": base, "It": schema}}});
        fold(&mut document, &mut Vec::new());
        document["components"]["schemas"].take()
    }

    #[test]
    fn one_reference_keeps_only_the_wrapper_it_needs() {
        let base = schema::reference_to("Base");
        assert_eq!(folded(&json!({"allOf": [base], "x-other": 1}))["It"], base);
        let described = json!({"allOf": [base], "description": "d", "nullable": true});
        assert_eq!(folded(&described)["It"], described);
    }

    #[test]
    fn a_part_without_a_property_contradicts_none() {
        let text = json!({"type": "string"});
        for (one, other) in [(json!({}), text.clone()), (text.clone(), json!({}))] {
            let part = |schema: &Value| json!({"type": "object", "properties": {"a": schema}});
            let mut document =
                json!({"components": {"schemas": {"It": {"allOf": [part(&one), part(&other)]}}}});
            let mut losses = Vec::new();
            fold(&mut document, &mut losses);
            let folded = &document["components"]["schemas"]["It"]["properties"]["a"];
            assert_eq!((folded, losses.len()), (&text, 0));
        }
    }

    #[test]
    fn descriptions_in_separate_parts_describe_the_location() {
        let base = schema::reference_to("Base");
        let property = json!({"allOf": [base, {"nullable": true}, {"description": "d"}]});
        assert_eq!(
            folded(&json!({"properties": {"p": property}}))["It"]["properties"]["p"],
            json!({"allOf": [base], "nullable": true, "description": "d"})
        );
    }

    #[test]
    fn several_parts_are_one_object() {
        let more = json!({"required": ["b"], "properties": {"b": {"type": "integer"}}});
        let schema = json!({"allOf": [schema::reference_to("Base"), more], "description": "Both."});
        let both = json!({"description": "Both.", "type": "object", "required": ["id", "b"],
            "properties": {"id": {"type": "string"}, "b": {"type": "integer"}}});
        assert_eq!(folded(&schema)["It"], both);
        let schemas = folded(&json!({"properties": {"p": schema}}));
        assert_eq!(
            schemas["It"]["properties"]["p"],
            json!({"allOf": [schema::reference_to("ItP")], "description": "Both."})
        );
        assert_eq!(schemas["ItP"], both);
    }

    #[test]
    fn contradicting_parts_are_reported() {
        let part = |schema: Value| json!({"type": "object", "properties": {"a": schema, "b": {"type": "string"}}});
        let it = json!({"allOf": [part(json!({"type": "string"})), part(json!({"type": "string", "description": "d"})),
            part(json!({"type": "integer"})), {"oneOf": [{}, {}]}, {"oneOf": [{}]}]});
        let mut document = json!({"components": {"schemas": {"It": it}}});
        let mut losses = Vec::new();
        fold(&mut document, &mut losses);
        let reported: Vec<&str> = losses.iter().map(|loss| loss.what.as_str()).collect();
        assert_eq!(
            reported,
            [
                "`oneOf` of a part of the `allOf`, which another part contradicts",
                "the property `a` of a part of the `allOf`, which another part describes in another way",
            ]
        );
        assert_eq!(losses[0].pointer, "/components/schemas/It");
        assert_eq!(
            document["components"]["schemas"]["It"]["properties"]["a"],
            json!({"type": "string"})
        );
    }

    #[test]
    fn a_recursive_schema_is_merged_once() {
        let schemas = folded(
            &json!({"allOf": [schema::reference_to("It"), schema::reference_to("Base")],
            "properties": {"next": {"allOf": [schema::reference_to("It"), schema::reference_to("Base")]}}}),
        );
        assert_eq!(
            schemas["It"]["properties"]["next"],
            schema::reference_to("ItNext")
        );
        assert_eq!(
            schemas["ItNext"]["properties"]["next"],
            schema::reference_to("ItNext")
        );
        assert_eq!(schemas.as_object().unwrap().len(), 3);
    }
}
