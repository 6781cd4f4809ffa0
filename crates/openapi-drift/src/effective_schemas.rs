//! Effective schemas of one document, computed once for each component.

mod anything;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::budget::{Budget, values_in};
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::{contradictions, normal_form, variants};
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Limit on the nesting of choices and on the number of their variants. Only schemas that expand without end exceed it.
const DEEPEST: usize = 12;
const MOST_VARIANTS: usize = 1_000;

/// Limit on the levels of parts and variants that are examined for null.
const MOST_LEVELS: usize = 200;

/// Effective schemas of one document.
#[derive(Debug)]
pub(super) struct EffectiveSchemas<'a> {
    document: &'a Value,
    components: RefCell<BTreeMap<String, Rc<EffectiveSchema>>>,
    /// Components that are being resolved: a schema that contains itself adds no restriction by that.
    open: RefCell<BTreeSet<String>>,
    /// Evidence about null in each component, as far as it is known.
    null_fits: RefCell<BTreeMap<String, NullFit>>,
    /// True for each component that is known to accept every value.
    accept_all: RefCell<BTreeMap<String, bool>>,
    budget: Budget,
}

/// Evidence about null in a schema. Of several keywords and parts that all apply, the greatest counts.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum NullFit {
    /// No keyword restricts the type.
    OfAnything,
    /// There is no type, but a keyword that concerns one type only.
    RefusedByInference,
    Stated,
    Refused,
}

impl NullFit {
    fn of_keywords(own: &EffectiveSchema) -> NullFit {
        let has = |keyword: &str| own.members.contains_key(keyword);
        if own.refuses_null || has("type") || has("enum") {
            NullFit::Refused
        } else if own.kind() == ValueKind::Unspecified {
            NullFit::OfAnything
        } else {
            NullFit::RefusedByInference
        }
    }

    /// Returns the evidence of a choice: one variant suffices. A choice without variants restricts nothing.
    fn of_choice(variants: &[NullFit]) -> NullFit {
        let best = [
            NullFit::Stated,
            NullFit::OfAnything,
            NullFit::RefusedByInference,
        ];
        let first = best.into_iter().find(|fit| variants.contains(fit));
        match variants {
            [] => NullFit::OfAnything,
            _ => first.unwrap_or(NullFit::Refused),
        }
    }
}

