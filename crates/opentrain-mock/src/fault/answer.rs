//! An answer that a test has written itself.

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::mask::mask;

/// What a gateway says when what is behind it does not answer.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n";

/// A whole answer: status, headers, body. For [`Fault::answer`](crate::fault::Fault::answer).
///
/// Headers go out as they are given, also odd ones and several of one name. The length of the body is announced and the connection
/// kept, unless told otherwise or unless there is a header that HTTP does not allow; then the connection ends after it.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    length: Length,
}

/// What the head says of the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// The truth, or what a header says that was given.
    Announced,
    /// Nothing: the body goes on until the connection ends.
    UntilTheEnd,
}

impl Answer {
    /// A status, without headers and without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            length: Length::Announced,
        }
    }

    /// A status and JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A status and a gateway's page of HTML.
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

    /// Sets the body: any bytes, whatever the headers say of them.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Does not announce the body's length: it goes on until the connection ends.
    pub fn without_length(mut self) -> Self {
        self.length = Length::UntilTheEnd;
        self
    }

    /// As a regular answer on a connection that stays; none if it is not regular.
    pub(crate) fn regular(&self) -> Option<Response> {
        let is_plain =
            self.length == Length::Announced && self.header_named("content-length").is_none();
        // 1xx is no answer yet, and would be refused.
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

    /// As bytes on a connection that ends after them.
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

/// Status line and headers, without the empty line that ends them.
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

/// The headers in the form of the HTTP library; none if one of them is not allowed.
pub(crate) fn header_map(headers: &[(String, Vec<u8>)]) -> Option<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        map.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(map)
}

/// Shows no secret, though it is the test's own.
impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |bytes: &[u8]| mask(&String::from_utf8_lossy(bytes));
        let headers = self.headers.iter();
        let headers: Vec<_> = headers.map(|(name, value)| (name, text(value))).collect();
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("headers", &headers)
            .field("body", &text(&self.body))
            .finish_non_exhaustive()
    }
}
