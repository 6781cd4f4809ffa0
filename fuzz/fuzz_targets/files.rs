//! Files that a program keeps: the token of an account, or the checkpoint of a feed and, after a NUL byte, its dead letters.
#![no_main]

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use opentrain::feed::{Acquired, CheckpointStore, FileCheckpoint};
use opentrain::token_store::{FileTokenStore, SavedToken, TokenStore};
use opentrain_fuzz::check_message;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    // Memory, where there is such a folder: each case is written and read.
    TempDir::new_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .expect("a folder is made")
});

/// Returns the output of a future that does not wait, as those of files do not.
fn output<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("files do not wait"),
    }
}

fn read_token(input: &[u8]) {
    let path = FOLDER.path().join("token.json");
    std::fs::write(&path, input).expect("the folder is writable");
    let store = FileTokenStore::new(&path);
    match output(store.load()) {
        Ok(None) => panic!("a file that is there is not absent"),
        Ok(Some(saved)) => {
            let written = serde_json::to_string(&saved).expect("it is written as JSON");
            let again: SavedToken =
                serde_json::from_str(&written).expect("it is read as it is written");
            assert!(again == saved);
        }
        Err(error) => check_message(error.as_ref()),
    }
}

fn read_checkpoint(input: &[u8]) {
    let path = FOLDER.path().join("checkpoint.json");
    let middle = input.iter().position(|byte| *byte == 0);
    let (checkpoint, letters) = input.split_at(middle.unwrap_or(input.len()));
    let letters = letters.get(1..).unwrap_or_default();
    for (path, content) in [
        (&path, checkpoint),
        (&path.with_extension("json.dead"), letters),
    ] {
        std::fs::write(path, content).expect("the folder is writable");
    }
    let read = FileCheckpoint::open(&path).and_then(|store| {
        let acquired = output(store.acquire())?;
        assert!(matches!(acquired, Acquired::Granted { .. }), "{acquired:?}");
        output(store.dead_letters(0, 10))
    });
    match read {
        Ok(letters) => letters.iter().for_each(|letter| drop(letter.parse())),
        Err(error) => check_message(&error),
    }
}

fuzz_target!(|input: &[u8]| {
    let [kind, content @ ..] = input else {
        return;
    };
    match kind % 2 {
        0 => read_token(content),
        _ => read_checkpoint(content),
    }
});
