//! A control request: what is asked, how it is read, and how it is refused.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::call::Pairs;
use crate::error::MockError;
use crate::human::Human;
use crate::shared::Shared;

/// A control request.
pub(crate) struct Ask<'a> {
    pub(super) shared: &'a Arc<Shared>,
    /// What the path has in the place of the braces; empty if there are none.
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

/// Why a control request is refused.
#[derive(Debug)]
pub(crate) struct Refused {
    status: u16,
    sentence: String,
}

impl<'a> Ask<'a> {
    pub(super) fn new(shared: &'a Arc<Shared>, id: String, query: &str, body: &'a [u8]) -> Self {
        Self {
            shared,
            id,
            query: Pairs::parse(query),
            body,
        }
    }

    pub(super) fn human(&self) -> Human {
        Human::new(Arc::clone(self.shared))
    }

    /// The body; an empty one is an object without fields.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        let body = match self.body {
            [] => b"{}",
            body => body,
        };
        serde_json::from_slice(body).map_err(|error| {
            let error = error.to_string();
            // Where in a line of a test's own the fault is helps nobody.
            let sentence = error.split(" at line ").next().unwrap_or_default();
            Refused::new(400, format!("the body does not fit: {sentence}"))
        })
    }

    /// The body where it can only be `{"on": …}`.
    pub(super) fn switch(&self) -> Result<bool, Refused> {
        Ok(self.body::<Switch>()?.on)
    }

    /// The query, read like a body.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        let pairs = self.query.0.iter();
        let object = pairs.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        serde_json::from_value(Value::Object(object.collect()))
            .map_err(|error| Refused::new(400, format!("the query does not fit: {error}")))
    }
}

impl Refused {
    pub(super) fn new(status: u16, sentence: impl Into<String>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
        }
    }

    /// The status and the body.
    pub(super) fn answer(self) -> (u16, Value) {
        (self.status, json!({ "error": self.sentence }))
    }
}

impl From<MockError> for Refused {
    fn from(error: MockError) -> Self {
        let status = if error.is_unknown() {
            404
        } else if error.is_misfit() {
            400
        } else {
            409
        };
        Self::new(status, error.to_string())
    }
}

/// What a path has in the place of the template's braces, if it is the template's: empty if there are none.
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
