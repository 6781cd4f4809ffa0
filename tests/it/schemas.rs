//! JSON Schemas of the types, as a program that fills in requests reads them: known values, limits, plain descriptions.

use opentrain::types::{
    CreateCreditTopUpRequest, CreateTokenRequest, CreateWebhookRequest, ErrorCode, JobDraftSource,
    PayType, SendMessageRequest, Usd,
};
use serde_json::{Value, json};

use crate::examples::{body_schemas, client_schemas, json_schema};
use crate::support::repository_file;

const LIMITS: [&str; 5] = [
    "exclusiveMinimum",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
];

fn is_valid(schema: &Value, value: &Value) -> bool {
    jsonschema::validator_for(schema).unwrap().is_valid(value)
}

#[test]
fn an_open_enum_lists_its_known_values_and_takes_others() {
    let schema = json_schema::<ErrorCode>();
    assert_eq!(schema["anyOf"][0]["enum"], json!(ErrorCode::KNOWN));
    assert_eq!(json_schema::<PayType>()["description"], "Way of paying.");
    assert!(is_valid(&schema, &json!("NOT_FOUND")));
    assert!(is_valid(&schema, &json!("BRAND_NEW")));
    assert!(!is_valid(&schema, &json!(404)));
}

#[test]
fn the_documented_limits_of_requests_are_in_their_schemas() {
    let schemas: Vec<(&str, Value)> = body_schemas().collect();
    let schema_of = |component: &str| {
        schemas.iter().find_map(|(name, schema)| {
            let whole = (*name == component).then_some(schema);
            whole.or_else(|| schema["$defs"].get(component))
        })
    };
    let document: Value = serde_json::from_str(&repository_file("spec/documented.json")).unwrap();
    let mut limits = 0;
    for (component, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, documented) in schema["properties"].as_object().into_iter().flatten() {
            for limit in LIMITS
                .iter()
                .filter(|limit| documented.get(**limit).is_some())
            {
                limits += 1;
                let found = &schema_of(component).unwrap()["properties"][property];
                assert_eq!(
                    found[limit], documented[limit],
                    "{component}.{property} {limit}"
                );
            }
        }
    }
    assert!(limits >= 10, "{limits}");
}

#[test]
fn no_limit_fails_a_decode() {
    fn reads<T: serde::de::DeserializeOwned>(json: Value) {
        assert!(serde_json::from_value::<T>(json).is_ok());
    }
    let long = "x".repeat(70_000);
    reads::<CreateTokenRequest>(json!({"name": ""}));
    reads::<CreateWebhookRequest>(json!({"url": long, "eventTypes": []}));
    reads::<JobDraftSource>(json!({"type": "text", "text": long}));
    reads::<SendMessageRequest>(json!({"conversationId": "cnv_1", "content": long}));
    reads::<CreateCreditTopUpRequest>(json!({"amountUsd": 1}));
    assert!(!is_valid(
        &json_schema::<CreateCreditTopUpRequest>(),
        &json!(CreateCreditTopUpRequest::new(Usd::from(1)))
    ));
}

#[test]
fn descriptions_are_plain_text_without_rust() {
    let schemas = body_schemas().map(|(_, schema)| schema);
    for schema in schemas.chain(client_schemas()) {
        for description in descriptions(&schema) {
            let rust = ["```", "[`", "](", "::"];
            let found = rust.iter().find(|mark| description.contains(*mark));
            assert_eq!(found, None, "{}: {description}", schema["title"]);
        }
    }
}

/// Returns every `description` that is a text, at any depth.
fn descriptions(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("description").and_then(Value::as_str);
            let below = members.values().flat_map(descriptions);
            own.into_iter().chain(below).collect()
        }
        Value::Array(values) => values.iter().flat_map(descriptions).collect(),
        _ => Vec::new(),
    }
}
