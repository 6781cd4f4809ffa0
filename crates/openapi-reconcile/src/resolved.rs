//! Resolved form of a schema: its constraints after references and wrappers are followed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;
use openapi_for_progenitor::steps::open_all_of;

/// Limit on the wrappers around a schema that are opened. It ends circles; documents in use stay below it.
const WRAPPERS: usize = 16;

/// A schema, resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResolvedSchema {
    /// The component that the location refers to.
    pub component: Option<String>,
    /// Shared, since the schemas inside of it are resolved from it.
    pub schema: Rc<Object>,
    /// True if the value may be null; `None` if unspecified.
    pub nullable: Option<bool>,
    /// True if only the definition of its component allows null, and so allows it in each location that refers to it. Generators
    /// write that of a schema which is nullable in one location.
    pub(super) is_null_of_component: bool,
    /// Pointers to the parameters, bodies and responses that are served with this schema; see `Sides::served_at`.
    pub(super) locations: Rc<BTreeSet<Rc<str>>>,
}

/// Kinds of values. Two schemas of different kinds contradict each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueKind {
    /// The schema does not specify a type.
    Unspecified,
    Object,
    Array,
    Union,
    Scalar(String),
}

impl ValueKind {
    /// Returns the kind of a schema of a document.
    pub(super) fn of(document: &Value, schema: &Value) -> ValueKind {
        let resolved = Resolved::of(document, schema);
        let members = resolved.schema.as_object();
        members.map_or(ValueKind::Unspecified, ValueKind::of_members)
    }

    fn of_members(schema: &Object) -> ValueKind {
        let has = |keyword: &str| schema.contains_key(keyword);
        if has("oneOf") || has("anyOf") {
            return ValueKind::Union;
        }
        match json::string(schema, "type") {
            Some("object") => ValueKind::Object,
            Some("array") => ValueKind::Array,
            Some(scalar) => ValueKind::Scalar(scalar.to_owned()),
            None if has("properties") || has("additionalProperties") => ValueKind::Object,
            None if has("items") => ValueKind::Array,
            None if has("enum") => ValueKind::Scalar("string".to_owned()),
            None => ValueKind::Unspecified,
        }
    }
}

impl ValueKind {
    /// Returns the name of the kind in a sentence.
    pub(super) fn name(&self) -> &str {
        match self {
            ValueKind::Unspecified => "anything",
            ValueKind::Object => "an object",
            ValueKind::Array => "a list",
            ValueKind::Union => "one of several schemas",
            ValueKind::Scalar(name) => name,
        }
    }
}

/// Resolved schema, borrowed from the document where it did not have to be composed.
struct Resolved<'a> {
    component: Option<String>,
    nullable: Option<bool>,
    is_null_of_component: bool,
    schema: Cow<'a, Value>,
}

impl<'a> Resolved<'a> {
    fn of(document: &'a Value, schema: &'a Value) -> Resolved<'a> {
        let mut resolved = Resolved {
            component: None,
            nullable: None,
            is_null_of_component: false,
            schema: Cow::Borrowed(schema),
        };
        let mut is_in_component = false;
        for _ in 0..WRAPPERS {
            let schema = &resolved.schema;
            let component = || schema::referred(schema).map(str::to_owned);
            resolved.component = resolved.component.or_else(component);
            let is_definition = is_in_component && !is_wrapper(schema);
            let said = nullable(schema.as_object());
            resolved.is_null_of_component |=
                is_definition && resolved.nullable.is_none() && said == Some(true);
            resolved.nullable = resolved.nullable.or(said);
            is_in_component |= schema::referred(schema).is_some();
            let Some((inner, words)) = opened(document, schema) else {
                break;
            };
            resolved.nullable = resolved.nullable.or(nullable(Some(&words)));
            resolved.schema = inner;
        }
        resolved
    }
}

impl ResolvedSchema {
    /// Resolves a schema of a document.
    #[must_use]
    pub fn of(document: &Value, schema: &Value) -> ResolvedSchema {
        let resolved = Resolved::of(document, schema);
        let schema = match resolved.schema {
            Cow::Owned(Value::Object(members)) => Some(members),
            Cow::Borrowed(Value::Object(members)) => Some(members.clone()),
            _ => None,
        };
        ResolvedSchema {
            component: resolved.component,
            schema: Rc::new(schema.unwrap_or_default()),
            nullable: resolved.nullable,
            is_null_of_component: resolved.is_null_of_component,
            locations: Rc::default(),
        }
    }

