//! Operations: their positions, parameters, statuses and hosts.

use serde_json::json;

use super::{check, documented, response, served_with};
use openapi_canonical::schema::reference_to;

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
        response(&reference_to("Job"))
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
        response(&reference_to("Job"))["content"]
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
