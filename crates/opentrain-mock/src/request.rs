//! A request in plain data, and the response of the world, without HTTP.

use std::fmt;

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::api_failure::ApiFailure;
use crate::response_body::ResponseBody;
use crate::route::{Route, route};

/// Result of an operation.
pub(crate) type Outcome = Result<Success, ApiFailure>;

/// Request as it came, with its route.
#[derive(Clone, Debug)]
pub(crate) struct RawRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case, with credentials.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: RequestBody,
    pub(crate) route: Route,
}

impl Default for RawRequest {
    fn default() -> Self {
        Self {
            method: String::new(),
            path: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: Ok(Vec::new()),
            route: Route::Nowhere,
        }
    }
}

impl RawRequest {
    /// Returns a request without headers and body.
    pub(crate) fn new(method: &str, path: &str, query: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            route: route(method, path),
            ..Self::default()
        }
    }

    /// Returns the first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Body, or the reason why there is none. Only an operation that reads the body refuses the request for it.
pub(crate) type RequestBody = Result<Vec<u8>, BodyError>;

/// Reason why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// The body has more bytes than this.
    TooLarge { cap: usize },
    /// The body ended too early, or is not framed as HTTP requires.
    Broken,
}

impl fmt::Display for BodyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { cap } => write!(formatter, "The body is larger than {cap} bytes"),
            Self::Broken => write!(formatter, "The body did not arrive whole"),
        }
    }
}

/// Request that has passed the gates of its operation.
#[derive(Debug)]
pub(crate) struct AuthorisedRequest<'a> {
    /// `None` if the operation needs no token.
    pub(crate) caller: Option<Caller>,
    /// The path's parameter; empty if the path has none.
    pub(crate) id: &'a str,
    pub(crate) query: Pairs,
    pub(crate) body: &'a RequestBody,
    pub(crate) now: Timestamp,
}

/// Account and token of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) token_id: String,
}

/// Successful response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Success {
    pub(crate) status: u16,
    pub(crate) body: ResponseBody,
}

/// Names and values of a query or a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl AuthorisedRequest<'_> {
    /// Returns the caller, or the 401 of a call without one.
    pub(crate) fn caller(&self) -> Result<&Caller, ApiFailure> {
        self.caller.as_ref().ok_or_else(ApiFailure::unauthorized)
    }

    /// Returns the body as a JSON object, for an operation whose refusal lists validation issues.
    pub(crate) fn validated_object(&self) -> Result<Map<String, Value>, ApiFailure> {
        let object = self.json_object();
        object.map_err(|error| ApiFailure::invalid_at(&[], &error))
    }

    /// Returns the body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, ApiFailure> {
        self.json_object().map_err(ApiFailure::bad_request)
    }

    /// Returns the body as a JSON object, or an empty one if there is no body.
    pub(crate) fn optional_object(&self) -> Result<Map<String, Value>, ApiFailure> {
        match self.body {
            Ok(body) if body.is_empty() => Ok(Map::new()),
            Ok(_) | Err(_) => self.object(),
        }
    }

    /// Returns the body as a JSON object, or a sentence about what is wrong with it.
    pub(crate) fn json_object(&self) -> Result<Map<String, Value>, String> {
        match serde_json::from_slice(self.bytes()?) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err("The body must be a JSON object".to_owned()),
            Err(error) => Err(format!("The body is not valid JSON: {error}")),
        }
    }

    /// Returns the body as a form, or a sentence about what is wrong with it.
    pub(crate) fn form(&self) -> Result<Pairs, String> {
        Ok(Pairs::parse(&String::from_utf8_lossy(self.bytes()?)))
    }

    fn bytes(&self) -> Result<&[u8], String> {
        self.body.as_deref().map_err(ToString::to_string)
    }
}

impl Success {
    pub(crate) fn ok(body: impl Into<ResponseBody>) -> Self {
        Self::new(200, body)
    }

    pub(crate) fn created(body: impl Into<ResponseBody>) -> Self {
        Self::new(201, body)
    }

    pub(crate) fn accepted(body: impl Into<ResponseBody>) -> Self {
        Self::new(202, body)
    }

    fn new(status: u16, body: impl Into<ResponseBody>) -> Self {
        let body = body.into();
        Self { status, body }
    }
}

impl Pairs {
    /// Reads `a=1&b=x%20y`.
    pub(crate) fn parse(text: &str) -> Self {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        let parts = text.split('&').filter(|part| !part.is_empty());
        Self(parts.map(pair).collect())
    }

    /// Returns the first value under a name; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn forms_and_queries_are_decoded() {
        let pairs = Pairs::parse("q=two+words&language=Espa%C3%B1ol&cursor=&flag");
        assert_eq!(pairs.get("q"), Some("two words"));
        assert_eq!(pairs.get("language"), Some("Español"));
        assert_eq!(pairs.get("cursor"), None);
        assert_eq!(pairs.get("absent"), None);
        assert_eq!(pairs.0.len(), 4);
    }
}
