//! Tests of references and definitions.

use serde_json::{Value, json};

use super::{check, convert, converted, with};
use crate::schema::reference_to;

#[test]
fn dynamic_references_are_references() {
    let pay = reference_to("Pay");
    check(&json!({"$dynamicRef": "#/components/schemas/Pay"}), &pay, 0);
    check(
        &json!({"$dynamicRef": "#/components/schemas/Pay", "description": "d"}),
        &json!({"allOf": [pay], "description": "d"}),
        0,
    );
    check(&json!({"$dynamicRef": "#gone"}), &json!({}), 1);
    let both = json!({"$ref": "#/components/schemas/Pay", "$dynamicRef": "#gone"});
    check(&both, &pay, 1);
}

#[test]
fn references_count_from_the_id_around_them() {
    let mut schemas = converted(&json!({"$id": "https://opentrain.example/it.json", "properties": {
            "it": {"$ref": "it.json"}, "other": {"$ref": "other.json"}, "inside": {"$ref": "other.json#/properties/z"},
            "named": {"$ref": "https://opentrain.example/other.json#Z"}, "definition": {"$ref": "https://opentrain.example/it.json#/$defs/o"},
            "gone": {"$ref": "gone.json"}},
        "$defs": {"o": {"$id": "other.json", "properties": {"z": {"$anchor": "Z", "type": "integer"}}}}}))
    .0;
    let it = schemas["It"]["properties"].take();
    for (property, target) in [
        ("it", "It"),
        ("other", "o"),
        ("definition", "o"),
        ("gone", ""),
    ] {
        let expected = if target.is_empty() {
            json!({})
        } else {
            reference_to(target)
        };
        assert_eq!(it[property], expected, "{property}");
    }
    assert_eq!(it["inside"], it["named"]);
    let inside = it["inside"]["$ref"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap();
    assert_eq!(schemas[inside], json!({"type": "integer"}));
}

#[test]
fn relative_ids_lead_to_their_schema_without_a_base() {
    let (schemas, rewrites) = converted(&json!({"properties": {
            "other": {"$ref": "other.json"}, "other again": {"$dynamicRef": "other.json"}, "gone": {"$ref": "gone.json"}},
        "$defs": {"o": {"$id": "other.json", "type": "object"}}}));
    let it = &schemas["It"]["properties"];
    assert_eq!(it["other"], reference_to("o"), "{rewrites:#?}");
    assert_eq!(it["other again"], reference_to("o"));
    assert_eq!(it["gone"], json!({}));
}

#[test]
fn references_with_siblings() {
    let pay = reference_to("Pay");
    check(
        &json!({"$ref": pay["$ref"], "description": "d"}),
        &json!({"allOf": [pay], "description": "d"}),
        0,
    );
    check(
        &json!({"$ref": pay["$ref"], "allOf": [{"required": ["a"]}]}),
        &json!({"allOf": [pay, {"required": ["a"]}]}),
        0,
    );
    check(&json!({"$ref": pay["$ref"], "$comment": "c"}), &pay, 0);
}

#[test]
fn definitions_become_components() {
    let it = json!({
        "$defs": {"Pay": {"type": ["string", "null"]}, "a/b%": {"$anchor": "here", "type": "integer"}},
        "properties": {
            "pay": {"$ref": "#/$defs/Pay"}, "odd": {"$ref": "#/components/schemas/It/$defs/a~1b%25"}, "again": {"$ref": "#here"},
            "self": {"$ref": "#"}, "tuple": {"prefixItems": [{"const": "x"}]},
            "first": {"$ref": "#/components/schemas/It/properties/tuple/prefixItems/0"}}});
    let (schemas, rewrites) = converted(&it);
    let properties = &schemas["It"]["properties"];
    for (property, name) in [
        ("pay", "Pay2"),
        ("odd", "ItAB"),
        ("again", "ItAB"),
        ("self", "It"),
        ("first", "ItTuplePrefixItemsN0"),
    ] {
        assert_eq!(properties[property], reference_to(name), "{rewrites:#?}");
    }
    assert_eq!(schemas["Pay2"], json!({"type": "string", "nullable": true}));
    assert_eq!(schemas["ItAB"], json!({"type": "integer"}));
    assert_eq!(
        schemas["ItTuplePrefixItemsN0"],
        json!({"type": "string", "enum": ["x"]})
    );
}

#[test]
fn beside_a_reference_3_0_means_null_and_nothing_else() {
    let beside =
        json!({"$ref": "#/components/schemas/Pay", "nullable": true, "required": ["amount"]});
    let mut document = with(
        &json!({"properties": {"a": beside, "b": {"$ref": "#/components/schemas/Pay", "nullable": false, "minProperties": 1}}}),
    );
    document["openapi"] = json!("3.0.3");
    let (converted, _) = convert(document, "It").unwrap();
    assert_eq!(
        converted["components"]["schemas"]["It"]["properties"],
        json!({"a": {"allOf": [reference_to("Pay")], "nullable": true}, "b": reference_to("Pay")})
    );
    check(
        &beside,
        &json!({"allOf": [reference_to("Pay")], "nullable": true, "required": ["amount"]}),
        0,
    );
}

#[test]
fn references_inside_a_schema_lead_there_in_every_version() {
    let it = json!({
        "definitions": {"Pay": {"type": "integer"}},
        "type": "object",
        "properties": {"pay": {"$ref": "#/definitions/Pay"}, "more": {"$ref": "#/properties/list/items"},
            "list": {"type": "array", "items": {"type": "boolean"}}, "self": {"$ref": "#"}}});
    for label in ["3.0.3", "3.1.0"] {
        let mut document = with(&it);
        document["openapi"] = json!(label);
        let (converted, rewrites) = convert(document, "It").unwrap();
        let schemas = &converted["components"]["schemas"];
        let target = |name: &str| {
            let target = &schemas["It"]["properties"][name];
            crate::document::resolve(&converted, target).clone()
        };
        assert_eq!(target("pay"), json!({"type": "integer"}), "{label}");
        assert_eq!(target("more"), json!({"type": "boolean"}), "{label}");
        assert_eq!(schemas["It"]["properties"]["self"], reference_to("It"));
        assert!(rewrites.unresolved.is_empty(), "{rewrites:#?}");
    }
}

/// Returns the converted schema of a property of `It`, with the losses below `It`.
fn property_of_it(it: &Value, name: &str) -> (Value, Vec<String>) {
    let (converted, rewrites) = convert(with(it), "It").unwrap();
    let property = &converted["components"]["schemas"]["It"]["properties"][name];
    let found = crate::document::resolve(&converted, property).clone();
    let lost = rewrites.losses.into_iter();
    let lost = lost.filter(|lost| lost.pointer.starts_with("/components/schemas/It"));
    (found, lost.map(|lost| lost.what).collect())
}

#[test]
fn a_pointer_inside_a_schema_counts_from_the_printed_schema() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let nested = |reference: &str| {
        let inner =
            json!({"type": "object", "properties": {"a": number, "b": {"$ref": reference}}});
        json!({"type": "object", "properties": {"a": text, "inner": inner, "b": {"$ref": "#/properties/inner/properties/b"}}})
    };
    for (reference, expected) in [
        // From the root, although the schema around the reference has such a property too.
        ("#/properties/a", &text),
        ("#/properties/inner/properties/a", &number),
        // From here: the reference is at `/properties/inner/properties/b`.
        ("1/a", &number),
        ("3/a", &text),
        ("4/properties/a", &text),
        ("2/properties/a", &number),
    ] {
        let (found, lost) = property_of_it(&nested(reference), "b");
        assert_eq!(found, *expected, "{reference}: {lost:?}");
        assert_eq!(lost, [""; 0], "{reference}");
    }
    // Pointers in a printed schema that was embedded in another one count from the embedded schema.
    let own = json!({"type": "object", "properties": {"a": number, "list": {"type": "array", "items": {"$ref": "#/properties/a"}}}});
    let within = json!({"type": "object", "properties": {"list": {"$ref": "#/properties/data/properties/list/items"}, "data": own}});
    assert_eq!(property_of_it(&within, "list").0, number);
}

