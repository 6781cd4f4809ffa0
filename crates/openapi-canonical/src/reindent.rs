//! Rewrites the white space of JSON text and nothing else: keys keep their order, and numbers and strings their
//! spelling.
//!
//! Parsing and printing would sort keys or round numbers, but `spec/openapi.json` must show a reviewer the document as
//! served.

/// Indents valid JSON text by two spaces a level, and ends it with a line feed.
#[must_use]
pub fn reindent(json: &str) -> String {
    let mut output = Indented {
        text: String::with_capacity(json.len() * 2),
        depth: 0,
    };
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest, first);
        let (token, tail) = rest.split_at(length);
        rest = tail;
        match first {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => output.open(first, &mut rest),
            '}' | ']' => output.close(first),
            ',' => output.next(),
            ':' => output.text.push_str(": "),
            _ => output.text.push_str(token),
        }
    }
    output.text.push('\n');
    output.text
}

/// Replaces each number in JSON text by the result of the function.
pub(crate) fn with_numbers(json: &str, replace: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let (token, tail) = rest.split_at(token_length(rest, first));
        rest = tail;
        match first {
            '-' | '0'..='9' => text.push_str(&replace(token)),
            _ => text.push_str(token),
        }
    }
    text
}

/// Returns the length of the token at the beginning of the text.
pub(crate) fn token_length(text: &str, first: char) -> usize {
    match first {
        '"' => string_length(text),
        '{' | '}' | '[' | ']' | ',' | ':' | ' ' | '\t' | '\r' | '\n' => 1,
        _ => text
            .find([',', '}', ']', ' ', '\t', '\r', '\n'])
            .unwrap_or(text.len()),
    }
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

struct Indented {
    text: String,
    depth: usize,
}

impl Indented {
    /// Begins an object or list; an empty one stays on its line.
    fn open(&mut self, bracket: char, rest: &mut &str) {
        self.text.push(bracket);
        let inside = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if inside.starts_with(['}', ']']) {
            self.text.push_str(&inside[..1]);
            *rest = &inside[1..];
            return;
        }
        self.depth += 1;
        self.line();
    }

    fn close(&mut self, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.text.push(bracket);
    }

    fn next(&mut self) {
        self.text.push(',');
        self.line();
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_changes() {
        let text = "{\"z\":1.50,\"a\" : [ ],\n\"b\":[1e3,{ }, \"x\\\"{,:[é\" ],\"n\":null,\"d\":{\"k\":-0.0}}";
        assert_eq!(
            reindent(text),
            "{\n  \"z\": 1.50,\n  \"a\": [],\n  \"b\": [\n    1e3,\n    {},\n    \"x\\\"{,:[é\"\n  ],\n  \"n\": null,\n  \"d\": {\n    \"k\": -0.0\n  }\n}\n"
        );
    }

    #[test]
    fn indented_text_is_unchanged() {
        let once = reindent(r#"{"a":[[],[[1]]],"b":{"c":{}}}"#);
        assert_eq!(reindent(&once), once);
    }
}
