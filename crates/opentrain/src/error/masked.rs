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

    /// Returns the value without secrets in its texts and names.
    pub(super) fn value(self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(values) => values.into_iter().map(|value| self.value(value)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (self.text(&name), self.value(value)))
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
    fn secrets_are_masked_in_text_names_and_values() {
        let token = SharedToken::new(&ApiToken::from("hush-hush")).unwrap();
        let mask = Mask(&token);
        assert_eq!(
            mask.text("no: hush-hush, ot_pat_x"),
            "no: [redacted], ot_pat_[redacted]"
        );
        assert_eq!(mask.line("a\nhush-hush", 20), "a[redacted]");
        assert_eq!(
            mask.value(json!({"hush-hush": ["ot_clm_x", 7]})),
            json!({"[redacted]": ["ot_clm_[redacted]", 7]})
        );
    }
}
