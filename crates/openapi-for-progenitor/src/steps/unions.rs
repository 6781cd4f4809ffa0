//! Choices of schemas: always `oneOf`, without duplicate variants.
//!
//! From `anyOf` the generator makes a struct of all variants at once, which parses no value. From `oneOf` it makes an
//! enum and takes the first variant that fits, which is what either keyword means to a reader.

use serde_json::Value;

use openapi_canonical::json::{self, Object};
use openapi_canonical::locations;

/// Rewrites every choice as `oneOf`. A single variant is left to `all_of`, which handles wrappers.
pub(super) fn rewrite(document: &mut Value) -> usize {
    let mut count = 0;
    locations::visit_all(document, &mut |_, schema| {
        count += usize::from(rewrite_one(schema));
    });
    count
}

fn rewrite_one(schema: &mut Object) -> bool {
    let variants = ["oneOf", "anyOf"].into_iter();
    let distinct = json::distinct(variants.flat_map(|keyword| json::elements(schema, keyword)));
    if distinct.is_empty()
        || json::elements(schema, "oneOf") == distinct && !schema.contains_key("anyOf")
    {
        return false;
    }
    schema.remove("anyOf");
    // A single variant is no choice, but the location may have further keywords: those need an `allOf`.
    let is_choice = distinct.len() > 1 || schema.contains_key("allOf");
    let keyword = if is_choice { "oneOf" } else { "allOf" };
    schema.remove("oneOf");
    schema.insert(keyword.to_owned(), Value::Array(distinct));
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use openapi_canonical::schema;

    use super::*;

    #[test]
    fn any_of_is_one_of_without_repetition() {
        let (a, b) = (schema::reference_to("A"), schema::reference_to("B"));
        let mut document = json!({"components": {"schemas": {
            "Both": {"anyOf": [a, b, a], "nullable": true}, "Fine": {"oneOf": [a, b]}, "Only": {"anyOf": [a, a]}}}});
        assert_eq!(rewrite(&mut document), 2);
        assert_eq!(
            document["components"]["schemas"],
            json!({
            "Both": {"oneOf": [a, b], "nullable": true}, "Fine": {"oneOf": [a, b]}, "Only": {"allOf": [a]}})
        );
    }
}
