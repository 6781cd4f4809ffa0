//! The document in the form that the comparison reads: details that the 3.0 form drops are moved to locations that it
//! keeps.
//!
//! Conditions on values, such as `if` and `dependentRequired`, become an extension of their schema, and the schemas in
//! them become components. Webhooks and callbacks become operations with exchanged roles: the service sends the
//! request, so that its body is read as a response is, and the response to it is sent as a request body is.

mod fits;
mod headers;
mod nulls;
mod stated;
mod tuples;

use serde_json::{Map, Value, json};

pub(crate) use headers::{has_headers, headers};

use crate::whole_numbers::write_whole_numbers;
use openapi_canonical::Result;
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::json::{self, Object};
use openapi_canonical::keywords::inner;
use openapi_canonical::positions;
use openapi_canonical::schema::{self, METHODS};
use tuples::{Rest, Tuple};

/// Extension of a schema: a list of conditions, each an object by keyword. A schema in it is a reference to a
/// component.
pub(crate) const CONDITIONS: &str = "x-drift-conditions";

/// Member of a schema made of several parts: the fields that one part describes and another one refuses.
pub(crate) const REFUSED_FIELDS: &str = "x-drift-refused-fields";

/// Member of a reference in [`CONDITIONS`] if the document itself has a component there.
pub(crate) const NAMED: &str = "named";

/// Extension of a schema whose values 3.0 has no keywords for: one of the three below.
pub(crate) const FITS: &str = "x-drift-fits";

/// No value fits: the schema is `false`, a constant is not among the listed values, or no listed value is of the type.
pub(crate) const NOTHING: &str = "nothing";

/// No value but null fits.
pub(crate) const ONLY_NULL: &str = "null alone";

/// Null does not fit: it fits several variants, of which a value must fit one, or another keyword refuses it.
pub(crate) const NOT_NULL: &str = "all but null";

/// Extension of an operation that stands for a webhook or a callback: its key, and its name in reports.
pub(crate) const DELIVERY: &str = "x-drift-delivery";

