//! Extension keys of the documents, each once. Those of operations and schemas come from the documentation, the others are written when
//! a document is prepared for the generator.

/// Beginning of every key of this project.
pub(crate) const PREFIX: &str = "x-opentrain-";

/// Schema whose variants are chosen by the status of the response.
pub(crate) const BY_STATUS: &str = "x-opentrain-by-status";
/// True for an operation that only a claimed account may call.
pub(crate) const CLAIMED_ACCOUNT: &str = "x-opentrain-claimed-account";
/// Statuses of the documented errors of an operation.
pub(crate) const ERROR_STATUSES: &str = "x-opentrain-error-statuses";
/// Codes of the errors of a response.
pub(crate) const ERRORS: &str = "x-opentrain-errors";
/// Origin of a documented fact.
pub(crate) const EVIDENCE: &str = "x-opentrain-evidence";
/// Feature flag that an operation needs.
pub(crate) const FEATURE: &str = "x-opentrain-feature";
/// True for a string that is an id.
pub(crate) const ID: &str = "x-opentrain-id";
/// Effect of calling an operation twice.
pub(crate) const IDEMPOTENCY: &str = "x-opentrain-idempotency";
/// Limits of a value that occurs in requests only.
pub(crate) const LIMITS: &str = "x-opentrain-limits";
/// True for an operation whose request body may be omitted.
pub(crate) const OPTIONAL_BODY: &str = "x-opentrain-optional-body";
/// Variant for values that no other variant takes.
pub(crate) const OTHER: &str = "x-opentrain-other";
/// Rule of the pages of an operation.
pub(crate) const PAGINATION: &str = "x-opentrain-pagination";
/// Reasons in the details of errors.
pub(crate) const REASONS: &str = "x-opentrain-reasons";
/// Scopes of the token that an operation needs.
pub(crate) const SCOPES: &str = "x-opentrain-scopes";
/// True for a string that is never printed.
pub(crate) const SECRET: &str = "x-opentrain-secret";
/// Document from which a client is generated.
pub(crate) const SOURCE: &str = "x-opentrain-source";
/// Mark of the document that stands in for the served one.
pub(crate) const STAND_IN: &str = "x-opentrain-stand-in";
/// Statuses of the successes of an operation.
pub(crate) const SUCCESS_STATUSES: &str = "x-opentrain-success-statuses";
/// True for a string that has one value only.
pub(crate) const TAG: &str = "x-opentrain-tag";
/// True for an operation that needs no token.
pub(crate) const TOKENLESS: &str = "x-opentrain-tokenless";
/// True for an optional parameter that is in the served document only.
pub(crate) const UNDOCUMENTED: &str = "x-opentrain-undocumented";
/// Unit of a number.
pub(crate) const UNIT: &str = "x-opentrain-unit";
/// Media type of a request body that is sent as bytes, if it is another than the generator's.
pub(crate) const MEDIA_TYPE: &str = "x-opentrain-media-type";
/// Media types of a request body for which no code is generated.
pub(crate) const UNSUPPORTED_BODY: &str = "x-opentrain-unsupported-body";
/// Meanings of the documented values of a string.
pub(crate) const VALUE_DOCS: &str = "x-opentrain-value-docs";
/// Origins of the documented values of a string.
pub(crate) const VALUE_EVIDENCE: &str = "x-opentrain-value-evidence";

/// Every key.
pub(crate) const ALL: [&str; 26] = [
    BY_STATUS,
    CLAIMED_ACCOUNT,
    ERROR_STATUSES,
    ERRORS,
    EVIDENCE,
    FEATURE,
    ID,
    IDEMPOTENCY,
    LIMITS,
    MEDIA_TYPE,
    OPTIONAL_BODY,
    OTHER,
    PAGINATION,
    REASONS,
    SCOPES,
    SECRET,
    SOURCE,
    STAND_IN,
    SUCCESS_STATUSES,
    TAG,
    TOKENLESS,
    UNDOCUMENTED,
    UNIT,
    UNSUPPORTED_BODY,
    VALUE_DOCS,
    VALUE_EVIDENCE,
];
