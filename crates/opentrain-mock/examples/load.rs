//! Throughput of the mock, as a part of that of a plain axum server that responds with a small JSON.
//!
//! `cargo run --release -p opentrain-mock --example load`: both servers run in this process on a thread and a runtime of their own,
//! and take the same keep-alive requests in turn. The throughput of one machine says little; the ratio is the result. It fails if the
//! mock is far slower than usual on `auth_me`, whose response is about as small as that of the plain server; the response of `jobs_get`
//! has 1.5 kB.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::routing::get;
use axum::{Json, Router};
use opentrain_mock::MockServer;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Least ratio of the throughput of `auth_me` to that of the plain server. Usual are 0.7 over one connection and 0.58 over 64.
const FLOOR: f64 = 0.45;
/// Number of measurements of each server. The median counts.
const ROUNDS: usize = 7;
/// Duration of a measurement.
const ROUND: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mock = MockServer::builder().jobs(60).start().await?;
    let mock_address: SocketAddr = mock.base_url().trim_start_matches("http://").parse()?;
    let plain_address = plain_server()?;
    let hello = "GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned();
    let me = format!(
        "GET /api/public/v1/auth/me HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        mock.token()
    );
    let job = "GET /api/public/v1/jobs/job_000001 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned();
    let mut least = f64::INFINITY;
    for connections in [1, 64] {
        for (name, request) in [("auth_me", &me), ("jobs_get", &job)] {
            let mut rates = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                rates[0].push(throughput(plain_address, connections, &hello).await?);
                rates[1].push(throughput(mock_address, connections, request).await?);
            }
            let [plain, mock] = rates.map(median);
            let ratio = mock / plain;
            if name == "auth_me" {
                least = least.min(ratio);
            }
            println!(
                "{connections:>3} connections, {name:>8}: {mock:>7.0} requests a second, {ratio:.2} of a plain server's {plain:.0}"
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
    let router = Router::new().route("/hello", get(hello));
    std::thread::spawn(move || {
        runtime.block_on(async { axum::serve(TcpListener::from_std(listener)?, router).await })
    });
    Ok(address)
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
    let mut buffer = vec![0; 64 * 1024];
    let mut count = 0;
    while Instant::now() < deadline {
        stream.write_all(request.as_bytes()).await?;
        let mut filled = 0;
        while response_length(&buffer[..filled]).is_none_or(|length| filled < length) {
            match stream.read(&mut buffer[filled..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
        }
        count += 1;
    }
    Ok(count)
}

/// Returns the length of a response with its head, or `None` while the head is incomplete.
fn response_length(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, _) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    Some(head.len() + 4 + length?.parse::<usize>().ok()?)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}
