//! Cost of a large marketplace: memory, the time of a page at its beginning, in its middle and at its end, and its whole state
//! taken and restored while other requests come.
//!
//! `cargo run -p opentrain-mock --example scale`: 100,000 jobs, over HTTP on loopback, in one process with the client. The times of
//! one machine say little, so what counts is what they are to each other. It fails if a late page takes far longer than an early one,
//! or if the process ever needs more memory than it should.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use opentrain_mock::MockServer;
use serde_json::Value;
use tokio::io::AsyncWriteExt;

const JOBS: usize = 100_000;
const PAGE: usize = 100;
/// Number of requests for each page.
const REPETITIONS: usize = 201;
/// Greatest time of a later page, as a multiple of that of the first. It is about 1; a machine with other work needs room.
const RATIO_CAP: f64 = 3.0;
/// The most memory that the process may ever need, in MiB.
const MEMORY_CAP: u64 = 1_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let server = MockServer::builder().jobs(JOBS).start().await?;
    println!("{JOBS} jobs, seeded in {:.1?}", started.elapsed());
    println!("memory: {} MiB", memory("VmRSS")?);
    let base = format!("{}/api/public/v1/jobs?limit={PAGE}", server.base_url());
    let client = reqwest::Client::new();
    let cursors = walk(&client, &base).await?;
    println!("pages of {PAGE}: {}", cursors.len());
    for filter in ["", "&language=german", "&language=german&q=segmentation"] {
        compare(&client, &format!("{base}{filter}"), &cursors).await?;
    }
    println!("memory after that: {} MiB", memory("VmRSS")?);
    take_and_restore(&client, server.base_url()).await?;
    let most = memory("VmHWM")?;
    println!("the most memory at any time: {most} MiB");
    match most <= MEMORY_CAP {
        true => Ok(()),
        false => Err(format!("that is more than {MEMORY_CAP} MiB").into()),
    }
}

/// Writes the whole state into a file and restores it from there, without ever having it in memory, and measures the longest wait of
/// small requests meanwhile.
async fn take_and_restore(client: &reqwest::Client, base: &str) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("state.json");
    let url = format!("{base}/_mock/state");
    let (took, wait) = beside(client, base, download(client, &url, &path)).await?;
    let size = fs::metadata(&path)?.len() >> 20;
    println!(
        "state of {size} MiB taken in {took:.1?}, the longest wait of other requests {wait:.1?}"
    );
    println!("the most memory so far: {} MiB", memory("VmHWM")?);
    let (took, wait) = beside(client, base, upload(client, &url, &path)).await?;
    println!("restored in {took:.1?}, the longest wait of other requests {wait:.1?}");
    Ok(())
}

async fn download(client: &reqwest::Client, url: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut response = client.get(url).send().await?.error_for_status()?;
    let mut file = tokio::fs::File::create(path).await?;
    while let Some(chunk) = response.chunk().await? {
        file.write_all(&chunk).await?;
    }
    Ok(file.flush().await?)
}

async fn upload(client: &reqwest::Client, url: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    let file = tokio::fs::File::open(path).await?;
    let response = client.put(url).body(file).send().await?;
    response.error_for_status()?;
    Ok(())
}

/// Returns the time of the work, and the longest wait of a small request meanwhile.
async fn beside(
    client: &reqwest::Client,
    base: &str,
    work: impl Future<Output = Result<(), Box<dyn Error>>>,
) -> Result<(Duration, Duration), Box<dyn Error>> {
    let url = format!("{base}/api/public/v1/jobs/job_000001");
    let started = Instant::now();
    let mut longest = Duration::ZERO;
    let mut work = std::pin::pin!(work);
    loop {
        let asked = Instant::now();
        let mut small = std::pin::pin!(page(client, &url));
        let done = tokio::select! {
            done = &mut work => Some(done),
            done_small = &mut small => { done_small?; None }
        };
        if let Some(done) = done {
            done?;
            let took = started.elapsed();
            small.await?;
            return Ok((took, longest.max(asked.elapsed())));
        }
        longest = longest.max(asked.elapsed());
    }
}

/// Returns the cursor before each page.
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
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(response.text().await?)
}

/// Compares the median times of three pages, requested in turn. The end is where a fifth of the jobs is left, so that a filter still finds a whole
/// page there.
///
/// # Errors
///
/// If a later page takes far longer than the first.
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
    let (middle, end) = (to_first(middle), to_first(end));
    let filter = base.split("limit=100").last().unwrap_or_default();
    println!(
        "{filter:>32}  first page {first:.2?}, middle {middle:.2} times that, end {end:.2} times"
    );
    match middle.max(end) <= RATIO_CAP {
        true => Ok(()),
        false => Err(format!("a late page takes more than {RATIO_CAP} times as long").into()),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Returns a figure of this process in MiB: `VmRSS` is the memory in use now, `VmHWM` the most that was ever in use.
fn memory(field: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kibibytes.ok_or("the system does not say")?.parse::<u64>()? >> 10)
}
