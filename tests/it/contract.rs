//! Documents that all code is generated from: they are complete, and every field is a line of a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use opentrain_api::DOCUMENTS;
use serde_json::{Map, Value, json};

use crate::support::repository_file;

/// All operations of the documentation, by family: the fixed list that the documents are compared with.
const OPERATIONS: [&str; 47] = [
    "POST /api/agent/identity",
    "POST /api/agent/identity/claim",
    "POST /api/agent/oauth/token",
    "POST /api/agent/oauth/revoke",
    "GET /auth/me",
    "GET /jobs",
    "GET /jobs/{id}",
    "GET /jobs/facets",
    "GET /jobs/changes",
    "GET /jobs/mine",
    "POST /jobs/{id}/publish",
    "POST /jobs/{id}/close",
    "PATCH /jobs/{id}",
    "POST /jobs/{id}/invites",
    "GET /jobs/{id}/proposals",
    "POST /job-drafts",
    "PATCH /job-drafts/{jobId}",
    "GET /job-drafts/capabilities",
    "GET /proposals/{proposalId}",
    "GET /proposals/{proposalId}/interview",
    "POST /proposals/{proposalId}/conversation",
    "POST /proposals/{proposalId}/hire",
    "GET /freelancers/{idOrSlug}",
    "GET /messages",
    "POST /messages",
    "GET /contracts",
    "GET /contracts/{contractId}",
    "POST /contracts/{contractId}/milestones",
    "POST /contracts/{contractId}/end",
    "POST /milestones/{milestoneId}/fund",
    "POST /milestones/{milestoneId}/approve",
    "GET /approvals/{approvalId}",
    "GET /updates",
    "GET /credits",
    "GET /credits/ledger",
    "POST /credits/top-ups",
    "GET /credits/top-ups/{topUpId}",
    "GET /payments/pending",
    "GET /webhooks",
    "POST /webhooks",
    "GET /webhooks/{webhookId}",
    "DELETE /webhooks/{webhookId}",
    "GET /team",
    "POST /team/invites",
    "GET /tokens",
    "POST /tokens",
    "DELETE /tokens/{tokenId}",
];

#[test]
fn every_documented_operation_is_in_the_surface_and_in_the_raw_client() {
    let surface = repository_file("spec/surface.txt");
    let raw: Vec<String> = DOCUMENTS
        .iter()
        .flat_map(|document| document.operations)
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    for operation in OPERATIONS {
        let in_surface = surface
            .lines()
            .any(|line| line.starts_with(&format!("{operation} ")));
        assert!(in_surface, "{operation} is not in spec/surface.txt");
        assert!(
            raw.iter().any(|other| other == operation),
            "{operation} is not in the raw client"
        );
    }
    assert_eq!(raw.len(), OPERATIONS.len());
}

#[test]
fn the_fields_of_the_public_document() {
    assert_snapshot!(fields("spec/documented.json"));
}

#[test]
fn the_fields_of_the_agent_document() {
    assert_snapshot!(fields("spec/agent-auth.json"));
}

/// Returns `Schema.field: type, required, nullable, evidence`, a line each; the values of an enum on one line.
fn fields(path: &str) -> String {
    let document: Value = serde_json::from_str(&repository_file(path)).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    sorted(schemas)
        .into_iter()
        .map(|(name, schema)| schema_lines(name, schema))
        .collect()
}

/// Returns the members by name, independent of the document's order.
fn sorted(members: &Map<String, Value>) -> BTreeMap<&String, &Value> {
    members.iter().collect()
}

fn schema_lines(name: &str, schema: &Value) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let Some(properties) = schema["properties"].as_object() else {
        return format!("{name} = {}\n", type_of(schema));
    };
    let line = |(field, property): (&String, &Value)| {
        let required = if required.contains(&field.as_str()) {
            ", required"
        } else {
            ""
        };
        let nullable = if is_nullable(property) {
            ", nullable"
        } else {
            ""
        };
        let evidence = property["x-opentrain-evidence"]
            .as_str()
            .unwrap_or("no evidence");
        format!(
            "{name}.{field}: {}{required}{nullable}, {evidence}\n",
            type_of(property)
        )
    };
    sorted(properties).into_iter().map(line).collect()
}

