//! Reconciling two documents: one small documentation, served in many dialects.

mod contradictions;
mod kept;
mod legalities;
mod nulls;
mod oddities;
mod parameters;
mod readers;

use serde_json::{Value, json};

use crate::divergence::{Divergence, Resolution};
use openapi_canonical::schema::reference_to;

fn reconcile(served: &Value, documented: &Value) -> (Value, Vec<Divergence>) {
    let served = openapi_canonical::read(served.to_string().as_bytes(), "It").unwrap();
    super::reconcile(&served, documented)
}

fn answer(schema: &Value) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
}

/// Two operations, a list and a choice of errors: every kind of location.
fn documented() -> Value {
    let nullable_pay =
        json!({"allOf": [reference_to("Pay")], "description": "What it pays.", "nullable": true});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Documented", "version": "1"},
        "servers": [{"url": "https://h/api/v1"}],
        "paths": {
            "/jobs/{id}": {"get": {
                "operationId": "jobs_get",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": reference_to("JobId")},
                    {"name": "limit", "in": "query", "required": false, "schema": {"type": "integer", "format": "int32"}}],
                "responses": {
                    "200": answer(&reference_to("Job")),
                    "404": answer(&json!({"oneOf": [reference_to("Failure"), reference_to("ClosedJob")]}))},
                "x-opentrain-tokenless": true, "security": []}},
            "/jobs": {"post": {
                "operationId": "jobs_make",
                "requestBody": {"required": true, "content": {"application/json": {"schema": reference_to("JobRequest")}}},
                "responses": {"200": answer(&reference_to("Job")), "400": answer(&reference_to("Failure"))}}},
        },
        "security": [{"bearer": []}],
        "components": {"schemas": {
            "JobId": {"type": "string", "description": "A job.", "x-opentrain-id": true},
            "Job": {"type": "object", "description": "One job.", "required": ["id"], "properties": {
                "id": reference_to("JobId"),
                "pay": nullable_pay,
                "tags": {"type": "array", "items": {"type": "string"}},
                "related": {"type": "array", "items": reference_to("Job")}}},
            "Pay": {"type": "object", "properties": {"kind": reference_to("PayKind"), "amount": {"type": "number", "format": "decimal", "x-opentrain-unit": "USD"}}},
            "PayKind": {"type": "string", "enum": ["PER_HOUR", "FIXED"], "x-enum-varnames": ["Hourly", "Fixed"]},
            "JobRequest": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}, "pay": reference_to("Pay")}},
            "Failure": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}, "code": {"type": "string"}}},
            "ClosedJob": {"type": "object", "required": ["status"], "properties": {"id": reference_to("JobId"), "status": {"type": "string"}}},
        }},
    })
}

/// The documentation served with one change, and what is made of that: the joined document and the lines about it.
fn served_with(change: impl FnOnce(&mut Value)) -> (Value, Vec<String>) {
    let mut served = documented();
    change(&mut served);
    let (reconciled, mut divergences) = reconcile(&served, &documented());
    divergences.sort();
    divergences.dedup();
    let lines = divergences
        .into_iter()
        .map(|one| format!("{:?} {}: {}", one.kind, one.pointer, one.what));
    (reconciled, lines.collect())
}

fn check(change: impl FnOnce(&mut Value), pointer: &str, expected: &Value, lines: &[&str]) {
    let (reconciled, found) = served_with(change);
    assert_eq!(
        reconciled.pointer(pointer).unwrap_or(&Value::Null),
        expected,
        "{found:#?}"
    );
    assert_eq!(found, lines);
}

const JOB: &str = "/components/schemas/Job/properties";

#[test]
fn the_same_document_is_no_difference() {
    let (reconciled, lines) = served_with(|_| {});
    assert_eq!(reconciled, documented());
    assert_eq!(lines, Vec::<String>::new());
}

