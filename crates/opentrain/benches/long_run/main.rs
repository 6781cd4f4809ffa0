//! Long runs against a server on loopback: the memory of a feed over a million events, and what prefetching saves.
//!
//! `cargo bench -p opentrain --bench long_run` prints both, and fails if the memory grows. It needs Linux, which reports the memory.

#[path = "../cost/account.rs"]
mod account;
#[path = "../cost/server.rs"]
mod server;

use std::error::Error;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use opentrain::Client;
use opentrain::feed::MemoryCheckpoint;

use crate::account::ACCOUNT;
use crate::server::Server;

/// Number of events that are followed, and of those after which memory is compared.
const EVENTS: usize = 1_000_000;
const WARM_UP: usize = 100_000;
/// Number of events in a page.
const PAGE: usize = 200;
/// Most memory that may be added after the warm-up, in KiB.
const GROWTH_CAP: i64 = 2_048;
/// Number of pages that are read with and without prefetching.
const PAGES: usize = 100;
/// Time that the server takes for a page, and the program for what it does with one.
const WORK: Duration = Duration::from_millis(5);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` starts this program too, without the argument.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    follow().await?;
    let (one_by_one, ahead) = (read(false).await?, read(true).await?);
    let ratio = ahead.as_secs_f64() / one_by_one.as_secs_f64();
    println!("prefetching: {ratio:.2} of the time of {PAGES} pages one after the other");
    Ok(())
}

/// Follows a feed and compares the memory of the process early and at the end.
async fn follow() -> Result<(), Box<dyn Error>> {
    let server = Server::start(events)?;
    let mut feed = client(&server)?
        .updates()
        .follow(MemoryCheckpoint::default())
        .page_size(PAGE as u32);
    let mut before = 0;
    for count in 1..=EVENTS {
        let delivery = feed.next().await.ok_or("the feed has ended")??;
        delivery.commit().await?;
        if count == WARM_UP {
            before = memory()?;
        }
    }
    let grown = memory()? - before;
    println!("memory over {EVENTS} events: {before} KiB, and {grown} KiB more at the end");
    if grown > GROWTH_CAP {
        return Err(format!("that is more than {GROWTH_CAP} KiB").into());
    }
    Ok(())
}

/// Reads pages, and works on each. Returns how long that took.
async fn read(prefetch: bool) -> Result<Duration, Box<dyn Error>> {
    let server = Server::start(|target| {
        thread::sleep(WORK);
        jobs(target)
    })?;
    let client = client(&server)?;
    let pages = client.jobs().search().pages();
    let mut pages = if prefetch { pages.prefetch() } else { pages };
    let (started, mut count) = (Instant::now(), 0);
    while let Some(page) = pages.try_next().await? {
        assert_eq!(page.items.len(), 1);
        count += 1;
        tokio::time::sleep(WORK).await;
    }
    assert_eq!(count, PAGES);
    Ok(started.elapsed())
}

fn client(server: &Server) -> opentrain::Result<Client> {
    Client::builder()
        .base_url(&server.url)
        .token("ot_pat_example_0000")
        .without_tokenless_limit()
        .build()
}

/// Returns the page of events after a cursor, or the account that they are of.
fn events(target: &str) -> (u16, String) {
    if target.ends_with("/auth/me") {
        return (200, String::from(ACCOUNT));
    }
    let first = cursor(target) + 1;
    let event = |id: usize| {
        format!(
            r#"{{"id":"{id}","type":"proposal.received","apiVersion":"v1","createdAt":"2026-03-04T05:06:07.000Z","resourceId":"prp_44k","jobId":"job_9xT","data":{{"proposalId":"prp_44k","jobId":"job_9xT"}}}}"#
        )
    };
    let page: Vec<String> = (first..first + PAGE).map(event).collect();
    let last = first + PAGE - 1;
    let page = page.join(",");
    (
        200,
        format!(r#"{{"events":[{page}],"nextCursor":"{last}","hasMore":true}}"#),
    )
}

/// Returns the page of one job after a cursor.
fn jobs(target: &str) -> (u16, String) {
    let number = cursor(target) + 1;
    let next = if number < PAGES {
        format!("\"{number}\"")
    } else {
        String::from("null")
    };
    let job = format!(
        r#"{{"id":"job_{number}","slug":"s","title":"Dialect tagging","status":"OPEN","url":"https://example.org/{number}","applyUrl":"https://example.org/{number}"}}"#
    );
    (
        200,
        format!(
            r#"{{"jobs":[{job}],"nextCursor":{next},"generatedAt":"2026-03-04T05:06:07.000Z"}}"#
        ),
    )
}

/// Returns the number in the cursor of a request; 0 if there is none.
fn cursor(target: &str) -> usize {
    let rest = target.split_once("cursor=").map(|(_, rest)| rest);
    let digits = rest.and_then(|rest| rest.split('&').next());
    digits.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Returns the memory of this process in KiB.
fn memory() -> Result<i64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("the system does not say")?.parse()?)
}
