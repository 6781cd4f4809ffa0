//! More of what other servers would make of a document: other names, everything in components, responses omitted.

use serde_json::{Map, Value, json};

use crate::documents::rewrite;

/// Changes every operation.
fn each_operation(document: &Value, change: impl Fn(&mut Map<String, Value>)) -> Value {
    let mut document = document.clone();
    let paths = document["paths"].as_object_mut().unwrap();
    for item in paths.values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            change(operation.as_object_mut().unwrap());
        }
    }
    document
}

pub(crate) fn without_operation_ids(document: &Value) -> Value {
    each_operation(document, |operation| {
        operation.shift_remove("operationId");
    })
}

pub(crate) fn with_one_operation_id(document: &Value) -> Value {
    each_operation(document, |operation| {
        operation.insert("operationId".to_owned(), json!("handle"));
    })
}

pub(crate) fn with_other_operation_ids(document: &Value) -> Value {
    each_operation(document, |operation| {
        let id = operation["operationId"].as_str().unwrap().len();
        let other = format!("{}-{id}", operation["responses"].to_string().len());
        operation.insert("operationId".to_owned(), json!(other));
    })
}

/// Names every path parameter by its index.
pub(crate) fn with_other_path_parameters(document: &Value) -> Value {
    let mut document = document.clone();
    rewrite(&mut document["paths"], &mut |value| {
        let is_in_path = value.get("in").is_some_and(|place| place == "path");
        if let Some(Value::String(name)) = value.get_mut("name").filter(|_| is_in_path) {
            *name = format!("{name}-in-path");
        }
    });
    let paths = document["paths"].as_object().unwrap().iter();
    let renamed = paths.map(|(path, item)| (path.replace('}', "-in-path}"), item.clone()));
    document["paths"] = Value::Object(renamed.collect());
    document
}

/// Moves every parameter, request body, response and schema into a component.
pub(crate) fn in_components(document: &Value) -> Value {
    let mut document = document.clone();
    let mut components = std::mem::take(&mut document["components"]);
    let paths = document["paths"].as_object_mut().unwrap();
    for item in paths.values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                move_in(&mut components, "schemas", &mut parameter["schema"]);
                move_in(&mut components, "parameters", parameter);
            }
            if operation.get("requestBody").is_some() {
                let body = &mut operation["requestBody"];
                move_content_in(&mut components, body);
                move_in(&mut components, "requestBodies", body);
            }
            for response in operation["responses"].as_object_mut().unwrap().values_mut() {
                move_content_in(&mut components, response);
                move_in(&mut components, "responses", response);
            }
        }
    }
    document["components"] = components;
    document
}

fn move_content_in(components: &mut Value, body: &mut Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (_, media) in content.into_iter().flatten() {
        move_in(components, "schemas", &mut media["schema"]);
    }
}

fn move_in(components: &mut Value, kind: &str, part: &mut Value) {
    if part.get("$ref").is_some() {
        return;
    }
    if components.get(kind).is_none() {
        components[kind] = json!({});
    }
    let members = components[kind].as_object_mut().unwrap();
    let name = format!("Moved{}", members.len());
    let reference = json!({"$ref": format!("#/components/{kind}/{name}")});
    members.insert(name, std::mem::replace(part, reference));
}

/// Describes responses without a schema.
pub(crate) fn without_schemas(document: &Value) -> Value {
    each_operation(document, |operation| {
        let responses = operation["responses"].as_object_mut().unwrap();
        for response in responses.values_mut() {
            *response = json!({"description": "It."});
        }
    })
}

/// Gives responses a body with an empty schema.
pub(crate) fn with_any_responses(document: &Value) -> Value {
    each_operation(document, |operation| {
        let responses = operation["responses"].as_object_mut().unwrap();
        for response in responses.values_mut() {
            *response =
                json!({"description": "It.", "content": {"application/json": {"schema": {}}}});
        }
    })
}
