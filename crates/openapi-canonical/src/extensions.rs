//! Names of the extension keys, each once. A key is a name with a beginning, `x-opentrain-` in this project's own documents.

/// Declares the names, and the keys of this project's own documents.
macro_rules! names {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: &str = $name;)*

        /// Every name.
        pub const ALL: &[&str] = &[$($name),*];

        /// Keys of this project's own documents.
        #[doc(hidden)]
        pub mod opentrain {
            /// Beginning of every key.
            pub const PREFIX: &str = "x-opentrain-";

            $($(#[$doc])* pub const $constant: &str = concat!("x-opentrain-", $name);)*

            /// Every key.
            pub const ALL: &[&str] = &[$($constant),*];
        }
    };
}

names! {
    // Written by the preparation.
    /// Schema whose variants are chosen by the status of the response.
    BY_STATUS = "by-status";
    /// Statuses of the documented errors of an operation.
    ERROR_STATUSES = "error-statuses";
    /// Limits of a value that occurs in requests only.
    LIMITS = "limits";
    /// Media type of a request body that is sent as bytes, if it is another than the generator's.
    MEDIA_TYPE = "media-type";
    /// True for an operation whose request body may be omitted.
    OPTIONAL_BODY = "optional-body";
    /// Variant for values that no other variant takes.
    OTHER = "other";
    /// Statuses of the successes of an operation.
    SUCCESS_STATUSES = "success-statuses";
    /// True for a string that has one value only.
    TAG = "tag";
    /// Media types of a request body for which no code is generated.
    UNSUPPORTED_BODY = "unsupported-body";

    // Written by hand in a document, or by a tool before the preparation.
    /// True for an operation that only a claimed account may call.
    CLAIMED_ACCOUNT = "claimed-account";
    /// Codes of the errors of a response.
    ERRORS = "errors";
    /// Origin of a documented fact.
    EVIDENCE = "evidence";
    /// Feature flag that an operation needs.
    FEATURE = "feature";
    /// True for a string that is an id.
    ID = "id";
    /// Effect of calling an operation twice.
    IDEMPOTENCY = "idempotency";
    /// Rule of the pages of an operation.
    PAGINATION = "pagination";
    /// Reasons in the details of errors.
    REASONS = "reasons";
    /// Scopes of the token that an operation needs.
    SCOPES = "scopes";
    /// True for a string that is never printed.
    SECRET = "secret";
    /// Document from which a client is generated.
    SOURCE = "source";
    /// Mark of the document that stands in for the served one.
    STAND_IN = "stand-in";
    /// True for an operation that needs no token.
    TOKENLESS = "tokenless";
    /// True for an optional parameter that is in the served document only.
    UNDOCUMENTED = "undocumented";
    /// Unit of a number.
    UNIT = "unit";
    /// Meanings of the documented values of a string.
    VALUE_DOCS = "value-docs";
    /// Origins of the documented values of a string.
    VALUE_EVIDENCE = "value-evidence";
}

/// Returns the key of a name with another beginning.
#[must_use]
pub fn key(prefix: &str, name: &str) -> String {
    format!("{prefix}{name}")
}
