//! Tests of each rewrite on the smallest schema that needs it.

use serde_json::{Value, json};

use super::convert;
use crate::losses::Rewrites;
use crate::schema::reference_to;

fn with(schema: &Value) -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"}, "paths": {},
        "components": {"schemas": {"It": schema, "Pay": {"type": "object"}, "Nothing": {"type": "null"}}}})
}

fn converted(schema: &Value) -> (Value, Rewrites) {
    let (converted, mut rewrites) = convert(with(schema), "It").unwrap();
    rewrites
        .left_out
        .retain(|left_out| left_out.pointer.starts_with("/components/schemas/It"));
    (converted["components"]["schemas"].clone(), rewrites)
}

/// Checks that a schema converts to the other one, with the given number of losses.
#[track_caller]
fn check(schema: &Value, expected: &Value, left_out: usize) {
    let (mut schemas, rewrites) = converted(schema);
    assert_eq!(schemas["It"].take(), *expected, "{rewrites:#?}");
    assert_eq!(rewrites.left_out.len(), left_out, "{rewrites:#?}");
}

#[test]
fn lists_of_types() {
    check(
        &json!({"type": ["string", "null"]}),
        &json!({"type": "string", "nullable": true}),
        0,
    );
    check(&json!({"type": ["string"]}), &json!({"type": "string"}), 0);
    check(
        &json!({"type": ["integer", "number"]}),
        &json!({"type": "number"}),
        0,
    );
    check(&json!({"type": "null"}), &json!({"nullable": true}), 1);
    check(&json!({"type": ["null"]}), &json!({"nullable": true}), 1);
    check(
        &json!({"type": ["string", "array", "null"], "items": {"type": ["integer", "null"]}, "maxLength": 3, "title": "t"}),
        &json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"type": "integer", "nullable": true}}],
            "nullable": true, "title": "t"}),
        0,
    );
    check(
        &json!({"type": ["string", "integer", "boolean"], "enum": ["a", 1, 2, null]}),
        &json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1, 2]}], "nullable": true}),
        0,
    );
    check(
        &json!({"type": ["string", "number", "boolean", "object", "array", "null"]}),
        &json!({"nullable": true}),
        1,
    );
}

#[test]
fn null_among_choices() {
    let pay = reference_to("Pay");
    let nullable = json!({"allOf": [pay], "nullable": true});
    check(&json!({"anyOf": [pay, {"type": "null"}]}), &nullable, 0);
    check(&json!({"oneOf": [{"const": null}, pay]}), &nullable, 0);
    check(&json!({"oneOf": [{"enum": [null]}, pay]}), &nullable, 0);
    check(
        &json!({"oneOf": [reference_to("Nothing"), pay]}),
        &nullable,
        0,
    );
    check(
        &json!({"oneOf": [{"anyOf": [pay, {"type": ["null"]}]}, false]}),
        &nullable,
        0,
    );
    check(
        &json!({"anyOf": [{"type": "string", "title": "a"}, {"type": "null"}], "title": "b", "default": null}),
        &json!({"type": "string", "title": "b", "default": null, "nullable": true}),
        0,
    );
    check(
        &json!({"oneOf": [pay, {"type": "integer"}, {"type": "null"}]}),
        &json!({"oneOf": [pay, {"type": "integer"}], "nullable": true}),
        0,
    );
    check(
        &json!({"oneOf": [pay, {"type": ["integer", "null"]}, {"type": ["string", "null"]}]}),
        &json!({"oneOf": [pay, {"type": "integer"}, {"type": "string"}], "nullable": true}),
        0,
    );
    check(
        &json!({"anyOf": [{"type": "null"}]}),
        &json!({"nullable": true}),
        1,
    );
}

