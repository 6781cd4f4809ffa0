//! Names of operations in the raw client, by method and path as reports have them.

use std::collections::BTreeMap;

use serde_json::Value;

use openapi_canonical::json;
use openapi_canonical::positions;
use openapi_canonical::schema;

/// The methods of the raw client, by method and path with `{}` for every parameter.
#[derive(Debug)]
pub(super) struct OperationNames(BTreeMap<(String, String), String>);

impl OperationNames {
    /// `document` is the one that the client is generated from.
    pub(super) fn of(document: &Value) -> OperationNames {
        let base = positions::base_path(document);
        let mut names = BTreeMap::new();
        for (path, method, operation) in schema::operations(document) {
            let Some(name) = json::string(operation, "operationId") else {
                continue;
            };
            // A served document may have the prefix in its paths, or in the URL of its server.
            for path in [path.to_owned(), format!("{base}{path}")] {
                let position = (method.to_uppercase(), positions::anonymous(&path));
                names.insert(position, name.to_owned());
            }
        }
        OperationNames(names)
    }

    /// Returns the method for `GET /jobs/{jobId}`.
    pub(super) fn get(&self, operation: &str) -> Option<String> {
        let (method, path) = operation.split_once(' ')?;
        let position = (method.to_owned(), positions::anonymous(path));
        self.0.get(&position).cloned()
    }
}
