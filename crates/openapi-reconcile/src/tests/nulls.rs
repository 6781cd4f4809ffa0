//! Null that is served where the documentation has a value.

use serde_json::{Value, json};

use super::{JOB, documented, reconcile, response, served_with};
use openapi_canonical::schema::reference_to;

const BODIES: [&str; 2] = [
    "/paths/~1jobs/post/requestBody/content/application~1json/schema",
    "/paths/~1jobs/post/responses/200/content/application~1json/schema",
];

#[test]
fn a_nullable_body_is_reported_and_keeps_its_type() {
    for (body, name) in BODIES.into_iter().zip(["JobRequest", "Job"]) {
        for null in [
            json!({"allOf": [reference_to(name)], "nullable": true}),
            json!({"oneOf": [reference_to(name)], "nullable": true}),
            json!({"type": "object", "properties": {"id": {"type": "string"}}, "nullable": true}),
        ] {
            let (reconciled, lines) = served_with(|served| {
                *served.pointer_mut(body).unwrap() = null.clone();
            });
            assert_eq!(
                *reconciled.pointer(body).unwrap(),
                reference_to(name),
                "{null}"
            );
            let line = format!(
                "Kept {body}: served as nullable, kept as documented: a whole body is never null"
            );
            assert!(lines.contains(&line), "{lines:#?}");
        }
    }
}

#[test]
fn a_nullable_component_is_nullable_only_where_that_is_documented() {
    let (reconciled, lines) = served_with(|served| {
        for name in ["JobId", "Job", "Pay", "PayKind"] {
            served["components"]["schemas"][name]["nullable"] = json!(true);
        }
    });
    assert_eq!(reconciled, documented());
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line.contains("served as nullable")),
        "{lines:#?}"
    );
    let line =
        format!("Kept {JOB}/id: served as nullable because its component is, kept as documented");
    assert!(lines.contains(&line), "{lines:#?}");
}

#[test]
fn a_field_of_a_request_that_may_be_null_keeps_its_type() {
    const REQUEST: &str = "/components/schemas/JobRequest/properties";
    for (name, field) in [
        ("title", json!({"type": "string"})),
        (
            "labels",
            json!({"type": "array", "items": {"type": "string"}}),
        ),
        ("pay", json!({"allOf": [reference_to("Pay")]})),
    ] {
        let mut own = documented();
        own["components"]["schemas"]["JobRequest"]["properties"][name] = field.clone();
        for part in ["", "/items"] {
            let mut served = own.clone();
            let pointer = format!("{REQUEST}/{name}{part}");
            let Some(schema) = served.pointer_mut(&pointer) else {
                continue;
            };
            schema["nullable"] = json!(true);
            let (reconciled, lines) = reconcile(&served, &own);
            assert_eq!(reconciled.pointer(&pointer), own.pointer(&pointer));
            let line = "served as nullable, kept as documented: null is never sent";
            let is_reported = lines
                .iter()
                .any(|one| one.pointer == pointer && one.what == line);
            assert!(is_reported, "{lines:#?}");
        }
    }
}

#[test]
fn a_location_that_is_served_as_nullable_is_nullable() {
    let alias = |served: &mut Value, name: &str, schema: Value| {
        served["components"]["schemas"][name] = schema;
        served["components"]["schemas"]["Job"]["properties"]["id"] = reference_to(name);
    };
    for null in [
        json!({"allOf": [reference_to("JobId")], "nullable": true}),
        json!({"oneOf": [reference_to("JobId")], "nullable": true}),
    ] {
        let (reconciled, _) = served_with(|served| alias(served, "MaybeJobId", null.clone()));
        let id = reconciled.pointer(&format!("{JOB}/id")).unwrap();
        assert_eq!(id["nullable"], true, "{null}");
    }
    let (reconciled, _) = served_with(|served| {
        let job = &mut served["components"]["schemas"]["Job"];
        job["properties"]["tags"]["nullable"] = json!(true);
        served["paths"]["/jobs"]["post"]["responses"]["200"] = response(&job.clone());
    });
    assert_eq!(
        reconciled.pointer(&format!("{JOB}/tags")).unwrap()["nullable"],
        true
    );
}
