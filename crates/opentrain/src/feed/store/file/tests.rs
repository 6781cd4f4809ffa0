//! Tests of the file store: cut files, full disks, folders that cannot be written to, links, dead letters.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

use super::FileCheckpoint;
use crate::durable_file::{beside, replace_with};
use crate::feed::checkpoint::{AccountIds, Checkpoint};
use crate::feed::dead_letter::DeadLetter;
use crate::feed::error::CheckpointError;
use crate::feed::place::Place;
use crate::feed::store::{Acquired, CheckpointStore, CheckpointUpdate};
use crate::types::{AccountContext, Timestamp};

fn checkpoint(number: u64) -> Checkpoint {
    let account = json!({"organizationId": "org_1"});
    let account = serde_json::from_value::<AccountContext>(account).unwrap();
    let mut checkpoint = Checkpoint::new("https://a.example", AccountIds::of(&account), None);
    checkpoint.handle(&Place::Numbered(number), Timestamp::now());
    checkpoint.release(number, None);
    checkpoint
}

fn letter(number: u64) -> DeadLetter {
    DeadLetter {
        number,
        place: number.to_string(),
        event_id: None,
        event: format!("{{\"text\":\"line\\nbreak \u{1F600} {number}\"}}"),
        reason: String::from("no\nreason"),
        failures: 5,
        at: Timestamp::now(),
    }
}

async fn acquire(store: &FileCheckpoint) -> (u64, Option<Checkpoint>) {
    match store.acquire().await.unwrap() {
        Acquired::Granted { epoch, checkpoint } => {
            (epoch, checkpoint.map(|checkpoint| *checkpoint))
        }
        Acquired::Held { .. } => panic!("no other process holds the file"),
    }
}

async fn save(
    store: &FileCheckpoint,
    number: u64,
    buried: &[DeadLetter],
    replayed: &[u64],
) -> Result<(), CheckpointError> {
    let (epoch, _) = acquire(store).await;
    let update = CheckpointUpdate {
        checkpoint: &checkpoint(number),
        buried,
        replayed,
    };
    store.save(epoch, update).await
}

/// Returns the position of the checkpoint that is loaded from a path.
async fn position(path: &Path) -> Option<String> {
    let (_, checkpoint) = acquire(&FileCheckpoint::open(path).unwrap()).await;
    checkpoint?.position().map(ToString::to_string)
}

