//! Readers are tolerant, writers exact.

use serde_json::json;

use super::{JOB, check, served_with};

#[test]
fn requests_and_parameters_are_required_exactly_as_served() {
    check(
        |served| {
            served["components"]["schemas"]["JobRequest"]["required"] = json!(["pay", "note"]);
            served["components"]["schemas"]["JobRequest"]["properties"]["note"] =
                json!({"type": "string"});
        },
        "/components/schemas/JobRequest/required",
        &json!(["note", "pay"]),
        &[
            "Overruled /components/schemas/JobRequest/properties/note: documented as optional, served as required",
            "Overruled /components/schemas/JobRequest/properties/pay: documented as optional, served as required",
            "Overruled /components/schemas/JobRequest/properties/title: documented as required, served as optional",
            "New /components/schemas/JobRequest/properties/note: a property",
        ],
    );
}

#[test]
fn of_an_unknown_object_readers_need_the_id_alone() {
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
            format!("Overruled {JOB}/owner: served as required, kept optional for readers"),
            format!("New {JOB}/owner: a property"),
            format!("New {JOB}/owner: served as required, kept optional for readers: `name`"),
        ]
    );
}
