//! The process that follows the feed, and is killed.
//!
//! It reports on standard output, a line each: `H name` for an event that was handled, then `C name` once its commit has returned.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use fastrand::Rng;
use opentrain::feed::{Feed, FileCheckpoint};
use opentrain::retry::{Backoff, RetryPolicyExt};
use opentrain::{Client, Event, UnreadableEvent};

/// First argument of the child.
pub(crate) const FLAG: &str = "--child";

/// Follows the feed until it is killed. Arguments: base URL, token, path of the checkpoint, seed.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [base_url, token, path, seed] = arguments else {
        return Err("the child needs a base URL, a token, a path and a seed".into());
    };
    // Few attempts a call, so that the feed has something to wait out itself.
    let policy = Backoff::default().first_delay(Duration::from_millis(20));
    let client = Client::builder()
        .base_url(base_url)
        .token(token.as_str())
        .retry_policy(policy.at_most(2))
        .build()?;
    let feed = client.updates().follow(FileCheckpoint::open(path)?);
    let mut feed = feed.interval(Duration::from_secs(1));
    let mut chance = Rng::with_seed(seed.parse()?);
    loop {
        let goes_on = match chance.u64(..5) == 0 {
            true => one_by_one(&mut feed, &mut chance).await?,
            false => page(&mut feed, &mut chance).await?,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// Handles some events and commits each. A handler fails now and then.
async fn one_by_one(feed: &mut Feed, chance: &mut Rng) -> Result<bool, Box<dyn Error>> {
    for _ in 0..=chance.u64(..20) {
        let Some(delivery) = feed.next().await else {
            return Ok(false);
        };
        let delivery = delivery?;
        if chance.u64(..200) == 0 {
            delivery.fail("the handler fails now and then").await?;
            continue;
        }
        let name = name(delivery.event());
        report(&[format!("H {name}")])?;
        delivery.commit().await?;
        report(&[format!("C {name}")])?;
    }
    Ok(true)
}

/// Handles a page, and commits all of it or its first events.
async fn page(feed: &mut Feed, chance: &mut Rng) -> Result<bool, Box<dyn Error>> {
    let Some(page) = feed.next_page().await else {
        return Ok(false);
    };
    let page = page?;
    let mut names: Vec<String> = page.events().map(name).collect();
    if chance.u64(..10) == 0 {
        let count = usize::try_from(chance.u64(..names.len() as u64))?;
        names.truncate(count);
    }
    let lines =
        |mark: &str| -> Vec<String> { names.iter().map(|name| format!("{mark} {name}")).collect() };
    report(&lines("H"))?;
    page.commit_first(names.len()).await?;
    report(&lines("C"))?;
    Ok(true)
}

/// Returns the id of an event, or the text of one that cannot be read.
fn name(event: Result<&Event, &UnreadableEvent>) -> String {
    event.map_or_else(
        |unreadable| String::from(unreadable.raw()),
        |event| event.id.to_string(),
    )
}

fn report(lines: &[String]) -> io::Result<()> {
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
