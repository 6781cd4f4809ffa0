//! Outliers of a shared component.

use serde_json::{Value, json};

use super::{check, documented, reconcile, response};
use openapi_canonical::schema::reference_to;

/// Returns the documentation with three more locations for a job and a failure, so that one of them is a minority.
fn shared() -> Value {
    let mut documented = documented();
    for name in ["team", "tokens", "members"] {
        let approval = json!({"type": "object", "required": ["approval"], "properties": {"approval": reference_to("Approval")}});
        documented["components"]["schemas"]["Requested"] = approval;
        documented["components"]["schemas"]["Approval"] = json!({"type": "object", "required": ["id", "type", "status"],
            "properties": {"id": {"type": "string"}, "type": {"type": "string"}, "status": {"type": "string"}, "result": {"type": "string", "nullable": true}}});
        documented["paths"][format!("/{name}/{{job}}")] = json!({"get": {
            "operationId": format!("{name}_get"),
            "parameters": [{"name": "job", "in": "path", "required": true, "schema": reference_to("JobId")}],
            "responses": {"200": response(&reference_to("Job")), "202": response(&reference_to("Requested")), "401": response(&reference_to("Failure"))}}});
    }
    documented
}

const TEAM: &str = "/paths/~1team~1{job}/get";

/// Reconciles like [`served_with`], with that documentation.
fn shared_with(change: impl FnOnce(&mut Value)) -> (Value, Vec<String>) {
    let mut served = shared();
    change(&mut served);
    // The order of keys does not change the outcome.
    let mut shuffled = served.clone();
    shuffled.sort_all_objects();
    let (reconciled, divergences) = reconcile(&served, &shared());
    assert_eq!(
        reconcile(&shuffled, &shared()),
        (reconciled.clone(), divergences.clone())
    );
    let mut lines: Vec<String> = divergences
        .into_iter()
        .map(|one| format!("{:?} {}: {}", one.kind, one.pointer, one.what))
        .collect();
    lines.sort();
    lines.dedup();
    (reconciled, lines)
}

/// Checks that a component stays as documented if one location differs.
#[track_caller]
fn check_minority(change: impl FnOnce(&mut Value), component: &str, lines: &[&str]) -> Value {
    let (reconciled, found) = shared_with(change);
    assert_eq!(
        reconciled["components"]["schemas"][component],
        shared()["components"]["schemas"][component],
        "{found:#?}"
    );
    assert_eq!(found, lines);
    reconciled
}

fn body<'a>(document: &'a mut Value, status: &str) -> &'a mut Value {
    let responses = document
        .pointer_mut(TEAM)
        .unwrap()
        .get_mut("responses")
        .unwrap();
    &mut responses[status]["content"]["application/json"]["schema"]
}

