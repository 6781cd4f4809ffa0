//! The generator, set as the raw client sets it as far as that matters to what it takes.

use openapiv3::OpenAPI;
use progenitor::{CrateVers, GenerationSettings, Generator};
use serde_json::Value;

/// The generated code as a syntax tree, or what the generator says.
pub(super) fn generate(document: &Value) -> Result<syn::File, String> {
    let openapi: OpenAPI = serde_json::from_value(document.clone())
        .map_err(|error| format!("the document does not parse: {error}"))?;
    let mut settings = GenerationSettings::new();
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_crate("std", CrateVers::Any, None);
    let tokens = Generator::new(&settings)
        .generate_tokens(&openapi)
        .map_err(|error| format!("the generator refuses: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("the generated code does not parse: {error}"))
}