#[test]
fn tuples_become_lists_of_any_of_their_types() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let pair = json!([text, number]);
    let either = json!({"type": "array", "items": {"anyOf": [text, number]}});
    let any = json!({"type": "array", "items": {}});
    for (closed, lost) in [
        (
            json!({"type": "array", "prefixItems": pair, "items": false}),
            1,
        ),
        (
            json!({"type": "array", "prefixItems": pair, "unevaluatedItems": false}),
            2,
        ),
        (
            json!({"type": "array", "prefixItems": [text], "items": number}),
            1,
        ),
        (
            json!({"type": "array", "items": pair, "additionalItems": false}),
            1,
        ),
        (
            json!({"type": "array", "items": [text], "additionalItems": number}),
            1,
        ),
    ] {
        check(&closed, &either, lost);
    }
    for open in [
        json!({"type": "array", "prefixItems": pair}),
        json!({"type": "array", "prefixItems": pair, "items": true, "maxItems": 3}),
        json!({"type": "array", "items": pair}),
        json!({"type": "array", "prefixItems": [text, true], "items": false}),
    ] {
        let (schemas, rewrites) = converted(&open);
        assert_eq!(schemas["It"]["items"], any["items"], "{open}");
        assert_eq!(rewrites.left_out.len(), 1, "{rewrites:#?}");
    }
    check(
        &json!({"type": "array", "prefixItems": pair, "maxItems": 2}),
        &json!({"type": "array", "items": {"anyOf": [text, number]}, "maxItems": 2}),
        1,
    );
}

#[test]
fn properties_by_pattern_are_of_a_type_that_all_of_them_have() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    for (others, all) in [
        (json!(false), &text),
        (text.clone(), &text),
        (number, &json!(true)),
        (json!(true), &json!(true)),
    ] {
        check(
            &json!({"patternProperties": {"^x-": text}, "additionalProperties": others}),
            &json!({"additionalProperties": all}),
            1,
        );
    }
}

#[test]
fn impossible_schemas_are_reported() {
    check(&json!({"type": []}), &json!({}), 1);
    check(
        &json!({"type": ["string", 5]}),
        &json!({"type": "string"}),
        1,
    );
    check(&json!({"oneOf": [false]}), &json!({}), 1);
}

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
fn constants() {
    check(
        &json!({"const": "a"}),
        &json!({"enum": ["a"], "type": "string"}),
        0,
    );
    check(
        &json!({"const": 5, "title": "t"}),
        &json!({"enum": [5], "type": "integer", "title": "t"}),
        0,
    );
    check(
        &json!({"const": true, "type": "boolean"}),
        &json!({"enum": [true], "type": "boolean"}),
        0,
    );
    check(
        &json!({"const": {"not": {}}}),
        &json!({"enum": [{"not": {}}], "type": "object"}),
        0,
    );
    check(&json!({"const": null}), &json!({"nullable": true}), 1);
    check(
        &json!({"type": ["string", "null"], "enum": ["a", null]}),
        &json!({"type": "string", "enum": ["a"], "nullable": true}),
        0,
    );
    check(
        &json!({"enum": [1, 2]}),
        &json!({"enum": [1, 2], "type": "integer"}),
        0,
    );
    check(&json!({"enum": [1, "a"]}), &json!({"enum": [1, "a"]}), 0);
    check(
        &json!({"oneOf": [{"const": "a", "description": "d"}, {"type": "string", "enum": ["b"]}, {"type": "null"}]}),
        &json!({"enum": ["a", "b"], "type": "string", "nullable": true}),
        0,
    );
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
fn values_and_bounds() {
    check(
        &json!({"examples": ["a", "b"]}),
        &json!({"example": "a"}),
        0,
    );
    check(
        &json!({"examples": [], "example": 1}),
        &json!({"example": 1}),
        0,
    );
    check(
        &json!({"exclusiveMinimum": 3}),
        &json!({"exclusiveMinimum": true, "minimum": 3}),
        0,
    );
    check(
        &json!({"exclusiveMaximum": 3, "maximum": 2}),
        &json!({"maximum": 2}),
        0,
    );
    check(
        &json!({"exclusiveMaximum": 2, "maximum": 2}),
        &json!({"exclusiveMaximum": true, "maximum": 2}),
        0,
    );
    check(
        &json!({"exclusiveMinimum": true, "minimum": 2}),
        &json!({"exclusiveMinimum": true, "minimum": 2}),
        0,
    );
    check(
        &json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}),
        &json!({"type": "string", "format": "byte"}),
        0,
    );
    check(
        &json!({"type": "string", "contentMediaType": "text/html"}),
        &json!({"type": "string"}),
        1,
    );
}

