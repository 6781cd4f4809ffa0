//! State of joining two documents.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::forks::Forks;
use super::imports::Imports;
use super::oddities::{self, Oddities};
use super::responses;
use super::shape::{self, Shape};
use super::uses::Uses;
use crate::divergence::{Divergence, Kind};
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// The state of a pass over both documents, and what passes before it learned.
#[derive(Debug)]
pub(super) struct Merger<'a> {
    pub(super) served: &'a Value,
    pub(super) documented: &'a Value,
    /// The bodies of all documented failures, each once.
    pub(super) documented_failures: Vec<Value>,
    served_uses: Uses,
    documented_uses: Uses,
    /// Every parameter, body and response with a served schema, by pointer.
    places: BTreeMap<String, usize>,
    /// Served schemas of each documented component, by their key.
    shapes: BTreeMap<String, BTreeMap<String, Shape>>,
    /// The documented components in whose place each served component was found.
    counterparts: BTreeMap<String, BTreeSet<String>>,
    oddities: Oddities,
    pub(super) forks: Forks,
    pub(super) imports: Imports,
    /// Pointers to the schemas of documented forms that are not served as forms.
    not_served_as_forms: BTreeSet<String>,
    divergences: Vec<Divergence>,
}

impl<'a> Merger<'a> {
    pub(super) fn new(served: &'a Value, documented: &'a Value) -> Merger<'a> {
        Merger {
            served,
            documented,
            documented_failures: responses::failures(documented),
            served_uses: Uses::of_inlined(served),
            documented_uses: Uses::of(documented),
            places: BTreeMap::new(),
            shapes: BTreeMap::new(),
            counterparts: BTreeMap::new(),
            oddities: Oddities::new(),
            forks: Forks::default(),
            imports: Imports::default(),
            not_served_as_forms: BTreeSet::new(),
            divergences: Vec::new(),
        }
    }

    /// How much is known of the components; it only grows.
    pub(super) fn seen(&self) -> usize {
        let of_one = |shape: &Shape| 1 + shape.places.len();
        let shapes = self.shapes.values().flat_map(BTreeMap::values);
        let counterparts = self.counterparts.values().map(BTreeSet::len);
        shapes.map(of_one).chain(counterparts).sum()
    }

    /// Forgets the results of a pass, not what it learned.
    pub(super) fn start_over(&mut self) {
        self.oddities = oddities::find(self);
        self.forks = Forks::default();
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
        self.note_promise(kind, pointer, what, kind == Kind::Overruled);
    }

    /// Notes a difference that breaks a promise of the documentation exactly if `is_contradiction`.
    pub(super) fn note_promise(
        &mut self,
        kind: Kind,
        pointer: &str,
        what: impl Into<String>,
        is_contradiction: bool,
    ) {
        self.divergences.push(Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: what.into(),
            is_contradiction,
        });
    }

    /// Notes that the served document differs in whether a field is required, and wins.
    pub(super) fn note_required(&mut self, pointer: &str, is_required: bool) {
        let what = if is_required {
            "documented as optional, served as required"
        } else {
            "documented as required, served as optional"
        };
        self.note(Kind::Overruled, pointer, what);
    }

    /// Remembers that a documented component is served in this shape somewhere.
    pub(super) fn learn(&mut self, component: &str, shape: &Shape) {
        if let Some(served) = &shape.component {
            let names = self.counterparts.entry(served.clone()).or_default();
            names.insert(component.to_owned());
        }
        let known = self.shapes.entry(component.to_owned()).or_default();
        let entry = known.entry(shape.key()).or_insert_with(|| shape.clone());
        Rc::make_mut(&mut entry.places).extend(shape.places.iter());
    }

    /// All that was learned, by component; the odd ones too.
    pub(super) fn learned(&self) -> impl Iterator<Item = (&str, Vec<Shape>)> {
        self.shapes
            .iter()
            .map(|(component, shapes)| (component.as_str(), shapes.values().cloned().collect()))
    }

    /// Returns the served schemas of a component without the outliers; the commonest first.
    pub(super) fn shapes_of(&self, component: &str) -> Vec<Shape> {
        let known = self.shapes.get(component).into_iter().flatten();
        let mut usual: Vec<Shape> = known
            .filter(|(key, _)| !self.is_odd_key(component, key))
            .map(|(_, shape)| shape.clone())
            .collect();
        usual.sort_by_key(|shape| std::cmp::Reverse(shape.places.len()));
        usual
    }

    /// True if a served schema is too different from a component to be merged into it.
    pub(super) fn is_odd(&self, component: &str, shape: &Shape) -> bool {
        self.oddities.contains_key(component) && self.is_odd_key(component, &shape.key())
    }

    fn is_odd_key(&self, component: &str, key: &str) -> bool {
        let odd = self.oddities.get(component);
        odd.is_some_and(|odd| odd.contains(key))
    }

    /// The documented component that a served one is, if it is one and no other.
    pub(super) fn counterpart(&self, served: &str) -> Option<&String> {
        let shape = self.served_shape(&schema::reference_to(served));
        let mut names = self.counterparts.get(served)?.iter();
        let mut usual = names.by_ref().filter(|name| !self.is_odd(name, &shape));
        usual.next().filter(|_| usual.next().is_none())
    }

    pub(super) fn is_documented(&self, component: &str) -> bool {
        schema::components(self.documented).is_some_and(|schemas| schemas.contains_key(component))
    }

    pub(super) fn is_shared(&self, component: &str) -> bool {
        self.documented_uses.is_shared(component)
    }

    pub(super) fn is_read_component(&self, component: &str) -> bool {
        self.documented_uses.is_read(component)
    }

    /// True if a pointer leads to a schema that readers receive. A schema that is both read and written counts as read: a reader that is
    /// too strict fails, while a writer that is too lax gets an error of the service.
    pub(super) fn is_read(&self, pointer: &str) -> bool {
        let mut segments = pointer.split('/').skip(1);
        match segments.next() {
            Some("components") => {
                let name = json::unescape(segments.nth(1).unwrap_or_default());
                self.is_read_component(&name)
            }
            _ => segments.nth(2) == Some("responses"),
        }
    }

    /// True if writers send what a pointer leads to.
    pub(super) fn is_written(&self, pointer: &str) -> bool {
        let mut segments = pointer.split('/').skip(1);
        match segments.next() {
            Some("components") => {
                let name = json::unescape(segments.nth(1).unwrap_or_default());
                self.documented_uses.is_written(&name)
            }
            _ => segments.nth(2) != Some("responses"),
        }
    }

    /// Remembers that a documented form is served as something else.
    pub(super) fn learn_no_form(&mut self, pointer: &str, schema: &Value) {
        let component = schema::component_of(schema);
        let component = component.map(|name| below("/components/schemas", &[name]));
        let schema = component.unwrap_or_else(|| pointer.to_owned());
        self.not_served_as_forms.insert(schema);
    }

    /// True if a pointer leads to the schema of a form, documented and served, whose fields are text.
    pub(super) fn is_form(&self, pointer: &str) -> bool {
        if self.not_served_as_forms.contains(pointer) {
            return false;
        }
        let media = |pointer: &str| {
            let media = self.documented.pointer(pointer.strip_suffix("/schema")?)?;
            let media_type = json::unescape(pointer.rsplit('/').nth(1)?);
            Some(document::is_plain_form(&media_type, media))
        };
        match pointer.strip_prefix("/components/schemas/") {
            Some(name) => {
                !name.contains('/') && self.documented_uses.is_form(&json::unescape(name))
            }
            None => media(pointer).unwrap_or_default(),
        }
    }

    /// True if a served component occurs in responses.
    pub(super) fn is_served_to_readers(&self, component: &str) -> bool {
        self.served_uses.is_read(component)
    }

    /// Returns the served schema of a parameter, body or response.
    pub(super) fn served_at(&mut self, pointer: &str, schema: &Value) -> Shape {
        let next = self.places.len();
        let place = *self.places.entry(pointer.to_owned()).or_insert(next);
        Shape {
            places: Rc::new(BTreeSet::from([place])),
            ..self.served_shape(schema)
        }
    }

    fn served_shape(&self, schema: &Value) -> Shape {
        Shape::of(self.served, schema)
    }

    /// Returns the kind of values of a documented schema.
    pub(super) fn documented_kind(&self, schema: &Value) -> shape::Kind {
        shape::Kind::of(self.documented, schema)
    }

    pub(super) fn documented_shape(&self, schema: &Value) -> Shape {
        Shape::of(self.documented, schema)
    }
}

/// A pointer one or more steps further down.
pub(super) fn below(pointer: &str, segments: &[&str]) -> String {
    format!("{pointer}{}", json::pointer(segments))
}
