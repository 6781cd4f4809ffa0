//! Makes `oneOf` safe to decode by trial.
//!
//! The generated code takes the first variant that deserialises, and readers are tolerant: a variant without required
//! fields accepts nearly every value. So variants are ordered from most to fewest required fields. If an earlier
//! variant could accept a later one's values, the whole `oneOf` becomes any value: a caller can inspect that, but not a
//! wrong type. A `oneOf` by status is not decoded by trial.
//!
//! Where a constant disambiguates the variants, an unknown constant means a new variant, which must not fail a reader:
//! such a `oneOf` ends with a variant of any value.

mod shapes;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json;
use openapi_canonical::locations;
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;
use shapes::Shapes;

/// Orders every `oneOf`, and replaces ambiguous ones by any value. A replaced one may be a variant of another `oneOf`,
/// so that the check is repeated.
pub(super) fn disambiguate(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let mut count = 0;
    loop {
        let before = losses.len();
        count += disambiguate_once(document, losses);
        if losses.len() == before {
            return count;
        }
    }
}

fn disambiguate_once(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let shapes = Shapes::of(schema::components_mut(document));
    let mut tags = BTreeSet::new();
    let mut count = 0;
    locations::visit_all(document, &mut |location, schema| {
        if !schema.contains_key("oneOf") || schema.contains_key(keys::BY_STATUS) {
            return;
        }
        let all = json::elements(schema, "oneOf");
        let variants: Vec<Value> = all
            .iter()
            .filter(|variant| !is_other(variant))
            .cloned()
            .collect();
        let mut ordered = shapes.ordered(&variants);
        let Some(needed) = shapes.disambiguating(&ordered) else {
            let what = format!(
                "which of {} types a value has: they cannot be disambiguated, any value is taken",
                variants.len()
            );
            losses.push(Loss::new(&location.pointer(), what));
            schema.retain(|keyword, _| ["description", "nullable"].contains(&keyword.as_str()));
            count += 1;
            return;
        };
        if !needed.is_empty() {
            ordered.push(json!({keys::OTHER: true}));
        }
        tags.extend(needed);
        count += usize::from(ordered != all);
        schema.insert("oneOf".to_owned(), Value::Array(ordered));
    });
    mark(document, &tags);
    count
}

fn is_other(variant: &Value) -> bool {
    variant.get(keys::OTHER).is_some()
}

/// Marks the constants that disambiguate variants: they must not be read as another value.
fn mark(document: &mut Value, tags: &BTreeSet<String>) {
    let components = schema::components_mut(document);
    for tag in tags {
        let component = components.get_mut(tag).and_then(Value::as_object_mut);
        if let Some(component) = component {
            component.insert(keys::TAG.to_owned(), json!(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(variants: &Value, schemas: &Value) -> (Value, usize) {
        let mut document = json!({"components": {"schemas": schemas}});
        document["components"]["schemas"]["It"] = json!({"oneOf": variants, "description": "d"});
        let mut losses = Vec::new();
        disambiguate(&mut document, &mut losses);
        (document["components"]["schemas"]["It"].take(), losses.len())
    }

    fn object(required: &[&str], properties: &Value) -> Value {
        json!({"type": "object", "required": required, "properties": properties})
    }

    #[test]
    fn variants_with_more_required_fields_come_first() {
        let text = json!({"type": "string"});
        let schemas = json!({
            "A": object(&["a"], &json!({"a": text})),
            "Ab": object(&["a", "b"], &json!({"a": text, "b": text}))});
        let (a, ab) = (schema::reference_to("A"), schema::reference_to("Ab"));
        assert_eq!(
            apart(&json!([a, ab]), &schemas),
            (json!({"oneOf": [ab, a], "description": "d"}), 0)
        );
        let (number, whole) = (json!({"type": "number"}), json!({"type": "integer"}));
        assert_eq!(
            apart(&json!([text, number, whole]), &schemas).0["oneOf"],
            json!([whole, text, number])
        );
    }

    #[test]
    fn ambiguous_variants_become_any_value_and_are_reported() {
        let text = json!({"type": "string"});
        let schemas = json!({
            "A": object(&[], &json!({"a": text})), "B": object(&[], &json!({"b": text})),
            "Ids": {"type": "array", "items": schema::reference_to("A")}, "Names": {"type": "array", "items": schema::reference_to("B")}});
        let open = json!({"description": "d"});
        for variants in [
            json!([schema::reference_to("A"), schema::reference_to("B")]),
            json!([schema::reference_to("Ids"), schema::reference_to("Names")]),
            json!([text, {"type": "string", "enum": ["a"]}]),
            json!([text, {}]),
        ] {
            assert_eq!(apart(&variants, &schemas), (open.clone(), 1), "{variants}");
        }
        let fine = json!([schema::reference_to("A"), schema::reference_to("Ids"), text, {"type": "boolean"}]);
        assert_eq!(apart(&fine, &schemas).1, 0);
    }

    #[test]
    fn recursive_choices_terminate() {
        let many: Vec<Value> = (0..40)
            .map(|number| schema::reference_to(&format!("C{number}")))
            .collect();
        let mut schemas = json!({});
        for number in 0..40 {
            schemas[format!("C{number}")] = json!({"type": "array", "items": {"oneOf": many}});
        }
        assert_eq!(
            apart(
                &json!([schema::reference_to("It"), schema::reference_to("It")]),
                &json!({})
            )
            .1,
            1
        );
        assert_eq!(apart(&json!(many), &schemas).1, 41);
    }

    #[test]
    fn a_required_constant_disambiguates_variants() {
        let kind = |name: &str| json!({"kind": schema::reference_to(name)});
        let mut schemas = json!({
            "A": object(&["kind"], &kind("AKind")), "B": object(&["kind"], &kind("BKind")),
            "AKind": {"type": "string", "enum": ["a"]}, "BKind": {"type": "string", "enum": ["b"]}});
        let variants = json!([schema::reference_to("A"), schema::reference_to("B")]);
        assert_eq!(apart(&variants, &schemas).1, 0);
        let mut document = json!({"components": {"schemas": schemas}});
        document["components"]["schemas"]["It"] = json!({"oneOf": variants});
        disambiguate(&mut document, &mut Vec::new());
        assert_eq!(
            document["components"]["schemas"]["BKind"]["x-opentrain-tag"],
            true
        );
        let last = &document["components"]["schemas"]["It"]["oneOf"][2];
        assert_eq!(*last, json!({"x-opentrain-other": true}));
        schemas["BKind"]["enum"] = json!(["b", "c"]);
        assert_eq!(apart(&variants, &schemas).1, 1);
    }
}
