//! Salvage of a body that did not decode: a lenient reading, and the elements of its lists that decode.
//!
//! A body that ends early is not salvaged, since its end may hold more. A body without lists is read leniently as a whole. In a body
//! with lists, each element is read by itself: exactly, then leniently, else it is rejected. The other members must decode.

mod by_path;
mod element;
mod parts;

use opentrain_api::runtime::DecodeError;
use tracing::debug;

use super::lenient;
use crate::error::BadElement;
use parts::Parts;

/// Function that tries to decode a body that lacks these elements, and keeps the value.
type Attempt<'a> = &'a mut dyn FnMut(&str, &[BadElement]) -> Result<(), DecodeError>;

/// Attempts to decode what can be had of a whole body that failed with an error. True if the last attempt succeeded with it.
pub(super) fn salvage(
    text: &str,
    lists: &[&'static str],
    error: &DecodeError,
    attempt: Attempt<'_>,
) -> bool {
    if lists.is_empty() {
        return as_a_whole(text, error, attempt);
    }
    // Most often, few elements are bad, and the errors lead to them.
    by_path::salvage(text, lists, error, attempt)
        || Parts::split(text, lists).is_some_and(|parts| parts.salvage(attempt))
}

fn as_a_whole(text: &str, error: &DecodeError, attempt: Attempt<'_>) -> bool {
    let repaired = lenient::repair(text);
    let is_read = repaired.is_some_and(|body| attempt(&body, &[]).is_ok());
    if is_read {
        debug!(path = error.path, "read leniently");
    }
    is_read
}

/// Returns the path of an element's fault in the whole body, from its path in a body in which the element has another index.
fn in_list(list: &str, index: usize, path: &str) -> String {
    let rest = path
        .strip_prefix(list)
        .and_then(|rest| rest.split_once(']'));
    format!("{list}[{index}]{}", rest.unwrap_or_default().1)
}

#[cfg(test)]
mod tests {
    use opentrain_api::runtime::{DecodeError, decode_json};
    use serde::Deserialize;

    use super::salvage;
    use crate::error::BadElement;

    #[derive(Debug, Deserialize, PartialEq)]
    struct TwoLists {
        numbers: Vec<u32>,
        names: Option<Vec<String>>,
    }

    fn decoded(body: &str) -> Result<TwoLists, DecodeError> {
        decode_json(body.as_bytes())
    }

    const BOTH: &[&str] = &["numbers", "names"];

    /// Salvages a text, by the paths of errors or without. Returns the value and the paths of the bad elements.
    fn salvaged(
        text: &str,
        lists: &[&'static str],
        path: Option<&str>,
    ) -> Option<(TwoLists, Vec<(usize, String)>)> {
        let mut error = decoded(text).unwrap_err();
        error.path = path.map_or(error.path, String::from);
        let mut last = None;
        let mut attempt = |body: &str, rejected: &[BadElement]| {
            let paths = rejected
                .iter()
                .map(|bad| (bad.index(), String::from(bad.path())));
            last = Some((decoded(body)?, paths.collect()));
            Ok(())
        };
        let is_read = salvage(text, lists, &error, &mut attempt);
        last.filter(|_| is_read)
    }

    #[test]
    fn a_list_that_is_null_does_not_keep_another_one_from_being_salvaged() {
        let text = r#"{"numbers":[1,"two",3],"names":null}"#;
        let (value, rejected) = salvaged(text, BOTH, None).unwrap();
        let kept = TwoLists {
            numbers: vec![1, 3],
            names: None,
        };
        assert_eq!(value, kept);
        assert_eq!(rejected, [(1, String::from("numbers[1]"))]);
    }

    #[test]
    fn bad_elements_are_the_same_by_path_and_one_by_one() {
        for text in [
            r#"{"numbers":["x"],"names":[]}"#,
            r#"{"numbers":[ 1 , "two" , 3 ],"names":null}"#,
            r#"{"names":["a",{"b":[1,"]"]},"c"],"numbers":[1,-1,2,-2]}"#,
            r#"{"numbers":[1.0,2e0,3.5,4],"names":["\ud83d",7]}"#,
            r#"{"numbers":[-1,-2,-3,-4,-5,-6,7],"names":[1]}"#,
            r#"{"x":"numbers","y":{"numbers":[1]},"numbers":[0,[],0],"names":[]}"#,
        ] {
            for lists in [&["numbers"], BOTH] {
                let by_path = salvaged(text, lists, None);
                assert_eq!(by_path, salvaged(text, lists, Some("x")), "{text}");
            }
            let (_, bad) = salvaged(text, BOTH, None).unwrap();
            assert!(!bad.is_empty(), "{text}");
        }
    }

    #[test]
    fn an_element_that_has_a_name_twice_is_read_leniently() {
        #[derive(Deserialize)]
        struct Sizes {
            sizes: Vec<Size>,
        }
        #[derive(Deserialize)]
        struct Size {
            width: u32,
        }
        let text =
            r#"{"sizes":[{"width":1},{"width":2,"width":3},{"width":"x","width":4}],"next":null}"#;
        let decoded = |body: &str| decode_json::<Sizes>(body.as_bytes());
        let error = decoded(text).err().unwrap();
        let mut widths = Vec::new();
        let mut attempt = |body: &str, rejected: &[BadElement]| {
            assert!(rejected.is_empty());
            let sizes = decoded(body)?.sizes;
            widths = sizes.iter().map(|size| size.width).collect();
            Ok(())
        };
        assert!(salvage(text, &["sizes"], &error, &mut attempt));
        assert_eq!(widths, [1, 3, 4]);
    }

    #[test]
    fn a_fault_in_one_list_rejects_no_element_of_another() {
        let text = r#"{"numbers":[1.0,2],"names":[7]}"#;
        let (value, rejected) = salvaged(text, BOTH, None).unwrap();
        assert_eq!(value.numbers, [1, 2]);
        assert_eq!(rejected, [(0, String::from("names[0]"))]);
    }

    #[test]
    fn a_body_that_is_cut_or_whose_other_members_are_bad_is_not_salvaged() {
        for text in [
            r#"{"numbers":[1,"two",3],"names":["#,
            r#"{"numbers":[1,"two",3"#,
            r#"{"numbers":[1,"two",3]} x"#,
            r#"{"numbers":"two"}"#,
            r#"{"numbers":["two"],"numbers":[1]"#,
            r#"{"numbers":[1,tru,3],"names":null}"#,
            r#"{"numbers":["two",],"names":null}"#,
            r#"{"numbers":[1,"two" , ],"names":null}"#,
            r#"{"numbers":[,"two"],"names":null}"#,
            r#"{"numbers":[1,,"two"],"names":null}"#,
            r#"{"numbers":["two",,1],"names":null}"#,
            r#"{"numbers":[1 "two"],"names":null}"#,
            r#"{"numbers":[1,"two" 3],"names":null}"#,
            r#"{"numbers":[1,{"a":]},3],"names":null}"#,
            r#"{"numbers":[1,"two"},"names":null}"#,
            r#"{"numbers":[1,"two"],"names":null,}"#,
            r#"{"numbers":[1,"two"],"other":tru,"names":null}"#,
            "{\"numbers\":[1,\"two\"\u{c}],\"names\":null}",
            "{\"numbers\":[\u{c}\"two\"],\"names\":null}",
        ] {
            for lists in [&["numbers"], BOTH] {
                assert_eq!(salvaged(text, lists, None), None, "{text}");
            }
        }
    }
}
