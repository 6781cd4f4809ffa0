//! Recorded requests, for tests to check.

use std::fmt;

use serde_json::Value;

use crate::logged_request::LoggedRequest;
use crate::mask::mask;
use crate::request::Pairs;
use crate::route::Route;

/// Text that stands for a credential.
const HIDDEN: &str = "***";
/// Headers whose values are secrets.
const CREDENTIALS: &[&str] = &["authorization", "proxy-authorization", "cookie"];

/// Request that the server has received.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Request target exactly as it came: path and query, or a whole URL from a client that uses the server as a proxy.
    pub target: String,
    /// The path as it came, without the query.
    pub path: String,
    /// The query, decoded, in the order in which it came.
    pub query: Vec<(String, String)>,
    /// The headers in the order in which they came, names in lower case. Credentials are masked; see
    /// [`RecordedRequest::header_as_sent`].
    pub headers: Vec<(String, String)>,
    /// The body as it came; empty if it was too large or did not arrive whole. It may hold secrets. The log keeps no more than the
    /// first 1,048,576 bytes of it: see [`RecordedRequest::is_body_cut`].
    pub body: Vec<u8>,
    /// Number of bytes of the body, as far as it was read.
    pub body_length: usize,
    /// Status of the response; 0 if none was begun.
    pub status: u16,
    /// Operation with this method at this path, if there is one.
    pub operation: Option<&'static str>,
    /// Gate that stopped the request: `token`, `scope`, `feature`, `claim`, `rate limit` or `strict`.
    pub stopped_by: Option<&'static str>,
    /// Objection of strict mode.
    pub objection: Option<String>,
    /// Fault that hit the request, or a note that the client did not wait.
    pub fault: Option<String>,
    /// Number of the connection; the first is 1.
    pub connection: u64,
    /// The headers with their credentials.
    sent: Vec<(String, String)>,
}

impl From<&LoggedRequest> for RecordedRequest {
    fn from(logged: &LoggedRequest) -> Self {
        let incoming = &logged.incoming;
        let operation = match incoming.route {
            Route::Found { operation, .. } => Some(operation.name),
            Route::WrongMethod { .. } | Route::Nowhere => None,
        };
        Self {
            method: incoming.method.clone(),
            target: logged.target.clone(),
            path: incoming.path.clone(),
            query: Pairs::parse(&incoming.query).0,
            headers: incoming.headers.iter().map(without_credentials).collect(),
            body: incoming.body.clone().unwrap_or_default(),
            body_length: logged.body_length,
            status: logged.status,
            operation,
            stopped_by: logged.stopped_by,
            objection: logged.objection.clone(),
            fault: logged.fault.clone(),
            connection: logged.connection,
            sent: incoming.headers.clone(),
        }
    }
}

impl RecordedRequest {
    /// True if the log keeps only the first part of the body.
    #[must_use]
    pub fn is_body_cut(&self) -> bool {
        self.body.len() < self.body_length
    }

    /// Returns the body as JSON, or `None` if it is no JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns the first header of that name, in any case. Credentials are masked.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Returns the same as [`RecordedRequest::header`], with credentials: for a test that checks which token was sent.
    #[must_use]
    pub fn header_as_sent(&self, name: &str) -> Option<&str> {
        find(&self.sent, name)
    }

    /// Returns all headers with their credentials, in the order in which they came.
    #[must_use]
    pub fn headers_as_sent(&self) -> &[(String, String)] {
        &self.sent
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

fn without_credentials((name, value): &(String, String)) -> (String, String) {
    let is_secret = CREDENTIALS.contains(&name.as_str());
    let shown = if is_secret {
        HIDDEN.to_owned()
    } else {
        mask(value)
    };
    (name.clone(), shown)
}

/// Removes secrets, and characters that break the line or control the terminal.
fn on_a_line(text: &str) -> String {
    let escaped = |letter: char| match letter.is_control() {
        true => letter.escape_default().to_string(),
        false => letter.to_string(),
    };
    mask(text).chars().map(escaped).collect()
}

/// One line for a log: method, path, query, status, operation, gate and fault.
impl fmt::Display for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, on_a_line(&self.path))?;
        for (place, (name, value)) in self.query.iter().enumerate() {
            let mark = if place == 0 { '?' } else { '&' };
            write!(formatter, "{mark}{}={}", on_a_line(name), on_a_line(value))?;
        }
        match self.status {
            0 => write!(formatter, " -> no response")?,
            status => write!(formatter, " -> {status}")?,
        }
        if let Some(operation) = self.operation {
            write!(formatter, " {operation}")?;
        }
        if let Some(gate) = self.stopped_by {
            write!(formatter, ", stopped by: {gate}")?;
        }
        if let Some(objection) = &self.objection {
            write!(formatter, " ({})", on_a_line(objection))?;
        }
        if let Some(fault) = &self.fault {
            write!(formatter, ", fault: {fault}")?;
        }
        Ok(())
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
            .field("headers", &self.headers)
            .field("body", &mask(&String::from_utf8_lossy(&self.body)))
            .field("body_length", &self.body_length)
            .field("status", &self.status)
            .field("operation", &self.operation)
            .field("stopped_by", &self.stopped_by)
            .field("objection", &self.objection.as_deref().map(mask))
            .field("fault", &self.fault)
            .field("connection", &self.connection)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::RecordedRequest;
    use crate::logged_request::LoggedRequest;
    use crate::request::RawRequest;

    fn record(incoming: RawRequest) -> RecordedRequest {
        RecordedRequest::from(&LoggedRequest::new(incoming, String::new(), 1))
    }

    #[test]
    fn no_token_is_printed() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let incoming = RawRequest {
            headers: vec![
                header("authorization", "Basic secret"),
                header("x-trace", "ot_pat_secret"),
            ],
            body: Ok(b"token=ot_pat_secret".to_vec()),
            ..RawRequest::new(
                "POST",
                "/api/agent/oauth/revoke",
                "q=ot_cat_secret&limit=%0A2",
            )
        };
        let mut record = record(incoming);
        record.status = 200;
        assert!(!format!("{record:?} {record}").contains("secret"));
        assert_eq!(
            record.to_string(),
            "POST /api/agent/oauth/revoke?q=ot_cat_***&limit=\\n2 -> 200 agent_revoke_token"
        );
        assert_eq!(record.body, b"token=ot_pat_secret");
        assert_eq!(record.header("Authorization"), Some("***"));
        assert_eq!(record.header_as_sent("Authorization"), Some("Basic secret"));
        assert_eq!(record.headers_as_sent().len(), 2);
    }

    #[test]
    fn log_line_names_the_gate_and_the_fault_of_a_request() {
        let mut record = record(RawRequest::new("GET", "/nowhere", ""));
        assert_eq!(record.to_string(), "GET /nowhere -> no response");
        record.status = 403;
        record.stopped_by = Some("claim");
        record.fault = Some("a cut in the body".to_owned());
        assert_eq!(
            record.to_string(),
            "GET /nowhere -> 403, stopped by: claim, fault: a cut in the body"
        );
    }
}
