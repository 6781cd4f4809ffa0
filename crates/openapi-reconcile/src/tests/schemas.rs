//! Schemas: which of both documents decides on each keyword, and what components are called.

use serde_json::{Value, json};

use super::{JOB, check, documented, reconcile, response, served_with};
use openapi_canonical::schema::reference_to;

#[test]
fn a_response_without_a_schema_is_filled() {
    for unspecified in [
        json!({}),
        json!({"type": "object"}),
        json!({"type": "object", "properties": {}}),
    ] {
        let (reconciled, lines) = served_with(|served| {
            served["paths"]["/jobs/{id}"]["get"]["responses"]["200"] = response(&unspecified);
            served["paths"]["/jobs"]["post"]["responses"]["200"] = json!({"description": "ok"});
            served["components"]["schemas"] = json!({"Pay": {}, "PayKind": {}, "Failure": {}, "ClosedJob": {}, "JobRequest": {}, "JobId": {}});
        });
        assert_eq!(reconciled["components"], documented()["components"]);
        assert!(
            !lines.is_empty() && lines.iter().all(|line| line.starts_with("Filled")),
            "{lines:#?}"
        );
    }
}

#[test]
fn unspecified_required_format_enum_and_null_are_filled() {
    let (reconciled, lines) = served_with(|served| {
        let schemas = &mut served["components"]["schemas"];
        schemas["Job"].as_object_mut().unwrap().remove("required");
        schemas["Job"]["properties"]["pay"] = reference_to("Pay");
        schemas["Pay"]["properties"]["amount"] = json!({"type": "number"});
        schemas["PayKind"] = json!({"type": "string"});
    });
    assert_eq!(reconciled, documented());
    assert_eq!(
        lines,
        [
            "Filled /components/schemas/Job: that these are required: `id`",
            "Filled /components/schemas/Job/properties/pay: that it is nullable",
            "Filled /components/schemas/Pay/properties/amount: the format `decimal`",
            "Filled /components/schemas/PayKind: the list of values",
        ]
    );
}

#[test]
fn an_overruled_type_keeps_its_description_and_unit() {
    check(
        |served| {
            served["components"]["schemas"]["Pay"]["properties"]["amount"] =
                json!({"type": "string", "x-rust-type": 1});
        },
        "/components/schemas/Pay/properties/amount",
        &json!({"type": "string", "x-opentrain-unit": "USD"}),
        &[
            "Overruled /components/schemas/Pay/properties/amount: documented as number, served as string",
        ],
    );
}

#[test]
fn readers_require_only_fields_that_are_documented_and_served_as_required() {
    check(
        |served| served["components"]["schemas"]["Failure"]["required"] = json!(["code"]),
        "/components/schemas/Failure/required",
        &Value::Null,
        &[
            "Overruled /components/schemas/Failure/properties/error: documented as required, served as optional",
            "Unrelied /components/schemas/Failure/properties/code: served as required, kept optional for readers",
        ],
    );
}

#[test]
fn enums_are_united_and_new_values_are_named() {
    let (reconciled, lines) = served_with(|served| {
        served["components"]["schemas"]["PayKind"]["enum"] = json!(["FIXED", "per-label", null]);
    });
    assert_eq!(
        reconciled["components"]["schemas"]["PayKind"],
        json!({"type": "string",
        "enum": ["PER_HOUR", "FIXED", "per-label"], "x-enum-varnames": ["Hourly", "Fixed", "PerLabel"]})
    );
    assert_eq!(
        lines,
        [
            "New /components/schemas/PayKind: the value \"per-label\"",
            "Absent /components/schemas/PayKind: the value \"PER_HOUR\"",
            "Kept /components/schemas/Pay/properties/kind: served as nullable because its component is, kept as documented",
        ]
    );
}