    pub(super) fn kind(&self) -> ValueKind {
        ValueKind::of_members(&self.schema)
    }

    /// Returns the resolved form of a schema inside of this one, which is served in the same locations.
    pub(super) fn inner(&self, document: &Value, schema: &Value) -> ResolvedSchema {
        ResolvedSchema {
            locations: Rc::clone(&self.locations),
            ..ResolvedSchema::of(document, schema)
        }
    }

    /// Returns the schema, as a reference if it is a component.
    pub(super) fn to_schema(&self) -> Value {
        let component = self.component.as_deref().map(schema::reference_to);
        component.unwrap_or_else(|| Value::Object(Object::clone(&self.schema)))
    }

    /// Returns the schema as text that does not depend on the order of its keys.
    pub(super) fn key(&self) -> String {
        let mut text = String::new();
        json::write_sorted(&self.schema, &mut text);
        text
    }

    /// True if it is an object whose properties are described.
    pub(super) fn has_properties(&self) -> bool {
        json::object(&self.schema, "properties").is_some_and(|properties| !properties.is_empty())
    }

    pub(super) fn has_property(&self, name: &str) -> bool {
        json::object(&self.schema, "properties")
            .is_some_and(|properties| properties.contains_key(name))
    }

    pub(super) fn is_unspecified(&self) -> bool {
        self.kind() == ValueKind::Unspecified
    }

    /// Returns the variants of a union. Any other schema is its own only variant.
    pub(super) fn variants(&self, document: &Value) -> Vec<ResolvedSchema> {
        if self.kind() != ValueKind::Union {
            return vec![self.clone()];
        }
        let variants = ["oneOf", "anyOf"]
            .into_iter()
            .flat_map(|keyword| json::elements(&self.schema, keyword));
        variants
            .map(|variant| self.inner(document, variant))
            .collect()
    }
}

/// Returns the number of locations in which these schemas are served.
pub(super) fn weight<'a>(shapes: impl IntoIterator<Item = &'a ResolvedSchema>) -> usize {
    shapes.into_iter().map(|shape| shape.locations.len()).sum()
}

fn nullable(schema: Option<&Object>) -> Option<bool> {
    schema?.get("nullable")?.as_bool()
}

/// Follows one reference or wrapper; returns its target and the annotations on the way.
fn opened<'a>(document: &'a Value, schema: &Cow<'a, Value>) -> Option<(Cow<'a, Value>, Object)> {
    if schema.get("$ref").is_some() {
        let target = document::target(document, schema).filter(|target| **target != **schema)?;
        return Some((Cow::Borrowed(target), Object::new()));
    }
    let members = schema.as_object()?;
    for keyword in ["oneOf", "anyOf"] {
        if json::elements(members, keyword).len() == 1 {
            return Some((only_variant(schema, keyword)?, Object::new()));
        }
    }
    let has_parts = !json::elements(members, "allOf").is_empty();
    has_parts.then(|| {
        let (inner, words) = open_all_of(document, members);
        (Cow::Owned(inner), words)
    })
}

/// True if a schema only leads to another one. A component that does so is another name for that, with null or without.
fn is_wrapper(schema: &Value) -> bool {
    let is_only = |keyword: &str| {
        let variants = schema.get(keyword).and_then(Value::as_array);
        variants.is_some_and(|variants| variants.len() == 1)
    };
    schema::referred(schema).is_some() || ["allOf", "anyOf", "oneOf"].into_iter().any(is_only)
}

/// Returns the only variant of a union.
fn only_variant<'a>(schema: &Cow<'a, Value>, keyword: &str) -> Option<Cow<'a, Value>> {
    match schema {
        Cow::Borrowed(schema) => schema.get(keyword)?.get(0).map(Cow::Borrowed),
        Cow::Owned(schema) => schema.get(keyword)?.get(0).cloned().map(Cow::Owned),
    }
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
        let shape = ResolvedSchema::of(&document, &wrapped);
        assert_eq!(
            (shape.component.as_deref(), shape.nullable, shape.kind()),
            (
                Some("B"),
                Some(true),
                ValueKind::Scalar("string".to_owned())
            )
        );
        assert!(ResolvedSchema::of(&document, &schema::reference_to("Loop")).is_unspecified());
        assert_eq!(
            ResolvedSchema::of(&document, &schema::reference_to("Fold"))
                .component
                .as_deref(),
            Some("Fold")
        );
    }
}
