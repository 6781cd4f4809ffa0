//! Reading of the document that everything is derived from. Each text is read and converted once a run.

use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use crate::stale_files;
use crate::stand_in;
use crate::workspace::DOCUMENT;
use openapi_canonical::json;
use openapi_canonical::{Document, Result};
use openapi_drift::comparable;

/// A document in both forms that a run reads it in.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) document: Document,
    /// The document in the form that is compared with others.
    pub(crate) comparable: Value,
}

impl Input {
    /// Reads a document. `name` is its name in errors.
    pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Rc<Input>> {
        let document = openapi_canonical::read(bytes, name)?;
        let comparable = comparable::convert(document.parsed(), name)?;
        Ok(Rc::new(Input {
            document,
            comparable,
        }))
    }

    /// Returns the OpenAPI version that the document declares.
    pub(crate) fn version(&self) -> String {
        self.document.declared_version().to_owned()
    }
}

/// Content of `spec/openapi.json`: its text, and the document that was read from the text.
#[derive(Debug)]
pub(crate) enum Found {
    Nothing,
    StandIn(String, Result<Rc<Input>>),
    /// A document that is not derived.
    Other(String, Result<Rc<Input>>),
}

impl Found {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read. A file that is no document is no error yet.
    pub(crate) fn read(root: &Path) -> Result<Found> {
        let Some(text) = stale_files::read_if_there(&root.join(DOCUMENT))? else {
            return Ok(Found::Nothing);
        };
        let input = Input::read(text.as_bytes(), DOCUMENT);
        Ok(if is_stand_in(&text, &input) {
            Found::StandIn(text, input)
        } else {
            Found::Other(text, input)
        })
    }
}

/// True if a text is a stand-in. A broken stand-in is still one: the mark is in its text.
fn is_stand_in(text: &str, input: &Result<Rc<Input>>) -> bool {
    if let Ok(input) = input {
        return stand_in::is_stand_in(input.document.parsed());
    }
    match json::parse(text) {
        Ok(document) => stand_in::is_stand_in(&document),
        Err(_) => text.contains(&format!("\"{}\"", stand_in::MARK)),
    }
}
