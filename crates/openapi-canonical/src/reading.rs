//! Reading of a document: bytes in, a canonical document out.

use serde_json::{Map, Value};

use crate::document;
use crate::down;
use crate::error::Result;
use crate::losses::{Loss, Rewrites};
use crate::plain_text;
use crate::schema;
use crate::straighten::straighten;

/// An OpenAPI document in canonical form, made by [`read`].
///
/// The canonical form is OpenAPI 3.0.3. Each reference is in a schema and leads to a component in `components/schemas`.
#[derive(Clone, Debug)]
pub struct Document {
    name: String,
    parsed: Value,
    canonical: Value,
    rewrites: Rewrites,
}

/// Reads a document: OpenAPI 3.0, 3.1 or 3.2, as JSON or YAML. `name` is the document's name in errors, such as its path.
///
/// # Errors
///
/// The bytes are compressed, are not UTF-8 text, or are neither JSON nor YAML; a JSON object has a key twice; or the document is not
/// OpenAPI 3.x. The error says which, and where.
pub fn read(bytes: &[u8], name: &str) -> Result<Document> {
    let parsed = document::parse_served(plain_text::decoded(bytes, name)?, name)?;
    let (converted, rewrites) = down::convert(parsed.clone(), name)?;
    Ok(Document {
        name: name.to_owned(),
        parsed,
        canonical: straighten(&converted),
        rewrites,
    })
}

impl Document {
    /// Returns the name of the document in errors.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the OpenAPI version that the document declared when it was read, such as `3.1.0`.
    #[must_use]
    pub fn declared_version(&self) -> &str {
        document::version(&self.parsed).unwrap_or_default()
    }

    /// Returns the canonical document as JSON.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.canonical
    }

    /// Returns the canonical document as JSON, without a copy.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.canonical
    }

    /// Returns the parts of the original document that the canonical form does not have.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.rewrites.losses
    }

    /// Returns the operations in the order of the document.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.canonical.get("paths").and_then(Value::as_object);
        let items = paths.into_iter().flatten();
        items.flat_map(|(path, item)| {
            let members = item.as_object().into_iter().flatten();
            members
                .filter(|(key, _)| schema::METHODS.contains(&key.as_str()))
                .filter_map(|(method, operation)| {
                    let members = operation.as_object()?;
                    Some(Operation {
                        path,
                        method,
                        members,
                    })
                })
        })
    }

    /// Returns the original document: JSON of any version, its references not yet resolved.
    #[doc(hidden)]
    #[must_use]
    pub fn parsed(&self) -> &Value {
        &self.parsed
    }

    /// Returns the rewrites that the conversion made.
    #[doc(hidden)]
    #[must_use]
    pub fn rewrites(&self) -> &Rewrites {
        &self.rewrites
    }
}

/// An operation of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Path template, such as `/loans/{id}`.
    pub path: &'a str,
    /// HTTP method in lower case, such as `get`.
    pub method: &'a str,
    /// The Operation Object.
    pub members: &'a Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_canonical_whatever_it_was_written_in() {
        let text = "openapi: 3.1.0\npaths:\n  /loans:\n    get: &loans\n      responses:\n        '200':\n          description: Loans.\n          content:\n            application/json:\n              schema: {type: [string, 'null']}\n    post: *loans\n";
        let document = read(text.as_bytes(), "loans.yaml").unwrap();
        assert_eq!(document.name(), "loans.yaml");
        assert_eq!(document.declared_version(), "3.1.0");
        assert_eq!(document.as_value()["openapi"], "3.0.3");
        let operations: Vec<(&str, &str)> = document
            .operations()
            .map(|operation| (operation.method, operation.path))
            .collect();
        assert_eq!(operations, [("get", "/loans"), ("post", "/loans")]);
        for operation in document.operations() {
            let schema =
                &operation.members["responses"]["200"]["content"]["application/json"]["schema"];
            assert_eq!(schema["nullable"], true, "{schema}");
        }
        assert!(document.losses().is_empty());
    }

    #[test]
    fn a_loss_says_where_it_is() {
        let text = r##"{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Loan": {"type": "object", "dependentRequired": {"a": ["b"]}}}}}"##;
        let document = read(text.as_bytes(), "It").unwrap();
        let losses: Vec<String> = document.losses().iter().map(ToString::to_string).collect();
        assert_eq!(losses.len(), 1, "{losses:?}");
        assert!(
            losses[0].starts_with("/components/schemas/Loan"),
            "{losses:?}"
        );
    }
}
