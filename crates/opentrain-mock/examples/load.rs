//! Throughput of the mock, as a part of that of a plain axum server.
//!
//! `cargo run --release -p opentrain-mock --example load`: both servers run in this process on a thread and a runtime of their own,
//! and take the same keep-alive requests in turn. The throughput of one machine says little; the ratios are the result. The first is
//! to a plain server that responds with a JSON of a few bytes, the second to one that responds with as many bytes as the mock.
//! The command fails if the mock has less than 0.6 of the former for a small response, or of the latter for a page.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use opentrain_mock::{MockServer, TokenOwner};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Least ratio of the throughputs.
const FLOOR: f64 = 0.6;
/// Responses up to this size are small.
const SMALL: usize = 2_000;
/// Number of bytes of the largest response.
const BUFFER: usize = 256 * 1024;
/// Number of rounds, in each of which every server is measured. The median of their ratios counts.
const ROUNDS: usize = 21;
/// Duration of a measurement.
const ROUND: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mock = MockServer::builder().jobs(60).start().await?;
    // The employer of the first job, who has an account of their own.
    let token = mock.issue_token(&["jobs:read", "proposals:read"], TokenOwner::Stranger)?;
    mock.human().best_candidate_applies("job_000001")?;
    mock.human().of(&token)?.make_events(50)?;
    let mock_address: SocketAddr = mock.base_url().trim_start_matches("http://").parse()?;
    let plain_address = plain_server()?;
    let paths = [
        ("auth_me", "/auth/me"),
        ("jobs_get", "/jobs/job_000001"),
        ("jobs_search", "/jobs?limit=25"),
        ("updates_poll", "/updates?limit=50"),
    ];
    println!(
        "{:>11} {:>12} {:>7} {:>9} {:>8} {:>10}",
        "connections", "", "bytes", "a second", "of hello", "of as many"
    );
    let mut least = f64::INFINITY;
    for connections in [1, 64] {
        for (name, path) in paths {
            let path = format!("/api/public/v1{path}");
            let asked = request(&path, &token);
            let bytes = body_length(mock_address, &asked).await?;
            let as_many = request(&format!("/bytes/{bytes}"), "");
            let servers = [
                (mock_address, &asked),
                (plain_address, &request("/hello", "")),
                (plain_address, &as_many),
            ];
            let (mut rates, mut of_hello, mut of_as_many) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let mut round = [0.0; 3];
                for (rate, (address, request)) in round.iter_mut().zip(servers) {
                    *rate = throughput(address, connections, request).await?;
                }
                let [mock, hello, as_many] = round;
                rates.push(mock);
                of_hello.push(mock / hello);
                of_as_many.push(mock / as_many);
            }
            let [rate, of_hello, of_as_many] = [rates, of_hello, of_as_many].map(median);
            least = least.min(if bytes <= SMALL { of_hello } else { of_as_many });
            println!(
                "{connections:>11} {name:>12} {bytes:>7} {rate:>9.0} {of_hello:>8.2} {of_as_many:>10.2}"
            );
        }
    }
    match least >= FLOOR {
        true => Ok(()),
        false => Err(format!("the ratio {least:.2} is below {FLOOR}").into()),
    }
}

/// Starts the plain server on a thread and a runtime of its own, and returns its address.
fn plain_server() -> io::Result<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let hello = || async { Json(json!({ "hello": "world", "count": 1 })) };
    let bytes = |Path(length): Path<usize>| async move { vec![b' '; length] };
    let router = Router::new()
        .route("/hello", get(hello))
        .route("/bytes/{length}", get(bytes));
    std::thread::spawn(move || {
        runtime.block_on(async { axum::serve(TcpListener::from_std(listener)?, router).await })
    });
    Ok(address)
}

fn request(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n")
}

/// Returns the length of the body of a response.
async fn body_length(address: SocketAddr, request: &str) -> io::Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    let mut buffer = vec![0; BUFFER];
    exchange(&mut stream, &mut buffer, request).await
}

/// Returns the number of responses a second over so many connections.
async fn throughput(address: SocketAddr, connections: usize, request: &str) -> io::Result<f64> {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let request = request.to_owned();
        tasks.spawn(async move { exchange_until(started + ROUND, address, &request).await });
    }
    let mut count = 0_u32;
    while let Some(done) = tasks.join_next().await {
        count += done.map_err(io::Error::other)??;
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}

/// Sends requests over one connection, one after the other, until the deadline, and returns the number of responses.
async fn exchange_until(deadline: Instant, address: SocketAddr, request: &str) -> io::Result<u32> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; BUFFER];
    let mut count = 0;
    while Instant::now() < deadline {
        exchange(&mut stream, &mut buffer, request).await?;
        count += 1;
    }
    Ok(count)
}

/// Sends a request, reads the response, and returns the length of its body.
async fn exchange(stream: &mut TcpStream, buffer: &mut [u8], request: &str) -> io::Result<usize> {
    stream.write_all(request.as_bytes()).await?;
    let mut filled = 0;
    let mut lengths = None;
    while lengths.is_none_or(|(head, body)| filled < head + body) {
        match stream.read(&mut buffer[filled..]).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
        lengths = lengths.or_else(|| response_lengths(&buffer[..filled]));
    }
    Ok(lengths.map_or(0, |(_, body)| body))
}

/// Returns the lengths of the head and the body of a response, or `None` while the head is incomplete.
fn response_lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    Some((end + 4, length?.parse().ok()?))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
