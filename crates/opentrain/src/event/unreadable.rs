//! Event that cannot be read.

use std::fmt;

use opentrain_api::runtime::{DecodeError, printable};

use crate::error::Members;
use crate::types::EventId;

/// Event that cannot be read: its text, the reason, and its id if that much is readable.
///
/// `Display` and `Debug` do not show the text.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct UnreadableEvent {
    id: Option<EventId>,
    error: DecodeError,
    raw: String,
}

impl UnreadableEvent {
    pub(super) fn new(raw: String, error: DecodeError) -> Self {
        Self {
            id: readable_id(&raw),
            error,
            raw,
        }
    }

    /// Returns the id of the event, if it is readable.
    #[must_use]
    pub fn id(&self) -> Option<&EventId> {
        self.id.as_ref()
    }

    /// Returns where the fault is and what was expected, without the value.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// Returns the text of the event. It may hold text that should not be logged.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// Number of characters of an id that are shown.
const ID_SHOWN: usize = 64;

fn shown(id: &EventId) -> String {
    printable(id.as_str(), ID_SHOWN)
}

/// Returns the id in a text that is an object as far as the id.
fn readable_id(text: &str) -> Option<EventId> {
    id_in(Members::read(text).get("id")?)
}

/// Returns the id that a JSON value is: a string, or a whole number, which loses nothing.
pub(crate) fn id_in(json: &str) -> Option<EventId> {
    if !json.is_empty() && json.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(EventId::from(json));
    }
    let id: EventId = serde_json::from_str(json).ok()?;
    Some(id).filter(|id| !id.as_str().is_empty())
}

impl fmt::Display for UnreadableEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "event `{}` cannot be read", shown(id)),
            None => f.write_str("an event without readable id cannot be read"),
        }
    }
}

impl fmt::Debug for UnreadableEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableEvent")
            .field("id", &self.id.as_ref().map(shown))
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for UnreadableEvent {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
