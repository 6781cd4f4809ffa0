//! Base of the URLs of requests, parsed once.

use std::fmt::{self, Write as _};

use reqwest::Url;

use super::InvalidRequest;

/// URL that the paths of operations are appended to.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    text: String,
    /// URL whose path alone differs from request to request. `None` if the text is no such URL, or is not written as URLs are.
    parsed: Option<Url>,
}

impl BaseUrl {
    pub(crate) fn new(text: &str) -> Self {
        let parsed = Url::parse(text).ok().filter(|url| {
            let written = url.as_str();
            let is_written_so = written == text || written.strip_suffix('/') == Some(text);
            is_written_so && url.has_host() && url.query().is_none() && url.fragment().is_none()
        });
        Self {
            text: String::from(text),
            parsed,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the URL of an operation.
    ///
    /// # Errors
    ///
    /// Fails if the text of the base with the path behind it is not a URL.
    pub(crate) fn join(&self, path: fmt::Arguments<'_>) -> Result<Url, InvalidRequest> {
        let Some(base) = &self.parsed else {
            let url = Url::parse(&format!("{}{path}", self.text));
            return url.map_err(|error| InvalidRequest::new(error.to_string()));
        };
        let before = base.path();
        // Every URL has a slash before its path, even if its text has none.
        let before = if self.text.ends_with('/') {
            before
        } else {
            before.strip_suffix('/').unwrap_or(before)
        };
        let mut whole = String::with_capacity(before.len() + ROOM);
        whole.push_str(before);
        whole
            .write_fmt(path)
            .map_err(|error| InvalidRequest::new(error.to_string()))?;
        let mut url = base.clone();
        url.set_path(&whole);
        Ok(url)
    }
}

/// Number of bytes that most paths fit in.
const ROOM: usize = 64;

#[cfg(test)]
mod tests {
    use super::BaseUrl;
    use reqwest::Url;

    #[test]
    fn the_url_is_that_of_the_whole_text() {
        for base in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "https://example.org/api/public/v1",
            "https://example.org/api/",
            "https://user@example.org/a%20b",
            "https://example.org/a?b=c",
            "https://example.org/a#b",
            "https://example.org/a/..",
            "HTTPS://EXAMPLE.org:443/a b",
            "https://example.org/a//b/..",
            "https://example.org/a//",
            "https://example.org/api\\",
            "https://example.org/api ",
        ] {
            for path in ["/jobs", "/jobs/a%2Fb/close", "/jobs/%C3%A9", "/auth/me"] {
                let joined = BaseUrl::new(base).join(format_args!("{path}")).unwrap();
                let parsed = Url::parse(&format!("{base}{path}")).unwrap();
                assert_eq!(joined, parsed, "{base} {path}");
            }
        }
    }

    #[test]
    fn a_base_that_is_no_url_is_an_error_that_says_why() {
        for (base, reason) in [
            ("", "relative URL without a base"),
            ("example.org", "relative URL without a base"),
            ("http://[::1", "invalid IPv6 address"),
        ] {
            let refused = BaseUrl::new(base).join(format_args!("/jobs")).unwrap_err();
            assert_eq!(refused.to_string(), reason, "{base}");
        }
    }
}
