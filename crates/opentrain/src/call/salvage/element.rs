//! Location of a list's element in the text of a body.
//!
//! It is found by brackets, commas and strings alone. In text that is not JSON it may be wrong, so callers check the element and decode
//! the result.

use std::ops::Range;

use opentrain_api::runtime::end_of_string;

/// Characters that JSON allows between its parts.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Location of an element in its list.
pub(super) struct Element {
    /// Position behind the bracket that opens the list.
    list: usize,
    /// Range between the commas or brackets around the element, without white space.
    element: Range<usize>,
}

impl Element {
    /// Finds an element of the list that is a member of the body. `None` if there is no such element.
    pub(super) fn find(body: &str, list: &str, index: usize) -> Option<Self> {
        let list = start_of_list(body.as_bytes(), list)?;
        let element = Elements::after(body.as_bytes(), list).nth(index)?;
        let start = element.end - body[element.clone()].trim_start_matches(WHITE_SPACE).len();
        let element = start..start + body[start..element.end].trim_end_matches(WHITE_SPACE).len();
        Some(Self { list, element })
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.element.clone()
    }

    /// Returns the body with this text as the only element of the list. `None` if the list does not end.
    pub(super) fn alone(&self, body: &str, text: &str) -> Option<String> {
        let mut rest = Elements::after(body.as_bytes(), self.element.end);
        rest.by_ref().for_each(drop);
        Some([&body[..self.list], text, &body[rest.end?..]].concat())
    }

    /// Returns the body with this text in place of the element.
    pub(super) fn replaced(&self, body: &str, text: &str) -> String {
        [&body[..self.element.start], text, &body[self.element.end..]].concat()
    }

    /// Returns the body without the element and one comma beside it. `None` if nothing else stands beside that comma.
    pub(super) fn removed(&self, body: &str) -> Option<String> {
        let mut before = body[..self.element.start].trim_end_matches(WHITE_SPACE);
        let mut after = body[self.element.end..].trim_start_matches(WHITE_SPACE);
        let mut is_alone = false;
        if let Some(rest) = after.strip_prefix(',') {
            after = rest;
            is_alone = rest.trim_start_matches(WHITE_SPACE).starts_with(']');
        } else if let Some(rest) = before.strip_suffix(',') {
            before = rest;
            is_alone = rest.trim_end_matches(WHITE_SPACE).ends_with('[');
        }
        (!is_alone).then(|| [before, after].concat())
    }
}

/// Returns the position behind the bracket that opens a member's list.
fn start_of_list(body: &[u8], name: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = body.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                at = end_of_string(body, at);
                let is_name = depth == 1 && body.get(start + 1..at - 1) == Some(name.as_bytes());
                if let Some(list) = is_name.then(|| opened_list(body, at)).flatten() {
                    return Some(list);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the position behind the colon and the bracket after a member's name.
fn opened_list(body: &[u8], at: usize) -> Option<usize> {
    let rest = body[at..].trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"[")?;
    Some(body.len() - rest.len())
}

/// Elements of a list, each with the white space around it.
struct Elements<'a> {
    body: &'a [u8],
    at: usize,
    /// Position of the bracket that closes the list, once it was read.
    end: Option<usize>,
}

impl<'a> Elements<'a> {
    fn after(body: &'a [u8], at: usize) -> Self {
        Self {
            body,
            at,
            end: None,
        }
    }
}

impl Iterator for Elements<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.end.is_some() {
            return None;
        }
        let (start, mut depth) = (self.at, 0_usize);
        while let Some(&byte) = self.body.get(self.at) {
            let here = self.at;
            self.at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b',' if depth == 0 => return Some(start..here),
                b']' if depth == 0 => {
                    self.end = Some(here);
                    return Some(start..here);
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => self.at = end_of_string(self.body, self.at),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn an_element_is_found_whatever_stands_around_it() {
        let body = r#"{"x":"a", "b":{"a":[0]}, "a" : [ {"b":[1,2]} ,"]\",", 7 ], "c":[3]}"#;
        let texts = [r#"{"b":[1,2]}"#, r#""]\",""#, "7"];
        for (index, text) in texts.iter().enumerate() {
            let element = Element::find(body, "a", index).unwrap();
            assert_eq!(&body[element.range()], *text);
            let alone = element.alone(body, "9").unwrap();
            assert_eq!(alone, r#"{"x":"a", "b":{"a":[0]}, "a" : [9], "c":[3]}"#);
        }
        for (list, index) in [("a", 3), ("x", 0), ("b", 0), ("d", 0)] {
            assert!(Element::find(body, list, index).is_none(), "{list} {index}");
        }
    }

    #[test]
    fn removing_an_element_removes_one_comma() {
        for (index, rest) in [(0, "[ 2 ,3]"), (1, "[1,3]"), (2, "[1, 2 ]")] {
            let body = r#"{"a":[1, 2 ,3]}"#;
            let element = Element::find(body, "a", index).unwrap();
            let rest = format!("{{\"a\":{rest}}}");
            assert_eq!(element.removed(body), Some(rest));
        }
        let only = Element::find("{\"a\":[1]}", "a", 0).unwrap();
        assert_eq!(only.removed("{\"a\":[1]}").unwrap(), "{\"a\":[]}");
        for (body, index) in [
            (r#"{"a":[1 , ]}"#, 0),
            (r#"{"a":[ , 1]}"#, 1),
            (r#"{"a":[0,1,]}"#, 1),
        ] {
            let element = Element::find(body, "a", index).unwrap();
            assert_eq!(element.removed(body), None, "{body}");
        }
    }

    #[test]
    fn an_element_or_a_list_without_an_end_is_not_found() {
        for body in [r#"{"a":[1"#, r#"{"a":["#, r#"{"a"#, r#"{"a":["x\"#, ""] {
            assert!(Element::find(body, "a", 0).is_none(), "{body}");
        }
        let cut = r#"{"a":[1,2"#;
        let element = Element::find(cut, "a", 0).unwrap();
        assert_eq!(element.alone(cut, "9"), None);
    }
}
