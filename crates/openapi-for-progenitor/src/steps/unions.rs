//! Choices of schemas: always `oneOf`, no arm twice.
//!
//! The generator makes of `anyOf` a struct of all its arms at once, which parses nothing. Of `oneOf` it makes an enum and
//! takes the first arm that fits, which is what either of them means to a reader.

use serde_json::Value;

use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Spells every choice in this way. A choice of one is left for what it is; see `all_of` for wrappers.
pub(super) fn spell(document: &mut Value) -> usize {
    let mut count = 0;
    schema::visit_all(document, &mut |schema| {
        count += usize::from(spell_one(schema));
    });
    count
}

fn spell_one(schema: &mut Object) -> bool {
    let arms = ["oneOf", "anyOf"]
        .into_iter()
        .flat_map(|keyword| json::elements(schema, keyword));
    let mut distinct: Vec<Value> = Vec::new();
    for arm in arms {
        if !distinct.contains(arm) {
            distinct.push(arm.clone());
        }
    }
    if distinct.is_empty()
        || json::elements(schema, "oneOf") == distinct && !schema.contains_key("anyOf")
    {
        return false;
    }
    schema.remove("anyOf");
    // One arm is no choice, but the place may say more than the arm does: that is what `allOf` is for.
    let is_choice = distinct.len() > 1 || schema.contains_key("allOf");
    let keyword = if is_choice { "oneOf" } else { "allOf" };
    schema.remove("oneOf");
    schema.insert(keyword.to_owned(), Value::Array(distinct));
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn any_of_is_one_of_without_repetition() {
        let (a, b) = (schema::reference_to("A"), schema::reference_to("B"));
        let mut document = json!({"components": {"schemas": {
            "Both": {"anyOf": [a, b, a], "nullable": true}, "Fine": {"oneOf": [a, b]}, "Only": {"anyOf": [a, a]}}}});
        assert_eq!(spell(&mut document), 2);
        assert_eq!(
            document["components"]["schemas"],
            json!({
            "Both": {"oneOf": [a, b], "nullable": true}, "Fine": {"oneOf": [a, b]}, "Only": {"allOf": [a]}})
        );
    }
}
