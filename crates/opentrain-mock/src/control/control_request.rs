//! A control request: its body and query, and its refusal.

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::MockError;
use crate::human::Human;
use crate::request::Pairs;
use crate::services::Services;

/// A control request.
pub(crate) struct ControlRequest<'a> {
    pub(super) services: &'a Services,
    /// Id of the path; empty if it has none.
    pub(super) id: String,
    query: Pairs,
    body: &'a [u8],
}

/// `{"on": true}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

/// `{"seconds": 90}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    seconds: f64,
}

/// Refusal of a control request.
#[derive(Debug)]
pub(crate) struct ControlRefusal {
    status: u16,
    sentence: String,
}

impl<'a> ControlRequest<'a> {
    pub(super) fn new(services: &'a Services, id: String, query: &str, body: &'a [u8]) -> Self {
        Self {
            services,
            id,
            query: Pairs::parse(query),
            body,
        }
    }

    pub(super) fn human(&self) -> Human {
        Human::new(Arc::clone(&self.services.world))
    }

    /// Reads the body. An empty one is an object without fields.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, ControlRefusal> {
        let body = match self.body {
            [] => b"{}",
            body => body,
        };
        serde_json::from_slice(body).map_err(|error| {
            let error = error.to_string();
            // The line and column in the body of a test are of no help.
            let sentence = error.split(" at line ").next().unwrap_or_default();
            ControlRefusal::new(400, format!("the body does not fit: {sentence}"))
        })
    }

    /// Reads a body of the form `{"on": …}`.
    pub(super) fn on(&self) -> Result<bool, ControlRefusal> {
        Ok(self.body::<Switch>()?.on)
    }

    /// Reads a body of the form `{"seconds": …}`.
    pub(super) fn seconds(&self) -> Result<Duration, ControlRefusal> {
        let seconds = Duration::try_from_secs_f64(self.body::<Seconds>()?.seconds);
        seconds.map_err(|error| ControlRefusal::new(400, format!("no such time: {error}")))
    }

    /// Reads the query like a body.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T, ControlRefusal> {
        let pairs = self.query.0.iter();
        let object = pairs.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        serde_json::from_value(Value::Object(object.collect()))
            .map_err(|error| ControlRefusal::new(400, format!("the query does not fit: {error}")))
    }
}

impl ControlRefusal {
    pub(super) fn new(status: u16, sentence: impl Into<String>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
        }
    }

    /// Returns the status and the body.
    pub(super) fn into_response(self) -> (u16, Value) {
        (self.status, json!({ "error": self.sentence }))
    }
}

impl From<MockError> for ControlRefusal {
    fn from(error: MockError) -> Self {
        let status = if error.is_unknown() {
            404
        } else if error.is_invalid() {
            400
        } else {
            409
        };
        Self::new(status, error.to_string())
    }
}

/// Returns the id of a path that fits the template; empty if the template has none.
pub(super) fn id_in(template: &str, path: &str) -> Option<String> {
    let (wanted, given) = (template.split('/'), path.split('/'));
    if wanted.clone().count() != given.clone().count() {
        return None;
    }
    let mut id = String::new();
    for (wanted, given) in wanted.zip(given) {
        if wanted == "{id}" {
            id = percent_decode_str(given).decode_utf8_lossy().into_owned();
        } else if wanted != given {
            return None;
        }
    }
    Some(id)
}
