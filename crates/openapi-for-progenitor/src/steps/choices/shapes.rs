//! What readers ask of values: whether one that is meant for one type may be taken for another.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// How deep lists in lists, and names for names, are looked through.
const DEPTH: usize = 8;

/// How many comparisons one choice is worth. Choices in choices multiply.
const COMPARISONS: usize = 20_000;

/// What decides whether a value fits, of every component.
#[derive(Debug)]
pub(super) struct Shapes {
    components: BTreeMap<String, Shape>,
}

/// What a reader asks of a value.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Anything,
    /// A component, by its name.
    Named(String),
    Text,
    /// Text that must be a moment.
    Moment,
    Number {
        is_whole: bool,
    },
    Truth,
    List(Box<Shape>),
    Object {
        required: Vec<String>,
        properties: BTreeMap<String, Option<Constant>>,
    },
    /// One of several.
    Choice(Vec<Shape>),
}

/// The only value that a property may have, and the component that says so.
#[derive(Clone, Debug, PartialEq)]
struct Constant {
    value: String,
    component: String,
}

impl Shapes {
    pub(super) fn of(components: &Object) -> Shapes {
        let shapes = components
            .iter()
            .map(|(name, component)| (name.clone(), shape(component, components)));
        Shapes {
            components: shapes.collect(),
        }
    }

    /// The arms that ask for most first; equals as they were.
    pub(super) fn ordered(&self, arms: &[Value]) -> Vec<Value> {
        let mut ordered = arms.to_vec();
        ordered.sort_by_cached_key(|arm| Reverse(self.seen(&self.arm(arm)).demands()));
        ordered
    }

    /// The components whose constants tell the arms of a choice apart; none if they are apart without. Nothing if they are not.
    pub(super) fn told_by(&self, arms: &[Value]) -> Option<Vec<String>> {
        let arms: Vec<Shape> = arms.iter().map(|arm| self.arm(arm)).collect();
        if self.are_apart(&arms, false) {
            return Some(Vec::new());
        }
        let constants = || arms.iter().flat_map(|arm| self.seen(arm).constants());
        self.are_apart(&arms, true).then(|| constants().collect())
    }

    /// An arm is a reference or a simple schema by now: everything else is a component.
    fn arm(&self, arm: &Value) -> Shape {
        shape(arm, &Object::new())
    }

    fn are_apart(&self, arms: &[Shape], heeds_constants: bool) -> bool {
        let reader = Reader {
            shapes: self,
            heeds_constants,
            comparisons: Cell::new(COMPARISONS),
        };
        arms.iter().enumerate().all(|(index, later)| {
            let mut earlier = arms[..index].iter();
            !earlier.any(|earlier| reader.takes(earlier, later, DEPTH))
        })
    }

    /// The shape behind names.
    fn seen<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        let mut shape = shape;
        for _ in 0..DEPTH {
            let Shape::Named(name) = shape else { break };
            let Some(next) = self.components.get(name) else {
                break;
            };
            shape = next;
        }
        shape
    }
}

impl Shape {
    /// How much a reader asks for; objects by their required properties.
    fn demands(&self) -> usize {
        match self {
            Shape::Anything => 0,
            Shape::Object { required, .. } => required.len() + 3,
            Shape::Number { is_whole: true } | Shape::Moment => 2,
            _ => 1,
        }
    }

    fn constants(&self) -> Vec<String> {
        let Shape::Object {
            required,
            properties,
        } = self
        else {
            return Vec::new();
        };
        let constants = required
            .iter()
            .filter_map(|name| properties.get(name)?.as_ref());
        constants
            .map(|constant| constant.component.clone())
            .collect()
    }
}

/// Somebody who reads the arms of one choice.
struct Reader<'a> {
    shapes: &'a Shapes,
    heeds_constants: bool,
    /// How many comparisons are left.
    comparisons: Cell<usize>,
}

impl Reader<'_> {
    /// Whether the earlier arm may take a value that is meant for the later one.
    fn takes(&self, earlier: &Shape, later: &Shape, depth: usize) -> bool {
        let left = self.comparisons.get().checked_sub(1);
        let (Some(left), Some(depth)) = (left, depth.checked_sub(1)) else {
            return true;
        };
        self.comparisons.set(left);
        match (self.shapes.seen(earlier), self.shapes.seen(later)) {
            (Shape::Choice(arms), later) => arms.iter().any(|arm| self.takes(arm, later, depth)),
            (earlier, Shape::Choice(arms)) => {
                arms.iter().any(|arm| self.takes(earlier, arm, depth))
            }
            (Shape::Anything | Shape::Named(_), _) | (_, Shape::Anything | Shape::Named(_)) => true,
            (Shape::Moment, Shape::Text) => false,
            (Shape::Number { is_whole: true }, Shape::Number { is_whole }) => *is_whole,
            (Shape::Text | Shape::Moment, Shape::Text | Shape::Moment)
            | (Shape::Number { .. }, Shape::Number { .. })
            | (Shape::Truth, Shape::Truth) => true,
            (Shape::List(earlier), Shape::List(later)) => self.takes(earlier, later, depth),
            (earlier @ Shape::Object { .. }, Shape::Object { properties, .. }) => {
                self.takes_object(earlier, properties)
            }
            _ => false,
        }
    }

    /// An object is refused for a property that it lacks, or that has another constant.
    fn takes_object(&self, earlier: &Shape, others: &BTreeMap<String, Option<Constant>>) -> bool {
        let Shape::Object {
            required,
            properties,
        } = earlier
        else {
            return true;
        };
        let is_refused = |name: &String| match (others.get(name), properties.get(name)) {
            (None, _) => true,
            (Some(Some(other)), Some(Some(own))) => {
                self.heeds_constants && own.value != other.value
            }
            _ => false,
        };
        !required.iter().any(is_refused)
    }
}

fn shape(schema: &Value, components: &Object) -> Shape {
    if let Some(name) = schema::component_of(schema) {
        return Shape::Named(name.to_owned());
    }
    let Some(schema) = schema.as_object() else {
        return Shape::Anything;
    };
    let arms = json::elements(schema, "oneOf");
    if !arms.is_empty() {
        return Shape::Choice(arms.iter().map(|arm| shape(arm, components)).collect());
    }
    match json::string(schema, "type") {
        Some("string") => match json::string(schema, "format") {
            Some("date-time") => Shape::Moment,
            _ => Shape::Text,
        },
        Some("integer") => Shape::Number { is_whole: true },
        Some("number") => Shape::Number { is_whole: false },
        Some("boolean") => Shape::Truth,
        Some("array") => {
            let items = schema.get("items").map(|items| shape(items, components));
            Shape::List(Box::new(items.unwrap_or(Shape::Anything)))
        }
        Some("object") => object(schema, components),
        _ => Shape::Anything,
    }
}

fn object(schema: &Object, components: &Object) -> Shape {
    let properties = json::entries(schema, "properties");
    let required = json::strings(schema, "required").into_iter();
    Shape::Object {
        required: required.map(str::to_owned).collect(),
        properties: properties
            .map(|(name, property)| (name.clone(), constant(property, components)))
            .collect(),
    }
}

fn constant(property: &Value, components: &Object) -> Option<Constant> {
    let name = schema::component_of(property)?;
    match json::elements(components.get(name)?.as_object()?, "enum") {
        [Value::String(only)] => Some(Constant {
            value: only.clone(),
            component: name.to_owned(),
        }),
        _ => None,
    }
}
