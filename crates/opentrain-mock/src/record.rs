//! What was asked of the server, for tests to look at.

use std::fmt;

use serde_json::Value;

use crate::call::{Incoming, Pairs};
use crate::mask::mask;

/// A request that the server has answered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it came, without the query.
    pub path: String,
    /// The query, decoded, in the order in which it came.
    pub query: Vec<(String, String)>,
    /// The headers in the order in which they came, names in lower case. Credentials are masked.
    pub headers: Vec<(String, String)>,
    /// The body as it came; empty if it was too large or did not arrive whole. It may hold secrets.
    pub body: Vec<u8>,
    /// The status of the answer.
    pub status: u16,
}

impl RecordedRequest {
    pub(crate) fn new(incoming: Incoming, headers: Vec<(String, String)>, status: u16) -> Self {
        Self {
            method: incoming.method,
            path: incoming.path,
            query: Pairs::parse(&incoming.query).0,
            headers,
            body: incoming.body.unwrap_or_default(),
            status,
        }
    }

    /// The body as JSON, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The first header of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// One line for a log: method, path, query and status.
impl fmt::Display for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, mask(&self.path))?;
        for (place, (name, value)) in self.query.iter().enumerate() {
            let mark = if place == 0 { '?' } else { '&' };
            write!(formatter, "{mark}{}={}", mask(name), mask(value))?;
        }
        write!(formatter, " -> {}", self.status)
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let masked = |(name, value): &(String, String)| (mask(name), mask(value));
        formatter
            .debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &mask(&self.path))
            .field("query", &self.query.iter().map(masked).collect::<Vec<_>>())
            .field(
                "headers",
                &self.headers.iter().map(masked).collect::<Vec<_>>(),
            )
            .field("body", &mask(&String::from_utf8_lossy(&self.body)))
            .field("status", &self.status)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::RecordedRequest;
    use crate::call::Incoming;

    #[test]
    fn no_token_is_printed() {
        let incoming = Incoming {
            method: "POST".to_owned(),
            path: "/api/agent/oauth/revoke".to_owned(),
            query: "q=ot_cat_secret&limit=2".to_owned(),
            authorization: None,
            body: Ok(b"token=ot_pat_secret".to_vec()),
        };
        let record = RecordedRequest::new(incoming, Vec::new(), 200);
        assert!(!format!("{record:?} {record}").contains("secret"));
        assert_eq!(
            record.to_string(),
            "POST /api/agent/oauth/revoke?q=ot_cat_***&limit=2 -> 200"
        );
        assert_eq!(record.body, b"token=ot_pat_secret");
    }
}
