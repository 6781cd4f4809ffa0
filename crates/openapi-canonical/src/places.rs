//! Every schema of a document with its JSON pointer, for reports.

use serde_json::Value;

use crate::json::{self, Object};
use crate::schema;

/// Calls `visit` on every schema of a document, parents first, with the pointer to it.
pub fn visit_all(document: &mut Value, visitor: &mut impl FnMut(&Place<'_>, &mut Object)) {
    for_each_root(document, &mut |place, root| visit_at(root, place, visitor));
}

/// Calls `visit` on every value at the location of a schema that is not inside another one.
pub fn for_each_root(document: &mut Value, visitor: &mut impl FnMut(&Place<'_>, &mut Value)) {
    for (name, component) in schema::components_mut(document) {
        visitor(&Place::Root(vec!["components", "schemas", name]), component);
    }
    schema::for_each_operation(document, |path, method, operation| {
        for (below, root) in roots_with_places(operation) {
            let mut segments = vec!["paths", path, method];
            segments.extend(below.iter().map(String::as_str));
            visitor(&Place::Root(segments), root);
        }
    });
}

/// Location of a schema; the pointer is written only on request.
#[derive(Debug)]
pub enum Place<'a> {
    /// Schema that is in no other one, with the segments of its pointer.
    Root(Vec<&'a str>),
    /// Schema inside another one: under a keyword, and there under a name or index.
    Below(&'a Place<'a>, &'a str, Option<&'a str>),
}

impl Place<'_> {
    /// Returns the JSON pointer of the schema.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Place::Root(segments) => json::pointer(segments),
            Place::Below(parent, key, name) => {
                let segments: Vec<&str> = std::iter::once(*key).chain(*name).collect();
                parent.pointer() + &json::pointer(&segments)
            }
        }
    }
}

fn visit_at(
    schema: &mut Value,
    place: &Place<'_>,
    visitor: &mut impl FnMut(&Place<'_>, &mut Object),
) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    visitor(place, schema);
    for (key, value) in schema.iter_mut() {
        let is_choice = schema::CHOICES.iter().any(|(choice, _)| choice == key);
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    visit_at(property, &Place::Below(place, key, Some(name)), visitor);
                }
            }
            ("items" | "additionalProperties" | "not", child) => {
                visit_at(child, &Place::Below(place, key, None), visitor);
            }
            (_, Value::Array(arms)) if is_choice => {
                for (index, arm) in arms.iter_mut().enumerate() {
                    let index = index.to_string();
                    visit_at(arm, &Place::Below(place, key, Some(&index)), visitor);
                }
            }
            _ => {}
        }
    }
}

/// Returns the same schemas as [`schema::roots_of`], each with its pointer below the operation.
fn roots_with_places(operation: &mut Object) -> Vec<(Vec<String>, &mut Value)> {
    let mut found = Vec::new();
    for (key, value) in operation.iter_mut() {
        match (key.as_str(), value) {
            ("parameters", Value::Array(parameters)) => {
                for (index, parameter) in parameters.iter_mut().enumerate() {
                    let above = vec![key.clone(), index.to_string()];
                    if parameter.get("schema").is_some() {
                        found.extend(
                            parameter
                                .get_mut("schema")
                                .map(|schema| (joined(&above, &["schema"]), schema)),
                        );
                    } else {
                        media_with_places(&above, parameter, &mut found);
                    }
                }
            }
            ("requestBody", body) => media_with_places(std::slice::from_ref(key), body, &mut found),
            ("responses", Value::Object(responses)) => {
                for (status, response) in responses {
                    media_with_places(
                        &joined(std::slice::from_ref(key), &[status]),
                        response,
                        &mut found,
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn media_with_places<'a>(
    above: &[String],
    body: &'a mut Value,
    found: &mut Vec<(Vec<String>, &'a mut Value)>,
) {
    let media = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in media.into_iter().flatten() {
        if let Some(schema) = media.get_mut("schema") {
            found.push((joined(above, &["content", media_type, "schema"]), schema));
        }
    }
}

fn joined(above: &[String], below: &[&str]) -> Vec<String> {
    above
        .iter()
        .cloned()
        .chain(below.iter().map(|&segment| segment.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_pointer_leads_to_its_schema() {
        let media = |text: &str| json!({"content": {"a/b": {"schema": {"type": text}}}});
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [{"schema": {"type": "1"}}, media("2")], "requestBody": media("3"),
                "responses": {"200": media("4")}}}},
            "components": {"schemas": {"It": {"type": "5", "properties": {"": {"type": "6"}, "items": {"type": "7"}},
                "items": {"type": "8", "additionalProperties": {"type": "9"}}, "oneOf": [{}, {"type": "10", "not": {"type": "11"}}],
                "example": {"items": {"type": "no"}}}}}});
        let whole = document.clone();
        let mut seen = 0;
        visit_all(&mut document, &mut |place, schema| {
            let pointer = place.pointer();
            assert_eq!(
                whole.pointer(&pointer).unwrap().as_object().unwrap(),
                schema,
                "{pointer}"
            );
            seen += 1;
        });
        assert_eq!(seen, 12);
    }
}
