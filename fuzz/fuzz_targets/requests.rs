//! Requests to the mock, which must respond to each, and never with a 5xx.
//!
//! Input: method and target in a line, content type in a line, body.
#![no_main]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use opentrain_mock::MockServer;

/// Time after which a response counts as missing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Number of requests after which the mock forgets what they did, so that its state stays small.
const REQUESTS: u32 = 20_000;

static MOCK: LazyLock<MockServer> = LazyLock::new(|| {
    let builder = MockServer::builder().jobs(3);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime starts");
    runtime.block_on(builder.start()).expect("the mock starts")
});

/// Returns a line as one that HTTP carries: no spaces, no line ends, no bytes beyond ASCII.
fn graphic(line: &[u8]) -> String {
    let shown = |byte: &u8| char::from(if byte.is_ascii_graphic() { *byte } else { b'~' });
    line.iter().map(shown).collect()
}

fn exchange(method: &str, target: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} /{target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {}\r\ncontent-type: {content_type}\r\n\
         content-length: {}\r\n\r\n",
        MOCK.token(),
        body.len()
    );
    let address = MOCK.base_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the mock listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("it is long");
    stream
        .write_all(&[head.as_bytes(), body].concat())
        .expect("the mock reads");
    let mut response = Vec::new();
    stream
        .read_to_end(&mut response)
        .expect("the mock responds in time");
    response
}

fn forget() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if COUNT.fetch_add(1, Ordering::Relaxed) % REQUESTS == REQUESTS - 1 {
        MOCK.start_anew(1, 3);
    }
}

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let (Some(first), Some(content_type), Some(body)) = (lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let first = graphic(first);
    let (method, target) = first.split_once('/').unwrap_or(("GET", &first));
    let method = ["GET", "POST", "PATCH", "DELETE", "PUT"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("POST");
    // The control routes can make the mock wait, deviate and stop: that is their purpose.
    if target.starts_with("_mock") {
        return;
    }
    forget();
    let response = exchange(method, target, &graphic(content_type), body);
    let shown = || String::from_utf8_lossy(&response);
    assert!(response.starts_with(b"HTTP/1.1 "), "{}", shown());
    assert!(response.get(9) != Some(&b'5'), "{}", shown());
});
