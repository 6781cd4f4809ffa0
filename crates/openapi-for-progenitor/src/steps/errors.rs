//! Joins errors: two entries `4XX` and `5XX` with the same component, for any statuses and bodies.
//!
//! The generator supports one type for all errors. Where statuses differ in their bodies, the component is a `oneOf`
//! that maps each status to its body; `default` there stands for all other statuses.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::responses::{self, Response, as_component, choice_by_status};
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;

/// Status of the joined successes; every other status is an error.
const SUCCESS: &str = "2XX";

/// Joins the errors of every operation. An operation without an error body gets the document's most frequent one.
pub(super) fn join(document: &mut Value) -> usize {
    let usual = commonest_in(document);
    let mut count = 0;
    schema::for_each_operation_with_components(document, |operation, schemas| {
        if responses::are_joined(operation, keys::ERROR_STATUSES) {
            return;
        }
        let id = json::string(operation, "operationId")
            .unwrap_or_default()
            .to_owned();
        let responses = responses::take(operation, |status| status != SUCCESS);
        count += responses.len();
        operation.insert(
            keys::ERROR_STATUSES.to_owned(),
            responses::numbers(&responses),
        );
        let bodies = bodies(&responses, &id, schemas);
        if let Some(component) = joined(&bodies, &id, usual.as_deref(), schemas) {
            put(operation, &responses, &component);
        }
    });
    count
}

fn put(operation: &mut Object, responses: &[Response], component: &str) {
    for (range, first_digit) in [("4XX", '4'), ("5XX", '5')] {
        let own: Vec<&Response> = responses
            .iter()
            .filter(|response| response.status.starts_with(first_digit))
            .collect();
        responses::put(
            operation,
            range,
            &responses::describe(&own, "A failure."),
            Some(component),
        );
    }
}

/// Returns the component that most error responses of the document refer to; the first by name among equals.
fn commonest_in(document: &Value) -> Option<String> {
    let responses = schema::operations(document)
        .into_iter()
        .flat_map(|(.., operation)| json::entries(operation, "responses"));
    let errors = responses.filter(|(status, _)| *status != SUCCESS);
    let schemas = errors.filter_map(|(_, response)| {
        openapi_canonical::document::json_schema(response.as_object()?)
    });
    commonest(schemas.filter_map(|schema| schema::component_of(&schema).map(str::to_owned)))
}

fn commonest(names: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(name, _)| name)
}

/// Returns the body of each status that has one, as a component.
fn bodies(responses: &[Response], operation: &str, schemas: &mut Object) -> Vec<(String, String)> {
    let mut bodies = Vec::new();
    for response in responses {
        // An empty schema describes as little as no schema.
        let described = response
            .schema
            .clone()
            .filter(|schema| schema.as_object().is_some_and(|schema| !schema.is_empty()));
        let Some(mut schema) = described else {
            continue;
        };
        let name = format!("{}{}", names::pascal(operation), response.reason());
        hoist_variants(&mut schema, &name, schemas);
        bodies.push((
            response.status.clone(),
            as_component(schemas, schema, &name),
        ));
    }
    bodies
}

/// Turns the variants of a status with several bodies into components, so that the body is a choice of references.
fn hoist_variants(schema: &mut Value, name: &str, schemas: &mut Object) {
    let Some(Value::Array(variants)) = schema.get_mut("oneOf") else {
        return;
    };
    for (index, variant) in variants.iter_mut().enumerate() {
        let component = as_component(schemas, variant.take(), &format!("{name}{}", index + 1));
        *variant = schema::reference_to(&component);
    }
    if let Some(choice) = schema.as_object_mut() {
        choice
            .entry("description")
            .or_insert_with(|| json!("One of several bodies; its fields say which."));
    }
}

/// Returns the one component of all errors. `default` in a choice is the body that most of its statuses have.
fn joined(
    bodies: &[(String, String)],
    operation: &str,
    usual: Option<&str>,
    schemas: &mut Object,
) -> Option<String> {
    let Some(rest) = rest_of(bodies, usual) else {
        return usual.map(str::to_owned);
    };
    // A status with the body of the rest is listed if its range has another body.
    let in_special_range = |status: &str| {
        bodies
            .iter()
            .any(|(range, component)| responses::is_in(status, range) && *component != rest)
    };
    let special: Vec<&(String, String)> = bodies
        .iter()
        .filter(|(status, component)| *component != rest || in_special_range(status))
        .collect();
    if special.is_empty() {
        return Some(rest);
    }
    let mut by_status: Object = special
        .iter()
        .map(|(status, component)| (status.clone(), json!(component)))
        .collect();
    by_status.insert("default".to_owned(), json!(rest));
    let variants = special
        .iter()
        .map(|(_, component)| component)
        .filter(|component| **component != rest);
    let choice = choice_by_status(
        &format!("Body of a failure of `{operation}`, by status."),
        variants.chain([&rest]),
        &by_status,
    );
    Some(as_component(
        schemas,
        choice,
        &format!("{}Error", names::pascal(operation)),
    ))
}

