//! Events with typed data.
//!
//! [`Event`] is what the feed and the webhooks deliver: the common fields, and [`EventData`] by type. The form of the wire, in which
//! every field of every type stands side by side, is [`types::Event`]; it converts into this one.

mod data;
mod unreadable;

use std::fmt;

use opentrain_api::runtime::{DecodeError, decode_json};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::call::lenient;
use crate::types::{self, ApiVersion, EventId, EventType, JobId, ResourceId, Timestamp};

pub use data::{
    ApprovalConfirmed, ContractBudgetStateChanged, ContractCreated, EventData, MessageReceived,
    MilestoneStatusChanged, PaymentPending, ProposalReceived, ProposalStatusChanged,
};
pub use unreadable::UnreadableEvent;
pub(crate) use unreadable::id_in;

/// Event of the account: ids and states, never content. An item of the feed and, alone, the body of a webhook delivery.
///
/// It serialises as the JSON that it was read from, with the fields that this version does not know.
///
/// ```
/// use opentrain::{Event, EventData};
///
/// let json = br#"{"id":"20817","type":"approval.confirmed","data":{"approvalId":"apr_1","status":"declined"}}"#;
/// let event = Event::parse(json)?;
/// if let EventData::ApprovalConfirmed(approval) = &event.data {
///     println!("{:?} is {:?}", approval.approval_id, approval.status);
/// }
/// assert_eq!(serde_json::to_vec(&event)?, json);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Number of the event, as a string. Also the feed's cursor just after it.
    pub id: EventId,
    /// Type of the event: `type` on the wire.
    pub kind: EventType,
    /// Version of the record.
    pub api_version: Option<ApiVersion>,
    /// Time of the event.
    pub created_at: Option<Timestamp>,
    /// Resource that the event is about: the proposal of `proposal.received`, the approval of `approval.confirmed`.
    pub resource_id: Option<ResourceId>,
    /// The job; `None` where no job applies.
    pub job_id: Option<JobId>,
    /// Ids and states, by type.
    pub data: EventData,
    raw: Box<RawValue>,
}

impl Event {
    /// Reads an event: an element of the feed's list, or the body of a webhook delivery.
    ///
    /// An unknown type, unknown fields and unknown states are kept. Data that contradicts the documentation of its type is kept as
    /// [`EventData::Unknown`]. Text that is nearly JSON is read as every response of this crate is.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON, or an event without id or type, or a field beside `data` has another type than documented.
    pub fn parse(json: &[u8]) -> Result<Self, UnreadableEvent> {
        let text = lenient::text(json);
        let error = match Self::read(&text) {
            Ok(event) => return Ok(event),
            Err(error) => error,
        };
        let repaired = lenient::repair(&text).and_then(|repaired| Self::read(&repaired).ok());
        // Data of a known type that its fields do not take even repaired may hold a broken id.
        let repaired = repaired.filter(|event| !event.contradicts_its_type());
        repaired.ok_or_else(|| UnreadableEvent::new(text.into_owned(), error))
    }

    /// Returns the JSON that the event was read from; text that was only nearly JSON is repaired in it.
    #[must_use]
    pub fn json(&self) -> &str {
        self.raw.get()
    }

    fn contradicts_its_type(&self) -> bool {
        let is_known = !matches!(self.kind, EventType::Unknown(_));
        is_known && matches!(self.data, EventData::Unknown { .. })
    }

    fn read(text: &str) -> Result<Self, DecodeError> {
        let fields: Fields = decode_json(text.as_bytes())?;
        let raw = decode_json(text.trim().as_bytes())?;
        Ok(Self {
            data: EventData::read(&fields.kind, fields.data.as_deref())?,
            id: fields.id,
            kind: fields.kind,
            api_version: fields.api_version,
            created_at: fields.created_at,
            resource_id: fields.resource_id,
            job_id: fields.job_id,
            raw,
        })
    }
}

/// Common fields of an event on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    id: EventId,
    #[serde(rename = "type")]
    kind: EventType,
    api_version: Option<ApiVersion>,
    created_at: Option<Timestamp>,
    resource_id: Option<ResourceId>,
    job_id: Option<JobId>,
    data: Option<Box<RawValue>>,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("api_version", &self.api_version)
            .field("created_at", &self.created_at)
            .field("resource_id", &self.resource_id)
            .field("job_id", &self.job_id)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// Two events are equal if their JSON is.
impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// Reads JSON only.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get().as_bytes())
            .map_err(|unreadable| serde::de::Error::custom(unreadable.error()))
    }
}

/// The schema is the one of the wire, which is also the form that the event serialises to.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Event {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        types::Event::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        types::Event::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        types::Event::json_schema(generator)
    }
}

/// Keeps what the wire form has. A number that is not finite, which JSON cannot hold, leaves the data empty.
impl From<types::Event> for Event {
    fn from(mut event: types::Event) -> Self {
        let raw = to_raw_value(&event).unwrap_or_else(|_not_finite| {
            event.data = None;
            to_raw_value(&event).expect("ids, texts and instants can be written as JSON")
        });
        let data = event.data.as_ref().and_then(|data| to_raw_value(data).ok());
        let read = EventData::read(&event.type_, data.as_deref());
        Self {
            // Nesting that is too deep to be read is kept as it is.
            data: read.unwrap_or_else(|_too_deep| EventData::Unknown {
                kind: event.type_.clone(),
                data: serde_json::to_value(&event.data).unwrap_or_default(),
            }),
            id: event.id,
            kind: event.type_,
            api_version: event.api_version,
            created_at: event.created_at,
            resource_id: event.resource_id,
            job_id: event.job_id,
            raw,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        ApprovalConfirmed, ContractBudgetStateChanged, Event, EventData, MessageReceived,
        ProposalStatusChanged,
    };
    use crate::types::{self, EventType, PayType, ProposalStatus};

    fn event(kind: &str, data: &Value) -> Event {
        let json = json!({"id": "7", "type": kind, "data": data}).to_string();
        Event::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn every_documented_type_has_its_own_data() {
        for kind in EventType::KNOWN {
            let debug = format!("{:?}", event(kind, &json!({})).data);
            let name: String = kind.split(['.', '_']).collect();
            let variant = debug.split('(').next().unwrap().to_lowercase();
            assert_eq!(variant, name);
        }
    }

    #[test]
    fn the_fields_of_a_type_are_typed() {
        let data = json!({"conversationId": "c", "messageId": "m", "more": [1]});
        assert_eq!(
            event("message.received", &data).data,
            EventData::MessageReceived(MessageReceived {
                conversation_id: Some("c".into()),
                message_id: Some("m".into()),
            })
        );
        let data = json!({"contractId": "c", "state": "NEW", "paymentType": "PAY_PER_HOUR", "fundedVolume": 3, "consumedFraction": 0.5});
        assert_eq!(
            event("contract.budget_state_changed", &data).data,
            EventData::ContractBudgetStateChanged(ContractBudgetStateChanged {
                contract_id: Some("c".into()),
                state: Some("NEW".into()),
                payment_type: Some(PayType::PerHour),
                funded_volume: Some(3.0),
                consumed_fraction: Some(0.5),
                ..ContractBudgetStateChanged::default()
            })
        );
    }

    #[test]
    fn absent_and_null_fields_and_absent_data_never_fail() {
        let empty = EventData::ApprovalConfirmed(ApprovalConfirmed::default());
        for json in [
            r#"{"id":"1","type":"approval.confirmed"}"#,
            r#"{"id":"1","type":"approval.confirmed","data":null,"jobId":null,"createdAt":null}"#,
            r#"{"id":"1","type":"approval.confirmed","data":{}}"#,
            r#"{"id":"1","type":"approval.confirmed","data":{"status":null,"approvalId":null}}"#,
        ] {
            assert_eq!(Event::parse(json.as_bytes()).unwrap().data, empty, "{json}");
        }
    }

    #[test]
    fn an_unknown_type_and_data_that_contradicts_its_type_are_kept_as_json() {
        for (kind, data) in [
            ("verify.reward.completed", json!({"batchId": 4})),
            ("verify.reward.completed", Value::Null),
            ("approval.confirmed", json!({"status": 4})),
            ("approval.confirmed", json!("confirmed")),
            ("approval.confirmed", json!([null, null])),
            ("message.received", json!({"messageId": {"id": "m"}})),
            (
                "contract.budget_state_changed",
                json!({"fundedVolume": "3"}),
            ),
        ] {
            let expected = EventData::Unknown {
                kind: EventType::from(kind),
                data: data.clone(),
            };
            assert_eq!(event(kind, &data).data, expected);
        }
    }

    #[test]
    fn it_is_written_as_it_came() {
        for json in [
            r#"{ "type":"message.received", "id":"1", "later": {"z":1e2,"a":12345678901234567890123} }"#,
            r#"{"id":"1","type":"new.kind","data":{"b":1,"a":1.0},"createdAt":"2026-06-12T10:00:00Z"}"#,
        ] {
            let event = Event::parse(json.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), json);
            let again: Event = serde_json::from_str(json).unwrap();
            assert_eq!(again, event);
            let value = serde_json::from_str::<Value>(json).unwrap();
            assert!(serde_json::from_value::<Event>(value).is_ok());
        }
    }

    #[test]
    fn text_that_is_nearly_json_is_read() {
        let marked = b"\xEF\xBB\xBF {\"id\":\"1\",\"type\":\"message.received\"}\n";
        assert_eq!(
            Event::parse(marked).unwrap().json(),
            r#"{"id":"1","type":"message.received"}"#
        );
        let twice = br#"{"id":"1","id":"2","type":"new","data":{"text":"\ud83d"}}"#;
        let event = Event::parse(twice).unwrap();
        assert_eq!(event.id, "2");
    }

    #[test]
    fn an_event_that_cannot_be_read_keeps_its_text_and_its_id() {
        for (text, id) in [
            (r#"{"id":"9","kind":"message.received"}"#, Some("9")),
            (r#"{"id":9,"type":"message.received"}"#, Some("9")),
            (r#"{"id":"9","type":"message.received","#, Some("9")),
            (r#"{"id":"9","type":"a","createdAt":"soon"}"#, Some("9")),
            (r#"{"id":"","type":7}"#, None),
            (r#"{"id":-9,"type":"a"}"#, None),
            (r#"{"type":"message.received"}"#, None),
            ("17", None),
            ("hush", None),
            ("", None),
        ] {
            let unreadable = Event::parse(text.as_bytes()).unwrap_err();
            assert_eq!(unreadable.id().map(types::EventId::as_str), id, "{text}");
            assert_eq!(unreadable.raw(), text);
            let shown = format!("{unreadable} {unreadable:?}");
            assert!(
                !shown.contains("hush") && !shown.contains("kind"),
                "{shown}"
            );
        }
        let lossy = Event::parse(b"{\"id\":\"9\",\"type\":\"a\",\"jobId\":\"\xFF\"}").unwrap_err();
        assert_eq!(lossy.error().path, "jobId");
    }

    #[test]
    fn the_wire_form_converts() {
        let json = json!({
            "id": "7", "type": "proposal.status_changed", "apiVersion": "v1", "createdAt": "2026-06-12T10:00:00.000Z",
            "resourceId": "p", "jobId": "j", "data": {"proposalId": "p", "status": "HIRED", "later": 1},
        });
        let wire: types::Event = serde_json::from_value(json.clone()).unwrap();
        let event = Event::from(wire.clone());
        let data = ProposalStatusChanged {
            proposal_id: Some("p".into()),
            status: Some(ProposalStatus::Hired),
        };
        assert_eq!(event.data, EventData::ProposalStatusChanged(data));
        assert_eq!(serde_json::to_value(&event).unwrap(), json);
        let mut endless = wire;
        endless.data.as_mut().unwrap().funded_volume = Some(f64::INFINITY);
        let event = Event::from(endless);
        assert_eq!(
            (event.id.as_str(), &event.data),
            (
                "7",
                &EventData::ProposalStatusChanged(ProposalStatusChanged::default())
            )
        );
    }

    #[test]
    fn data_of_a_known_type_is_read_leniently_and_never_with_a_broken_id() {
        let read = |data: &str, kind: &str| {
            Event::parse(format!(r#"{{"id":"1","type":"{kind}","data":{data}}}"#).as_bytes())
        };
        let doubled = read(
            r#"{"status":"declined","status":"confirmed"}"#,
            "approval.confirmed",
        );
        assert!(matches!(
            doubled.unwrap().data,
            EventData::ApprovalConfirmed(_)
        ));
        let broken = read(r#"{"messageId":"m\ud83d"}"#, "message.received");
        assert_eq!(broken.unwrap_err().id().unwrap().as_str(), "1");
    }

    #[test]
    fn an_unreadable_event_is_shown_on_one_line_without_secrets() {
        let error = Event::parse(br#"{"id":"9\nERROR ot_pat_x","type":7}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "event `9ERROR ot_pat_[redacted]` cannot be read"
        );
        assert!(!format!("{error:?}").contains("pat_x"));
    }
}
