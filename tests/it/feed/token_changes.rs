//! A 401 counts only for the token that is current.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use opentrain::Client;
use opentrain::feed::{
    Acquired, CheckpointStore, CheckpointUpdate, DeadLetter, FeedError, MemoryCheckpoint,
    StoreFuture,
};
use opentrain::types::ApiToken;
use opentrain_mock::fault::Fault;
use serde_json::json;

use super::{FeedClock, client, cursors, end, handled, me, page};
use crate::support::{Scripted, example, reply};

fn revoked() -> Fault {
    let body = json!({"error": "The token was revoked", "code": "UNAUTHORIZED", "requestId": "r"});
    reply(401, &body)
}

#[tokio::test]
async fn while_a_change_of_the_token_is_announced_a_401_is_waited_out() {
    let script = [
        me(),
        page(&["1"], false),
        revoked(),
        revoked(),
        me(),
        page(&["1", "2"], false),
        revoked(),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(2);
    let client = client(&server, &clock);
    let mut feed = client.updates().follow(MemoryCheckpoint::new());
    let change = client.announce_token_change();
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    set_token(&client);
    drop(change);
    clock.allow(1);
    assert_eq!(handled(&mut feed, &clock).await, ["2"]);
    clock.allow(1);
    let error = end(&mut feed).await;
    assert!(matches!(error, FeedError::Unauthorized(_)), "{error:?}");
}

/// A store that replaces the token once, between the check of the token and the poll.
#[derive(Debug, Default)]
struct Replacing {
    memory: MemoryCheckpoint,
    client: OnceLock<Client>,
    is_done: AtomicBool,
}

impl CheckpointStore for Replacing {
    fn acquire(&self) -> StoreFuture<'_, Acquired> {
        self.memory.acquire()
    }

    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
        self.memory.save(epoch, update)
    }

    fn renew(&self, _: u64) -> StoreFuture<'_, ()> {
        if !self.is_done.swap(true, Ordering::Relaxed) {
            set_token(self.client.get().unwrap());
        }
        Box::pin(async { Ok(()) })
    }

    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
        self.memory.dead_letters(after, limit)
    }
}

fn set_token(client: &Client) {
    let token = ApiToken::from("ot_pat_example_0001");
    client.token().set(&token).unwrap();
}

#[tokio::test]
async fn a_401_to_a_token_that_was_replaced_meanwhile_is_no_verdict_on_the_new_one() {
    let server = Scripted::start([me(), revoked(), me(), page(&["1"], false)]).await;
    let clock = FeedClock::default();
    let client = client(&server, &clock);
    let store = Arc::new(Replacing::default());
    store.client.set(client.clone()).unwrap();
    let mut feed = client.updates().follow(store);
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
}

#[tokio::test]
async fn a_page_that_was_asked_for_with_another_token_is_not_delivered() {
    let script = [me(), page(&["7"], false), me(), page(&["1"], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let client = client(&server, &clock);
    let store = Arc::new(Replacing::default());
    store.client.set(client.clone()).unwrap();
    let mut feed = client.updates().follow(store);
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
}

#[tokio::test]
async fn a_new_token_of_another_account_is_refused_before_anything_is_delivered() {
    let mut other = example("auth_me").1;
    other["account"]["organizationId"] = json!("org_other");
    let script = [me(), page(&["1"], false), reply(200, &other)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let client = client(&server, &clock);
    let mut feed = client.updates().follow(MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    set_token(&client);
    clock.allow(1);
    let error = end(&mut feed).await;
    assert!(matches!(error, FeedError::Checkpoint(_)), "{error:?}");
    assert_eq!(cursors(&server).len(), 1);
}
