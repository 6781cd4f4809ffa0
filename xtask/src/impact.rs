//! What of our own hand-written code a change touches: the lines that name it, and what the compiler says.

mod code;
mod compile;
mod operations;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::drift::Change;
use crate::error::Result;
use crate::names;
use crate::report::{Entry, Verification};
use code::Code;
pub(crate) use compile::{Compilation, Failure, compile};
use operations::OperationNames;

/// The crate that people write over the generated one.
const HAND_WRITTEN: &str = "crates/opentrain";

/// Each change with the lines of hand-written code that name it. `derived` is the document that the client is generated from.
pub(crate) fn entries(root: &Path, derived: &Value, changes: Vec<Change>) -> Result<Vec<Entry>> {
    let code = Code::read(root, HAND_WRITTEN)?;
    let operations = OperationNames::of(derived);
    let entry = |change| {
        let touches = code.lines_of(&Words::of(&change, &operations));
        Entry {
            change,
            touches,
            failures: Vec::new(),
        }
    };
    Ok(changes.into_iter().map(entry).collect())
}

/// Puts what the compiler says beside the changes that it names. What none of them explains is in the answer.
pub(crate) fn blame(
    entries: &mut [Entry],
    derived: &Value,
    compilation: Compilation,
) -> Verification {
    let failures = match compilation {
        Compilation::Skipped(why) => return Verification::Skipped(why),
        Compilation::Passed => return Verification::Passed,
        Compilation::Failed(failures) => failures,
    };
    let operations = OperationNames::of(derived);
    let mut unexplained = Vec::new();
    for failure in failures {
        let mut explained = false;
        for entry in culprits(entries, &operations, &failure) {
            entry.failures.push(failure.sentence.clone());
            explained = true;
        }
        if !explained {
            unexplained.push(failure.sentence);
        }
    }
    Verification::Failed(unexplained)
}

/// The changes that a failure names; else those whose operation or type it names. Of either those that break something, if any does.
fn culprits<'a>(
    entries: &'a mut [Entry],
    operations: &OperationNames,
    failure: &Failure,
) -> Vec<&'a mut Entry> {
    let naming = |entry: &Entry| {
        let words = Words::of(&entry.change, operations);
        words.naming(&failure.words)
    };
    let closest = entries.iter().map(naming).max().unwrap_or(Naming::None);
    if closest == Naming::None {
        return Vec::new();
    }
    let named = entries.iter_mut().filter(|entry| naming(entry) == closest);
    let (breaking, others): (Vec<_>, Vec<_>) = named.partition(|entry| entry.change.is_breaking());
    if breaking.is_empty() {
        others
    } else {
        breaking
    }
}

/// How closely a failure names a change.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Naming {
    None,
    /// Its operation or its type.
    Owner,
    /// Its field, parameter or value.
    Detail,
}

/// How Rust code spells what a change is about.
#[derive(Debug)]
pub(crate) struct Words {
    /// Methods of the raw client.
    operations: BTreeSet<String>,
    /// The type that the place is in.
    component: Option<String>,
    /// The field, the parameter or the value itself.
    detail: Option<String>,
}

impl Words {
    fn of(change: &Change, operations: &OperationNames) -> Words {
        let reached = change.operations.iter();
        Words {
            operations: reached.filter_map(|name| operations.get(name)).collect(),
            component: component(&change.place),
            detail: detail(change),
        }
    }

    /// How closely these words name the change.
    fn naming(&self, words: &BTreeSet<String>) -> Naming {
        let is_detail =
            |detail: &String| words.contains(detail) || words.contains(&names::pascal(detail));
        if self.detail.as_ref().is_some_and(is_detail) {
            return Naming::Detail;
        }
        let mut owners = self.component.iter().chain(&self.operations);
        if owners.any(|word| words.contains(word)) {
            return Naming::Owner;
        }
        Naming::None
    }
}

/// `Job` of `Job.tags[]`; nothing of a place that is an operation's own.
fn component(place: &str) -> Option<String> {
    if place.contains(' ') {
        return None;
    }
    let name = place.split(['.', '[', '{', '|']).next()?;
    Some(names::pascal(name))
}

/// `tags` of `Job.tags[]`, unless the change names something itself.
fn detail(change: &Change) -> Option<String> {
    let own = change.name.as_deref().or_else(|| {
        let (_, last) = change.place.rsplit_once('.')?;
        last.split(['[', '{', '|']).next()
    });
    let word = names::snake(own?);
    (!word.is_empty()).then_some(word)
}
