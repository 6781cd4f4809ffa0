//! Effects of faults on responses.

use std::fmt;

use axum::body::Body;
use axum::http::response::Parts;
use axum::response::Response;
use serde_json::{Value, json};

use super::scripted_response::{Answer, head};
use super::{Cut, Drift, unknown_shape};
use crate::world::Outgoing;

/// Effect of a fault.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Nothing,
    Refusal(Refusal),
    Answer(Answer),
    Raw(Vec<u8>),
    Cut(Cut),
    TruncatedJson,
    Drift(Drift),
    Silence,
}

/// A refusal in the service's own form.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

/// Way in which a response leaves.
pub(crate) enum Delivery {
    /// Over the connection as it is.
    Regular(Response),
    /// As these bytes; the connection ends after them.
    Bytes(Vec<u8>),
    /// Not at all.
    Never,
}

/// An answer of the mock's world, ready to be sent.
pub(crate) struct Written {
    pub(crate) parts: Parts,
    pub(crate) body: Vec<u8>,
}

/// Parts of a request that a fault needs.
pub(crate) struct Hit<'a> {
    pub(crate) path: &'a str,
    /// For an answer that the world has not given.
    pub(crate) request_id: String,
}

impl Effect {
    /// True if the effect needs the real response.
    pub(crate) fn needs_the_work(&self) -> bool {
        matches!(self, Self::Nothing | Self::TruncatedJson | Self::Drift(_))
    }

    /// Returns the status for the log (0 if no head is sent) and the delivery. `real` is the response of the operation, if it took
    /// place.
    pub(crate) fn deliver(&self, hit: &Hit<'_>, real: Option<Outgoing>) -> (u16, Delivery) {
        match self {
            Self::Nothing => untouched(hit, real),
            Self::Refusal(refusal) => scripted(&refusal.answer(hit)),
            Self::Answer(answer) => scripted(answer),
            Self::Raw(bytes) => (status_in(bytes), Delivery::Bytes(bytes.clone())),
            Self::Cut(place) => cut(*place, &written(hit, real)),
            Self::TruncatedJson => truncated(written(hit, real)),
            Self::Drift(drift) => untouched(hit, real.map(|real| drifted(*drift, real))),
            Self::Silence => (0, Delivery::Never),
        }
    }
}

impl Refusal {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            code: None,
            message: "Refused on request".to_owned(),
            details: None,
            headers: Vec::new(),
        }
    }

    /// Puts advice into the details.
    pub(crate) fn advise(&mut self, seconds: u64) {
        let details = self.details.get_or_insert_with(|| json!({}));
        if let Some(details) = details.as_object_mut() {
            details.insert("retryAfterSeconds".to_owned(), seconds.into());
        }
    }

    fn answer(&self, hit: &Hit<'_>) -> Answer {
        let mut answer = Answer::json(self.status, &self.body(hit));
        let request_id = (
            "x-request-id".to_owned(),
            hit.request_id.clone().into_bytes(),
        );
        answer.headers.push(request_id);
        answer.headers.extend(self.headers.iter().cloned());
        answer
    }

    fn body(&self, hit: &Hit<'_>) -> Value {
        let own = self.code.as_deref();
        if hit.path.starts_with("/api/agent/") {
            let error = own.unwrap_or_else(|| oauth_code(self.status));
            return json!({ "error": error, "error_description": self.message });
        }
        let code = own.unwrap_or_else(|| envelope_code(self.status));
        let mut body = json!({ "error": self.message, "code": code, "requestId": hit.request_id });
        if let Some(details) = &self.details {
            body["details"] = details.clone();
        }
        body
    }
}

fn envelope_code(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHORIZED",
        402 => "PAYMENT_REQUIRED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        409 => "CONFLICT",
        429 => "RATE_LIMITED",
        500.. => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    }
}

fn oauth_code(status: u16) -> &'static str {
    match status {
        403 => "anonymous_not_enabled",
        429 => "rate_limit_exceeded",
        500.. => "server_error",
        _ => "invalid_request",
    }
}

fn untouched(hit: &Hit<'_>, real: Option<Outgoing>) -> (u16, Delivery) {
    let Written { parts, body } = written(hit, real);
    let status = parts.status.as_u16();
    let response = Response::from_parts(parts, Body::from(body));
    (status, Delivery::Regular(response))
}

fn scripted(answer: &Answer) -> (u16, Delivery) {
    let regular = answer.regular().map(Delivery::Regular);
    let delivery = regular.unwrap_or_else(|| Delivery::Bytes(answer.bytes()));
    (answer.status, delivery)
}

/// Returns the real answer, or a made-up success if the work was not done.
fn written(hit: &Hit<'_>, real: Option<Outgoing>) -> Written {
    let made_up = || Outgoing {
        status: 200,
        body: Some(json!({ "ok": true, "requestId": hit.request_id })),
        open: false,
        allow: None,
        request_id: hit.request_id.clone(),
    };
    real.unwrap_or_else(made_up).written()
}

fn cut(place: Cut, written: &Written) -> (u16, Delivery) {
    let half = match place {
        Cut::BeforeAnswer => return (0, Delivery::Bytes(Vec::new())),
        Cut::AfterHead => 0,
        Cut::InBody => written.body.len() / 2,
    };
    let status = written.parts.status.as_u16();
    let headers = written.parts.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    let mut bytes = head(status, &headers);
    bytes.extend(format!("content-length: {}\r\n\r\n", written.body.len()).bytes());
    bytes.extend(&written.body[..half]);
    (status, Delivery::Bytes(bytes))
}

fn truncated(written: Written) -> (u16, Delivery) {
    let Written { parts, mut body } = written;
    body.truncate(body.len() / 2);
    let status = parts.status.as_u16();
    let response = Response::from_parts(parts, Body::from(body));
    (status, Delivery::Regular(response))
}

fn drifted(drift: Drift, mut real: Outgoing) -> Outgoing {
    if let Some(body) = &mut real.body {
        unknown_shape::apply(drift, body);
    }
    real
}

/// Returns the status in the first line, if there is one.
fn status_in(bytes: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(bytes);
    let status = text.split_whitespace().nth(1);
    status
        .and_then(|status| status.parse().ok())
        .unwrap_or_default()
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(formatter, "the real answer"),
            Self::Refusal(refusal) => write!(formatter, "a refusal with status {}", refusal.status),
            Self::Answer(answer) => write!(formatter, "an answer with status {}", answer.status),
            Self::Raw(bytes) => write!(formatter, "{} bytes as they are", bytes.len()),
            Self::Cut(Cut::BeforeAnswer) => write!(formatter, "a cut before the answer"),
            Self::Cut(Cut::AfterHead) => write!(formatter, "a cut after the head"),
            Self::Cut(Cut::InBody) => write!(formatter, "a cut in the body"),
            Self::TruncatedJson => write!(formatter, "the real answer, its JSON cut in half"),
            Self::Drift(Drift::Fields) => write!(formatter, "the real answer with unknown fields"),
            Self::Drift(Drift::Values) => write!(formatter, "the real answer with unknown values"),
            Self::Drift(Drift::Both) => {
                write!(formatter, "the real answer with unknown fields and values")
            }
            Self::Silence => write!(formatter, "no answer"),
        }
    }
}
