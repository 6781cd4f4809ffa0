//! Tests of the lease: the holder of the checkpoint, and its time.

use std::sync::Arc;
use std::time::Duration;

use opentrain::feed::{Acquired, CheckpointStore, FeedPhase};

use super::{Database, commit_next, feed};
use crate::feed::{FeedClock, client, handled, me, page};
use crate::support::Scripted;

const NONE: [&str; 0] = [];

/// Returns for how long a store has to wait.
async fn wait_of(store: &impl CheckpointStore) -> Duration {
    match store.acquire().await.unwrap() {
        Acquired::Held { retry_after } => retry_after,
        granted => panic!("{granted:?}"),
    }
}

#[tokio::test]
async fn a_second_feed_waits_and_takes_over_when_the_lease_ends_by_the_databases_clock() {
    let Some(database) = Database::open("takes_over").await else {
        return;
    };
    let script = [
        me(),
        page(&["1", "2", "3"], false),
        me(),
        page(&["2", "3"], false),
        me(),
        page(&["3"], false),
    ];
    let server = Scripted::start(script).await;
    let (clock, others_clock) = (FeedClock::default(), FeedClock::default());
    let mut old = feed(&server, &clock, &database);
    assert_eq!(commit_next(&mut old).await, "1");
    let late = old.next().await.unwrap().unwrap();

    let mut new = feed(&server, &others_clock, &database);
    assert_eq!(handled(&mut new, &others_clock).await, NONE);
    assert_eq!(new.monitor().status().phase, FeedPhase::Standby);
    database.end_leases().await;
    others_clock.allow(1);
    assert_eq!(commit_next(&mut new).await, "2");

    // The old one has handled the event too, but nothing of it is saved.
    let error = late.commit().await.unwrap_err();
    assert!(error.is_fenced(), "{error:?}");
    assert_eq!(database.position("hiring").await, "2");

    // It waits as well, and goes on where the new one has stopped.
    assert_eq!(handled(&mut old, &clock).await, NONE);
    database.end_leases().await;
    clock.allow(1);
    assert_eq!(handled(&mut old, &clock).await, ["3"]);
}

#[tokio::test]
async fn a_held_checkpoint_is_asked_for_again_soon() {
    let Some(database) = Database::open("held").await else {
        return;
    };
    let holder = database.store("hiring");
    assert!(matches!(
        holder.acquire().await.unwrap(),
        Acquired::Granted { epoch: 1, .. }
    ));
    let other = database.store("hiring");
    assert_eq!(wait_of(&other).await, Duration::from_secs(5));
    // A second feed of the same store waits too.
    assert_eq!(wait_of(&holder).await, Duration::from_secs(5));
    database
        .run("UPDATE opentrain_checkpoint SET lease_until = clock_timestamp() + interval '4 s'")
        .await;
    match database.store("hiring").acquire().await.unwrap() {
        Acquired::Held { retry_after } => assert!(retry_after <= Duration::from_secs(4)),
        // On a machine that is slower than that, the lease is over.
        granted => assert!(matches!(granted, Acquired::Granted { epoch: 2, .. })),
    }
    database.end_leases().await;
    assert!(matches!(
        other.acquire().await.unwrap(),
        Acquired::Granted { epoch: 2.., .. }
    ));
}

#[tokio::test]
async fn the_lease_is_as_long_as_it_is_set_and_a_renewal_begins_it_anew() {
    let Some(database) = Database::open("renewal").await else {
        return;
    };
    let server = Scripted::start([me(), page(&["1"], false)]).await;
    let store = database.store("hiring").lease(Duration::from_secs(600));
    let mut feed = client(&server, &FeedClock::default())
        .updates()
        .follow(store);
    let delivery = feed.next().await.unwrap().unwrap();
    // The handler takes long: its lease is nearly over, again and again.
    for _ in 0..2 {
        database.end_leases().await;
        delivery.renew().await.unwrap();
        let left = database.lease_left().await;
        assert!((500.0..=600.0).contains(&left), "{left}");
        assert_eq!(
            wait_of(&database.store("hiring")).await,
            Duration::from_secs(5)
        );
    }
    database.end_leases().await;
    assert!(matches!(
        database.store("hiring").acquire().await.unwrap(),
        Acquired::Granted { .. }
    ));
    assert!(delivery.renew().await.unwrap_err().is_fenced());
    assert!(delivery.commit().await.unwrap_err().is_fenced());
}

#[tokio::test]
async fn a_leader_whose_lease_is_over_goes_on_while_no_other_has_taken_over() {
    let Some(database) = Database::open("expired").await else {
        return;
    };
    let server = Scripted::start([me(), page(&["1"], false)]).await;
    let mut feed = feed(&server, &FeedClock::default(), &database);
    let delivery = feed.next().await.unwrap().unwrap();
    database.end_leases().await;
    delivery.commit().await.unwrap();
    assert_eq!(database.position("hiring").await, "1");
    assert!(database.lease_left().await > 100.0);
}

#[tokio::test]
async fn a_holder_is_distinguished_from_another_one_of_the_same_epoch() {
    let Some(database) = Database::open("same_epoch").await else {
        return;
    };
    let server = Scripted::start([me(), page(&["1"], false)]).await;
    let mut feed = feed(&server, &FeedClock::default(), &database);
    let delivery = feed.next().await.unwrap().unwrap();
    // A replica that lacks the last writes was promoted, and has granted the epoch to another one.
    database
        .run("UPDATE opentrain_checkpoint SET holder = 'another'")
        .await;
    assert!(delivery.renew().await.unwrap_err().is_fenced());
    assert!(delivery.commit().await.unwrap_err().is_fenced());
    assert_eq!(database.position("hiring").await, "");
}

#[tokio::test]
async fn a_released_checkpoint_is_free_at_once() {
    let Some(database) = Database::open("released").await else {
        return;
    };
    let server = Scripted::start([me(), page(&["1", "2"], false), me(), page(&["2"], false)]);
    let (server, clock) = (server.await, FeedClock::default());
    let store = Arc::new(database.store("hiring"));
    store.release().await.unwrap();
    let updates = client(&server, &clock).updates();
    let mut first = updates.follow(Arc::clone(&store)).overlap(Duration::ZERO);
    assert_eq!(commit_next(&mut first).await, "1");
    drop(first);
    store.release().await.unwrap();
    store.release().await.unwrap();
    let mut second = feed(&server, &clock, &database);
    assert_eq!(commit_next(&mut second).await, "2");
    // A release that comes late takes nothing from the next one.
    store.release().await.unwrap();
    assert!(database.lease_left().await > 100.0);
}
