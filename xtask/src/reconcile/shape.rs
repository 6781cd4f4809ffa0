//! What a schema says of its place, once references and wrappers are out of the way.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document;
use crate::json::{self, Object};
use crate::normalise::open_all_of;
use crate::schema;

/// How many wrappers around a schema are opened; more than anybody writes, and an end to those that go in circles.
const WRAPPERS: usize = 16;

/// A schema, resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    /// The component that the place refers to.
    pub(crate) component: Option<String>,
    pub(crate) schema: Object,
    /// Whether the place may hold null, if it says so.
    pub(crate) nullable: Option<bool>,
    /// The parameters, bodies and responses in which it is served so; see `Merger::served_at`.
    pub(super) places: BTreeSet<usize>,
}

/// What kinds of values there are. Two schemas of different kinds contradict each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// It does not say.
    Silent,
    Object,
    Array,
    Union,
    Scalar(String),
}

impl Shape {
    /// Resolves a schema of a document.
    pub(crate) fn of(document: &Value, schema: &Value) -> Shape {
        let mut shape = Shape::default();
        let mut schema = schema.clone();
        for _ in 0..WRAPPERS {
            shape.component = shape
                .component
                .take()
                .or_else(|| schema::referred(&schema).map(str::to_owned));
            shape.nullable = shape.nullable.or(nullable(schema.as_object()));
            let Some((inner, words)) = opened(document, &schema) else {
                break;
            };
            shape.nullable = shape.nullable.or(nullable(Some(&words)));
            schema = inner;
        }
        if let Value::Object(members) = schema {
            shape.schema = members;
        }
        shape
    }

    pub(crate) fn kind(&self) -> Kind {
        let has = |keyword: &str| self.schema.contains_key(keyword);
        if has("oneOf") || has("anyOf") {
            return Kind::Union;
        }
        match json::string(&self.schema, "type") {
            Some("object") => Kind::Object,
            Some("array") => Kind::Array,
            Some(scalar) => Kind::Scalar(scalar.to_owned()),
            None if has("properties") || has("additionalProperties") => Kind::Object,
            None if has("items") => Kind::Array,
            None if has("enum") => Kind::Scalar("string".to_owned()),
            None => Kind::Silent,
        }
    }

    /// The shape of a schema inside of this one: it is served wherever this one is.
    pub(super) fn inner(&self, document: &Value, schema: &Value) -> Shape {
        Shape {
            places: self.places.clone(),
            ..Shape::of(document, schema)
        }
    }

    /// The schema as text that is the same whatever the order of its keys.
    pub(crate) fn key(&self) -> String {
        let mut schema = Value::Object(self.schema.clone());
        schema.sort_all_objects();
        schema.to_string()
    }

    /// Whether it is an object that says what is in it.
    pub(crate) fn has_properties(&self) -> bool {
        json::object(&self.schema, "properties").is_some_and(|properties| !properties.is_empty())
    }

    pub(crate) fn has_property(&self, name: &str) -> bool {
        json::object(&self.schema, "properties")
            .is_some_and(|properties| properties.contains_key(name))
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.kind() == Kind::Silent
    }

    /// The choices of a union; anything else is the only choice.
    pub(crate) fn arms(&self, document: &Value) -> Vec<Shape> {
        if self.kind() != Kind::Union {
            return vec![self.clone()];
        }
        let arms = ["oneOf", "anyOf"]
            .into_iter()
            .flat_map(|keyword| json::elements(&self.schema, keyword));
        arms.map(|arm| self.inner(document, arm)).collect()
    }
}

/// In how many places these shapes are served.
pub(super) fn weight<'a>(shapes: impl IntoIterator<Item = &'a Shape>) -> usize {
    shapes.into_iter().map(|shape| shape.places.len()).sum()
}

fn nullable(schema: Option<&Object>) -> Option<bool> {
    schema?.get("nullable")?.as_bool()
}

/// What a schema that only leads to another one leads to, and what is said on the way.
fn opened(document: &Value, schema: &Value) -> Option<(Value, Object)> {
    if schema.get("$ref").is_some() {
        let target = document::resolve(document, schema);
        return (target != schema).then(|| (target.clone(), Object::new()));
    }
    let members = schema.as_object()?;
    for keyword in ["oneOf", "anyOf"] {
        if let [only] = json::elements(members, keyword) {
            return Some((only.clone(), Object::new()));
        }
    }
    let has_parts = !json::elements(members, "allOf").is_empty();
    has_parts.then(|| open_all_of(document, members))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrappers_are_opened_and_circles_end() {
        let document = json!({"components": {"schemas": {
            "A": {"type": "string", "format": "uuid"}, "B": schema::reference_to("A"),
            "Loop": schema::reference_to("Loop"), "Fold": {"allOf": [schema::reference_to("Fold")]}}}});
        let wrapped = json!({"allOf": [schema::reference_to("B")], "nullable": true});
        let shape = Shape::of(&document, &wrapped);
        assert_eq!(
            (shape.component.as_deref(), shape.nullable, shape.kind()),
            (Some("B"), Some(true), Kind::Scalar("string".to_owned()))
        );
        assert!(Shape::of(&document, &schema::reference_to("Loop")).is_silent());
        assert_eq!(
            Shape::of(&document, &schema::reference_to("Fold"))
                .component
                .as_deref(),
            Some("Fold")
        );
    }
}
