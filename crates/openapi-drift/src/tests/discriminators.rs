//! Discriminators: the values by which a body identifies its variant.

use serde_json::{Value, json};

use super::{check_both, compared, document, lines, response, sections};
use crate::changes;
use openapi_canonical::schema;

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

/// Returns the reports of callers and readers for a choice of `Rye` and `Oat`, whose fields `kind` have these schemas.
fn reported_for_kinds(pair: [(&Value, [Value; 2]); 2]) -> [String; 2] {
    let prepared = pair.map(|(discriminator, kinds)| {
        let object = |kind: &Value, own: &str| {
            json!({"type": "object", "required": ["kind"], "properties": {"kind": kind, own: {"type": "string"}}})
        };
        let components = json!({"Rye": object(&kinds[0], "crust"), "Oat": object(&kinds[1], "flakes")});
        let mut choice = json!({"oneOf": [schema::reference_to("Rye"), schema::reference_to("Oat")]});
        if !discriminator.is_null() {
            choice["discriminator"] = discriminator.clone();
        }
        (components, choice)
    });
    let [old, new] = &prepared;
    [true, false].map(|is_sent| {
        let drift = compared(is_sent, [(&old.0, &old.1), (&new.0, &new.1)]);
        lines(&drift.changes)
    })
}

fn mapping(values: &[(&str, &str)]) -> Value {
    let targets = values.iter().map(|(value, component)| {
        (
            (*value).to_owned(),
            json!(format!("{}{component}", schema::SCHEMAS)),
        )
    });
    json!({"propertyName": "kind", "mapping": targets.collect::<Value>()})
}

#[test]
fn a_discriminator_beside_fields_with_values_of_their_own_changes_no_body() {
    let lists = |rye: &[&str], oat: &[&str]| [json!({"enum": rye}), json!({"enum": oat})];
    for kinds in [
        lists(&["rye"], &["oat"]),
        [json!({"const": "rye"}), json!({"const": "oat"})],
    ] {
        for discriminator in [
            json!({"propertyName": "kind"}),
            mapping(&[("rye", "Rye"), ("oat", "Oat")]),
            mapping(&[("rye", "Rye")]),
            // A value that no variant allows never occurs.
            mapping(&[("rye", "Rye"), ("oat", "Oat"), ("spelt", "Oat")]),
        ] {
            let (none, with) = (
                (&Value::Null, kinds.clone()),
                (&discriminator, kinds.clone()),
            );
            for pair in [[none.clone(), with.clone()], [with, none]] {
                assert_eq!(reported_for_kinds(pair), ["", ""], "{discriminator}");
            }
        }
    }
}

#[test]
fn a_discriminator_without_a_mapping_leaves_variants_with_several_values_as_they_are() {
    let kinds = [json!({"enum": ["rye", "dark"]}), json!({"enum": ["oat"]})];
    let discriminator = json!({"propertyName": "kind"});
    let (none, with) = ((&Value::Null, kinds.clone()), (&discriminator, kinds));
    for pair in [[none.clone(), with.clone()], [with, none]] {
        assert_eq!(reported_for_kinds(pair), ["", ""]);
    }
}

#[test]
fn a_base_with_values_of_its_own_is_not_changed_by_a_discriminator() {
    let base = json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["rye", "oat"]}}});
    let mut with = base.clone();
    with["discriminator"] = json!({"propertyName": "kind"});
    check_both(&base, &with, "", "");
    check_both(&with, &base, "", "");
    let of = |values: &[(&str, &str)]| {
        let mut base = with.clone();
        base["discriminator"] = mapping(values);
        base
    };
    let (one, two) = (
        of(&[("rye", "Plain")]),
        of(&[("rye", "Plain"), ("oat", "Plain")]),
    );
    check_both(
        &one,
        &two,
        "new discriminator value `oat` [no side]",
        "new discriminator value `oat` [readers]",
    );
    check_both(
        &two,
        &one,
        "value removed `oat` [callers]",
        "value removed `oat` [no side]",
    );
    check_both(
        &one,
        &of(&[("rye", "Null")]),
        "discriminator changed `rye` [callers]",
        "discriminator changed `rye` [readers]",
    );
}

#[test]
fn readers_do_not_know_a_new_discriminator_value_of_a_variant() {
    let text = json!({"type": "string"});
    let open = [text.clone(), text];
    let old = mapping(&[("rye", "Rye"), ("oat", "Oat")]);
    let new = mapping(&[("rye", "Rye"), ("oat", "Oat"), ("dark", "Rye")]);
    assert_eq!(
        reported_for_kinds([(&old, open.clone()), (&new, open.clone())]),
        ["callers", "readers"].map(|side| {
            let is_readers = side == "readers";
            let side = if is_readers { "[readers]" } else { "[no side]" };
            let at = if is_readers {
                "POST /a 200"
            } else {
                "POST /a body"
            };
            format!("{at}: new discriminator value `dark` {side}")
        }),
    );
    let [callers, readers] = reported_for_kinds([(&new, open.clone()), (&old, open)]);
    assert_eq!(callers, "POST /a body: value removed `dark` [callers]");
    assert_eq!(readers, "POST /a 200: value removed `dark` [no side]");
    // The field of a variant lists one value more.
    let plain = json!({"propertyName": "kind"});
    let kinds = |rye: Value| [json!({ "enum": rye }), json!({"enum": ["oat"]})];
    let pair = [
        (&plain, kinds(json!(["rye"]))),
        (&plain, kinds(json!(["rye", "dark"]))),
    ];
    let [_, readers] = reported_for_kinds(pair);
    assert!(
        readers.contains("new discriminator value `dark` [readers]"),
        "{readers}"
    );
}

#[test]
fn a_discriminator_of_new_variants_alone_is_part_of_them() {
    let variant = |kind: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}}});
    let mut choice = json!({"anyOf": [variant("rye"), variant("oat")]});
    choice["discriminator"] = json!({"propertyName": "kind"});
    check_both(
        &json!({"type": "string"}),
        &choice,
        "variant removed `string` [callers]\nnew variant `kind=oat` [no side]\nnew variant `kind=rye` [no side]",
        "new variant `kind=oat` [readers]\nnew variant `kind=rye` [readers]\nvariant removed `string` [no side]",
    );
}