/// Keywords whose value is a schema.
const SCHEMA: [&str; 9] = [
    "contains",
    "contentSchema",
    "else",
    "if",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose value is an object of schemas.
const SCHEMAS: [&str; 3] = ["dependencies", "dependentSchemas", "patternProperties"];

/// Keywords whose value is data.
const DATA: [&str; 5] = [
    "contentEncoding",
    "contentMediaType",
    "dependentRequired",
    "maxContains",
    "minContains",
];

/// Returns a document in its 3.0 form, with all details that the comparison reads. `place` is the document's name in
/// error messages.
pub fn convert(document: &Value, place: &str) -> Result<Value> {
    let mut document = document.clone();
    write_whole_numbers(&mut document);
    let mut prepared = document.clone();
    let mut search = Search::default();
    search.visit(&document, "");
    for (pointer, condition) in search.found {
        let schema = prepared.pointer_mut(&pointer);
        if let Some(schema) = schema.and_then(Value::as_object_mut) {
            schema.insert(CONDITIONS.to_owned(), json!([condition]));
        }
    }
    for (pointer, length) in search.lengths {
        let schema = prepared.pointer_mut(&pointer);
        if let Some(schema) = schema.and_then(Value::as_object_mut) {
            schema.insert("maxItems".to_owned(), json!(length));
        }
    }
    if !search.components.is_empty() {
        schema::components_mut(&mut prepared).extend(search.components);
    }
    fits::mark(&document, &mut prepared);
    for (name, pointer) in search.copies {
        let copy = prepared.pointer(&pointer).cloned();
        schema::components_mut(&mut prepared).insert(name, copy.unwrap_or_default());
    }
    headers::mount(&mut prepared);
    headers::mount_parts(&mut prepared);
    mount_deliveries(&mut prepared);
    Ok(down::convert(prepared, place)?.0)
}

/// Returns the components that the conditions of a schema lead to, at any depth of it.
pub(crate) fn references(schema: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut waiting = vec![(schema, false)];
    while let Some((value, is_inside)) = waiting.pop() {
        match value {
            Value::Array(elements) => {
                waiting.extend(elements.iter().map(|element| (element, is_inside)));
            }
            Value::Object(members) => {
                found.extend(schema::referred(value).filter(|_| is_inside));
                waiting.extend(
                    members
                        .iter()
                        .map(|(key, member)| (member, is_inside || key == CONDITIONS)),
                );
            }
            _ => {}
        }
    }
    found
}

/// Conditions of a document.
#[derive(Debug, Default)]
struct Search {
    /// Condition of each schema that has one, by the pointer to the schema.
    found: Vec<(String, Value)>,
    /// Greatest length of each list that has no further elements, by the pointer to its schema.
    lengths: Vec<(String, usize)>,
    /// Schemas in conditions.
    components: Object,
    /// Names of components that are copies of a schema, with the pointer to it.
    copies: Vec<(String, String)>,
}

impl Search {
    fn visit(&mut self, value: &Value, pointer: &str) {
        if let Some(members) = value.as_object() {
            self.add(members, pointer);
        }
        for inner in inner(value) {
            self.visit(inner.value, &inner.pointer(pointer));
        }
    }

    fn add(&mut self, schema: &Object, pointer: &str) {
        let mut condition = Object::new();
        for (keyword, value) in schema {
            if is_a_format(keyword, value) || down::is_always_met(schema, keyword) {
                continue;
            }
            let inside = format!("{pointer}/{}", json::escape(keyword));
            let content = match (keyword.as_str(), value) {
                (name, value) if DATA.contains(&name) => value.clone(),
                (name, value) if SCHEMA.contains(&name) => self.schema(value, &inside),
                (name, Value::Object(named)) if SCHEMAS.contains(&name) => {
                    let inner = named.iter().map(|(name, schema)| {
                        let inside = format!("{inside}/{}", json::escape(name));
                        (name.clone(), self.schema(schema, &inside))
                    });
                    Value::Object(inner.collect::<Map<_, _>>())
                }
                _ => continue,
            };
            condition.insert(keyword.clone(), content);
        }
        // The 3.0 form joins the schemas of all further fields.
        let further = schema.get("additionalProperties");
        if condition.contains_key("patternProperties")
            && let Some(further) = further.filter(|further| !down::is_anything(further))
        {
            let inside = format!("{pointer}/additionalProperties");
            let further = match fits::is_impossible(further) {
                true => json!(false),
                false => self.copied_schema(further, &inside),
            };
            condition.insert("additionalProperties".to_owned(), further);
        }
        if let Some(tuple) = Tuple::of(schema) {
            self.add_tuple(&tuple, pointer, &mut condition);
        }
        if !condition.is_empty() {
            self.found.push((pointer.to_owned(), condition.into()));
        }
    }

    fn add_tuple(&mut self, tuple: &Tuple<'_>, pointer: &str, condition: &mut Object) {
        let first = tuple.first.iter().enumerate();
        let first = first.map(|(index, schema)| {
            let inside = format!("{pointer}/{}/{index}", tuple.keyword);
            self.copied_schema(schema, &inside)
        });
        condition.insert("prefixItems".to_owned(), first.collect());
        let rest = match tuple.rest {
            Rest::Unspecified => return,
            Rest::Refused(length) => {
                self.lengths.push((pointer.to_owned(), length));
                json!(false)
            }
            Rest::Of(keyword, rest) => self.copied_schema(rest, &format!("{pointer}/{keyword}")),
        };
        condition.insert("items".to_owned(), rest);
    }

    /// Returns a reference to a component with a copy of the schema, which the 3.0 form joins with others.
    fn copied_schema(&mut self, schema: &Value, pointer: &str) -> Value {
        let name = format!("DriftCondition{}", self.components.len());
        let reference = self.schema(schema, pointer);
        if schema.is_object() && reference.get(NAMED).is_none() && !fits::is_impossible(schema) {
            self.copies.push((name, pointer.to_owned()));
        }
        reference
    }

    /// Returns a reference to a component that stands for the schema. Values other than objects are data.
    fn schema(&mut self, schema: &Value, pointer: &str) -> Value {
        if !schema.is_object() {
            return schema.clone();
        }
        let name = format!("DriftCondition{}", self.components.len());
        let reference = json!({"$ref": format!("{}{name}", schema::SCHEMAS)});
        let component =
            schema::referred(schema).filter(|_| schema.as_object().map(Map::len) == Some(1));
        let (target, is_named) = match component {
            Some(_) => (schema.clone(), true),
            None if fits::is_impossible(schema) => (json!({FITS: NOTHING}), false),
            None => (
                json!({"$ref": format!("#{}", pointer.replace('%', "%25"))}),
                false,
            ),
        };
        self.components.insert(name, target);
        match is_named {
            true => json!({"$ref": reference["$ref"], NAMED: true}),
            false => reference,
        }
    }
}

/// True if a keyword is compared as another keyword: down conversion turns it into a format.
fn is_a_format(keyword: &str, value: &Value) -> bool {
    match (keyword, value) {
        ("contentEncoding", Value::String(encoding)) => encoding.starts_with("base64"),
        ("contentMediaType", Value::String(kind)) => kind == "application/octet-stream",
        _ => false,
    }
}

/// Adds an operation for each webhook and each callback.
fn mount_deliveries(prepared: &mut Value) {
    let mut found = Vec::new();
    for (name, item) in named(prepared.get("webhooks")) {
        add_deliveries(
            prepared,
            item,
            &format!("webhook {name}"),
            &format!("webhook {name}"),
            &mut found,
        );
    }
    let base = positions::base_path(prepared);
    for (path, method, operation) in schema::operations(prepared) {
        let position = positions::anonymous(&format!("{base}{path}"));
        for (name, callback) in named(operation.get("callbacks")) {
            let callback = document::resolve(prepared, callback);
            for (expression, item) in named(Some(callback)) {
                let of = |path: &str| {
                    let method = method.to_uppercase();
                    format!("callback {name} to {expression} of {method} {path}")
                };
                add_deliveries(prepared, item, &of(&position), &of(path), &mut found);
            }
        }
    }
    let Some(paths) = prepared.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (index, operation) in found.into_iter().enumerate() {
        paths.insert(
            format!("/drift-deliveries/{index}"),
            json!({"post": operation}),
        );
    }
}

fn named(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.filter(|(name, _)| !name.starts_with("x-"))
}

fn add_deliveries(document: &Value, item: &Value, key: &str, label: &str, found: &mut Vec<Value>) {
    let item = document::resolve(document, item);
    for method in METHODS {
        let Some(delivery) = item.get(method).and_then(Value::as_object) else {
            continue;
        };
        let mut operation = json!({
            DELIVERY: {"key": format!("{key} {method}"), "label": label},
            "responses": {},
        });
        if let Some(body) = delivery.get("requestBody") {
            operation["responses"]["200"] = document::resolve(document, body).clone();
        }
        let mut responses: Vec<(&String, &Value)> = json::entries(delivery, "responses")
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(|(status, response)| (status, document::resolve(document, response)))
            .collect();
        responses.sort_by_key(|(status, _)| *status);
        operation[DELIVERY]["responses"] =
            responses.iter().map(|(status, _)| json!(status)).collect();
        responses.retain(|(_, response)| response.get("content").is_some());
        let success = responses
            .iter()
            .position(|(status, _)| status.starts_with('2'));
        if let Some((_, response)) = success.map(|index| responses.remove(index)) {
            operation["requestBody"] = json!({"content": response["content"]});
        }
        found.push(operation);
        found.extend(responses.into_iter().map(|(status, response)| {
            json!({
                DELIVERY: {
                    "key": format!("{key} {method} response {status}"),
                    "label": format!("{label} response {status}"),
                    "is_response": true,
                },
                "responses": {},
                "requestBody": {"content": response["content"]},
            })
        }));
    }
}
