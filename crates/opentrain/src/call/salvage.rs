//! Salvage of a body that did not decode: a lenient reading, and the elements of its lists that decode.
//!
//! A body that ends early is not salvaged, since its end may hold more: see [`Decoder`](super::Decoder). A body without lists is read leniently as a whole. In a body
//! with lists, each element is read by itself: exactly, then leniently, else it is rejected. The other members must decode.

use std::borrow::Cow;

use opentrain_api::runtime::DecodeError;
use serde_json::value::RawValue;
use tracing::debug;

use super::lenient;
use crate::error::{BadElement, Members};

/// Number of bad elements that are found by the path of the error; beyond it, every element is tried.
const FOUND_BY_PATH: usize = 4;
/// Number of elements beyond which a body is not salvaged: ten times the longest list that is documented.
const MOST_ELEMENTS: usize = 50_000;
/// Number of bytes of a member up to which it takes part in trying single elements.
const SMALL_MEMBER: usize = 1_000;

/// Function that tries to decode a body.
type Check<'a> = &'a dyn Fn(&[u8]) -> Result<(), DecodeError>;

/// Body that decodes, and the elements that it lacks.
pub(super) struct Salvaged {
    pub(super) body: Vec<u8>,
    pub(super) rejected: Vec<BadElement>,
}

/// Returns what can be had of a whole body that failed with an error. `None` if that is nothing.
pub(super) fn salvage(
    text: &str,
    lists: &[&'static str],
    error: &DecodeError,
    check: Check<'_>,
) -> Option<Salvaged> {
    if lists.is_empty() {
        let body = lenient::repair(text)?.into_bytes();
        check(&body).ok()?;
        debug!(path = error.path, "read leniently");
        return Some(Salvaged {
            body,
            rejected: Vec::new(),
        });
    }
    Parts::split(text, lists)?.salvage(error, check)
}

/// A body in parts: its lists in elements, and its other members.
struct Parts<'a> {
    /// JSON of the other members, with commas between them.
    frame: String,
    /// The same of those that are small, if a body decodes with them alone: single elements are tried in it.
    small_frame: Option<String>,
    lists: Vec<List<'a>>,
}

struct List<'a> {
    name: &'static str,
    elements: Vec<Element<'a>>,
}

struct Element<'a> {
    index: usize,
    raw: &'a str,
    /// Text that decodes: `raw`, or `raw` repaired. `None` if neither does.
    text: Option<Cow<'a, str>>,
    fault: Option<DecodeError>,
}

