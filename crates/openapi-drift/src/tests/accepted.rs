//! Random pairs of small schemas, and small values: a value that only one of the two accepts is never passed over.

use serde_json::{Map, Value, json};

use super::{compared, lines};
use crate::{Drift, Kind};
use openapi_canonical::schema::reference_to;

/// Random numbers, the same in each run.
struct Random {
    state: u64,
    /// Components that schemas may refer to.
    components: &'static [&'static str],
}

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap() % end
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn schema(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 5 } else { 12 };
        match self.below(kinds) {
            0 => self.nullable(
                json!({"type": "integer"}),
                &["minimum", "maximum", "multipleOf"],
            ),
            1 => self.nullable(json!({"type": "string"}), &["minLength", "maxLength"]),
            2 => self.nullable(json!({"type": "number"}), &["minimum", "exclusiveMaximum"]),
            3 => self.values(),
            4 if !self.components.is_empty() => reference_to(self.pick(self.components)),
            4 => json!({"type": "boolean"}),
            5 | 6 => self.object(depth),
            7 => {
                let items = self.schema(depth - 1);
                self.nullable(
                    json!({"type": "array", "items": items}),
                    &["minItems", "maxItems"],
                )
            }
            8 => json!({"allOf": [self.schema(depth - 1), self.schema(depth - 1)]}),
            9 => json!({"anyOf": [self.schema(depth - 1), self.schema(depth - 1)]}),
            10 => {
                // Variants of other types: overlaps of similar ones have tests of their own.
                let text = self.nullable(json!({"type": "string"}), &["minLength", "maxLength"]);
                json!({"oneOf": [text, self.object(depth)]})
            }
            _ => json!({"type": ["string", "integer"], "not": self.schema(depth - 1)}),
        }
    }

    /// Returns two components, of which one may refer to the other.
    fn components(&mut self) -> Value {
        self.components = &[];
        let inner = self.object(1);
        self.components = &["B"];
        let outer = self.schema(1);
        self.components = &["A", "B"];
        json!({"A": outer, "B": inner})
    }

    /// Adds null and one of the limits to a schema, or neither.
    fn nullable(&mut self, mut schema: Value, limits: &[&str]) -> Value {
        if self.is_one_in(4) {
            schema["type"] = json!([schema["type"], "null"]);
        }
        if self.is_one_in(2) {
            schema[self.pick(limits)] = json!(self.pick(&[1, 2, 3]));
        }
        schema
    }

    fn values(&mut self) -> Value {
        let lists = [
            json!({"enum": ["a", "b"]}),
            json!({"enum": ["a"]}),
            json!({"enum": [1, 2]}),
            json!({"type": "integer", "enum": [1, 5], "maximum": 3}),
            json!({"const": "a", "type": "string"}),
            json!({"const": "a", "enum": ["b", "c"]}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "null"}),
        ];
        self.pick(&lists)
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for name in ["a", "b"] {
            if self.is_one_in(2) {
                properties.insert(name.to_owned(), self.schema(depth - 1));
            }
            if self.is_one_in(3) {
                required.push(name);
            }
        }
        let mut object = json!({"type": "object", "properties": properties, "required": required});
        match self.below(6) {
            0 => object["additionalProperties"] = json!(false),
            1 => object["additionalProperties"] = self.schema(depth - 1),
            2 => object["type"] = json!(["object", "null"]),
            _ => {}
        }
        object
    }

    /// Replaces a schema, or one somewhere inside.
    fn edited(&mut self, schema: &Value) -> Value {
        let mut edited = schema.clone();
        let mut inside: Vec<&mut Value> = match &mut edited {
            Value::Object(members) => members
                .iter_mut()
                .flat_map(|(keyword, value)| match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => properties.values_mut().collect(),
                    ("allOf" | "anyOf", Value::Array(parts)) => parts.iter_mut().collect(),
                    ("items" | "additionalProperties" | "not", value) => vec![value],
                    _ => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        };
        if inside.is_empty() || self.is_one_in(3) {
            return self.schema(2);
        }
        let index = self.below(inside.len());
        let new = self.edited(inside[index]);
        *inside[index] = new;
        edited
    }

    fn value(&mut self, depth: usize) -> Value {
        let plain = [
            json!(null),
            json!(true),
            json!(0),
            json!(1),
            json!(2),
            json!(4),
            json!(5),
            json!(1.5),
            json!(""),
            json!("a"),
            json!("b"),
            json!("abcd"),
        ];
        match self.below(if depth == 0 { 1 } else { 3 }) {
            0 => self.pick(&plain),
            1 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let names = ["a", "b", "c"].into_iter().filter(|_| self.below(2) == 0);
                let names: Vec<&str> = names.collect();
                let fields = names.into_iter();
                fields
                    .map(|name| (name.to_owned(), self.value(depth - 1)))
                    .collect()
            }
        }
    }
}

/// True if a schema of JSON Schema accepts a value.
fn accepts(components: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(name) = openapi_canonical::schema::referred(schema) {
        return accepts(components, &components[name], value);
    }
    let Some(members) = schema.as_object() else {
        return *schema != json!(false);
    };
    members.iter().all(|(keyword, of)| {
        let count = |of: &Value| {
            let parts = of.as_array().unwrap().iter();
            parts
                .filter(|part| accepts(components, part, value))
                .count()
        };
        match keyword.as_str() {
            "type" => match of {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "enum" => of.as_array().unwrap().contains(value),
            "const" => of == value,
            "allOf" => count(of) == of.as_array().unwrap().len(),
            "anyOf" => count(of) > 0,
            "oneOf" => count(of) == 1,
            "not" => !accepts(components, of, value),
            _ => {
                accepts_inside(components, members, (keyword, of), value)
                    && is_within(keyword, of, value)
            }
        }
    })
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    }
}

