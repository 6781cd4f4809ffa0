//! Decides whether a location may hold null.

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::resolved::{ResolvedSchema, ValueKind, weight};
use super::scope::Scope;
use openapi_canonical::schema;

/// Remark on a field that the service never makes null and the documentation does.
const KEPT_NULLABLE: &str = "served as not nullable, kept nullable for readers";
const MAY_BE_NULL: &str = "nullable";
const NEVER_NULL: &str = "not nullable";

/// Drops null from a served schema and notes it, unless the documentation has null too.
pub(super) fn drop_null(
    scope: &mut Scope<'_>,
    documented: &Value,
    shape: &mut ResolvedSchema,
    reason: &str,
) {
    if shape.nullable == Some(true)
        && !is_nullable(documented)
        && scope.sides.documented_kind(documented) != ValueKind::Unspecified
    {
        let what = format!("served as {MAY_BE_NULL}, kept as documented: {reason}");
        let is_read = scope.is_read();
        scope.note_promise(Resolution::Kept, what, is_read);
        shape.nullable = None;
        shape.is_null_of_component = false;
    }
}

/// Lets a location hold null as it is served if most of the served schemas specify it, else as documented.
pub(super) fn merge(
    scope: &mut Scope<'_>,
    merged: Value,
    documented: &Value,
    shapes: &[ResolvedSchema],
) -> Value {
    let was = is_nullable(documented);
    let is_of_component = |shape: &ResolvedSchema| !was && shape.is_null_of_component;
    if shapes.iter().any(is_of_component) {
        let what = format!("served as {MAY_BE_NULL} because its component is, kept as documented");
        let is_read = scope.is_read();
        scope.note_promise(Resolution::Kept, what, is_read);
    }
    let said = |shape: &ResolvedSchema| shape.nullable.filter(|_| !is_of_component(shape));
    let saying = |what| weight(shapes.iter().filter(|shape| said(shape) == what));
    let (may, never, unspecified) = (saying(Some(true)), saying(Some(false)), saying(None));
    if may + never == 0 {
        if was {
            scope.note(Resolution::Filled, "that it is nullable");
        }
        return merged;
    }
    let all = may + never + unspecified;
    let is = 2 * (if was { may + unspecified } else { may }) >= all;
    let (state, few) = if was {
        (NEVER_NULL, never)
    } else {
        (MAY_BE_NULL, may)
    };
    if was && !is && scope.is_read() {
        let is_refused = scope.is_written();
        scope.note_promise(Resolution::Unrelied, KEPT_NULLABLE, is_refused);
        return merged;
    }
    if is && !was && !scope.is_read() {
        let what = format!("served as {MAY_BE_NULL}, kept as documented: null is never sent");
        scope.note(Resolution::Kept, what);
        return merged;
    }
    if is != was {
        scope.note(Resolution::Overruled, format!("served as {state}"));
        return with_nullable(merged, is);
    }
    if few > 0 {
        let what = format!("served as {state} in {few} of {all} locations, kept as documented");
        scope.note(Resolution::Overruled, what);
    }
    merged
}

/// Lets a schema be null too, as it is served.
pub(super) fn add_null(scope: &mut Scope<'_>, schema: &mut Value) {
    scope.note(Resolution::Overruled, format!("served as {MAY_BE_NULL}"));
    *schema = with_nullable(schema.take(), true);
}

fn is_nullable(documented: &Value) -> bool {
    documented.get("nullable") == Some(&json!(true))
}

fn with_nullable(schema: Value, is_nullable: bool) -> Value {
    let mut schema = if schema::referred(&schema).is_some() {
        json!({ "allOf": [schema] })
    } else {
        schema
    };
    if let Some(members) = schema.as_object_mut() {
        members.remove("nullable");
        if is_nullable {
            members.insert("nullable".to_owned(), json!(true));
        }
    }
    schema
}
