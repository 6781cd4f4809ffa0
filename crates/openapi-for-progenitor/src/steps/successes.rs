//! Joins successes: one entry `2XX` with one component, for any statuses and bodies.
//!
//! The generator supports one type for all successes. Where the statuses differ in their bodies, the component is a
//! `oneOf` that maps each status to its body, and the generated code selects by status.

use serde_json::{Value, json};

use super::responses::{self, Response, as_component, choice_by_status};
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;

/// Media type of bytes.
const BYTES: &str = "application/octet-stream";

/// Joins the successes of every operation.
pub(super) fn join(document: &mut Value) -> usize {
    let mut count = 0;
    schema::for_each_operation_with_components(document, |operation, schemas| {
        if responses::are_joined(operation, keys::SUCCESS_STATUSES) {
            return;
        }
        let id = json::string(operation, "operationId")
            .unwrap_or_default()
            .to_owned();
        let mut responses = responses::take(operation, |status| status.starts_with('2'));
        if responses.is_empty() {
            // `default` stands for every status that is not named, including failures.
            responses.extend(responses::stated(operation, "default"));
        }
        // Informational responses and redirects never reach the caller of a generated method.
        responses::take(operation, |status| status.starts_with(['1', '3']));
        let bodies = bodies(&responses, &id, schemas);
        let component = joined(&bodies, &id, schemas);
        let description = responses::describe(&responses.iter().collect::<Vec<_>>(), "Success.");
        responses::put(operation, "2XX", &description, component.as_deref());
        if component.is_none() && responses.iter().any(|response| response.has_other_forms) {
            // The generated method returns bytes for any media type.
            operation["responses"]["2XX"]["content"] = json!({ BYTES: {} });
        }
        operation.insert(
            keys::SUCCESS_STATUSES.to_owned(),
            responses::numbers(&responses),
        );
        count += responses.len();
    });
    count
}

/// Returns the body of each status, as a component. A status without a body among others with one gets an empty object.
fn bodies(responses: &[Response], operation: &str, schemas: &mut Object) -> Vec<(String, String)> {
    let prefix = names::pascal(operation);
    let inline = |response: &&Response| {
        response
            .schema
            .as_ref()
            .is_some_and(|schema| schema::component_of(schema).is_none())
    };
    let has_one_inline = responses.iter().filter(inline).count() == 1;
    if responses.iter().all(|response| response.schema.is_none()) {
        return Vec::new();
    }
    let mut body = |response: &Response| {
        let is_plain = has_one_inline && response.schema.is_some();
        let name = if is_plain {
            "Response".to_owned()
        } else {
            response.reason()
        };
        let schema = response.schema.clone().unwrap_or_else(no_content);
        (
            response.status.clone(),
            as_component(schemas, schema, &format!("{prefix}{name}")),
        )
    };
    responses.iter().map(&mut body).collect()
}

/// Returns the schema of a status without a body, beside statuses with one.
pub(crate) fn no_content() -> Value {
    json!({"type": "object", "description": "No content."})
}

fn joined(bodies: &[(String, String)], operation: &str, schemas: &mut Object) -> Option<String> {
    let components = || bodies.iter().map(|(_, component)| component);
    let first = components().next()?;
    if components().all(|component| component == first) {
        return Some(first.clone());
    }
    let by_status: Object = bodies
        .iter()
        .map(|(status, name)| (status.clone(), json!(name)))
        .collect();
    let outcome = choice_by_status(
        &format!("Body of a success of `{operation}`, by status."),
        components(),
        &by_status,
    );
    Some(as_component(
        schemas,
        outcome,
        &format!("{}Outcome", names::pascal(operation)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined_document(responses: &Value) -> Value {
        let mut document = json!({"paths": {"/a": {"post": {"operationId": "contracts_end", "responses": responses}}}});
        join(&mut document);
        document
    }

    fn with(schema: &Value) -> Value {
        json!({"description": "d", "content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn the_same_body_for_two_statuses_is_one_reference() {
        let a = schema::reference_to("A");
        let document = joined_document(&json!({"200": with(&a), "201": with(&a)}));
        let operation = &document["paths"]["/a"]["post"];
        assert_eq!(
            operation["responses"]["2XX"]["content"]["application/json"]["schema"],
            a
        );
        assert_eq!(operation["x-opentrain-success-statuses"], json!([200, 201]));
    }

    #[test]
    fn different_bodies_are_an_outcome_by_status() {
        let document = joined_document(&json!({
            "202": with(&schema::reference_to("ApprovalRequested")), "200": with(&schema::reference_to("ContractEnded"))}));
        assert_eq!(
            document["components"]["schemas"]["ContractsEndOutcome"],
            json!({
            "description": "Body of a success of `contracts_end`, by status.",
            "oneOf": [schema::reference_to("ContractEnded"), schema::reference_to("ApprovalRequested")],
            "x-opentrain-by-status": {"200": "ContractEnded", "202": "ApprovalRequested"}})
        );
    }

    #[test]
    fn without_a_success_the_default_is_one_and_an_error_still() {
        let a = schema::reference_to("A");
        let document =
            joined_document(&json!({"default": with(&a), "404": {"description": "No."}}));
        let responses = &document["paths"]["/a"]["post"]["responses"];
        assert_eq!(responses["2XX"], with(&a));
        assert_eq!(responses["default"], with(&a));
        let document =
            joined_document(&json!({"default": with(&a), "204": {"description": "Gone."}}));
        assert_eq!(
            document["paths"]["/a"]["post"]["responses"]["2XX"],
            json!({"description": "Gone."})
        );
    }

    #[test]
    fn a_body_that_is_never_json_is_bytes() {
        let audio = json!({"description": "d", "content": {"audio/mpeg": {"schema": {"type": "string"}}, "audio/wav": {}}});
        let bytes = json!({"application/octet-stream": {}});
        let json = with(&schema::reference_to("A"));
        for (responses, content) in [
            (json!({"200": audio}), bytes.clone()),
            (
                json!({"200": {"description": "d", "content": {"text/event-stream": {}}}}),
                bytes.clone(),
            ),
            (
                json!({"206": audio, "204": {"description": "d"}}),
                bytes.clone(),
            ),
            (json!({"default": audio}), bytes),
            (json!({"200": json, "206": audio}), Value::Null),
            (json!({"204": {"description": "d"}}), Value::Null),
        ] {
            let document = joined_document(&responses);
            let joined = &document["paths"]["/a"]["post"]["responses"]["2XX"]["content"];
            match content {
                Value::Null => assert!(joined.get("application/octet-stream").is_none()),
                content => assert_eq!(*joined, content, "{responses}"),
            }
        }
    }

    #[test]
    fn an_inline_body_is_hoisted_and_no_body_is_none() {
        let inline = json!({"type": "object", "properties": {"ok": {"type": "boolean"}}});
        let document = joined_document(&json!({"200": with(&inline)}));
        assert_eq!(
            document["components"]["schemas"]["ContractsEndResponse"],
            inline
        );
        let document = joined_document(&json!({"204": {"description": "Gone."}}));
        assert_eq!(
            document["paths"]["/a"]["post"]["responses"],
            json!({"2XX": {"description": "Gone."}})
        );
    }
}
