//! From a status and a body to a type.

use std::fmt;

use http::StatusCode;
use serde::de::DeserializeOwned;

/// A type that an answer's body decodes into. Where a status decides the type, the generated enum implements this itself;
/// every other type that reads JSON has it already.
pub trait Decode: Sized {
    /// Decodes a body that came with a status.
    ///
    /// # Errors
    ///
    /// Fails if the body is not what the status promises.
    fn decode(status: StatusCode, body: &[u8]) -> Result<Self, DecodeError>;
}

impl<T: DeserializeOwned> Decode for T {
    fn decode(_: StatusCode, body: &[u8]) -> Result<Self, DecodeError> {
        decode_json(body)
    }
}

/// Reads JSON; if that fails, reads it again to learn where.
///
/// # Errors
///
/// Fails if the bytes are no JSON, or other JSON than the type takes.
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(body).map_err(|error| explain::<T>(body, &error))
}

fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> DecodeError {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let located = serde_path_to_error::deserialize::<_, T>(&mut reader).err();
    let path = located
        .map(|located| located.path().to_string())
        .filter(|path| path != ".");
    DecodeError {
        path: path.unwrap_or_default(),
        fault: without_values(&error.to_string()),
    }
}

/// Why a body did not decode. It tells where and what was expected, and nothing of what the body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// Where in the JSON, such as `jobs[3].pay.currency`; empty for the whole.
    pub path: String,
    /// What is wrong there, without the value.
    pub fault: String,
}

impl DecodeError {
    /// A status that no body is known for.
    #[must_use]
    pub fn unknown_status(status: StatusCode) -> Self {
        let fault = format!("no body is documented for status {}", status.as_u16());
        Self {
            path: String::new(),
            fault,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.fault);
        }
        write!(f, "at `{}`: {}", self.path, self.fault)
    }
}

impl std::error::Error for DecodeError {}

/// The parser's message with every quoted string emptied: what stands in quotes comes from the body.
fn without_values(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let (mut quoted, mut escaped) = (false, false);
    for character in message.chars() {
        match (quoted, character) {
            (true, _) if escaped => escaped = false,
            (true, '\\') => escaped = true,
            (true, '"') => {
                quoted = false;
                out.push_str("…\"");
            }
            (true, _) => {}
            (false, _) => {
                quoted = character == '"';
                out.push(character);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode_json, without_values};

    #[test]
    fn a_fault_names_its_path_and_not_its_value() {
        #[derive(Debug, serde::Deserialize)]
        struct Page {
            #[expect(dead_code, reason = "only decoded")]
            jobs: Vec<u32>,
        }
        let error = decode_json::<Page>(br#"{"jobs":[1,"hush \"hush\""]}"#).unwrap_err();
        assert_eq!(error.path, "jobs[1]");
        assert_eq!(
            error.fault,
            "invalid type: string \"…\", expected u32 at line 1 column 26"
        );
    }

    #[test]
    fn a_body_that_is_no_json_has_no_path() {
        let error = decode_json::<Vec<u8>>(b"<html>").unwrap_err();
        assert_eq!(error.to_string(), "expected value at line 1 column 1");
    }

    #[test]
    fn quoted_text_is_emptied_even_if_it_never_ends() {
        assert_eq!(without_values(r#"a "b\"c" d "e"#), r#"a "…" d ""#);
    }
}
