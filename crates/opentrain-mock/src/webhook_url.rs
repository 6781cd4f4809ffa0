//! URLs that a webhook may have: absolute `https`, and `http` on the own machine.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

use crate::mask::mask;

/// The longest URL, in characters.
const LENGTH_CAP: usize = 2_048;
/// Hosts for which `http` is allowed.
const OWN_MACHINE: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

/// An absolute URL with `http` or `https`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebhookUrl {
    pub(crate) origin: Origin,
    /// Host and port as they were written: the value of the header `Host`.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) target: String,
    /// True if there is a user or a password.
    pub(crate) has_user: bool,
}

/// Scheme, host and port of a URL, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl WebhookUrl {
    /// Reads a URL; none if it is none that could be asked.
    pub(crate) fn read(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let usual_port = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let authority = uri.authority()?.as_str();
        let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let port = match place.strip_prefix(host)?.strip_prefix(':') {
            None | Some("") => usual_port,
            // What is no port, or beyond them all, does not make it the usual one.
            Some(port) => port_number(port)?,
        };
        let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        Some(Self {
            origin: Origin {
                scheme,
                host: host.to_ascii_lowercase(),
                port,
            },
            authority: place.to_owned(),
            target: target.to_owned(),
            has_user: !user.is_empty(),
        })
    }
}

fn port_number(digits: &str) -> Option<u16> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let port = digits.parse().ok()?;
    (is_number && port > 0).then_some(port)
}

pub(crate) fn is_allowed(url: &str) -> bool {
    if url.chars().count() > LENGTH_CAP {
        return false;
    }
    let read = WebhookUrl::read(url);
    read.is_some_and(|WebhookUrl { origin, .. }| {
        origin.scheme == "https" || OWN_MACHINE.contains(&origin.host.as_str())
    })
}

/// Returns the URL without what may be secret in it: user, password and query.
pub(crate) fn shown(url: &str) -> String {
    let before_query = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = before_query.split_once("://").unwrap_or(("", before_query));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    mask(&format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::{WebhookUrl, is_allowed, shown};

    #[test]
    fn neither_password_nor_query_is_shown() {
        assert_eq!(
            shown("https://user:pass@hooks.example.com:8443/a/b?key=1#c"),
            "https://hooks.example.com:8443/a/b"
        );
        assert_eq!(shown("http://localhost?key=1"), "http://localhost");
    }

    #[test]
    fn url_is_taken_apart_with_its_own_port_or_the_usual_one() {
        for (url, host, port, authority) in [
            (
                "https://Hooks.Example.com/a?b=c",
                "hooks.example.com",
                443,
                "Hooks.Example.com",
            ),
            (
                "http://LOCALHOST:8080/a?b=c",
                "localhost",
                8080,
                "LOCALHOST:8080",
            ),
            (
                "http://u:p@[::1]:65535/a?b=c",
                "[::1]",
                65_535,
                "[::1]:65535",
            ),
            ("http://localhost:/a?b=c", "localhost", 80, "localhost:"),
        ] {
            let read = WebhookUrl::read(url).expect("it is a URL");
            assert_eq!((read.origin.host.as_str(), read.origin.port), (host, port));
            assert_eq!(
                (read.authority.as_str(), read.target.as_str()),
                (authority, "/a?b=c")
            );
            assert_eq!(read.has_user, url.contains('@'));
        }
    }

    #[test]
    fn https_is_allowed_and_http_only_at_home() {
        for url in [
            "https://hooks.example.com/opentrain?x=1",
            "http://localhost:8080/hook",
            "http://127.0.0.1/",
            "http://[::1]:9/",
            "HTTP://LocalHost:8080/hook",
            "https://Hooks.Example.com:65535/",
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
            "http://localhost:65536/",
            "https://hooks.example.com:99999/",
            "http://localhost:0/",
            "http://localhost:eighty/",
            "http://localhost:+80/",
            "http://localhost: 80/",
        ] {
            assert!(!is_allowed(url), "{url}");
        }
        let long = format!("https://hooks.example.com/{}", "x".repeat(2_048));
        assert!(!is_allowed(&long));
    }
}
