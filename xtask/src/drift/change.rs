//! One change: where, what, and which operations it reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::{Direction, Kind, Verdict};

/// Something that is otherwise in one place.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    /// The operation, or the component and the way down from there: `Job.tags[]`.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    /// What it is about, if that is something with a name in that place.
    pub(crate) name: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl Finding {
    pub(super) fn new(place: impl Into<String>, kind: Kind) -> Finding {
        Finding {
            place: place.into(),
            kind,
            name: None,
            before: None,
            after: None,
        }
    }

    pub(super) fn of(mut self, name: impl Into<String>) -> Finding {
        self.name = Some(name.into());
        self
    }

    pub(super) fn between(self, before: impl Into<String>, after: impl Into<String>) -> Finding {
        self.was_and_is(Some(before.into()), Some(after.into()))
    }

    pub(super) fn was_and_is(mut self, before: Option<String>, after: Option<String>) -> Finding {
        (self.before, self.after) = (before, after);
        self
    }
}

/// A finding, and what it reaches.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) finding: Finding,
    /// The operations that it reaches, by the way that the value goes there: `GET /jobs`.
    reach: BTreeMap<Direction, BTreeSet<String>>,
}

impl Change {
    pub(super) fn new(finding: Finding, reach: BTreeMap<Direction, BTreeSet<String>>) -> Change {
        Change { finding, reach }
    }

    /// The verdict for each way that the value goes.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = (Direction, Verdict)> {
        let kind = self.finding.kind;
        self.reach
            .keys()
            .map(move |direction| (*direction, kind.verdict(*direction)))
    }

    pub(crate) fn is_breaking(&self) -> bool {
        self.verdicts().any(|(_, verdict)| verdict.breaks)
    }

    /// Who goes wrong, callers first.
    pub(crate) fn broken(&self) -> Vec<&'static str> {
        self.verdicts()
            .filter(|(_, verdict)| verdict.breaks)
            .map(|(direction, _)| direction.party())
            .collect()
    }

    /// Returns each reason why the change breaks something, with the affected sides.
    pub(crate) fn effects(&self) -> Vec<(Vec<&'static str>, &'static str)> {
        let mut effects: Vec<(Vec<&str>, &str)> = Vec::new();
        for (direction, verdict) in self.verdicts().filter(|(_, verdict)| verdict.breaks) {
            let known = effects
                .iter_mut()
                .find(|(_, reason)| *reason == verdict.reason);
            match known {
                Some((sides, _)) => sides.push(direction.party()),
                None => effects.push((vec![direction.party()], verdict.reason)),
            }
        }
        effects
    }

    /// Returns the reasons why the change breaks something; or, if it breaks nothing, why not.
    pub(crate) fn reasons(&self) -> Vec<&'static str> {
        let is_breaking = self.is_breaking();
        let mut reasons: Vec<&str> = self
            .verdicts()
            .filter(|(_, verdict)| verdict.breaks == is_breaking)
            .map(|(_, verdict)| verdict.reason)
            .collect();
        reasons.dedup();
        reasons
    }

    /// The operations in which it breaks what it breaks; or all, if it breaks nothing.
    pub(crate) fn operations(&self) -> BTreeSet<&String> {
        let is_breaking = self.is_breaking();
        let kind = self.finding.kind;
        self.reach
            .iter()
            .filter(|(direction, _)| kind.verdict(**direction).breaks == is_breaking)
            .flat_map(|(_, operations)| operations)
            .collect()
    }

    /// The same, unless the place names the only one.
    pub(crate) fn reached_beyond_its_place(&self) -> impl Iterator<Item = &String> {
        let place = &self.finding.place;
        let is_told = move |operation: &&String| {
            place
                .strip_prefix(operation.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        self.operations()
            .into_iter()
            .filter(move |operation| !is_told(operation))
    }

    /// What happened, without the place: ``field removed `rate` ``. `quote` writes what documents gave.
    pub(crate) fn what(&self, quote: impl Fn(&str) -> String) -> String {
        let Finding {
            kind,
            name,
            before,
            after,
            ..
        } = &self.finding;
        let mut text = kind.words().to_owned();
        if let Some(name) = name {
            text.push_str(&format!(" {}", quote(name)));
        }
        match (before, after) {
            (Some(before), Some(after)) => {
                text.push_str(&format!(" from {} to {}", quote(before), quote(after)));
            }
            (Some(before), None) => text.push_str(&format!(", was {}", quote(before))),
            (None, Some(after)) => text.push_str(&format!(", is {}", quote(after))),
            (None, None) => {}
        }
        text
    }
}
