//! Which URLs a webhook may have: absolute `https`, and `http` on the own machine.

use axum::http::Uri;

use crate::mask::mask;

/// The longest URL, in characters.
const LENGTH_CAP: usize = 2_048;
/// Where `http` is allowed.
const OWN_MACHINE: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

pub(crate) fn is_allowed(url: &str) -> bool {
    if url.chars().count() > LENGTH_CAP {
        return false;
    }
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => OWN_MACHINE.contains(&host),
        _ => false,
    }
}

/// The URL without what may be secret in it: user, password and query.
pub(crate) fn shown(url: &str) -> String {
    let before_query = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = before_query.split_once("://").unwrap_or(("", before_query));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    mask(&format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, shown};

    #[test]
    fn neither_password_nor_query_is_shown() {
        assert_eq!(
            shown("https://user:pass@hooks.example.com:8443/a/b?key=1#c"),
            "https://hooks.example.com:8443/a/b"
        );
        assert_eq!(shown("http://localhost?key=1"), "http://localhost");
    }

    #[test]
    fn https_is_allowed_and_http_only_at_home() {
        for url in [
            "https://hooks.example.com/opentrain?x=1",
            "http://localhost:8080/hook",
            "http://127.0.0.1/",
            "http://[::1]:9/",
        ] {
            assert!(is_allowed(url), "{url}");
        }
        for url in [
            "",
            "/hook",
            "hooks.example.com",
            "http://hooks.example.com/",
            "http://localhost.example.com/",
            "ftp://localhost/",
            "https://",
        ] {
            assert!(!is_allowed(url), "{url}");
        }
        let long = format!("https://hooks.example.com/{}", "x".repeat(2_048));
        assert!(!is_allowed(&long));
    }
}
