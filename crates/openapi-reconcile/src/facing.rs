//! Decides how the schema of one location is joined: which of the served schemas are followed, and which documented type stays.

use std::borrow::Cow;

use serde_json::Value;

use super::divergence::{Notes, Resolution};
use super::resolved::{ResolvedSchema, ValueKind, weight};
use super::scope::Scope;
use super::sides::Sides;
use super::{kept, nulls, text};

/// A documented schema, and the served schemas of the same location; several if what it is in is served in several ways.
#[derive(Clone, Debug)]
pub(super) struct Facing<'a> {
    pub(super) pointer: String,
    pub(super) documented: Cow<'a, Value>,
    pub(super) served: Vec<ResolvedSchema>,
    pub(super) role: Role,
}

/// Role of a schema in its document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// The schema is inside of another one.
    Inner,
    /// The schema describes a whole body. Where the documentation describes a value, a served null is no other type.
    WholeBody,
    /// The schema describes text, as in parameters and forms. `is_plain` is true if the text of a value is the value itself.
    Text { is_plain: bool },
}

/// Decision on one location.
#[derive(Debug)]
pub(super) enum Decision {
    /// The documented schema stays.
    Documented,
    /// The documented schema stays, and these schemas decide on null.
    DocumentedBut(Vec<ResolvedSchema>),
    /// The first schema replaces the documented one. All of them decide on null.
    Overruled(ResolvedSchema, Vec<ResolvedSchema>),
    /// The first schemas are joined with the documented one. All of them decide on null.
    Joined(Vec<ResolvedSchema>, Vec<ResolvedSchema>),
    /// A list of text stays, and its elements are joined.
    Elements(Facing<'static>),
}

/// Decides on a location, and notes the differences that the decision settles.
pub(super) fn decide(sides: &Sides<'_>, notes: &mut Notes, facing: &Facing<'_>) -> Decision {
    let (pointer, documented) = (facing.pointer.as_str(), &*facing.documented);
    let scope = &mut Scope {
        sides,
        notes,
        pointer,
    };
    let mut served = facing.served.clone();
    let reason = match facing.role {
        Role::Inner => return decide_schema(scope, documented, served),
        Role::WholeBody => "a whole body is never null",
        Role::Text { .. } => "text is never null",
    };
    for shape in &mut served {
        nulls::drop_null(scope, documented, shape, reason);
    }
    let Role::Text { is_plain } = facing.role else {
        return decide_schema(scope, documented, served);
    };
    match text::read(scope, documented, served, is_plain) {
        text::Reading::Documented => Decision::Documented,
        text::Reading::Schema(shapes) => decide_schema(scope, documented, shapes),
        text::Reading::Elements(own, served) => Decision::Elements(Facing {
            pointer: format!("{pointer}/items"),
            documented: Cow::Owned(own),
            served: vec![served],
            role: facing.role,
        }),
    }
}

fn decide_schema(
    scope: &mut Scope<'_>,
    documented: &Value,
    shapes: Vec<ResolvedSchema>,
) -> Decision {
    let kind = scope.sides.documented_kind(documented);
    let described = shapes.iter().filter(|shape| !shape.is_unspecified());
    let described: Vec<ResolvedSchema> = described.cloned().collect();
    if described.is_empty() {
        if kind != ValueKind::Unspecified && !shapes.is_empty() {
            scope.note(Resolution::Filled, "the schema");
        }
        return Decision::Documented;
    }
    let described = kept::without_fitting(scope, documented, described);
    if described.is_empty() {
        return Decision::DocumentedBut(shapes);
    }
    // A union accepts the values of each of its variants.
    let (fitting, other): (Vec<ResolvedSchema>, Vec<ResolvedSchema>) = described
        .into_iter()
        .partition(|shape| shape.kind() == kind || kind == ValueKind::Union);
    match other.first() {
        Some(first) if weight(&other) > weight(&fitting) || fitting.is_empty() => {
            let (was, is) = (kind.name(), first.kind());
            let what = format!("documented as {was}, served as {}", is.name());
            scope.note(Resolution::Overruled, what);
            Decision::Overruled(first.clone(), shapes)
        }
        first => {
            if let Some(first) = first {
                note_minority(scope, first.kind().name(), &other, &shapes);
            }
            Decision::Joined(fitting, shapes)
        }
    }
}

/// Notes that some locations differ, and are too few to be followed.
pub(super) fn note_minority(
    scope: &mut Scope<'_>,
    what: &str,
    few: &[ResolvedSchema],
    all: &[ResolvedSchema],
) {
    let (few, all) = (weight(few), weight(all));
    let what = format!("served as {what} in {few} of {all} locations, kept as it is in the others");
    scope.note(Resolution::Overruled, what);
}
