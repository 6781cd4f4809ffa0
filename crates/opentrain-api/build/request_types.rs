//! Types that are parts of requests.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, referenced};

/// Returns the names of the components that a request's body is made of, directly or through others.
pub(crate) fn components(document: &Document) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for operation in document.operations() {
        collect(&operation.json["requestBody"], document, &mut found);
    }
    found
}

fn collect<'a>(value: &'a Value, document: &'a Document, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            let name = referenced(value).filter(|name| found.insert(name));
            if let Some(name) = name {
                let component = &document.json["components"]["schemas"][name];
                collect(component, document, found);
            }
            for member in members.values() {
                collect(member, document, found);
            }
        }
        Value::Array(values) => {
            for value in values {
                collect(value, document, found);
            }
        }
        _ => {}
    }
}
