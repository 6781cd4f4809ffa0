//! Fetches the served document, carefully: bounded in time and size, from the origin that was asked and no other.

use std::ffi::OsString;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, ETAG, HeaderValue, IF_NONE_MATCH,
};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode, Url};

use openapi_canonical::plain_text::compressed;
use openapi_canonical::{Error, Result};

/// Limits of a fetch: times and bytes.
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

/// Options of a fetch.
#[derive(Clone, Debug, Default)]
pub(crate) struct FetchOptions {
    pub(crate) limits: Limits,
    /// Value of the `Authorization` header; `None` to send none. Debug output does not show it.
    pub(crate) token: Option<HeaderValue>,
}

/// Returns a token as a header. `name` is the variable that holds it; errors contain the name and never the token.
pub(crate) fn bearer(name: &str, value: Option<OsString>) -> Result<HeaderValue> {
    let fault = |what: &str| {
        Error::new(format!(
            "the environment variable `{name}` {what}; put the token there"
        ))
    };
    let value = value.ok_or_else(|| fault("is not set"))?;
    let value = value.to_str().map(str::trim).unwrap_or_default();
    if value.is_empty() {
        return Err(fault("is not UTF-8 text"));
    }
    let Ok(mut header) = HeaderValue::from_str(&format!("Bearer {value}")) else {
        return Err(fault("has characters that a header cannot have"));
    };
    header.set_sensitive(true);
    Ok(header)
}

/// Outcome of a fetch.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The document has still the `ETag` that was sent along.
    NotModified,
    /// The server responded with 404 Not Found.
    NotFound,
    Document {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Fetches the document, unless it still has the given `ETag`. Sends no token but the one in `options`, and no cookie.
pub(crate) fn fetch(url: &str, etag: Option<&str>, options: &FetchOptions) -> Result<Fetched> {
    let url = checked(url)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|cause| Error::because("cannot start the network", &cause, "try again"))?;
    runtime.block_on(request(url, etag, options))
}

/// Parses an address, and refuses plain HTTP to other machines. The message does not repeat the address, which may hold a
/// secret.
fn checked(text: &str) -> Result<Url> {
    let url = Url::parse(text)
        .map_err(|cause| Error::because("--url is not a URL", &cause, "fix --url"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(
            "the URL has a user name or password; the document is public, so remove them",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::new(
            "the URL has a query or a fragment; the document is public, so remove them",
        ));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(Error::new(format!(
            "`{}` is not an https:// address",
            shown(&url)
        ))),
        _ => Err(Error::new("--url is not an https:// address")),
    }
}

/// Returns scheme, host and path, the parts of a URL that a message may show.
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

async fn request(url: Url, etag: Option<&str>, options: &FetchOptions) -> Result<Fetched> {
    let mut request = client(&url, &options.limits)?.get(url.clone());
    request = request.header(ACCEPT_ENCODING, "identity");
    if let Some(token) = &options.token {
        request = request.header(AUTHORIZATION, token.clone());
    }
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
            if let Some(encoding) = compression(&response) {
                return Err(compressed(shown(&url), &encoding));
            }
            let etag = response
                .headers()
                .get(ETAG)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            Ok(Fetched::Document {
                bytes: read(response, &url, &options.limits).await?,
                etag,
            })
        }
        status => Err(Error::new(format!(
            "{} responded with {status}; {}",
            shown(&url),
            remedy(status)
        ))),
    }
}

/// Returns the encoding of a body that is compressed although the request did not allow it.
fn compression(response: &Response) -> Option<String> {
    let encodings = response.headers().get_all(CONTENT_ENCODING).iter();
    let encodings: Vec<&str> = encodings
        .filter_map(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity"))
        .collect();
    (!encodings.is_empty()).then(|| encodings.join(", "))
}

fn remedy(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "if the document is not public, pass the name of a variable that holds a token with --token-env"
        }
        _ => "check the address, or try again later",
    }
}

/// Returns a client that uses the environment's proxy, but not for plain HTTP to this machine: the proxy would look for the
/// server on its own machine.
fn client(url: &Url, limits: &Limits) -> Result<Client> {
    let mut builder = Client::builder()
        .user_agent(concat!("opentrain-xtask/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .referer(false)
        .redirect(Policy::custom(follow_on_the_same_origin));
    if url.scheme() == "http" {
        builder = builder.no_proxy();
    }
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
        6.. => "it redirects too often".to_owned(),
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

/// Reads the body up to the limit. The `Content-Length` of the response is not relied on.
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

/// Returns the error for a document that is larger than the limit.
pub(crate) fn too_large(place: impl std::fmt::Display, limit: usize) -> Error {
    let mebibytes = limit / (1024 * 1024);
    Error::new(format!(
        "{place} is larger than {mebibytes} MiB, too large for this document; check the address"
    ))
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn only_https_or_this_machine_is_fetched() {
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
    fn a_server_that_stops_responding_is_given_up() {
        for beginning in [
            "",
            "HTTP/1.1 200 OK\r\ncontent-le",
            "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{",
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}/openapi.json", listener.local_addr().unwrap());
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let lines = BufReader::new(&stream).lines().map(io::Result::unwrap);
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                stream.write_all(beginning.as_bytes()).unwrap();
                // Until the other end has given up.
                stream.read_to_end(&mut Vec::new())
            });
            let options = FetchOptions {
                limits: Limits {
                    total: Duration::from_millis(50),
                    ..Limits::default()
                },
                token: None,
            };
            let error = fetch(&url, None, &options).unwrap_err().to_string();
            assert!(
                error.contains("cannot fetch") && error.contains("took too long"),
                "{beginning}: {error}"
            );
            let _hung_up = server.join().unwrap();
        }
    }

    #[test]
    fn a_token_is_not_shown_in_debug_output() {
        let header = bearer("TOKEN", Some("  secret\n".into())).unwrap();
        assert_eq!(header.to_str().unwrap(), "Bearer secret");
        let options = FetchOptions {
            token: Some(header),
            ..FetchOptions::default()
        };
        assert!(!format!("{options:?}").contains("secret"));
    }

    #[test]
    fn a_malformed_token_is_refused_and_not_shown() {
        for (value, part) in [
            (None, "is not set"),
            (Some(" "), "is not UTF-8 text"),
            (Some("sec\nret"), "has characters that a header cannot have"),
        ] {
            let error = bearer("TOKEN", value.map(OsString::from)).unwrap_err();
            let expected = format!("the environment variable `TOKEN` {part}; put the token there");
            assert_eq!(error.to_string(), expected);
        }
    }
}
