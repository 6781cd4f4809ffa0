//! Webhooks and callbacks.

use serde_json::{Value, json};

use super::conditions::{document, integers, line, order, reported, strings, with_another_line};
use super::sections;

/// Returns a document with a webhook whose body and response contain a line.
fn with_webhook() -> Value {
    let mut document = document(order(json!({})));
    document["webhooks"] = json!({"paid": {"post": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "if": {"required": ["q"]}, "then": line()}}}},
        "responses": {"204": {"description": "Done."}, "200": {"description": "It.", "content": {"application/json": {"schema": line()}}}}}}});
    document
}

fn with_callback(version: &str, path: &str) -> Value {
    let mut document = document(order(json!({})));
    document["openapi"] = json!(version);
    let operation = document["paths"]["/orders/{id}"].take();
    document["paths"] = json!({ path: operation });
    document["paths"][path]["post"]["callbacks"] =
        json!({"done": {"$ref": "#/components/callbacks/Done"}});
    document["components"]["callbacks"] = json!({"Done": {"{$request.query.url}": {"post": {
        "requestBody": {"$ref": "#/components/requestBodies/Line"}, "responses": {"204": {"description": "Done."}}}}}});
    document["components"]["requestBodies"] =
        json!({"Line": {"content": {"application/json": {"schema": line()}}}});
    document
}

#[test]
fn webhooks_and_callbacks() {
    let none = document(order(json!({})));
    let without_body = {
        let mut document = with_webhook();
        document["webhooks"]["paid"]["post"]
            .as_object_mut()
            .unwrap()
            .remove("requestBody");
        document
    };
    insta::assert_snapshot!(sections(&[
        ("a webhook comes", reported(&none, &with_webhook())),
        ("a webhook goes", reported(&with_webhook(), &none)),
        (
            "its body and its response",
            with_another_line(&with_webhook())
        ),
        ("its body goes", reported(&with_webhook(), &without_body)),
        (
            "a callback comes",
            reported(&none, &with_callback("3.1.0", "/orders/{id}"))
        ),
        (
            "a callback goes",
            reported(&with_callback("3.1.0", "/orders/{id}"), &none)
        ),
        (
            "its body",
            with_another_line(&with_callback("3.0.3", "/orders/{id}"))
        ),
        (
            "only other words",
            reported(
                &with_callback("3.0.3", "/orders/{id}"),
                &with_callback("3.1.0", "/orders/{orderId}")
            )
        ),
    ]));
}

#[test]
fn every_response_to_a_webhook_is_compared() {
    let of = |responses: Value| {
        let mut document = document(order(json!({})));
        document["webhooks"] = json!({"paid": {"post": {"responses": responses}}});
        document
    };
    let with = |schema: Value| json!({"description": "It.", "content": {"application/json": {"schema": schema}}});
    let empty = json!({"description": "It."});
    let old = of(json!({"200": with(strings()), "400": with(integers()), "410": empty}));
    for (new, expected) in [
        (
            json!({"200": with(strings()), "400": with(strings()), "410": empty}),
            "webhook paid post response 400 body: type changed from `integer` to `string` [callers]",
        ),
        (
            json!({"200": with(strings()), "400": with(integers())}),
            "webhook paid: response to it no longer accepted: `410` [callers]",
        ),
        (
            json!({"200": with(strings()), "400": with(integers()), "410": empty, "422": empty}),
            "webhook paid: further response to it accepted: `422` [no side]",
        ),
    ] {
        let report = reported(&old, &of(new));
        assert_eq!(
            report.replace("webhook paid response", "webhook paid post response"),
            expected
        );
    }
    assert_eq!(reported(&old, &old), "");
    let none = document(order(json!({})));
    assert_eq!(
        reported(&none, &old),
        "webhook paid: new webhook or callback [no side]"
    );
}
