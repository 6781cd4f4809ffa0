//! One spelling of each document: without descriptions, and with lists in one order if their order has no meaning.
//!
//! Equal schemas are then equal values, so that equality is decided before schemas are resolved.

use serde_json::Value;

use crate::comparable::{CONDITIONS, FITS};
use crate::whole_numbers::write_whole_numbers;
use openapi_canonical::json::Object;
use openapi_canonical::locations::{self, Location};
use openapi_canonical::schema;
use openapi_canonical::straighten::straighten;

/// Keywords whose lists have no order.
const UNORDERED: [&str; 3] = ["allOf", "enum", "required"];

/// Returns a document in its uniform spelling.
pub(super) fn rewrite(document: &Value) -> Value {
    let mut document = straighten(document);
    write_whole_numbers(&mut document);
    locations::for_each_root(&mut document, &mut |_, schema| simplify(schema));
    document
}

/// Drops the descriptions of a schema and of all schemas inside, and sorts the keys and the lists without order.
fn simplify(schema: &mut Value) {
    drop_descriptions(schema);
    schema.sort_all_objects();
    sort_lists(schema);
}

fn drop_descriptions(schema: &mut Value) {
    let start = Location::Root(Vec::new());
    locations::visit(schema, &start, &mut |_, members: &mut Object| {
        members.retain(|keyword, _| !is_description(keyword));
    });
}

/// True if a keyword does not restrict values.
pub(super) fn is_description(keyword: &str) -> bool {
    let is_extension = keyword.starts_with("x-") && ![CONDITIONS, FITS].contains(&keyword);
    let words = [
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "title",
    ];
    is_extension || words.contains(&keyword)
}

/// Starts with the innermost schemas, since the text of a schema is the order of the list that it is in.
fn sort_lists(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    for child in schema::children_mut(members) {
        sort_lists(child.schema);
    }
    for keyword in UNORDERED {
        if let Some(Value::Array(elements)) = members.get_mut(keyword) {
            elements.sort_by_cached_key(Value::to_string);
        }
    }
}
