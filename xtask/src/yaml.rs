//! YAML as JSON, for documents that are served so.

use serde_json::Value;

use crate::error::{Error, Result};

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Json,
    Yaml,
}

impl Form {
    /// JSON and HTML begin with a bracket. YAML may too, but nobody writes a whole document in that way.
    pub(crate) fn of(text: &str) -> Form {
        if text.trim_start().starts_with(['{', '[', '<']) {
            Form::Json
        } else {
            Form::Yaml
        }
    }
}

/// Reads one YAML document, in the sense of YAML 1.2: `no` is a word. Keys become strings; aliases that multiply without
/// end are refused.
pub(crate) fn parse(text: &str, place: &str) -> Result<Value> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|cause| {
        Error::because(
            format!("{place} is neither JSON nor YAML"),
            &cause,
            "check the address or mend the file",
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_stay_words_and_keys_become_strings() {
        let text = "openapi: 3.1.0\nanswers:\n  200: &a {description: no}\n  '404': *a\non: 2024-01-01 # a day\n";
        let answer = json!({"description": "no"});
        assert_eq!(
            parse(text, "It").unwrap(),
            json!({"openapi": "3.1.0", "answers": {"200": answer, "404": answer}, "on": "2024-01-01"})
        );
    }

    #[test]
    fn what_is_no_yaml_is_one_sentence() {
        let level = |number: usize| {
            let aliases = vec![format!("*a{}", number - 1); 10].join(",");
            format!("a{number}: &a{number} [{aliases}]\n")
        };
        let bomb = format!("a0: &a0 x\n{}", (1..12).map(level).collect::<String>());
        for text in [
            "a: [",
            "a: 1\na: 2\n",
            "a: 1\n---\nb: 2\n",
            &"a: [".repeat(9999),
            &bomb,
        ] {
            let sentence = parse(text, "It").unwrap_err().to_string();
            assert!(
                sentence.starts_with("It is neither JSON nor YAML: "),
                "{sentence}"
            );
            assert_eq!(sentence.lines().count(), 1, "{sentence}");
        }
    }
}
