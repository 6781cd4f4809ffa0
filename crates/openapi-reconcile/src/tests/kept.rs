//! Other types: the documented one stays if the values fit both, else it changes in that location alone.

use serde_json::{Value, json};

use super::super::Resolution;
use super::{documented, reconcile};
use openapi_canonical::schema::reference_to;

/// Components whose field is tried: one in responses, one in requests.
const READ: &str = "Job";
const WRITTEN: &str = "JobRequest";

/// Joins a documented and a served field of a component, and returns the result with the lines about it.
fn joined(component: &str, own: &Value, served: &Value) -> (Value, Vec<(Resolution, String)>) {
    let with = |field: &Value| {
        let mut document = documented();
        document["components"]["schemas"][component]["properties"]["odd"] = field.clone();
        document
    };
    let (reconciled, divergences) = reconcile(&with(served), &with(own));
    let pointer = format!("/components/schemas/{component}/properties/odd");
    let others = |document: &Value| {
        let mut document = document.clone();
        document.pointer_mut(&pointer).map(Value::take);
        document
    };
    assert_eq!(others(&reconciled), others(&with(own)));
    let lines = divergences.into_iter();
    let lines = lines.filter(|line| line.pointer.starts_with(&pointer));
    let field = reconciled.pointer(&pointer).cloned().unwrap_or_default();
    (field, lines.map(|line| (line.kind, line.what)).collect())
}

#[track_caller]
fn check_kept(component: &str, own: &Value, served: &Value) {
    let (field, lines) = joined(component, own, served);
    assert_eq!(field, *own, "{served}: {lines:#?}");
    let is_listed = |kind: Resolution| lines.iter().any(|line| line.0 == kind);
    assert!(
        is_listed(Resolution::Kept) || is_listed(Resolution::Unrelied),
        "{served}: {lines:#?}"
    );
    assert!(!is_listed(Resolution::Overruled), "{served}: {lines:#?}");
}

/// Checks that the field becomes the served one.
#[track_caller]
fn check_changed(component: &str, own: &Value, served: &Value) {
    check_becomes(component, own, served, served);
}

#[track_caller]
fn check_becomes(component: &str, own: &Value, served: &Value, expected: &Value) {
    let (field, lines) = joined(component, own, served);
    assert_eq!(field, *expected, "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.0 == Resolution::Overruled),
        "{lines:#?}"
    );
}

fn money() -> Value {
    json!({"type": "number", "format": "decimal"})
}

fn of(kind: &str) -> Value {
    json!({ "type": kind })
}

fn with_format(kind: &str, format: &str) -> Value {
    json!({"type": kind, "format": format})
}

#[test]
fn numbers_keep_their_documented_type() {
    for component in [READ, WRITTEN] {
        check_kept(component, &with_format("integer", "int64"), &of("number"));
        check_kept(component, &with_format("integer", "int32"), &of("number"));
        check_kept(component, &of("integer"), &with_format("number", "double"));
        check_kept(component, &money(), &with_format("number", "double"));
        check_kept(component, &of("number"), &with_format("number", "float"));
        check_kept(
            component,
            &of("integer"),
            &json!({"type": "integer", "enum": [1, 2]}),
        );
    }
    check_kept(READ, &of("number"), &of("integer"));
    check_changed(WRITTEN, &of("number"), &of("integer"));
}

#[test]
fn an_integer_keeps_its_width_where_it_holds_the_sent_values() {
    let (narrow, wide) = (
        with_format("integer", "int32"),
        with_format("integer", "int64"),
    );
    check_kept(READ, &wide, &narrow);
    check_changed(READ, &narrow, &wide);
    check_kept(WRITTEN, &narrow, &wide);
    check_changed(WRITTEN, &wide, &narrow);
}

#[test]
fn an_amount_as_text_is_read_and_not_written() {
    for text in [
        of("string"),
        json!({"type": "string", "pattern": "^[0-9]+$"}),
        with_format("string", "decimal"),
    ] {
        check_kept(READ, &money(), &text);
        check_changed(WRITTEN, &money(), &text);
        check_changed(READ, &of("number"), &text);
        check_changed(READ, &with_format("integer", "int64"), &text);
    }
}

#[test]
fn a_documented_format_stays_if_it_is_one_of_those_served() {
    let (time, day) = (
        with_format("string", "date-time"),
        with_format("string", "date"),
    );
    for own in [&time, &day] {
        for served in [
            json!({"anyOf": [time, day]}),
            json!({"oneOf": [day, time]}),
            json!({"anyOf": [day, time, {"type": "string"}]}),
        ] {
            check_kept(WRITTEN, own, &served);
            check_kept(READ, own, &served);
        }
    }
    let (_, lines) = joined(READ, &time, &json!({"anyOf": [day, time]}));
    let line = "served with the format `date` too, kept as `date-time`";
    assert!(lines.iter().any(|(_, what)| what == line), "{lines:#?}");
}

#[test]
fn text_stays_text_under_any_served_format_or_enum() {
    for component in [READ, WRITTEN] {
        for format in [
            "date-time",
            "date",
            "uuid",
            "uri",
            "email",
            "ipv4",
            "binary",
            "own",
        ] {
            check_kept(component, &of("string"), &with_format("string", format));
        }
        check_kept(
            component,
            &of("string"),
            &json!({"type": "string", "enum": ["a", "b"]}),
        );
        check_kept(
            component,
            &of("boolean"),
            &json!({"type": "boolean", "enum": [true]}),
        );
        check_kept(
            component,
            &with_format("string", "date-time"),
            &with_format("string", "datetime"),
        );
    }
}

