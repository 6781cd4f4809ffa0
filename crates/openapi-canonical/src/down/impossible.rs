//! Detection of schemas that no value fits, and of schemas that every value fits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document;
use crate::json;
use crate::keywords::inner;

/// Keywords of the parts and variants of a schema.
const PARTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Keywords that do not restrict a value.
const WORDS: [&str; 9] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "title",
];

/// Schemas of a document that no value fits: `false`, `{"not": {}}`, an enum without values, or a schema with such a
/// part.
#[derive(Debug)]
pub(super) struct Impossible<'a> {
    document: &'a Value,
    /// Addresses of the schemas, among the targets of references and their parts.
    schemas: BTreeSet<*const Value>,
}

impl<'a> Impossible<'a> {
    /// Examines the targets of all references, with their parts and variants, each once.
    pub(super) fn of(document: &'a Value) -> Impossible<'a> {
        Search::of(document).impossible()
    }

    /// True if no value fits a schema, which need not be in the document.
    pub(super) fn contains(&self, schema: &Value) -> bool {
        if let Some(target) = document::target(self.document, schema) {
            return self.schemas.contains(&std::ptr::from_ref(target));
        }
        let all_of = elements(schema, "allOf");
        is_impossible_by_itself(schema)
            || all_of.iter().any(|part| self.contains(part))
            || ["anyOf", "oneOf"].into_iter().any(|keyword| {
                let variants = elements(schema, keyword);
                !variants.is_empty() && variants.iter().all(|variant| self.contains(variant))
            })
    }
}

/// True if the own keywords of a schema exclude every value.
fn is_impossible_by_itself(schema: &Value) -> bool {
    let Some(members) = schema.as_object() else {
        return *schema == Value::Bool(false);
    };
    let values = members.get("enum").and_then(Value::as_array);
    values.is_some_and(Vec::is_empty) || members.get("not").is_some_and(is_anything)
}

/// Graph of the schemas that are targets of references, and of their parts and variants.
struct Search<'a> {
    document: &'a Value,
    met: BTreeSet<*const Value>,
    /// Schemas whose parts are not examined yet.
    waiting: Vec<&'a Value>,
    /// Schemas that each schema is a part of, with the keyword of the part.
    users: BTreeMap<*const Value, Vec<(*const Value, &'static str)>>,
    /// Numbers of variants that values may fit, by the schema and the keyword.
    variants: BTreeMap<(*const Value, &'static str), usize>,
    /// Schemas that no value fits by their own keywords.
    by_themselves: Vec<*const Value>,
    /// Parts and variants that were examined.
    steps: usize,
}

impl<'a> Search<'a> {
    fn of(document: &'a Value) -> Search<'a> {
        let mut search = Search {
            document,
            met: BTreeSet::new(),
            waiting: Vec::new(),
            users: BTreeMap::new(),
            variants: BTreeMap::new(),
            by_themselves: Vec::new(),
            steps: 0,
        };
        search.add_targets(document);
        while let Some(schema) = search.waiting.pop() {
            search.add_parts(schema);
        }
        search
    }

    fn add_targets(&mut self, value: &'a Value) {
        if let Some(target) = document::target(self.document, value) {
            self.add(target);
        }
        inner(value).for_each(|inner| self.add_targets(inner.value));
    }

    fn add(&mut self, schema: &'a Value) {
        if self.met.insert(schema) {
            self.waiting.push(schema);
        }
    }

    fn add_parts(&mut self, schema: &'a Value) {
        if is_impossible_by_itself(schema) {
            self.by_themselves.push(schema);
        }
        for keyword in PARTS {
            let parts = elements(schema, keyword);
            self.variants.insert((schema, keyword), parts.len());
            for part in parts {
                self.steps += 1;
                let part = document::resolve(self.document, part);
                self.users.entry(part).or_default().push((schema, keyword));
                self.add(part);
            }
        }
    }

    /// Starts with the schemas that no value fits by themselves, and goes on to the schemas that they are parts of.
    fn impossible(mut self) -> Impossible<'a> {
        let mut schemas = BTreeSet::new();
        while let Some(schema) = self.by_themselves.pop() {
            if !schemas.insert(schema) {
                continue;
            }
            for (user, keyword) in self.users.get(&schema).into_iter().flatten() {
                let variants = self.variants.entry((*user, *keyword)).or_default();
                *variants = variants.saturating_sub(1);
                if *keyword == "allOf" || *variants == 0 {
                    self.by_themselves.push(*user);
                }
            }
        }
        Impossible {
            document: self.document,
            schemas,
        }
    }
}

fn elements<'a>(schema: &'a Value, keyword: &str) -> &'a [Value] {
    schema
        .as_object()
        .map_or(&[], |members| json::elements(members, keyword))
}

