//! Code of a client of a prepared document.

mod by_status;

use progenitor::GenerationSettings;

use crate::generator::{self, Refusal};
use crate::prepare::Prepared;
use openapi_canonical::{Error, Result};

/// Generates the code of a client: the items of a module, formatted.
///
/// It is the generator's code for `settings`, with two additions:
///
/// - A response whose body depends on its status is decoded by its status. By itself, the generator takes the first body that fits.
/// - A field of a PATCH request that can be absent, null or a value has the type `Option<Option<T>>`. By itself, the generator leaves it
///   untyped.
///
/// The package that includes the code needs the crates `progenitor-client`, `reqwest`, `serde` and `serde_json`; and `chrono` or `uuid`
/// if the document has strings of these formats.
///
/// # Errors
///
/// The generator refuses the document or panics, or its code would not compile.
pub fn generate(prepared: &Prepared, settings: &GenerationSettings) -> Result<String> {
    match code(prepared, settings) {
        Ok(code) => Ok(prettyplease::unparse(&code)),
        Err(refusal) => Err(Error::new(format!(
            "no client is generated: {}",
            refusal.sentence()
        ))),
    }
}

/// Returns the code of a client as a syntax tree.
pub fn code(
    prepared: &Prepared,
    settings: &GenerationSettings,
) -> std::result::Result<syn::File, Refusal> {
    let mut code = generator::code(&prepared.document, settings)?;
    let choices = by_status::choices(prepared, &code).map_err(Refusal::Incomplete)?;
    by_status::decode(&mut code, choices).map_err(Refusal::Incomplete)?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use progenitor::InterfaceStyle;
    use serde_json::{Value, json};

    use super::*;
    use crate::prepare::{Options, prepare};

    fn generated(responses: &Value, settings: &GenerationSettings) -> Result<String> {
        let document = json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"}, "paths": {
            "/loans": {"post": {"operationId": "borrow", "responses": responses}}}});
        let document = openapi_canonical::read(document.to_string().as_bytes(), "It")?;
        generate(&prepare(document, &Options::default())?, settings)
    }

    fn with(field: &str) -> Value {
        let schema = json!({"type": "object", "properties": {field: {"type": "string"}}});
        json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
    }

    /// Returns the patterns of the generated arms with their types, in order.
    fn arms(code: &str) -> Vec<String> {
        let words: Vec<&str> = code.split_whitespace().collect();
        let line = words.join(" ");
        let (_, arms) = line.split_once("as_u16() {").unwrap();
        let arm = |arm: &str| {
            let (before, decoded) = arm.split_once("ResponseValue::")?;
            let pattern = before.rsplit_once(" =>")?.0.rsplit(' ').next()?;
            let body = decoded.split(['(', ')']).next()?;
            Some(format!("{pattern} {body}"))
        };
        arms.split_inclusive("(response)").filter_map(arm).collect()
    }

    #[test]
    fn each_status_with_a_body_of_its_own_has_an_arm_in_both_styles_of_methods() {
        let responses = json!({"200": with("a"), "202": {"description": "None."}, "2XX": with("b"),
            "404": with("c"), "default": with("d")});
        for style in [InterfaceStyle::Positional, InterfaceStyle::Builder] {
            let mut settings = GenerationSettings::new();
            let code = generated(&responses, settings.with_interface(style)).unwrap();
            assert_eq!(
                arms(&code),
                [
                    "200u16 <types::BorrowOk>::from_response",
                    "202u16 empty",
                    "200..=299 <types::BorrowStatus2Xx>::from_response",
                    "404u16 <types::BorrowNotFound>::from_response",
                    "400u16..=499u16 <types::BorrowStatusDefault>::from_response",
                    "500u16..=599u16 <types::BorrowStatusDefault>::from_response",
                ],
                "{code}"
            );
        }
    }

    #[test]
    fn one_body_for_all_statuses_is_decoded_as_the_generator_does() {
        let code = generated(
            &json!({"200": with("a"), "default": with("b")}),
            &GenerationSettings::default(),
        );
        assert!(
            arms(&code.unwrap())
                .iter()
                .all(|arm| arm.ends_with(" from_response"))
        );
    }
}
