//! Operation ids: `snake_case`, one for every operation, without duplicates.

use serde_json::Value;

use openapi_canonical::json::{self, Object};
use openapi_canonical::names::{self, Taken};
use openapi_canonical::schema;

/// Methods that a generated client has before its operations.
const RESERVED: [&str; 9] = [
    "api_version",
    "baseurl",
    "client",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
];

/// Rewrites every operation id as the name of the generated method; invents the missing ones.
pub(super) fn rewrite(document: &mut Value) -> usize {
    let mut taken: Taken = RESERVED.into_iter().collect();
    let mut count = 0;
    schema::for_each_operation(document, |path, method, operation| {
        let wanted = wanted(path, method, operation);
        let id = taken.take(&wanted);
        if json::string(operation, "operationId") != Some(id.as_str()) {
            operation.insert("operationId".to_owned(), Value::String(id));
            count += 1;
        }
    });
    count
}

fn wanted(path: &str, method: &str, operation: &Object) -> String {
    let own = json::string(operation, "operationId")
        .map(names::snake)
        .filter(|name| !name.is_empty());
    let name = own.unwrap_or_else(|| names::snake(&format!("{method} {path}")));
    // No method begins with a digit.
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("{method}_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_rewritten_invented_and_unique() {
        let mut document = json!({"paths": {
            "/a": {"get": {"operationId": "listThings"}, "post": {}},
            "/a/{id}": {"get": {"operationId": "list_things"}, "put": {"operationId": "post"}, "patch": {"operationId": "2fa"}},
        }});
        assert_eq!(rewrite(&mut document), 5);
        let ids: Vec<_> = schema::operations(&document)
            .into_iter()
            .map(|(.., o)| json::string(o, "operationId"))
            .collect();
        assert_eq!(
            ids,
            [
                Some("list_things"),
                Some("post_a"),
                Some("list_things2"),
                Some("post2"),
                Some("patch_2fa")
            ]
        );
    }
}
