//! Every operation against independent mocks that Prism makes from the documents alone.
//!
//! ```text
//! prism mock --errors --port 4010 spec/documented.json &
//! prism mock --errors --port 4011 spec/agent-auth.json &
//! OPENTRAIN_PRISM=127.0.0.1:4010,127.0.0.1:4011 cargo test -p opentrain-tests --test prism
//! ```
//!
//! Prism checks every request against the document; the client must be able to read every response. Without the variable it says
//! that it was skipped.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops says why"
)]

#[path = "../operations.rs"]
mod operations;

use opentrain::Client;
use opentrain::retry::Never;
use opentrain_api::DOCUMENTS;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const VARIABLE: &str = "OPENTRAIN_PRISM";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let Ok(addresses) = std::env::var(VARIABLE) else {
        println!("skipped: {VARIABLE} names no mocks; CONTRIBUTING.md says how to start them");
        return;
    };
    let (public, agent) = addresses
        .split_once(',')
        .expect("two addresses, with a comma between them");
    let url = forward(String::from(public), String::from(agent)).await;
    let client = Client::builder()
        .base_url(url)
        .token("ot_pat_example_0000")
        .retry_policy(Never)
        .build()
        .unwrap();
    let mut passed = 0;
    for operation in DOCUMENTS.iter().flat_map(|document| document.operations) {
        let called = operations::call(&client, operation.id).await;
        let called =
            called.unwrap_or_else(|| panic!("`opentrain` has no call for {}", operation.id));
        if let Err(error) = called {
            let details = error.api().map(|error| error.details().to_string());
            panic!("{}: {error:?} {details:?}", operation.id);
        }
        passed += 1;
    }
    println!("{passed} passed, 0 failed");
}

/// Removes the server's path, since prism serves the paths of a document without it.
async fn forward(public: String, agent: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass(stream, public.clone(), agent.clone()));
        }
    });
    url
}

/// Passes one request on. The client is asked to close, so that each request has a connection of its own.
async fn pass(mut client: TcpStream, public: String, agent: String) {
    let mut request = Vec::new();
    while !is_whole(&request) {
        if client.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let text = String::from_utf8(request).unwrap();
    let target = if text.contains(" /api/public/v1/") {
        public
    } else {
        agent
    };
    let text =
        text.replacen(" /api/public/v1/", " /", 1)
            .replacen("\r\n", "\r\nconnection: close\r\n", 1);
    let mut mock = TcpStream::connect(target).await.unwrap();
    mock.write_all(text.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    mock.read_to_end(&mut response).await.unwrap();
    client.write_all(&response).await.unwrap();
    let _ = client.shutdown().await;
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0)
}