#[test]
fn a_pointer_inside_a_schema_with_an_id_counts_from_there() {
    let inner = json!({"$id": "https://opentrain.example/inner", "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}}});
    let it = json!({"type": "object", "properties": {"a": {"type": "string"}, "inner": inner, "b": {"$ref": "#/properties/inner/properties/b"}}});
    assert_eq!(property_of_it(&it, "b").0, json!({"type": "integer"}));
    // An anchor is no id.
    let mut anchored = it;
    anchored["properties"]["inner"]["$id"] = json!("#inner");
    assert_eq!(property_of_it(&anchored, "b").0, json!({"type": "string"}));
}

#[test]
fn a_reference_never_leads_to_itself_and_a_circle_of_references_costs_its_own_locations() {
    let inner = json!({"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}});
    let of_outer = json!({"type": "object", "properties": {"a": {"type": "string"}, "inner": inner, "b": {"$ref": "#/properties/inner/properties/a"}}});
    assert_eq!(property_of_it(&of_outer, "b").0, json!({"type": "string"}));
    let text = json!({"type": "string"});
    for (properties, count) in [
        (json!({"a": {"$ref": "#/properties/a"}, "c": text}), 1),
        (json!({"a": {"$ref": "0"}, "c": text}), 1),
        (
            json!({"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}, "c": text}),
            2,
        ),
        (
            json!({"a": {"$ref": "1/b"}, "b": {"$ref": "1/d"}, "d": {"$ref": "#/properties/a"}, "c": text}),
            3,
        ),
    ] {
        let it = json!({"type": "object", "properties": properties});
        assert_eq!(property_of_it(&it, "c").0, text);
        let (found, lost) = property_of_it(&it, "a");
        assert_eq!(found, json!({}), "{properties}");
        assert_eq!(lost.len(), count, "{lost:?}");
        assert!(lost.iter().all(|line| line.contains("since `")), "{lost:?}");
    }
    // A schema that contains itself is no cycle of references.
    let list = json!({"type": "array", "items": {"$ref": "#/properties/list"}});
    let (_, lost) = property_of_it(
        &json!({"type": "object", "properties": {"list": list}}),
        "list",
    );
    assert_eq!(lost, [""; 0]);
}

#[test]
fn references_that_are_not_resolved_are_not_compared() {
    let of = |schema: &Value| convert(with(schema), "It").unwrap().1;
    let other = of(&json!({"type": "string"}));
    for target in [
        "other.json#/components/schemas/A",
        "#/components/schemas/Gone",
        "https://host.example/a.json",
        "#/$defs/Gone",
    ] {
        let one = of(&json!({"properties": {"a": {"$ref": target}}}));
        let place = ["/components/schemas/It/properties/a"];
        assert_eq!(one.uncompared(&other), place, "{target}");
        assert_eq!(other.uncompared(&one), place, "{target}");
        // An external document may change while this one stays the same.
        assert_eq!(one.uncompared(&one), place, "{target}");
    }
    assert_eq!(other.uncompared(&other), [""; 0]);
}

#[test]
fn an_unresolvable_reference_becomes_any_value_and_is_reported() {
    check(&json!({"$ref": "#/$defs/Gone"}), &json!({}), 1);
}

#[test]
fn a_reference_in_the_place_of_the_document_costs_itself() {
    for version in ["3.0.3", "3.1.0"] {
        for target in ["other.json", "#/components/schemas/A", "#/gone"] {
            let path = json!({"get": {"responses": {"200": {"description": "d"}}}});
            let document = json!({"openapi": version, "$ref": target, "paths": {"/a": path},
                "components": {"schemas": {"A": {"type": "string"}}}});
            let (converted, rewrites) = convert(document, "It").unwrap();
            assert_eq!(converted["paths"]["/a"], path);
            assert_eq!(converted["components"]["schemas"]["A"]["type"], "string");
            let lines: Vec<&str> = rewrites
                .losses
                .iter()
                .map(|loss| loss.pointer.as_str())
                .collect();
            assert_eq!(lines, ["/$ref"]);
        }
    }
}
