//! Check for duplicate keys in JSON objects, of which a parser silently keeps one.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::reindent::token_length;

/// Checks that no object of valid JSON text has a key twice. `place` is the name of the text in the error.
pub(crate) fn refuse(json: &str, place: &str) -> Result<()> {
    let Some(duplicate) = find(json) else {
        return Ok(());
    };
    let position = |offset: usize| {
        let before = &json[..offset];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() + 1;
        format!("line {line}, column {column}")
    };
    Err(Error::new(format!(
        "{place} has the key `{}` twice in one object, at {} and at {}; have one of them removed",
        duplicate.key.escape_debug(),
        position(duplicate.first),
        position(duplicate.second),
    )))
}

/// Key, and the offsets of its first two occurrences in an object.
#[derive(Debug, PartialEq)]
struct Duplicate {
    key: String,
    first: usize,
    second: usize,
}

/// Keys of an object with their offsets; `None` for an array.
type Container = Option<BTreeMap<String, usize>>;

fn find(json: &str) -> Option<Duplicate> {
    let mut containers: Vec<Container> = Vec::new();
    let (mut offset, mut expects_key) = (0, false);
    while let Some(first) = json[offset..].chars().next() {
        let length = token_length(&json[offset..], first);
        let token = &json[offset..offset + length];
        match (first, containers.last_mut()) {
            ('{', _) => {
                containers.push(Some(BTreeMap::new()));
                expects_key = true;
            }
            ('[', _) => {
                containers.push(None);
                expects_key = false;
            }
            ('}' | ']', _) => {
                containers.pop();
                expects_key = false;
            }
            (',', container) => expects_key = matches!(container, Some(Some(_))),
            ('"', Some(Some(keys))) if expects_key => {
                expects_key = false;
                // With escapes, one key has two spellings.
                let key: String = serde_json::from_str(token).unwrap_or_default();
                if let Some(first) = keys.get(&key).copied() {
                    let second = offset;
                    return Some(Duplicate { key, first, second });
                }
                keys.insert(key, offset);
            }
            _ => {}
        }
        offset += length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_key_is_reported_with_both_locations() {
        for (json, key, places) in [
            (
                r#"{"a": 1, "a": 1}"#,
                "a",
                "at line 1, column 2 and at line 1, column 10",
            ),
            (
                "{\n  \"paths\": {\"x\": 1},\n  \"é\": 2, \"paths\": {}\n}",
                "paths",
                "at line 2, column 3 and at line 3, column 11",
            ),
            (
                r#"[1, {"b": [{"c": {}, "d": "x, \"c\": 1", "c": 2}]}]"#,
                "c",
                "at line 1, column 13 and at line 1, column 42",
            ),
            (
                r#"{"a/b": 1, "a\/\u0062": 2}"#,
                "a/b",
                "at line 1, column 2 and at line 1, column 12",
            ),
            (
                r#"{"": 1, "": 2}"#,
                "",
                "at line 1, column 2 and at line 1, column 9",
            ),
            (
                "{\"a\\n\": 1, \"a\\n\": 2}",
                "a\\n",
                "at line 1, column 2 and at line 1, column 12",
            ),
        ] {
            let sentence = refuse(json, "It").unwrap_err().to_string();
            let expected = format!(
                "It has the key `{key}` twice in one object, {places}; have one of them removed"
            );
            assert_eq!(sentence, expected);
        }
    }

    #[test]
    fn the_same_key_in_other_objects_and_the_same_text_as_a_value_are_fine() {
        for json in [
            r#"{"a": {"a": {"a": "a"}}, "b": ["a", "a", {"a": 1}, {"a": 1}]}"#,
            r#"[{"a": 1}, {"a": 1}]"#,
            r#"{"a": "b", "b": "a", "A": 1}"#,
            r#""a""#,
            "{}",
        ] {
            assert!(refuse(json, "It").is_ok(), "{json}");
        }
    }
}