impl<'a> EffectiveSchemas<'a> {
    pub(super) fn of_document(document: &'a Value) -> EffectiveSchemas<'a> {
        EffectiveSchemas {
            document,
            components: RefCell::default(),
            open: RefCell::default(),
            null_fits: RefCell::default(),
            accept_all: RefCell::default(),
            budget: Budget::of_document(document),
        }
    }

    /// True if there is a component of that name.
    pub(super) fn has(&self, component: &str) -> bool {
        schema::components(self.document).is_some_and(|all| all.contains_key(component))
    }

    pub(super) fn of(&self, value: &Value) -> Rc<EffectiveSchema> {
        if let Some(name) = schema::referred(value) {
            // A schema that contains itself adds no restriction by that.
            let is_open = self.open.borrow().contains(name);
            return if is_open {
                Rc::default()
            } else {
                self.of_component(name)
            };
        }
        let Some(schema) = value.as_object() else {
            return Rc::default();
        };
        let mut whole = EffectiveSchema::own(schema);
        let parts: Vec<Rc<EffectiveSchema>> = json::elements(schema, "allOf")
            .iter()
            .map(|part| self.as_base(self.of(part)))
            .collect();
        for part in &parts {
            whole = self.both(whole, part);
        }
        for keyword in ["oneOf", "anyOf"] {
            whole = match json::elements(schema, keyword) {
                [] => whole,
                [only] => {
                    let only = self.of(only);
                    self.both(whole, &only)
                }
                variants if keyword == "anyOf" && self.any_accepts_all(variants) => whole,
                variants => {
                    let names = variants.iter().filter_map(schema::component_of);
                    let choice = EffectiveSchema {
                        variants: variants.to_vec(),
                        is_exclusive: keyword == "oneOf",
                        variant_names: names.map(str::to_owned).collect(),
                        has_references: variants
                            .iter()
                            .any(|variant| !schema::references(variant).is_empty()),
                        ..EffectiveSchema::default()
                    };
                    self.both(whole, &choice)
                }
            };
        }
        normal_form::simplify(&mut whole.members);
        if contradictions::exclude_all(&whole.members) {
            whole.members.insert("enum".to_owned(), json!([]));
        }
        if whole.is_null() || whole.is_impossible() && self.takes_null(value) {
            whole.members = Object::from_iter([("type".to_owned(), "null".into())]);
        }
        Rc::new(whole)
    }

    /// Returns the conjunction of both, if enough steps are left.
    fn both(&self, mut whole: EffectiveSchema, part: &EffectiveSchema) -> EffectiveSchema {
        if self.budget.is_used_up() {
            whole.is_unfinished = true;
            return whole;
        }
        let both = whole.and(part);
        let has_choice = !both.variants.is_empty();
        let fields = json::object(&both.members, "properties").map_or(0, Object::len);
        let variants: usize = both.variants.iter().map(values_in).sum();
        self.budget
            .take(1 + fields / 8 + usize::from(has_choice) * variants);
        both
    }

    pub(super) fn document(&self) -> &'a Value {
        self.document
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Resolves a part of the current schema. A base that is the `oneOf` of its own variants contributes the keywords
    /// beside the `oneOf`, and not the `oneOf`.
    fn as_base(&self, part: Rc<EffectiveSchema>) -> Rc<EffectiveSchema> {
        if part.variant_names.is_disjoint(&self.open.borrow()) {
            return part;
        }
        Rc::new(EffectiveSchema {
            members: part.beside.clone(),
            component: None,
            discriminator: None,
            variants: Vec::new(),
            is_exclusive: false,
            beside: Object::new(),
            variant_names: BTreeSet::new(),
            ..EffectiveSchema::clone(&part)
        })
    }

    /// True if a location may hold null: each of its keywords allows null, with each part, and with a variant of each
    /// choice.
    pub(super) fn takes_null(&self, schema: &Value) -> bool {
        let fit = self.null_fit(schema, MOST_LEVELS);
        [NullFit::OfAnything, NullFit::Stated].contains(&fit)
    }

    fn null_fit(&self, schema: &Value, levels: usize) -> NullFit {
        if levels == 0 || !self.budget.take(1) {
            return NullFit::Refused;
        }
        if let Some(name) = schema::referred(schema) {
            return self.null_fit_of_component(name, levels);
        }
        let Some(members) = schema.as_object() else {
            return NullFit::OfAnything;
        };
        let own = EffectiveSchema::own(members);
        if own.nullable {
            return NullFit::Stated;
        }
        let fit = |part: &Value| self.null_fit(part, levels - 1);
        let parts = json::elements(members, "allOf").iter().map(fit);
        let choices = ["oneOf", "anyOf"].map(|keyword| {
            let variants = json::elements(members, keyword);
            NullFit::of_choice(&variants.iter().map(fit).collect::<Vec<_>>())
        });
        let all = parts.chain(choices).chain([NullFit::of_keywords(&own)]);
        all.max().unwrap_or(NullFit::OfAnything)
    }

    /// Returns how null fits a component. A reference of the component to itself adds nothing.
    fn null_fit_of_component(&self, name: &str, levels: usize) -> NullFit {
        if let Some(known) = self.null_fits.borrow().get(name) {
            return *known;
        }
        let component = schema::components(self.document).and_then(|all| all.get(name));
        let Some(component) = component else {
            return NullFit::OfAnything;
        };
        let insert = |fit| self.null_fits.borrow_mut().insert(name.to_owned(), fit);
        insert(NullFit::RefusedByInference);
        let fit = self.null_fit(component, levels - 1);
        insert(fit);
        fit
    }

    /// Resolves a component after the components that it is composed of, with bounded stack.
    fn of_component(&self, name: &str) -> Rc<EffectiveSchema> {
        let mut waiting = vec![name];
        while let Some(name) = waiting.last().copied() {
            let Some(component) = self.unknown_component(name) else {
                waiting.pop();
                continue;
            };
            self.open.borrow_mut().insert(name.to_owned());
            let mut parts = parts_of(component).into_iter();
            let is_waiting = |part: &&str| {
                self.unknown_component(part).is_some() && !self.open.borrow().contains(*part)
            };
            if let Some(part) = parts.find(is_waiting) {
                waiting.push(part);
                continue;
            }
            let schema = self.named(name, component);
            self.open.borrow_mut().remove(name);
            self.components.borrow_mut().insert(name.to_owned(), schema);
            waiting.pop();
        }
        self.components
            .borrow()
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    /// Returns a component that exists and that is not resolved yet.
    fn unknown_component(&self, name: &str) -> Option<&'a Value> {
        let is_known = self.components.borrow().contains_key(name);
        schema::components(self.document)?
            .get(name)
            .filter(|_| !is_known)
    }

    fn named(&self, name: &str, component: &Value) -> Rc<EffectiveSchema> {
        Rc::new(EffectiveSchema {
            component: Some(name.to_owned()),
            name: Some(name.to_owned()),
            has_references: true,
            ..EffectiveSchema::clone(&self.of(component))
        })
    }

    /// Returns the variants of a value other than null: the variants of a choice, including nested choices, without
    /// variants that another one includes. Listed values of several types are several variants. A schema without
    /// variants, or with none that has values, is its only variant. A remaining choice among them was not resolved
    /// further.
    pub(super) fn variants(&self, schema: &Rc<EffectiveSchema>) -> Vec<Rc<EffectiveSchema>> {
        if schema.variants.is_empty() {
            return variants::split_by_type(Rc::clone(schema));
        }
        let opened = self.opened(schema).into_iter();
        let mut found: Vec<_> = opened.flat_map(variants::split_by_type).collect();
        let null = found.iter().find(|variant| variant.is_null());
        let first = null.or(found.first()).cloned();
        found.retain(|variant| {
            !variant.is_null() && !variant.is_impossible() && !self.requires_impossible(variant)
        });
        if found.is_empty() {
            found.extend(first);
        }
        variants::simplified(found)
    }

    /// True if an object requires a field whose parts contradict each other, such as two constants.
    fn requires_impossible(&self, object: &EffectiveSchema) -> bool {
        let properties = json::object(&object.members, "properties");
        let is_impossible = |field: &Value| {
            let has_parts = field.get("allOf").is_some();
            has_parts && self.of(field).is_impossible() && !self.takes_null(field)
        };
        let mut required = json::strings(&object.members, "required").into_iter();
        required.any(|name| {
            let field = properties.and_then(|all| all.get(name));
            field.is_some_and(is_impossible)
        })
    }

    /// Returns all variants, with nested choices replaced by their variants.
    fn opened(&self, schema: &Rc<EffectiveSchema>) -> Vec<Rc<EffectiveSchema>> {
        let mut found = Vec::new();
        let mut met = BTreeSet::from([schema.key()]);
        let mut waiting = vec![(Rc::clone(schema), 0)];
        while let Some((choice, depth)) = waiting.pop() {
            let is_end = depth >= DEEPEST || met.len() > MOST_VARIANTS || self.budget.is_used_up();
            if choice.variants.is_empty() || is_end {
                found.push(choice);
                continue;
            }
            for variant in choice.variants.iter().rev() {
                let variant = self.of(variant);
                let key = variant.key();
                self.budget.take_text(&key);
                if met.insert(key) {
                    waiting.push((variant, depth + 1));
                }
            }
        }
        found
    }
}

/// Returns the components that a schema is composed of: the target of its reference, its parts, and a single variant.
fn parts_of(schema: &Value) -> Vec<&str> {
    if let Some(name) = schema::referred(schema) {
        return vec![name];
    }
    let Some(members) = schema.as_object() else {
        return Vec::new();
    };
    let only = ["oneOf", "anyOf"].map(|keyword| match json::elements(members, keyword) {
        [only] => std::slice::from_ref(only),
        _ => &[],
    });
    let parts = json::elements(members, "allOf").iter();
    parts
        .chain(only.into_iter().flatten())
        .flat_map(parts_of)
        .collect()
}
