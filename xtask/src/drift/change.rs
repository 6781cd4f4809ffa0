//! One change: where, what, and which operations it reaches.

use std::collections::BTreeSet;

use serde::Serialize;

use super::verdict::{Verdict, verdict};

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

/// Declares the kinds of changes, and what each is called in a sentence.
macro_rules! kinds {
    ($($kind:ident: $words:literal,)*) => {
        /// What kind of change it is.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum Kind {
            $($kind,)*
        }

        impl Kind {
            #[cfg(test)]
            pub(crate) const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// A phrase after the place; the name of what it is about, if there is one, follows it.
            fn words(self) -> &'static str {
                match self {
                    $(Kind::$kind => $words,)*
                }
            }
        }
    };
}

kinds! {
    OperationAdded: "new operation",
    OperationRemoved: "operation removed",
    OperationDeprecated: "deprecated",
    ParameterAdded: "new optional parameter",
    RequiredParameterAdded: "new required parameter",
    ParameterRemoved: "parameter removed",
    ParameterRequired: "parameter now required",
    ParameterOptional: "parameter no longer required",
    SerialisationChanged: "written otherwise",
    BodyAdded: "new optional body",
    RequiredBodyAdded: "new required body",
    BodyRemoved: "body removed",
    BodyRequired: "body now required",
    BodyOptional: "body no longer required",
    MediaTypeAdded: "new media type",
    MediaTypeRemoved: "media type removed",
    SuccessAdded: "new success",
    SuccessRemoved: "success removed",
    FailureAdded: "new failure",
    FailureRemoved: "failure removed",
    ScopeNeeded: "scope now needed",
    ScopeNotNeeded: "scope no longer needed",
    ScopeAccepted: "further scope accepted",
    ScopeNotAccepted: "scope no longer accepted",
    TokenNeeded: "token now needed",
    TokenNotNeeded: "token no longer needed",
    GateAdded: "now behind",
    GateRemoved: "no longer behind",
    FieldAdded: "new field",
    RequiredFieldAdded: "new required field",
    FieldRemoved: "field removed",
    FieldRequired: "field now required",
    FieldOptional: "field no longer required",
    FurtherFieldsAllowed: "further fields now allowed",
    FurtherFieldsRefused: "further fields no longer allowed",
    NullAllowed: "may now be null",
    NullRefused: "no longer null",
    TypeChanged: "type changed",
    TypeWidened: "type widened",
    TypeNarrowed: "type narrowed",
    FormatAdded: "now of the format",
    FormatRemoved: "no longer of the format",
    FormatChanged: "format changed",
    ValueAdded: "new value",
    ValueRemoved: "value removed",
    Opened: "no longer one of a list of values",
    Closed: "now one of a list of values",
    VariantAdded: "new variant",
    VariantRemoved: "variant removed",
    LimitTightened: "limit tightened",
    LimitLoosened: "limit loosened",
    LimitChanged: "limit changed",
    DefaultChanged: "default changed",
    Silenced: "no longer described",
    Specified: "described for the first time",
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
            .map(move |direction| (*direction, verdict(kind, *direction)))
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
