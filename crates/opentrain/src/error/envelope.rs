//! The body of a failure, read part by part: a part that cannot be read hides no other.

use serde_json::{Map, Value};

use super::Members;
use crate::call::lenient;

/// Members under which gateways and frameworks put their sentence, most specific first.
const SENTENCES: [&str; 5] = ["error_description", "message", "detail", "title", "error"];
/// Character that stands for text which could not be read.
const UNREADABLE: char = '\u{fffd}';

/// Members that are looked at.
const NAMES: [&str; 11] = [
    "code",
    "detail",
    "details",
    "error",
    "error_description",
    "id",
    "message",
    "requestId",
    "retryAfterSeconds",
    "status",
    "title",
];

/// Body of a failure: the members that are looked at, as JSON.
pub(super) struct Envelope(Vec<(&'static str, String)>);

impl Envelope {
    pub(super) fn new(body: &[u8]) -> Self {
        let text = lenient::text(body);
        let outer = Members::read(&text);
        let mut members = known(&outer);
        // Some services have the envelope in the member `error`.
        if let Some(inner) = outer.get("error").filter(|error| error.starts_with('{')) {
            let inner = known(&Members::read(inner));
            let is_replaced =
                |name| name == "error" || inner.iter().any(|(other, _)| *other == name);
            members.retain(|(name, _)| !is_replaced(*name));
            members.extend(inner);
        }
        Self(members)
    }

    /// Returns the JSON of a member.
    fn member(&self, name: &str) -> Option<&str> {
        let member = self.0.iter().find(|(other, _)| *other == name);
        member.map(|(_, json)| json.as_str())
    }

    /// Returns the JSON of a member of the body and of its details.
    pub(super) fn numbers(&self, name: &str) -> Vec<String> {
        let details = self.member("details").map(Members::read);
        let in_details = details.as_ref().and_then(|details| details.get(name));
        let found = [self.member(name), in_details].into_iter().flatten();
        found.map(String::from).collect()
    }

    /// Returns a member that is text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        readable(self.member(name)?)
    }

    /// Returns a member that is an identifier: text that is neither empty nor broken.
    pub(super) fn identifier(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let text = text.trim();
        (!text.is_empty() && !text.contains(UNREADABLE)).then(|| String::from(text))
    }

    /// Returns the sentence for people.
    pub(super) fn sentence(&self) -> Option<String> {
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

fn known(members: &Members<'_>) -> Vec<(&'static str, String)> {
    let found = NAMES
        .iter()
        .filter_map(|name| Some((*name, members.get(name)?)));
    found
        .map(|(name, json)| (name, String::from(json)))
        .collect()
}

fn readable(json: &str) -> Option<String> {
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
        let envelope = Envelope::new(body.as_bytes());
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
            ("\u{feff}{\"detail\":\"No\"}", Some("No")),
            (r#"{"error":"","title":"No"}"#, Some("No")),
            ("<html>", None),
            (r#"["No"]"#, None),
        ] {
            assert_eq!(
                Envelope::new(body.as_bytes()).sentence().as_deref(),
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
            assert_eq!(
                Envelope::new(body.as_bytes()).identifier("requestId"),
                None,
                "{body}"
            );
        }
    }
}
