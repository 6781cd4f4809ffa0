//! Random schemas of every form.

use serde_json::{Map, Value, json};

use crate::chance::Chance;
use openapi_canonical::json::escape;

/// Names that a document may use and Rust may not, or that are one there; and plain ones.
const NAMES: [&str; 18] = [
    "id",
    "ID",
    "Id",
    "type",
    "2fa",
    "@id",
    "self",
    "name",
    "a-b",
    "a_b",
    "a b",
    "über",
    "$ref_",
    "example",
    "default",
    "enum",
    "properties",
    "items",
];

/// Beginning of the names of fields that occur once in a document, so that a test can look for them.
pub const MARK: &str = "mark";

const WORDS: [&str; 10] = [
    "open",
    "Open",
    "OPEN",
    "closed",
    "",
    "1",
    "+1",
    "-1",
    "not found",
    "ça",
];

/// Generator of random schemas.
#[derive(Debug)]
pub(crate) struct Maker<'a> {
    pub(crate) chance: &'a mut Chance,
    /// True if the document is one of 3.1.
    pub(crate) is_newer: bool,
    /// The components there are to refer to; those that are objects come first.
    pub(crate) components: &'a [&'a str],
    pub(crate) objects: usize,
}

impl Maker<'_> {
    /// Returns any schema, with at most `depth` levels.
    pub(crate) fn schema(&mut self, depth: usize) -> Value {
        let leaf = depth == 0;
        let mut schema = match self.chance.below(if leaf { 6 } else { 14 }) {
            0 => self.text(),
            1 => self.number(),
            2 => json!({"type": "boolean"}),
            3 => self.reference(),
            4 => self.values(),
            5 => json!({}),
            6 | 7 => self.object(depth),
            8 | 9 => json!({"type": "array", "items": self.schema(depth - 1)}),
            10 => self.all_of(depth),
            11 => self.choice(depth),
            12 => self.tagged(),
            _ => json!({"type": "object", "additionalProperties": self.schema(depth - 1)}),
        };
        self.decorate(&mut schema);
        if self.is_newer && self.chance.percent(30) {
            self.modernise(&mut schema, depth);
        }
        schema
    }

    pub(crate) fn reference(&mut self) -> Value {
        let name = self.chance.one_of(self.components);
        reference_to(name)
    }

    pub(crate) fn text(&mut self) -> Value {
        let mut schema = json!({"type": "string"});
        let formats = [
            "date-time",
            "date",
            "uuid",
            "uri",
            "binary",
            "byte",
            "nonsense",
        ];
        if self.chance.percent(40) {
            schema["format"] = json!(self.chance.one_of(&formats));
        }
        if self.chance.percent(20) {
            schema["pattern"] = json!("^[a-z]+$");
            schema["maxLength"] = json!(5);
        }
        schema
    }

    fn number(&mut self) -> Value {
        let kind = self.chance.one_of(&["integer", "number"]);
        let mut schema = json!({"type": kind});
        let formats = ["int32", "int64", "float", "double", "decimal", "uint8"];
        if self.chance.percent(50) {
            schema["format"] = json!(self.chance.one_of(&formats));
        }
        if self.chance.percent(20) {
            schema["minimum"] = json!(0);
            schema["maximum"] = json!(9_007_199_254_740_993_u64);
        }
        schema
    }

    fn values(&mut self) -> Value {
        let mut words = self.chance.some_of(&WORDS, 40);
        self.chance.shuffle(&mut words);
        if words.is_empty() {
            words.push("only");
        }
        let mut values: Vec<Value> = words.into_iter().map(Value::from).collect();
        let mut schema = json!({"type": "string"});
        if self.chance.percent(20) {
            values.push(Value::Null);
            schema["nullable"] = json!(true);
        }
        schema["enum"] = json!(values);
        schema
    }

    pub(crate) fn object(&mut self, depth: usize) -> Value {
        let names = self.chance.some_of(&NAMES, 20);
        let below = depth.saturating_sub(1);
        let mut properties: Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), self.schema(below)))
            .collect();
        if self.chance.percent(50) {
            properties.insert(self.mark(), json!({"type": "boolean"}));
        }
        let mut schema = json!({"type": "object", "properties": properties});
        let required = self.chance.some_of(&names, 40);
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if self.chance.percent(15) {
            schema["additionalProperties"] = json!(self.chance.percent(50));
        }
        schema
    }

    /// Returns a name that occurs nowhere else, so that tests can look for it.
    fn mark(&mut self) -> String {
        format!("{MARK}{:09}", self.chance.below(1_000_000_000))
    }

    fn all_of(&mut self, depth: usize) -> Value {
        let base = reference_to(self.components[self.chance.below(self.objects)]);
        let parts = match self.chance.below(3) {
            0 => json!([base]),
            1 => json!([base, self.object(depth)]),
            _ => json!([self.object(depth), self.object(depth)]),
        };
        json!({"allOf": parts})
    }

    fn choice(&mut self, depth: usize) -> Value {
        let keyword = self.chance.one_of(&["oneOf", "anyOf"]);
        let count = 1 + self.chance.below(3);
        let variants: Vec<Value> = (0..count).map(|_| self.schema(depth - 1)).collect();
        json!({keyword: variants})
    }

    /// Returns a choice between components by the value of a field.
    fn tagged(&mut self) -> Value {
        let variants = self.components[..self.objects].to_vec();
        let mapping: Map<String, Value> = variants
            .iter()
            .map(|name| (name.to_lowercase(), reference_to(name)["$ref"].clone()))
            .collect();
        let variants: Vec<Value> = variants.into_iter().map(reference_to).collect();
        json!({"oneOf": variants, "discriminator": {"propertyName": "type", "mapping": mapping}})
    }

    /// Adds annotations and example data, which may look like a part of the document.
    fn decorate(&mut self, schema: &mut Value) {
        if schema.get("$ref").is_some() {
            return;
        }
        let decorations = [
            ("description", json!("Some text.")),
            ("title", json!("Title")),
            ("example", json!({"$ref": "#/nowhere", "type": ["x", null]})),
            ("default", json!("open")),
            ("deprecated", json!(true)),
            ("readOnly", json!(true)),
            ("x-note", json!({"properties": {"const": 1}, "nullable": 3})),
            ("nullable", json!(true)),
        ];
        for (keyword, value) in decorations {
            if self.chance.percent(8) {
                schema[keyword] = value;
            }
        }
    }

    /// Adds keywords that only 3.1 has.
    fn modernise(&mut self, schema: &mut Value, depth: usize) {
        let text = json!({"type": "string"});
        let newer = match self.chance.below(9) {
            0 => nullable(schema.take()),
            1 => json!({"anyOf": [schema.take(), {"type": "null"}]}),
            2 => json!({"const": self.chance.one_of(&WORDS)}),
            3 => json!({"type": "array", "prefixItems": [schema.take(), text]}),
            4 => with(schema.take(), "examples", json!([{"const": 1}, null])),
            5 => json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10.5}),
            6 => with(schema.take(), "description", json!("Beside a reference.")),
            7 => {
                json!({"type": "object", "patternProperties": {"^x": schema.take()}, "unevaluatedProperties": false})
            }
            _ => self.with_definitions(depth),
        };
        *schema = newer;
    }

    /// Returns a schema that has definitions of its own, one of which refers to itself.
    fn with_definitions(&mut self, depth: usize) -> Value {
        let (name, id) = (
            self.chance.one_of(&NAMES),
            format!("https://example.com/{}", self.chance.below(1_000_000)),
        );
        let here = format!("#/$defs/{}", escape(name).replace(' ', "%20"));
        let inner = json!({"type": "object", "properties": {"value": self.schema(depth.saturating_sub(1)), "next": {"$ref": here}}});
        json!({"$id": id, "type": "object", "properties": {"first": {"$ref": here}}, "$defs": {name: inner}})
    }
}

/// Makes a schema nullable by a list of types.
fn nullable(mut schema: Value) -> Value {
    if schema["type"].is_string() {
        schema["type"] = json!([schema["type"], "null"]);
    }
    schema
}

fn with(mut schema: Value, keyword: &str, value: Value) -> Value {
    schema[keyword] = value;
    schema
}

pub(crate) fn reference_to(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", escape(component))})
}