#[test]
fn a_date_in_another_format_is_another_type() {
    for component in [READ, WRITTEN] {
        let instant = with_format("string", "date-time");
        check_changed(component, &instant, &with_format("string", "date"));
        check_changed(component, &instant, &with_format("string", "uuid"));
        check_changed(component, &with_format("string", "date"), &instant);
        check_changed(component, &instant, &of("integer"));
    }
}

#[test]
fn untyped_schemas_and_untyped_maps_hold_every_served_schema() {
    let fields =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    for component in [READ, WRITTEN] {
        for served in [
            &fields,
            &of("string"),
            &json!({"type": "array", "items": of("string")}),
        ] {
            check_kept(component, &json!({"description": "Any."}), served);
        }
        for map in [
            of("object"),
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "object", "additionalProperties": of("string")}),
        ] {
            check_kept(component, &map, &fields);
        }
        let numbers = map_of(&of("number"));
        let (field, _) = joined(component, &numbers, &fields);
        assert_eq!(field["properties"], fields["properties"]);
    }
}

fn map_of(values: &Value) -> Value {
    json!({"type": "object", "additionalProperties": values})
}

fn object(fields: &Value) -> Value {
    json!({"type": "object", "properties": fields})
}

#[test]
fn a_map_holds_null_where_a_field_may_be_null() {
    let text_or_null = json!({"type": "string", "nullable": true});
    let fields = object(&json!({"a": of("string"), "b": text_or_null, "c": of("string")}));
    check_becomes(
        READ,
        &map_of(&of("string")),
        &fields,
        &map_of(&text_or_null),
    );
    check_kept(READ, &map_of(&text_or_null), &fields);
    // A request need not have the field.
    check_kept(WRITTEN, &map_of(&of("string")), &fields);
    for component in [READ, WRITTEN] {
        for anything in [of("object"), map_of(&json!(true)), map_of(&json!({}))] {
            check_kept(component, &anything, &fields);
        }
    }
}

#[test]
fn a_closed_object_stays_a_map_in_responses_and_not_in_requests() {
    let mut closed = object(&json!({"a": of("string")}));
    closed["additionalProperties"] = json!(false);
    for map in [of("object"), map_of(&json!(true)), map_of(&of("string"))] {
        check_kept(READ, &map, &closed);
        let (field, _) = joined(WRITTEN, &map, &closed);
        assert_eq!(field["properties"], closed["properties"], "{map}");
    }
}

#[test]
fn a_map_holds_fields_whose_format_its_values_have() {
    let instant = with_format("string", "date-time");
    for (own, field, is_kept) in [
        (&instant, instant.clone(), true),
        (&instant, with_format("string", "date"), false),
        (&instant, of("string"), false),
        (&of("string"), instant.clone(), true),
        (&with_format("string", "uuid"), of("string"), true),
        (&of("number"), of("integer"), true),
        (&of("integer"), of("number"), true),
        (&of("integer"), of("boolean"), false),
    ] {
        let (map, fields) = (map_of(own), object(&json!({ "a": field })));
        let found = joined(READ, &map, &fields).0;
        assert_eq!(found == map, is_kept, "{own} {field}: {found}");
        let properties = found.get("properties");
        assert_eq!(properties.is_none(), is_kept, "{own} {field}: {found}");
        assert!(properties.is_none_or(|own| *own == fields["properties"]));
    }
}

#[test]
fn a_union_whose_variants_fit_keeps_the_documented_type() {
    let both = |one: &Value, other: &Value| json!({"anyOf": [one, other]});
    let object = json!({"type": "object", "properties": {"a": of("string"), "b": of("integer")}});
    let with_a = json!({"type": "object", "required": ["kind", "a"], "properties": {"kind": {"type": "string", "enum": ["a"]}, "a": of("string")}});
    let with_b = json!({"type": "object", "required": ["kind", "b"], "properties": {"kind": {"type": "string", "enum": ["b"]}, "b": of("integer")}});
    for component in [READ, WRITTEN] {
        check_kept(
            component,
            &of("string"),
            &both(
                &with_format("string", "uuid"),
                &with_format("string", "email"),
            ),
        );
        check_kept(
            component,
            &of("integer"),
            &both(&of("integer"), &of("number")),
        );
        let (field, lines) = joined(component, &object, &both(&with_a, &with_b));
        assert_eq!(field["type"], "object", "{lines:#?}");
        for name in ["a", "b"] {
            assert_eq!(field["properties"][name], object["properties"][name]);
        }
        assert!(field.get("anyOf").is_none() && field["properties"]["kind"].is_object());
    }
    // A reader meets each variant, a writer sends one.
    let text_or_list = both(
        &of("string"),
        &json!({"type": "array", "items": of("string")}),
    );
    check_changed(READ, &of("string"), &text_or_list);
    check_kept(WRITTEN, &of("string"), &text_or_list);
}

#[test]
fn readers_accept_null_where_it_is_documented() {
    let may_be = |is_null: bool| json!({"type": "string", "nullable": is_null});
    check_kept(READ, &may_be(true), &may_be(false));
    check_becomes(WRITTEN, &may_be(true), &may_be(false), &of("string"));
}

#[test]
fn a_value_that_does_not_fit_changes_its_own_location() {
    for component in [READ, WRITTEN] {
        for (own, served) in [
            (of("string"), of("integer")),
            (of("boolean"), of("string")),
            (of("integer"), of("string")),
            (
                json!({"type": "array", "items": of("string")}),
                of("object"),
            ),
            (reference_to("Pay"), of("string")),
            (
                of("string"),
                json!({"type": "object", "properties": {"value": of("string")}}),
            ),
        ] {
            check_changed(component, &own, &served);
        }
    }
}
