//! Lists whose first elements have schemas of their own, in the spelling of 3.1 or in the earlier one.

use serde_json::Value;

use super::fits::is_impossible;
use openapi_canonical::down;
use openapi_canonical::json::{self, Object};

/// List whose first elements have schemas of their own.
#[derive(Debug)]
pub(super) struct Tuple<'a> {
    /// Keyword of the first elements.
    pub(super) keyword: &'static str,
    /// Schemas of the first elements, as far as the list may be so long.
    pub(super) first: &'a [Value],
    /// Further elements.
    pub(super) rest: Rest<'a>,
}

/// Elements of a list after the first ones.
#[derive(Debug)]
pub(super) enum Rest<'a> {
    Unspecified,
    /// There are none, and the list has this greatest length.
    Refused(usize),
    /// They have a schema, which has this keyword.
    Of(&'static str, &'a Value),
}

impl<'a> Tuple<'a> {
    /// `None` if the schema has no such list.
    pub(super) fn of(schema: &'a Object) -> Option<Tuple<'a>> {
        // Before 3.1, a list in `items` had the same meaning.
        let has_list = schema.get("items").is_some_and(Value::is_array);
        let (keyword, further) = match has_list {
            true => ("items", "additionalItems"),
            false => ("prefixItems", "items"),
        };
        let first = json::elements(schema, keyword);
        if first.is_empty() {
            return None;
        }
        let most = schema.get("maxItems").and_then(Value::as_u64);
        let most = most.and_then(|most| usize::try_from(most).ok());
        let length = most.unwrap_or(first.len()).min(first.len());
        let rest = match schema.get(further) {
            _ if most.is_some_and(|most| most <= first.len()) => Rest::Refused(length),
            Some(rest) if is_impossible(rest) => Rest::Refused(length),
            Some(rest) if !down::is_anything(rest) => Rest::Of(further, rest),
            _ => Rest::Unspecified,
        };
        Some(Tuple {
            keyword,
            first: &first[..length],
            rest,
        })
    }
}
