//! Impact of a change on the hand-written code: the lines that name the changed item, and the compiler's errors.

mod code;
mod compile;
mod folders;
mod messages;
mod operations;
mod place;
mod types;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use crate::report::{Entry, Verification};
use code::Code;
pub(crate) use compile::{Compilation, compile};
use messages::Failure;
use openapi_canonical::Result;
use openapi_drift::Change;
pub(crate) use words::Vocabulary;
use words::{Naming, Words};

/// The hand-written crate over the generated one.
const HAND_WRITTEN: &str = "crates/opentrain";

/// Returns each change with the lines of hand-written code that name it.
pub(crate) fn entries(
    root: &Path,
    vocabulary: &Vocabulary,
    changes: Vec<Change>,
) -> Result<Vec<Entry>> {
    let code = Code::read(root, HAND_WRITTEN)?;
    let entry = |change| {
        let touches = code.lines_of(&Words::of(&change, vocabulary));
        Entry {
            change,
            touches,
            failures: Vec::new(),
        }
    };
    Ok(changes.into_iter().map(entry).collect())
}

/// Adds each compiler error to the change that it names. The result has the errors that no change explains.
pub(crate) fn blame(
    entries: &mut [Entry],
    vocabulary: &Vocabulary,
    compilation: Compilation,
) -> Verification {
    let failures = match compilation {
        Compilation::Skipped(why) => return Verification::Skipped(why),
        Compilation::Unknown(why) => return Verification::Unknown(why),
        Compilation::Passed => return Verification::Passed,
        Compilation::Failed(failures) => failures,
    };
    let words = entries
        .iter()
        .map(|entry| Words::of(&entry.change, vocabulary));
    let words: Vec<Words> = words.collect();
    let mut unexplained = Vec::new();
    for failure in failures {
        let mut culprits = culprits(entries, &words, &failure, &failure.words);
        if culprits.is_empty() {
            culprits = self::culprits(entries, &words, &failure, &failure.context);
        }
        for index in &culprits {
            entries[*index].failures.push(failure.sentence.clone());
        }
        if culprits.is_empty() {
            unexplained.push(failure.sentence);
        }
    }
    Verification::Failed(unexplained)
}

/// The changes that a failure names most closely, in the order of [`Naming`]. Of these those that break something, if any does.
fn culprits(
    entries: &[Entry],
    words: &[Words],
    failure: &Failure,
    named: &BTreeSet<String>,
) -> Vec<usize> {
    let naming = |(words, entry): (&Words, &Entry)| {
        let is_touched = entry.touches.iter().any(|lines| failure.is_in(lines));
        let least = if is_touched {
            Naming::Line
        } else {
            Naming::None
        };
        words.naming(named).max(least)
    };
    let namings: Vec<Naming> = words.iter().zip(entries).map(naming).collect();
    let closest = namings.iter().max().copied().unwrap_or(Naming::None);
    if closest == Naming::None {
        return Vec::new();
    }
    let named = (0..entries.len()).filter(|index| namings[*index] == closest);
    let (breaking, others): (Vec<usize>, Vec<usize>) =
        named.partition(|index| entries[*index].change.is_breaking());
    if breaking.is_empty() {
        others
    } else {
        breaking
    }
}
