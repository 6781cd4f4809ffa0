//! Formats of a report.

use std::str::FromStr;

/// Format of a report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Text for a terminal.
    Text,
    /// Markdown for a pull request.
    Markdown,
    /// JSON for programs.
    Json,
}

impl Format {
    /// Names of the formats, as [`FromStr`] reads them.
    pub const NAMES: [&str; 3] = ["text", "markdown", "json"];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        match name {
            "text" => Ok(Format::Text),
            "markdown" => Ok(Format::Markdown),
            "json" => Ok(Format::Json),
            _ => Err(format!(
                "`{name}` is no format; use one of {}",
                Format::NAMES.join(", ")
            )),
        }
    }
}