/// Returns the likely body of an undocumented status: that of `default`, else the document's usual error if the
/// operation has it at all, else that of a range, else the operation's most frequent one.
fn rest_of(bodies: &[(String, String)], usual: Option<&str>) -> Option<String> {
    let component = |(_, component): &(String, String)| component.clone();
    let stated = bodies.iter().find(|(status, _)| status == "default");
    let usual = bodies
        .iter()
        .find(|(_, component)| Some(component.as_str()) == usual);
    let range = bodies.iter().rfind(|(status, _)| status.ends_with("XX"));
    stated
        .or(usual)
        .or(range)
        .map(component)
        .or_else(|| commonest(bodies.iter().map(component)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(schema: &Value) -> Value {
        json!({"description": "d", "content": {"application/json": {"schema": schema}}})
    }

    fn joined_document(responses: &Value) -> Value {
        let usual = with(&schema::reference_to("ErrorEnvelope"));
        let mut document = json!({"paths": {
            "/a": {"get": {"operationId": "jobs_get", "responses": responses}},
            "/b": {"get": {"operationId": "b", "responses": {"400": usual, "401": usual, "500": usual}}}}});
        join(&mut document);
        document
    }

    fn component(document: &Value) -> &Value {
        let responses = &document["paths"]["/a"]["get"]["responses"];
        assert_eq!(
            responses["4XX"]["content"], responses["5XX"]["content"],
            "one type for both ranges"
        );
        &responses["4XX"]["content"]["application/json"]["schema"]
    }

    #[test]
    fn one_body_everywhere_is_one_reference() {
        let error = schema::reference_to("OAuthError");
        let document = joined_document(&json!({"400": with(&error), "default": with(&error)}));
        assert_eq!(component(&document), &error);
        assert_eq!(
            document["paths"]["/a"]["get"]["x-opentrain-error-statuses"],
            json!([400])
        );
    }

    #[test]
    fn a_status_with_a_choice_is_decoded_by_status() {
        let (usual, closed) = (
            schema::reference_to("ErrorEnvelope"),
            schema::reference_to("ClosedJob"),
        );
        let choice = json!({"oneOf": [usual, closed]});
        let document = joined_document(&json!({"400": with(&usual), "404": with(&choice)}));
        assert_eq!(component(&document), &schema::reference_to("JobsGetError"));
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["JobsGetError"]["x-opentrain-by-status"],
            json!({"404": "JobsGetNotFound", "default": "ErrorEnvelope"})
        );
        assert_eq!(
            schemas["JobsGetError"]["oneOf"],
            json!([schema::reference_to("JobsGetNotFound"), usual])
        );
        assert_eq!(schemas["JobsGetNotFound"]["oneOf"], choice["oneOf"]);
    }

    #[test]
    fn a_range_has_its_body_but_for_the_statuses_that_have_their_own() {
        let (usual, other) = (
            schema::reference_to("ErrorEnvelope"),
            schema::reference_to("Proxy"),
        );
        let document = joined_document(
            &json!({"400": with(&usual), "502": with(&usual), "5XX": with(&other)}),
        );
        assert_eq!(
            document["components"]["schemas"]["JobsGetError"]["x-opentrain-by-status"],
            json!({"502": "ErrorEnvelope", "5XX": "Proxy", "default": "ErrorEnvelope"})
        );
        assert_eq!(
            document["components"]["schemas"]["JobsGetError"]["oneOf"],
            json!([other, usual])
        );
    }

    #[test]
    fn a_range_in_lower_case_is_a_range() {
        let (usual, other) = (
            schema::reference_to("ErrorEnvelope"),
            schema::reference_to("Closed"),
        );
        let document = joined_document(&json!({"404": with(&other), "4xx": with(&usual)}));
        assert_eq!(
            document["components"]["schemas"]["JobsGetError"]["x-opentrain-by-status"],
            json!({"404": "Closed", "default": "ErrorEnvelope"})
        );
        let document = joined_document(&json!({"4xx": with(&other), "default": with(&usual)}));
        assert_eq!(
            document["components"]["schemas"]["JobsGetError"]["x-opentrain-by-status"],
            json!({"4XX": "Closed", "default": "ErrorEnvelope"})
        );
    }

    #[test]
    fn an_operation_without_error_bodies_gets_the_usual_one() {
        let document = joined_document(
            &json!({"404": {"description": "Missing."}, "200": {"description": "d"}}),
        );
        assert_eq!(component(&document), &schema::reference_to("ErrorEnvelope"));
    }

    #[test]
    fn a_document_without_error_bodies_gets_none() {
        let mut document = json!({"paths": {"/a": {"get": {"operationId": "a", "responses": {"404": {"description": "No."}}}}}});
        join(&mut document);
        assert_eq!(document["paths"]["/a"]["get"]["responses"], json!({}));
    }
}
