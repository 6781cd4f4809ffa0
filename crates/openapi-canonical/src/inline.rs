//! Inlines parameters, request bodies and responses: only references to schemas remain.

use serde_json::Value;

use crate::document;
use crate::json::{self, Object};
use crate::schema::METHODS;

/// Component sections that may remain beside the schemas.
const KEPT_COMPONENTS: [&str; 2] = ["schemas", "securitySchemes"];

/// Replaces references outside schemas by their targets, and moves the shared members of a path into each of its
/// operations.
pub fn inline(document: &mut Value) -> usize {
    let mut count = 0;
    let mut paths = document.get("paths").cloned().unwrap_or_default();
    let source = &*document;
    for (_, item) in paths.as_object_mut().into_iter().flatten() {
        count += expand(item, source);
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared = item.remove("parameters");
        for method in METHODS {
            if let Some(operation) = json::object_mut(item, method) {
                count += share(operation, shared.as_ref(), source);
                count += resolve(operation, source);
            }
        }
        item.retain(|key, _| METHODS.contains(&key.as_str()));
    }
    if let Some(own) = document.get_mut("paths") {
        *own = paths;
    }
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|key, _| KEPT_COMPONENTS.contains(&key.as_str()));
    }
    count
}

/// Merges the target of a path's reference into the path; members beside the reference take precedence.
fn expand(item: &mut Value, source: &Value) -> usize {
    if item.get("$ref").is_none() {
        return 0;
    }
    let target = document::resolve(source, item).as_object().cloned();
    let mut expanded = target.unwrap_or_default();
    if let Some(own) = item.as_object_mut() {
        expanded.extend(std::mem::take(own));
    }
    expanded.remove("$ref");
    *item = Value::Object(expanded);
    1
}

/// Adds the path's parameters to the operation's own parameters, which take precedence.
fn share(operation: &mut Object, shared: Option<&Value>, source: &Value) -> usize {
    let own: Vec<Value> = json::elements(operation, "parameters").to_vec();
    let identity = |parameter: &Value| {
        let (place, name) = document::parameter_identity(document::resolve(source, parameter));
        format!("{place} {name}")
    };
    let taken: Vec<String> = own.iter().map(identity).collect();
    let shared = shared.and_then(Value::as_array).into_iter().flatten();
    let added: Vec<Value> = shared
        .filter(|parameter| !taken.contains(&identity(parameter)))
        .cloned()
        .collect();
    let count = added.len();
    if count > 0 {
        operation.insert(
            "parameters".to_owned(),
            own.into_iter().chain(added).collect(),
        );
    }
    count
}

fn resolve(operation: &mut Object, source: &Value) -> usize {
    let mut count = 0;
    let mut replace = |slot: &mut Value| {
        if slot.get("$ref").is_some() {
            *slot = document::resolve(source, slot).clone();
            count += 1;
        }
    };
    for (key, value) in operation.iter_mut() {
        match (key.as_str(), value) {
            ("parameters", Value::Array(parameters)) => {
                parameters.iter_mut().for_each(&mut replace);
            }
            ("responses", Value::Object(responses)) => {
                responses.values_mut().for_each(&mut replace);
            }
            ("requestBody", body) => replace(body),
            _ => {}
        }
    }
    count + resolve_named(operation, source)
}

/// Inlines the headers and links of responses, and the headers of the parts of a body.
fn resolve_named(members: &mut Object, source: &Value) -> usize {
    let mut count = 0;
    for (key, value) in members {
        match (key.as_str(), value) {
            ("headers" | "links", Value::Object(named)) => {
                for slot in named.values_mut().filter(|slot| slot.get("$ref").is_some()) {
                    *slot = document::resolve(source, slot).clone();
                    count += 1;
                }
            }
            ("content" | "encoding" | "responses", Value::Object(named)) => {
                let named = named.values_mut().filter_map(Value::as_object_mut);
                count += named.map(|one| resolve_named(one, source)).sum::<usize>();
            }
            ("requestBody", Value::Object(body)) => count += resolve_named(body, source),
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shared_members_of_a_path_and_targets_of_references_move_into_the_operation() {
        let mut document = json!({
            "paths": {"/a/{id}": {
                "summary": "gone",
                "parameters": [{"$ref": "#/components/parameters/Id"}, {"name": "q", "in": "query"}],
                "get": {"parameters": [{"name": "q", "in": "query", "required": true}],
                    "responses": {"404": {"$ref": "#/components/responses/Missing"}}},
            }},
            "components": {"parameters": {"Id": {"name": "id", "in": "path"}},
                "responses": {"Missing": {"description": "No.", "headers": {"Count": {"$ref": "#/components/headers/Count"}},
                    "content": {"a/b": {"encoding": {"part": {"headers": {"schema": {"$ref": "#/components/headers/Count"}}}}}}}},
                "headers": {"Count": {"schema": {"type": "integer"}}}},
        });
        let count = json!({"schema": {"type": "integer"}});
        assert_eq!(inline(&mut document), 5);
        assert_eq!(
            document,
            json!({
                "paths": {"/a/{id}": {"get": {
                    "parameters": [{"name": "q", "in": "query", "required": true}, {"name": "id", "in": "path"}],
                    "responses": {"404": {"description": "No.", "headers": {"Count": count},
                        "content": {"a/b": {"encoding": {"part": {"headers": {"schema": count}}}}}}}}}},
                "components": {},
            })
        );
    }
}
