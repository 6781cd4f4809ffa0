//! Effective schemas of one document, computed once for each component.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::budget::{Budget, values_in};
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::variants;
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
    /// True for each component that null fits, as far as that is known.
    nullable_components: RefCell<BTreeMap<String, bool>>,
    budget: Budget,
}

impl<'a> EffectiveSchemas<'a> {
    pub(super) fn of_document(document: &'a Value) -> EffectiveSchemas<'a> {
        EffectiveSchemas {
            document,
            components: RefCell::default(),
            open: RefCell::default(),
            nullable_components: RefCell::default(),
            budget: Budget::of_document(document),
        }
    }

    /// True if there is a component of that name.
    pub(super) fn has(&self, component: &str) -> bool {
        schema::components(self.document).is_some_and(|all| all.contains_key(component))
    }

    pub(super) fn of(&self, schema: &Value) -> Rc<EffectiveSchema> {
        if let Some(name) = schema::referred(schema) {
            // A schema that contains itself adds no restriction by that.
            let is_open = self.open.borrow().contains(name);
            return if is_open {
                Rc::default()
            } else {
                self.of_component(name)
            };
        }
        let Some(schema) = schema.as_object() else {
            return Rc::default();
        };
        let mut whole = EffectiveSchema::own(schema);
        let parts: Vec<Rc<EffectiveSchema>> = json::elements(schema, "allOf")
            .iter()
            .map(|part| self.as_base(self.of(part)))
            .collect();
        // A schema without restrictions allows null too.
        let takes_null = |part: &Rc<EffectiveSchema>| part.nullable || part.says_nothing();
        whole.nullable |= parts.iter().all(takes_null) && parts.iter().any(|part| part.nullable);
        for part in &parts {
            whole = self.both(whole, part);
        }
        for keyword in ["oneOf", "anyOf"] {
            whole = match json::elements(schema, keyword) {
                [] => whole,
                [only] => {
                    let only = self.of(only);
                    whole.nullable |= only.nullable;
                    self.both(whole, &only)
                }
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
        self.takes_null_within(schema, MOST_LEVELS)
    }

    fn takes_null_within(&self, schema: &Value, levels: usize) -> bool {
        if levels == 0 || !self.budget.take(1) {
            return false;
        }
        if let Some(name) = schema::referred(schema) {
            return self.component_takes_null(name, levels);
        }
        let Some(members) = schema.as_object() else {
            return true;
        };
        let own = EffectiveSchema::own(members);
        if own.nullable || own.refuses_null {
            return !own.refuses_null;
        }
        let takes_null = |part: &Value| self.takes_null_within(part, levels - 1);
        let takes_choice = |keyword: &str| {
            let variants = json::elements(members, keyword);
            variants.is_empty() || variants.iter().any(takes_null)
        };
        own.kind() == ValueKind::Silent
            && json::elements(members, "allOf").iter().all(takes_null)
            && takes_choice("oneOf")
            && takes_choice("anyOf")
    }

    /// A component adds nothing to itself.
    fn component_takes_null(&self, name: &str, levels: usize) -> bool {
        if let Some(is_known) = self.nullable_components.borrow().get(name) {
            return *is_known;
        }
        let component = schema::components(self.document).and_then(|all| all.get(name));
        let Some(component) = component else {
            return true;
        };
        self.nullable_components
            .borrow_mut()
            .insert(name.to_owned(), false);
        let takes_null = self.takes_null_within(component, levels - 1);
        self.nullable_components
            .borrow_mut()
            .insert(name.to_owned(), takes_null);
        takes_null
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
    /// variants that another one includes. A schema without variants is its only variant. A remaining choice among them
    /// was not resolved further.
    pub(super) fn variants(&self, schema: &Rc<EffectiveSchema>) -> Vec<Rc<EffectiveSchema>> {
        if schema.variants.is_empty() {
            return vec![Rc::clone(schema)];
        }
        let mut found = self.opened(schema);
        found.retain(|variant| !variant.is_null());
        variants::simplified(found)
    }

    /// Returns all variants, with nested choices replaced by their variants. A variant of a nullable choice is
    /// nullable.
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
                let mut variant = self.of(variant);
                if choice.nullable && !variant.nullable {
                    Rc::make_mut(&mut variant).nullable = true;
                }
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
