//! What a schema says of the values in its place, however it is spelt: by reference, in parts, or as a choice of one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::budget::{Budget, values_in};
use super::intersection;
use crate::comparable::CONDITIONS;
use crate::down;
use crate::json::{self, Object};
use crate::schema;

/// The keywords that say something of a value. All others are words, or are compared by themselves.
const SHAPING: [&str; 21] = [
    CONDITIONS,
    "additionalProperties",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

/// What a schema says.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// The component that it is, if it is the whole of one and nothing else.
    pub(super) component: Option<String>,
    /// The first component that it is made of.
    pub(super) name: Option<String>,
    /// Whether other components had to be looked at. What is without any ends by itself.
    pub(super) has_references: bool,
    pub(super) nullable: bool,
    pub(super) is_read_only: bool,
    pub(super) is_write_only: bool,
    pub(super) is_deprecated: bool,
    pub(super) default: Option<Value>,
    pub(super) discriminator: Option<Object>,
    /// Plain keywords. With a choice there are none: they are in each of its arms.
    pub(super) members: Object,
    /// The schemas of a choice, if it is one.
    pub(super) arms: Vec<Value>,
    /// True if a value must fit exactly one of them.
    pub(super) is_exclusive: bool,
    /// Of a choice, what is said beside it and is in each of its arms; and the components that its arms are.
    beside: Object,
    arm_names: BTreeSet<String>,
    /// True if there was more than could be put together.
    pub(super) is_unfinished: bool,
}

/// How many choices may be inside of each other, and how many arms they may have. Those that are made of themselves in ever
/// new ways end here.
const DEEPEST: usize = 12;
const MOST_ARMS: usize = 1_000;

/// What kinds of values there are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// It does not say.
    Silent,
    Object,
    Array,
    Choice,
    Scalar(String),
}

impl Meaning {
    /// What a schema says itself, without its parts.
    fn own(schema: &Object) -> Meaning {
        let shaping = schema
            .iter()
            .filter(|(key, _)| SHAPING.contains(&key.as_str()));
        Meaning {
            // A condition may lead back to its own schema.
            has_references: schema.contains_key(CONDITIONS),
            nullable: json::is_true(schema, "nullable"),
            is_read_only: json::is_true(schema, "readOnly"),
            is_write_only: json::is_true(schema, "writeOnly"),
            is_deprecated: json::is_true(schema, "deprecated"),
            // One that is null says what leaving the value out says.
            default: schema
                .get("default")
                .filter(|value| !value.is_null())
                .cloned(),
            discriminator: json::object(schema, "discriminator").cloned(),
            members: shaping
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            ..Meaning::default()
        }
    }

    fn says_nothing(&self) -> bool {
        self.members.is_empty() && self.arms.is_empty()
    }

    /// Both at once.
    fn and(mut self, part: &Meaning) -> Meaning {
        // Words alone take away no name.
        if !part.says_nothing() || part.name.is_some() {
            let is_whole = self.says_nothing() && self.name.is_none();
            self.component = part.component.clone().filter(|_| is_whole);
        }
        self.name = self.name.or_else(|| part.name.clone());
        self.has_references |= part.has_references;
        self.is_read_only |= part.is_read_only;
        self.is_write_only |= part.is_write_only;
        self.is_deprecated |= part.is_deprecated;
        self.is_exclusive |= part.is_exclusive;
        self.default = self.default.or_else(|| part.default.clone());
        self.discriminator = self.discriminator.or_else(|| part.discriminator.clone());
        intersection::add(&mut self.beside, &part.beside);
        self.arm_names.extend(part.arm_names.iter().cloned());
        self.is_unfinished |= part.is_unfinished || intersection::is_cut(&self.arms, &part.arms);
        if self.arms.is_empty() && part.arms.is_empty() {
            intersection::add(&mut self.members, &part.members);
        } else {
            intersection::add(&mut self.beside, &self.members);
            intersection::add(&mut self.beside, &part.members);
            self.arms =
                intersection::arms((&self.members, &self.arms), (&part.members, &part.arms));
            self.members = Object::new();
        }
        self
    }

    pub(super) fn kind(&self) -> Kind {
        if !self.arms.is_empty() {
            return Kind::Choice;
        }
        let stated = json::string(&self.members, "type");
        match stated.or_else(|| inferred(&self.members)) {
            None => Kind::Silent,
            Some("object") => Kind::Object,
            Some("array") => Kind::Array,
            Some(scalar) => Kind::Scalar(scalar.to_owned()),
        }
    }

    /// The same text for all that says the same of a value, whatever the order of its keys.
    pub(super) fn key(&self) -> String {
        if let Some(component) = &self.component {
            return component.clone();
        }
        let mut whole = json!({"is": self.members, "arms": self.arms, "told apart": self.discriminator, "one": self.is_exclusive});
        whole.sort_all_objects();
        whole.to_string()
    }

    /// Whether null is all that it can be.
    pub(super) fn is_null(&self) -> bool {
        let values = json::elements(&self.members, "enum");
        let has_only_null = !values.is_empty() && values.iter().all(Value::is_null);
        has_only_null || json::string(&self.members, "type") == Some("null")
    }
}

/// The type that the keywords of a schema are of, if it does not say.
fn inferred(members: &Object) -> Option<&'static str> {
    const OF_TYPES: [(&str, &[&str]); 4] = [
        (
            "object",
            &[
                "additionalProperties",
                "maxProperties",
                "minProperties",
                "properties",
                "required",
            ],
        ),
        ("array", &["items", "maxItems", "minItems", "uniqueItems"]),
        ("string", &["format", "maxLength", "minLength", "pattern"]),
        ("number", &["maximum", "minimum", "multipleOf"]),
    ];
    let by_keyword = || {
        OF_TYPES
            .iter()
            .find(|(_, keywords)| keywords.iter().any(|key| members.contains_key(*key)))
            .map(|(kind, _)| *kind)
    };
    let mut of_values = json::elements(members, "enum")
        .iter()
        .filter(|value| !value.is_null())
        .map(down::kind_of);
    let first = of_values.next();
    let by_values = first.filter(|first| of_values.all(|other| other == *first));
    by_values
        .or_else(by_keyword)
        .or_else(|| first.map(|_| "value"))
}

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

    /// Whether there is such a component.
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
