//! Random schemas of JSON Schema, and random values.

use serde_json::{Map, Value, json};

use openapi_canonical::schema::reference_to;

/// Random schemas and values, the same for a seed.
pub(super) struct Random {
    pub(super) numbers: fastrand::Rng,
    /// Components that schemas may refer to.
    pub(super) components: &'static [&'static str],
}

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.numbers.usize(..end)
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(super) fn schema(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 7 } else { 20 };
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
            5 => self.text(),
            6 => self.impossible(),
            7 | 8 => self.object(depth),
            9 => {
                let items = self.schema(depth - 1);
                self.nullable(
                    json!({"type": "array", "items": items}),
                    &["minItems", "maxItems"],
                )
            }
            10 => json!({"allOf": [self.schema(depth - 1), self.schema(depth - 1)]}),
            11 => json!({"anyOf": [self.schema(depth - 1), self.schema(depth - 1)]}),
            12 => {
                // Variants of other types: overlaps of similar ones have tests of their own.
                let text = self.nullable(json!({"type": "string"}), &["minLength", "maxLength"]);
                json!({"oneOf": [text, self.object(depth)]})
            }
            13 => self.variants_of_one_kind(),
            14 => self.tagged(),
            15 => self.exclusive_objects(depth),
            16 => self.tuple(depth),
            17 => {
                let [one, other] = [self.types(), self.types()];
                json!({"allOf": [one, other]})
            }
            18 => self.closed(depth),
            _ => json!({"type": ["string", "integer"], "not": self.schema(depth - 1)}),
        }
    }

    /// Returns a choice of objects, which may overlap. Variants of other types have a choice of their own.
    fn exclusive_objects(&mut self, depth: usize) -> Value {
        let [one, other] = [self.object(depth), self.object(depth)];
        match one == other {
            true => one,
            false => json!({"oneOf": [one, other]}),
        }
    }

    /// Returns a list whose first element has its own schema.
    fn tuple(&mut self, depth: usize) -> Value {
        let mut tuple = json!({"type": "array", "prefixItems": [self.schema(depth - 1)]});
        match self.below(3) {
            0 => tuple["items"] = json!(false),
            1 => tuple["items"] = self.schema(depth - 1),
            _ => {}
        }
        if self.is_one_in(2) {
            tuple["minItems"] = json!(1);
        }
        tuple
    }

    fn types(&mut self) -> Value {
        let lists = [
            json!({"type": "string"}),
            json!({"type": ["string", "null"]}),
            json!({"type": ["integer", "string"]}),
            json!({"type": ["number", "null"]}),
            json!({"type": "object"}),
            json!({"type": ["array", "null"]}),
        ];
        self.pick(&lists)
    }

    /// Returns an object that has no further fields, perhaps none at all.
    fn closed(&mut self, depth: usize) -> Value {
        let mut object = self.object(depth);
        object["additionalProperties"] = json!(false);
        if self.is_one_in(3) {
            object["properties"] = json!({});
            object["required"] = json!([]);
        }
        object
    }

    /// Returns a schema that no value fits, or that every value fits.
    fn impossible(&mut self) -> Value {
        let schemas = [
            json!(false),
            json!({"not": {}}),
            json!({"enum": []}),
            json!({}),
        ];
        self.pick(&schemas)
    }

    /// Returns a schema of texts, perhaps null.
    fn text(&mut self) -> Value {
        let mut schema = self.nullable(json!({"type": "string"}), &["minLength", "maxLength"]);
        match self.below(4) {
            0 => schema["format"] = json!(self.pick(&["date", "uuid", "ipv4"])),
            1 => schema["pattern"] = json!(self.pick(&["^a", "b", "^[a-c]*$"])),
            _ => {}
        }
        if self.is_one_in(3) {
            schema["enum"] = self.pick(&[
                json!(["a", "b"]),
                json!(["a", "abcd", null]),
                json!(["b", null]),
                json!(["2030-01-01"]),
            ]);
        }
        schema
    }

    /// Returns a choice of variants of one kind, which may overlap.
    fn variants_of_one_kind(&mut self) -> Value {
        // Generators write an integer beside a number and mean a number, so that their overlap is none.
        let keyword = self.pick(&["anyOf", "oneOf"]);
        let kinds = if keyword == "oneOf" { 3 } else { 4 };
        let variants = match self.below(kinds) {
            0 => [self.text(), self.text()],
            1 => ["integer", "integer"]
                .map(|kind| self.nullable(json!({ "type": kind }), &["minimum", "maximum"])),
            3 => ["integer", "number"]
                .map(|kind| self.nullable(json!({ "type": kind }), &["minimum", "maximum"])),
            _ => [
                json!({"type": "array", "items": self.text()}),
                json!({"type": "array", "items": self.values()}),
            ],
        };
        match variants[0] == variants[1] {
            true => variants[0].clone(),
            false => json!({ keyword: variants }),
        }
    }

    /// Returns a choice of objects that the field `kind` identifies, perhaps by a discriminator.
    fn tagged(&mut self) -> Value {
        let lists = [
            json!(["a"]),
            json!(["b"]),
            json!(["a", "b"]),
            json!(["abcd"]),
        ];
        let first = self.below(lists.len());
        let second = (first + 1 + self.below(lists.len() - 1)) % lists.len();
        let variants = [first, second].map(|index| {
            let mut variant = self.object(1);
            variant["properties"]["kind"] = json!({"type": "string", "enum": lists[index]});
            variant["required"] = json!(["kind"]);
            variant
        });
        let mut choice = json!({"anyOf": variants});
        if self.is_one_in(2) {
            choice["discriminator"] = json!({"propertyName": "kind"});
        }
        choice
    }

    /// Returns two components, of which one may refer to the other.
    pub(super) fn components(&mut self) -> Value {
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
            json!({"type": ["string", "null"], "enum": ["a"]}),
            json!({"type": "string", "enum": ["a", null]}),
            json!({"enum": [true, false, "a"]}),
            json!({"enum": [true, false]}),
            json!({"enum": ["a", 1, null]}),
            json!({"const": 1.0}),
            json!({"type": "number", "enum": [1, 2]}),
            json!({"type": "number", "enum": [1, 1.5]}),
            json!({"type": "number", "multipleOf": 1}),
            json!({"type": ["integer", "null"], "allOf": [{"type": "integer"}]}),
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
    pub(super) fn edited(&mut self, schema: &Value) -> Value {
        let mut edited = schema.clone();
        let mut inside: Vec<&mut Value> = match &mut edited {
            Value::Object(members) => members
                .iter_mut()
                .flat_map(|(keyword, value)| match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => properties.values_mut().collect(),
                    ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(parts)) => {
                        parts.iter_mut().collect()
                    }
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

    pub(super) fn value(&mut self, depth: usize) -> Value {
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
            json!("2030-01-01"),
            json!("b3e1d2c4-0f5a-4b6c-8d7e-9f0a1b2c3d4e"),
        ];
        match self.below(if depth == 0 { 1 } else { 3 }) {
            0 => self.pick(&plain),
            1 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let names = ["a", "b", "c", "kind"]
                    .into_iter()
                    .filter(|_| self.below(2) == 0);
                let names: Vec<&str> = names.collect();
                let fields = names.into_iter();
                fields
                    .map(|name| (name.to_owned(), self.value(depth - 1)))
                    .collect()
            }
        }
    }
}