/// True if the fields or elements of a value meet a keyword.
fn accepts_inside(
    components: &Value,
    members: &Map<String, Value>,
    (keyword, of): (&str, &Value),
    value: &Value,
) -> bool {
    match (keyword, value) {
        ("items", Value::Array(elements)) => {
            elements.iter().all(|inner| accepts(components, of, inner))
        }
        ("required", Value::Object(fields)) => {
            let mut names = of.as_array().unwrap().iter();
            names.all(|name| fields.contains_key(name.as_str().unwrap()))
        }
        ("properties", Value::Object(fields)) => fields
            .iter()
            .all(|(name, field)| of.get(name).is_none_or(|of| accepts(components, of, field))),
        ("additionalProperties", Value::Object(fields)) => {
            let is_named = |name: &String| {
                let properties = members.get("properties");
                properties.is_some_and(|all| all.get(name).is_some())
            };
            let mut others = fields.iter().filter(|(name, _)| !is_named(name));
            others.all(|(_, field)| accepts(components, of, field))
        }
        _ => true,
    }
}

fn is_within(keyword: &str, limit: &Value, value: &Value) -> bool {
    let Some(limit) = limit.as_f64() else {
        return true;
    };
    let number = value.as_f64();
    let length = value.as_str().map(|text| text.chars().count() as f64);
    let count = value.as_array().map(|elements| elements.len() as f64);
    match keyword {
        "minimum" => number.is_none_or(|number| number >= limit),
        "maximum" => number.is_none_or(|number| number <= limit),
        "exclusiveMaximum" => number.is_none_or(|number| number < limit),
        "multipleOf" => number.is_none_or(|number| (number / limit).fract() == 0.0),
        "minLength" => length.is_none_or(|length| length >= limit),
        "maxLength" => length.is_none_or(|length| length <= limit),
        "minItems" => count.is_none_or(|count| count >= limit),
        "maxItems" => count.is_none_or(|count| count <= limit),
        _ => true,
    }
}

/// True if a comparison has a change that breaks a side, or has not compared everything. No caller sends a field that is
/// not described yet, and readers keep unknown fields and values, so that any change counts for them.
fn is_reported(drift: &Drift, side: &str) -> bool {
    let mut changes = drift.changes.iter();
    !drift.not_compared.is_empty()
        || changes.any(|change| {
            let is_new_field = change.finding.kind == Kind::FieldAdded;
            side == "readers" || is_new_field || change.broken().contains(&side)
        })
}

/// Returns a schema with its keywords and its parts in the opposite order.
fn reversed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().rev().map(|(keyword, value)| {
                let mut value = reversed(value);
                if let ("allOf" | "required", Value::Array(parts)) = (keyword.as_str(), &mut value)
                {
                    parts.reverse();
                }
                (keyword.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(elements) => elements.iter().map(reversed).collect(),
        plain => plain.clone(),
    }
}

#[test]
fn a_schema_in_another_order_is_no_change() {
    let mut random = Random {
        state: 1,
        components: &[],
    };
    for _ in 0..100 {
        let components = random.components();
        let schema = random.schema(3);
        let (other_components, other) = (reversed(&components), reversed(&schema));
        for is_sent in [true, false] {
            for new in [(&components, &schema), (&other_components, &other)] {
                let drift = compared(is_sent, [(&components, &schema), new]);
                assert_eq!(lines(&drift.changes), "", "{schema} {components}");
                assert_eq!(drift.not_compared, [""; 0], "{schema} {components}");
            }
        }
    }
}

/// Returns the sides that a comparison of two schemas passes over, each with a value that only one of them accepts.
fn missed(random: &mut Random) -> Vec<String> {
    let components = random.components();
    let old = random.schema(2);
    let (new_components, new) = match random.below(4) {
        0 => (components.clone(), random.schema(2)),
        1 => (random.components(), old.clone()),
        _ => (components.clone(), random.edited(&old)),
    };
    let pair = [(&components, &old), (&new_components, &new)];
    let values: Vec<Value> = (0..60).map(|_| random.value(2)).collect();
    let sides = [("callers", [true, false]), ("readers", [false, true])];
    let missed = sides.into_iter().filter_map(|(side, expected)| {
        let is_expected = |value: &&Value| {
            pair.map(|(components, schema)| accepts(components, schema, value)) == expected
        };
        let value = values.iter().find(is_expected)?;
        let drift = compared(side == "callers", pair);
        let report = lines(&drift.changes);
        let sentence = format!("{side} {value}\n  {pair:?}\n  {report}");
        (!is_reported(&drift, side)).then_some(sentence)
    });
    missed.collect()
}

#[test]
fn a_value_that_is_no_longer_accepted_or_newly_sent_is_reported() {
    for state in [7, 11, 12] {
        let mut random = Random {
            state,
            components: &[],
        };
        for _ in 0..200 {
            assert_eq!(missed(&mut random), [""; 0]);
        }
    }
}
