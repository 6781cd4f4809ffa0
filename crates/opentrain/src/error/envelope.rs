//! The body of a failure, read part by part: a part that cannot be read hides no other.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Members;
use crate::call::lenient;

/// Members under which gateways and frameworks put their sentence, most specific first.
const SENTENCES: [&str; 5] = ["error_description", "message", "detail", "title", "error"];
/// Member that has the sentence, or the envelope.
const ERROR: &str = "error";
/// Character that stands for text which could not be read.
const UNREADABLE: char = '\u{fffd}';

/// Body of a failure, of whose members each is read where it is needed.
pub(super) struct Envelope<'a> {
    outer: Members<'a>,
    /// Some services have the envelope in the member `error`.
    inner: Option<Members<'a>>,
}

impl<'a> Envelope<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let outer = Members::read(text);
        let inner = outer.get(ERROR).filter(|error| error.starts_with('{'));
        Self {
            inner: inner.map(Members::read),
            outer,
        }
    }

    /// Returns the JSON of a member.
    fn member(&self, name: &str) -> Option<&'a str> {
        let Some(inner) = &self.inner else {
            return self.outer.get(name);
        };
        let outer = || self.outer.get(name).filter(|_| name != ERROR);
        inner.get(name).or_else(outer)
    }

    /// Returns the JSON of a member of the body and of its details.
    pub(super) fn numbers(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let details = self.member("details").map(Members::read);
        let in_details = details.and_then(|details| details.get(name));
        [self.member(name), in_details].into_iter().flatten()
    }

    /// Returns a member that is text.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        readable(self.member(name)?)
    }

    /// Returns a member that is an identifier: text that is neither empty nor broken.
    pub(super) fn identifier(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let text = text.trim();
        (!text.is_empty() && !text.contains(UNREADABLE)).then(|| String::from(text))
    }

    /// Returns the sentence for people.
    pub(super) fn sentence(&self) -> Option<Cow<'a, str>> {
        let mut texts = SENTENCES.iter().filter_map(|name| self.text(name));
        texts.find(|text| !text.trim().is_empty())
    }

    /// Returns a member as JSON; null if it is absent. Of an object whose nesting is too deep, the members that can be read are kept.
    pub(super) fn value(&self, name: &str) -> Value {
        let Some(json) = self.member(name) else {
            return Value::Null;
        };
        parsed(json).unwrap_or_else(|| readable_members(json))
    }
}

fn readable(json: &str) -> Option<Cow<'_, str>> {
    if !json.starts_with('"') {
        return None;
    }
    lenient::string(json)
}

fn parsed(json: &str) -> Option<Value> {
    let exact = serde_json::from_str(json).ok();
    if exact.as_ref().is_some_and(|value| !has_fraction(value)) {
        return exact;
    }
    let repaired = lenient::repair(json);
    serde_json::from_str(repaired.as_deref().unwrap_or(json)).ok()
}

/// True if a number in the value is written with a fraction or an exponent, so that repairing may change it.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

fn readable_members(json: &str) -> Value {
    let members = Members::read(json);
    let readable: Map<String, Value> = members
        .iter()
        .filter_map(|(name, json)| Some((String::from(name), parsed(json)?)))
        .collect();
    if readable.is_empty() {
        return Value::Null;
    }
    Value::Object(readable)
}

#[cfg(test)]
mod tests {
    use super::Envelope;
    use serde_json::json;

    #[test]
    fn what_can_be_read_is_read() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let body = format!(
            r#"{{"error":"cut \ud83d","code":"NOT_FOUND","requestId":"r-1","details":{{"reason":"x","deep":{deep}}},"rest":"#
        );
        let envelope = Envelope::new(&body);
        assert_eq!(envelope.text("error").as_deref(), Some("cut \u{fffd}"));
        assert_eq!(envelope.identifier("code").as_deref(), Some("NOT_FOUND"));
        assert_eq!(envelope.identifier("requestId").as_deref(), Some("r-1"));
        assert_eq!(envelope.value("details"), json!({"reason": "x"}));
        assert_eq!(envelope.text("rest"), None);
    }

    #[test]
    fn other_forms_have_a_sentence_too() {
        for (body, sentence) in [
            (r#"{"message":"Forbidden"}"#, Some("Forbidden")),
            (r#"{"error":"No"}"#, Some("No")),
            (
                r#"{"error":{"code":"X","message":"No"},"requestId":"r"}"#,
                Some("No"),
            ),
            (r#"{"detail":"No"}"#, Some("No")),
            (r#"{"error":"","title":"No"}"#, Some("No")),
            ("<html>", None),
            (r#"["No"]"#, None),
        ] {
            assert_eq!(
                Envelope::new(body).sentence().as_deref(),
                sentence,
                "{body}"
            );
        }
    }

    #[test]
    fn an_identifier_is_whole_and_not_empty() {
        for body in [
            r#"{"requestId":""}"#,
            r#"{"requestId":" "}"#,
            r#"{"requestId":"a\ud83d"}"#,
            r#"{"requestId":7}"#,
        ] {
            assert_eq!(Envelope::new(body).identifier("requestId"), None, "{body}");
        }
    }
}