#[test]
fn an_outlier_response_is_a_component_of_its_own() {
    let message = json!({"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}});
    let mut reconciled = check_minority(
        |served| *body(served, "401") = message.clone(),
        "Failure",
        &[
            "New /paths/~1team~1{job}/get/responses/401/content/application~1json/schema/properties/message: a property",
            "Overruled /paths/~1team~1{job}/get/responses/401/content/application~1json/schema: served as another schema than `Failure`; `TeamGetUnauthorized` is the component of this location alone",
            "Unrelied /paths/~1team~1{job}/get/responses/401/content/application~1json/schema/properties/message: served as required, kept optional for readers",
        ],
    );
    assert_eq!(
        *body(&mut reconciled, "401"),
        reference_to("TeamGetUnauthorized")
    );
    assert_eq!(
        reconciled["components"]["schemas"]["TeamGetUnauthorized"]["properties"],
        message["properties"]
    );
}

#[test]
fn a_response_is_an_outlier_even_if_all_others_are_unspecified() {
    let (reconciled, _) = shared_with(|served| {
        for path in ["/tokens/{job}", "/members/{job}"] {
            served["paths"][path]["get"]["responses"]["401"] = json!({"description": "No."});
        }
        served["paths"]["/jobs"]["post"]["responses"]["400"] = json!({"description": "No."});
        served["paths"]["/jobs/{id}"]["get"]["responses"]["404"] = json!({"description": "No."});
        *body(served, "401") =
            json!({"type": "object", "properties": {"message": {"type": "string"}}});
    });
    assert_eq!(
        reconciled["components"]["schemas"]["Failure"],
        shared()["components"]["schemas"]["Failure"]
    );
}

#[test]
fn the_schema_of_most_locations_is_the_component() {
    let (reconciled, lines) = shared_with(|served| {
        served["components"]["schemas"]["Failure"] = json!({"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}});
    });
    let failure = &reconciled["components"]["schemas"]["Failure"];
    assert!(failure["properties"].get("message").is_some(), "{lines:#?}");
    assert_eq!(failure.get("required"), None);
    assert!(
        lines.iter().all(|line| !line.contains("another schema")),
        "{lines:#?}"
    );
}

#[test]
fn a_smaller_object_inside_splits_off_its_location() {
    let reconciled = check_minority(
        |served| {
            *body(served, "202") = json!({"type": "object", "required": ["approval"], "properties": {"approval":
                {"type": "object", "required": ["id", "status"], "properties": {"id": {"type": "string"}, "status": {"type": "string"}}}}});
        },
        "Approval",
        &[
            "Overruled /paths/~1team~1{job}/get/responses/202/content/application~1json/schema/properties/approval: served as another schema than `Approval`; `TeamGetAcceptedApproval` is the component of this location alone",
            "Overruled /paths/~1team~1{job}/get/responses/202/content/application~1json/schema: served as another schema than `Requested`; `TeamGetAccepted` is the component of this location alone",
        ],
    );
    let schemas = &reconciled["components"]["schemas"];
    assert_eq!(
        schemas["Requested"],
        shared()["components"]["schemas"]["Requested"]
    );
    assert_eq!(
        schemas["TeamGetAccepted"]["properties"]["approval"],
        reference_to("TeamGetAcceptedApproval")
    );
    assert_eq!(
        schemas["TeamGetAcceptedApproval"]["required"],
        json!(["id", "status"])
    );
}

#[test]
fn a_minority_changes_neither_required_nor_nullable() {
    let approval = || shared()["components"]["schemas"]["Approval"].clone();
    let with = |approval: Value| json!({"type": "object", "required": ["approval"], "properties": {"approval": approval}});
    let pointer = "Overruled /components/schemas/Approval/properties";
    let mut loose = approval();
    loose["required"] = json!(["id", "status"]);
    check_minority(
        |served| *body(served, "202") = with(loose),
        "Approval",
        &[&format!(
            "{pointer}/type: served as optional in 1 of 3 locations, kept required"
        )],
    );
    let mut tight = approval();
    tight["required"] = json!(["id", "type", "status", "result"]);
    tight["properties"]["result"] = json!({"type": "string", "nullable": false});
    check_minority(
        |served| *body(served, "202") = with(tight),
        "Approval",
        &[&format!(
            "{pointer}/result: served as not nullable in 1 of 3 locations, kept as documented"
        )],
    );
    let mut null = approval();
    null["properties"]["type"] = json!({"type": "string", "nullable": true});
    check_minority(
        |served| *body(served, "202") = with(null),
        "Approval",
        &[&format!(
            "{pointer}/type: served as nullable in 1 of 3 locations, kept as documented"
        )],
    );
}

#[test]
fn a_property_of_another_type_makes_an_outlier() {
    let (reconciled, lines) = shared_with(|served| {
        let mut failure = shared()["components"]["schemas"]["Failure"].clone();
        failure["properties"]["code"] = json!({"type": "integer"});
        *body(served, "401") = failure;
    });
    let schemas = &reconciled["components"]["schemas"];
    assert_eq!(
        schemas["Failure"],
        shared()["components"]["schemas"]["Failure"],
        "{lines:#?}"
    );
    assert_eq!(
        schemas["TeamGetUnauthorized"]["properties"]["code"]["type"],
        "integer"
    );
}

#[test]
fn a_recursive_outlier_is_split_off_once() {
    let (reconciled, _) = shared_with(|served| {
        served["components"]["schemas"]["Node"] = json!({"type": "object", "properties": {
            "name": {"type": "string"}, "related": {"type": "array", "items": reference_to("Node")}}});
        *body(served, "200") = reference_to("Node");
    });
    let schemas = &reconciled["components"]["schemas"];
    assert_eq!(schemas["Job"], shared()["components"]["schemas"]["Job"]);
    assert_eq!(
        schemas["TeamGetOk"]["properties"]["related"]["items"],
        reference_to("TeamGetOk")
    );
}

#[test]
fn an_id_is_never_an_enum() {
    let line = |few: &str| {
        format!(
            "Kept /components/schemas/{few}: served with a list of values somewhere, kept open: it is an id or a secret"
        )
    };
    check_minority(
        |served| {
            served.pointer_mut(TEAM).unwrap()["parameters"][0]["schema"] =
                json!({"type": "string", "enum": ["a", "b"]});
        },
        "JobId",
        &[&line("JobId")],
    );
    check(
        |served| served["components"]["schemas"]["JobId"]["enum"] = json!(["a"]),
        "/components/schemas/JobId",
        &documented()["components"]["schemas"]["JobId"],
        &[&line("JobId")],
    );
}
