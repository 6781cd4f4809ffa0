//! How much a large marketplace costs: memory, and the time of a page at its beginning, in its middle and at its end.
//!
//! `cargo run -p opentrain-mock --example scale`: 100,000 jobs, over HTTP on loopback, in one process with the client.
//! The times of one machine say little, so it prints what they are to each other.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use opentrain_mock::MockServer;
use serde_json::Value;

const JOBS: usize = 100_000;
const PAGE: usize = 100;
/// How often each page is asked for.
const REPETITIONS: usize = 201;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let server = MockServer::builder().jobs(JOBS).start().await?;
    println!("{JOBS} jobs, seeded in {:.1?}", started.elapsed());
    println!("resident memory: {}", resident()?);
    let base = format!("{}/api/public/v1/jobs?limit={PAGE}", server.base_url());
    let client = reqwest::Client::new();
    let cursors = walk(&client, &base).await?;
    println!("pages of {PAGE}: {}", cursors.len());
    for filter in ["", "&language=german", "&language=german&q=segmentation"] {
        compare(&client, &format!("{base}{filter}"), &cursors).await?;
    }
    println!("resident memory after that: {}", resident()?);
    Ok(())
}

/// The cursor before each page.
async fn walk(client: &reqwest::Client, base: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut cursors = vec![String::new()];
    loop {
        let last = cursors.last().map(String::as_str).unwrap_or_default();
        let text = page(client, &format!("{base}&cursor={last}")).await?;
        let page: Value = serde_json::from_str(&text)?;
        match page["nextCursor"].as_str() {
            Some(next) => cursors.push(next.to_owned()),
            None => return Ok(cursors),
        }
    }
}

async fn page(client: &reqwest::Client, url: &str) -> Result<String, Box<dyn Error>> {
    let answer = client.get(url).send().await?.error_for_status()?;
    Ok(answer.text().await?)
}

/// The median times of three pages, taken in turn. The end is where a fifth of the jobs is left, so that a filter still finds a whole
/// page there.
async fn compare(
    client: &reqwest::Client,
    base: &str,
    cursors: &[String],
) -> Result<(), Box<dyn Error>> {
    let places = [0, cursors.len() / 2, cursors.len() * 4 / 5];
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..REPETITIONS {
        for (place, times) in places.iter().zip(&mut times) {
            let url = format!("{base}&cursor={}", cursors[*place]);
            let started = Instant::now();
            page(client, &url).await?;
            times.push(started.elapsed());
        }
    }
    let [first, middle, end] = times.map(median);
    let to_first = |time: Duration| time.as_secs_f64() / first.as_secs_f64();
    let filter = base.split("limit=100").last().unwrap_or_default();
    println!(
        "{filter:>32}  first page {first:.2?}, middle {:.2} times that, end {:.2} times",
        to_first(middle),
        to_first(end)
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// What the system says of this process.
fn resident() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.unwrap_or("unknown").trim().to_owned())
}
