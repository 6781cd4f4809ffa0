//! Headers of responses.

use serde_json::{Value, json};

use super::conditions::{document, order, reported, strings};

/// Returns the report for a response with headers.
fn reported_for_headers(old: &Value, new: &Value) -> String {
    let of = |headers: &Value| {
        let mut document = document(order(json!({})));
        document["paths"]["/orders/{id}"]["post"]["responses"]["200"]["headers"] = headers.clone();
        document["components"]["headers"] =
            json!({"Left": {"schema": {"type": ["integer", "null"]}}});
        document
    };
    reported(&of(old), &of(new))
}

#[test]
fn headers_of_responses_are_compared() {
    let left = json!({"schema": {"type": ["integer", "null"]}});
    let shared = json!({"$ref": "#/components/headers/Left"});
    let always = json!({"required": true, "schema": strings()});
    let both = json!({"X-Left": left, "X-Page": always});
    for (old, new, expected) in [
        (
            &both,
            json!({"X-Page": always}),
            "POST /orders/{id} 200: response header removed `x-left` [readers]",
        ),
        (
            &both,
            json!({"X-Left": left, "X-Page": {"schema": strings()}}),
            "POST /orders/{id} 200: response header no longer always sent `x-page` [readers]",
        ),
        (
            &both,
            json!({"X-Left": {"schema": {"type": ["string", "null"]}}, "X-Page": always}),
            "POST /orders/{id} 200 header x-left: type changed from `integer` to `string` [readers]",
        ),
        (
            &both,
            json!({}),
            "POST /orders/{id} 200: no longer described anywhere in the document: `headers` [no side]",
        ),
        (
            &json!({"X-Page": always}),
            both.clone(),
            "POST /orders/{id} 200: new response header `x-left` [no side]",
        ),
        (
            &both,
            json!({"x-left": shared, "X-PAGE": always, "Content-Type": {}}),
            "",
        ),
    ] {
        assert_eq!(reported_for_headers(old, &new), expected);
    }
}
