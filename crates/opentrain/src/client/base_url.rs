//! Base URL of the service, which a token may be sent to.

use std::net::IpAddr;

use opentrain_api::public;
use reqwest::Url;

/// URL that has no trailing slash and no credentials, and is secure or on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    /// Checks a URL. The path of the Public API at its end is removed, since other tools accept both forms.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // The text itself is not repeated: it may hold credentials.
        let url =
            Url::parse(text.trim()).map_err(|error| format!("the base URL is no URL: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(String::from(
                "the base URL must not hold a user name or a password",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(String::from(
                "the base URL must have neither a query nor a fragment",
            ));
        }
        let Some(host) = url.host_str() else {
            return Err(String::from("the base URL must name a host"));
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(host)) {
            return Err(format!(
                "the base URL must begin with `https://`, since `{host}` is not this machine"
            ));
        }
        let text = url.as_str().trim_end_matches('/');
        let text = text
            .strip_suffix(public::DOCUMENT.base_path)
            .unwrap_or(text);
        let inside = |path: &str| format!("{text}/").contains(&format!("{path}/"));
        if inside(public::DOCUMENT.base_path) || inside("/api/agent") {
            return Err(String::from(
                "the base URL must not reach into the API: name the host, and a prefix if there is one",
            ));
        }
        Ok(Self(String::from(text.trim_end_matches('/'))))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// True if the service is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host())
    }

    /// Returns the host, without scheme, port and path.
    pub(crate) fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(String::from))
            .unwrap_or_default()
    }
}

fn is_loopback(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_start_matches('[').trim_end_matches(']').parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn slashes_and_the_path_of_the_api_are_taken_off() {
        for text in [
            "https://a.example",
            "https://a.example/",
            " https://a.example/api/public/v1/ ",
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), "https://a.example");
        }
        assert_eq!(
            BaseUrl::parse("https://a.example/proxy/")
                .unwrap()
                .join("/x"),
            "https://a.example/proxy/x"
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in [
            "http://127.0.0.1:8080",
            "http://localhost:1",
            "http://[::1]:2",
        ] {
            assert!(BaseUrl::parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://a.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://a.example",
            "a.example",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_url_that_reaches_into_the_api_is_refused() {
        for path in [
            "public/v1/jobs",
            "public/v1/api/public/v1",
            "agent",
            "agent/identity",
        ] {
            assert!(
                BaseUrl::parse(&format!("https://a.example/api/{path}")).is_err(),
                "{path}"
            );
        }
    }

    #[test]
    fn a_prefix_may_begin_like_the_paths_of_the_api() {
        for text in [
            "https://a.example/api/opentrain",
            "https://a.example/api/x/api/public/v1",
        ] {
            let base_url = BaseUrl::parse(text).unwrap();
            assert!(base_url.join("/jobs").ends_with("/jobs"), "{text}");
        }
    }

    #[test]
    fn credentials_are_refused_and_not_repeated() {
        let error = BaseUrl::parse("https://user:hush@a.example").unwrap_err();
        assert_eq!(
            error,
            "the base URL must not hold a user name or a password"
        );
        assert!(BaseUrl::parse("https://a.example?token=hush").is_err());
    }
}
