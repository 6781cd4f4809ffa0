//! Outliers: served schemas that are too different from a shared component to be merged into it.
//!
//! One response that is served differently must not change a type that the whole client uses. So the schemas of a few locations stay with
//! these locations. The schema of most locations becomes the component, even if the documentation disagrees.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::merger::Merger;
use super::objects;
use super::shape::{Kind, Shape, weight};
use openapi_canonical::json;
use openapi_canonical::schema;

/// The odd shapes of each documented component, by [`Shape::key`].
pub(super) type Oddities = BTreeMap<String, BTreeSet<String>>;

/// Sorts out everything that was learned so far.
pub(super) fn find(merger: &Merger<'_>) -> Oddities {
    let mut found = Oddities::new();
    let shared: Vec<(&str, Vec<Shape>)> = merger
        .learned()
        .filter(|(component, _)| merger.is_shared(component))
        .collect();
    for (component, shapes) in &shared {
        let odd = odd_in_themselves(merger, component, shapes);
        found.insert((*component).to_owned(), odd);
    }
    // What holds something odd is odd itself, and so is what holds that.
    loop {
        let before = found.clone();
        for (component, shapes) in &shared {
            let holds = |shape: &&Shape| {
                let own = schema::components(merger.documented).and_then(|all| all.get(*component));
                own.is_some_and(|own| holds_odd(merger, &before, own, shape))
            };
            let holders: Vec<&Shape> = shapes.iter().filter(holds).collect();
            if are_few(&holders, weight(shapes)) {
                let keys = holders.into_iter().map(Shape::key);
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

fn odd_in_themselves(merger: &Merger<'_>, component: &str, shapes: &[Shape]) -> BTreeSet<String> {
    let documented = merger.documented_shape(&schema::reference_to(component));
    let (like, unlike): (Vec<&Shape>, Vec<&Shape>) = shapes
        .iter()
        .partition(|shape| is_like(merger, &documented, shape));
    let is_odd = are_few(&unlike, weight(shapes));
    let mut odd: BTreeSet<String> = BTreeSet::new();
    if is_odd {
        odd.extend(unlike.into_iter().map(Shape::key));
    }
    let rest: Vec<Shape> = if is_odd {
        like.into_iter().cloned().collect()
    } else {
        shapes.to_vec()
    };
    if merger.is_read_component(component) {
        odd.extend(lacking(&documented, &rest).map(Shape::key));
    }
    odd
}

/// The shapes that could not be read, because they do not have what most others always have.
fn lacking<'a>(documented: &Shape, shapes: &'a [Shape]) -> impl Iterator<Item = &'a Shape> {
    let telling: Vec<Shape> = shapes
        .iter()
        .filter(|one| one.has_properties())
        .cloned()
        .collect();
    let kept: Vec<String> = json::strings(&documented.schema, "required")
        .into_iter()
        .filter(|name| objects::Votes::on(name, &telling).keep_required())
        .map(str::to_owned)
        .collect();
    shapes.iter().filter(move |shape| {
        shape.has_properties() && kept.iter().any(|name| !shape.has_property(name))
    })
}

/// True if the outliers occur in one location only, or in at most half of all locations.
fn are_few(odd: &[&Shape], all: usize) -> bool {
    let odd = weight(odd.iter().copied());
    odd < 2 || odd * 2 <= all
}

/// True if a served body seems to be the one that a documented schema describes.
pub(super) fn resembles(merger: &Merger<'_>, documented: &Value, served: &Shape) -> bool {
    let documented = merger.documented_shape(documented);
    let mut arms = documented.arms(merger.documented).into_iter();
    let is_told = |shape: &Shape| shape.kind() != Kind::Object || shape.has_properties();
    is_told(served) && arms.any(|arm| arm.kind() == served.kind() && is_like(merger, &arm, served))
}

/// True if a served schema can be the documented one: of its kind, with at least half of the documented fields, and no field of another
/// kind.
fn is_like(merger: &Merger<'_>, documented: &Shape, served: &Shape) -> bool {
    if documented.kind() != Kind::Object || !served.has_properties() {
        return true;
    }
    if served.kind() != Kind::Object {
        return false;
    }
    let required = json::strings(&documented.schema, "required");
    let is_served = |name: &&&str| served.has_property(name);
    let promised = required.iter().filter(is_served).count() * 2 >= required.len();
    let mut own = json::entries(&documented.schema, "properties");
    let in_common = own.any(|(name, _)| served.has_property(name));
    let shares = in_common || !documented.has_properties();
    promised && shares && !contradicts(merger, documented, served)
}

fn contradicts(merger: &Merger<'_>, documented: &Shape, served: &Shape) -> bool {
    let properties = json::object(&served.schema, "properties");
    json::entries(&documented.schema, "properties").any(|(name, own)| {
        let other = properties.and_then(|properties| properties.get(name));
        other.is_some_and(|other| {
            let was = merger.documented_kind(own);
            let is = Kind::of(merger.served, other);
            !are_compatible(&was, &is)
        })
    })
}

fn are_compatible(was: &Kind, is: &Kind) -> bool {
    let says_little = |kind: &Kind| matches!(kind, Kind::Silent | Kind::Union);
    let number =
        |kind: &Kind| matches!(kind, Kind::Scalar(name) if name == "number" || name == "integer");
    was == is || says_little(was) || says_little(is) || number(was) && number(is)
}

/// True if an outlier is served where the documentation refers to a component inside a schema.
fn holds_odd(merger: &Merger<'_>, odd: &Oddities, documented: &Value, served: &Shape) -> bool {
    if served.is_silent() {
        return false;
    }
    let inner = |documented: &Value, schema: Option<&Value>| {
        let Some(schema) = schema else { return false };
        let shape = Shape::of(merger.served, schema);
        match schema::component_of(documented) {
            Some(component) => odd
                .get(component)
                .is_some_and(|keys| keys.contains(&shape.key())),
            None => holds_odd(merger, odd, documented, &shape),
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
