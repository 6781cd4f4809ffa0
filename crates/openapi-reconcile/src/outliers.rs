//! Outliers: served schemas that are too different from a shared component to be merged into it.
//!
//! One response that is served differently must not change a type that the whole client uses. So the schemas of a few locations stay with
//! these locations. The schema of most locations becomes the component, even if the documentation disagrees.

use std::collections::BTreeSet;

use serde_json::Value;

use super::observations::{Observations, Outliers};
use super::resolved::{ResolvedSchema, ValueKind, weight};
use super::sides::Sides;
use super::votes::Votes;
use openapi_canonical::json;
use openapi_canonical::schema;

/// Finds the outliers among the observed schemas of components that are shared.
pub(super) fn find(sides: &Sides<'_>, observations: &Observations) -> Outliers {
    let mut found = Outliers::new();
    let shared: Vec<(&str, Vec<ResolvedSchema>)> = observations
        .components()
        .filter(|(component, _)| sides.is_shared(component))
        .collect();
    for (component, shapes) in &shared {
        let outliers = outliers_in_themselves(sides, component, shapes);
        found.insert((*component).to_owned(), outliers);
    }
    // A schema that contains an outlier is an outlier itself, and so is a schema that contains that one.
    loop {
        let before = found.clone();
        for (component, shapes) in &shared {
            let holds = |shape: &&ResolvedSchema| {
                let own = schema::components(sides.documented).and_then(|all| all.get(*component));
                own.is_some_and(|own| holds_outlier(sides, &before, own, shape))
            };
            let holders: Vec<&ResolvedSchema> = shapes.iter().filter(holds).collect();
            if are_few(&holders, weight(shapes)) {
                let keys = holders.into_iter().map(ResolvedSchema::key);
                found
                    .entry((*component).to_owned())
                    .or_default()
                    .extend(keys);
            }
        }
        if found == before {
            return found;
        }
    }
}

fn outliers_in_themselves(
    sides: &Sides<'_>,
    component: &str,
    shapes: &[ResolvedSchema],
) -> BTreeSet<String> {
    let documented = sides.resolve_documented(&schema::reference_to(component));
    let (like, unlike): (Vec<&ResolvedSchema>, Vec<&ResolvedSchema>) = shapes
        .iter()
        .partition(|shape| is_like(sides, &documented, shape));
    let are_outliers = are_few(&unlike, weight(shapes));
    let mut outliers: BTreeSet<String> = BTreeSet::new();
    if are_outliers {
        outliers.extend(unlike.into_iter().map(ResolvedSchema::key));
    }
    let rest: Vec<ResolvedSchema> = if are_outliers {
        like.into_iter().cloned().collect()
    } else {
        shapes.to_vec()
    };
    if sides.is_read_component(component) {
        outliers.extend(lacking(&documented, &rest).map(ResolvedSchema::key));
    }
    outliers
}

/// Lists the schemas that lack fields which most other ones always have.
fn lacking<'a>(
    documented: &ResolvedSchema,
    shapes: &'a [ResolvedSchema],
) -> impl Iterator<Item = &'a ResolvedSchema> {
    let described: Vec<ResolvedSchema> = shapes
        .iter()
        .filter(|one| one.has_properties())
        .cloned()
        .collect();
    let kept: Vec<String> = json::strings(&documented.schema, "required")
        .into_iter()
        .filter(|name| Votes::on(name, &described).keep_required())
        .map(str::to_owned)
        .collect();
    shapes.iter().filter(move |shape| {
        shape.has_properties() && kept.iter().any(|name| !shape.has_property(name))
    })
}

/// True if the outliers occur in one location only, or in at most half of all locations.
fn are_few(outliers: &[&ResolvedSchema], all: usize) -> bool {
    let outliers = weight(outliers.iter().copied());
    outliers < 2 || outliers * 2 <= all
}

/// True if a served body seems to be the one that a documented schema describes.
pub(super) fn resembles(sides: &Sides<'_>, documented: &Value, served: &ResolvedSchema) -> bool {
    let documented = sides.resolve_documented(documented);
    let mut variants = documented.variants(sides.documented).into_iter();
    let is_described =
        |shape: &ResolvedSchema| shape.kind() != ValueKind::Object || shape.has_properties();
    is_described(served)
        && variants
            .any(|variant| variant.kind() == served.kind() && is_like(sides, &variant, served))
}

/// True if a served schema can be the documented one: of its kind, with at least half of the documented fields, and no field of another
/// kind.
fn is_like(sides: &Sides<'_>, documented: &ResolvedSchema, served: &ResolvedSchema) -> bool {
    if documented.kind() != ValueKind::Object || !served.has_properties() {
        return true;
    }
    if served.kind() != ValueKind::Object {
        return false;
    }
    let required = json::strings(&documented.schema, "required");
    let is_served = |name: &&&str| served.has_property(name);
    let promised = required.iter().filter(is_served).count() * 2 >= required.len();
    let mut own = json::entries(&documented.schema, "properties");
    let in_common = own.any(|(name, _)| served.has_property(name));
    let shares = in_common || !documented.has_properties();
    promised && shares && !contradicts(sides, documented, served)
}

fn contradicts(sides: &Sides<'_>, documented: &ResolvedSchema, served: &ResolvedSchema) -> bool {
    let properties = json::object(&served.schema, "properties");
    json::entries(&documented.schema, "properties").any(|(name, own)| {
        let other = properties.and_then(|properties| properties.get(name));
        other.is_some_and(|other| {
            let was = sides.documented_kind(own);
            let is = ValueKind::of(sides.served, other);
            !are_compatible(&was, &is)
        })
    })
}

fn are_compatible(was: &ValueKind, is: &ValueKind) -> bool {
    let accepts_any = |kind: &ValueKind| matches!(kind, ValueKind::Unspecified | ValueKind::Union);
    let number = |kind: &ValueKind| matches!(kind, ValueKind::Scalar(name) if name == "number" || name == "integer");
    was == is || accepts_any(was) || accepts_any(is) || number(was) && number(is)
}

/// True if an outlier is served where the documentation refers to a component inside a schema.
fn holds_outlier(
    sides: &Sides<'_>,
    outliers: &Outliers,
    documented: &Value,
    served: &ResolvedSchema,
) -> bool {
    if served.is_unspecified() {
        return false;
    }
    let inner = |documented: &Value, schema: Option<&Value>| {
        let Some(schema) = schema else { return false };
        let shape = ResolvedSchema::of(sides.served, schema);
        match schema::component_of(documented) {
            Some(component) => outliers
                .get(component)
                .is_some_and(|keys| keys.contains(&shape.key())),
            None => holds_outlier(sides, outliers, documented, &shape),
        }
    };
    let Some(own) = documented.as_object() else {
        return false;
    };
    let properties = json::object(&served.schema, "properties");
    json::entries(own, "properties")
        .any(|(name, own)| inner(own, properties.and_then(|properties| properties.get(name))))
        || ["items", "additionalProperties"].into_iter().any(|key| {
            own.get(key)
                .is_some_and(|own| inner(own, served.schema.get(key)))
        })
}
