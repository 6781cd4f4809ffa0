//! An OpenAPI 3.1 document as a 3.0.3 document, with the meaning kept.
//!
//! Everything after this knows 3.0 only. What 3.0 cannot say is left out, and each such place is told. Data (examples,
//! defaults, constants, extensions) is never read as a schema, and a property called like a keyword is a property.

mod beyond;
mod choices;
mod constants;
mod hoist;
mod left_out;
mod outline;
mod relative;
mod schema;
mod types;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) use constants::kind_of;

use crate::dangling;
use crate::document;
use crate::error::Result;

/// The version that everything after this knows.
const VERSION: &str = "3.0.3";

/// What it took to make a document one of 3.0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rewrites {
    /// How often each rewrite was made.
    pub(crate) counts: BTreeMap<&'static str, usize>,
    /// What 3.0 has no words for.
    pub(crate) left_out: Vec<LeftOut>,
    /// What no comparison of 3.0 forms can see, each with a pointer to where it is said.
    pub(crate) beyond: BTreeMap<String, String>,
}

/// Something that a document says and its 3.0 form does not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LeftOut {
    /// A JSON pointer into the document whose references outside schemas are resolved.
    pub(crate) pointer: String,
    pub(crate) what: String,
}

impl LeftOut {
    pub(crate) fn new(pointer: &str, what: impl Into<String>) -> LeftOut {
        LeftOut {
            pointer: pointer.to_owned(),
            what: what.into(),
        }
    }
}

impl Rewrites {
    /// Where the one document says something that the other does not say, and no comparison of their 3.0 forms can see it.
    pub(crate) fn uncompared(&self, other: &Rewrites) -> Vec<String> {
        let lacks = |one: &Rewrites, other: &Rewrites| {
            let said = one.beyond.iter();
            let only = said.filter(|(what, _)| !other.beyond.contains_key(*what));
            only.map(|(_, pointer)| pointer.clone()).collect()
        };
        let (mut pointers, others): (Vec<String>, Vec<String>) =
            (lacks(self, other), lacks(other, self));
        pointers.extend(others);
        pointers.sort();
        pointers.dedup();
        pointers
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn leave_out(&mut self, pointer: &str, what: impl Into<String>) {
        self.left_out.push(LeftOut::new(pointer, what));
    }
}

/// The document in its 3.0 form; one that is of 3.0 already stays as it is. What needs a reference that leads nowhere is left
/// out. `place` is what sentences call it.
pub(crate) fn convert(document: Value, place: &str) -> Result<(Value, Rewrites)> {
    let mut rewrites = Rewrites {
        beyond: beyond::gather(&document),
        ..Rewrites::default()
    };
    let mut source = document;
    if !document::is_newer(&source) {
        dangling::take_out(&mut source, &mut rewrites.left_out);
        document::check_references(&source, place)?;
        return Ok((source, rewrites));
    }
    relative::make_absolute(&mut source, &mut rewrites);
    dangling::take_out(&mut source, &mut rewrites.left_out);
    document::check_references(&source, place)?;
    let mut converted = source.clone();
    outline::simplify(&mut converted, &mut rewrites);
    outline::for_each_root(&mut converted, &mut |root, pointer| {
        schema::convert(root, pointer, &source, &mut rewrites);
    });
    hoist::hoist(&mut converted, &source, &mut rewrites);
    converted["openapi"] = json!(VERSION);
    Ok((converted, rewrites))
}
