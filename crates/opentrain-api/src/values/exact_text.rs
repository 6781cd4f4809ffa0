//! Text that must not lose a character: ids, cursors, secrets.

use std::fmt;

use serde::{Deserializer, de};

/// Replacement character, which stands for a lost one: for example a surrogate without its other half.
const LOST: char = '\u{FFFD}';

/// Reads a text of a named type.
///
/// # Errors
///
/// Fails if a character of the text was lost: the text would name or open something else, or no resource at all.
pub(crate) fn exact_text<'de, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
) -> Result<String, D::Error> {
    deserializer.deserialize_string(Visitor(name))
}

struct Visitor(&'static str);

impl de::Visitor<'_> for Visitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        self.visit_string(String::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
        if !text.is_ascii() && text.contains(LOST) {
            let name = self.0;
            return Err(E::custom(format_args!(
                "a `{name}` must be exact, and this text has lost a character (U+FFFD)"
            )));
        }
        Ok(text)
    }
}
