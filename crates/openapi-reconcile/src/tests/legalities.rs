//! Constructs that are legal in OpenAPI and rare.

use serde_json::{Value, json};

use super::{check, documented, response, served_with};
use openapi_canonical::schema::reference_to;

#[test]
fn a_default_response_without_a_success_beside_it_is_the_success() {
    let lean = |served: &mut Value, default: Value| {
        served["paths"]["/jobs"]["post"]["responses"] = json!({"default": default});
    };
    let responses = "/paths/~1jobs/post/responses";
    let (reconciled, lines) = served_with(|served| lean(served, response(&reference_to("Job"))));
    assert_eq!(reconciled, documented());
    assert_eq!(lines, [format!("Absent {responses}/400: a response")]);
    // Unless it is what a failure looks like.
    let (reconciled, lines) =
        served_with(|served| lean(served, response(&reference_to("Failure"))));
    assert_eq!(reconciled, documented());
    assert_eq!(lines, [format!("Absent {responses}/200: a response")]);
}

#[test]
fn a_malformed_parameter_is_dropped() {
    let pointer = "/paths/~1jobs~1{id}/get/parameters";
    check(
        |served| {
            let parameters = served["paths"]["/jobs/{id}"]["get"]["parameters"]
                .as_array_mut()
                .unwrap();
            for name in ["Accept", "content-type", "AUTHORIZATION"] {
                parameters
                    .push(json!({"name": name, "in": "header", "schema": {"type": "string"}}));
            }
            parameters.extend([json!({"in": "query"}), json!("limit"), json!(null)]);
        },
        pointer,
        &documented()["paths"]["/jobs/{id}"]["get"]["parameters"],
        &[&format!(
            "New {pointer}: a parameter without a name or a location, which is dropped"
        )],
    );
}

#[test]
fn the_documented_template_wins_over_another_one_at_the_same_position() {
    for other in ["/jobs/{slug}", "/jobs/{a}"] {
        check(
            |served| {
                let mut twin = served["paths"]["/jobs/{id}"].clone();
                twin["get"]["responses"]["200"] = response(&json!({"type": "string"}));
                twin["get"]["parameters"][0]["name"] = json!(other.trim_matches(['{', '}']));
                served["paths"][other] = twin;
            },
            "/paths/~1jobs~1{id}",
            &documented()["paths"]["/jobs/{id}"],
            &[&format!(
                "New /paths/~1api~1v1~1jobs~1{{}}/get: an operation served as `/jobs/{{id}}` and as `{other}`; the latter is dropped"
            )],
        );
    }
}

#[test]
fn references_may_lead_to_any_schema_in_any_notation() {
    for target in [
        "#/components/schemas/Source/properties/job",
        "#/components/schemas/So%75rce/properties/job",
        "#/paths/~1jobs~1%7Bid%7D/get/responses/200/content/application~1json/schema",
        "#/components/schemas/a~1b~0c",
    ] {
        let (reconciled, lines) = served_with(|served| {
            let schemas = &mut served["components"]["schemas"];
            schemas["Source"] =
                json!({"type": "object", "properties": {"job": reference_to("Job")}});
            schemas["a/b~c"] = schemas["Job"].clone();
            served["paths"]["/jobs"]["post"]["responses"]["200"] =
                response(&json!({"$ref": target}));
        });
        assert_eq!(reconciled, documented(), "{target}");
        assert_eq!(lines, Vec::<String>::new(), "{target}");
    }
    let (reconciled, _) = served_with(|served| {
        served["components"]["schemas"]["Job"]["properties"]["first"] =
            json!({"$ref": "#/components/schemas/Pay/properties/amount"});
    });
    assert_eq!(
        reconciled["components"]["schemas"]["Job"]["properties"]["first"],
        reference_to("PayAmount")
    );
    assert_eq!(
        reconciled["components"]["schemas"]["PayAmount"],
        json!({"type": "number", "format": "decimal"})
    );
}
