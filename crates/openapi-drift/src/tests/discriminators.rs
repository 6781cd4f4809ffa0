//! Discriminators: the values by which a body identifies its variant.

use serde_json::{Value, json};

use super::{document, lines, response, sections};
use crate::changes;

/// Returns the report if a `oneOf` changes from one discriminator to another.
fn reported_for_discriminators(old: Value, new: Value) -> String {
    let with = |discriminator: Value| {
        let mut document = document();
        let form = json!({"type": "object", "properties": {"kind": {"type": "string"}, "sort": {"type": "string"}}});
        let schemas = &mut document["components"]["schemas"];
        schemas["Nut"] = form.clone();
        schemas["Seed"] = form;
        schemas["Topping"] = json!({"discriminator": discriminator,
            "oneOf": [{"$ref": "#/components/schemas/Seed"}, {"$ref": "#/components/schemas/Nut"}]});
        document
    };
    lines(&changes(&with(old), &with(new)))
}

#[test]
fn discriminators() {
    let by = |field: &str, seed: &str, nut: &str| {
        json!({"propertyName": field, "mapping": {
            seed: "#/components/schemas/Seed", nut: "#/components/schemas/Nut"}})
    };
    insta::assert_snapshot!(sections(&[
        (
            "another field",
            reported_for_discriminators(by("kind", "SEED", "NUT"), by("sort", "SEED", "NUT"))
        ),
        (
            "other values",
            reported_for_discriminators(by("kind", "SEED", "NUT"), by("kind", "SEED", "KERNEL"))
        ),
        (
            "values the other way round",
            reported_for_discriminators(by("kind", "SEED", "NUT"), by("kind", "NUT", "SEED"))
        ),
        (
            "names of components for values",
            reported_for_discriminators(by("kind", "SEED", "NUT"), json!({"propertyName": "kind"}))
        ),
        (
            "no word of it",
            reported_for_discriminators(by("kind", "SEED", "NUT"), Value::Null)
        ),
    ]));
}

#[test]
fn a_discriminator_of_one_document_alone_is_compared_with_the_values_of_its_field() {
    let variant = |kind: &str, is_tagged: bool| {
        let mut field = json!({"type": "string"});
        if is_tagged {
            field["enum"] = json!([kind]);
        }
        json!({"type": "object", "required": ["kind"], "properties": {"kind": field, kind: {"type": "string"}}})
    };
    let of = |mapping: Option<[&str; 2]>, is_tagged: bool| {
        let mut document = document();
        let schemas = &mut document["components"]["schemas"];
        schemas["Rye"] = variant("rye", is_tagged);
        schemas["Oat"] = variant("oat", is_tagged);
        let mut choice = json!({"oneOf": [{"$ref": "#/components/schemas/Rye"}, {"$ref": "#/components/schemas/Oat"}]});
        if let Some([rye, oat]) = mapping {
            let mapping = json!({rye: "#/components/schemas/Rye", oat: "#/components/schemas/Oat"});
            choice["discriminator"] = json!({"propertyName": "kind", "mapping": mapping});
        }
        document["paths"]["/loaves/{id}"]["get"]["responses"]["200"] = response(&choice);
        document
    };
    let plain = of(None, true);
    let mapped = of(Some(["rye", "oat"]), true);
    assert_eq!(lines(&changes(&plain, &mapped)), "");
    assert_eq!(lines(&changes(&mapped, &plain)), "");
    let report = lines(&changes(&plain, &of(Some(["oat", "rye"]), true)));
    assert!(report.contains("discriminator changed"), "{report}");
    let (named, unnamed) = (of(Some(["rye", "oat"]), false), of(None, false));
    let report = lines(&changes(&named, &unnamed));
    assert!(
        report.contains("discriminator removed `kind` [readers]"),
        "{report}"
    );
    let report = lines(&changes(&unnamed, &named));
    assert!(
        report.contains("new discriminator `kind` [no side]"),
        "{report}"
    );
}
