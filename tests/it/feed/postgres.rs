//! The feed with its checkpoint in PostgreSQL. Without a server, each test says that it is skipped.

mod database;
mod leases;
mod letters;
mod outages;
mod proxy;
mod rows;
#[path = "../../fleet/schema.rs"]
mod schema;
mod warnings;

use opentrain::feed::Feed;
use opentrain_postgres::PostgresCheckpoint;

use super::{FeedClock, client};
use crate::support::Scripted;
use database::Database;

/// Returns a feed without overlap whose checkpoint is in the row `hiring`.
fn feed(server: &Scripted, clock: &FeedClock, database: &Database) -> Feed {
    feed_of(server, clock, database.store("hiring"))
}

fn feed_of(server: &Scripted, clock: &FeedClock, store: PostgresCheckpoint) -> Feed {
    let feed = client(server, clock).updates().follow(store);
    feed.overlap(std::time::Duration::ZERO)
}

/// Commits the next event, and returns its id.
async fn commit_next(feed: &mut Feed) -> String {
    let delivery = feed.next().await.unwrap().unwrap();
    let id = delivery.event().unwrap().id.to_string();
    delivery.commit().await.unwrap();
    id
}
