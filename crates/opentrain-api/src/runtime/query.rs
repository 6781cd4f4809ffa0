//! Query parameters: a name and a value that may be absent, one, or many.

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Query parameter. An absent value is not sent; a list is sent as the name repeated.
#[derive(Debug)]
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    /// Pairs a name with a value.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let pairs = pairs(self.name, value).map_err(S::Error::custom)?;
        let mut sequence = serializer.serialize_seq(Some(pairs.len()))?;
        for pair in &pairs {
            sequence.serialize_element(pair)?;
        }
        sequence.end()
    }
}

fn pairs(name: &str, value: Value) -> Result<Vec<(String, String)>, &'static str> {
    match value {
        Value::Array(values) => values.into_iter().map(|value| pair(name, value)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| pair(&key, value))
            .collect(),
        Value::Null => Ok(Vec::new()),
        one => Ok(vec![pair(name, one)?]),
    }
}

fn pair(name: &str, value: Value) -> Result<(String, String), &'static str> {
    let text = match value {
        Value::String(text) => text,
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err("a query parameter holds plain values only");
        }
    };
    Ok((String::from(name), text))
}

#[cfg(test)]
mod tests {
    use super::pairs;
    use serde_json::json;

    #[test]
    fn values_are_sent_as_they_read() {
        let pairs = |value| {
            pairs("n", value).map(|pairs| {
                pairs
                    .into_iter()
                    .map(|(k, v)| format!("{k}={v}"))
                    .collect::<Vec<_>>()
                    .join("&")
            })
        };
        assert_eq!(pairs(json!(null)), Ok(String::new()));
        assert_eq!(pairs(json!("a b")), Ok(String::from("n=a b")));
        assert_eq!(
            pairs(json!(["x", 2, true])),
            Ok(String::from("n=x&n=2&n=true"))
        );
        assert_eq!(pairs(json!({"k": 1})), Ok(String::from("k=1")));
        assert!(pairs(json!([[1]])).is_err());
    }
}
