//! What is known while two documents are joined.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::imports::Imports;
use super::shape::Shape;
use crate::divergence::{Divergence, Kind};
use crate::json::{self, Object};
use crate::schema;

/// The state of a pass over both documents, and what passes before it learned.
#[derive(Debug)]
pub(super) struct Merger<'a> {
    pub(super) served: &'a Value,
    pub(super) documented: &'a Value,
    /// What each documented component is served as, in all its places.
    shapes: BTreeMap<String, Vec<Shape>>,
    /// The documented components in whose place each served component was found.
    counterparts: BTreeMap<String, BTreeSet<String>>,
    pub(super) imports: Imports,
    divergences: Vec<Divergence>,
}

impl<'a> Merger<'a> {
    pub(super) fn new(served: &'a Value, documented: &'a Value) -> Merger<'a> {
        Merger {
            served,
            documented,
            shapes: BTreeMap::new(),
            counterparts: BTreeMap::new(),
            imports: Imports::default(),
            divergences: Vec::new(),
        }
    }

    /// How much is known of the components; it only grows.
    pub(super) fn seen(&self) -> usize {
        self.shapes.values().map(Vec::len).sum()
    }

    /// Forgets the results of a pass, not what it learned.
    pub(super) fn start_over(&mut self) {
        self.imports = Imports::default();
        self.divergences.clear();
    }

    pub(super) fn into_divergences(self) -> Vec<Divergence> {
        self.divergences
    }

    pub(super) fn take_imported(&mut self) -> Object {
        std::mem::take(&mut self.imports.schemas)
    }

    pub(super) fn note(&mut self, kind: Kind, pointer: &str, what: impl Into<String>) {
        self.divergences.push(Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: what.into(),
        });
    }

    /// Remembers that a documented component is served in this shape somewhere.
    pub(super) fn learn(&mut self, component: &str, shape: &Shape) {
        if let Some(served) = &shape.component {
            self.counterparts
                .entry(served.clone())
                .or_default()
                .insert(component.to_owned());
        }
        let known = self.shapes.entry(component.to_owned()).or_default();
        if !known.iter().any(|known| known.schema == shape.schema) {
            known.push(shape.clone());
        }
    }

    pub(super) fn shapes_of(&self, component: &str) -> Vec<Shape> {
        self.shapes.get(component).cloned().unwrap_or_default()
    }

    /// The documented component that a served one is, if it is one and no other.
    pub(super) fn counterpart(&self, served: &str) -> Option<&String> {
        let names = self.counterparts.get(served)?;
        names.first().filter(|_| names.len() == 1)
    }

    pub(super) fn is_documented(&self, component: &str) -> bool {
        schema::components(self.documented).is_some_and(|schemas| schemas.contains_key(component))
    }

    pub(super) fn served_shape(&self, schema: &Value) -> Shape {
        Shape::of(self.served, schema)
    }

    pub(super) fn documented_shape(&self, schema: &Value) -> Shape {
        Shape::of(self.documented, schema)
    }
}

/// A pointer one or more steps further down.
pub(super) fn below(pointer: &str, segments: &[&str]) -> String {
    format!("{pointer}{}", json::pointer(segments))
}
