//! Standard output that may be closed before its end.

use std::io::{self, Write as _};

use openapi_canonical::{Error, Result};

/// Prints a text. A reader that has seen enough is no fault.
pub(crate) fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::because("cannot print", &cause, "try again"))
        }
        _ => Ok(()),
    }
}
