//! Effective schema of a location, independent of its spelling: by reference, in parts of `allOf`, or as a single
//! variant.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::intersection;
use crate::comparable::{CONDITIONS, FITS, NOT_NULL, NOTHING, ONLY_NULL};
use openapi_canonical::down;
use openapi_canonical::json::{self, Object};

/// Keywords that restrict a value. All others are descriptions, or are compared separately.
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

/// Effective schema of a location.
#[derive(Clone, Debug, Default)]
pub(super) struct EffectiveSchema {
    /// Component that the schema refers to, if it is nothing more than a reference.
    pub(super) component: Option<String>,
    /// First component that the schema is composed of.
    pub(super) name: Option<String>,
    /// True if other components were resolved. A schema without references always terminates.
    pub(super) has_references: bool,
    pub(super) nullable: bool,
    /// True if null does not fit, although the keywords of the schema would allow it.
    pub(super) refuses_null: bool,
    pub(super) is_read_only: bool,
    pub(super) is_write_only: bool,
    pub(super) is_deprecated: bool,
    pub(super) default: Option<Value>,
    pub(super) discriminator: Option<Object>,
    /// Plain keywords. Empty for a choice, whose variants contain them.
    pub(super) members: Object,
    /// Schemas of the variants, if the schema is a choice.
    pub(super) variants: Vec<Value>,
    /// True if a value must fit exactly one variant.
    pub(super) is_exclusive: bool,
    /// Keywords beside a choice, which each variant contains too, and the components of its variants.
    pub(super) beside: Object,
    pub(super) variant_names: BTreeSet<String>,
    /// True if the schema was too large to be resolved completely.
    pub(super) is_unfinished: bool,
}

/// Kind of the values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueKind {
    /// The schema has no type.
    Unspecified,
    /// No value fits the schema.
    Nothing,
    Object,
    Array,
    Choice,
    Scalar(String),
}

impl ValueKind {
    /// Returns the name of a kind of value in a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            ValueKind::Unspecified => "anything".to_owned(),
            ValueKind::Nothing => "no value".to_owned(),
            ValueKind::Object => "object".to_owned(),
            ValueKind::Array => "array".to_owned(),
            ValueKind::Choice => "choice".to_owned(),
            ValueKind::Scalar(scalar) => scalar.clone(),
        }
    }
}

impl EffectiveSchema {
    /// Returns the effective schema of the schema's own keywords, without its parts.
    pub(super) fn own(schema: &Object) -> EffectiveSchema {
        let shaping = schema
            .iter()
            .filter(|(key, _)| SHAPING.contains(&key.as_str()));
        let mut members: Object = shaping
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let fits = json::string(schema, FITS);
        let whole = match fits {
            Some(NOTHING) => Some(("enum", json!([]))),
            Some(ONLY_NULL) => Some(("type", json!("null"))),
            _ => None,
        };
        if let Some((keyword, value)) = whole {
            members = Object::from_iter([(keyword.to_owned(), value)]);
        }
        EffectiveSchema {
            // A condition may lead back to its own schema.
            has_references: schema.contains_key(CONDITIONS),
            nullable: fits == Some(ONLY_NULL)
                || json::is_true(schema, "nullable") && fits.is_none(),
            refuses_null: fits == Some(NOT_NULL) || fits == Some(NOTHING),
            is_read_only: json::is_true(schema, "readOnly"),
            is_write_only: json::is_true(schema, "writeOnly"),
            is_deprecated: json::is_true(schema, "deprecated"),
            // A default of null means the same as an omitted value.
            default: schema
                .get("default")
                .filter(|value| !value.is_null())
                .cloned(),
            discriminator: json::object(schema, "discriminator").cloned(),
            members,
            ..EffectiveSchema::default()
        }
    }

    pub(super) fn says_nothing(&self) -> bool {
        self.members.is_empty() && self.variants.is_empty()
    }

