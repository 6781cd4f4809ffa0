//! The one error: a sentence for a person that says what failed, where, and what to do.

use std::error::Error as StdError;
use std::fmt;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a task could not tell. Its `Display` is the whole sentence, causes included: nothing else prints them.
#[derive(Debug)]
pub(crate) struct Error {
    sentence: String,
}

impl Error {
    pub(crate) fn new(sentence: impl Into<String>) -> Error {
        Error {
            sentence: sentence.into(),
        }
    }

    /// `what failed: cause: its cause; what to do`.
    pub(crate) fn because(what: impl fmt::Display, cause: &dyn StdError, remedy: &str) -> Error {
        Error::new(format!("{what}: {}; {remedy}", chain(cause)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl StdError for Error {}

/// The error and its causes in one line. A cause that its parent already quotes is not said twice.
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
