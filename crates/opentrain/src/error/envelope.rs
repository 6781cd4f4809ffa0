//! The body of a failure, read member by member: a member that cannot be read hides no other.

use std::fmt;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Members;
use crate::call::lenient;

/// Members under which gateways and frameworks put their sentence, most specific first.
const SENTENCES: [Name; 5] = [
    Name::ErrorDescription,
    Name::Message,
    Name::Detail,
    Name::Title,
    Name::Error,
];
/// Number of levels below the body down to which the readable members of an object are kept: an envelope in the body, its details.
const LEVELS_BELOW: usize = 2;
/// Character that stands for text which could not be read.
const UNREADABLE: char = '\u{fffd}';

/// Name of a member of a failure's body.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
pub(super) enum Name {
    Code,
    Detail,
    Details,
    /// Sentence, code of OAuth, or envelope.
    Error,
    #[serde(rename = "error_description")]
    ErrorDescription,
    Id,
    Message,
    RequestId,
    RetryAfterSeconds,
    Status,
    Title,
    #[serde(other)]
    Other,
}

/// Body of a failure: its members of known names that can be read. Of members with one name, the last counts.
#[derive(Default)]
pub(super) struct Envelope(Vec<(Name, Value)>);

impl Envelope {
    pub(super) fn new(text: &str) -> Self {
        let exact: Option<Self> = serde_json::from_str(text).ok();
        // Repairing may change a number.
        let exact = exact.filter(|Self(members)| !members.iter().any(|(_, it)| has_fraction(it)));
        let mut envelope = exact.unwrap_or_else(|| Self::of_readable(text));
        envelope.unwrap_inner();
        envelope
    }

    /// Reads each member by itself, as far as the text is an object.
    fn of_readable(text: &str) -> Self {
        let mut envelope = Self::default();
        for (name, json) in Members::read(text).iter() {
            let name = named(name);
            if name != Name::Other
                && let Some(value) = readable(json, LEVELS_BELOW)
            {
                envelope.insert(name, value);
            }
        }
        envelope
    }

    /// Replaces the member `error` by its members if it is an object: some services have the envelope in it.
    fn unwrap_inner(&mut self) {
        let mut members = self.0.iter();
        let inner = members.position(|(name, it)| *name == Name::Error && it.is_object());
        if let Some(at) = inner
            && let (_, Value::Object(members)) = self.0.swap_remove(at)
        {
            for (name, value) in members {
                self.insert(named(&name), value);
            }
        }
    }

    fn insert(&mut self, name: Name, value: Value) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    fn member(&self, name: Name) -> Option<&Value> {
        let mut members = self.0.iter();
        Some(&members.find(|(other, _)| *other == name)?.1)
    }

    /// Returns the numbers of seconds to wait, in the body and in its details.
    pub(super) fn waits(&self) -> impl Iterator<Item = &Value> {
        let details = self.member(Name::Details);
        let in_details = details.and_then(|details| details.get("retryAfterSeconds"));
        [self.member(Name::RetryAfterSeconds), in_details]
            .into_iter()
            .flatten()
    }

    /// Returns a member that is text.
    pub(super) fn text(&self, name: Name) -> Option<&str> {
        self.member(name)?.as_str()
    }

    /// Returns a member that is an identifier: text that is neither empty nor broken.
    pub(super) fn identifier(&self, name: Name) -> Option<&str> {
        let text = self.text(name)?.trim();
        let is_whole = text.is_ascii() || !text.contains(UNREADABLE);
        (!text.is_empty() && is_whole).then_some(text)
    }

    /// Returns the sentence for people.
    pub(super) fn sentence(&self) -> Option<&str> {
        let mut texts = SENTENCES.iter().filter_map(|name| self.text(*name));
        texts.find(|text| !text.trim().is_empty())
    }

    /// Takes the details out; null if they are absent or cannot be read.
    pub(super) fn take_details(&mut self) -> Value {
        let mut members = self.0.iter_mut();
        let details = members.find(|(name, _)| *name == Name::Details);
        details.map_or(Value::Null, |(_, value)| value.take())
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(name) = map.next_key()? {
            if name == Name::Other {
                map.next_value::<IgnoredAny>()?;
            } else {
                envelope.insert(name, map.next_value()?);
            }
        }
        Ok(envelope)
    }
}

