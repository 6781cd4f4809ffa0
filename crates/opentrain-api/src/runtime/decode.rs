//! Decoding a body by its status.

use std::fmt;
use std::str::Utf8Error;

use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::json_path::{json_path, read_up_to};
use super::printable;

/// Number of characters of the parser's message that are kept.
const FAULT_SHOWN: usize = 300;

/// Type that a response's body decodes into. Where a status decides the type, the generated enum implements this itself;
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
        if size_of::<T>() == 0
            // `serde_json::from_slice` would compile a second decoder of every type.
            && let Ok(nothing) = decode_json(b"null")
        {
            // The type holds nothing, so the body does not matter.
            return Ok(nothing);
        }
        // Statuses that HTTP allows no body for mean null.
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

/// Decodes JSON. If that fails, the error says where in the JSON, and nothing of what the body holds.
///
/// # Errors
///
/// Fails if the bytes are not JSON, or JSON that the type does not take.
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    // Whole bodies are checked to be UTF-8 faster than each string by itself.
    let text = str::from_utf8(body).map_err(|error| DecodeError::not_text(body, error))?;
    serde_json::from_str(text).map_err(|error| DecodeError::locate(body, &error))
}

/// Description of a body that did not decode: where and what was expected, and nothing of what the body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DecodeError {
    /// Path in the JSON, such as `jobs[3].pay.currency`; empty for the whole. Names are printable, the length is bounded.
    pub path: String,
    /// Fault at this position, without the value.
    pub fault: String,
    /// True if the JSON ended before it was complete.
    pub ended_early: bool,
}

impl DecodeError {
    /// Describes a status that no body is known for.
    #[must_use]
    pub fn unknown_status(status: StatusCode) -> Self {
        Self::whole(format!(
            "no body is documented for status {}",
            status.as_u16()
        ))
    }

    /// Describes a body that lacks a member which its reader needs.
    #[must_use]
    pub fn missing_member(name: &str) -> Self {
        Self::whole(format!("missing field `{name}`"))
    }

    /// Describes the body as a whole.
    #[must_use]
    pub fn whole(fault: String) -> Self {
        Self {
            path: String::new(),
            fault,
            ended_early: false,
        }
    }

    fn not_text(body: &[u8], error: Utf8Error) -> Self {
        let text = &body[..error.valid_up_to()];
        // Without a length of the fault, the body ends inside a character.
        let is_cut = error.error_len().is_none();
        Self {
            path: json_path(text),
            ended_early: is_cut && is_incomplete(text),
            ..Self::whole(String::from("the body is not UTF-8"))
        }
    }

    fn locate(body: &[u8], error: &serde_json::Error) -> Self {
        let read = read_up_to(body, error.line(), error.column());
        Self {
            path: json_path(read),
            fault: printable(&without_values(&error.to_string()), FAULT_SHOWN),
            ended_early: error.is_eof(),
        }
    }
}

/// True if the text is the beginning of JSON.
fn is_incomplete(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_err_and(|error| error.is_eof())
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

/// Returns the parser's message without the values that it quotes: ``integer `7` `` becomes `integer`.
fn without_values(message: &str) -> String {
    const QUOTING: [&str; 4] = [
        "invalid type: ",
        "invalid value: ",
        "unknown variant ",
        "unknown field ",
    ];
    let Some((_, start)) = QUOTING
        .iter()
        .filter_map(|quoting| message.find(quoting).map(|at| (at, at + quoting.len())))
        .min()
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
    use super::{Decode, decode_json, without_values};
    use http::StatusCode;

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
    fn a_body_that_is_not_utf_8_is_no_json() {
        let error = decode_json::<Vec<String>>(b"[\"a\",\"\xff\"]").unwrap_err();
        assert_eq!(error.to_string(), "at `[1]`: the body is not UTF-8");
        assert!(!error.ended_early);
    }

    #[test]
    fn a_body_that_is_no_json_has_no_path() {
        let error = decode_json::<Vec<u8>>(b"<html>").unwrap_err();
        assert_eq!(error.to_string(), "expected value at line 1 column 1");
        assert!(!error.ended_early);
    }

    #[test]
    fn values_that_the_parser_quotes_are_dropped() {
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
                "unknown variant `hush invalid type: y`, expected `a`",
                "unknown variant that it holds, expected `a`",
            ),
            (
                "missing field `id` at line 1 column 2",
                "missing field `id` at line 1 column 2",
            ),
        ] {
            assert_eq!(without_values(message), left);
        }
    }

    #[test]
    fn a_body_that_ends_early_says_so() {
        let ends_early = |body: &[u8]| {
            let error = decode_json::<Vec<String>>(body).unwrap_err();
            error.ended_early
        };
        for body in ["", "[\"a\",", "[\"a\"", "[\"a"] {
            assert!(ends_early(body.as_bytes()), "{body}");
        }
        assert!(!ends_early(b"[\"a\"}"));
        // Each proper part of a character of four bytes, and the same parts with text after them.
        let character = "\u{1F600}".as_bytes();
        for part in (1..character.len()).map(|end| &character[..end]) {
            assert!(ends_early(&[b"[\"", part].concat()), "{part:?}");
            assert!(!ends_early(&[b"[\"", part, b"\"]"].concat()), "{part:?}");
            assert!(!ends_early(&[b"[]", part].concat()), "{part:?}");
            assert!(!ends_early(&[b"<html>", part].concat()), "{part:?}");
        }
    }

    #[test]
    fn a_type_that_holds_nothing_ignores_the_body() {
        for body in ["", "null", "{}", "OK", "<html>"] {
            assert!(
                <()>::decode(StatusCode::OK, body.as_bytes()).is_ok(),
                "{body}"
            );
        }
    }

    #[test]
    fn only_a_status_that_allows_no_body_makes_an_empty_one_null() {
        let decode = |status, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            Option::<u8>::decode(status, body.as_bytes())
        };
        for status in [204, 205] {
            assert_eq!(decode(status, ""), Ok(None), "{status}");
            assert_eq!(decode(status, "7"), Ok(Some(7)), "{status}");
            assert!(decode(status, " ").is_err(), "{status}");
            assert!(u8::decode(StatusCode::from_u16(status).unwrap(), b"").is_err());
        }
        for status in [200, 201, 202, 203, 206, 404] {
            assert!(decode(status, "").unwrap_err().ended_early, "{status}");
            assert_eq!(decode(status, "null"), Ok(None), "{status}");
            assert_eq!(decode(status, "7"), Ok(Some(7)), "{status}");
        }
    }
}
