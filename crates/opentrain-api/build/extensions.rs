//! Extension keys of the documents, each once. Those of operations and schemas come from the documentation, the others are written when
//! a document is prepared for the generator.
//!
//! `openapi_for_progenitor::extensions` has the same list. The build script does not use it, since it would compile that crate for every
//! user of this one; a test of xtask compares the two.

use serde_json::Value;

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

/// Checks that every key of this project in a document is in the list; a misspelt key would read as absent. Names of properties are data.
pub(crate) fn check(document: &Value) -> Result<(), String> {
    let Some((pointer, key)) = unknown(document) else {
        return Ok(());
    };
    let nearest = ALL.into_iter().min_by_key(|known| distance(known, key));
    let nearest = nearest.unwrap_or_default();
    Err(format!(
        "the extension `{key}` at `{pointer}` is unknown, the nearest known one is `{nearest}`; fix its spelling or add it to build/extensions.rs"
    ))
}

/// Returns the first unknown key, with the pointer of its object.
fn unknown(value: &Value) -> Option<(String, &str)> {
    match value {
        Value::Array(values) => {
            let mut values = values.iter().enumerate();
            values.find_map(|(index, value)| below(&index.to_string(), unknown(value)))
        }
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            if key.starts_with(PREFIX) && !ALL.contains(&key.as_str()) {
                return Some((String::new(), key.as_str()));
            }
            let found = match (key.as_str(), member) {
                ("properties", Value::Object(named)) => {
                    let mut named = named.iter();
                    named.find_map(|(name, schema)| below(name, unknown(schema)))
                }
                _ => unknown(member),
            };
            below(key, found)
        }),
        _ => None,
    }
}

/// Adds a step to the beginning of a pointer.
fn below<'a>(step: &str, found: Option<(String, &'a str)>) -> Option<(String, &'a str)> {
    let step = step.replace('~', "~0").replace('/', "~1");
    found.map(|(pointer, key)| (format!("/{step}{pointer}"), key))
}

/// Returns the number of characters to insert, remove or replace to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, right) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
