//! What is known of an operation beside its types: gates, repeatability, pages; generated as data.

use http::Method;

/// One of the documents that this crate is made from.
#[derive(Debug)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Document {
    /// The module's name: `public` or `agent`.
    pub name: &'static str,
    /// The document's title.
    pub title: &'static str,
    /// The server's URL, with the path that all operations share.
    pub server: &'static str,
    /// The path that all operations share, such as `/api/public/v1`; empty if none.
    pub base_path: &'static str,
    /// Where the document came from.
    pub source: Source,
    /// Every operation, sorted by path and method.
    pub operations: &'static [&'static Operation],
}

impl Document {
    /// The operation of this name, such as `jobs_get`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        let found = self.operations.iter().find(|operation| operation.id == id);
        found.copied()
    }
}

/// Where a document came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Source {
    /// The file in the project's repository.
    pub file: &'static str,
    /// Whether the service served it. `false`: it was written by hand from the documentation.
    pub served: bool,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: &'static str,
}

/// One operation of the API.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Operation {
    /// Its name, which is also the name of the generated method: `jobs_get`.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template below the server's URL: `/jobs/{id}`.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// Its page in the service's documentation.
    pub documentation: Option<&'static str>,
    /// The scopes that a token needs.
    pub scopes: ScopeRule,
    /// The feature flag that must be on for the account.
    pub feature: Option<&'static str>,
    /// Whether the account must have been claimed by a human.
    pub claimed_account: bool,
    /// Whether it works without a token; none is sent then.
    pub tokenless: bool,
    /// What a second run would do.
    pub idempotency: Idempotency,
    /// How its answers are split into pages.
    pub pagination: Pagination,
    /// The statuses of success that are known.
    pub success_statuses: &'static [u16],
    /// The statuses of failure that are known.
    pub error_statuses: &'static [u16],
    /// The `details.reason` values that its failures are known to carry.
    pub error_reasons: &'static [&'static str],
}

impl Operation {
    /// The HTTP method.
    #[must_use]
    pub fn http_method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET)
    }
}

/// The scopes that a token needs for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ScopeRule {
    /// Whether all are needed, or one is enough.
    pub matching: ScopeMatch,
    /// The scopes, such as `jobs:read`; none if any valid token will do.
    pub scopes: &'static [&'static str],
}

/// Whether a token needs all of the scopes or one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum ScopeMatch {
    /// Every scope is needed.
    All,
    /// One scope is enough.
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

    /// Whether a token with these scopes passes. `X:write` includes `X:read`.
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

/// What a second run of an operation would do: there is no idempotency header in this API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Idempotency {
    /// It changes nothing, so it may be repeated at will.
    Read,
    /// Running it twice has the effect of running it once, by the API's contract. The second answer may differ: 404 after a
    /// deletion, 409 after an end.
    Idempotent,
    /// As `Idempotent`, but only if the body carries an idempotency key.
    Keyed,
    /// A second run is a second effect.
    Write,
}

/// How an operation's answers are split into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Pagination {
    /// One answer holds everything.
    None,
    /// A page names the cursor of the next; the last page names none.
    Cursor,
    /// A page always names a cursor, the last one the cursor it was asked with; a flag says whether there is more.
    EchoingCursor,
    /// The answer covers a window of time and says where the next one begins.
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
