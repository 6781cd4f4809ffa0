//! The feed over `/updates`, over real HTTP and without waiting.

mod clock;
mod delivering;
mod ending;
mod fencing;
mod files;
mod letters;
mod overlap;
mod polling;
mod postgres;
mod starting;
mod status;
mod token_changes;
mod waiting;

use std::time::Duration;

use opentrain::Client;
use opentrain::feed::{Feed, FeedError, MemoryCheckpoint};
use opentrain::retry::Never;
use opentrain_mock::MockServer;
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{TOKEN, example, reply};
use clock::FeedClock;

/// Returns a client whose calls are sent once, and whose waits are half of their spread.
fn client(server: &MockServer, clock: &FeedClock) -> Client {
    let client = Client::builder()
        .base_url(server.base_url())
        .token(TOKEN)
        .clock(clock.clone())
        .jitter(|| u64::MAX / 2)
        .retry_policy(Never);
    client.build().unwrap()
}

/// Returns a feed of a scripted server, with a checkpoint in memory and without overlap.
fn feed(server: &MockServer, clock: &FeedClock, store: &MemoryCheckpoint) -> Feed {
    let updates = client(server, clock).updates();
    updates.follow(store.clone()).overlap(Duration::ZERO)
}

/// Returns the response that names the owner of the token.
fn me() -> Fault {
    reply(200, &example("auth_me").1)
}

/// Returns a page of readable events, with the cursor behind the last.
fn page(ids: &[&str], has_more: bool) -> Fault {
    page_of(&events(ids), ids.last().copied(), has_more)
}

fn page_of(events: &[Value], next_cursor: Option<&str>, has_more: bool) -> Fault {
    reply(
        200,
        &json!({"events": events, "nextCursor": next_cursor, "hasMore": has_more}),
    )
}

fn events(ids: &[&str]) -> Vec<Value> {
    let event = |id: &&str| json!({"id": id, "type": "message.received"});
    ids.iter().map(event).collect()
}

/// Returns an event that cannot be read and has no id.
fn garbage() -> Value {
    json!({"kind": "lost"})
}

/// Handles and commits what the feed delivers, until it sleeps and the clock does not go on, or until it has ended. Returns the ids, or
/// the text of what has none.
async fn handled(feed: &mut Feed, clock: &FeedClock) -> Vec<String> {
    let mut handled = Vec::new();
    loop {
        let delivery = tokio::select! {
            biased;
            delivery = feed.next() => delivery,
            () = clock.stopped() => return handled,
        };
        let Some(delivery) = delivery else {
            return handled;
        };
        let delivery = delivery.unwrap();
        handled.push(name(&delivery.event().cloned().map_err(Clone::clone)));
        delivery.commit().await.unwrap();
    }
}

/// Returns the id of an event, or its text.
fn name(event: &Result<opentrain::Event, opentrain::UnreadableEvent>) -> String {
    match event {
        Ok(event) => event.id.to_string(),
        Err(unreadable) => {
            let id = unreadable.id().map(ToString::to_string);
            id.unwrap_or_else(|| String::from(unreadable.raw()))
        }
    }
}

/// Returns the error that ends a feed. After it, the feed yields no more events.
async fn end(feed: &mut Feed) -> FeedError {
    let error = feed.next().await.unwrap().map(|_| ()).unwrap_err();
    assert!(feed.next().await.is_none());
    error
}

/// Returns the cursors of the polls so far; empty for a poll without one.
fn cursors(server: &MockServer) -> Vec<String> {
    let requests = server.requests().into_iter();
    let polls = requests.filter(|request| request.path.ends_with("/updates"));
    let cursor = |query: &[(String, String)]| {
        let mut pairs = query.iter();
        let found = pairs.find(|(name, _)| name == "cursor");
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    polls.map(|request| cursor(&request.query)).collect()
}
