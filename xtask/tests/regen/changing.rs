//! Effects of each kind of change on everything that is derived.

use serde_json::{Value, json};

use crate::differences::unified;
use crate::documents::{documented, plain, reference};
use crate::workspace::{DOCUMENT, Workspace};

/// Snapshots the difference that a change of the served document makes in all that is made of it.
#[track_caller]
fn check(name: &str, change: impl FnOnce(&mut Value)) {
    let mut served = plain(&documented());
    let workspace = Workspace::served(&served);
    let before = workspace.everything();
    change(&mut served);
    workspace.take(&served).expect_code(0);
    let mut after = workspace.everything();
    after.insert(DOCUMENT.to_owned(), before[DOCUMENT].clone());
    insta::assert_snapshot!(name, unified(&before, &after));
    workspace.regen(&["--offline", "--check"]).expect_code(0);
}

/// Checks a change of the documentation in the same way.
#[track_caller]
fn check_documented(name: &str, change: impl FnOnce(&mut Value)) {
    let mut document = documented();
    let workspace = Workspace::served(&plain(&document));
    change(&mut document);
    workspace.write("spec/documented.json", &format!("{document:#}\n"));
    let before = workspace.everything();
    workspace.regen(&["--offline"]).expect_code(0);
    insta::assert_snapshot!(name, unified(&before, &workspace.everything()));
    workspace.regen(&["--offline", "--check"]).expect_code(0);
}

fn get<'a>(served: &'a mut Value, path: &str) -> &'a mut Value {
    &mut served["paths"][path]["get"]
}

fn component<'a>(served: &'a mut Value, name: &str) -> &'a mut Value {
    &mut served["components"]["schemas"][name]
}

fn field<'a>(served: &'a mut Value, owner: &str, name: &str) -> &'a mut Value {
    &mut component(served, owner)["properties"][name]
}

fn push(list: &mut Value, element: Value) {
    list.as_array_mut().unwrap().push(element);
}

fn remove(object: &mut Value, key: &str) {
    assert!(object.as_object_mut().unwrap().shift_remove(key).is_some());
}

#[test]
fn changes_of_operations() {
    check("an_operation_is_added", |served| {
        served["paths"]["/jobs/{id}/views"] = json!({"get": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "Views.", "content": {"application/json": {"schema": {"type": "object", "properties": {"views": {"type": "integer"}}}}}}}}});
    });
    check("an_operation_is_removed", |served| {
        remove(&mut served["paths"], "/jobs");
    });
    check("an_operation_needs_a_token", |served| {
        remove(get(served, "/jobs/{id}"), "security");
    });
}

#[test]
fn changes_of_parameters() {
    let added = |required: bool| json!({"name": "since", "in": "query", "required": required, "schema": {"type": "string", "format": "date"}});
    check("an_optional_parameter_is_added", |served| {
        push(&mut get(served, "/jobs")["parameters"], added(false));
    });
    check("a_required_parameter_is_added", |served| {
        push(&mut get(served, "/jobs")["parameters"], added(true));
    });
    check("a_parameter_is_made_required", |served| {
        get(served, "/jobs")["parameters"][0]["required"] = json!(true);
    });
    check("a_parameter_is_removed", |served| {
        let parameters = get(served, "/jobs")["parameters"].as_array_mut();
        parameters.unwrap().remove(0);
    });
    check("a_parameter_has_another_type", |served| {
        get(served, "/jobs")["parameters"][1]["schema"] = json!({"type": "string"});
    });
}

