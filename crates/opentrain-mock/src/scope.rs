//! Token scopes: the catalogue, the two sets that agents get, and what a scope covers.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Every scope there is.
pub(crate) const ALL: &[&str] = &[
    "jobs:read",
    "jobs:write",
    "proposals:read",
    "proposals:write",
    "messages:read",
    "messages:write",
    "payments:read",
    "payments:write",
    "team:read",
    "team:write",
    "webhooks:manage",
];

/// Scopes of the token of a newly registered agent.
pub(crate) const PRE_CLAIM: &[&str] = &[
    "jobs:read",
    "jobs:write",
    "proposals:read",
    "messages:read",
    "payments:read",
    "team:read",
];

/// Scopes of the token of a claimed account. Neither set has `payments:write` or `webhooks:manage`.
pub(crate) const POST_CLAIM: &[&str] = &[
    "jobs:read",
    "jobs:write",
    "proposals:read",
    "messages:read",
    "payments:read",
    "team:read",
    "proposals:write",
    "messages:write",
    "team:write",
];

/// Returns the catalogue's own copy of a scope's name, if it exists.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    ALL.iter().copied().find(|scope| *scope == name)
}

/// True if `granted` covers `required`: `X:write` includes `X:read`.
pub(crate) fn covers(granted: &[&str], required: &str) -> bool {
    let read = required.strip_suffix(":read");
    granted
        .iter()
        .any(|scope| *scope == required || (read.is_some() && scope.strip_suffix(":write") == read))
}

/// Reads scopes out of a snapshot.
pub(crate) fn read_names<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<&'static str>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let scope = |name: &String| {
        find(name).ok_or_else(|| D::Error::custom(format!("no scope is called `{name}`")))
    };
    names.iter().map(scope).collect()
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn write_includes_read_and_not_the_other_way_round() {
        assert!(covers(&["jobs:write"], "jobs:read"));
        assert!(!covers(&["jobs:read"], "jobs:write"));
        assert!(!covers(&["jobs:write"], "proposals:read"));
        assert!(!covers(&["webhooks:manage"], "webhooks:read"));
    }
}
