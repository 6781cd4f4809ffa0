//! Path parameters, encoded so that each stays one segment.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that are encoded: all but the unreserved ones of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes the value of a path parameter as one segment.
///
/// # Errors
///
/// Fails for an empty value, `.` and `..`: even encoded, they would name another resource.
pub fn encode_path(name: &'static str, value: &str) -> Result<String, InvalidPathParameter> {
    if matches!(value, "" | "." | "..") {
        return Err(InvalidPathParameter { name });
    }
    Ok(utf8_percent_encode(value, SEGMENT).to_string())
}

/// Path parameter that would make the request go to another resource.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidPathParameter {
    /// The parameter's name.
    pub name: &'static str,
}

impl fmt::Display for InvalidPathParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "path parameter `{}` must not be empty, `.` or `..`",
            self.name
        )
    }
}

impl std::error::Error for InvalidPathParameter {}

#[cfg(test)]
mod tests {
    use super::encode_path;

    #[test]
    fn a_segment_stays_one_segment() {
        for (value, encoded) in [
            ("job_9xT", "job_9xT"),
            ("a/b", "a%2Fb"),
            ("../x", "..%2Fx"),
            ("%2e%2e", "%252e%252e"),
            ("a b?c#d", "a%20b%3Fc%23d"),
            ("é", "%C3%A9"),
            ("...", "..."),
        ] {
            assert_eq!(encode_path("id", value).unwrap(), encoded);
        }
    }

    #[test]
    fn a_value_that_would_name_another_resource_is_refused() {
        for value in ["", ".", ".."] {
            let error = encode_path("id", value).unwrap_err();
            assert_eq!(
                error.to_string(),
                "path parameter `id` must not be empty, `.` or `..`"
            );
        }
    }
}
