//! Every schema of a document with its location.

use serde_json::Value;

use crate::json::{self, Object};
use crate::schema;

/// Calls `visitor` on every schema of a document, parents first. References are not followed.
pub fn visit_all(document: &mut Value, visitor: &mut impl FnMut(&Location<'_>, &mut Object)) {
    for_each_root(document, &mut |location, root| {
        visit(root, location, visitor);
    });
}

/// Calls `visitor` on every value at the location of a schema that is not inside another one. References outside schemas must be resolved.
pub fn for_each_root(document: &mut Value, visitor: &mut impl FnMut(&Location<'_>, &mut Value)) {
    for (name, component) in schema::components_mut(document) {
        visitor(
            &Location::Root(vec!["components", "schemas", name]),
            component,
        );
    }
    schema::for_each_operation(document, |path, method, operation| {
        let location = Location::Root(vec!["paths", path, method]);
        for_each_root_of(operation, &location, visitor);
    });
}

/// Calls `visitor` on the inline schemas of an operation: of its parameters, its body and its responses, in this order.
pub fn for_each_root_of(
    operation: &mut Object,
    location: &Location<'_>,
    visitor: &mut impl FnMut(&Location<'_>, &mut Value),
) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        let index = index.to_string();
        let location = Location::Below(location, "parameters", Some(&index));
        if let Some(schema) = parameter.get_mut("schema") {
            visitor(&Location::Below(&location, "schema", None), schema);
        }
        in_media(parameter, &location, visitor);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        in_media(
            body,
            &Location::Below(location, "requestBody", None),
            visitor,
        );
    }
    for (status, response) in json::object_mut(operation, "responses")
        .into_iter()
        .flatten()
    {
        let location = Location::Below(location, "responses", Some(status));
        in_media(response, &location, visitor);
    }
}

/// Calls `visitor` on the schemas of the media types of a parameter, a request body or a response.
fn in_media(
    around: &mut Value,
    location: &Location<'_>,
    visitor: &mut impl FnMut(&Location<'_>, &mut Value),
) {
    let content = around.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in content.into_iter().flatten() {
        if let Some(schema) = media.get_mut("schema") {
            let location = Location::Below(location, "content", Some(media_type));
            visitor(&Location::Below(&location, "schema", None), schema);
        }
    }
}

/// Calls `visitor` on a schema and on every schema below it, parents first.
pub fn visit(
    schema: &mut Value,
    location: &Location<'_>,
    visitor: &mut impl FnMut(&Location<'_>, &mut Object),
) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    visitor(location, schema);
    for child in schema::children_mut(schema) {
        let below = Location::Below(location, child.keyword, child.name.as_deref());
        visit(child.schema, &below, visitor);
    }
}

/// Location in a document; the pointer is written only on request.
#[derive(Debug)]
pub enum Location<'a> {
    /// Segments of a pointer.
    Root(Vec<&'a str>),
    /// Below another location: under a keyword, and there under a name or index.
    Below(&'a Location<'a>, &'a str, Option<&'a str>),
}

impl Location<'_> {
    /// Returns the JSON pointer of the location.
    #[must_use]
    pub fn pointer(&self) -> String {
        json::pointer(&self.segments())
    }

    /// Returns the segments of the pointer, unescaped.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        match self {
            Location::Root(segments) => segments.clone(),
            Location::Below(parent, key, name) => {
                let mut segments = parent.segments();
                segments.push(key);
                segments.extend(*name);
                segments
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_pointer_leads_to_its_schema() {
        let media = |text: &str| json!({"content": {"a/b": {"schema": {"type": text}}}});
        let mut both = media("12");
        both["schema"] = json!({"type": "13"});
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [{"schema": {"type": "1"}}, media("2"), both], "requestBody": media("3"),
                "responses": {"200": media("4")}}}},
            "components": {"schemas": {"It": {"type": "5", "properties": {"": {"type": "6"}, "items": {"type": "7"}},
                "items": {"type": "8", "additionalProperties": {"type": "9"}}, "oneOf": [{}, {"type": "10", "not": {"type": "11"}}],
                "example": {"items": {"type": "no"}}}}}});
        let whole = document.clone();
        let mut seen = 0;
        visit_all(&mut document, &mut |location, schema| {
            let pointer = location.pointer();
            assert_eq!(
                whole.pointer(&pointer).unwrap().as_object().unwrap(),
                schema,
                "{pointer}"
            );
            seen += 1;
        });
        assert_eq!(seen, 14);
    }

    #[test]
    fn properties_named_like_keywords_are_schemas_and_data_is_not() {
        let mut schema = json!({
            "type": "object",
            "properties": {"default": {"type": "string"}, "items": {"type": "array", "items": {"type": "integer"}}},
            "example": {"properties": {"no": {"type": "x"}}},
            "x-data": {"items": {"type": "x"}},
            "enum": [{"type": "x"}],
        });
        let mut seen = Vec::new();
        visit(
            &mut schema,
            &Location::Root(Vec::new()),
            &mut |_, schema| {
                seen.push(json::string(schema, "type").unwrap_or("?").to_owned());
            },
        );
        assert_eq!(seen, ["object", "string", "array", "integer"]);
    }
}
