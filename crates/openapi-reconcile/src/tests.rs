//! Reconciling two documents: one small documentation, served in many dialects.

mod contradictions;
mod kept;
mod legalities;
mod nulls;
mod operations;
mod outliers;
mod parameters;
mod readers;
mod schemas;

use serde_json::{Value, json};

use super::divergence::Divergence;
use openapi_canonical::schema::reference_to;

fn reconcile(served: &Value, documented: &Value) -> (Value, Vec<Divergence>) {
    let served = openapi_canonical::read(served.to_string().as_bytes(), "It").unwrap();
    let reconciled = super::reconcile(&served, documented);
    (reconciled.document, reconciled.divergences)
}

fn response(schema: &Value) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
}

/// Returns two operations, a list and a choice of errors: every kind of location.
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
                    "200": response(&reference_to("Job")),
                    "404": response(&json!({"oneOf": [reference_to("Failure"), reference_to("ClosedJob")]}))},
                "x-opentrain-tokenless": true, "security": []}},
            "/jobs": {"post": {
                "operationId": "jobs_make",
                "requestBody": {"required": true, "content": {"application/json": {"schema": reference_to("JobRequest")}}},
                "responses": {"200": response(&reference_to("Job")), "400": response(&reference_to("Failure"))}}},
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

/// Serves the documentation with one change, and returns the joined document with the lines about it.
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
