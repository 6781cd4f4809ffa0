//! The process that follows the feed, and is killed and paused.
//!
//! It reports on standard output, a line each: `H id` for an event that is handled, then `C id` once its commit has returned, or `F id` if the
//! commit was fenced.

use std::io::Write as _;
use std::time::Duration;

use fastrand::Rng;
use opentrain::Client;
use opentrain::feed::{CheckpointError, Feed};
use opentrain_postgres::PostgresCheckpoint;
use opentrain_postgres::tokio_postgres::NoTls;

use crate::schema::within;

/// First argument of the child.
pub(crate) const FLAG: &str = "--child";

/// Overlap of the feed: far longer than the second for which an event stays hidden.
const OVERLAP: Duration = Duration::from_secs(5);

/// Follows the feed until it is killed. Arguments: base URL, token, database, schema, name, seed.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(arguments: &[String]) {
    let [base_url, token, database, schema, name, seed] = arguments else {
        panic!("{arguments:?}");
    };
    let client = Client::builder().base_url(base_url).token(token.as_str());
    let store = PostgresCheckpoint::new(within(database, schema), NoTls, name);
    let store = store.lease(Duration::from_millis(600));
    let feed = client.build().unwrap().updates().follow(store);
    let feed = feed.overlap(OVERLAP).page_size(50);
    let mut feed = feed.interval(Duration::from_millis(100));
    let mut chance = Rng::with_seed(seed.parse().unwrap());
    loop {
        match chance.u64(..3) == 0 {
            true => page(&mut feed, &mut chance).await,
            false => one(&mut feed, &mut chance).await,
        }
    }
}

async fn one(feed: &mut Feed, chance: &mut Rng) {
    let delivery = feed.next().await.unwrap().unwrap();
    let id = [delivery.event().unwrap().id.to_string()];
    report("H", &id);
    work(chance).await;
    if chance.u64(..10) == 0
        && let Err(error) = delivery.renew().await
    {
        assert!(error.is_fenced(), "{error:?}");
    }
    record_commit(delivery.commit().await, &id);
}

async fn page(feed: &mut Feed, chance: &mut Rng) {
    let page = feed.next_page().await.unwrap().unwrap();
    let ids = page.events().map(|event| event.unwrap().id.to_string());
    let mut ids: Vec<String> = ids.collect();
    ids.truncate(usize::try_from(1 + chance.u64(..10)).unwrap());
    report("H", &ids);
    work(chance).await;
    record_commit(page.commit_first(ids.len()).await, &ids);
}

/// Takes some time, as a handler does.
async fn work(chance: &mut Rng) {
    tokio::time::sleep(Duration::from_millis(chance.u64(..10))).await;
}

fn record_commit(committed: Result<(), CheckpointError>, ids: &[String]) {
    match committed {
        Ok(()) => report("C", ids),
        Err(error) if error.is_fenced() => report("F", ids),
        Err(error) => panic!("{error:?}"),
    }
}

fn report(mark: &str, ids: &[String]) {
    let lines: String = ids.iter().map(|id| format!("{mark} {id}\n")).collect();
    let mut out = std::io::stdout().lock();
    out.write_all(lines.as_bytes()).unwrap();
    out.flush().unwrap();
}
