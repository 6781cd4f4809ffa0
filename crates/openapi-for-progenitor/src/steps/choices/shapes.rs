//! Requirements that readers check: whether a value of one type may be decoded as another.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Limit on nested lists, and on references to references, that are followed.
const DEPTH: usize = 8;

/// Limit on the comparisons for one `oneOf`. Nested ones multiply.
const COMPARISONS: usize = 20_000;

/// Decode shape of every component: the requirements that decide whether a value deserialises.
#[derive(Debug)]
pub(super) struct Shapes {
    components: BTreeMap<String, Shape>,
}

/// Requirements of a reader on a value.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Anything,
    /// Component, by its name.
    Named(String),
    Text,
    /// Text that must be a timestamp.
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
    /// One of several variants.
    Choice(Vec<Shape>),
}

/// Constant of a property, and the component that defines it.
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

    /// Sorts variants by their requirements, the most demanding first; the order of equals is kept.
    pub(super) fn ordered(&self, variants: &[Value]) -> Vec<Value> {
        let mut ordered = variants.to_vec();
        ordered.sort_by_cached_key(|variant| Reverse(self.seen(&self.variant(variant)).demands()));
        ordered
    }

    /// Returns the components whose constants disambiguate the variants; an empty list if no constant is needed. `None`
    /// if the variants are ambiguous.
    pub(super) fn disambiguating(&self, variants: &[Value]) -> Option<Vec<String>> {
        let variants: Vec<Shape> = variants
            .iter()
            .map(|variant| self.variant(variant))
            .collect();
        if self.are_apart(&variants, false) {
            return Some(Vec::new());
        }
        let constants = || {
            variants
                .iter()
                .flat_map(|variant| self.seen(variant).constants())
        };
        self.are_apart(&variants, true)
            .then(|| constants().collect())
    }

    /// Returns the shape of a variant, which is a reference or a simple schema by now: all other schemas are
    /// components.
    fn variant(&self, variant: &Value) -> Shape {
        shape(variant, &Object::new())
    }

    fn are_apart(&self, variants: &[Shape], heeds_constants: bool) -> bool {
        let reader = Reader {
            shapes: self,
            heeds_constants,
            comparisons: Cell::new(COMPARISONS),
        };
        variants.iter().enumerate().all(|(index, later)| {
            let mut earlier = variants[..index].iter();
            !earlier.any(|earlier| reader.takes(earlier, later, DEPTH))
        })
    }

    /// Returns the shape behind references.
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
    /// Returns the number of requirements of a shape; for objects, of required properties.
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

/// Comparison of the variants of one `oneOf`.
struct Reader<'a> {
    shapes: &'a Shapes,
    heeds_constants: bool,
    /// Number of comparisons left.
    comparisons: Cell<usize>,
}

impl Reader<'_> {
    /// True if the earlier variant may accept a value of the later one.
    fn takes(&self, earlier: &Shape, later: &Shape, depth: usize) -> bool {
        let left = self.comparisons.get().checked_sub(1);
        let (Some(left), Some(depth)) = (left, depth.checked_sub(1)) else {
            return true;
        };
        self.comparisons.set(left);
        match (self.shapes.seen(earlier), self.shapes.seen(later)) {
            (Shape::Choice(variants), later) => variants
                .iter()
                .any(|variant| self.takes(variant, later, depth)),
            (earlier, Shape::Choice(variants)) => variants
                .iter()
                .any(|variant| self.takes(earlier, variant, depth)),
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

    /// True if an object is refused because it lacks a required property or has another constant.
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
    let variants = json::elements(schema, "oneOf");
    if !variants.is_empty() {
        return Shape::Choice(
            variants
                .iter()
                .map(|variant| shape(variant, components))
                .collect(),
        );
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
