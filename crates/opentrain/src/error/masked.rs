//! Text of the service with the secrets in it masked.

use std::borrow::Cow;
use std::mem;

use opentrain_api::SharedToken;
use opentrain_api::runtime::DecodeError;
use serde_json::Value;

/// Number of characters of a request's id that are kept.
const REQUEST_ID_SHOWN: usize = 128;
/// Number of characters of a sentence that are kept.
const TEXT_KEPT: usize = 10_000;

/// Masks the client's own token and everything with the prefix of a secret.
#[derive(Clone, Copy)]
pub(crate) struct Mask<'a>(pub(crate) &'a SharedToken);

impl Mask<'_> {
    /// Returns the text without secrets, cut where it is very long.
    pub(super) fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        if text.len() <= TEXT_KEPT {
            return self.0.masked(text);
        }
        let end = text.char_indices().nth(TEXT_KEPT);
        // A secret that the cut would split goes as a whole.
        let end = end.map(|(end, _)| text[..end].rfind(char::is_whitespace).unwrap_or(0));
        self.0.masked(&text[..end.unwrap_or(text.len())])
    }

    /// Returns the text on one line of bounded length, without secrets.
    pub(super) fn line<'t>(self, text: &'t str, longest: usize) -> Cow<'t, str> {
        self.0.printable(text, longest)
    }

    /// Returns a request's id on one line of bounded length, without secrets.
    pub(crate) fn request_id(self, id: &str) -> String {
        self.line(id, REQUEST_ID_SHOWN).into_owned()
    }

    /// Returns the error without secrets in the names of its path and in its text.
    pub(crate) fn decode_error(self, mut error: DecodeError) -> DecodeError {
        error.path = self.line(&error.path, usize::MAX).into_owned();
        error.fault = self.line(&error.fault, usize::MAX).into_owned();
        error
    }

    /// Masks secrets in the texts and names of a value.
    pub(super) fn value(self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(masked) = self.changed(text) {
                    *text = masked;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(members) => {
                if members.keys().any(|name| self.changed(name).is_some()) {
                    let masked = mem::take(members).into_iter();
                    *members = masked
                        .map(|(name, value)| (self.text(&name).into_owned(), value))
                        .collect();
                }
                members.values_mut().for_each(|value| self.value(value));
            }
            _ => {}
        }
    }

    /// Returns the text without secrets. `None` if it stays as it is.
    fn changed(self, text: &str) -> Option<String> {
        let masked = self.text(text);
        (masked != text).then(|| masked.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;
    use opentrain_api::{ApiToken, SharedToken};
    use serde_json::json;

    #[test]
    fn secrets_are_masked_in_text_names_and_values() {
        let token = SharedToken::new(&ApiToken::from("hush-hush")).unwrap();
        let mask = Mask(&token);
        assert_eq!(
            mask.text("no: hush-hush, ot_pat_x"),
            "no: [redacted], ot_pat_[redacted]"
        );
        assert_eq!(mask.line("a\nhush-hush", 20), "a[redacted]");
        let mut value = json!({"hush-hush": ["ot_clm_x", 7]});
        mask.value(&mut value);
        assert_eq!(value, json!({"[redacted]": ["ot_clm_[redacted]", 7]}));
    }
}
