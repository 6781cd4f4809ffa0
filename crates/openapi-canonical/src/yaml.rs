//! YAML documents as JSON.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::NonFiniteFloatPolicy;

use crate::error::{Error, Result};

/// Format of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Json,
    Yaml,
}

impl Form {
    /// Detects the format: JSON begins with a brace or bracket, HTML with an angle bracket. YAML may too, but documents
    /// in use do not.
    #[must_use]
    pub fn of(text: &str) -> Form {
        if text.trim_start().starts_with(['{', '[', '<']) {
            Form::Json
        } else {
            Form::Yaml
        }
    }
}

/// Limit on the levels of lists and objects, equal to that of the JSON parser.
pub(crate) const DEEPEST: usize = 127;

/// Bytes of stack for the parser, which takes more than 10 kB a level; that exceeds the stack of most threads.
const STACK: usize = 16 << 20;

/// Parses one YAML document by YAML 1.2: `no` is a string. Keys become strings. As in JSON, the size of the text is the
/// only limit on values, except that aliases which multiply without end are refused.
pub(crate) fn parse(text: &str, place: &str) -> Result<Value> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let parser = thread.spawn_scoped(scope, || {
            serde_saphyr::from_str_with_options(text, options())
                .map(|Finite(value)| value)
                .map_err(|cause| refused(place, &cause))
        });
        let parser = parser
            .map_err(|cause| Error::because(format!("cannot read {place}"), &cause, "try again"))?;
        let panicked = |_| {
            Err(Error::new(format!(
                "{place} is YAML that the parser panics at"
            )))
        };
        parser.join().unwrap_or_else(panicked)
    })
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_aliases: usize::MAX,
            max_anchors: usize::MAX,
            max_merge_keys: usize::MAX,
            enforce_alias_anchor_ratio: false,
        },
    }
}

fn refused(place: &str, cause: &serde_saphyr::Error) -> Error {
    match cause {
        serde_saphyr::Error::Budget {
            breach: BudgetBreach::Depth { .. },
            ..
        } => too_deep(place),
        cause if cause.to_string().starts_with("recursion limit exceeded") => too_deep(place),
        serde_saphyr::Error::Budget { .. } | serde_saphyr::Error::AliasError { .. } => {
            Error::because(
                format!("{place} has aliases for more than is read"),
                cause,
                "remove them",
            )
        }
        cause => Error::because(
            format!("{place} is neither JSON nor YAML"),
            cause,
            "check the address or fix the file",
        ),
    }
}

/// Returns the error for a document that is nested too deeply, in JSON and in YAML.
pub(crate) fn too_deep(place: &str) -> Error {
    Error::new(format!(
        "{place} is nested deeper than {DEEPEST} levels, the limit of openapi-canonical; use references instead"
    ))
}

/// Value whose numbers are finite: a number out of range is read as the largest finite one, as in JSON.
struct Finite(Value);

impl<'de> Deserialize<'de> for Finite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Finite, D::Error> {
        deserializer.deserialize_any(FiniteVisitor)
    }
}

struct FiniteVisitor;

impl<'de> Visitor<'de> for FiniteVisitor {
    type Value = Finite;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON has too")
    }

    fn visit_unit<E>(self) -> std::result::Result<Finite, E> {
        Ok(Finite(Value::Null))
    }

    fn visit_none<E>(self) -> std::result::Result<Finite, E> {
        Ok(Finite(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Finite, D::Error> {
        Finite::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Finite, E> {
        Ok(Finite(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Finite, E> {
        Ok(Finite(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Finite, E> {
        Ok(Finite(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<Finite, E> {
        if value.is_nan() {
            return Err(E::custom("`.nan` is no value that JSON has"));
        }
        Ok(Finite(value.clamp(f64::MIN, f64::MAX).into()))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Finite, E> {
        Ok(Finite(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Finite, A::Error> {
        let mut elements = Vec::new();
        while let Some(Finite(element)) = list.next_element()? {
            elements.push(element);
        }
        Ok(Finite(Value::Array(elements)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Finite, A::Error> {
        let mut members = Map::new();
        while let Some((key, Finite(member))) = map.next_entry::<String, Finite>()? {
            members.insert(key, member);
        }
        Ok(Finite(Value::Object(members)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document;

    #[test]
    fn words_stay_words_and_keys_become_strings() {
        let text = "openapi: 3.1.0\nreplies:\n  200: &a {description: no}\n  '404': *a\non: 2024-01-01 # a day\n";
        let response = json!({"description": "no"});
        assert_eq!(
            parse(text, "It").unwrap(),
            json!({"openapi": "3.1.0", "replies": {"200": response, "404": response}, "on": "2024-01-01"})
        );
    }

    fn refusal(text: &str) -> String {
        let sentence = parse(text, "It").unwrap_err().to_string();
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
        sentence
    }

    #[test]
    fn invalid_yaml_is_one_sentence() {
        for text in ["a: [", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "a: .nan\n"] {
            let sentence = refusal(text);
            assert!(
                sentence.starts_with("It is neither JSON nor YAML: "),
                "{sentence}"
            );
        }
    }

    #[test]
    fn aliases_that_multiply_are_refused_and_those_that_repeat_are_not() {
        let level = |number: usize| {
            let aliases = vec![format!("*a{}", number - 1); 10].join(",");
            format!("a{number}: &a{number} [{aliases}]\n")
        };
        let bomb = format!("a0: &a0 x\n{}", (1..12).map(level).collect::<String>());
        let sentence = refusal(&bomb);
        assert!(
            sentence.starts_with("It has aliases for more than is read: "),
            "{sentence}"
        );
        let repeated: String = (0..500).map(|name| format!("a{name}: *a\n")).collect();
        let read = parse(&format!("a: &a {{b: 1}}\n{repeated}"), "It").unwrap();
        assert_eq!(read.as_object().map(Map::len), Some(501));
    }

    /// Reads a value, written in the same way in JSON and in YAML.
    fn both(value: &str) -> [std::result::Result<Value, String>; 2] {
        let served =
            |text: &str| document::parse_served(text, "It").map_err(|error| error.to_string());
        let json = format!(r#"{{"openapi": "3.0.3", "paths": {{}}, "x-it": {value}}}"#);
        let yaml = format!("openapi: 3.0.3\npaths: {{}}\nx-it: {value}\n");
        [served(&json), served(&yaml)]
    }

    #[test]
    fn limits_and_sentences_are_those_of_json() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let [json, yaml] = both(&nested(DEEPEST - 1));
        assert_eq!(json.unwrap(), yaml.unwrap());
        for levels in [DEEPEST, DEEPEST + 1, 9_999] {
            let [json, yaml] = both(&nested(levels)).map(|read| read.unwrap_err());
            assert_eq!(json, yaml);
            assert!(
                json.starts_with("It is nested deeper than 127 levels"),
                "{json}"
            );
        }
        let many = format!("[{}]", vec!["0"; 300_000].join(","));
        let [json, yaml] = both(&many);
        assert_eq!(json.unwrap(), yaml.unwrap());
        for number in [
            "1e400",
            "-1e400",
            "[1e309, 1.5]",
            "123456789012345678901234567890",
        ] {
            let [json, yaml] = both(number);
            assert_eq!(json.unwrap(), yaml.unwrap(), "{number}");
        }
    }
}
