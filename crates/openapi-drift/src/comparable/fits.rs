//! Schemas whose values 3.0 has no keywords for: nothing, null alone, or all but null.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::nulls::Nulls;
use super::stated::{types, values, values_of_type};
use super::{FITS, NOT_NULL, NOTHING, ONLY_NULL};
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::json::{self, Object};
use openapi_canonical::keywords::inner;

/// Keywords, or members that hold names, whose schemas are replaced if no value fits them. The down conversion itself
/// drops impossible variants, and refuses impossible further fields.
const REPLACED: [&str; 7] = [
    "$defs",
    "allOf",
    "definitions",
    "items",
    "properties",
    "schema",
    "schemas",
];

/// Levels of parts and variants that are examined for schemas that only null fits.
const DEEPEST: usize = 8;

/// Marks each such schema of a document in a copy of it.
pub(super) fn mark(document: &Value, copy: &mut Value) {
    let mut marks = Marks {
        document,
        nulls: Nulls::of(document),
        only_null: BTreeMap::new(),
        found: Vec::new(),
    };
    marks.visit(document, "", false);
    for (pointer, fits, is_whole) in marks.found {
        let Some(schema) = copy.pointer_mut(&pointer) else {
            continue;
        };
        match schema.as_object_mut().filter(|_| !is_whole) {
            Some(members) => drop(members.insert(FITS.to_owned(), json!(fits))),
            None => *schema = json!({ FITS: fits }),
        }
    }
}

/// Search for schemas to mark.
struct Marks<'a> {
    document: &'a Value,
    nulls: Nulls<'a>,
    /// True if only null fits a schema, by the schema's address.
    only_null: BTreeMap<*const Value, bool>,
    /// Pointer to each schema with its mark; true if the mark replaces the whole schema.
    found: Vec<(String, &'static str, bool)>,
}

impl<'a> Marks<'a> {
    fn visit(&mut self, value: &'a Value, pointer: &str, is_replaced: bool) {
        if is_replaced && is_impossible(value) {
            return self.found.push((pointer.to_owned(), NOTHING, true));
        }
        let members = value.as_object();
        if let Some(fits) = members.and_then(|members| self.fits(value, members)) {
            self.found.push((pointer.to_owned(), fits, false));
        }
        let is_tuple = value.get("prefixItems").is_some();
        for inner in inner(value) {
            let is_replaced = inner.keyword().map_or(is_replaced, |keyword| {
                REPLACED.contains(&keyword) && !(is_tuple && keyword == "items")
            });
            self.visit(inner.value, &inner.pointer(pointer), is_replaced);
        }
    }

    fn fits(&mut self, schema: &'a Value, members: &'a Object) -> Option<&'static str> {
        if values_of_type(members).is_some_and(|values| values.is_empty()) {
            return Some(NOTHING);
        }
        let is_refused = self.nulls.fit(schema) == Some(false);
        if self.is_only_null(schema, DEEPEST) {
            return Some(if is_refused { NOTHING } else { ONLY_NULL });
        }
        (is_refused && self.mentions_null(members, DEEPEST)).then_some(NOT_NULL)
    }

    /// True if the down conversion makes a schema nullable: by its own keywords, or by those of a variant.
    fn mentions_null(&mut self, members: &'a Object, levels: usize) -> bool {
        let has_null = |values: Vec<&Value>| values.into_iter().any(Value::is_null);
        if types(members).contains(&"null") || values(members).is_some_and(has_null) {
            return true;
        }
        let choices = ["anyOf", "oneOf"].map(|keyword| json::elements(members, keyword));
        choices.into_iter().any(|variants| {
            self.nulls.fit_any(variants)
                || levels > 0
                    && variants
                        .iter()
                        .filter_map(Value::as_object)
                        .any(|variant| self.mentions_null(variant, levels - 1))
        })
    }

    /// True if null is the only value of a schema.
    fn is_only_null(&mut self, schema: &'a Value, levels: usize) -> bool {
        let schema = document::resolve(self.document, schema);
        if let Some(known) = self.only_null.get(&std::ptr::from_ref(schema)) {
            return *known;
        }
        self.only_null.insert(schema, false);
        let Some(members) = schema.as_object().filter(|_| levels > 0) else {
            return false;
        };
        let is_only_null = match values_of_type(members) {
            Some(values) => !values.is_empty() && values.iter().all(|value| value.is_null()),
            None => types(members) == ["null"] || self.has_only_null_parts(members, levels - 1),
        };
        self.only_null.insert(schema, is_only_null);
        is_only_null
    }

    fn has_only_null_parts(&mut self, members: &'a Object, levels: usize) -> bool {
        let mut count = |keyword: &str| {
            let parts = json::elements(members, keyword).iter();
            let null = parts.filter(|part| self.is_only_null(part, levels));
            null.count()
        };
        let impossible = |keyword: &str| {
            let variants = json::elements(members, keyword).iter();
            variants.filter(|variant| is_impossible(variant)).count()
        };
        let mut is_choice_of_null = |keyword: &str| {
            let null = count(keyword);
            null > 0 && null + impossible(keyword) == json::elements(members, keyword).len()
        };
        is_choice_of_null("anyOf") || is_choice_of_null("oneOf") || count("allOf") > 0
    }
}

/// True if a schema refuses every value by itself.
pub(super) fn is_impossible(schema: &Value) -> bool {
    let Some(members) = schema.as_object() else {
        return *schema == Value::Bool(false);
    };
    let listed = members.get("enum").and_then(Value::as_array);
    let variants = |keyword| json::elements(members, keyword);
    listed.is_some_and(Vec::is_empty)
        || members.get("not").is_some_and(down::is_anything)
        || ["anyOf", "oneOf"].into_iter().any(|keyword| {
            !variants(keyword).is_empty() && variants(keyword).iter().all(is_impossible)
        })
}
