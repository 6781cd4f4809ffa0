//! A checkpoint in a file, over restarts.

use opentrain::feed::{CheckpointError, Feed, FileCheckpoint};

use super::{FeedClock, client, cursors, handled, me, page};
use crate::support::Scripted;

fn open(server: &Scripted, clock: &FeedClock, path: &std::path::Path) -> Feed {
    let store = FileCheckpoint::open(path).unwrap();
    client(server, clock).updates().follow(store)
}

#[tokio::test]
async fn a_file_goes_on_where_it_stopped_and_is_one_feeds_alone() {
    let script = [
        me(),
        page(&["1", "2"], false),
        me(),
        page(&["1", "2", "3"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    let mut first = open(&server, &clock, &path);
    assert_eq!(handled(&mut first, &clock).await, ["1", "2"]);
    let locked = FileCheckpoint::open(&path).unwrap_err();
    assert!(
        matches!(locked, CheckpointError::Locked { .. }),
        "{locked:?}"
    );
    drop(first);
    assert_eq!(
        handled(&mut open(&server, &clock, &path), &clock).await,
        ["3"]
    );
    assert_eq!(cursors(&server), ["", ""]);
}
