//! Schemas of a document that null fits.

use std::collections::BTreeMap;

use serde_json::Value;

use super::stated::{types, values};
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::json;

/// Limit on the levels of references, parts and variants that are examined for null.
const DEEPEST: usize = 100;

/// Schemas of a document that null fits, each examined once.
#[derive(Debug)]
pub(super) struct Nulls<'a> {
    document: &'a Value,
    is_of_3_0: bool,
    /// True if null fits a schema, by the schema's address. `None` if that is unknown or still being examined.
    known: BTreeMap<*const Value, Option<bool>>,
}

impl<'a> Nulls<'a> {
    pub(super) fn of(document: &'a Value) -> Nulls<'a> {
        Nulls {
            document,
            is_of_3_0: document::is_of_3_0(document),
            known: BTreeMap::new(),
        }
    }

    /// Returns true if null fits a schema. `None` if that is not known.
    pub(super) fn fit(&mut self, schema: &'a Value) -> Option<bool> {
        self.fit_within(schema, DEEPEST)
    }

    /// Returns true if null fits a variant of a choice.
    pub(super) fn fit_any(&mut self, variants: &'a [Value]) -> bool {
        variants
            .iter()
            .any(|variant| self.fit(variant) == Some(true))
    }

    fn fit_within(&mut self, schema: &'a Value, levels: usize) -> Option<bool> {
        if let Some(known) = self.known.get(&std::ptr::from_ref(schema)) {
            return *known;
        }
        if levels == 0 {
            return None;
        }
        self.known.insert(schema, None);
        let found = self.examine(schema, levels - 1);
        self.known.insert(schema, found);
        found
    }

    fn examine(&mut self, schema: &'a Value, levels: usize) -> Option<bool> {
        let Some(members) = schema.as_object() else {
            return Some(*schema != Value::Bool(false));
        };
        // Generators for 3.0 mean null by this, even if parts of the schema refuse it.
        if json::is_true(members, "nullable") {
            return Some(true);
        }
        if members.get("not").is_some_and(down::is_anything) {
            return Some(false);
        }
        let types = types(members);
        let is_refused_by_type = !types.is_empty() && !types.contains(&"null");
        let is_unlisted =
            values(members).is_some_and(|values| !values.iter().any(|value| value.is_null()));
        let target = document::target(self.document, schema);
        let has_siblings = target.is_none() || !self.is_of_3_0;
        if has_siblings && (is_refused_by_type || is_unlisted) {
            return Some(false);
        }
        let mut all: Vec<Option<bool>> = Vec::new();
        all.extend(target.map(|target| self.fit_within(target, levels)));
        if has_siblings {
            let parts = json::elements(members, "allOf").iter();
            all.extend(parts.map(|part| self.fit_within(part, levels)));
            for keyword in ["anyOf", "oneOf"] {
                let variants = json::elements(members, keyword).iter();
                let each: Vec<Option<bool>> = variants
                    .map(|variant| self.fit_within(variant, levels))
                    .collect();
                if !each.is_empty() {
                    all.push(fit_choice(&each, keyword == "oneOf"));
                }
            }
        }
        if all.contains(&Some(false)) {
            Some(false)
        } else if all.contains(&None) {
            None
        } else {
            Some(true)
        }
    }
}

/// Returns true if null fits a choice, by the variants that it fits.
fn fit_choice(variants: &[Option<bool>], is_exclusive: bool) -> Option<bool> {
    let count = |of: Option<bool>| variants.iter().filter(|fits| **fits == of).count();
    match (count(Some(true)), count(None)) {
        (2.., _) if is_exclusive => Some(false),
        (1.., 0) => Some(true),
        (1.., _) if !is_exclusive => Some(true),
        (0, 0) => Some(false),
        _ => None,
    }
}