#[test]
fn a_response_without_a_schema_is_filled() {
    for unspecified in [
        json!({}),
        json!({"type": "object"}),
        json!({"type": "object", "properties": {}}),
    ] {
        let (reconciled, lines) = served_with(|served| {
            served["paths"]["/jobs/{id}"]["get"]["responses"]["200"] = answer(&unspecified);
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
                answer(&reference_to("Failure"));
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
fn default_stands_for_the_documented_errors() {
    let (reconciled, lines) = served_with(|served| {
        let responses = &mut served["paths"]["/jobs"]["post"]["responses"];
        *responses = json!({"200": responses["200"], "default": responses["400"]});
    });
    assert_eq!(reconciled, documented());
    assert_eq!(lines, Vec::<String>::new());
}

#[test]
fn the_only_success_may_have_another_status() {
    let (reconciled, lines) = served_with(|served| {
        let responses = &mut served["paths"]["/jobs"]["post"]["responses"];
        *responses = json!({"201": responses["200"], "400": responses["400"]});
    });
    assert_eq!(
        reconciled["paths"]["/jobs"]["post"]["responses"]["201"],
        answer(&reference_to("Job"))
    );
    assert_eq!(
        reconciled["paths"]["/jobs"]["post"]["responses"].get("200"),
        None
    );
    assert_eq!(
        lines,
        ["Overruled /paths/~1jobs/post/responses/200: served with the status 201"]
    );
}

#[test]
fn parameters_are_matched_by_location_and_name() {
    let (reconciled, lines) = served_with(|served| {
        let mut item = served["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/jobs/{id}")
            .unwrap();
        item["get"]["parameters"] = json!([
            {"name": "sort", "in": "query", "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "format": "int32"}}]);
        item["parameters"] = json!([{"$ref": "#/components/parameters/Job"}]);
        served["components"]["parameters"] = json!({"Job": {"name": "jobId", "in": "path", "required": true, "schema": {"type": "string"}}});
        served["paths"]["/jobs/{jobId}"] = item;
    });
    let operation = &reconciled["paths"]["/jobs/{id}"]["get"];
    assert_eq!(
        operation["parameters"][0],
        documented()["paths"]["/jobs/{id}"]["get"]["parameters"][0]
    );
    assert_eq!(
        operation["parameters"][2],
        json!({"name": "sort", "in": "query", "schema": {"type": "string"}, "x-opentrain-undocumented": true})
    );
    assert_eq!(
        lines,
        [
            "Overruled /paths/~1jobs~1{id}/get/parameters/limit: documented as optional, served as required",
            "New /paths/~1jobs~1{id}/get/parameters: the parameter `sort`",
        ]
    );
}

#[test]
fn new_and_absent_operations_are_reported() {
    let (reconciled, lines) = served_with(|served| {
        let paths = served["paths"].as_object_mut().unwrap();
        let mut item = paths.remove("/jobs/{id}").unwrap();
        item["get"]["operationId"] = json!("jobs.make");
        paths.insert("/v2/jobs/{job}".to_owned(), item.clone());
        item["get"].as_object_mut().unwrap().remove("operationId");
        paths["/jobs"]["get"] = item["get"].clone();
    });
    let newcomer = &reconciled["paths"]["/v2/jobs/{job}"]["get"];
    assert_eq!(
        (&newcomer["operationId"], &newcomer["x-opentrain-tokenless"]),
        (&json!("jobs_make2"), &json!(true))
    );
    assert_eq!(
        newcomer["responses"]["200"]["content"],
        answer(&reference_to("Job"))["content"]
    );
    assert_eq!(
        reconciled["paths"]["/jobs/{id}"],
        documented()["paths"]["/jobs/{id}"]
    );
    assert_eq!(
        lines,
        [
            "New /components/schemas/ServedClosedJob: served as required, kept optional for readers: `status`",
            "New /paths/~1jobs/get: an operation, `get_jobs`",
            "New /paths/~1v2~1jobs~1{job}/get: an operation, `jobs_make2`",
            "Absent /paths/~1jobs~1{id}/get: an operation",
        ]
    );
}

#[test]
fn another_host_is_reported_and_not_used() {
    check(
        |served| served["servers"][0]["url"] = json!("http://localhost:3000/api/v1"),
        "/servers/0/url",
        &json!("https://h/api/v1"),
        &[
            "Absent /servers/0/url: the host `https://h`; `http://localhost:3000` is served and not used",
        ],
    );
}

#[test]
fn the_served_document_decides_whether_an_operation_needs_a_token() {
    let (reconciled, lines) = served_with(|served| {
        served["paths"]["/jobs/{id}"]["get"]["security"] = json!([{"token": []}]);
    });
    let operation = &reconciled["paths"]["/jobs/{id}"]["get"];
    assert_eq!(
        (
            &operation["x-opentrain-tokenless"],
            operation.get("security")
        ),
        (&json!(false), None)
    );
    assert_eq!(
        lines,
        ["Overruled /paths/~1jobs~1{id}/get: documented without a token, served with one"]
    );
}

#[test]
fn a_component_that_is_served_in_two_ways_is_joined_with_both() {
    let (reconciled, lines) = served_with(|served| {
        let lean = json!({"type": "object", "required": ["id", "tags"], "properties": {"id": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}});
        served["paths"]["/jobs"]["post"]["responses"]["200"] = answer(&lean);
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

#[test]
fn kinds_are_ordered_as_they_are_written() {
    assert!(
        Resolution::Filled < Resolution::Overruled
            && Resolution::Overruled < Resolution::New
            && Resolution::New < Resolution::Absent
    );
}
