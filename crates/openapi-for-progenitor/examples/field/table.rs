//! The outcome of a run as a table, and a line for each document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::trial::{Ending, Trial};
use openapi_canonical::losses::Loss;

/// Returns the table in Markdown: endings by reason, then dropped parts by reason.
pub(super) fn render(trials: &[Trial]) -> String {
    let taken = trials.iter().filter(|trial| trial.is_taken()).count();
    let share = taken * 1000 / trials.len().max(1);
    let mut text = format!(
        "{} documents, {taken} taken: {}.{} %\n\n| documents | outcome | for example |\n|---:|---|---|\n",
        trials.len(),
        share / 10,
        share % 10
    );
    for (count, reason, example) in counted(
        trials
            .iter()
            .map(|trial| (reason(trial), trial.name.as_str())),
    ) {
        let _ = writeln!(text, "| {count} | {reason} | {example} |");
    }
    let parts = trials.iter().flat_map(|trial| {
        let parts = trial.losses.iter();
        parts.map(|Loss { what, .. }| (without_numbers(&general(what)), trial.name.as_str()))
    });
    let parts = counted(parts);
    let all: usize = parts.iter().map(|(count, ..)| count).sum();
    let _ = writeln!(
        text,
        "\n{all} parts dropped\n\n| parts | what and why | for example |\n|---:|---|---|"
    );
    for (count, what, example) in parts {
        let _ = writeln!(text, "| {count} | {what} | {example} |");
    }
    text
}

/// Counts equal texts, most frequent first, with the first example of each.
fn counted<'a>(found: impl Iterator<Item = (String, &'a str)>) -> Vec<(usize, String, &'a str)> {
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (what, example) in found {
        counts.entry(what).or_insert((0, example)).0 += 1;
    }
    let mut counted: Vec<_> = counts
        .into_iter()
        .map(|(what, (count, example))| (count, what, example))
        .collect();
    counted.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    counted
}

fn reason(trial: &Trial) -> String {
    match &trial.ending {
        Ending::Taken if trial.losses.is_empty() => "taken, nothing dropped".to_owned(),
        Ending::Taken => "taken, parts dropped".to_owned(),
        Ending::Refused(sentence) => format!("refused: {}", general(sentence)),
        Ending::NotTaken(text) => format!("not taken: {}", general(text)),
        Ending::Collides(text) => format!("NAMES COLLIDE: {}", general(text)),
        Ending::Incomplete(text) => format!("NOT BY STATUS: {}", general(text)),
        Ending::WePanicked(text) => format!("THE NORMALISER PANICKED: {}", general(text)),
        Ending::GeneratorPanicked(text) => format!("THE GENERATOR PANICKED: {}", general(text)),
    }
}

/// Returns a sentence on one line, with a dot in place of each value between backticks.
fn general(text: &str) -> String {
    const LONGEST: usize = 160;
    let line = text.lines().next().unwrap_or_default();
    let mut general = String::new();
    for (index, piece) in line.split('`').enumerate() {
        general.push_str(if index % 2 == 1 { "`…`" } else { piece });
    }
    general.replace('|', "/").chars().take(LONGEST).collect()
}

/// Replaces every number by a dot, so that statuses are counted together.
fn without_numbers(text: &str) -> String {
    let mut pieces = text.split(|character: char| character.is_ascii_digit());
    let mut general = pieces.next().unwrap_or_default().to_owned();
    let mut is_number = false;
    for piece in pieces {
        if !is_number {
            general.push('…');
        }
        general.push_str(piece);
        is_number = piece.is_empty();
    }
    general
}

/// Writes a line for each document, and below it a line for each dropped part.
pub(super) fn details(trials: &[Trial]) -> String {
    let mut text = String::new();
    for trial in trials {
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}\t{} ms\t{}",
            trial.name,
            trial.version,
            trial.bytes,
            trial.operations,
            trial.losses.len(),
            trial.took.as_millis(),
            whole(trial)
        );
        for Loss { pointer, what } in &trial.losses {
            let _ = writeln!(text, "\t{pointer}: {what}");
        }
    }
    text
}

fn whole(trial: &Trial) -> String {
    match &trial.ending {
        Ending::Taken => "taken".to_owned(),
        Ending::Refused(text)
        | Ending::NotTaken(text)
        | Ending::Collides(text)
        | Ending::Incomplete(text)
        | Ending::WePanicked(text)
        | Ending::GeneratorPanicked(text) => {
            format!("{}: {}", reason(trial), text.replace(['\n', '\t'], " "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn trial(name: &str, ending: Ending, losses: &[&str]) -> Trial {
        Trial {
            name: name.to_owned(),
            bytes: 4000,
            version: "3.0.0".to_owned(),
            operations: 1,
            losses: losses.iter().map(|what| Loss::new("/a", *what)).collect(),
            took: Duration::ZERO,
            ending,
        }
    }

    #[test]
    fn reasons_are_counted_without_their_values() {
        let trials = [
            trial(
                "a",
                Ending::Taken,
                &["the response 200 as `x`", "the response 404 as `y`"],
            ),
            trial("b", Ending::Refused("refers to `b`|".to_owned()), &[]),
            trial("c", Ending::Refused("refers to `c`|\nmore".to_owned()), &[]),
            trial(
                "d",
                Ending::GeneratorPanicked("method.rs:1220: it did".to_owned()),
                &[],
            ),
        ];
        insta::assert_snapshot!(render(&trials), @r"
        4 documents, 1 taken: 25.0 %

        | documents | outcome | for example |
        |---:|---|---|
        | 2 | refused: refers to `…`/ | b |
        | 1 | THE GENERATOR PANICKED: method.rs:1220: it did | d |
        | 1 | taken, parts dropped | a |

        2 parts dropped

        | parts | what and why | for example |
        |---:|---|---|
        | 2 | the response … as `…` | a |
        ");
        assert_eq!(
            details(&trials[..1]),
            "a\t3.0.0\t4000\t1\t2\t0 ms\ttaken\n\t/a: the response 200 as `x`\n\t/a: the response 404 as `y`\n"
        );
    }
}