#[test]
fn tuples_and_booleans() {
    check(
        &json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}, {"const": 1}], "items": false}),
        &json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"enum": [1], "type": "integer"}]}}),
        1,
    );
    check(&json!({"items": true}), &json!({"items": {}}), 0);
    check(&json!(true), &json!({}), 0);
    check(&json!(false), &json!({}), 1);
    check(
        &json!({"properties": {"a": true, "b": false}, "additionalProperties": false}),
        &json!({"properties": {"a": {}}, "additionalProperties": false}),
        1,
    );
}

#[test]
fn conditions_are_dropped_and_reported() {
    let some = json!({"type": "object"});
    let conditions = json!({"if": some, "then": some, "else": some, "not": some, "dependentSchemas": {"a": some}, "dependentRequired": {"a": ["b"]},
        "unevaluatedProperties": false, "unevaluatedItems": false, "propertyNames": {"pattern": "^a"}, "contains": {}});
    check(&conditions, &json!({}), 10);
    check(
        &json!({"type": "object", "patternProperties": {"^a": {"type": ["string", "null"]}}, "additionalProperties": false}),
        &json!({"type": "object", "additionalProperties": {"type": "string", "nullable": true}}),
        1,
    );
    check(
        &json!({"properties": {"a": {}}, "patternProperties": {"^a": {"type": "string"}}}),
        &json!({"properties": {"a": {}}, "additionalProperties": true}),
        1,
    );
}

#[test]
fn data_and_names_are_unchanged() {
    let data =
        json!({"type": ["a", "null"], "const": 1, "$ref": "#/nowhere", "examples": [1], "not": {}});
    check(
        &json!({"type": "object", "example": data, "default": data, "enum": [data, {}], "x-data": data}),
        &json!({"type": "object", "example": data, "default": data, "enum": [data, {}], "x-data": data}),
        0,
    );
    let named = json!({"const": {"type": "string"}, "not": {"type": "string"}, "type": {"type": "string"},
        "examples": {"type": "string"}, "if": {"type": "string"}, "$ref": {"type": "string"}, "enum": {"type": "string"}, "$defs": {"type": "string"},
        "x-name": {"type": "string"}});
    check(
        &json!({"type": "object", "properties": named}),
        &json!({"type": "object", "properties": named}),
        0,
    );
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
fn parts_outside_schemas_are_converted() {
    let mut document = with(&json!({}));
    document["info"]["license"] = json!({"name": "MIT", "identifier": "MIT"});
    document["jsonSchemaDialect"] = json!("https://example.com");
    document["webhooks"] = json!({"hired": {}});
    document["components"]["pathItems"] = json!({"A": {"get": {"callbacks": {}}}});
    document["paths"] = json!({"/a": {"$ref": "#/components/pathItems/A"}});
    let (converted, rewrites) = convert(document, "It").unwrap();
    assert_eq!(converted["openapi"], "3.0.3");
    assert_eq!(converted["info"]["license"], json!({"name": "MIT"}));
    assert_eq!(
        converted["paths"],
        json!({"/a": {"get": {"responses": {}}}})
    );
    for gone in ["jsonSchemaDialect", "webhooks"] {
        assert_eq!(converted.get(gone), None);
    }
    assert_eq!(converted["components"].get("pathItems"), None);
    let told: Vec<&str> = rewrites
        .left_out
        .iter()
        .map(|left_out| left_out.pointer.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "/webhooks/hired",
            "/paths/~1a/get",
            "/components/schemas/Nothing"
        ]
    );
}

