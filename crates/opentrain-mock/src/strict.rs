//! Strict mode: finds the first part of a request that the documents do not allow.
//!
//! `requests.json` is the part of the documents that is about requests; a test derives it anew and compares.

mod request_schema;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::mask::mask;
use crate::request::{Pairs, RawRequest};
use crate::route::Route;
use request_schema::Shape;

const FORM: &str = "application/x-www-form-urlencoded";

static REQUESTS: LazyLock<BTreeMap<String, Request>> = LazyLock::new(|| {
    let requests = serde_json::from_str(include_str!("requests.json"));
    requests.expect("the table is the one that the tests have read")
});

/// Documented request of an operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    query: BTreeMap<String, Shape>,
    content_type: Option<String>,
    body: Option<Shape>,
}

/// Returns a sentence about the first part of a request that the documents do not allow. A method that a path does not have is no
/// such part: it is refused with 405 in any case.
pub(crate) fn objection(incoming: &RawRequest) -> Option<String> {
    let RawRequest { method, path, .. } = incoming;
    let operation = match incoming.route {
        Route::Found { operation, .. } => operation,
        Route::WrongMethod { .. } => return None,
        Route::Nowhere => return Some(format!("the documents have no operation {method} {path}")),
    };
    let request = REQUESTS.get(operation.name)?;
    let objection = in_query(request, &incoming.query).or_else(|| {
        in_body(
            request,
            incoming.body.as_ref().ok()?,
            incoming.header("content-type"),
        )
    });
    objection.map(|objection| format!("{objection} in a request for {}", operation.name))
}

fn in_query(request: &Request, query: &str) -> Option<String> {
    let Pairs(pairs) = Pairs::parse(query);
    let mut seen = Vec::new();
    for (name, value) in &pairs {
        let Some(shape) = request.query.get(name) else {
            return Some(format!("the query parameter `{name}` is not documented"));
        };
        if seen.contains(&name) {
            return Some(format!("the query parameter `{name}` is there twice"));
        }
        if let Some(wrong) = shape.objection_to_text(value) {
            return Some(format!("the query parameter `{name}` {wrong}"));
        }
        seen.push(name);
    }
    None
}

fn in_body(request: &Request, body: &[u8], content_type: Option<&str>) -> Option<String> {
    let (Some(shape), Some(wanted)) = (&request.body, &request.content_type) else {
        // Many clients send an empty object with every write.
        let is_empty = body.is_empty() || body == b"{}";
        return (!is_empty).then(|| "no body is documented".to_owned());
    };
    if body.is_empty() {
        // Whether one is needed, the operation says itself.
        return None;
    }
    let given = mask(content_type.unwrap_or("none"));
    let media = given.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case(wanted) {
        return Some(format!("the content type must be {wanted}, not {given},"));
    }
    let value = match wanted.as_str() {
        FORM => form(body),
        // What is no JSON is refused by the operation, with the place of the fault.
        _ => serde_json::from_slice(body).ok()?,
    };
    let (place, wrong) = shape.objection(&value)?;
    Some(format!("the body{place} {wrong}"))
}

/// Returns a form as an object of texts.
fn form(body: &[u8]) -> Value {
    let Pairs(pairs) = Pairs::parse(&String::from_utf8_lossy(body));
    let fields = pairs.into_iter();
    Value::Object(
        fields
            .map(|(name, value)| (name, Value::String(value)))
            .collect::<Map<_, _>>(),
    )
}
