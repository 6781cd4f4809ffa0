//! The generator, with the settings of the raw client that affect what it supports.

pub(crate) mod collisions;
pub mod panics;

use openapiv3::OpenAPI;
use progenitor::{CrateVers, GenerationSettings, Generator};
use serde_json::Value;

use openapi_canonical::{Error, Result};

/// Bytes of stack for the generator, which follows chains of types recursively.
const STACK: usize = 256 << 20;

/// Reason why there is no code for a document.
#[derive(Debug)]
pub enum Refusal {
    /// The generator reports an error.
    NotTaken(String),
    /// The generator panics.
    Panicked(String),
    /// The code defines a name twice in one scope.
    Collides(String),
    /// The code lacks what is to be decoded by status.
    Incomplete(String),
}

impl Refusal {
    /// Returns the generator's message, or a sentence about its code.
    pub(crate) fn sentence(&self) -> &str {
        match self {
            Refusal::NotTaken(text)
            | Refusal::Panicked(text)
            | Refusal::Collides(text)
            | Refusal::Incomplete(text) => text,
        }
    }
}

/// Asks the generator whether it makes code of a document, without keeping the code.
pub fn ask(document: &Value) -> std::result::Result<(), Refusal> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let generating = thread.spawn_scoped(scope, || code(document, &settings()).map(drop));
        let generated = generating.map(std::thread::ScopedJoinHandle::join);
        match generated {
            Ok(Ok(generated)) => generated,
            Ok(Err(_)) => Err(Refusal::Panicked("it panicked".to_owned())),
            Err(cause) => Err(Refusal::NotTaken(format!("it cannot be started: {cause}"))),
        }
    })
}

/// Asks the generator whether it makes code of a document. `place` is the document's name in errors.
///
/// # Errors
///
/// The generator refuses the document, or its code does not compile.
pub fn check(derived: &Value, place: &str) -> Result<()> {
    ask(derived).map_err(|refusal| {
        let sentence = refusal.sentence();
        let first = sentence.lines().next().unwrap_or_default();
        Error::new(format!(
            "{place} cannot be used: the generator rejects the prepared document with `{first}`; fix the document"
        ))
    })
}

/// Returns the code that is generated of a document, as a syntax tree.
pub fn code(
    document: &Value,
    settings: &GenerationSettings,
) -> std::result::Result<syn::File, Refusal> {
    let code = panics::caught(|| generate(document, settings))
        .map_err(Refusal::Panicked)?
        .map_err(Refusal::NotTaken)?;
    match collisions::find(&code) {
        Some(collision) => Err(Refusal::Collides(collision)),
        None => Ok(code),
    }
}

/// Returns the settings of the raw client that affect what the generator supports.
#[must_use]
pub fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    settings
}

fn generate(
    document: &Value,
    settings: &GenerationSettings,
) -> std::result::Result<syn::File, String> {
    let openapi: OpenAPI = serde_json::from_value(document.clone())
        .map_err(|error| format!("the document does not parse: {error}"))?;
    // Fields with three states refer to the standard library's `Option`.
    let mut settings = settings.clone();
    settings.with_crate("std", CrateVers::Any, None);
    let tokens = Generator::new(&settings)
        .generate_tokens(&openapi)
        .map_err(|error| format!("the generator refuses: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("the generated code does not parse: {error}"))
}
