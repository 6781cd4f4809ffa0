//! Fetches the served document, carefully: bounded in time and size, from the origin that was asked and no other.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode, Url};

use crate::error::{Error, Result};

/// How long and how much to wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) total: Duration,
    pub(crate) bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
            bytes: 16 * 1024 * 1024,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The document has still the `ETag` that was sent along.
    NotModified,
    /// The server knows no such address.
    NotFound,
    Document {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Fetches the document, unless it still has the given `ETag`. Sends no token and no cookie.
pub(crate) fn fetch(url: &str, etag: Option<&str>, limits: &Limits) -> Result<Fetched> {
    let url = checked(url)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|cause| Error::because("cannot start the network", &cause, "try again"))?;
    runtime.block_on(request(url, etag, limits))
}

/// Plain HTTP is for servers on this machine, which are those of the tests. What is refused is not repeated: it may hold
/// a secret.
fn checked(text: &str) -> Result<Url> {
    let url = Url::parse(text)
        .map_err(|cause| Error::because("what --url says is no URL", &cause, "mend --url"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(
            "the URL carries a user name or password; the document is public, so leave them out",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::new(
            "the URL carries a query or a fragment; the document is public, so leave them out",
        ));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(Error::new(format!(
            "`{}` is not fetched over HTTPS; give an https:// address",
            shown(&url)
        ))),
        _ => Err(Error::new(
            "what --url says is not fetched over HTTPS; give an https:// address",
        )),
    }
}

/// Scheme, host and path: all of a URL that a sentence may show.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

async fn request(url: Url, etag: Option<&str>, limits: &Limits) -> Result<Fetched> {
    let mut request = client(limits)?.get(url.clone());
    if let Some(etag) = etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    let response = request
        .send()
        .await
        .map_err(|cause| unreachable(&url, cause))?;
    match response.status() {
        StatusCode::NOT_MODIFIED if etag.is_some() => Ok(Fetched::NotModified),
        StatusCode::NOT_FOUND => Ok(Fetched::NotFound),
        StatusCode::OK => {
            let etag = response
                .headers()
                .get(ETAG)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            Ok(Fetched::Document {
                bytes: read(response, &url, limits).await?,
                etag,
            })
        }
        status => Err(Error::new(format!(
            "{} answered {status}; check the address, or try again later",
            shown(&url)
        ))),
    }
}

fn client(limits: &Limits) -> Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("opentrain-xtask/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .referer(false)
        .redirect(Policy::custom(follow_on_the_same_origin));
    builder.build().map_err(|cause| {
        Error::because(
            "cannot set up the HTTP client",
            &cause,
            "check the proxy settings",
        )
    })
}

fn follow_on_the_same_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let Some(first) = attempt.previous().first() else {
        return attempt.follow();
    };
    let stays = first.origin() == attempt.url().origin();
    let problem = match attempt.previous().len() {
        _ if !stays => format!("it redirects to another origin, {}", shown(attempt.url())),
        6.. => "it redirects without end".to_owned(),
        _ => return attempt.follow(),
    };
    attempt.error(problem)
}

fn unreachable(url: &Url, cause: reqwest::Error) -> Error {
    let remedy = match () {
        () if cause.is_redirect() => "give the final address with --url if you trust it",
        () if cause.is_timeout() => "the server took too long, so try again later",
        () => "check the network, or work from what is on disk with --offline",
    };
    Error::because(
        format!("cannot fetch {}", shown(url)),
        &cause.without_url(),
        remedy,
    )
}

/// Reads the body up to the limit, whatever length it claims to have.
async fn read(mut response: Response, url: &Url, limits: &Limits) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|cause| unreachable(url, cause))?
    {
        if bytes.len() + chunk.len() > limits.bytes {
            return Err(too_large(shown(url), limits.bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The error for a document that is larger than any that is real.
pub(crate) fn too_large(place: impl std::fmt::Display, limit: usize) -> Error {
    let mebibytes = limit / (1024 * 1024);
    Error::new(format!(
        "{place} is larger than {mebibytes} MiB, so it is hardly the document; check the address"
    ))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for (url, is_fine) in [
            ("https://app.opentrain.ai/x", true),
            ("http://127.0.0.1:1/x", true),
            ("http://[::1]:1/x", true),
            ("http://localhost/x", true),
            ("http://app.opentrain.ai/x", false),
            ("http://127.0.0.1.example.com/x", false),
            ("ftp://127.0.0.1/x", false),
            ("https://user:pass@app.opentrain.ai/x", false),
            ("https://app.opentrain.ai/x?token=secret", false),
            ("https://app.opentrain.ai/x#secret", false),
            ("data:secret", false),
            ("https://secret:x/", false),
            ("openapi.json", false),
        ] {
            let found = checked(url);
            assert_eq!(found.is_ok(), is_fine, "{url}");
            let sentence = found.map_or_else(|error| error.to_string(), |url| shown(&url));
            assert!(!sentence.contains("secret"), "{sentence}");
        }
    }

    #[test]
    fn a_server_that_never_answers_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/openapi.json", listener.local_addr().unwrap());
        let limits = Limits {
            total: Duration::from_millis(50),
            ..Limits::default()
        };
        let error = fetch(&url, None, &limits).unwrap_err().to_string();
        assert!(
            error.contains("cannot fetch") && error.contains("took too long"),
            "{error}"
        );
    }
}
