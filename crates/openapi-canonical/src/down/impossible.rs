//! Detection of schemas that no value fits, and of schemas that every value fits.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document;
use crate::json;

/// Limit on the parts and variants that are examined for one schema. Further ones count as schemas that values fit.
const MOST_PARTS: usize = 200;

/// Limit on all examinations of parts and variants together. After that, no further schema is found to be impossible.
const MOST_STEPS: usize = 1000;

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

/// True if no value fits a schema: `false`, `{"not": {}}`, an enum without values, or a schema with such a part.
pub(super) fn is_impossible(document: &Value, schema: &Value) -> bool {
    Search::of(document, schema).is_impossible()
}

/// Schema with its parts and variants, and theirs, each once.
struct Search<'a> {
    document: &'a Value,
    /// Resolved schemas. The examined schema is the first one.
    schemas: Vec<&'a Value>,
    /// Addresses of schemas that are known to fit no value.
    impossible: BTreeSet<*const Value>,
    /// Parts and variants that were examined.
    steps: usize,
}

impl<'a> Search<'a> {
    fn of(document: &'a Value, schema: &'a Value) -> Search<'a> {
        let first = document::resolve(document, schema);
        let mut search = Search {
            document,
            schemas: vec![first],
            impossible: BTreeSet::new(),
            steps: 0,
        };
        let mut met = BTreeSet::from([std::ptr::from_ref(first)]);
        let mut next = 0;
        while let Some(schema) = search.schemas.get(next).copied() {
            next += 1;
            for part in ["allOf", "anyOf", "oneOf"]
                .iter()
                .flat_map(|keyword| elements(schema, keyword))
            {
                search.steps += 1;
                if search.steps > MOST_PARTS {
                    return search;
                }
                let part = document::resolve(document, part);
                if met.insert(part) {
                    search.schemas.push(part);
                }
            }
        }
        search
    }

    /// Starts with the innermost schemas. A schema that is a part of itself is examined again until the result is
    /// stable.
    fn is_impossible(&mut self) -> bool {
        if self.has_impossible_part(self.schemas[0]) {
            return true;
        }
        loop {
            let known = self.impossible.len();
            for schema in self.schemas.clone().into_iter().rev() {
                if self.has_impossible_part(schema) {
                    self.impossible.insert(schema);
                }
            }
            let is_first = self
                .impossible
                .contains(&std::ptr::from_ref(self.schemas[0]));
            if is_first || self.impossible.len() == known {
                return is_first;
            }
        }
    }

    fn has_impossible_part(&mut self, schema: &Value) -> bool {
        if self.steps > MOST_STEPS {
            return false;
        }
        let Some(members) = schema.as_object() else {
            return *schema == Value::Bool(false);
        };
        let has_no_value = members
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty);
        if has_no_value || members.get("not").is_some_and(is_anything) {
            return true;
        }
        let mut is_impossible = |part: &Value| {
            self.steps += 1;
            let part = document::resolve(self.document, part);
            self.impossible.contains(&std::ptr::from_ref(part))
        };
        let has_impossible_part = elements(schema, "allOf").iter().any(&mut is_impossible);
        has_impossible_part
            || ["anyOf", "oneOf"].into_iter().any(|keyword| {
                let variants = elements(schema, keyword);
                !variants.is_empty() && variants.iter().all(&mut is_impossible)
            })
    }
}

fn elements<'a>(schema: &'a Value, keyword: &str) -> &'a [Value] {
    schema
        .as_object()
        .map_or(&[], |members| json::elements(members, keyword))
}

/// True if every value fits a schema.
pub(super) fn is_anything(schema: &Value) -> bool {
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
        let document = json!({"components": {"schemas": {"Never": {"not": {}}, "Any": {}, "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]}}}});
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
            assert!(is_impossible(&document, &schema), "{schema}");
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
            assert!(!is_impossible(&document, &schema), "{schema}");
        }
    }

    /// Returns a document with components, each made of a list of the others.
    fn made_of(keyword: &str, parts: &[Vec<usize>]) -> Value {
        let reference = |number: &usize| json!({"$ref": format!("#/components/schemas/S{number}")});
        let schema =
            |parts: &Vec<usize>| json!({keyword: parts.iter().map(reference).collect::<Vec<_>>()});
        let schemas = parts.iter().enumerate();
        let schemas = schemas.map(|(number, parts)| (format!("S{number}"), schema(parts)));
        json!({"components": {"schemas": schemas.collect::<json::Object>()}})
    }

    #[test]
    fn schemas_that_are_made_of_each_other_take_a_step_for_each_part() {
        let count = 30;
        let all_others = |number| (0..count).filter(|other| *other != number).collect();
        let others: Vec<Vec<usize>> = (0..count).map(all_others).collect();
        let twice_the_next: Vec<Vec<usize>> = (1..=count).map(|next| vec![next, next]).collect();
        let all_later: Vec<Vec<usize>> = (1..=count).map(|next| (next..count).collect()).collect();
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for parts in [&others, &twice_the_next, &all_later] {
                let mut document = made_of(keyword, parts);
                let first = json!({"$ref": "#/components/schemas/S0"});
                let mut search = Search::of(&document, &first);
                assert!(!search.is_impossible(), "{keyword}");
                assert!(search.steps <= MOST_STEPS + count, "{}", search.steps);
                let last = format!("S{}", parts.len() - 1);
                document["components"]["schemas"][last] = json!(false);
                let mut search = Search::of(&document, &first);
                // Variants of `oneOf` that are variants of each other are not known to be impossible.
                let is_expected = keyword == "allOf" || parts != &others;
                let is_found = search.is_impossible();
                assert_eq!(is_found, is_expected, "{keyword}");
                assert!(search.steps <= MOST_STEPS + count, "{}", search.steps);
            }
        }
    }
}
