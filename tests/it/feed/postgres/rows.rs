//! Tables, and rows that cannot be used.

use std::iter;

use opentrain::feed::{CheckpointError, CheckpointStore, FeedError};
use opentrain_postgres::CREATE_TABLES;

use super::{Database, commit_next, feed};
use crate::feed::{FeedClock, end, handled, me, page};
use crate::support::{Scripted, chain};

#[tokio::test]
async fn a_feed_goes_on_behind_its_last_commit_in_another_process() {
    let Some(database) = Database::open("goes_on").await else {
        return;
    };
    let script = [me(), page(&["1", "2"], false), me(), page(&["2"], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    assert_eq!(
        commit_next(&mut feed(&server, &clock, &database)).await,
        "1"
    );
    database.end_leases().await;
    assert_eq!(
        handled(&mut feed(&server, &clock, &database), &clock).await,
        ["2"]
    );
    assert_eq!(crate::feed::cursors(&server), ["", "1"]);
}

#[tokio::test]
async fn a_checkpoint_of_another_account_or_server_is_refused() {
    let Some(database) = Database::open("foreign").await else {
        return;
    };
    let script = [me(), page(&["1"], false), me(), me()];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    commit_next(&mut feed(&server, &clock, &database)).await;
    for (path, value) in [
        ("{account,organizationId}", "org_other"),
        ("{baseUrl}", "https://other.example"),
    ] {
        let before = database
            .value("SELECT checkpoint FROM opentrain_checkpoint")
            .await;
        database
            .run(&format!(
                "UPDATE opentrain_checkpoint SET lease_until = clock_timestamp(),
                    checkpoint = jsonb_set(checkpoint::jsonb, '{path}', '\"{value}\"')"
            ))
            .await;
        let error = end(&mut feed(&server, &clock, &database)).await;
        let FeedError::Checkpoint(CheckpointError::Foreign { stored, .. }) = &error else {
            panic!("{error:?}");
        };
        assert!(stored.contains(value), "{stored}");
        assert!(database.is_free("hiring").await);
        database
            .run(&format!(
                "UPDATE opentrain_checkpoint SET checkpoint = '{before}'"
            ))
            .await;
    }
}

#[tokio::test]
async fn a_row_that_holds_no_checkpoint_ends_the_feed_and_stays_as_it_is() {
    let Some(database) = Database::open("unreadable").await else {
        return;
    };
    let server = Scripted::start(iter::empty()).await;
    for (content, is_expected) in [
        (
            "{}",
            (|error| matches!(error, CheckpointError::Unreadable { .. })) as fn(&_) -> bool,
        ),
        (r#"{"format": 1, "position": 7}"#, |error| {
            matches!(error, CheckpointError::Unreadable { .. })
        }),
        (r#"{"format": 2}"#, |error| {
            matches!(error, CheckpointError::UnknownFormat { format: 2, .. })
        }),
    ] {
        database
            .run(&format!(
                "DELETE FROM opentrain_checkpoint;
                INSERT INTO opentrain_checkpoint VALUES ('hiring', '{content}', 1, NULL, 0, now())"
            ))
            .await;
        let error = end(&mut feed(&server, &FeedClock::default(), &database)).await;
        let FeedError::Checkpoint(error) = &error else {
            panic!("{error:?}");
        };
        assert!(is_expected(error), "{content}: {error:?}");
        assert_eq!(
            database
                .value("SELECT checkpoint FROM opentrain_checkpoint")
                .await,
            content
        );
        assert!(database.is_free("hiring").await, "{content}");
    }
}

#[tokio::test]
async fn tables_are_created_by_many_processes_at_once_and_never_by_a_feed() {
    let Some(database) = Database::without_tables("creation").await else {
        return;
    };
    let server = Scripted::start(iter::empty()).await;
    let error = end(&mut feed(&server, &FeedClock::default(), &database)).await;
    let message = chain(&error);
    assert!(
        message.contains("acquiring the checkpoint `hiring` failed")
            && message.contains("does not exist"),
        "{message}"
    );
    let mut creations = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = database.store("hiring");
        creations.spawn(async move { store.create_tables().await });
    }
    while let Some(created) = creations.join_next().await {
        created.unwrap().unwrap();
    }
    // They are the same as those of a migration.
    database.run(CREATE_TABLES).await;
    database.store("hiring").acquire().await.unwrap();
}
