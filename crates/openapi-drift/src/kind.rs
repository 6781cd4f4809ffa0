//! Rules of the comparison, as one table: the kinds of changes, and the effect of each on callers and on readers.

use serde::Serialize;

/// Direction of the value that changed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Direction {
    /// From callers to the service.
    Request,
    /// From the service to readers.
    Response,
}

impl Direction {
    /// Returns the side that a breaking change in this direction affects.
    pub(crate) fn party(self) -> &'static str {
        match self {
            Direction::Request => "callers",
            Direction::Response => "readers",
        }
    }
}

/// Effect of a kind of change on one side.
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

/// Declares the kinds: each with a phrase that follows the location, the verdict for callers and the verdict for
/// readers.
macro_rules! kinds {
    ($($kind:ident: $words:literal, $callers:expr, $readers:expr;)*) => {
        /// Kind of a change, and the rule that judges it.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind {
            $(#[doc = $words] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of the table.
            pub(crate) const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// Returns the phrase that follows the location. The name of a field, a value or a parameter follows the phrase.
            pub(crate) fn words(self) -> &'static str {
                match self {
                    $(Kind::$kind => $words,)*
                }
            }

            /// Returns the effect on callers, for a request, or on readers, for a response.
            pub(crate) fn verdict(self, direction: Direction) -> Verdict {
                let (callers, readers) = match self {
                    $(Kind::$kind => ($callers, $readers),)*
                };
                match direction {
                    Direction::Request => callers,
                    Direction::Response => readers,
                }
            }
        }
    };
}