/// True if a schema lists null among its types or its variants.
fn is_nullable(schema: &Value) -> bool {
    let lists = |list: &Value, null: Value| list.as_array().is_some_and(|all| all.contains(&null));
    lists(&schema["type"], json!("null")) || lists(&schema["anyOf"], json!({"type": "null"}))
}

fn type_of(schema: &Value) -> String {
    let places = [
        &schema["$ref"],
        &schema["allOf"][0]["$ref"],
        &schema["anyOf"][0]["$ref"],
    ];
    let reference = places.into_iter().find_map(Value::as_str);
    if let Some(reference) = reference {
        return String::from(reference.rsplit('/').next().unwrap_or_default());
    }
    let values: Vec<&str> = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let kind = schema["type"].as_str().or(schema["type"][0].as_str());
    let kind = kind.unwrap_or("any");
    match (kind, schema["format"].as_str()) {
        ("array", _) => format!("[{}]", type_of(&schema["items"])),
        (_, _) if !values.is_empty() => values.join(" | "),
        (kind, Some(format)) => format!("{kind} ({format})"),
        (kind, None) => String::from(kind),
    }
}

/// Fields at the top of a success that may be null or missing though the documentation describes them.
const OPTIONAL: [&str; 9] = [
    // Documented as `string | null`.
    "CreditLedgerPage.nextCursor",
    "CreditTopUpCreated.expiresAt",
    "JobProposalsPage.nextCursor",
    "JobPublished.publishAttemptId",
    "JobSearchPage.nextCursor",
    "MessagesPage.nextCursor",
    "MyJobsPage.nextCursor",
    "UpdatesPage.nextCursor",
    // The reference lists it, the guide's sample does not have it.
    "JobDraftCreated.reviewUrl",
];

#[test]
fn a_field_that_is_documented_with_a_plain_type_is_required_and_not_nullable() {
    let mut optional = BTreeSet::new();
    for path in ["spec/documented.json", "spec/agent-auth.json"] {
        let document: Value = serde_json::from_str(&repository_file(path)).unwrap();
        for (name, schema) in successes(&document) {
            for (field, property) in schema["properties"].as_object().unwrap() {
                let required = schema["required"].as_array().into_iter().flatten();
                let promised = required.into_iter().any(|name| name == field.as_str())
                    && !is_nullable(property);
                if property["x-opentrain-evidence"] == "documented" && !promised {
                    optional.insert(format!("{name}.{field}"));
                }
            }
        }
    }
    assert_eq!(optional, OPTIONAL.map(String::from).into());
}

/// Returns the bodies of all successes whose fields are documented with a type, by the names of their schemas.
fn successes(document: &Value) -> BTreeMap<String, Value> {
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    let responses =
        operations.flat_map(|operation| operation["responses"].as_object().unwrap().clone());
    let bodies = responses.filter(|(status, _)| status.starts_with('2'));
    let mut named: BTreeMap<String, Value> = bodies
        .map(|(_, response)| {
            let schema = &response["content"]["application/json"]["schema"];
            let reference = schema["$ref"].as_str().unwrap();
            let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
            let name = reference.rsplit('/').next().unwrap_or_default();
            (String::from(name), schema.clone())
        })
        .collect();
    // The page names the fields of a job without their types.
    named.remove("PublicJob");
    named
}

#[test]
fn every_example_of_the_documents_has_a_place() {
    for path in ["spec/documented.json", "spec/agent-auth.json"] {
        let document: Value = serde_json::from_str(&repository_file(path)).unwrap();
        let items = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .filter_map(Value::as_object);
        for operation in items.flat_map(Map::values) {
            let responses = operation["responses"].as_object().unwrap().values();
            for body in responses.chain(operation.get("requestBody")) {
                for media in body["content"].as_object().unwrap().values() {
                    let shown = media.get("example").or_else(|| media.get("examples"));
                    assert!(
                        shown.is_some(),
                        "{path}: a body of {} has no example",
                        operation["operationId"]
                    );
                }
            }
        }
    }
}
