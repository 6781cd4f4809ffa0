//! From a status and a body to a type.

use std::fmt;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

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
    fn decode(status: StatusCode, body: &[u8]) -> Result<Self, DecodeError> {
        // Statuses that HTTP allows no body for say what null says.
        let empty = body.is_empty() && matches!(status.as_u16(), 204 | 205);
        decode_json(if empty { b"null" } else { body })
    }
}

/// Reads a field that tells null from absent: it is called only if the field is there.
#[doc(hidden)]
pub fn three_states<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
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
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
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

/// The parser's message without what it quotes of the body: ``integer `7` `` becomes `integer`.
fn without_values(message: &str) -> String {
    const QUOTING: [&str; 4] = [
        "invalid type: ",
        "invalid value: ",
        "unknown variant ",
        "unknown field ",
    ];
    let Some(start) = QUOTING
        .iter()
        .find_map(|quoting| message.find(quoting).map(|at| at + quoting.len()))
    else {
        return String::from(message);
    };
    let (head, quoting) = message.split_at(start);
    // The last one, since the value itself may hold the words.
    let end = quoting.rfind(", expected ").unwrap_or(quoting.len());
    let (value, expected) = quoting.split_at(end);
    let kind = value
        .split(['`', '"'])
        .next()
        .unwrap_or_default()
        .trim_end();
    let kind = if kind.is_empty() {
        "that it holds"
    } else {
        kind
    };
    format!("{head}{kind}{expected}")
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
            "invalid type: string, expected u32 at line 1 column 26"
        );
    }

    #[test]
    fn a_body_that_is_no_json_has_no_path() {
        let error = decode_json::<Vec<u8>>(b"<html>").unwrap_err();
        assert_eq!(error.to_string(), "expected value at line 1 column 1");
    }

    #[test]
    fn what_the_parser_quotes_is_left_out() {
        for (message, left) in [
            (
                "invalid type: integer `4111`, expected a string at line 1",
                "invalid type: integer, expected a string at line 1",
            ),
            (
                "invalid value: string \"a, expected b\", expected c",
                "invalid value: string, expected c",
            ),
            (
                "invalid type: null, expected u8",
                "invalid type: null, expected u8",
            ),
            (
                "unknown variant `hush`, expected `a` or `b`",
                "unknown variant that it holds, expected `a` or `b`",
            ),
            (
                "missing field `id` at line 1 column 2",
                "missing field `id` at line 1 column 2",
            ),
        ] {
            assert_eq!(without_values(message), left);
        }
    }
}
