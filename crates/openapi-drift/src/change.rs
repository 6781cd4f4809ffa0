//! A change: its location, what changed, and the operations that it reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::{Direction, Kind, Verdict};

/// Difference in one location, without the operations that it reaches.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Finding {
    /// Location: the operation (`GET /jobs`), or the component and the path inside it (`Job.tags[]`).
    pub location: String,
    /// Kind of the change; it decides the effect.
    pub kind: Kind,
    /// Name of the field, value, parameter or other part that changed, if it has one in that location.
    pub name: Option<String>,
    /// Earlier value.
    pub before: Option<String>,
    /// Later value.
    pub after: Option<String>,
}

impl Finding {
    pub(super) fn new(location: impl Into<String>, kind: Kind) -> Finding {
        Finding {
            location: location.into(),
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

/// Change between two documents: a finding, and the operations that it reaches.
#[derive(Clone, Debug)]
pub struct Change {
    /// Location of the change, and the difference there.
    pub finding: Finding,
    /// Operations that the change reaches, such as `GET /jobs`, by the direction of the value.
    reach: BTreeMap<Direction, BTreeSet<String>>,
}

impl Change {
    pub(super) fn new(finding: Finding, reach: BTreeMap<Direction, BTreeSet<String>>) -> Change {
        Change { finding, reach }
    }

    /// Returns the effect in each direction of the value.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = (Direction, Verdict)> {
        let kind = self.finding.kind;
        self.reach
            .keys()
            .map(move |direction| (*direction, kind.verdict(*direction)))
    }

    /// True if the change breaks callers or readers.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.verdicts().any(|(_, verdict)| verdict.breaks)
    }

    /// Returns the sides that the change breaks, callers first.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        self.verdicts()
            .filter(|(_, verdict)| verdict.breaks)
            .map(|(direction, _)| direction.party())
            .collect()
    }

    /// Returns each reason why the change breaks something, with the affected sides.
    #[must_use]
    pub fn effects(&self) -> Vec<(Vec<&'static str>, &'static str)> {
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

    /// Returns the reasons why the change breaks a side; if it breaks no side, the reasons why it is harmless.
    #[must_use]
    pub fn reasons(&self) -> Vec<&'static str> {
        let is_breaking = self.is_breaking();
        let mut reasons: Vec<&str> = self
            .verdicts()
            .filter(|(_, verdict)| verdict.breaks == is_breaking)
            .map(|(_, verdict)| verdict.reason)
            .collect();
        reasons.dedup();
        reasons
    }

    /// Returns the operations in which the change breaks a side. If it breaks none, returns all operations that it
    /// reaches.
    #[must_use]
    pub fn operations(&self) -> BTreeSet<&String> {
        let is_breaking = self.is_breaking();
        let kind = self.finding.kind;
        self.reach
            .iter()
            .filter(|(direction, _)| kind.verdict(**direction).breaks == is_breaking)
            .flat_map(|(_, operations)| operations)
            .collect()
    }

    /// Returns the same operations without those that the location names.
    pub fn reached_beyond_its_location(&self) -> impl Iterator<Item = &String> {
        let location = &self.finding.location;
        let is_named = move |operation: &&String| {
            location
                .strip_prefix(operation.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        self.operations()
            .into_iter()
            .filter(move |operation| !is_named(operation))
    }

    /// Returns what changed, without the location: ``field removed `rate` ``. `quote` marks the parts that come from documents.
    pub fn what(&self, quote: impl Fn(&str) -> String) -> String {
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
