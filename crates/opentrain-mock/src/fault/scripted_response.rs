//! Responses that a test writes itself.

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::mask::mask;

/// Page of a gateway whose upstream does not respond.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n";

/// Whole response: status, headers, body. For [`Fault::response`](crate::fault::Fault::response).
///
/// Headers are sent as given, including unusual ones and several of one name. By default the length of the body is announced and
/// the connection stays open. With [`ScriptedResponse::without_length`], or with a header that HTTP does not allow, the connection ends after
/// the response.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct ScriptedResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    length: Length,
}

/// Announcement of the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// The real length, or that of a given header.
    Announced,
    /// None: the body ends with the connection.
    UntilTheEnd,
}

impl ScriptedResponse {
    /// Returns a response with a status, without headers and without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            length: Length::Announced,
        }
    }

    /// Returns a response with a status and JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Returns a response with a status and a gateway's page of HTML.
    pub fn html(status: u16) -> Self {
        Self::new(status)
            .header("content-type", "text/html")
            .body(PAGE)
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body to any bytes. The headers do not change.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Omits the body's length: the body ends with the connection.
    pub fn without_length(mut self) -> Self {
        self.length = Length::UntilTheEnd;
        self
    }

    /// Returns a regular response on a connection that stays open, or `None` if HTTP does not allow it.
    pub(crate) fn regular(&self) -> Option<Response> {
        let is_plain =
            self.length == Length::Announced && self.header_named("content-length").is_none();
        // A 1xx is no final response, and would be refused.
        let status = StatusCode::from_u16(self.status)
            .ok()
            .filter(|status| !status.is_informational());
        let (true, Some(status)) = (is_plain, status) else {
            return None;
        };
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = status;
        *response.headers_mut() = header_map(&self.headers)?;
        Some(response)
    }

    /// Returns the bytes of the response, for a connection that ends after them.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = head(self.status, &self.headers);
        if self.length == Length::Announced && self.header_named("content-length").is_none() {
            bytes.extend(format!("{CONTENT_LENGTH}: {}\r\n", self.body.len()).bytes());
        }
        bytes.extend(b"connection: close\r\n\r\n");
        bytes.extend(&self.body);
        bytes
    }

    fn header_named(&self, name: &str) -> Option<&[u8]> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }
}

/// Returns the status line and headers, without the empty line that ends them.
pub(crate) fn head(status: u16, headers: &[(String, Vec<u8>)]) -> Vec<u8> {
    let known = StatusCode::from_u16(status).ok();
    let reason = known.and_then(|status| status.canonical_reason());
    let mut bytes =
        format!("HTTP/1.1 {status} {}\r\n", reason.unwrap_or("Unheard Of")).into_bytes();
    for (name, value) in headers {
        bytes.extend(name.bytes());
        bytes.extend(b": ");
        bytes.extend(value);
        bytes.extend(b"\r\n");
    }
    bytes
}

/// Returns the headers in the form of the HTTP library, or `None` if one is not allowed.
pub(crate) fn header_map(headers: &[(String, Vec<u8>)]) -> Option<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        map.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(map)
}

/// Masks secrets.
impl std::fmt::Debug for ScriptedResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |bytes: &[u8]| mask(&String::from_utf8_lossy(bytes));
        let headers = self.headers.iter();
        let headers: Vec<_> = headers.map(|(name, value)| (name, text(value))).collect();
        formatter
            .debug_struct("ScriptedResponse")
            .field("status", &self.status)
            .field("headers", &headers)
            .field("body", &text(&self.body))
            .finish_non_exhaustive()
    }
}
