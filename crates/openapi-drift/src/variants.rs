//! Variants of one choice: one for each type of listed values, and none that another one includes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::effective_schema::{EffectiveSchema, MIXED, ValueKind, type_of_keyword};
use super::listed_values::is_of_type;
use super::normal_form;
use openapi_canonical::json;

/// Returns a variant for each type of the values that a schema lists; the schema itself if all are of one type.
pub(super) fn split_by_type(variant: Rc<EffectiveSchema>) -> Vec<Rc<EffectiveSchema>> {
    const TYPES: [&str; 5] = ["array", "boolean", "number", "object", "string"];
    if variant.kind() != ValueKind::Scalar(MIXED.to_owned()) {
        return vec![variant];
    }
    let of_type = |kind: &&str| {
        let values = json::elements(&variant.members, "enum").iter();
        let mut values = values.filter(|value| is_of_type(kind, value)).peekable();
        values.peek()?;
        let mut of_type = EffectiveSchema::clone(&variant);
        of_type
            .members
            .retain(|keyword, _| type_of_keyword(keyword).is_none_or(|owner| owner == *kind));
        of_type.members.insert("type".to_owned(), json!(kind));
        let values = values.cloned().collect();
        of_type.members.insert("enum".to_owned(), values);
        normal_form::simplify(&mut of_type.members);
        of_type.component = None;
        Some(Rc::new(of_type))
    };
    TYPES.iter().filter_map(of_type).collect()
}

/// Drops variants that others include, such as listed values where any value is allowed, or integers beside numbers;
/// and joins lists of values into one.
pub(super) fn simplified(variants: Vec<Rc<EffectiveSchema>>) -> Vec<Rc<EffectiveSchema>> {
    let is_bare =
        |variant: &EffectiveSchema| variant.members.len() == 1 && variant.variants.is_empty();
    let bare: Vec<ValueKind> = variants
        .iter()
        .filter(|variant| is_bare(variant))
        .map(|variant| variant.kind())
        .collect();
    let number = ValueKind::Scalar("number".to_owned());
    let mut found: Vec<Rc<EffectiveSchema>> = Vec::new();
    let mut lists: BTreeMap<String, JoinedList> = BTreeMap::new();
    for variant in variants {
        let kind = variant.kind();
        let is_integer = kind == ValueKind::Scalar("integer".to_owned());
        let is_list = is_listed(&variant);
        if is_list && bare.contains(&kind) || is_integer && bare.contains(&number) {
            continue;
        }
        if !is_list {
            found.push(variant);
            continue;
        }
        match lists.get_mut(&kind.name()) {
            Some(list) => list.add(Rc::make_mut(&mut found[list.position]), &variant),
            None => {
                let list = JoinedList {
                    position: found.len(),
                    values: values(&variant).map(Value::to_string).collect(),
                };
                lists.insert(kind.name(), list);
                found.push(variant);
            }
        }
    }
    found
}

/// True if the schema is a list of values and nothing more.
fn is_listed(variant: &EffectiveSchema) -> bool {
    let is_scalar = matches!(variant.kind(), ValueKind::Scalar(_));
    let has_more = variant
        .members
        .keys()
        .any(|key| key != "type" && key != "enum");
    is_scalar && !has_more && variant.members.contains_key("enum")
}

/// List of the values of several variants.
#[derive(Debug)]
struct JoinedList {
    /// Position among the variants that are left.
    position: usize,
    values: BTreeSet<String>,
}

impl JoinedList {
    /// Adds the values of a variant to the one at the position.
    fn add(&mut self, whole: &mut EffectiveSchema, variant: &EffectiveSchema) {
        whole.component = None;
        let list = whole.members.get_mut("enum").and_then(Value::as_array_mut);
        let new = values(variant).filter(|value| self.values.insert(value.to_string()));
        if let Some(list) = list {
            list.extend(new.cloned());
        }
    }
}

fn values(variant: &EffectiveSchema) -> impl Iterator<Item = &Value> {
    json::elements(&variant.members, "enum").iter()
}
