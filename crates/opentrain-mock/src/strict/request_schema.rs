//! The form of a value in a request: as much of a schema as the documents use for requests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The first number beyond 64 bits.
const WHOLE_CAP: f64 = 9_223_372_036_854_775_808.0;

/// Documented form of a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Shape {
    r#type: Type,
    #[serde(default)]
    nullable: bool,
    minimum: Option<f64>,
    maximum: Option<f64>,
    #[serde(default)]
    properties: BTreeMap<String, Shape>,
    /// True if other properties are allowed.
    #[serde(default)]
    open: bool,
    items: Option<Box<Shape>>,
    /// True if the values are an enumeration, which the operation checks itself.
    #[serde(default)]
    choice: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

impl Shape {
    /// Returns the first part that does not fit: its location as a suffix of the name of the whole, and the objection.
    pub(super) fn objection(&self, value: &Value) -> Option<(String, String)> {
        if value.is_null() && self.nullable {
            return None;
        }
        if !self.r#type.takes(value) {
            return Some((String::new(), format!("must be {}", self.r#type.name())));
        }
        match value {
            Value::Object(object) => object
                .iter()
                .find_map(|(name, value)| self.objection_to_field(name, value)),
            Value::Array(items) => {
                let shape = self.items.as_ref()?;
                let mut items = items.iter().enumerate();
                items.find_map(|(place, item)| {
                    let (deeper, wrong) = shape.objection(item)?;
                    Some((format!("[{place}]{deeper}"), wrong))
                })
            }
            Value::Number(number) => {
                let wrong = self.out_of_bounds(number.as_f64()?)?;
                Some((String::new(), wrong))
            }
            _ => None,
        }
    }

    /// Returns the objection to a value of a query, where all values are text.
    pub(super) fn objection_to_text(&self, text: &str) -> Option<String> {
        let value = match self.r#type {
            Type::String if text.is_empty() && self.choice => {
                return Some("must not be empty".to_owned());
            }
            Type::Integer | Type::Number | Type::Boolean => serde_json::from_str(text).ok(),
            Type::String | Type::Array | Type::Object => return None,
        };
        let value = value.unwrap_or_else(|| Value::from(text));
        self.objection(&value).map(|(_, wrong)| wrong)
    }

    fn objection_to_field(&self, name: &str, value: &Value) -> Option<(String, String)> {
        let Some(shape) = self.properties.get(name) else {
            let wrong = format!("has a field `{name}` that is not documented");
            return (!self.open).then(|| (String::new(), wrong));
        };
        let (deeper, wrong) = shape.objection(value)?;
        Some((format!(".{name}{deeper}"), wrong))
    }

    fn out_of_bounds(&self, number: f64) -> Option<String> {
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if number < minimum => Some(format!("must not be below {minimum}")),
            (_, Some(maximum)) if number > maximum => Some(format!("must not be above {maximum}")),
            _ => None,
        }
    }
}

impl Type {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            // 3.0 is a whole number too; what 64 bits do not hold is none here.
            Self::Integer => {
                let is_whole = |number: f64| number.fract() == 0.0 && number.abs() < WHOLE_CAP;
                value.as_i64().is_some() || value.as_f64().is_some_and(is_whole)
            }
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::String => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Shape;

    fn wrong(value: &serde_json::Value) -> Option<String> {
        let shape = json!({"type": "object", "properties": {
            "name": {"type": "string", "nullable": true},
            "tags": {"type": "array", "items": {"type": "string"}},
            "count": {"type": "integer", "minimum": 1.0, "maximum": 5.0},
            "rest": {"type": "object", "open": true},
        }});
        let shape: Shape = serde_json::from_value(shape).expect("the shape is one");
        let (place, wrong) = shape.objection(value)?;
        Some(format!("{place} {wrong}"))
    }

    #[test]
    fn invalid_value_is_named_with_its_location() {
        let good = json!({"name": null, "tags": ["a"], "count": 3.0, "rest": {"x": 1}});
        assert_eq!(wrong(&good), None);
        for (value, expected) in [
            (json!([]), " must be an object"),
            (
                json!({"nam": "x"}),
                " has a field `nam` that is not documented",
            ),
            (json!({"tags": null}), ".tags must be a list"),
            (json!({"tags": ["a", 1]}), ".tags[1] must be a text"),
            (json!({"count": 1.5}), ".count must be a whole number"),
            (json!({"count": 1e30}), ".count must be a whole number"),
            (json!({"count": 0}), ".count must not be below 1"),
            (json!({"count": 6}), ".count must not be above 5"),
        ] {
            assert_eq!(wrong(&value).as_deref(), Some(expected), "{value}");
        }
    }
}
