//! Error about a document: one sentence with the failure, its location, and the remedy.

use std::error::Error as StdError;
use std::fmt;

/// Result of reading a document.
pub type Result<T> = std::result::Result<T, Error>;

/// Error about a document. `Display` prints the whole sentence, with the causes.
#[derive(Clone, Debug)]
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

    /// Returns an error with a cause, as `failure: cause: its cause; remedy`.
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
