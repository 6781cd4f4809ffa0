//! Whom a kind of change breaks, and why: the policy of the report, as one table.

use super::change::{Direction, Kind};

/// What a kind of change means for one side.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) breaks: bool,
    pub(crate) reason: &'static str,
}

const fn breaking(reason: &'static str) -> Verdict {
    Verdict {
        breaks: true,
        reason,
    }
}

const fn fine(reason: &'static str) -> Verdict {
    Verdict {
        breaks: false,
        reason,
    }
}

/// Whether a change breaks whoever sends such a value, or whoever reads it. What is as true of both is told once.
pub(crate) fn verdict(kind: Kind, direction: Direction) -> Verdict {
    match direction {
        Direction::Request => for_callers(kind),
        Direction::Answer => for_readers(kind),
    }
}

fn for_callers(kind: Kind) -> Verdict {
    match kind {
        Kind::OperationRemoved => breaking("calls of it fail"),
        Kind::ParameterRemoved => breaking("what is sent for it is ignored or refused"),
        Kind::RequiredParameterAdded
        | Kind::ParameterRequired
        | Kind::RequiredBodyAdded
        | Kind::BodyRequired
        | Kind::RequiredFieldAdded
        | Kind::FieldRequired => breaking("requests without it are refused"),
        Kind::BodyRemoved | Kind::FieldRemoved => {
            breaking("what is sent for it is ignored or refused")
        }
        Kind::SerialisationChanged => breaking("what is sent as before is not understood"),
        Kind::MediaTypeRemoved => breaking("bodies of that type are refused"),
        Kind::ScopeNeeded | Kind::ScopeNotAccepted => {
            breaking("tokens that were sufficient are refused")
        }
        Kind::TokenNeeded => breaking("calls without a token are refused"),
        Kind::GateAdded => breaking("accounts that do not meet it are refused"),
        Kind::FurtherFieldsRefused => breaking("requests with further fields are refused"),
        Kind::NullRefused => breaking("requests with null are refused"),
        Kind::TypeChanged | Kind::TypeNarrowed | Kind::FormatAdded | Kind::FormatChanged => {
            breaking("values as before are refused")
        }
        Kind::ValueRemoved | Kind::Closed => breaking("values that were taken are refused"),
        Kind::VariantRemoved => breaking("values of that form are refused"),
        Kind::LimitTightened | Kind::LimitChanged => breaking("values that were taken are refused"),
        Kind::OperationAdded => fine("nothing calls it yet"),
        Kind::OperationDeprecated => fine("it still works"),
        Kind::ParameterAdded | Kind::BodyAdded | Kind::FieldAdded => {
            fine("requests without it are as good as before")
        }
        Kind::SuccessAdded | Kind::SuccessRemoved | Kind::FailureAdded | Kind::FailureRemoved => {
            fine("nothing is sent otherwise")
        }
        Kind::DefaultChanged => breaking("requests that leave it out mean something else now"),
        Kind::Silenced => fine("the documented shape stands in"),
        Kind::Specified => fine("nothing was said before"),
        Kind::ParameterOptional
        | Kind::BodyOptional
        | Kind::MediaTypeAdded
        | Kind::ScopeNotNeeded
        | Kind::ScopeAccepted
        | Kind::TokenNotNeeded
        | Kind::GateRemoved
        | Kind::FieldOptional
        | Kind::FurtherFieldsAllowed
        | Kind::NullAllowed
        | Kind::TypeWidened
        | Kind::FormatRemoved
        | Kind::ValueAdded
        | Kind::Opened
        | Kind::VariantAdded
        | Kind::LimitLoosened => fine("what was taken still is"),
    }
}

fn for_readers(kind: Kind) -> Verdict {
    match kind {
        Kind::FieldRemoved => breaking("readers that count on it find nothing"),
        Kind::FieldOptional => breaking("it may be missing where it was promised"),
        Kind::BodyRemoved => breaking("readers of the body find nothing"),
        Kind::MediaTypeRemoved => breaking("readers of that type find another"),
        Kind::SuccessAdded => breaking("readers meet a success that they do not know"),
        Kind::SuccessRemoved => breaking("readers wait in vain for it"),
        Kind::NullAllowed => breaking("readers meet null where a value was promised"),
        Kind::TypeChanged | Kind::TypeWidened => breaking("values do not decode as before"),
        Kind::FormatRemoved | Kind::FormatChanged => {
            breaking("values may not be of the format that readers expect")
        }
        Kind::VariantAdded => breaking("readers meet a form that they do not know"),
        Kind::FieldAdded | Kind::RequiredFieldAdded => fine("readers ignore what they do not know"),
        Kind::ValueAdded | Kind::Opened => fine("readers keep values that they do not know"),
        Kind::FailureAdded => fine("failures are read whatever their status"),
        Kind::FailureRemoved | Kind::ValueRemoved | Kind::VariantRemoved => {
            fine("it is just not met any more")
        }
        Kind::FieldRequired
        | Kind::NullRefused
        | Kind::TypeNarrowed
        | Kind::FormatAdded
        | Kind::Closed => fine("more is promised than before"),
        Kind::BodyAdded | Kind::RequiredBodyAdded | Kind::MediaTypeAdded => {
            fine("readers ignore what they do not know")
        }
        Kind::LimitTightened | Kind::LimitLoosened | Kind::LimitChanged => {
            fine("no limit fails a decode")
        }
        Kind::FurtherFieldsAllowed | Kind::FurtherFieldsRefused => {
            fine("readers ignore what they do not know")
        }
        Kind::Silenced => fine("the documented shape stands in"),
        Kind::Specified => fine("nothing was said before"),
        Kind::OperationAdded
        | Kind::OperationRemoved
        | Kind::OperationDeprecated
        | Kind::ParameterAdded
        | Kind::RequiredParameterAdded
        | Kind::ParameterRemoved
        | Kind::ParameterRequired
        | Kind::ParameterOptional
        | Kind::SerialisationChanged
        | Kind::BodyRequired
        | Kind::BodyOptional
        | Kind::ScopeNeeded
        | Kind::ScopeNotNeeded
        | Kind::ScopeAccepted
        | Kind::ScopeNotAccepted
        | Kind::TokenNeeded
        | Kind::TokenNotNeeded
        | Kind::GateAdded
        | Kind::GateRemoved
        | Kind::DefaultChanged => fine("answers are as before"),
    }
}