#[test]
fn conditions_that_hold_for_every_value_are_no_loss() {
    for condition in [
        json!({"propertyNames": {"type": "string"}}),
        json!({"propertyNames": {"type": ["string", "null"], "description": "A name."}}),
        json!({"propertyNames": true}),
        json!({"not": false}),
        json!({"not": {"not": {}}}),
        json!({"if": {"type": "string"}}),
        json!({"then": {"type": "string"}, "else": {"type": "string"}}),
        json!({"minContains": 2, "maxContains": 3}),
        json!({"contains": {"type": "string"}, "minContains": 0}),
        json!({"unevaluatedProperties": true, "unevaluatedItems": {}}),
        json!({"additionalItems": false, "dependentRequired": {}}),
    ] {
        let (schemas, rewrites) = converted(&condition);
        assert_eq!(schemas["It"], json!({}), "{condition}");
        assert!(
            rewrites.left_out.is_empty() && rewrites.beyond.is_empty(),
            "{condition}: {rewrites:?}"
        );
    }
    check(
        &json!({"type": "object", "propertyNames": {"enum": ["a"]}, "additionalProperties": {}}),
        &json!({"type": "object", "additionalProperties": {}}),
        1,
    );
}

#[test]
fn newer_keywords_are_read_under_an_older_version() {
    let spellings = json!({
        "$defs": {"Pay": {"type": "integer"}},
        "type": ["object", "null"],
        "properties": {
            "name": {"type": ["string", "null"]},
            "pay": {"anyOf": [{"$ref": "#/components/schemas/It/$defs/Pay"}, {"type": "null"}]},
            "kind": {"const": "hourly"},
            "count": {"type": "integer", "exclusiveMinimum": 0},
            "older": {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true},
            "list": {"type": "array", "prefixItems": [{"type": "string"}], "items": false}}});
    let (expected, _) = converted(&spellings);
    for label in ["3.0.0", "3.0.3", "3.0", "3.1.1", "3.2.0"] {
        let mut document = with(&spellings);
        document["openapi"] = json!(label);
        let (converted, _) = convert(document, "It").unwrap();
        assert_eq!(converted["components"]["schemas"], expected, "{label}");
        assert_eq!(converted["openapi"], "3.0.3");
    }
    assert_eq!(
        expected["It"],
        json!({"type": "object", "nullable": true, "properties": {
            "name": {"type": "string", "nullable": true},
            "pay": {"allOf": [{"$ref": "#/components/schemas/Pay2"}], "nullable": true},
            "kind": {"enum": ["hourly"], "type": "string"},
            "count": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
            "older": {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true},
            "list": {"type": "array", "items": {"type": "string"}}}})
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
    let lost = rewrites.left_out.into_iter();
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
fn impossible_schemas_are_removed_from_variants_properties_and_further_fields() {
    let never = json!({"not": {}});
    check(
        &json!({"anyOf": [never, {"type": "string"}]}),
        &json!({"type": "string"}),
        0,
    );
    check(
        &json!({"oneOf": [{"type": "string"}, {"enum": []}, {"type": "integer"}]}),
        &json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        0,
    );
    check(
        &json!({"anyOf": [never, {"$ref": "#/components/schemas/Pay"}]}),
        &json!({"allOf": [reference_to("Pay")]}),
        0,
    );
    check(
        &json!({"properties": {"a": never, "b": {"type": "string"}}, "additionalProperties": never}),
        &json!({"properties": {"b": {"type": "string"}}, "additionalProperties": false}),
        1,
    );
    check(
        &json!({"type": "array", "items": never}),
        &json!({"type": "array", "items": {}}),
        1,
    );
    check(&never, &json!({}), 1);
}

#[test]
fn a_document_of_3_2_is_read_and_its_additions_are_reported() {
    let ok = json!({"200": {"summary": "Fine", "content": {"application/json": {"$ref": "#/components/mediaTypes/Pay"},
        "application/jsonl": {"itemSchema": reference_to("Pay")}}}});
    let document = json!({
        "openapi": "3.2.0", "$self": "https://host.example/openapi.json", "info": {"title": "It", "version": "1"},
        "paths": {"/a": {
            "get": {"parameters": [{"in": "querystring", "name": "all", "content": {"application/json": {}}}, {"in": "query", "name": "q", "schema": {"type": ["string", "null"]}}], "responses": ok},
            "query": {"responses": ok}, "additionalOperations": {"COPY": {"responses": ok}}}},
        "components": {
            "mediaTypes": {"Pay": {"schema": {"$ref": "https://host.example/openapi.json#/components/schemas/Choice"}}},
            "securitySchemes": {"o": {"type": "oauth2", "flows": {"deviceAuthorization": {}}}},
            "schemas": {"Pay": {"type": "object"}, "Choice": {"oneOf": [reference_to("Pay")], "discriminator": {"propertyName": "k", "defaultMapping": "Pay"}}}}});
    let (converted, rewrites) = convert(document, "It").unwrap();
    let get = &converted["paths"]["/a"]["get"];
    assert_eq!(get["responses"]["200"]["description"], "");
    let content = &get["responses"]["200"]["content"];
    assert_eq!(
        content["application/json"]["schema"],
        reference_to("Choice")
    );
    assert_eq!(
        get["parameters"],
        json!([{"in": "query", "name": "q", "schema": {"type": "string", "nullable": true}}])
    );
    let told: Vec<String> = rewrites
        .left_out
        .iter()
        .map(|one| format!("{}: {}", one.pointer, one.what))
        .collect();
    assert_eq!(
        told,
        [
            "/components/securitySchemes/o: the device authorization flow",
            "/paths/~1a/query: an operation of the method `QUERY`",
            "/paths/~1a/additionalOperations/COPY: an operation of the method `COPY`",
            "/paths/~1a/get/parameters/0: the query string as a whole",
            "/paths/~1a/get/responses/200/content/application~1jsonl: the schema of each item of a stream",
            "/components/schemas/Choice: which variant a value of no mapped kind has",
        ]
    );
    let keywords: Vec<&str> = rewrites
        .beyond
        .keys()
        .filter_map(|key| key.split(':').next())
        .collect();
    assert_eq!(
        keywords,
        [
            "additionalOperations",
            "defaultMapping",
            "deviceAuthorization",
            "itemSchema",
            "query",
            "querystring"
        ]
    );
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
fn constants_that_may_be_null_are_one_list() {
    let expected = json!({"type": "string", "enum": ["a", "b"], "nullable": true});
    for choice in [
        json!({"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "null"}]}),
        json!({"anyOf": [{"type": "string", "enum": ["a"], "nullable": true}, {"type": "string", "enum": ["b"], "nullable": true}]}),
        json!({"oneOf": [{"type": "string", "enum": ["a", null], "nullable": true}, {"enum": ["b", "a"]}]}),
        json!({"anyOf": [{"type": ["string", "null"], "enum": ["a", null]}, {"const": "b"}]}),
        json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"const": "b"}, {"nullable": true}]}),
    ] {
        let (schemas, _) = converted(&choice);
        assert_eq!(schemas["It"]["enum"], expected["enum"], "{choice}");
        assert_eq!(schemas["It"]["nullable"], true, "{choice}");
        assert_eq!(schemas["It"]["type"], "string", "{choice}");
    }
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
                .left_out
                .iter()
                .map(|left_out| left_out.pointer.as_str())
                .collect();
            assert_eq!(lines, ["/$ref"]);
        }
    }
}
