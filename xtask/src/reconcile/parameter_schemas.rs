//! Joins the schemas of parameters. Their values are text, so a type that another document gives the same text is no other type.

use serde_json::Value;

use super::merger::{Merger, below};
use super::shape::{Kind, Shape};
use super::{kept, scalars, schemas};
use crate::divergence::Kind as Won;
use openapi_canonical::parameter_text;

/// Levels of choices and lists that are searched for a schema of a single value.
const DEEPEST: usize = 8;

/// The documented schema of a parameter as it is served. A scalar keeps its type if the served schema accepts its text.
/// `is_plain` is true if the text of a value is the value itself.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shape: Shape,
    is_plain: bool,
) -> Value {
    let shape = schemas::without_null(merger, pointer, documented, shape, "null has no text");
    match merger.documented_kind(documented) {
        Kind::Array if shape.kind() != Kind::Array => {
            merge_choice_of_lists(merger, pointer, documented, shape, is_plain)
        }
        Kind::Array => merge_list(merger, pointer, documented, &shape, is_plain),
        Kind::Scalar(kind) if is_plain && shape.kind() != Kind::Scalar(kind.clone()) => {
            merge_scalar(merger, pointer, documented, &kind, shape)
        }
        _ => schemas::merge(merger, pointer, documented, &[shape]),
    }
}

/// A list that is one variant of what is served stays: each variant is text, and the service reads a list.
fn merge_choice_of_lists(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shape: Shape,
    is_plain: bool,
) -> Value {
    let own = merger.documented_shape(documented);
    let items = |list: &Shape, document| Some(Kind::of(document, list.schema.get("items")?));
    let own_items = items(&own, merger.documented);
    let mut lists = Vec::new();
    kept::collect_variants(merger, &shape, DEEPEST, &mut lists);
    lists.retain(|variant| variant.kind() == Kind::Array);
    // The first of those whose elements are nearest.
    let nearest = lists.into_iter().min_by_key(|list| {
        let served = items(list, merger.served);
        served != own_items && served.is_some_and(|kind| kind != Kind::Silent)
    });
    let Some(list) = nearest else {
        return schemas::merge(merger, pointer, documented, &[shape]);
    };
    let served = schemas::name(&shape.kind()).to_owned();
    let what = format!("served as {served}, kept as a list: it is one of them");
    merger.note(Won::Kept, pointer, what);
    merge_list(merger, pointer, documented, &list, is_plain)
}

fn merge_list(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shape: &Shape,
    is_plain: bool,
) -> Value {
    let list = merger.documented_shape(documented);
    let items = list.schema.get("items").zip(shape.schema.get("items"));
    let is_scalar = |(own, _): &(&Value, &Value)| {
        matches!(merger.documented_kind(own), Kind::Scalar(_)) && list.component.is_none()
    };
    let Some((own, served)) = items.filter(is_scalar) else {
        return schemas::merge(merger, pointer, documented, std::slice::from_ref(shape));
    };
    let served = shape.inner(merger.served, served);
    let mut merged = documented.clone();
    merged["items"] = merge(merger, &below(pointer, &["items"]), own, served, is_plain);
    merged
}

/// `kind` is the documented type, which the whole of the served schema does not have.
fn merge_scalar(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    kind: &str,
    shape: Shape,
) -> Value {
    let own = merger.documented_shape(documented);
    let is_opaque = scalars::is_opaque(&own.schema);
    let mut single_values = Vec::new();
    collect_scalars(merger, &shape, DEEPEST, &mut single_values);
    let (same, others): (Vec<Shape>, Vec<Shape>) = single_values
        .into_iter()
        .partition(|value| value.kind() == Kind::Scalar(kind.to_owned()));
    // The service made the text of an id, so it accepts the text under every served type.
    let is_accepted = |value: &Shape| {
        parameter_text::accepts(&value.schema, &own.schema)
            || is_opaque && matches!(value.kind(), Kind::Scalar(_))
    };
    let is_kept = !same.is_empty() || others.iter().any(is_accepted);
    if !is_kept {
        return schemas::merge(merger, pointer, documented, &[shape]);
    }
    let served = schemas::name(&shape.kind()).to_owned();
    let what = format!("served as {served}, kept as {kind}: its values are the same text");
    merger.note(Won::Kept, pointer, what);
    if same.is_empty() {
        return documented.clone();
    }
    schemas::merge(merger, pointer, documented, &same)
}

/// The schemas of a single value: the variants of choices, and the elements of lists, one of which is written as itself.
fn collect_scalars(merger: &Merger<'_>, shape: &Shape, depth: usize, found: &mut Vec<Shape>) {
    let inner: Vec<Shape> = match shape.kind() {
        Kind::Scalar(_) => {
            found.push(Shape {
                nullable: None,
                is_null_of_component: false,
                ..shape.clone()
            });
            return;
        }
        Kind::Union => shape.arms(merger.served),
        Kind::Array => {
            let items = shape.schema.get("items").into_iter();
            items
                .map(|items| shape.inner(merger.served, items))
                .collect()
        }
        Kind::Silent | Kind::Object => return,
    };
    if depth > 0 {
        for shape in &inner {
            collect_scalars(merger, shape, depth - 1, found);
        }
    }
}
