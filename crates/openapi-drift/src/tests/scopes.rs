//! Reports about scopes, credentials and servers.

use serde_json::{Value, json};

use super::{document, lines, reported, reported_both_ways, sections};
use crate::changes;

#[test]
fn gates() {
    let scopes = "/paths/~1loaves/get/x-opentrain-scopes/scopes";
    let choice = "/paths/~1loaves/post/x-opentrain-scopes";
    insta::assert_snapshot!(sections(&[
        (
            "another scope",
            reported_both_ways(scopes, json!(["loaves:read", "ovens:read"]))
        ),
        (
            "another scope of several",
            reported_both_ways(
                choice,
                json!({"match": "any", "scopes": ["loaves:write", "ovens:write", "till:write"]})
            )
        ),
        (
            "one scope for any of two",
            reported_both_ways(choice, json!({"match": "all", "scopes": ["loaves:write"]}))
        ),
        (
            "no token",
            reported_both_ways("/paths/~1loaves/get/security", json!([]))
        ),
        (
            "a feature",
            reported_both_ways("/paths/~1loaves/get/x-opentrain-feature", json!("ovens"))
        ),
        (
            "a claimed account",
            reported_both_ways(
                "/paths/~1loaves/get/x-opentrain-claimed-account",
                json!(true)
            )
        ),
        ("no scopes at all", reported_both_ways(choice, Value::Null)),
    ]));
}

/// Returns the report if all operations change from one list of credentials to another.
fn reported_for_credentials(old: Value, new: Value) -> String {
    let with = |security: Value| {
        let mut document = document();
        document["security"] = security;
        for (_, item) in document["paths"].as_object_mut().unwrap() {
            item["get"]
                .as_object_mut()
                .unwrap()
                .remove("x-opentrain-scopes");
        }
        document["paths"]["/loaves"]
            .as_object_mut()
            .unwrap()
            .remove("post");
        document["components"]["securitySchemes"] = json!({
            "token": {"type": "http", "scheme": "Bearer"}, "sameToken": {"type": "http", "scheme": "bearer"},
            "till": {"type": "apiKey", "in": "header", "name": "X-Till"},
            "baker": {"type": "oauth2", "flows": {
                "clientCredentials": {"tokenUrl": "https://bakery.example/token", "scopes": {}}}},
            "visitor": {"type": "oauth2", "flows": {
                "clientCredentials": {"tokenUrl": "https://bakery.example/token", "scopes": {}},
                "implicit": {"authorizationUrl": "https://bakery.example/ask", "scopes": {}}}}});
        document
    };
    lines(&changes(&with(old), &with(new)))
}

#[test]
fn credentials() {
    let token = || json!([{"token": []}]);
    insta::assert_snapshot!(sections(&[
        (
            "another name for the same",
            reported_for_credentials(token(), json!([{"sameToken": []}]))
        ),
        ("none", reported_for_credentials(token(), json!([]))),
        (
            "none or some",
            reported_for_credentials(token(), json!([{"token": []}, {}]))
        ),
        (
            "another",
            reported_for_credentials(token(), json!([{"till": []}]))
        ),
        (
            "a second one",
            reported_for_credentials(token(), json!([{"token": [], "till": []}]))
        ),
        (
            "either",
            reported_for_credentials(token(), json!([{"till": []}, {"token": []}]))
        ),
        (
            "one of the two",
            reported_for_credentials(json!([{"till": []}, {"token": []}]), token())
        ),
        (
            "the same in another order",
            reported_for_credentials(
                json!([{"till": []}, {"token": []}]),
                json!([{"token": []}, {"till": []}])
            )
        ),
        (
            "a scope",
            reported_for_credentials(
                json!([{"baker": ["read"]}]),
                json!([{"baker": ["read", "write"]}])
            )
        ),
        (
            "one way to obtain it of two",
            reported_for_credentials(json!([{"visitor": []}]), json!([{"baker": []}]))
        ),
        (
            "another one, where none is needed",
            reported_for_credentials(json!([{"token": []}, {}]), json!([{"till": []}, {}]))
        ),
        (
            "a further way to obtain it",
            reported_for_credentials(json!([{"baker": []}]), json!([{"visitor": []}]))
        ),
    ]));
}

#[test]
fn a_credential_that_is_obtained_elsewhere() {
    let with = |address: &str| {
        let mut document = document();
        document["components"]["securitySchemes"] = json!({"baker": {"type": "oauth2", "flows": {
            "clientCredentials": {"tokenUrl": address, "scopes": {}}}}});
        document["security"] = json!([{"baker": []}]);
        document
    };
    let changes = changes(
        &with("https://bakery.example/token"),
        &with("https://bread.example/token"),
    );
    insta::assert_snapshot!(lines(&changes));
}

#[test]
fn servers() {
    let server = "/servers/0/url";
    insta::assert_snapshot!(sections(&[
        (
            "another host",
            reported_both_ways(server, json!("https://bread.example/api"))
        ),
        (
            "another path",
            reported_both_ways(server, json!("https://bakery.example/v2"))
        ),
        (
            "another server before it",
            reported(|new| {
                let old = new["servers"][0].take();
                new["servers"] = json!([{"url": "https://test.bakery.example/api"}, old]);
            })
        ),
        ("a path alone", reported_both_ways(server, json!("/api"))),
        (
            "its usual port, and large letters",
            reported_both_ways(server, json!("https://Bakery.example:443/api"))
        ),
    ]));
}
