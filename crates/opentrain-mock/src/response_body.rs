//! Body of a response: a JSON value, or JSON text that is sent as it is.

use serde::Serialize;
use serde_json::Value;

/// Body of a response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ResponseBody {
    Value(Value),
    /// JSON text.
    Text(String),
}

/// Capacity with which the encoding of a value begins: most of them fit.
const BODY_GUESS: usize = 1024;
/// Initial capacity for a page.
const PAGE_GUESS: usize = 16 * 1024;

impl From<Value> for ResponseBody {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl ResponseBody {
    /// Writes a body that is of no use as a value.
    pub(crate) fn written(content: &impl Serialize) -> Self {
        Self::Text(written(content))
    }

    /// Returns the value; `None` if there is text only.
    pub(crate) fn as_value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Text(_) => None,
        }
    }

    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            // The text is JSON.
            Self::Text(text) => serde_json::from_str(&text).unwrap_or_default(),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let text = match self {
            Self::Value(value) => written(&value),
            Self::Text(text) => text,
        };
        text.into_bytes()
    }
}

fn written(content: &impl Serialize) -> String {
    let mut bytes = Vec::with_capacity(BODY_GUESS);
    // All that is sent can be written as JSON.
    let _always_ok = serde_json::to_writer(&mut bytes, content);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Object whose first member is a list, written element by element.
pub(crate) struct ListBody(String);

impl ListBody {
    /// Begins the list.
    pub(crate) fn new(name: &str) -> Self {
        let mut text = String::with_capacity(PAGE_GUESS);
        text.extend(["{\"", name, "\":["]);
        Self(text)
    }

    /// Adds an element, as JSON.
    pub(crate) fn push(&mut self, element: &str) {
        if !self.0.ends_with('[') {
            self.0.push(',');
        }
        self.0.push_str(element);
    }

    /// Adds the other members, of which there is one at least, and ends the object.
    pub(crate) fn end(mut self, others: &Value) -> ResponseBody {
        let others = written(others);
        self.0.push_str("],");
        self.0.push_str(others.strip_prefix('{').unwrap_or(&others));
        ResponseBody::Text(self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ListBody, ResponseBody};

    #[test]
    fn list_is_written_as_the_value_would_be() {
        for elements in [vec![], vec![json!([])], vec![json!([1, "["]), json!({})]] {
            let mut list = ListBody::new("rows");
            for element in &elements {
                list.push(&element.to_string());
            }
            let body = list.end(&json!({ "next": null, "more": false }));
            let value = json!({ "rows": elements, "next": null, "more": false });
            assert_eq!(body.as_value(), None);
            assert_eq!(body.into_value(), value);
            let bytes = ResponseBody::from(value.clone()).into_bytes();
            assert_eq!(bytes, value.to_string().into_bytes());
        }
    }
}
