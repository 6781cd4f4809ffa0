//! Settings from environment variables, under the names that the service's other tools also use.

use std::ffi::OsString;

/// Variables of the token. The first one that is set counts.
const TOKEN: [&str; 2] = ["OT_API_TOKEN", "OPENTRAIN_API_TOKEN"];
/// Variables of the base URL. The first one that is set counts.
const BASE_URL: [&str; 3] = [
    "OT_API_BASE_URL",
    "OPENTRAIN_API_BASE_URL",
    "OPENTRAIN_BASE_URL",
];

/// Settings that the environment holds.
pub(super) struct Environment {
    pub(super) token: Option<String>,
    pub(super) base_url: Option<String>,
}

impl Environment {
    /// Reads variables through a function, so that a test needs no environment. An empty value counts as unset. A value that is not
    /// UTF-8 is an error: ignoring it could send the token to another service.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let text = |name: &&str| {
            let value = lookup(name)?
                .into_string()
                .map_err(|_value| format!("`{name}` is not UTF-8"));
            Some(value).filter(|value| !matches!(value, Ok(text) if text.trim().is_empty()))
        };
        let first = |names: &[&str]| names.iter().find_map(text).transpose();
        Ok(Self {
            token: first(&TOKEN)?,
            base_url: first(&BASE_URL)?,
        })
    }
}

/// Error message for a client without a token.
pub(super) const NO_TOKEN: &str = "there is no API token: set `OT_API_TOKEN` (or `OPENTRAIN_API_TOKEN`), or build a client without one \
for the endpoints that need none";

#[cfg(test)]
mod tests {
    use super::Environment;
    use std::ffi::OsString;

    #[test]
    fn the_first_variable_that_is_not_empty_counts() {
        let environment = Environment::read(|name| match name {
            "OT_API_TOKEN" => Some(OsString::from(" ")),
            "OPENTRAIN_API_TOKEN" => Some(OsString::from("ot_pat_example_0000")),
            "OPENTRAIN_API_BASE_URL" => Some(OsString::from("https://a.example")),
            "OPENTRAIN_BASE_URL" => Some(OsString::from("https://b.example")),
            _ => None,
        });
        let environment = environment.unwrap();
        assert_eq!(environment.token.as_deref(), Some("ot_pat_example_0000"));
        assert_eq!(environment.base_url.as_deref(), Some("https://a.example"));
    }
}
