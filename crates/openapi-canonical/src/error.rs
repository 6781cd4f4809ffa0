//! The error of the workspace's tools: a sentence that says what failed, where, and what to do.

use std::error::Error as StdError;
use std::fmt;

/// The result of reading a document.
pub type Result<T> = std::result::Result<T, Error>;

/// Error about a document. `Display` prints the whole sentence, with the causes.
#[derive(Debug)]
pub struct Error {
    sentence: String,
}

impl Error {
    /// Returns an error with a sentence.
    pub fn new(sentence: impl Into<String>) -> Error {
        Error {
            sentence: sentence.into(),
        }
    }

    /// Returns an error about a cause, as `what failed: cause: its cause; what to do`.
    pub fn because(what: impl fmt::Display, cause: &dyn StdError, remedy: &str) -> Error {
        Error::new(format!("{what}: {}; {remedy}", chain(cause)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl StdError for Error {}

/// Returns the error and its causes in one line. A cause that its parent quotes is not repeated.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        next = cause.source();
    }
    text
}
