//! Arguments of a generated method: each with its own name in Rust.
//!
//! The generator identifies parameters by name alone: of `id` in the path and `id` in the query it uses the last.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::generated_names;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;

/// Drops parameters whose names collide with others; those in the path stay, then required ones.
pub(super) fn disambiguate(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let before = losses.len();
    schema::for_each_operation(document, |path, method, operation| {
        let lost = drop_doubles(operation);
        let pointer = json::pointer(&["paths", path, method]);
        losses.extend(lost.into_iter().map(|what| Loss::new(&pointer, what)));
    });
    losses.len() - before
}

fn drop_doubles(operation: &mut Object) -> Vec<String> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    if operation.contains_key("requestBody") {
        taken.insert("body".to_owned(), "the body".to_owned());
    }
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return Vec::new();
    };
    let mut indices: Vec<usize> = (0..parameters.len()).collect();
    indices.sort_by_key(|index| rank(&parameters[*index]));
    let mut lost: BTreeMap<usize, String> = BTreeMap::new();
    for index in indices {
        let (place, name) = document::parameter_identity(&parameters[index]);
        let called = format!("the {place} parameter `{name}`");
        if let Some(other) = taken.get(&generated_names::field(name)) {
            lost.insert(
                index,
                format!("{called}, which in Rust has the same name as {other}"),
            );
        } else {
            taken.insert(generated_names::field(name), called);
        }
    }
    let mut index = 0;
    parameters.retain(|_| {
        index += 1;
        !lost.contains_key(&(index - 1))
    });
    lost.into_values().collect()
}

fn rank(parameter: &Value) -> (bool, bool) {
    let is_required = parameter["required"] == Value::Bool(true);
    (
        document::parameter_identity(parameter).0 != "path",
        !is_required,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_of_those_with_the_same_name_stays() {
        let parameter = |place: &str, name: &str, required: bool| json!({"in": place, "name": name, "required": required});
        let mut document = json!({"paths": {"/a/{id}": {"post": {"requestBody": {}, "parameters": [
            parameter("path", "id", true), parameter("header", "ID", true), parameter("query", "MaxResults", false),
            parameter("query", "maxResults", true), parameter("query", "body", false)]}}}});
        let mut losses = Vec::new();
        assert_eq!(disambiguate(&mut document, &mut losses), 3);
        let whats: Vec<&str> = losses.iter().map(|loss| loss.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "the header parameter `ID`, which in Rust has the same name as the path parameter `id`",
                "the query parameter `MaxResults`, which in Rust has the same name as the query parameter `maxResults`",
                "the query parameter `body`, which in Rust has the same name as the body",
            ]
        );
        assert_eq!(
            document["paths"]["/a/{id}"]["post"]["parameters"],
            json!([
                parameter("path", "id", true),
                parameter("query", "maxResults", true)
            ])
        );
    }
}
