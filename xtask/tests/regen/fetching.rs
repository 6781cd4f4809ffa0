//! Requests of a fetch, and their route.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use crate::documents;
use crate::server::{self, Server};
use crate::workspace::{Run, Workspace, finished};

const NAME: &str = "DOCUMENT_TOKEN";
const TOKEN: &str = "token-of-the-test";

fn plain() -> String {
    documents::plain(&documents::documented()).to_string()
}

/// Runs `regen` with these variables. The token is never in what it says, nor in a file.
fn regen_with(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let workspace = Workspace::new();
    let mut command = workspace.command(arguments);
    command.envs(variables.iter().copied());
    let run = finished(command);
    let said = format!("{run:#?}{:#?}", workspace.everything());
    assert!(!said.contains(TOKEN), "{said}");
    run
}

fn regen_with_token(url: &str, arguments: &[&str]) -> Run {
    let asked = ["--url", url, "--verbose", "--token-env", NAME];
    regen_with(&[(NAME, TOKEN)], &[&asked, arguments].concat())
}

#[test]
fn a_token_is_sent_on_request() {
    let header = format!("authorization: bearer {TOKEN}\r\n");
    let server = Server::of(&plain(), "\"v1\"");
    regen_with_token(&server.url(), &[]).expect_code(0);
    assert!(server.requests()[0].contains(&header));
    // That it is set is no asking.
    let run = regen_with(&[(NAME, TOKEN)], &["--url", &server.url()]);
    run.expect_code(0);
    assert!(!server.requests()[1].contains("authorization"));
}

#[test]
fn a_token_stays_with_its_origin() {
    let header = format!("authorization: bearer {TOKEN}\r\n");
    // To the other address, and where that leads.
    let text = plain();
    let same = Server::new(move |head, stream| match () {
        () if head.starts_with("GET /api/public/v1/openapi ") => {
            server::write(stream, "302 Found", &[("location", "/document")], "");
        }
        () if head.starts_with("GET /document ") => server::write(stream, "200 OK", &[], &text),
        () => server::write(stream, "404 Not Found", &[], ""),
    });
    let url = same.url_of("/api/public/v1/openapi.json");
    regen_with_token(&url, &[]).expect_code(0);
    let requests = same.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests.iter().all(|head| head.contains(&header)),
        "{requests:#?}"
    );
    // But not to another origin, which is not even asked.
    let other = Server::of(&plain(), "\"v1\"");
    let location = other.url();
    let leading_away = Server::new(move |_, stream| {
        server::write(stream, "302 Found", &[("location", &location)], "");
    });
    let run = regen_with_token(&leading_away.url(), &[]);
    run.expect_sentence(&["redirects to another origin", &other.url()]);
    assert_eq!(other.requests(), [""; 0]);
}

#[test]
fn a_missing_token_is_reported_before_the_first_request() {
    let server = Server::of(&plain(), "\"v1\"");
    let run = regen_with(&[], &["--url", &server.url(), "--token-env", NAME]);
    run.expect_sentence(&["the environment variable `DOCUMENT_TOKEN` is not set"]);
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn a_check_with_a_token_prints_the_command_with_its_name() {
    let server = Server::of(&plain(), "\"v1\"");
    let run = regen_with_token(&server.url(), &["--check"]);
    run.expect_stale(&["--token-env DOCUMENT_TOKEN`"]);
}

#[test]
fn a_response_that_asks_for_a_token_explains_how_to_pass_one() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let server = Server::responding(status, &[], "{}");
        let run = regen_with(&[], &["--url", &server.url()]);
        run.expect_sentence(&[status, "--token-env"]);
    }
}

/// Starts a listener that only reports that a client connected.
fn origin() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://127.0.0.1:{}/openapi.json",
        listener.local_addr().unwrap().port()
    );
    let (came, comes) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream.unwrap());
            came.send(()).unwrap();
        }
    });
    (url, comes)
}

/// Starts a proxy that refuses every request; returns it and its address with a password.
fn proxy() -> (Server, String) {
    let proxy = Server::responding("502 Bad Gateway", &[], "");
    let url = proxy.url_of("").replace("//", "//user:token-of-the-test@");
    (proxy, url)
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let ((url, comes), (proxy, address)) = (origin(), proxy());
        let run = regen_with(&[(variable, &address)], &["--url", &url]);
        run.expect_sentence(&["cannot fetch", &url]);
        let host = url.split('/').nth(2).unwrap();
        let requests = proxy.requests();
        assert!(
            requests[0].starts_with(&format!("connect {host} ")),
            "{variable}: {requests:#?}"
        );
        assert!(
            comes.try_recv().is_err(),
            "{variable}: no request came directly"
        );
    }
}

#[test]
fn no_token_is_sent_to_a_host_that_needs_none() {
    let ((url, comes), (proxy, address)) = (origin(), proxy());
    let variables = [("HTTPS_PROXY", &*address), ("NO_PROXY", "127.0.0.1")];
    regen_with(&variables, &["--url", &url]).expect_sentence(&["cannot fetch", &url]);
    comes.recv().unwrap();
    assert_eq!(proxy.requests(), [""; 0]);
}

#[test]
fn no_token_is_sent_to_this_machine_over_plain_http() {
    let (proxy, address) = proxy();
    let server = Server::of(&plain(), "\"v1\"");
    let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, &*address));
    regen_with(&variables, &["--url", &server.url()]).expect_code(0);
    assert_eq!(proxy.requests(), [""; 0]);
}

#[test]
fn compression_is_not_requested_and_a_compressed_response_is_named() {
    let server = Server::of(&plain(), "\"v1\"");
    let workspace = Workspace::new();
    workspace.regen(&["--url", &server.url()]).expect_code(0);
    assert!(server.requests()[0].contains("accept-encoding: identity\r\n"));
    for (headers, sentence) in [
        (
            &[("content-encoding", "gzip")][..],
            "is compressed with `gzip`;",
        ),
        (
            &[("content-encoding", "br, gzip")],
            "is compressed with `br, gzip`;",
        ),
        // Of a body without a mark of its own the header tells.
        (&[("content-encoding", "br")], "is compressed with `br`;"),
        (
            &[("content-encoding", "zstd")],
            "is compressed with `zstd`;",
        ),
        (
            &[("content-encoding", "deflate")],
            "is compressed with `deflate`;",
        ),
        // Without the header the first bytes tell.
        (&[], "is compressed with `gzip`;"),
    ] {
        let server = Server::new(move |_, stream| {
            let length = [("content-length", "4")];
            let head = headers
                .iter()
                .chain(&length)
                .map(|(name, value)| format!("{name}: {value}\r\n"));
            let head: String = head.collect();
            let _sent = stream.write_all(
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{head}\r\n").as_bytes(),
            );
            let _sent = stream.write_all(b"\x1f\x8b\x08\x00");
        });
        let workspace = Workspace::new();
        let before = workspace.everything();
        let run = workspace.regen(&["--url", &server.url()]);
        run.expect_code(2);
        assert!(run.error.contains(sentence), "{run:#?}");
        assert_eq!(workspace.everything(), before);
    }
    let text = plain();
    let identity = Server::new(move |_, stream| {
        server::write(stream, "200 OK", &[("content-encoding", "identity")], &text);
    });
    Workspace::new()
        .regen(&["--url", &identity.url()])
        .expect_code(0);
}
