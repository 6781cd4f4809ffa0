//! Aspects that a document describes at all: types, fields, `required`, headers, credentials.
//!
//! If a document never uses `required`, a schema without it is no evidence that a field became optional.

use std::collections::BTreeSet;

use serde_json::Value;

use super::kind::Direction;
use crate::comparable;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Aspect of a request or response that a document may describe.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Aspect {
    /// Contents of bodies.
    Contents,
    /// Types of values.
    Types,
    /// Fields of objects.
    Fields,
    /// Fields that are required.
    Required,
    /// Headers of responses.
    Headers,
}

impl Aspect {
    pub(super) fn name(self) -> &'static str {
        match self {
            Aspect::Contents => "contents",
            Aspect::Types => "types",
            Aspect::Fields => "fields",
            Aspect::Required => "required",
            Aspect::Headers => "headers",
        }
    }
}

/// Aspects that a document describes in any of its operations.
#[derive(Debug, Default)]
pub(super) struct DescribedAspects {
    requests: BTreeSet<Aspect>,
    responses: BTreeSet<Aspect>,
    /// True if the document describes the credentials of any operation.
    pub(super) has_security: bool,
}

impl DescribedAspects {
    pub(super) fn of(document: &Value) -> DescribedAspects {
        let mut has_security = document.get("security").is_some();
        let (mut requests, mut responses) = (Vec::new(), Vec::new());
        let mut has_headers = false;
        for (_, _, operation) in schema::operations(document) {
            has_security |= operation.contains_key("security");
            has_headers |= comparable::has_headers(operation);
            requests.extend(operation.get("requestBody"));
            requests.extend(json::elements(operation, "parameters"));
            let successes = json::entries(operation, "responses")
                .filter(|(status, _)| status.starts_with('2') || *status == "default");
            responses.extend(successes.map(|(_, response)| response));
        }
        let mut responses = described(document, responses);
        responses.extend(has_headers.then_some(Aspect::Headers));
        DescribedAspects {
            requests: described(document, requests),
            responses,
            has_security,
        }
    }

    /// True if the document describes the aspect for any value in this direction.
    pub(super) fn describes(&self, direction: Direction, aspect: Aspect) -> bool {
        match direction {
            Direction::Request => self.requests.contains(&aspect),
            Direction::Response => self.responses.contains(&aspect),
        }
    }
}

/// Collects the aspects that these bodies and parameters describe, including everything that they refer to.
fn described(document: &Value, bodies: Vec<&Value>) -> BTreeSet<Aspect> {
    let mut found = BTreeSet::new();
    let mut met = BTreeSet::new();
    let mut waiting: Vec<&Value> = Vec::new();
    for body in bodies {
        let Some(body) = document::resolve(document, body).as_object() else {
            continue;
        };
        let contents = json::entries(body, "content").map(|(_, media)| media);
        let contents: Vec<&Value> = contents.filter_map(|media| media.get("schema")).collect();
        if !contents.is_empty() {
            found.insert(Aspect::Contents);
        }
        waiting.extend(contents);
        waiting.extend(body.get("schema"));
    }
    while let Some(schema) = waiting.pop() {
        if let Some(name) = schema::referred(schema) {
            let is_new = met.insert(name);
            let component = schema::components(document).and_then(|all| all.get(name));
            waiting.extend(component.filter(|_| is_new));
        } else if let Some(schema) = schema.as_object() {
            found.extend(described_in(schema));
            waiting.extend(
                schema::children(schema)
                    .into_iter()
                    .map(|child| child.schema),
            );
        }
    }
    found
}

fn described_in(schema: &Object) -> impl Iterator<Item = Aspect> {
    let has_fields = json::object(schema, "properties").is_some_and(|all| !all.is_empty());
    [
        (Aspect::Types, schema.contains_key("type")),
        (Aspect::Fields, has_fields),
        (
            Aspect::Required,
            !json::strings(schema, "required").is_empty(),
        ),
    ]
    .into_iter()
    .filter_map(|(aspect, is_described)| is_described.then_some(aspect))
}
