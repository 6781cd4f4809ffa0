//! One change: where, what, and which operations it reaches.

use std::collections::BTreeSet;

use super::kind::{Kind, Verdict};

/// Which way the value goes that a change is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Direction {
    /// From callers to the service.
    Request,
    /// From the service to readers.
    Answer,
}

impl Direction {
    /// Who goes wrong if a change that way breaks something.
    pub(crate) fn party(self) -> &'static str {
        match self {
            Direction::Request => "callers",
            Direction::Answer => "readers",
        }
    }
}

/// A change in one place.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Change {
    /// The operation, or the component and the way down from there: `Job.tags[]`.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    /// What it is about, if that is something with a name in that place.
    pub(crate) name: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) directions: BTreeSet<Direction>,
    /// The operations that it reaches: `GET /jobs`.
    pub(crate) operations: BTreeSet<String>,
}

impl Change {
    pub(crate) fn new(place: impl Into<String>, kind: Kind) -> Change {
        Change {
            place: place.into(),
            kind,
            name: None,
            before: None,
            after: None,
            directions: BTreeSet::new(),
            operations: BTreeSet::new(),
        }
    }

    pub(crate) fn of(mut self, name: impl Into<String>) -> Change {
        self.name = Some(name.into());
        self
    }

    pub(crate) fn between(mut self, before: impl Into<String>, after: impl Into<String>) -> Change {
        self.before = Some(before.into());
        self.after = Some(after.into());
        self
    }

    /// The verdict for each way that the value goes.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = (Direction, Verdict)> {
        let kind = self.kind;
        self.directions
            .iter()
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

    /// Why it breaks what it breaks; or why nothing.
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

    /// The operations it reaches, unless its place names the only one.
    pub(crate) fn reached_beyond_its_place(&self) -> impl Iterator<Item = &String> {
        let is_told = |operation: &&String| self.place.starts_with(operation.as_str());
        self.operations
            .iter()
            .filter(move |operation| !is_told(operation))
    }

    /// What happened, without the place: ``field removed `rate` ``. `quote` writes what documents gave.
    pub(crate) fn what(&self, quote: impl Fn(&str) -> String) -> String {
        let mut text = self.kind.words().to_owned();
        if let Some(name) = &self.name {
            text.push_str(&format!(" {}", quote(name)));
        }
        match (self.before.as_deref(), self.after.as_deref()) {
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