/// True if every value fits a schema.
#[must_use]
pub fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(is_anything) => *is_anything,
        Value::Object(members) => {
            let mut keys = members.keys();
            keys.all(|key| WORDS.contains(&key.as_str()) || key.starts_with("x-"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_that_no_value_fits() {
        let with = |schema: &Value| {
            json!({"components": {"schemas": {"Tested": schema, "Never": {"not": {}}, "Any": {},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]}}}})
        };
        let never = json!({"$ref": "#/components/schemas/Never"});
        for schema in [
            json!(false),
            json!({"not": {}}),
            json!({"not": true, "description": "Never."}),
            json!({"not": {"description": "Anything."}, "type": "string"}),
            json!({"enum": []}),
            never.clone(),
            json!({"allOf": [{"type": "string"}, never]}),
            json!({"anyOf": [false, {"not": {}}]}),
        ] {
            let document = with(&schema);
            assert!(Impossible::of(&document).contains(&schema), "{schema}");
        }
        for schema in [
            json!(true),
            json!({}),
            json!({"not": {"type": "null"}}),
            json!({"not": false}),
            json!({"not": {"not": {}}}),
            json!({"anyOf": [false, {}]}),
            json!({"anyOf": []}),
            json!({"$ref": "#/components/schemas/Any"}),
            json!({"$ref": "#/components/schemas/Loop"}),
        ] {
            let document = with(&schema);
            assert!(!Impossible::of(&document).contains(&schema), "{schema}");
        }
    }

    /// Returns a document with components, each made of a list of the others.
    fn made_of(keyword: &str, parts: &[Vec<usize>]) -> Value {
        let reference = |number: &usize| json!({"$ref": format!("#/components/schemas/S{number}")});
        let schema =
            |parts: &Vec<usize>| json!({keyword: parts.iter().map(reference).collect::<Vec<_>>()});
        let schemas = parts.iter().enumerate();
        let schemas = schemas.map(|(number, parts)| (format!("S{number}"), schema(parts)));
        json!({"first": reference(&0), "components": {"schemas": schemas.collect::<json::Object>()}})
    }

    #[test]
    fn schemas_that_are_made_of_each_other_take_a_step_for_each_part() {
        let count = 300;
        let all_others = |number| (0..count).filter(|other| *other != number).collect();
        let others: Vec<Vec<usize>> = (0..count).map(all_others).collect();
        let twice_the_next: Vec<Vec<usize>> = (1..=count).map(|next| vec![next, next]).collect();
        let all_later: Vec<Vec<usize>> = (1..=count).map(|next| (next..count).collect()).collect();
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for parts in [&others, &twice_the_next, &all_later] {
                let mut document = made_of(keyword, parts);
                let first = document["first"].clone();
                let count = parts.iter().map(Vec::len).sum::<usize>();
                let search = Search::of(&document);
                assert_eq!(search.steps, count, "{keyword}");
                assert!(!search.impossible().contains(&first), "{keyword}");
                let last = format!("S{}", parts.len() - 1);
                document["components"]["schemas"][last] = json!(false);
                let search = Search::of(&document);
                assert!(search.steps <= count, "{keyword}: {}", search.steps);
                // Variants of `oneOf` that are variants of each other are not known to be impossible.
                let is_expected = keyword == "allOf" || parts != &others;
                assert_eq!(
                    search.impossible().contains(&first),
                    is_expected,
                    "{keyword}"
                );
            }
        }
    }
}
