//! Which URLs a webhook may have: absolute `https`, and `http` on the own machine.

use axum::http::Uri;

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

#[cfg(test)]
mod tests {
    use super::is_allowed;

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
