//! Handlers that fail, and events that are given up.

use opentrain::feed::{Feed, MemoryCheckpoint};
use serde_json::json;

use super::{FeedClock, events, feed, handled, me, page, page_of};
use crate::support::Scripted;

/// Fails what the feed delivers next, and returns its id and how often it had failed.
async fn fail(feed: &mut Feed, reason: &str) -> (String, u32) {
    let delivery = feed.next().await.unwrap().unwrap();
    let failed = (
        delivery.event().unwrap().id.to_string(),
        delivery.failures(),
    );
    delivery.fail(reason).await.unwrap();
    failed
}

#[tokio::test]
async fn an_event_comes_again_after_growing_pauses_until_it_is_given_up() {
    let server = Scripted::start([me(), page(&["1", "2"], false)]).await;
    let clock = FeedClock::allowing(4);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    for failures in 0..5 {
        assert_eq!(fail(&mut feed, "no").await, (String::from("1"), failures));
    }
    assert_eq!(handled(&mut feed, &clock).await, ["2"]);
    let waits: Vec<u128> = clock
        .waits()
        .iter()
        .map(std::time::Duration::as_millis)
        .collect();
    assert_eq!(waits, [750, 1_500, 3_000, 6_000, 30_000]);
    let letters = feed.dead_letters(0, 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(
        (
            letter.number,
            letter.failures,
            letter.reason.as_str(),
            letter.place.as_str()
        ),
        (1, 5, "no", "1")
    );
    assert_eq!(letter.parse().unwrap().id, "1");
    assert_eq!(feed.monitor().status().dead_letters, 1);
}

#[tokio::test]
async fn failures_are_counted_over_restarts() {
    let again = || [me(), page(&["1"], false)];
    let server = Scripted::start((0..3).flat_map(|_| again())).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let follow = || feed(&server, &clock, &store).dead_letter_after(3);
    assert_eq!(fail(&mut follow(), "first").await.1, 0);
    assert_eq!(fail(&mut follow(), "second").await.1, 1);
    let mut last = follow();
    assert_eq!(fail(&mut last, "third").await.1, 2);
    assert_eq!(last.dead_letters(0, 9).await.unwrap()[0].reason, "third");
    assert_eq!(handled(&mut last, &clock).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_success_forgets_the_failures_before() {
    let server = Scripted::start([me(), page(&["1"], false)]).await;
    let clock = FeedClock::allowing(1);
    let store = MemoryCheckpoint::new();
    let mut feed = feed(&server, &clock, &store);
    fail(&mut feed, "no").await;
    assert!(
        store
            .checkpoint()
            .unwrap()
            .to_json()
            .contains(r#""failures":{"1":1}"#)
    );
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    assert!(
        store
            .checkpoint()
            .unwrap()
            .to_json()
            .contains(r#""failures":{}"#)
    );
}

#[tokio::test]
async fn dead_letters_are_replayed_and_removed_once_they_are_committed() {
    let unreadable = json!({"id": "2", "type": 7});
    let elements = [
        events(&["1"])[0].clone(),
        unreadable,
        events(&["3"])[0].clone(),
    ];
    let server = Scripted::start([me(), page_of(&elements, Some("3"), false)]).await;
    let clock = FeedClock::default();
    let store = MemoryCheckpoint::new();
    let mut feed = feed(&server, &clock, &store).dead_letter_after(1);
    for _ in 0..3 {
        let delivery = feed.next().await.unwrap().unwrap();
        delivery.fail(&"no").await.unwrap();
    }
    let first = feed.dead_letters(0, 2).await.unwrap();
    let rest = feed.dead_letters(first[1].number, 2).await.unwrap();
    let ids = |letters: &[opentrain::feed::DeadLetter]| -> Vec<String> {
        let ids = letters
            .iter()
            .map(|letter| letter.event_id.clone().unwrap());
        ids.map(|id| id.to_string()).collect()
    };
    assert_eq!(
        (ids(&first), ids(&rest)),
        (vec!["1".into(), "2".into()], vec!["3".into()])
    );

    // The first fails again and stays, the second still cannot be read, the third is left.
    feed.replay(first);
    let delivery = feed.next().await.unwrap().unwrap();
    assert_eq!(
        (delivery.event().unwrap().id.as_str(), delivery.failures()),
        ("1", 1)
    );
    delivery.fail(&"still no").await.unwrap();
    let delivery = feed.next().await.unwrap().unwrap();
    assert_eq!(delivery.event().unwrap_err().id().unwrap(), &"2");
    delivery.commit().await.unwrap();
    assert_eq!(handled(&mut feed, &clock).await, Vec::<String>::new());
    assert_eq!(ids(&feed.dead_letters(0, 9).await.unwrap()), ["1", "3"]);

    feed.replay(rest);
    feed.next_page()
        .await
        .unwrap()
        .unwrap()
        .commit()
        .await
        .unwrap();
    assert_eq!(ids(&feed.dead_letters(0, 9).await.unwrap()), ["1"]);
}