#[tokio::test]
async fn a_saved_checkpoint_is_loaded_and_an_older_epoch_saves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    assert_eq!(position(&path).await, None);
    let store = FileCheckpoint::open(&path).unwrap();
    let (old, _) = acquire(&store).await;
    save(&store, 7, &[], &[]).await.unwrap();
    let update = CheckpointUpdate {
        checkpoint: &checkpoint(6),
        buried: &[letter(1)],
        replayed: &[],
    };
    let error = store.save(old, update).await.unwrap_err();
    assert!(error.is_fenced());
    let (epoch, _) = acquire(&store).await;
    drop(store);
    assert_eq!(position(&path).await.as_deref(), Some("7"));
    // Epochs grow over restarts, as far as they were saved.
    let store = FileCheckpoint::open(&path).unwrap();
    assert!(acquire(&store).await.0 >= epoch);
    assert_eq!(store.dead_letters(0, 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_file_that_is_cut_at_any_byte_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    save(&FileCheckpoint::open(&path).unwrap(), 7, &[], &[])
        .await
        .unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let error = FileCheckpoint::open(&path).unwrap_err();
        let CheckpointError::Unreadable { .. } = error else {
            panic!("{length}: {error:?}");
        };
        assert!(
            error.to_string().contains("cursor.json` is no checkpoint"),
            "{error}"
        );
        assert_eq!(
            fs::read(&path).unwrap(),
            &whole[..length],
            "it is left as it is"
        );
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(position(&path).await.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_save_that_was_cut_at_any_byte_leaves_the_checkpoint_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    save(&FileCheckpoint::open(&path).unwrap(), 7, &[letter(1)], &[])
        .await
        .unwrap();
    let (whole, letters) = (
        fs::read(&path).unwrap(),
        fs::read(beside(&path, ".dead")).unwrap(),
    );
    for length in 0..whole.len() {
        fs::write(beside(&path, ".next"), &whole[..length]).unwrap();
        let mut more = letters.clone();
        more.extend(&letters[..length.min(letters.len())]);
        fs::write(beside(&path, ".dead"), more).unwrap();
        let store = FileCheckpoint::open(&path).unwrap();
        assert_eq!(store.dead_letters(0, 9).await.unwrap().len(), 1);
        drop(store);
        assert_eq!(position(&path).await.as_deref(), Some("7"));
    }
    let store = FileCheckpoint::open(&path).unwrap();
    save(&store, 8, &[letter(2)], &[]).await.unwrap();
    assert_eq!(store.dead_letters(0, 9).await.unwrap().len(), 2);
    drop(store);
    assert_eq!(position(&path).await.as_deref(), Some("8"));
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    fs::write(&path, "before").unwrap();
    let full = |file: &mut fs::File| {
        io::Write::write_all(file, b"aft")?;
        Err(io::ErrorKind::StorageFull.into())
    };
    let error = replace_with(&path, full).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(&path).unwrap(), b"before");
    assert!(!beside(&path, ".next").exists());
}

#[cfg(target_os = "linux")]
/// Variable with the path of a checkpoint on a file system that has room for 512 bytes and less than 20,000.
const FULL_DISK: &str = "OPENTRAIN_TEST_FULL_DISK";

/// Runs this test once more, in a process whose files can have 512 or 1,024 bytes: the system stops a longer write in its middle. With
/// the variable set, runs on that file system instead, be it one that is full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_write_that_the_system_stops_in_the_middle_keeps_the_checkpoint_before() {
    if let Some(path) = std::env::var_os(FULL_DISK) {
        return fill_the_disk(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" --exact \"$1\" --nocapture";
    let name = "a_write_that_the_system_stops_in_the_middle_keeps_the_checkpoint_before";
    let output = std::process::Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .arg(format!("feed::store::file::tests::{name}"))
        .env(FULL_DISK, folder.path().join("cursor.json"))
        .output()
        .unwrap();
    let output_text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output_text.contains("cursor.json` failed: "),
        "{output_text}"
    );
    assert!(output.status.success(), "{output_text}");
}

#[cfg(target_os = "linux")]
async fn fill_the_disk(path: &Path) {
    let store = FileCheckpoint::open(path).unwrap();
    save(&store, 7, &[], &[]).await.unwrap();
    let (epoch, _) = acquire(&store).await;
    let mut large = checkpoint(8);
    (0..4_000).for_each(|number| large.handle(&Place::Numbered(10 + 2 * number), Timestamp::now()));
    let mut long = letter(1);
    long.event = "x".repeat(20_000);
    let (small, long) = (checkpoint(8), [long]);
    for (checkpoint, buried) in [(&large, &[][..]), (&small, &long[..])] {
        let update = CheckpointUpdate {
            checkpoint,
            buried,
            replayed: &[],
        };
        let error = store.save(epoch, update).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap();
        println!("{error}: {source}");
        assert!(error.to_string().starts_with("writing `"), "{error}");
        assert!(!beside(path, ".next").exists());
    }
    let left = fs::metadata(beside(path, ".dead")).unwrap().len();
    assert_eq!(left, 0, "half a letter would keep the disk full");
    drop(store);
    assert_eq!(position(path).await.as_deref(), Some("7"));
    // Once there is room, it goes on.
    let store = FileCheckpoint::open(path).unwrap();
    save(&store, 8, &[], &[]).await.unwrap();
    assert_eq!(store.dead_letters(0, 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = FileCheckpoint::open(folder.path().join("none/cursor.json")).unwrap_err();
    assert!(missing.to_string().starts_with("opening `"), "{missing}");
    let is_folder = FileCheckpoint::open(folder.path()).unwrap_err();
    assert!(
        is_folder.to_string().starts_with("reading `"),
        "{is_folder}"
    );
    // A save that fails after the store was opened: something is in the way of the next version.
    let path = folder.path().join("cursor.json");
    let store = FileCheckpoint::open(&path).unwrap();
    save(&store, 7, &[], &[]).await.unwrap();
    fs::create_dir(beside(&path, ".next")).unwrap();
    let error = save(&store, 8, &[], &[]).await.unwrap_err();
    assert!(error.to_string().starts_with("writing `"), "{error}");
    drop(store);
    assert_eq!(position(&path).await.as_deref(), Some("7"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_a_clear_error_for_every_user() {
    // No user can make a file there, not even the superuser.
    let error = FileCheckpoint::open("/proc/cursor.json").unwrap_err();
    assert!(matches!(error, CheckpointError::Failed { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_it_and_a_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (
        folder.path().join("cursor.json"),
        folder.path().join("link.json"),
    );
    let store = FileCheckpoint::open(&path).unwrap();
    save(&store, 7, &[letter(1)], &[]).await.unwrap();
    symlink(&path, &link).unwrap();
    let locked = FileCheckpoint::open(&link).unwrap_err();
    assert!(
        matches!(locked, CheckpointError::Locked { .. }),
        "{locked:?}"
    );
    drop(store);
    save(&FileCheckpoint::open(&link).unwrap(), 8, &[], &[])
        .await
        .unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(position(&path).await.as_deref(), Some("8"));
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn letters_are_listed_in_parts_and_removed_when_they_were_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    let store = FileCheckpoint::open(&path).unwrap();
    let letters: Vec<DeadLetter> = (1..=3).map(letter).collect();
    save(&store, 7, &letters[..2], &[]).await.unwrap();
    save(&store, 8, &letters[2..], &[2]).await.unwrap();
    drop(store);
    let store = FileCheckpoint::open(&path).unwrap();
    assert_eq!(
        store.dead_letters(0, 1).await.unwrap(),
        [letters[0].clone()]
    );
    assert_eq!(
        store.dead_letters(1, 9).await.unwrap(),
        [letters[2].clone()]
    );
    // The last ones leave an empty file behind, whose numbers go on.
    save(&store, 9, &[], &[1, 3]).await.unwrap();
    assert_eq!(store.dead_letters(0, 9).await.unwrap(), []);
    save(&store, 9, &[letter(4)], &[]).await.unwrap();
    drop(store);
    let store = FileCheckpoint::open(&path).unwrap();
    assert_eq!(store.dead_letters(0, 9).await.unwrap()[0].number, 4);
    assert_eq!(
        fs::read_to_string(beside(&path, ".dead"))
            .unwrap()
            .lines()
            .count(),
        1
    );
}

#[tokio::test]
async fn dead_letters_that_are_missing_are_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    save(&FileCheckpoint::open(&path).unwrap(), 7, &[letter(1)], &[])
        .await
        .unwrap();
    let whole = fs::read(beside(&path, ".dead")).unwrap();
    for length in 0..whole.len() {
        fs::write(beside(&path, ".dead"), &whole[..length]).unwrap();
        let error = FileCheckpoint::open(&path).unwrap_err();
        assert!(
            error.to_string().contains(".dead` is no checkpoint"),
            "{error}"
        );
    }
    fs::remove_file(beside(&path, ".dead")).unwrap();
    assert!(FileCheckpoint::open(&path).is_err());
}
