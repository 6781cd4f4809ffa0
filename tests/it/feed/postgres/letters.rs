//! Dead letters in the second table.

use opentrain::feed::{CheckpointError, DeadLetter, Feed};

use super::{Database, commit_next, feed, feed_of};
use crate::feed::{FeedClock, handled, me, page};
use crate::support::{Scripted, chain};

fn places(letters: &[DeadLetter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.place.as_str()).collect()
}

async fn fail_next(feed: &mut Feed, reason: &str) -> Result<(), CheckpointError> {
    feed.next().await.unwrap().unwrap().fail(reason).await
}

#[tokio::test]
async fn a_dead_letter_is_saved_with_the_position_or_neither_is() {
    let Some(database) = Database::open("atomic").await else {
        return;
    };
    let script = [me(), page(&["1", "2"], false), me(), page(&["2"], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let mut first = feed(&server, &clock, &database).dead_letter_after(1);
    assert_eq!(commit_next(&mut first).await, "1");
    database
        .run(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no letters today'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON opentrain_dead_letter
                FOR EACH ROW EXECUTE FUNCTION refuse()",
        )
        .await;
    let error = fail_next(&mut first, "no").await.unwrap_err();
    let chain = chain(&error);
    assert!(
        chain.starts_with("saving the checkpoint `hiring` failed: ")
            && chain.contains("no letters today"),
        "{chain}"
    );
    assert!(first.next().await.is_none());
    assert_eq!(database.position("hiring").await, "1");

    database
        .run("DROP TRIGGER refuse ON opentrain_dead_letter")
        .await;
    database.end_leases().await;
    let mut second = feed(&server, &clock, &database).dead_letter_after(1);
    fail_next(&mut second, "no\u{0}\u{1F600}").await.unwrap();
    assert_eq!(database.position("hiring").await, "2");
    let letters = second.dead_letters(0, 9).await.unwrap();
    assert_eq!(places(&letters), ["2"]);
    assert_eq!(letters[0].reason, "no\u{0}\u{1F600}");
    assert_eq!(letters[0].parse().unwrap().id, "2");
}

#[tokio::test]
async fn dead_letters_are_listed_replayed_and_removed_once_they_are_committed() {
    let Some(database) = Database::open("replayed").await else {
        return;
    };
    let script = [
        me(),
        page(&["1", "2", "3"], false),
        me(),
        page(&["4"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let mut first = feed(&server, &clock, &database).dead_letter_after(1);
    for _ in 0..3 {
        fail_next(&mut first, "no").await.unwrap();
    }
    drop(first);

    // Another process can list them while the checkpoint is held, and replay them once it has it.
    let mut second = feed(&server, &clock, &database);
    let letters = second.dead_letters(0, 2).await.unwrap();
    assert_eq!(places(&letters), ["1", "2"]);
    assert_eq!(places(&second.dead_letters(2, 2).await.unwrap()), ["3"]);
    assert_eq!(
        places(&second.dead_letters(u64::MAX, 2).await.unwrap()),
        [""; 0]
    );
    database.end_leases().await;
    second.replay(letters);
    fail_next(&mut second, "still no").await.unwrap();
    assert_eq!(commit_next(&mut second).await, "2");
    let left = second.dead_letters(0, usize::MAX).await.unwrap();
    assert_eq!(places(&left), ["1", "3"]);
    assert_eq!(handled(&mut second, &clock).await, ["4"]);
}

#[tokio::test]
async fn each_name_has_a_checkpoint_and_dead_letters_of_its_own() {
    let Some(database) = Database::open("names").await else {
        return;
    };
    let script = [
        me(),
        page(&["1", "2"], false),
        me(),
        page(&["1", "2"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let mut hiring = feed(&server, &clock, &database).dead_letter_after(1);
    fail_next(&mut hiring, "no").await.unwrap();
    let mut paying = feed_of(&server, &clock, database.store("paying")).dead_letter_after(1);
    assert_eq!(commit_next(&mut paying).await, "1");
    fail_next(&mut paying, "no").await.unwrap();
    let positions = [
        database.position("hiring").await,
        database.position("paying").await,
    ];
    assert_eq!(positions, ["1", "2"]);
    let letters =
        [hiring, paying].map(|feed| async move { feed.dead_letters(0, 9).await.unwrap() });
    let [hirings, payings] = letters;
    assert_eq!(
        (places(&hirings.await), places(&payings.await)),
        (vec!["1"], vec!["2"])
    );

    // To begin anew, the row is deleted; its letters go with it, and numbers begin again.
    database
        .run("DELETE FROM opentrain_checkpoint WHERE name = 'paying'")
        .await;
    let left = database
        .value("SELECT string_agg(name, ' ') FROM opentrain_dead_letter")
        .await;
    assert_eq!(left, "hiring");
}