kinds! {
    ServerMoved: "service moved to another address",
        breaking("calls to the old address may fail"),
        fine("responses are unchanged");
    ServerAdded: "further address",
        fine("the earlier addresses still serve"),
        fine("responses are unchanged");
    ServerRemoved: "further address removed",
        breaking("calls to it may fail"),
        fine("responses are unchanged");
    OperationAdded: "new operation",
        fine("no caller uses it yet"),
        fine("responses are unchanged");
    OperationRemoved: "operation removed",
        breaking("calls to it fail"),
        fine("responses are unchanged");
    Deprecated: "deprecated",
        fine("it still works"),
        fine("the service still sends it");
    NoLongerDeprecated: "no longer deprecated",
        fine("it still works"),
        fine("the service still sends it");
    ParameterAdded: "new optional parameter",
        fine("requests without it are still accepted"),
        fine("responses are unchanged");
    RequiredParameterAdded: "new required parameter",
        breaking("requests without it are refused"),
        fine("responses are unchanged");
    ParameterRemoved: "parameter removed",
        breaking("the service ignores or refuses a value sent for it"),
        fine("responses are unchanged");
    ParameterRequired: "parameter now required",
        breaking("requests without it are refused"),
        fine("responses are unchanged");
    ParameterOptional: "parameter no longer required",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    ParameterDeprecated: "parameter deprecated",
        fine("calls to it still work"),
        fine("responses are unchanged");
    ParameterNoLongerDeprecated: "parameter no longer deprecated",
        fine("calls to it still work"),
        fine("responses are unchanged");
    SerialisationChanged: "serialisation changed",
        breaking("values written as so far are misread or refused"),
        fine("responses are unchanged");
    PartHeaderAdded: "new optional header of a part",
        fine("requests without it are still accepted"),
        fine("readers ignore unknown headers");
    PartHeaderRequired: "header of a part now required",
        breaking("requests without it are refused"),
        fine("the service promises more than before");
    PartHeaderOptional: "header of a part no longer required",
        fine("requests accepted so far still are"),
        breaking("the header may be missing");
    PartHeaderRemoved: "header of a part removed",
        breaking("the service ignores or refuses a value sent for it"),
        breaking("the header may be missing");
    BodyAdded: "new optional body",
        fine("requests without it are still accepted"),
        fine("responses are unchanged");
    RequiredBodyAdded: "new required body",
        breaking("requests without it are refused"),
        fine("responses are unchanged");
    BodyRemoved: "body removed",
        breaking("the service ignores or refuses a value sent for it"),
        breaking("the body is missing");
    BodyRequired: "body now required",
        breaking("requests without it are refused"),
        fine("responses are unchanged");
    BodyOptional: "body no longer required",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    MediaTypeAdded: "new media type",
        fine("requests accepted so far still are"),
        fine("readers ignore unknown media types");
    MediaTypeRemoved: "media type removed",
        breaking("bodies of that media type are refused"),
        breaking("the response has another media type");
    SuccessAdded: "new success status",
        fine("requests are unchanged"),
        breaking("a success with an unknown status may come");
    SuccessRemoved: "success status removed",
        fine("requests are unchanged"),
        breaking("a success with that status no longer comes");
    FailureAdded: "new failure status",
        fine("requests are unchanged"),
        fine("failures are read with any status");
    FailureRemoved: "failure status removed",
        fine("requests are unchanged"),
        fine("readers still accept it; the service no longer sends it");
    StatusesNarrowed: "class of statuses now described status by status:",
        fine("requests are unchanged"),
        fine("readers still accept the other statuses; the service no longer sends them");
    StatusesWidened: "now described for the whole class of statuses",
        fine("requests are unchanged"),
        fine("the description of all statuses covers them");
    HeaderAdded: "new response header",
        fine("requests are unchanged"),
        fine("readers ignore unknown headers");
    HeaderRemoved: "response header removed",
        fine("requests are unchanged"),
        breaking("the header may be missing");
    HeaderRequired: "response header now always sent",
        fine("requests are unchanged"),
        fine("the service promises more than before");
    HeaderOptional: "response header no longer always sent",
        fine("requests are unchanged"),
        breaking("the header may be missing");
    ScopeNeeded: "scope now needed",
        breaking("tokens that were sufficient may be refused"),
        fine("responses are unchanged");
    ScopeNotNeeded: "scope no longer needed",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    ScopeAccepted: "further scope accepted",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    ScopeNotAccepted: "scope no longer accepted",
        breaking("tokens that were sufficient may be refused"),
        fine("responses are unchanged");
    TokenNeeded: "token now needed",
        breaking("calls without a token are refused"),
        fine("responses are unchanged");
    TokenNotNeeded: "token no longer needed",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    CredentialNeeded: "credential now needed",
        breaking("calls without it are refused"),
        fine("responses are unchanged");
    CredentialNotNeeded: "credential no longer needed",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    CredentialAccepted: "further credential accepted",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    CredentialNotAccepted: "credential no longer accepted",
        breaking("calls with it alone are refused"),
        fine("responses are unchanged");
    CredentialMoved: "credential issued at another address:",
        breaking("the old address may no longer issue it"),
        fine("responses are unchanged");
    GateAdded: "now behind the gate",
        breaking("accounts that do not meet it are refused"),
        fine("responses are unchanged");
    GateRemoved: "no longer behind the gate",
        fine("requests accepted so far still are"),
        fine("responses are unchanged");
    FieldAdded: "new field",
        fine("requests without it are still accepted"),
        fine("readers ignore unknown fields");
    RequiredFieldAdded: "new required field",
        breaking("requests without it are refused"),
        fine("readers ignore unknown fields");
    FieldRemoved: "field removed",
        breaking("the service ignores or refuses a value sent for it"),
        breaking("the field may be missing");
    FieldRequired: "field now required",
        breaking("requests without it are refused"),
        fine("the service promises more than before");
    FieldOptional: "field no longer required",
        fine("requests accepted so far still are"),
        breaking("the field may be missing");
    FieldForbidden: "field no longer allowed",
        breaking("requests with it are refused"),
        fine("the service does not send it");
    FieldAllowed: "field now allowed",
        fine("requests accepted so far still are"),
        fine("readers ignore unknown fields");
    FieldOfRest: "field now described with the further fields",
        fine("requests with it are still accepted"),
        fine("readers still find it among the further fields");
    FurtherFieldsAllowed: "further fields now allowed",
        fine("requests accepted so far still are"),
        fine("readers ignore unknown fields");
    FurtherFieldsRemoved: "further fields removed",
        breaking("requests with further fields are refused"),
        breaking("the further fields may be missing");
    FurtherFieldsRefused: "further fields no longer allowed",
        breaking("requests with further fields are refused"),
        fine("readers ignore unknown fields");
    NullAllowed: "may now be null",
        fine("requests accepted so far still are"),
        breaking("the value may be null");
    NullRefused: "no longer null",
        breaking("requests with null are refused"),
        fine("the service promises more than before");
    TypeChanged: "type changed",
        breaking("values accepted so far may be refused"),
        breaking("the value may not decode");
    TypeWidened: "type widened",
        fine("requests accepted so far still are"),
        breaking("the value may not decode");
    TypeNarrowed: "type narrowed",
        breaking("values accepted so far may be refused"),
        fine("the service promises more than before");
    TextAccepted: "another type that accepts the same text,",
        fine("its values are written as before"),
        fine("responses are unchanged");
    FormatAdded: "now of the format",
        breaking("values accepted so far may be refused"),
        fine("the service promises more than before");
    FormatRemoved: "no longer of the format",
        fine("requests accepted so far still are"),
        breaking("the value may not have the format that readers expect");
    FormatChanged: "format changed",
        breaking("values accepted so far may be refused"),
        breaking("the value may not have the format that readers expect");
    FormatHintChanged: "format hint changed",
        fine("formats of this kind are hints"),
        fine("formats of this kind are hints");
    ValueAdded: "new value",
        fine("requests accepted so far still are"),
        fine("readers keep unknown values");
    ValueRemoved: "value removed",
        breaking("values accepted so far may be refused"),
        fine("readers still accept it; the service no longer sends it");
    Opened: "no longer one of a list of values",
        fine("requests accepted so far still are"),
        fine("readers keep unknown values");
    Closed: "now one of a list of values",
        breaking("values accepted so far may be refused"),
        fine("the service promises more than before");
    NoValueAccepted: "no value is allowed any more",
        breaking("every value is refused"),
        fine("the service no longer sends a value");
    ValuesAccepted: "values are now allowed",
        fine("requests accepted so far still are"),
        breaking("a value may come that was not allowed");
    VariantAdded: "new variant",
        fine("requests accepted so far still are"),
        breaking("the value may be of an unknown variant");
    VariantRemoved: "variant removed",
        breaking("values of that variant are refused"),
        fine("readers still accept it; the service no longer sends it");
    VariantsOverlap: "a value may now fit two variants, of which it must fit one:",
        breaking("values that fit both are refused"),
        fine("no value fits both");
    OverlapRemoved: "its values no longer fit another variant too:",
        fine("values that fitted two variants were refused"),
        fine("no value fitted both");
    LimitTightened: "limit tightened",
        breaking("values accepted so far may be refused"),
        fine("the service promises more than before");
    LimitLoosened: "limit loosened",
        fine("requests accepted so far still are"),
        breaking("the value may be outside the limit that readers expect");
    LimitChanged: "limit changed",
        breaking("values accepted so far may be refused"),
        breaking("the value may be outside the limit that readers expect");
    ConditionAdded: "new condition",
        breaking("values accepted so far may be refused"),
        fine("the service promises more than before");
    ConditionRemoved: "condition removed",
        fine("requests accepted so far still are"),
        breaking("values may not meet the earlier condition");
    ConditionChanged: "condition changed",
        breaking("values accepted so far may be refused"),
        breaking("values may not meet the earlier condition");
    DeliveryAdded: "new webhook or callback",
        fine("requests are unchanged"),
        fine("no reader waits for it yet");
    DeliveryRemoved: "webhook or callback removed",
        fine("requests are unchanged"),
        breaking("the service no longer sends it");
    ResponseAccepted: "further response to it accepted:",
        fine("responses accepted so far still are"),
        fine("responses are unchanged");
    ResponseNotAccepted: "response to it no longer accepted:",
        breaking("responses with that status may count as failures"),
        fine("responses are unchanged");
    DefaultChanged: "default changed",
        breaking("requests that omit it now mean something else"),
        fine("responses are unchanged");
    DiscriminatorChanged: "discriminator changed",
        breaking("values may be taken for another variant"),
        breaking("values may be taken for another variant");
    DiscriminatorAdded: "new discriminator",
        breaking("values without its field are refused"),
        fine("the service promises more than before");
    DiscriminatorRemoved: "discriminator removed",
        fine("requests accepted so far still are"),
        breaking("its field may no longer name the variant");
    DiscriminatorValueAdded: "new discriminator value",
        fine("requests accepted so far still are"),
        breaking("readers do not know the variant of the value");
    NoLongerDescribed: "no longer described",
        fine("requests accepted so far still are"),
        breaking("the value may be of any type");
    DescribedNowhere: "no longer described anywhere in the document:",
        fine("the document describes it nowhere, so this is no evidence of a change"),
        fine("the document describes it nowhere, so this is no evidence of a change");
    Specified: "now described",
        breaking("values of other types may be refused"),
        fine("the service promises more than before");
    FirstDescribed: "first described anywhere in the document:",
        fine("the earlier document described it nowhere, so this is no evidence of a change"),
        fine("the earlier document described it nowhere, so this is no evidence of a change");
}
