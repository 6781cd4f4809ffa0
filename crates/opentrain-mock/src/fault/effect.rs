//! Effects of faults on responses.

use std::fmt;

use axum::body::Body;
use axum::http::response::Parts;
use axum::response::Response;
use serde_json::{Value, json};

use super::scripted_response::{ScriptedResponse, head};
use super::unknown_shape::{self, UnknownShape};
use crate::world::ApiResponse;

/// Point at which the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// Before the first byte of the response.
    BeforeResponse,
    /// After the status line and the headers, without the body that they announce.
    AfterHead,
    /// After the head and the first half of the body.
    InBody,
}

/// Effect of a fault.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Unchanged,
    Refusal(Refusal),
    Response(ScriptedResponse),
    Raw(Vec<u8>),
    Cut(Cut),
    TruncatedJson,
    UnknownShape(UnknownShape),
    NoResponse,
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

/// Transmission of a response.
pub(crate) enum Transmission {
    /// Response over the unchanged connection.
    Regular(Response),
    /// Raw bytes, after which the connection ends.
    Bytes(Vec<u8>),
    /// No response; the connection stays open.
    Never,
}

/// Response of the operation, encoded and ready to be sent.
pub(crate) struct EncodedResponse {
    pub(crate) parts: Parts,
    pub(crate) body: Vec<u8>,
}

/// Parts of a request that a fault needs.
pub(crate) struct FaultTarget<'a> {
    pub(crate) path: &'a str,
    /// Request id of a response that the fault makes itself.
    pub(crate) request_id: String,
}

impl Effect {
    /// True if the effect needs the real response.
    pub(crate) fn needs_operation(&self) -> bool {
        matches!(
            self,
            Self::Unchanged | Self::TruncatedJson | Self::UnknownShape(_)
        )
    }

    /// Returns the status for the log (0 if no head is sent) and the delivery. `real` is the response of the operation, if it took
    /// place.
    pub(crate) fn transmit(
        &self,
        target: &FaultTarget<'_>,
        real: Option<ApiResponse>,
    ) -> (u16, Transmission) {
        match self {
            Self::Unchanged => unchanged(target, real),
            Self::Refusal(refusal) => scripted(&refusal.response(target)),
            Self::Response(response) => scripted(response),
            Self::Raw(bytes) => (status_in(bytes), Transmission::Bytes(bytes.clone())),
            Self::Cut(place) => cut(*place, &encoded(target, real)),
            Self::TruncatedJson => truncated(encoded(target, real)),
            Self::UnknownShape(unknown_shape) => {
                unchanged(target, real.map(|real| reshaped(*unknown_shape, real)))
            }
            Self::NoResponse => (0, Transmission::Never),
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

    fn response(&self, target: &FaultTarget<'_>) -> ScriptedResponse {
        let mut response = ScriptedResponse::json(self.status, &self.body(target));
        let request_id = (
            "x-request-id".to_owned(),
            target.request_id.clone().into_bytes(),
        );
        response.headers.push(request_id);
        response.headers.extend(self.headers.iter().cloned());
        response
    }

    fn body(&self, target: &FaultTarget<'_>) -> Value {
        let own = self.code.as_deref();
        if target.path.starts_with("/api/agent/") {
            let error = own.unwrap_or_else(|| oauth_code(self.status));
            return json!({ "error": error, "error_description": self.message });
        }
        let code = own.unwrap_or_else(|| envelope_code(self.status));
        let mut body =
            json!({ "error": self.message, "code": code, "requestId": target.request_id });
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

fn unchanged(target: &FaultTarget<'_>, real: Option<ApiResponse>) -> (u16, Transmission) {
    let EncodedResponse { parts, body } = encoded(target, real);
    let status = parts.status.as_u16();
    let response = Response::from_parts(parts, Body::from(body));
    (status, Transmission::Regular(response))
}

fn scripted(response: &ScriptedResponse) -> (u16, Transmission) {
    let regular = response.regular().map(Transmission::Regular);
    let transmission = regular.unwrap_or_else(|| Transmission::Bytes(response.bytes()));
    (response.status, transmission)
}

/// Returns the real response, or a made-up success if the work was not done.
fn encoded(target: &FaultTarget<'_>, real: Option<ApiResponse>) -> EncodedResponse {
    let made_up = || ApiResponse {
        status: 200,
        body: Some(json!({ "ok": true, "requestId": target.request_id }).into()),
        open: false,
        allow: None,
        request_id: target.request_id.clone(),
    };
    real.unwrap_or_else(made_up).encode()
}

fn cut(place: Cut, encoded: &EncodedResponse) -> (u16, Transmission) {
    let half = match place {
        Cut::BeforeResponse => return (0, Transmission::Bytes(Vec::new())),
        Cut::AfterHead => 0,
        Cut::InBody => encoded.body.len() / 2,
    };
    let status = encoded.parts.status.as_u16();
    let headers = encoded.parts.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    let mut bytes = head(status, &headers);
    bytes.extend(format!("content-length: {}\r\n\r\n", encoded.body.len()).bytes());
    bytes.extend(&encoded.body[..half]);
    (status, Transmission::Bytes(bytes))
}

fn truncated(encoded: EncodedResponse) -> (u16, Transmission) {
    let EncodedResponse { parts, mut body } = encoded;
    body.truncate(body.len() / 2);
    let status = parts.status.as_u16();
    let response = Response::from_parts(parts, Body::from(body));
    (status, Transmission::Regular(response))
}

fn reshaped(unknown_shape: UnknownShape, mut real: ApiResponse) -> ApiResponse {
    if let Some(body) = real.body {
        let mut value = body.into_value();
        unknown_shape::apply(unknown_shape, &mut value);
        real.body = Some(value.into());
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
            Self::Unchanged => write!(formatter, "the real response"),
            Self::Refusal(refusal) => write!(formatter, "a refusal with status {}", refusal.status),
            Self::Response(response) => {
                write!(formatter, "a response with status {}", response.status)
            }
            Self::Raw(bytes) => write!(formatter, "{} bytes as they are", bytes.len()),
            Self::Cut(Cut::BeforeResponse) => write!(formatter, "a cut before the response"),
            Self::Cut(Cut::AfterHead) => write!(formatter, "a cut after the head"),
            Self::Cut(Cut::InBody) => write!(formatter, "a cut in the body"),
            Self::TruncatedJson => write!(formatter, "the real response, its JSON cut in half"),
            Self::UnknownShape(UnknownShape::Fields) => {
                write!(formatter, "the real response with unknown fields")
            }
            Self::UnknownShape(UnknownShape::Values) => {
                write!(formatter, "the real response with unknown values")
            }
            Self::UnknownShape(UnknownShape::Both) => {
                write!(
                    formatter,
                    "the real response with unknown fields and values"
                )
            }
            Self::NoResponse => write!(formatter, "no response"),
        }
    }
}
