//! Lists the schemas inside of a documented schema, each with the served schemas that it is joined with.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::facing::{Facing, Role};
use super::pointers::below;
use super::resolved::{ResolvedSchema, ValueKind};
use super::sides::Sides;
use super::{kept, variants};
use openapi_canonical::json::{self, Object};

/// Schema inside of another one.
#[derive(Debug)]
pub(super) struct Child<'a> {
    /// Location inside of the outer schema, as the segments of a pointer.
    pub(super) path: Vec<String>,
    pub(super) facing: Facing<'a>,
}

/// Returns the schemas inside of a documented schema that are joined with served ones.
pub(super) fn children<'a>(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &'a Value,
    shapes: &[ResolvedSchema],
) -> Vec<Child<'a>> {
    let Some(members) = documented.as_object() else {
        return Vec::new();
    };
    match sides.documented_kind(documented) {
        ValueKind::Object => {
            let values = map_values(sides, pointer, members, shapes);
            let fields = fields(sides, pointer, members, shapes);
            values.into_iter().chain(fields).collect()
        }
        ValueKind::Array => vec![items(sides, pointer, members, shapes)],
        ValueKind::Union => union_variants(sides, pointer, members, shapes),
        ValueKind::Scalar(_) | ValueKind::Unspecified => Vec::new(),
    }
}

fn child<'a>(
    pointer: &str,
    path: &[&str],
    documented: Cow<'a, Value>,
    served: Vec<ResolvedSchema>,
) -> Child<'a> {
    Child {
        path: path.iter().map(|&segment| segment.to_owned()).collect(),
        facing: Facing {
            pointer: below(pointer, path),
            documented,
            served,
            role: Role::Inner,
        },
    }
}

/// Returns the served schemas of a keyword. A missing description means the same as an empty one.
fn served_below(
    sides: &Sides<'_>,
    shapes: &[ResolvedSchema],
    keyword: &str,
) -> Vec<ResolvedSchema> {
    let schemas = shapes.iter().filter_map(|shape| {
        let schema = shape.schema.get(keyword)?;
        Some(shape.inner(sides.served, schema))
    });
    let served: Vec<ResolvedSchema> = schemas.collect();
    if served.is_empty() {
        return vec![ResolvedSchema::default()];
    }
    served
}

fn items<'a>(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &'a Object,
    shapes: &[ResolvedSchema],
) -> Child<'a> {
    let own = documented.get("items").map(Cow::Borrowed);
    let own = own.unwrap_or_else(|| Cow::Owned(json!({})));
    let served = served_below(sides, shapes, "items");
    child(pointer, &["items"], own, served)
}

/// Returns the values of a map, where both sides describe them.
fn map_values<'a>(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &'a Object,
    shapes: &[ResolvedSchema],
) -> Option<Child<'a>> {
    const KEYWORD: &str = "additionalProperties";
    let own = kept::map_values(documented)?;
    let is_described = |shape: &&ResolvedSchema| kept::map_values(&shape.schema).is_some();
    let maps: Vec<ResolvedSchema> = shapes.iter().filter(is_described).cloned().collect();
    let served = served_below(sides, &maps, KEYWORD);
    Some(child(pointer, &[KEYWORD], Cow::Borrowed(own), served))
}

/// Returns the documented properties that are served. The fields of a form are text.
fn fields<'a>(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &'a Object,
    shapes: &[ResolvedSchema],
) -> Vec<Child<'a>> {
    let described = described(shapes);
    if described.is_empty() || kept::is_map_kept(sides, pointer, documented, &described) {
        return Vec::new();
    }
    let is_form = sides.is_form(pointer);
    let fields = json::entries(documented, "properties").map(|(name, property)| {
        let served: Vec<ResolvedSchema> = described
            .iter()
            .filter_map(|shape| {
                let schema = json::object(&shape.schema, "properties")?.get(name)?;
                Some(shape.inner(sides.served, schema))
            })
            .collect();
        let is_text = is_form && served.len() == 1;
        let path = ["properties", name];
        let mut field = child(pointer, &path, Cow::Borrowed(property), served);
        if is_text {
            field.facing.role = Role::Text { is_plain: true };
        }
        field
    });
    fields
        .filter(|field| !field.facing.served.is_empty())
        .collect()
}

/// Returns the served schemas whose properties are described.
pub(super) fn described(shapes: &[ResolvedSchema]) -> Vec<ResolvedSchema> {
    let described = shapes.iter().filter(|shape| shape.has_properties());
    described.cloned().collect()
}

/// Returns the variants of a union that are served.
fn union_variants<'a>(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &'a Object,
    shapes: &[ResolvedSchema],
) -> Vec<Child<'a>> {
    let Some(pairs) = variants::pair(sides, documented, shapes) else {
        return Vec::new();
    };
    let keyword = pairs.keyword;
    let own = json::elements(documented, keyword).iter().enumerate();
    own.zip(pairs.partners)
        .filter(|(_, partners)| !partners.is_empty())
        .map(|((index, own), partners)| {
            let path = [keyword, &index.to_string()];
            child(pointer, &path, Cow::Borrowed(own), partners)
        })
        .collect()
}