fn named(name: &str) -> Name {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    Name::deserialize(name).unwrap_or(Name::Other)
}

/// Reads a value. Of an object that cannot be read as a whole, as when its nesting is too deep, the members that can be read are kept,
/// down to a number of levels.
fn readable(json: &str, levels: usize) -> Option<Value> {
    parsed(json).or_else(|| {
        let levels = levels.checked_sub(1)?;
        let members = Members::read(json);
        let members = members
            .iter()
            .filter_map(|(name, json)| Some((String::from(name), readable(json, levels)?)));
        let members: Map<String, Value> = members.collect();
        (!members.is_empty()).then_some(Value::Object(members))
    })
}

fn parsed(json: &str) -> Option<Value> {
    let exact = serde_json::from_str(json).ok();
    if exact.as_ref().is_some_and(|value| !has_fraction(value)) {
        return exact;
    }
    let repaired = lenient::repair(json);
    let value = serde_json::from_str(repaired.as_deref().unwrap_or(json)).ok();
    value.or_else(|| capped(json))
}

/// Reads a number that is too large for every type as the largest one.
fn capped(json: &str) -> Option<Value> {
    let number: f64 = json.parse().ok()?;
    Some(Value::from(number.clamp(f64::MIN, f64::MAX)))
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

#[cfg(test)]
mod tests {
    use super::{Envelope, Name};
    use serde_json::json;

    #[test]
    fn readable_members_are_kept_if_others_are_broken() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let body = format!(
            r#"{{"error":"cut \ud83d","code":"NOT_FOUND","requestId":"r-1","details":{{"reason":"x","deep":{deep}}},"rest":"#
        );
        let mut envelope = Envelope::new(&body);
        assert_eq!(envelope.text(Name::Error), Some("cut \u{fffd}"));
        assert_eq!(envelope.identifier(Name::Code), Some("NOT_FOUND"));
        assert_eq!(envelope.identifier(Name::RequestId), Some("r-1"));
        assert_eq!(envelope.take_details(), json!({"reason": "x"}));
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
            assert_eq!(Envelope::new(body).sentence(), sentence, "{body}");
        }
    }

    #[test]
    fn an_envelope_in_the_body_is_read_as_far_as_it_can_be() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        for (body, details) in [
            (
                String::from(r#"{"error":{"details":{"a":1}}}"#),
                json!({"a": 1}),
            ),
            (
                format!(r#"{{"error":{{"code":"X","details":{{"a":1.0,"b":{deep}}}}}}}"#),
                json!({"a": 1}),
            ),
        ] {
            assert_eq!(Envelope::new(&body).take_details(), details, "{body}");
        }
        let inner = r#"{"code":"OUTER","error":{"code":"INNER"},"requestId":"r-1"}"#;
        let envelope = Envelope::new(inner);
        assert_eq!(envelope.identifier(Name::Code), Some("INNER"));
        assert_eq!(envelope.identifier(Name::RequestId), Some("r-1"));
        assert_eq!(envelope.sentence(), None);
    }

    #[test]
    fn the_last_of_members_with_one_name_counts_and_a_huge_number_is_capped() {
        for (body, wait) in [
            (r#"{"retryAfterSeconds":1,"retryAfterSeconds":2}"#, json!(2)),
            (
                r#"{"retryAfterSeconds":1,"retryAfterSeconds":2.0}"#,
                json!(2),
            ),
            (r#"{"retryAfterSeconds":1e400}"#, json!(f64::MAX)),
            (
                r#"{"details":{"retryAfterSeconds":-1e400}}"#,
                json!(f64::MIN),
            ),
        ] {
            let envelope = Envelope::new(body);
            assert_eq!(envelope.waits().collect::<Vec<_>>(), [&wait], "{body}");
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
                Envelope::new(body).identifier(Name::RequestId),
                None,
                "{body}"
            );
        }
    }
}
