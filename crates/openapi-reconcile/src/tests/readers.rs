//! Readers are tolerant, writers exact.

use serde_json::json;

use super::{JOB, check, served_with};
use openapi_canonical::schema::reference_to;

#[test]
fn requests_require_every_field_that_is_documented_or_served_as_required() {
    check(
        |served| {
            served["components"]["schemas"]["JobRequest"]["required"] = json!(["pay", "note"]);
            served["components"]["schemas"]["JobRequest"]["properties"]["note"] =
                json!({"type": "string"});
        },
        "/components/schemas/JobRequest/required",
        &json!(["note", "pay", "title"]),
        &[
            "Overruled /components/schemas/JobRequest/properties/note: documented as optional, served as required",
            "Overruled /components/schemas/JobRequest/properties/pay: documented as optional, served as required",
            "New /components/schemas/JobRequest/properties/note: a property",
            "Kept /components/schemas/JobRequest/properties/title: served as optional, kept required: it is always sent",
        ],
    );
}

#[test]
fn a_field_with_a_default_may_be_omitted_from_a_request_although_it_is_served_as_required() {
    const KEPT: &str = "served as required and with a default, kept optional";
    for (field, default) in [
        (json!({"type": "string"}), json!("")),
        (json!({"type": "boolean"}), json!(false)),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            json!([]),
        ),
    ] {
        let (reconciled, lines) = served_with(|served| {
            let request = &mut served["components"]["schemas"]["JobRequest"];
            request["properties"]["note"] = field;
            request["properties"]["note"]["default"] = default;
            request["properties"]["pay"] =
                json!({"allOf": [reference_to("Pay")], "default": {"kind": "FIXED"}});
            request["required"] = json!(["note", "pay", "title"]);
        });
        let request = &reconciled["components"]["schemas"]["JobRequest"];
        assert_eq!(request["required"], json!(["title"]), "{lines:#?}");
        for name in ["note", "pay"] {
            let line = format!("Kept /components/schemas/JobRequest/properties/{name}: {KEPT}");
            assert!(lines.contains(&line), "{lines:#?}");
        }
    }
}

#[test]
fn readers_require_only_the_id_of_an_undocumented_object() {
    let (reconciled, lines) = served_with(|served| {
        let owner = json!({"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}});
        served["components"]["schemas"]["Job"]["properties"]["owner"] = owner;
        served["components"]["schemas"]["Job"]["required"] = json!(["id", "owner"]);
    });
    let job = &reconciled["components"]["schemas"]["Job"];
    assert_eq!(job["required"], json!(["id"]));
    assert_eq!(job["properties"]["owner"]["required"], json!(["id"]));
    assert_eq!(
        lines,
        [
            format!("New {JOB}/owner: a property"),
            format!("New {JOB}/owner: served as required, kept optional for readers: `name`"),
            format!("Unrelied {JOB}/owner: served as required, kept optional for readers"),
        ]
    );
}

#[test]
fn a_discriminator_stays_required() {
    let form = |kind: &str| json!({"type": "object", "required": ["kind", "name"], "properties": {"kind": {"type": "string", "enum": [kind]}, "name": {"type": "string"}}});
    let (reconciled, _) = served_with(|served| {
        served["components"]["schemas"]["Job"]["properties"]["place"] =
            json!({"oneOf": [form("remote"), form("office")]});
    });
    let place = &reconciled["components"]["schemas"]["Job"]["properties"]["place"];
    assert_eq!(place["oneOf"][0]["required"], json!(["kind"]));
    assert_eq!(place["oneOf"][1]["required"], json!(["kind"]));
}

#[test]
fn a_new_optional_body_is_dropped_and_reported() {
    let body = |required: bool| json!({"required": required, "content": {"application/json": {"schema": {"type": "object", "properties": {"why": {"type": "string"}}}}}});
    let with = |required: bool| {
        let (reconciled, lines) = served_with(|served| {
            let operation = served["paths"]["/jobs/{id}"]["get"].as_object_mut();
            operation
                .expect("it is served")
                .insert("requestBody".to_owned(), body(required));
        });
        let operation = &reconciled["paths"]["/jobs/{id}"]["get"];
        (operation.get("requestBody").is_some(), lines)
    };
    let (is_there, lines) = with(false);
    assert!(!is_there);
    assert_eq!(
        lines,
        ["New /paths/~1jobs~1{id}/get/requestBody: an optional body, which is dropped"]
    );
    assert!(with(true).0);
}