#[test]
fn changes_of_fields() {
    check("a_field_is_added", |served| {
        *field(served, "Job", "headline") = json!({"type": "string"});
    });
    check("a_field_is_removed", |served| {
        remove(&mut component(served, "Job")["properties"], "postedAt");
    });
    check("a_field_has_another_type", |served| {
        *field(served, "Pay", "amount") = json!({"type": "string"});
    });
    check("a_field_may_be_null", |served| {
        field(served, "Failure", "error")["nullable"] = json!(true);
    });
    check("a_field_is_never_null", |served| {
        remove(field(served, "JobPage", "nextCursor"), "nullable");
    });
    check("a_field_is_required", |served| {
        push(&mut component(served, "Job")["required"], json!("postedAt"));
    });
    check("a_field_is_not_required", |served| {
        remove(component(served, "Job"), "required");
    });
    check("a_field_of_a_request_is_required", |served| {
        component(served, "JobPatch")["required"] = json!(["title"]);
    });
}

#[test]
fn changes_of_values() {
    check("a_value_is_added", |served| {
        push(&mut component(served, "PayKind")["enum"], json!("PER_WORD"));
    });
    check("a_value_is_removed", |served| {
        component(served, "PayKind")["enum"] = json!(["FIXED"]);
    });
    check("values_are_listed", |served| {
        *field(served, "ClosedJob", "status") =
            json!({"type": "string", "enum": ["CLOSED", "FILLED"]});
    });
}

#[test]
fn changes_of_responses() {
    let failure = json!({"description": "Already.", "content": {"application/json": {"schema": reference("Failure")}}});
    check("a_status_is_added", |served| {
        served["paths"]["/jobs/{id}"]["patch"]["responses"]["409"] = failure;
    });
    check("a_status_is_removed", |served| {
        remove(&mut get(served, "/jobs/{id}")["responses"], "404");
    });
    check("a_body_has_one_more_media_type", |served| {
        let content = &mut served["paths"]["/jobs/{id}"]["patch"]["requestBody"]["content"];
        content["multipart/form-data"] = json!({"schema": {"type": "object"}});
    });
    check("a_response_has_another_media_type", |served| {
        let content = &mut get(served, "/jobs")["responses"]["200"]["content"];
        *content = json!({"application/xml": content["application/json"].take()});
    });
    check("a_body_has_another_media_type", |served| {
        let content = &mut served["paths"]["/jobs/{id}"]["patch"]["requestBody"]["content"];
        *content = json!({"application/x-www-form-urlencoded": content["application/json"].take()});
    });
    check(
        "a_new_operation_responds_with_another_media_type",
        |served| {
            served["paths"]["/report"] = json!({"get": {"responses": {"200": {"description": "It.", "content": {"text/csv": {}}}}}});
        },
    );
    check("a_response_is_another_component", |served| {
        get(served, "/jobs/{id}")["responses"]["200"]["content"]["application/json"]["schema"] =
            reference("ClosedJob");
    });
}

#[test]
fn changes_of_types() {
    check("a_field_is_a_union_with_a_discriminator", |served| {
        let variant = |kind: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": [kind]}}});
        *component(served, "Remote") = variant("remote");
        *component(served, "Office") = variant("office");
        *field(served, "Job", "place") = json!({
            "oneOf": [reference("Remote"), reference("Office")],
            "discriminator": {"propertyName": "kind", "mapping": {"remote": "#/components/schemas/Remote", "office": "#/components/schemas/Office"}}});
    });
    check("a_field_is_recursive", |served| {
        *field(served, "Job", "similar") = json!({"type": "array", "items": reference("Job")});
    });
    check("a_field_is_of_a_new_component", |served| {
        *component(served, "Site") = json!({"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}});
        *field(served, "Job", "site") = reference("Site");
    });
}

#[test]
fn changes_of_the_documentation() {
    check_documented("other_scopes_are_documented", |document| {
        document["paths"]["/jobs/{id}"]["patch"]["x-opentrain-scopes"]["scopes"] =
            json!(["jobs:write"]);
    });
    check_documented("a_gate_is_documented", |document| {
        get(document, "/jobs")["x-opentrain-claimed-account"] = json!(true);
    });
    check_documented("another_name_is_documented", |document| {
        get(document, "/jobs")["operationId"] = json!("jobs_find");
    });
}
