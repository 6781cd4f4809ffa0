//! Salvage of a body in parts: every element of its lists is tried by itself.

use std::borrow::Cow;

use opentrain_api::runtime::DecodeError;
use serde_json::value::RawValue;
use tracing::debug;

use super::{Attempt, in_list, lenient};
use crate::error::{BadElement, Members};

/// Number of elements beyond which a body is not salvaged: ten times the longest list that is documented.
const MOST_ELEMENTS: usize = 50_000;
/// Number of bytes of a member up to which it takes part in trying single elements.
const SMALL_MEMBER: usize = 1_000;

/// A body in parts: its lists in elements, and its other members.
pub(super) struct Parts<'a> {
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
    pub(super) fn split(text: &'a str, names: &[&'static str]) -> Option<Self> {
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

    /// Tries every element by itself. True if the last attempt succeeded with all elements that decode.
    pub(super) fn salvage(mut self, attempt: Attempt<'_>) -> bool {
        if attempt(&self.body(&self.frame, |_| None), &[]).is_err() {
            let Some(frame) = self.repaired_frame(attempt) else {
                return false;
            };
            self.frame = frame;
        }
        let small = self.small_frame.take();
        self.small_frame = small.filter(|small| attempt(&self.body(small, |_| None), &[]).is_ok());
        for list in 0..self.lists.len() {
            for element in 0..self.lists[list].elements.len() {
                self.examine(list, element, attempt);
            }
        }
        let body = self.whole();
        attempt(&body, &self.rejected()).is_ok()
    }

    fn repaired_frame(&self, attempt: Attempt<'_>) -> Option<String> {
        let repaired = lenient::repair(&format!("{{{}}}", self.frame))?;
        let frame = String::from(repaired.strip_prefix('{')?.strip_suffix('}')?);
        attempt(&self.body(&frame, |_| None), &[]).ok()?;
        debug!("read the members of a list's response leniently");
        Some(frame)
    }

    /// Tries an element by itself, exactly and then leniently.
    fn examine(&mut self, list: usize, element: usize, attempt: Attempt<'_>) {
        let of = &self.lists[list];
        let candidate = &of.elements[element];
        let mut alone = |text: &str| {
            let frame = self.small_frame.as_ref().unwrap_or(&self.frame);
            let body = self.body(frame, |other| {
                (other.name == of.name).then(|| String::from(text))
            });
            attempt(&body, &[])
        };
        let Err(mut fault) = alone(candidate.raw) else {
            return;
        };
        let repaired = lenient::repair(candidate.raw).filter(|text| alone(text).is_ok());
        let path = in_list(of.name, candidate.index, &fault.path);
        if repaired.is_some() {
            debug!(path, "read leniently");
        }
        let candidate = &mut self.lists[list].elements[element];
        candidate.text = repaired.map(Cow::Owned);
        fault.path = path;
        candidate.fault = Some(fault);
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

    /// Returns the elements that do not decode.
    fn rejected(&self) -> Vec<BadElement> {
        let elements = self.lists.iter().flat_map(|list| &list.elements);
        let bad = elements.filter(|element| element.text.is_none());
        bad.filter_map(|element| {
            let raw = String::from(element.raw);
            Some(BadElement::new(element.index, element.fault.clone()?, raw))
        })
        .collect()
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
