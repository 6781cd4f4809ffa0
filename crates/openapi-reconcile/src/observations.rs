//! Observations of how each documented component is served, over all locations that refer to it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::resolved::{ResolvedSchema, weight};
use super::sides::Sides;
use openapi_canonical::schema;

/// Outliers of each documented component, by [`ResolvedSchema::key`].
pub(super) type Outliers = BTreeMap<String, BTreeSet<String>>;

/// Findings of the first pass, by which the second one decides.
#[derive(Debug, Default)]
pub(super) struct Observations {
    /// Served schemas of each documented component, by their key.
    shapes: BTreeMap<String, BTreeMap<String, ResolvedSchema>>,
    /// Documented components that each served component stands for.
    counterparts: BTreeMap<String, BTreeSet<String>>,
    pub(super) outliers: Outliers,
}

/// Decision on a location that refers to a documented component.
#[derive(Debug)]
pub(super) enum Treatment {
    /// The location refers to the component.
    Component,
    /// The location refers to the component although a minority of its schemas are outliers.
    Minority(Vec<ResolvedSchema>),
    /// Most schemas of the location are outliers: it gets a component of its own.
    SplitOff(Vec<ResolvedSchema>),
}

impl Observations {
    /// Adds a served schema of a documented component.
    pub(super) fn add(&mut self, component: &str, shape: &ResolvedSchema) {
        if let Some(served) = &shape.component {
            let names = self.counterparts.entry(served.clone()).or_default();
            names.insert(component.to_owned());
        }
        let known = self.shapes.entry(component.to_owned()).or_default();
        let entry = known.entry(shape.key()).or_insert_with(|| shape.clone());
        Rc::make_mut(&mut entry.locations).extend(shape.locations.iter().cloned());
    }

    /// Returns the number of facts that were observed. It only grows.
    pub(super) fn count(&self) -> usize {
        let of_one = |shape: &ResolvedSchema| 1 + shape.locations.len();
        let shapes = self.shapes.values().flat_map(BTreeMap::values);
        let counterparts = self.counterparts.values().map(BTreeSet::len);
        shapes.map(of_one).chain(counterparts).sum()
    }

    /// Returns all served schemas by component, outliers included.
    pub(super) fn components(&self) -> impl Iterator<Item = (&str, Vec<ResolvedSchema>)> {
        self.shapes
            .iter()
            .map(|(component, shapes)| (component.as_str(), shapes.values().cloned().collect()))
    }

    /// Returns the served schemas of a component without the outliers; the commonest first.
    pub(super) fn schemas_of(&self, component: &str) -> Vec<ResolvedSchema> {
        let known = self.shapes.get(component).into_iter().flatten();
        let mut usual: Vec<ResolvedSchema> = known
            .filter(|(key, _)| !self.is_outlier_key(component, key))
            .map(|(_, shape)| shape.clone())
            .collect();
        usual.sort_by_key(|shape| std::cmp::Reverse(shape.locations.len()));
        usual
    }

    /// Decides whether a location that is served in these ways refers to a component.
    pub(super) fn treatment(&self, component: &str, shapes: &[ResolvedSchema]) -> Treatment {
        let outliers = shapes
            .iter()
            .filter(|shape| self.is_outlier(component, shape));
        let outliers: Vec<ResolvedSchema> = outliers.cloned().collect();
        if outliers.is_empty() {
            Treatment::Component
        } else if weight(&outliers) * 2 > weight(shapes) {
            Treatment::SplitOff(outliers)
        } else {
            Treatment::Minority(outliers)
        }
    }

    /// Returns the documented component that a served one is, if it is one and no other.
    pub(super) fn counterpart(&self, sides: &Sides<'_>, served: &str) -> Option<&String> {
        let shape = sides.resolve_served(&schema::reference_to(served));
        let mut names = self.counterparts.get(served)?.iter();
        let mut usual = names.by_ref().filter(|name| !self.is_outlier(name, &shape));
        usual.next().filter(|_| usual.next().is_none())
    }

    /// True if a served schema is too different from a component to be merged into it.
    fn is_outlier(&self, component: &str, shape: &ResolvedSchema) -> bool {
        self.outliers.contains_key(component) && self.is_outlier_key(component, &shape.key())
    }

    fn is_outlier_key(&self, component: &str, key: &str) -> bool {
        let outliers = self.outliers.get(component);
        outliers.is_some_and(|outliers| outliers.contains(key))
    }
}
