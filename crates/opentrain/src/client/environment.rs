//! Settings from environment variables, under the names that the service's other tools use too.

use std::ffi::OsString;

/// The token's variables, first come first.
const TOKEN: [&str; 2] = ["OT_API_TOKEN", "OPENTRAIN_API_TOKEN"];
/// The base URL's variables, first come first.
const BASE_URL: [&str; 3] = [
    "OT_API_BASE_URL",
    "OPENTRAIN_API_BASE_URL",
    "OPENTRAIN_BASE_URL",
];

/// What the environment says.
pub(super) struct Environment {
    pub(super) token: Option<String>,
    pub(super) base_url: Option<String>,
}

impl Environment {
    /// Reads through a function, so that a test needs no environment. An empty value is no value; one that is no text is an error,
    /// since to pass it over could send the token elsewhere.
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

/// What to say if there is no token.
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
