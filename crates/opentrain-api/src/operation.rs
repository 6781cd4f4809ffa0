//! Properties of an operation beside its types: gates, repeatability, pages; generated as data.

use http::Method;

/// Document that this crate is generated from.
#[derive(Debug)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Document {
    /// The module's name: `public` or `agent`.
    pub name: &'static str,
    /// The document's title.
    pub title: &'static str,
    /// The version of the API that the document states.
    pub version: &'static str,
    /// The server's URL, with the path that all operations share.
    pub server: &'static str,
    /// The path that all operations share, such as `/api/public/v1`; empty if none.
    pub base_path: &'static str,
    /// Origin of the document.
    pub source: Source,
    /// Operations, sorted by path and method.
    pub operations: &'static [&'static Operation],
}

impl Document {
    /// Returns the operation of this name, such as `jobs_get`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        let found = self.operations.iter().find(|operation| operation.id == id);
        found.copied()
    }
}

/// Origin of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Source {
    /// Path of the file in the project's repository.
    pub file: &'static str,
    /// True if the service served the document; false if it was written by hand from the documentation.
    pub served: bool,
    /// Time of the fetch, such as `2026-01-01T00:00:00Z`; `None` if the document was not fetched.
    pub fetched_at: Option<&'static str>,
    /// SHA-256 of the bytes of the file, in hexadecimal.
    pub sha256: &'static str,
}

/// Operation of the API.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Operation {
    /// Name of the operation, which is also the name of the generated method: `jobs_get`.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template below the server's URL: `/jobs/{id}`.
    pub path: &'static str,
    /// Summary of the operation in one line.
    pub summary: &'static str,
    /// Page of the operation in the service's documentation.
    pub documentation: Option<&'static str>,
    /// The scopes that a token needs.
    pub scopes: ScopeRule,
    /// The feature flag that must be on for the account.
    pub feature: Option<&'static str>,
    /// True if a human must have claimed the account.
    pub claimed_account: bool,
    /// True if the operation works without a token; the client sends none then.
    pub tokenless: bool,
    /// Effect of a second run.
    pub idempotency: Idempotency,
    /// Kind of pages that the responses are split into.
    pub pagination: Pagination,
    /// The statuses of success that are known.
    pub success_statuses: &'static [u16],
    /// The statuses of failure that are known.
    pub error_statuses: &'static [u16],
    /// Values of `details.reason` that the failures are known to carry.
    pub error_reasons: &'static [&'static str],
}

impl Operation {
    /// Returns the HTTP method.
    #[must_use]
    pub fn http_method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET)
    }
}

/// Scopes that a token needs for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ScopeRule {
    /// Number of scopes that are needed: all, or one.
    pub matching: ScopeMatch,
    /// The scopes, such as `jobs:read`; none if any valid token will do.
    pub scopes: &'static [&'static str],
}

/// Number of scopes that a token needs: all, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum ScopeMatch {
    /// All scopes are needed.
    All,
    /// A single scope is enough.
    Any,
}

impl ScopeRule {
    /// Returns the rule that all of these scopes are needed.
    #[must_use]
    pub const fn all(scopes: &'static [&'static str]) -> Self {
        Self {
            matching: ScopeMatch::All,
            scopes,
        }
    }

    /// True if a token with these scopes passes. `X:write` includes `X:read`.
    #[must_use]
    pub fn allows<S: AsRef<str>>(&self, granted: &[S]) -> bool {
        let covered = |needed: &&str| granted.iter().any(|have| covers(have.as_ref(), needed));
        match self.matching {
            _ if self.scopes.is_empty() => true,
            ScopeMatch::All => self.scopes.iter().all(covered),
            ScopeMatch::Any => self.scopes.iter().any(covered),
        }
    }
}

fn covers(granted: &str, needed: &str) -> bool {
    let implied = || Some(needed.strip_suffix(":read")? == granted.strip_suffix(":write")?);
    granted == needed || implied().unwrap_or(false)
}

/// Effect of a second run of an operation: there is no idempotency header in this API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Idempotency {
    /// A read, which has no effect and may be repeated at will.
    Read,
    /// Two runs have the effect of one, by the API's contract. The second response may differ: 404 after a
    /// deletion, 409 after an end.
    Idempotent,
    /// `Idempotent` if the body carries an idempotency key; otherwise `Write`.
    Keyed,
    /// A second run has a second effect.
    Write,
}

/// Kind of pages that the responses of an operation are split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Pagination {
    /// A single response holds the whole list.
    None,
    /// A page names the cursor of the next page; the last page names none.
    Cursor,
    /// A page always names a cursor, the last page the cursor of its own request; a flag says whether there are more pages.
    EchoingCursor,
    /// The response covers a window of time, and names the start of the next one.
    TimeWindow,
}

#[cfg(test)]
mod tests {
    use super::{ScopeMatch, ScopeRule};

    #[test]
    fn write_includes_read_and_nothing_else() {
        let rule = ScopeRule {
            matching: ScopeMatch::All,
            scopes: &["jobs:read"],
        };
        assert!(rule.allows(&["jobs:write"]));
        assert!(rule.allows(&["team:read", "jobs:read"]));
        assert!(!rule.allows(&["team:write"]));
        assert!(!rule.allows::<&str>(&[]));
    }

    #[test]
    fn one_of_several_is_enough_where_the_rule_says_any() {
        let scopes = &["proposals:read", "messages:read"];
        assert!(
            ScopeRule {
                matching: ScopeMatch::Any,
                scopes
            }
            .allows(&["messages:write"])
        );
        assert!(
            !ScopeRule {
                matching: ScopeMatch::All,
                scopes
            }
            .allows(&["messages:write"])
        );
        assert!(
            ScopeRule {
                matching: ScopeMatch::Any,
                scopes: &[]
            }
            .allows::<&str>(&[])
        );
    }
}
