//! Reads the schemas of parameters. Their values are text, so a type that another document gives the same text is no other type.

use serde_json::Value;

use super::divergence::Resolution;
use super::resolved::{ResolvedSchema, ValueKind};
use super::scope::Scope;
use super::sides::Sides;
use super::{kept, scalars};
use openapi_canonical::parameter_text;

/// Levels of choices and lists that are searched for a schema of a single value.
const DEEPEST: usize = 8;

/// Reading of a schema as text.
#[derive(Debug)]
pub(super) enum Reading {
    /// The documented schema stays: the served values are the same text.
    Documented,
    /// These served schemas are joined with the documented one, as other schemas are.
    Schema(Vec<ResolvedSchema>),
    /// Both sides are lists; their elements are text too.
    Elements(Value, ResolvedSchema),
}

/// Reads the documented schema of a parameter as it is served. A scalar keeps its type if the served schema accepts the text of
/// one of its values.
pub(super) fn read(
    scope: &mut Scope<'_>,
    documented: &Value,
    served: Vec<ResolvedSchema>,
    is_plain: bool,
) -> Reading {
    let shape = match <[ResolvedSchema; 1]>::try_from(served) {
        Ok([shape]) => shape,
        Err(served) => return Reading::Schema(served),
    };
    match scope.sides.documented_kind(documented) {
        ValueKind::Array if shape.kind() != ValueKind::Array => {
            read_choice_of_lists(scope, documented, shape)
        }
        ValueKind::Array => read_list(scope.sides, documented, shape),
        ValueKind::Scalar(kind) if is_plain && shape.kind() != ValueKind::Scalar(kind.clone()) => {
            read_scalar(scope, (documented, &kind), shape)
        }
        _ => Reading::Schema(vec![shape]),
    }
}

/// Keeps a list that is one variant of what is served: each variant is text, and the service reads a list.
fn read_choice_of_lists(
    scope: &mut Scope<'_>,
    documented: &Value,
    shape: ResolvedSchema,
) -> Reading {
    let own = scope.sides.resolve_documented(documented);
    let items =
        |list: &ResolvedSchema, document| Some(ValueKind::of(document, list.schema.get("items")?));
    let own_items = items(&own, scope.sides.documented);
    let mut lists = Vec::new();
    kept::collect_variants(scope.sides, &shape, DEEPEST, &mut lists);
    lists.retain(|variant| variant.kind() == ValueKind::Array);
    // The first of those whose elements are nearest.
    let nearest = lists.into_iter().min_by_key(|list| {
        let served = items(list, scope.sides.served);
        served != own_items && served.is_some_and(|kind| kind != ValueKind::Unspecified)
    });
    let Some(list) = nearest else {
        return Reading::Schema(vec![shape]);
    };
    let served = shape.kind();
    let what = format!(
        "served as {}, kept as a list: it is one of them",
        served.name()
    );
    scope.note(Resolution::Kept, what);
    read_list(scope.sides, documented, list)
}

fn read_list(sides: &Sides<'_>, documented: &Value, shape: ResolvedSchema) -> Reading {
    let list = sides.resolve_documented(documented);
    let items = list.schema.get("items").zip(shape.schema.get("items"));
    let is_scalar = |(own, _): &(&Value, &Value)| {
        matches!(sides.documented_kind(own), ValueKind::Scalar(_)) && list.component.is_none()
    };
    match items.filter(is_scalar) {
        Some((own, served)) => Reading::Elements(own.clone(), shape.inner(sides.served, served)),
        None => Reading::Schema(vec![shape]),
    }
}

/// `kind` is the documented type, which the whole of the served schema does not have.
fn read_scalar(
    scope: &mut Scope<'_>,
    (documented, kind): (&Value, &str),
    shape: ResolvedSchema,
) -> Reading {
    let own = scope.sides.resolve_documented(documented);
    let is_opaque = scalars::is_opaque(&own.schema);
    let mut single_values = Vec::new();
    collect_scalars(scope.sides, &shape, DEEPEST, &mut single_values);
    let (same, others): (Vec<ResolvedSchema>, Vec<ResolvedSchema>) = single_values
        .into_iter()
        .partition(|value| value.kind() == ValueKind::Scalar(kind.to_owned()));
    // The service made the text of an id, so it accepts the text under every served type.
    let is_accepted = |value: &ResolvedSchema| {
        parameter_text::accepts(&value.schema, &own.schema)
            || is_opaque && matches!(value.kind(), ValueKind::Scalar(_))
    };
    let accepts_some =
        |value: &ResolvedSchema| parameter_text::accepts_some(&value.schema, &own.schema);
    let (reason, is_contradiction) = if !same.is_empty() || others.iter().any(is_accepted) {
        ("its values are the same text", false)
    } else if others.iter().any(accepts_some) {
        ("some of its values are the same text", true)
    } else {
        return Reading::Schema(vec![shape]);
    };
    let served = shape.kind();
    let what = format!("served as {}, kept as {kind}: {reason}", served.name());
    scope.note_promise(Resolution::Kept, what, is_contradiction);
    if same.is_empty() {
        return Reading::Documented;
    }
    Reading::Schema(same)
}

/// Adds the schemas of a single value: the variants of choices, and the elements of lists, one of which is written as itself.
fn collect_scalars(
    sides: &Sides<'_>,
    shape: &ResolvedSchema,
    depth: usize,
    found: &mut Vec<ResolvedSchema>,
) {
    let inner: Vec<ResolvedSchema> = match shape.kind() {
        ValueKind::Scalar(_) => {
            found.push(ResolvedSchema {
                nullable: None,
                is_null_of_component: false,
                ..shape.clone()
            });
            return;
        }
        ValueKind::Union => shape.variants(sides.served),
        ValueKind::Array => {
            let items = shape.schema.get("items").into_iter();
            items
                .map(|items| shape.inner(sides.served, items))
                .collect()
        }
        ValueKind::Unspecified | ValueKind::Object => return,
    };
    if depth > 0 {
        for shape in &inner {
            collect_scalars(sides, shape, depth - 1, found);
        }
    }
}
