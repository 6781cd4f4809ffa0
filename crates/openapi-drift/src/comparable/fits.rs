//! Schemas whose values 3.0 has no keywords for: nothing, null alone, or all but null.

use serde_json::{Value, json};

use super::{FITS, NOT_NULL, NOTHING, ONLY_NULL};
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::json::{self, Object};
use openapi_canonical::keywords::inner;

/// Limit on the references, parts and variants that are examined for null in the variants of one `oneOf`.
const MOST_STEPS: usize = 200;

/// Marks each such schema of a document in a copy of it.
pub(super) fn mark(document: &Value, copy: &mut Value) {
    let mut found = Vec::new();
    visit(document, document, "", &mut found);
    for (pointer, fits) in found {
        let schema = copy.pointer_mut(&pointer).and_then(Value::as_object_mut);
        if let Some(schema) = schema {
            schema.insert(FITS.to_owned(), json!(fits));
        }
    }
}

fn visit(document: &Value, value: &Value, pointer: &str, found: &mut Vec<(String, &'static str)>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                visit(document, element, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(members) => {
            found.extend(fits(document, members).map(|fits| (pointer.to_owned(), fits)));
            for inner in inner(members) {
                visit(document, inner.value, &inner.pointer(pointer), found);
            }
        }
        _ => {}
    }
}

fn fits(document: &Value, schema: &Object) -> Option<&'static str> {
    let is_null = |values: &[&Value]| !values.is_empty() && values.iter().all(|one| one.is_null());
    let (types, values) = (types(schema), values(schema));
    let is_of_type = |value: &&&Value| is_of(&types, value);
    if let Some(values) = values {
        let is_marked = values.iter().filter(is_of_type).count() == 0;
        let is_nullable =
            json::is_true(schema, "nullable") && values.iter().any(|one| one.is_null());
        return match is_marked && !is_nullable {
            true => Some(NOTHING),
            false => is_null(&values).then_some(ONLY_NULL),
        };
    }
    if types == ["null"] {
        return Some(ONLY_NULL);
    }
    let mut steps = MOST_STEPS;
    let variants = json::elements(schema, "oneOf").iter();
    let nulls = variants.filter(|variant| takes_null(document, variant, &mut steps));
    (nulls.count() > 1).then_some(NOT_NULL)
}

fn types(schema: &Object) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Returns the values that a schema lists, as far as both keywords list them. `None` if it lists none.
fn values(schema: &Object) -> Option<Vec<&Value>> {
    let listed = schema.get("enum").and_then(Value::as_array);
    match (schema.get("const"), listed) {
        (None, None) => None,
        (None, Some(listed)) => Some(listed.iter().collect()),
        (Some(constant), None) => Some(vec![constant]),
        (Some(constant), Some(listed)) => {
            Some(listed.iter().filter(|value| *value == constant).collect())
        }
    }
}

/// True if a value is of one of several types, or if there are none.
fn is_of(types: &[&str], value: &Value) -> bool {
    let is_whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let kind = down::kind_of(value);
    types.is_empty()
        || types.contains(&kind)
        || types.contains(&"number") && value.is_number()
        || types.contains(&"integer") && is_whole()
}

/// True if null is known to fit a schema.
fn takes_null(document: &Value, schema: &Value, steps: &mut usize) -> bool {
    let members = document::resolve(document, schema).as_object();
    let Some(members) = members.filter(|_| *steps > 0) else {
        return false;
    };
    *steps -= 1;
    let types = types(members);
    let is_nullable = json::is_true(members, "nullable") || types.contains(&"null");
    if let Some(values) = values(members) {
        let has_null = values.iter().any(|value| value.is_null());
        return has_null && (is_nullable || types.is_empty());
    }
    let mut takes_null = |part: &Value| takes_null(document, part, steps);
    let all_of = json::elements(members, "allOf");
    is_nullable
        || json::elements(members, "anyOf").iter().any(&mut takes_null)
        || !all_of.is_empty() && all_of.iter().all(&mut takes_null)
}
