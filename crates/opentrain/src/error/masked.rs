//! Text of the service with the secrets in it masked.

use opentrain_api::SharedToken;
use opentrain_api::runtime::{mask_secrets, printable};
use serde_json::Value;

/// Masks the client's own token, whatever its form, and everything with the prefix of a secret.
#[derive(Clone, Copy)]
pub(crate) struct Mask<'a>(pub(crate) &'a SharedToken);

impl Mask<'_> {
    /// Returns the text without secrets.
    pub(super) fn text(self, text: &str) -> String {
        mask_secrets(&self.0.mask(text)).into_owned()
    }

    /// Returns the text on one line of bounded length, without secrets.
    pub(super) fn line(self, text: &str, longest: usize) -> String {
        printable(&self.0.mask(text), longest)
    }

    /// Returns the value without the client's own token. Other secrets stay: a link to a page may need one.
    pub(super) fn value(self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.0.mask(&text).into_owned()),
            Value::Array(values) => values.into_iter().map(|value| self.value(value)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (self.0.mask(&name).into_owned(), self.value(value)))
                .collect(),
            plain => plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;
    use opentrain_api::{ApiToken, SharedToken};
    use serde_json::json;

    #[test]
    fn the_own_token_is_masked_in_text_names_and_values() {
        let token = SharedToken::new(&ApiToken::from("hush-hush")).unwrap();
        let mask = Mask(&token);
        assert_eq!(
            mask.text("no: hush-hush, ot_pat_x"),
            "no: [redacted], ot_pat_[redacted]"
        );
        assert_eq!(mask.line("a\nhush-hush", 20), "a[redacted]");
        assert_eq!(
            mask.value(json!({"hush-hush": ["hush-hush", 7]})),
            json!({"[redacted]": ["[redacted]", 7]})
        );
    }
}