    /// Returns the conjunction of both schemas.
    pub(super) fn and(mut self, part: &EffectiveSchema) -> EffectiveSchema {
        // Descriptions alone do not change the component.
        if !part.says_nothing() || part.name.is_some() {
            let is_whole = self.says_nothing() && self.name.is_none();
            self.component = part.component.clone().filter(|_| is_whole);
        }
        self.name = self.name.or_else(|| part.name.clone());
        self.has_references |= part.has_references;
        self.is_read_only |= part.is_read_only;
        self.is_write_only |= part.is_write_only;
        self.is_deprecated |= part.is_deprecated;
        // A value may fit two variants of `oneOf` and `anyOf` together.
        self.is_exclusive = match self.variants.is_empty() || part.variants.is_empty() {
            true => self.is_exclusive || part.is_exclusive,
            false => self.is_exclusive && part.is_exclusive,
        };
        self.default = self.default.or_else(|| part.default.clone());
        self.discriminator = self.discriminator.or_else(|| part.discriminator.clone());
        intersection::add(&mut self.beside, &part.beside);
        self.variant_names
            .extend(part.variant_names.iter().cloned());
        self.is_unfinished |=
            part.is_unfinished || intersection::is_cut(&self.variants, &part.variants);
        if self.variants.is_empty() && part.variants.is_empty() {
            intersection::add(&mut self.members, &part.members);
        } else {
            intersection::add(&mut self.beside, &self.members);
            intersection::add(&mut self.beside, &part.members);
            self.variants = intersection::combined_variants(
                (&self.members, &self.variants),
                (&part.members, &part.variants),
            );
            self.members = Object::new();
        }
        self
    }

    pub(super) fn kind(&self) -> ValueKind {
        if !self.variants.is_empty() {
            return ValueKind::Choice;
        }
        if self.is_impossible() {
            return ValueKind::Nothing;
        }
        let stated = json::string(&self.members, "type");
        match stated.or_else(|| inferred(&self.members)) {
            None => ValueKind::Unspecified,
            Some("object") => ValueKind::Object,
            Some("array") => ValueKind::Array,
            Some(scalar) => ValueKind::Scalar(scalar.to_owned()),
        }
    }

    /// Returns a text that is equal for equal schemas, independent of the order of keys.
    pub(super) fn key(&self) -> String {
        if let Some(component) = &self.component {
            return component.clone();
        }
        let mut whole = json!({"is": self.members, "variants": self.variants, "discriminator": self.discriminator, "one": self.is_exclusive});
        whole.sort_all_objects();
        whole.to_string()
    }

    /// True if no value fits but perhaps null.
    pub(super) fn is_impossible(&self) -> bool {
        let listed = self.members.get("enum").and_then(Value::as_array);
        self.variants.is_empty() && listed.is_some_and(Vec::is_empty)
    }

    /// True if null is the only value.
    pub(super) fn is_null(&self) -> bool {
        let values = json::elements(&self.members, "enum");
        let has_only_null = !values.is_empty() && values.iter().all(Value::is_null);
        has_only_null || json::string(&self.members, "type") == Some("null")
    }
}

/// Type of a schema whose listed values are of several types.
pub(super) const MIXED: &str = "value";

/// Keywords that concern values of one type only.
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

/// Returns the type that a keyword concerns. `None` if it concerns all.
pub(super) fn type_of_keyword(keyword: &str) -> Option<&'static str> {
    let owner = OF_TYPES
        .iter()
        .find(|(_, keywords)| keywords.contains(&keyword));
    owner.map(|(kind, _)| *kind)
}

/// Infers the type from the keywords of a schema without a type.
fn inferred(members: &Object) -> Option<&'static str> {
    let by_keyword = || {
        OF_TYPES
            .iter()
            .find(|(_, keywords)| keywords.iter().any(|key| members.contains_key(*key)))
            .map(|(kind, _)| *kind)
    };
    let kinds: BTreeSet<&str> = json::elements(members, "enum")
        .iter()
        .filter(|value| !value.is_null())
        .map(down::kind_of)
        .collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    match kinds.as_slice() {
        [] => by_keyword(),
        [only] => Some(only),
        ["integer", "number"] => Some("number"),
        _ => Some(MIXED),
    }
}

/// Returns a text as it is, or in quotes if it would be read as another value.
pub(super) fn text_of(value: &Value) -> String {
    match value.as_str() {
        Some(text) if serde_json::from_str::<Value>(text).is_err() => text.to_owned(),
        _ => value.to_string(),
    }
}
