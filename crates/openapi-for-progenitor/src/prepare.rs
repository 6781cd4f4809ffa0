//! Preparation of a canonical document for the generator.

use serde_json::Value;

use crate::steps::{self, StepReport};
use crate::verify;
use openapi_canonical::extensions::{self, opentrain};
use openapi_canonical::keywords::for_each_object_mut;
use openapi_canonical::losses::Loss;
use openapi_canonical::{Document, Result};

/// Choices in a preparation.
#[derive(Clone, Debug)]
pub struct Options {
    /// Beginning of the extension keys that the preparation reads and writes; default `x-prepared-`.
    ///
    /// [`extensions`](crate::extensions) has their names. The generator ignores these keys. They serve a program that edits the generated
    /// code: `…by-status` lists, in a schema with the bodies of several statuses, the body of each status.
    pub extension_prefix: String,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            extension_prefix: "x-prepared-".to_owned(),
        }
    }
}

/// A document that the generator takes.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The document: OpenAPI 3.0.3 as JSON.
    pub document: Value,
    /// The steps of the preparation, with the number of edits of each.
    pub steps: Vec<StepReport>,
    /// The parts of the original document that the generated client lacks.
    pub losses: Vec<Loss>,
    /// Beginning of the extension keys in the document.
    pub extension_prefix: String,
}

/// Prepares a document for the generator.
///
/// # Errors
///
/// The result would not be valid: a part that a reference needs is missing from the document. The error says which, and where.
pub fn prepare(document: Document, options: &Options) -> Result<Prepared> {
    let name = document.name().to_owned();
    let mut losses = document.losses().to_vec();
    let prefix = &options.extension_prefix;
    let mut document = document.into_value();
    rename_extensions(&mut document, prefix, opentrain::PREFIX);
    let (mut prepared, steps) = steps::normalise(document);
    verify::check(&prepared, &name)?;
    losses.extend(steps.iter().flat_map(|step| step.losses.iter().cloned()));
    rename_extensions(&mut prepared, opentrain::PREFIX, prefix);
    Ok(Prepared {
        document: prepared,
        steps,
        losses,
        extension_prefix: prefix.clone(),
    })
}

/// Gives each extension key with one beginning the other.
fn rename_extensions(value: &mut Value, from: &str, to: &str) {
    if from == to {
        return;
    }
    for_each_object_mut(value, &mut |members| {
        let renamed = std::mem::take(members).into_iter();
        *members = renamed
            .map(|(key, member)| match key.strip_prefix(from) {
                Some(name) if extensions::ALL.contains(&name) => {
                    (extensions::key(to, name), member)
                }
                _ => (key, member),
            })
            .collect();
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extension_keys_get_the_beginning_that_the_options_name() {
        let error = |name: &str| json!({"description": name, "content": {"application/json": {"schema": {"type": "object", "properties": {name: {"type": "string"}, "x-opentrain-kept": {"type": "string"}}}}}});
        let text = json!({"openapi": "3.1.0", "paths": {"/loans": {"get": {
            "responses": {"200": error("a"), "404": error("b"), "409": error("c")}}}}})
        .to_string();
        let prepared = |options: &Options| {
            let document = openapi_canonical::read(text.as_bytes(), "It").unwrap();
            prepare(document, options).unwrap().document.to_string()
        };
        let ours = prepared(&Options {
            extension_prefix: "x-opentrain-".to_owned(),
        });
        let others = prepared(&Options::default());
        assert!(ours.contains("x-opentrain-by-status"), "{ours}");
        assert!(others.contains("x-prepared-by-status"), "{others}");
        assert!(others.contains("x-opentrain-kept"), "{others}");
        assert_eq!(
            others.replace("x-prepared-", "x-opentrain-"),
            ours,
            "only the keys differ"
        );
    }

    #[test]
    fn keys_of_the_given_beginning_are_read() {
        let text = json!({"openapi": "3.1.0", "paths": {"/loans": {"get": {"responses": {
            "403": {"description": "No.", "x-mine-reasons": ["closed"], "x-mine-other-key": 1}}}}}});
        let document = openapi_canonical::read(text.to_string().as_bytes(), "It").unwrap();
        let options = Options {
            extension_prefix: "x-mine-".to_owned(),
        };
        let prepared = prepare(document, &options).unwrap();
        let operation = &prepared.document["paths"]["/loans"]["get"];
        assert_eq!(operation["x-mine-reasons"], json!(["closed"]));
    }
}
