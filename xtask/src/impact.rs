//! Impact of a change on the hand-written code: the lines that name the changed item, and the compiler's errors.

mod code;
mod compile;
mod folders;
mod messages;
mod operations;
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
        let culprits = explanations(entries, &words, &failure);
        for index in &culprits {
            entries[*index].failures.push(failure.sentence.clone());
        }
        if culprits.is_empty() {
            unexplained.push(failure.sentence);
        }
    }
    Verification::Failed(unexplained)
}

/// Returns the changes that the words of a failure name; else those that its context names; else those that its statement names.
fn explanations(entries: &[Entry], words: &[Words], failure: &Failure) -> Vec<usize> {
    let own = culprits(entries, words, &failure.words, Naming::Around, |lines| {
        failure.is_in(lines)
    });
    let of_context = culprits(entries, words, &failure.context, Naming::Around, |_| false);
    let of_statement = culprits(
        entries,
        words,
        &failure.statement,
        Naming::Reached,
        |lines| failure.is_in_statement_of(lines),
    );
    let mut found = [own, of_context, of_statement].into_iter();
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Returns the changes that some words name most closely, in the order of [`Naming`] from `least` on, or that touch a line of which `is_touched`
/// is true. If some of them are breaking, returns only those.
fn culprits(
    entries: &[Entry],
    words: &[Words],
    named: &BTreeSet<String>,
    least: Naming,
    is_touched: impl Fn(&str) -> bool,
) -> Vec<usize> {
    let naming = |(words, entry): (&Words, &Entry)| {
        let is_touched = entry.touches.iter().any(|lines| is_touched(lines));
        let line = if is_touched {
            Naming::Line
        } else {
            Naming::None
        };
        words.naming(named).max(line)
    };
    let namings: Vec<Naming> = words.iter().zip(entries).map(naming).collect();
    let closest = namings.iter().max().copied().unwrap_or(Naming::None);
    if closest < least {
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
