//! The meanings of the schemas of one document, worked out once for each component.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::budget::{Budget, values_in};
use super::intersection;
use super::meaning::{Kind, Meaning};
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// How many choices may be inside of each other, and how many arms they may have. Those that are made of themselves in ever
/// new ways end here.
const DEEPEST: usize = 12;
const MOST_ARMS: usize = 1_000;

/// The meanings of the schemas of one document.
#[derive(Debug)]
pub(super) struct Meanings<'a> {
    document: &'a Value,
    components: RefCell<BTreeMap<String, Rc<Meaning>>>,
    /// The components that are being looked at: what is made of itself says nothing by that.
    open: RefCell<BTreeSet<String>>,
    budget: Budget,
}

impl<'a> Meanings<'a> {
    pub(super) fn of_document(document: &'a Value) -> Meanings<'a> {
        Meanings {
            document,
            components: RefCell::default(),
            open: RefCell::default(),
            budget: Budget::of_document(document),
        }
    }

    /// True if there is a component of that name.
    pub(super) fn has(&self, component: &str) -> bool {
        schema::components(self.document).is_some_and(|all| all.contains_key(component))
    }

    pub(super) fn of(&self, schema: &Value) -> Rc<Meaning> {
        if let Some(name) = schema::referred(schema) {
            // What is made of itself says nothing by that.
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
        let mut whole = Meaning::own(schema);
        let parts: Vec<Rc<Meaning>> = json::elements(schema, "allOf")
            .iter()
            .map(|part| self.as_base(self.of(part)))
            .collect();
        // What says nothing takes null too.
        let takes_null = |part: &Rc<Meaning>| part.nullable || part.says_nothing();
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
                arms => {
                    let names = arms.iter().filter_map(schema::component_of);
                    let choice = Meaning {
                        arms: arms.to_vec(),
                        is_exclusive: keyword == "oneOf",
                        arm_names: names.map(str::to_owned).collect(),
                        has_references: arms.iter().any(|arm| !schema::references(arm).is_empty()),
                        ..Meaning::default()
                    };
                    self.both(whole, &choice)
                }
            };
        }
        Rc::new(whole)
    }

    /// Both at once, if there are steps left for it.
    fn both(&self, mut whole: Meaning, part: &Meaning) -> Meaning {
        if self.budget.is_used_up() {
            whole.is_unfinished = true;
            return whole;
        }
        let both = whole.and(part);
        let has_choice = !both.arms.is_empty();
        let fields = json::object(&both.members, "properties").map_or(0, Object::len);
        let arms: usize = both.arms.iter().map(values_in).sum();
        self.budget
            .take(1 + fields / 8 + usize::from(has_choice) * arms);
        both
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// A part of what is being looked at. A base that is the choice of those made from it gives them what stands beside the
    /// choice, and not the choice.
    fn as_base(&self, part: Rc<Meaning>) -> Rc<Meaning> {
        if part.arm_names.is_disjoint(&self.open.borrow()) {
            return part;
        }
        Rc::new(Meaning {
            members: part.beside.clone(),
            component: None,
            discriminator: None,
            arms: Vec::new(),
            is_exclusive: false,
            beside: Object::new(),
            arm_names: BTreeSet::new(),
            ..Meaning::clone(&part)
        })
    }

    /// True if a location may hold null: its schema or one of its variants allows null, or restricts nothing.
    pub(super) fn is_nullable(&self, meaning: &Rc<Meaning>) -> bool {
        let takes_null = |one: &Rc<Meaning>| one.nullable || one.kind() == Kind::Silent;
        takes_null(meaning) || self.opened(meaning).iter().any(takes_null)
    }

    /// Looks at a component after those that it is made of, however long the way to the last of them is.
    fn of_component(&self, name: &str) -> Rc<Meaning> {
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
            let meaning = self.named(name, component);
            self.open.borrow_mut().remove(name);
            self.components
                .borrow_mut()
                .insert(name.to_owned(), meaning);
            waiting.pop();
        }
        self.components
            .borrow()
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    /// Returns a component that there is, and whose meaning is not known.
    fn unknown_component(&self, name: &str) -> Option<&'a Value> {
        let is_known = self.components.borrow().contains_key(name);
        schema::components(self.document)?
            .get(name)
            .filter(|_| !is_known)
    }

    fn named(&self, name: &str, component: &Value) -> Rc<Meaning> {
        Rc::new(Meaning {
            component: Some(name.to_owned()),
            name: Some(name.to_owned()),
            has_references: true,
            ..Meaning::clone(&self.of(component))
        })
    }

    /// The forms that a value may have other than null: the arms of a choice, those of the choices among them, and none that
    /// another one includes. What is no choice is its only form. A choice among them is one that was not opened any more.
    pub(super) fn forms(&self, meaning: &Rc<Meaning>) -> Vec<Rc<Meaning>> {
        if meaning.arms.is_empty() {
            return vec![Rc::clone(meaning)];
        }
        let mut found = self.opened(meaning);
        found.retain(|form| !form.is_null());
        intersection::simplified(found)
    }

    /// All arms, with those of the choices among them in their place. An arm of what may be null may be null.
    fn opened(&self, meaning: &Rc<Meaning>) -> Vec<Rc<Meaning>> {
        let mut found = Vec::new();
        let mut met = BTreeSet::from([meaning.key()]);
        let mut waiting = vec![(Rc::clone(meaning), 0)];
        while let Some((choice, depth)) = waiting.pop() {
            let is_end = depth >= DEEPEST || met.len() > MOST_ARMS || self.budget.is_used_up();
            if choice.arms.is_empty() || is_end {
                found.push(choice);
                continue;
            }
            for arm in choice.arms.iter().rev() {
                let mut arm = self.of(arm);
                if choice.nullable && !arm.nullable {
                    Rc::make_mut(&mut arm).nullable = true;
                }
                let key = arm.key();
                self.budget.take_text(&key);
                if met.insert(key) {
                    waiting.push((arm, depth + 1));
                }
            }
        }
        found
    }
}

/// The components that a schema is made of: what it refers to, its parts, and the only arm of a choice.
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
