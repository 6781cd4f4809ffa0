//! An outlier among the served responses changes no type that others share.

use serde_json::{Value, json};

use crate::documents;
use crate::workspace::Workspace;

/// Serves the real documentation with one change, and returns the client's document and the differences.
fn served_with(change: impl FnOnce(&mut Value)) -> (Value, String) {
    let (documented, agent) = documents::real();
    let mut served = documents::plain(&documented);
    change(&mut served);
    let workspace = Workspace::on(&documented, &agent);
    workspace.take(&served).expect_code(0);
    (workspace.public(), workspace.read("spec/divergence.txt"))
}

/// Checks that the change concerns these new components and no other one.
#[track_caller]
fn check(change: impl FnOnce(&mut Value), news: &[&str], lines: &[&str]) {
    let (usual, _) = served_with(|_| {});
    let (public, divergence) = served_with(change);
    let usual = usual["components"]["schemas"].as_object().unwrap();
    for (name, schema) in public["components"]["schemas"].as_object().unwrap() {
        let known = usual
            .get(name)
            .or_else(|| news.contains(&name.as_str()).then_some(schema));
        assert_eq!(known, Some(schema), "{name}\n{divergence}");
    }
    for line in lines {
        assert!(
            divergence.contains(line),
            "`{line}` is not in\n{divergence}"
        );
    }
}

fn body(schema: &Value) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
}

#[test]
fn an_error_with_another_body_is_split_off_for_its_operation() {
    check(
        |served| {
            let message = json!({"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}});
            served["paths"]["/team"]["get"]["responses"]["401"] = body(&message);
        },
        &["TeamGetUnauthorized", "TeamGetError"],
        &["served as another schema than `ErrorEnvelope`; `TeamGetUnauthorized` is the component"],
    );
}

#[test]
fn an_enum_in_a_parameter_changes_no_id() {
    check(
        |served| {
            let parameter = &mut served["paths"]["/jobs/{id}"]["get"]["parameters"][0];
            assert_eq!(parameter["name"], "id");
            parameter["schema"] = json!({"type": "string", "enum": ["a", "b"]});
        },
        &[],
        &["/components/schemas/JobId: served with a list of values somewhere, kept open"],
    );
}

#[test]
fn a_smaller_approval_is_split_off_for_its_operation() {
    check(
        |served| {
            let approval = json!({"type": "object", "required": ["id", "status"], "properties": {"id": {"type": "string"}, "status": {"type": "string"}}});
            let requested = json!({"type": "object", "required": ["approval"], "properties": {"approval": approval}});
            served["paths"]["/proposals/{proposalId}/hire"]["post"]["responses"]["202"] =
                body(&requested);
        },
        &["ProposalsHireAccepted", "ProposalsHireAcceptedApproval"],
        &[
            "served as another schema than `Approval`; `ProposalsHireAcceptedApproval` is the component",
        ],
    );
}
