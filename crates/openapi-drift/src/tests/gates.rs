//! Reports about scopes, credentials and servers.

use serde_json::{Value, json};

use super::{document, lines, sections, told, told_both_ways};
use crate::changes;

#[test]
fn gates() {
    let scopes = "/paths/~1loaves/get/x-opentrain-scopes/scopes";
    let choice = "/paths/~1loaves/post/x-opentrain-scopes";
    insta::assert_snapshot!(sections(&[
        (
            "another scope",
            told_both_ways(scopes, json!(["loaves:read", "ovens:read"]))
        ),
        (
            "another scope of several",
            told_both_ways(
                choice,
                json!({"match": "any", "scopes": ["loaves:write", "ovens:write", "till:write"]})
            )
        ),
        (
            "one scope for any of two",
            told_both_ways(choice, json!({"match": "all", "scopes": ["loaves:write"]}))
        ),
        (
            "no token",
            told_both_ways("/paths/~1loaves/get/security", json!([]))
        ),
        (
            "a feature",
            told_both_ways("/paths/~1loaves/get/x-opentrain-feature", json!("ovens"))
        ),
        (
            "a claimed account",
            told_both_ways(
                "/paths/~1loaves/get/x-opentrain-claimed-account",
                json!(true)
            )
        ),
        ("no scopes at all", told_both_ways(choice, Value::Null)),
    ]));
}

/// Returns the report if all operations change from one list of credentials to another.
fn told_of_credentials(old: Value, new: Value) -> String {
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
            told_of_credentials(token(), json!([{"sameToken": []}]))
        ),
        ("none", told_of_credentials(token(), json!([]))),
        (
            "none or some",
            told_of_credentials(token(), json!([{"token": []}, {}]))
        ),
        (
            "another",
            told_of_credentials(token(), json!([{"till": []}]))
        ),
        (
            "a second one",
            told_of_credentials(token(), json!([{"token": [], "till": []}]))
        ),
        (
            "either",
            told_of_credentials(token(), json!([{"till": []}, {"token": []}]))
        ),
        (
            "one of the two",
            told_of_credentials(json!([{"till": []}, {"token": []}]), token())
        ),
        (
            "the same in another order",
            told_of_credentials(
                json!([{"till": []}, {"token": []}]),
                json!([{"token": []}, {"till": []}])
            )
        ),
        (
            "a scope",
            told_of_credentials(
                json!([{"baker": ["read"]}]),
                json!([{"baker": ["read", "write"]}])
            )
        ),
        (
            "one way to obtain it of two",
            told_of_credentials(json!([{"visitor": []}]), json!([{"baker": []}]))
        ),
        (
            "another one, where none is needed",
            told_of_credentials(json!([{"token": []}, {}]), json!([{"till": []}, {}]))
        ),
        (
            "a further way to obtain it",
            told_of_credentials(json!([{"baker": []}]), json!([{"visitor": []}]))
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
            told_both_ways(server, json!("https://bread.example/api"))
        ),
        (
            "another path",
            told_both_ways(server, json!("https://bakery.example/v2"))
        ),
        (
            "another server before it",
            told(|new| {
                let old = new["servers"][0].take();
                new["servers"] = json!([{"url": "https://test.bakery.example/api"}, old]);
            })
        ),
        ("a path alone", told_both_ways(server, json!("/api"))),
        (
            "its usual port, and large letters",
            told_both_ways(server, json!("https://Bakery.example:443/api"))
        ),
    ]));
}