impl<'a> Parts<'a> {
    /// Splits a body. `None` if it is not an object whose lists are arrays.
    fn split(text: &'a str, names: &[&'static str]) -> Option<Self> {
        let members = Members::read(text).complete()?;
        let (mut frame, mut small, mut lists) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in members {
            match names.iter().find(|list| **list == name) {
                Some(list) if value.get().starts_with('[') => lists.push(List::split(list, value)?),
                _ => {
                    let member = format!("{}:{value}", serde_json::to_string(&name).ok()?);
                    if member.len() <= SMALL_MEMBER {
                        small.push(member.clone());
                    }
                    frame.push(member);
                }
            }
        }
        let elements: usize = lists
            .iter()
            .map(|list: &List<'_>| list.elements.len())
            .sum();
        (elements <= MOST_ELEMENTS).then(|| Self {
            frame: frame.join(","),
            small_frame: Some(small.join(",")),
            lists,
        })
    }

    fn salvage(mut self, error: &DecodeError, check: Check<'_>) -> Option<Salvaged> {
        if check(self.body(&self.frame, |_| None).as_bytes()).is_err() {
            self.frame = self.repaired_frame(check)?;
        }
        let small = self.small_frame.take();
        self.small_frame =
            small.filter(|small| check(self.body(small, |_| None).as_bytes()).is_ok());
        let mut error = error.clone();
        for _ in 0..FOUND_BY_PATH {
            let Some((list, element)) = self.suspect(&error) else {
                break;
            };
            if !self.examine(list, element, check) {
                break;
            }
            match check(self.whole().as_bytes()) {
                Ok(()) => return Some(self.finish()),
                Err(next) => error = next,
            }
        }
        for list in 0..self.lists.len() {
            for element in 0..self.lists[list].elements.len() {
                self.examine(list, element, check);
            }
        }
        check(self.whole().as_bytes()).ok()?;
        Some(self.finish())
    }

    fn repaired_frame(&self, check: Check<'_>) -> Option<String> {
        let repaired = lenient::repair(&format!("{{{}}}", self.frame))?;
        let frame = String::from(repaired.strip_prefix('{')?.strip_suffix('}')?);
        check(self.body(&frame, |_| None).as_bytes()).ok()?;
        debug!("read the members of a list's response leniently");
        Some(frame)
    }

    /// Returns the list and the element that the path of an error leads to.
    fn suspect(&self, error: &DecodeError) -> Option<(usize, usize)> {
        self.lists.iter().enumerate().find_map(|(at, list)| {
            let rest = error.path.strip_prefix(list.name)?.strip_prefix('[')?;
            let position: usize = rest.split_once(']')?.0.parse().ok()?;
            let mut kept = list.elements.iter().enumerate();
            let element = kept
                .by_ref()
                .filter(|(_, element)| element.text.is_some())
                .nth(position)?;
            Some((at, element.0))
        })
    }

    /// Tries an element by itself, exactly and then leniently. True if the element was bad.
    fn examine(&mut self, list: usize, element: usize, check: Check<'_>) -> bool {
        let of = &self.lists[list];
        let candidate = &of.elements[element];
        let Some(text) = &candidate.text else {
            return false;
        };
        let alone = |text: &str| {
            let frame = self.small_frame.as_ref().unwrap_or(&self.frame);
            let body = self.body(frame, |other| {
                (other.name == of.name).then(|| String::from(text))
            });
            check(body.as_bytes())
        };
        let Err(mut fault) = alone(text) else {
            return false;
        };
        let repaired = lenient::repair(text).filter(|text| alone(text).is_ok());
        let path = in_list(of.name, candidate.index, &fault.path);
        if repaired.is_some() {
            debug!(path, "read leniently");
        }
        let candidate = &mut self.lists[list].elements[element];
        candidate.text = repaired.map(Cow::Owned);
        fault.path = path;
        candidate.fault = Some(fault);
        true
    }

    /// Returns the body with every element that decodes, as far as is known.
    fn whole(&self) -> String {
        self.body(&self.frame, |list| {
            let kept = list
                .elements
                .iter()
                .filter_map(|element| element.text.as_deref());
            Some(kept.collect::<Vec<_>>().join(","))
        })
    }

    /// Returns the body with these elements in its lists.
    fn body(&self, frame: &str, elements: impl Fn(&List<'_>) -> Option<String>) -> String {
        let lists = self.lists.iter().map(|list| {
            let elements = elements(list).unwrap_or_default();
            format!("\"{}\":[{elements}]", list.name)
        });
        let members: Vec<String> = lists.collect();
        let separator = if frame.is_empty() || members.is_empty() {
            ""
        } else {
            ","
        };
        format!("{{{frame}{separator}{}}}", members.join(","))
    }

    fn finish(self) -> Salvaged {
        let body = self.whole().into_bytes();
        let elements = self.lists.into_iter().flat_map(|list| list.elements);
        let rejected = elements
            .filter(|element| element.text.is_none())
            .filter_map(|element| {
                let raw = String::from(element.raw);
                Some(BadElement::new(element.index, element.fault?, raw))
            });
        Salvaged {
            rejected: rejected.collect(),
            body,
        }
    }
}

impl<'a> List<'a> {
    fn split(name: &'static str, value: &'a RawValue) -> Option<Self> {
        let elements: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
        let elements = elements
            .into_iter()
            .enumerate()
            .map(|(index, raw)| Element {
                index,
                raw: raw.get(),
                text: Some(Cow::Borrowed(raw.get())),
                fault: None,
            });
        Some(Self {
            name,
            elements: elements.collect(),
        })
    }
}

/// Returns the path of an element's fault in the whole body. Alone in its list, the element was at index 0.
fn in_list(list: &str, index: usize, path: &str) -> String {
    let rest = path
        .strip_prefix(list)
        .and_then(|rest| rest.strip_prefix("[0]"));
    format!("{list}[{index}]{}", rest.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use opentrain_api::runtime::{DecodeError, decode_json};
    use serde::Deserialize;

    use super::salvage;

    #[derive(Deserialize)]
    struct TwoLists {
        #[serde(rename = "numbers")]
        _numbers: Vec<u32>,
        #[serde(rename = "names")]
        _names: Option<Vec<String>>,
    }

    fn check(body: &[u8]) -> Result<(), DecodeError> {
        decode_json::<TwoLists>(body).map(drop)
    }

    #[test]
    fn a_list_that_is_null_does_not_keep_another_one_from_being_salvaged() {
        let text = r#"{"numbers":[1,"two",3],"names":null}"#;
        let error = check(text.as_bytes()).unwrap_err();
        let salvaged = salvage(text, &["numbers", "names"], &error, &check).unwrap();
        let body = String::from_utf8(salvaged.body).unwrap();
        assert_eq!(body, r#"{"names":null,"numbers":[1,3]}"#);
        assert_eq!(salvaged.rejected[0].path(), "numbers[1]");
    }
}