/// Returns documented values joined with served ones: the list, and the lines about it.
fn joined_values(documented_values: &[&str], served_values: &Value) -> (Value, Vec<String>) {
    let pointer = "/components/schemas/PayKind";
    let with = |values: &Value| {
        let mut document = documented();
        document["components"]["schemas"]["PayKind"] = json!({"type": "string", "enum": values});
        document
    };
    let mut served = with(served_values);
    served["components"]["schemas"]["PayKind"]
        .as_object_mut()
        .and_then(|kind| kind.remove("type"));
    let (reconciled, divergences) = reconcile(&served, &with(&json!(documented_values)));
    let lines = divergences.iter().filter(|line| line.pointer == pointer);
    let values = reconciled["components"]["schemas"]["PayKind"]["enum"].clone();
    (values, lines.map(|line| line.what.clone()).collect())
}

#[test]
fn values_that_are_served_in_another_case_keep_their_variants() {
    for (was, is) in [
        (vec!["pending", "all_done"], vec!["PENDING", "ALL_DONE"]),
        (vec!["PENDING", "PER_HOUR"], vec!["pending", "perHour"]),
        (
            vec!["job.closed", "jobs:read"],
            vec!["JOB.CLOSED", "JOBS_READ"],
        ),
        (
            vec!["Individual", "FREELANCER"],
            vec!["INDIVIDUAL", "FREELANCER"],
        ),
    ] {
        let (values, lines) = joined_values(&was, &json!(is));
        assert_eq!(values, json!(is), "{lines:#?}");
        let changed = was.iter().zip(&is).filter(|(was, is)| was != is);
        let expected: Vec<String> = changed
            .map(|(was, is)| format!("the value \"{was}\", served as \"{is}\""))
            .collect();
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_served_value_stands_for_one_documented_value() {
    let (values, _) = joined_values(&["closed", "Closed"], &json!(["CLOSED"]));
    assert_eq!(values, json!(["CLOSED", "Closed"]));
}

#[test]
fn new_values_take_no_name_from_a_documented_one() {
    for (was, is, joined) in [
        // Other numbers are other values.
        (vec!["1-5", "all"], json!(["15", "all"]), vec!["1-5", "all"]),
        // Both cases are served, so both are values.
        (
            vec!["all", "own"],
            json!(["all", "own", "ALL"]),
            vec!["all", "own"],
        ),
        (
            vec!["jobs:read"],
            json!(["jobs:read", "jobs.read", "jobs.write"]),
            vec!["jobs:read", "jobs.write"],
        ),
        // These names differ by the marks.
        (
            vec!["name"],
            json!(["name", "-name"]),
            vec!["name", "-name"],
        ),
        (
            vec!["name"],
            json!(["-name", "other"]),
            vec!["name", "-name", "other"],
        ),
        (vec!["a", "b"], json!(["a", "b", 0, true]), vec!["a", "b"]),
        (vec!["a"], json!(["a", "", "é"]), vec!["a", "", "é"]),
    ] {
        let (values, lines) = joined_values(&was, &is);
        assert_eq!(values, json!(joined), "{lines:#?}");
        let is_reported = |value: &Value| {
            let begins = format!("the value {value}");
            was.iter().any(|was| value == was) || lines.iter().any(|line| line.starts_with(&begins))
        };
        assert!(is.as_array().unwrap().iter().all(is_reported), "{lines:#?}");
    }
}

#[test]
fn a_field_that_is_served_as_nullable_is_nullable() {
    check(
        |served| {
            served["components"]["schemas"]["Job"]["properties"]["id"] =
                json!({"allOf": [reference_to("JobId")], "nullable": true});
        },
        &format!("{JOB}/id"),
        &json!({"allOf": [reference_to("JobId")], "nullable": true}),
        &["Overruled /components/schemas/Job/properties/id: served as nullable"],
    );
}

#[test]
fn a_new_field_refers_to_the_documented_name_of_its_type() {
    let (reconciled, lines) = served_with(|served| {
        let schemas = &mut served["components"]["schemas"];
        schemas["job_owner"] = json!({"type": "object", "properties": {"job": reference_to("Job"), "self": reference_to("job_owner")}});
        schemas["pay-kind"] = json!({"type": "boolean"});
        schemas["Job"]["properties"]["owner"] = reference_to("job_owner");
        schemas["Job"]["properties"]["clash"] = reference_to("pay-kind");
    });
    let schemas = &reconciled["components"]["schemas"];
    assert_eq!(
        schemas["Job"]["properties"]["owner"],
        reference_to("JobOwner")
    );
    assert_eq!(
        schemas["JobOwner"]["properties"],
        json!({"job": reference_to("Job"), "self": reference_to("JobOwner")})
    );
    assert_eq!(
        schemas["Job"]["properties"]["clash"],
        reference_to("ServedPayKind")
    );
    assert_eq!(
        schemas["PayKind"],
        documented()["components"]["schemas"]["PayKind"]
    );
    assert_eq!(
        lines,
        [
            format!("New {JOB}/clash: a property"),
            format!("New {JOB}/owner: a property")
        ]
    );
}

#[test]
fn a_field_that_is_not_served_stays_but_is_not_required() {
    let (reconciled, lines) = served_with(|served| {
        served["components"]["schemas"]["ClosedJob"] =
            json!({"type": "object", "properties": {"id": {"type": "string"}}});
    });
    let closed = &reconciled["components"]["schemas"]["ClosedJob"];
    assert_eq!(
        closed["properties"],
        documented()["components"]["schemas"]["ClosedJob"]["properties"]
    );
    assert_eq!(closed.get("required"), None);
    assert_eq!(
        lines,
        ["Absent /components/schemas/ClosedJob/properties/status: a property"]
    );
}

#[test]
fn a_variant_that_is_not_served_stays_and_a_new_one_is_imported() {
    let responses = "/paths/~1jobs~1{id}/get/responses/404/content/application~1json/schema/oneOf";
    check(
        |served| {
            served["paths"]["/jobs/{id}"]["get"]["responses"]["404"] =
                response(&reference_to("Failure"));
        },
        responses,
        &json!([reference_to("Failure"), reference_to("ClosedJob")]),
        &[
            "Absent /paths/~1jobs~1{id}/get/responses/404/content/application~1json/schema/oneOf/1: a variant",
        ],
    );
    let html = json!({"type": "string"});
    check(
        |served| {
            served["paths"]["/jobs/{id}"]["get"]["responses"]["404"]["content"]["application/json"]
                ["schema"]["oneOf"] =
                json!([html, reference_to("ClosedJob"), reference_to("Failure")]);
        },
        responses,
        &json!([reference_to("Failure"), reference_to("ClosedJob"), html]),
        &[
            "New /paths/~1jobs~1{id}/get/responses/404/content/application~1json/schema/oneOf: a variant",
        ],
    );
}

#[test]
fn a_component_that_is_served_in_two_ways_is_joined_with_both() {
    let (reconciled, lines) = served_with(|served| {
        let lean = json!({"type": "object", "required": ["id", "tags"], "properties": {"id": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}});
        served["paths"]["/jobs"]["post"]["responses"]["200"] = response(&lean);
    });
    assert_eq!(
        reconciled["components"]["schemas"],
        documented()["components"]["schemas"]
    );
    assert_eq!(lines, Vec::<String>::new());
}

#[test]
fn inlined_components_keep_their_documented_names() {
    let (reconciled, lines) = served_with(|served| {
        let schemas = served["components"]["schemas"].clone();
        let mut pay = schemas["Pay"].clone();
        pay["properties"]["kind"] = schemas["PayKind"].clone();
        pay["nullable"] = json!(true);
        served["components"]["schemas"]["Job"]["properties"]["pay"] = pay;
        let mut request = schemas["JobRequest"].clone();
        request["properties"]["pay"] = json!({"allOf": [reference_to("Pay")]});
        served["paths"]["/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"] =
            request;
    });
    assert_eq!(reconciled, documented());
    assert_eq!(lines, Vec::<String>::new());
}
