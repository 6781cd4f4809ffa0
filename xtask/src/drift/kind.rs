//! What kinds of changes there are, what each is called, and whom it breaks: the policy of the report, as one table.

use serde::Serialize;

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

/// Declares the kinds: each with a phrase that follows the place, the verdict for callers and the one for readers.
macro_rules! kinds {
    ($($kind:ident: $words:literal, $callers:expr, $readers:expr;)*) => {
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
            pub(super) fn words(self) -> &'static str {
                match self {
                    $(Kind::$kind => $words,)*
                }
            }

            /// Whether it breaks whoever sends such a value, or whoever reads it. What is as true of both is told once.
            pub(crate) fn verdict(self, direction: Direction) -> Verdict {
                let (callers, readers) = match self {
                    $(Kind::$kind => ($callers, $readers),)*
                };
                match direction {
                    Direction::Request => callers,
                    Direction::Answer => readers,
                }
            }
        }
    };
}

kinds! {
    ServerMoved: "served at another address",
        breaking("calls of the old address may fail"),
        fine("answers are as before");
    OperationAdded: "new operation",
        fine("nothing calls it yet"),
        fine("answers are as before");
    OperationRemoved: "operation removed",
        breaking("calls of it fail"),
        fine("answers are as before");
    Deprecated: "deprecated",
        fine("it still works"),
        fine("it is still answered");
    NoLongerDeprecated: "no longer deprecated",
        fine("it worked and works"),
        fine("it was and is answered");
    ParameterAdded: "new optional parameter",
        fine("requests without it are as good as before"),
        fine("answers are as before");
    RequiredParameterAdded: "new required parameter",
        breaking("requests without it are refused"),
        fine("answers are as before");
    ParameterRemoved: "parameter removed",
        breaking("what is sent for it is ignored or refused"),
        fine("answers are as before");
    ParameterRequired: "parameter now required",
        breaking("requests without it are refused"),
        fine("answers are as before");
    ParameterOptional: "parameter no longer required",
        fine("what was taken still is"),
        fine("answers are as before");
    ParameterDeprecated: "parameter deprecated",
        fine("it still works"),
        fine("answers are as before");
    ParameterNoLongerDeprecated: "parameter no longer deprecated",
        fine("it worked and works"),
        fine("answers are as before");
    SerialisationChanged: "written otherwise",
        breaking("what is sent as before is not understood"),
        fine("answers are as before");
    BodyAdded: "new optional body",
        fine("requests without it are as good as before"),
        fine("answers are as before");
    RequiredBodyAdded: "new required body",
        breaking("requests without it are refused"),
        fine("answers are as before");
    BodyRemoved: "body removed",
        breaking("what is sent for it is ignored or refused"),
        breaking("readers of the body find nothing");
    BodyRequired: "body now required",
        breaking("requests without it are refused"),
        fine("answers are as before");
    BodyOptional: "body no longer required",
        fine("what was taken still is"),
        fine("answers are as before");
    MediaTypeAdded: "new media type",
        fine("what was taken still is"),
        fine("readers ignore what they do not know");
    MediaTypeRemoved: "media type removed",
        breaking("bodies of that type are refused"),
        breaking("readers of that type find another");
    SuccessAdded: "new success",
        fine("nothing is sent otherwise"),
        breaking("readers meet a success that they do not know");
    SuccessRemoved: "success removed",
        fine("nothing is sent otherwise"),
        breaking("readers wait in vain for it");
    FailureAdded: "new failure",
        fine("nothing is sent otherwise"),
        fine("failures are read whatever their status");
    FailureRemoved: "failure removed",
        fine("nothing is sent otherwise"),
        fine("it is just not met any more");
    StatusesNarrowed: "told status by status, no longer as",
        fine("nothing is sent otherwise"),
        fine("others are just not met any more");
    StatusesWidened: "told of every status of",
        fine("nothing is sent otherwise"),
        fine("they are of the forms that are told of them all");
    ScopeNeeded: "scope now needed",
        breaking("tokens that were sufficient are refused"),
        fine("answers are as before");
    ScopeNotNeeded: "scope no longer needed",
        fine("what was taken still is"),
        fine("answers are as before");
    ScopeAccepted: "further scope accepted",
        fine("what was taken still is"),
        fine("answers are as before");
    ScopeNotAccepted: "scope no longer accepted",
        breaking("tokens that were sufficient are refused"),
        fine("answers are as before");
    TokenNeeded: "token now needed",
        breaking("calls without a token are refused"),
        fine("answers are as before");
    TokenNotNeeded: "token no longer needed",
        fine("what was taken still is"),
        fine("answers are as before");
    CredentialNeeded: "credential now needed",
        breaking("calls without it are refused"),
        fine("answers are as before");
    CredentialNotNeeded: "credential no longer needed",
        fine("what was taken still is"),
        fine("answers are as before");
    CredentialAccepted: "further credential accepted",
        fine("what was taken still is"),
        fine("answers are as before");
    CredentialNotAccepted: "credential no longer accepted",
        breaking("calls with it alone are refused"),
        fine("answers are as before");
    CredentialMoved: "credential now obtained elsewhere:",
        breaking("it cannot be obtained as before"),
        fine("answers are as before");
    GateAdded: "now behind",
        breaking("accounts that do not meet it are refused"),
        fine("answers are as before");
    GateRemoved: "no longer behind",
        fine("what was taken still is"),
        fine("answers are as before");
    FieldAdded: "new field",
        fine("requests without it are as good as before"),
        fine("readers ignore what they do not know");
    RequiredFieldAdded: "new required field",
        breaking("requests without it are refused"),
        fine("readers ignore what they do not know");
    FieldRemoved: "field removed",
        breaking("what is sent for it is ignored or refused"),
        breaking("readers that count on it find nothing");
    FieldRequired: "field now required",
        breaking("requests without it are refused"),
        fine("more is promised than before");
    FieldOptional: "field no longer required",
        fine("what was taken still is"),
        breaking("it may be missing where it was promised");
    FurtherFieldsAllowed: "further fields now allowed",
        fine("what was taken still is"),
        fine("readers ignore what they do not know");
    FurtherFieldsRemoved: "further fields removed",
        breaking("requests with further fields are refused"),
        breaking("readers that count on them find none");
    FurtherFieldsRefused: "further fields no longer allowed",
        breaking("requests with further fields are refused"),
        fine("readers ignore what they do not know");
    NullAllowed: "may now be null",
        fine("what was taken still is"),
        breaking("readers meet null where a value was promised");
    NullRefused: "no longer null",
        breaking("requests with null are refused"),
        fine("more is promised than before");
    TypeChanged: "type changed",
        breaking("values as before are refused"),
        breaking("values may not decode as before");
    TypeWidened: "type widened",
        fine("what was taken still is"),
        breaking("values may not decode as before");
    TypeNarrowed: "type narrowed",
        breaking("values as before are refused"),
        fine("more is promised than before");
    TextAccepted: "another type that accepts the same text,",
        fine("its values are written as before"),
        fine("answers are as before");
    FormatAdded: "now of the format",
        breaking("values as before are refused"),
        fine("more is promised than before");
    FormatRemoved: "no longer of the format",
        fine("what was taken still is"),
        breaking("values may not be of the format that readers expect");
    FormatChanged: "format changed",
        breaking("values as before are refused"),
        breaking("values may not be of the format that readers expect");
    FormatToldOtherwise: "told to be of another format",
        fine("formats of this kind are hints"),
        fine("formats of this kind are hints");
    ValueAdded: "new value",
        fine("what was taken still is"),
        fine("readers keep values that they do not know");
    ValueRemoved: "value removed",
        breaking("values that were taken are refused"),
        fine("it is just not met any more");
    Opened: "no longer one of a list of values",
        fine("what was taken still is"),
        fine("readers keep values that they do not know");
    Closed: "now one of a list of values",
        breaking("values that were taken are refused"),
        fine("more is promised than before");
    VariantAdded: "new variant",
        fine("what was taken still is"),
        breaking("readers meet a form that they do not know");
    VariantRemoved: "variant removed",
        breaking("values of that form are refused"),
        fine("it is just not met any more");
    VariantsOverlap: "a value may now fit two variants, of which it must fit one:",
        breaking("values that fit both are refused"),
        fine("no value fits both");
    LimitTightened: "limit tightened",
        breaking("values that were taken are refused"),
        fine("no limit fails a decode");
    LimitLoosened: "limit loosened",
        fine("what was taken still is"),
        fine("no limit fails a decode");
    LimitChanged: "limit changed",
        breaking("values that were taken are refused"),
        fine("no limit fails a decode");
    DefaultChanged: "default changed",
        breaking("requests that leave it out mean something else now"),
        fine("answers are as before");
    DiscriminatorChanged: "told apart otherwise",
        breaking("values as before are taken for other forms"),
        breaking("readers take values for other forms");
    Unfinished: "not compared, as it leads to too much",
        breaking("nobody knows what is below"),
        breaking("nobody knows what is below");
    Silenced: "no longer described",
        fine("what was taken still is"),
        breaking("values may be of any form");
    Untold: "told nowhere in the document any more:",
        fine("a document without words for it denies nothing"),
        fine("a document without words for it denies nothing");
    Specified: "now described",
        breaking("values of other forms are refused"),
        fine("more is promised than before");
    FirstTold: "told for the first time in the document:",
        fine("nothing of the kind was said before"),
        fine("nothing of the kind was said before");
}
