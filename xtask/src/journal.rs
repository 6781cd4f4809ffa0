//! Replaces several files all or none, even if the run ends early by an error, a kill or a power cut.
//!
//! No system replaces two files in one step. So before the first file is touched, the old and the new content of each are staged in a
//! folder, and a commit record is written there. If the run ends before the last file is replaced, the replaced files are restored: at
//! once after an error, else by the next run. If the run ends later, the new files stay. A file that holds neither content was changed by
//! another process, and is left alone. A run that is killed while it restores files is continued in the same way.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::kill_points::KillPoints;
use crate::stale_files::{self, StaleFile};
use openapi_canonical::json;
use openapi_canonical::{Error, Result};

/// Where it is kept, from the root of the workspace. Git does not see it.
pub(crate) const FOLDER: &str = "spec/.regen";
const INTENT: &str = "intent.json";

/// A file that is there in every workspace and that no run writes, so it can be locked without leaving anything behind.
const LOCKED: &str = "spec/documented.json";

/// One file that is to be replaced.
#[derive(Debug, Deserialize, Serialize)]
struct Entry {
    path: String,
    /// The SHA-256 of what it is to say.
    written: String,
    /// True if there was a file before.
    existed: bool,
}

/// Exclusive lock on the workspace. Taking it first rolls back an interrupted run.
#[derive(Debug)]
pub(crate) struct WorkspaceLock {
    root: PathBuf,
    kill_points: KillPoints,
    /// Files that an interrupted run had replaced, and that are restored now.
    pub(crate) undone: Vec<String>,
    /// Let go with the value, or by the system when the process ends. Some file systems know no locks.
    _lock: Option<File>,
}

impl WorkspaceLock {
    /// Takes the lock, and rolls back an interrupted run. Fails at once if another process holds the lock.
    pub(crate) fn take(root: &Path, kill_points: KillPoints) -> Result<WorkspaceLock> {
        let lock = lock(root)?;
        let undone = undo(root, kill_points)?;
        Ok(WorkspaceLock {
            root: root.to_owned(),
            kill_points,
            undone,
            _lock: lock,
        })
    }

    /// Replaces the stale files, in their order.
    pub(crate) fn replace(&self, stale: &[StaleFile<'_>]) -> Result<()> {
        let (root, kill_points) = (&self.root, self.kill_points);
        if let Err(cause) = declare(root, stale, kill_points) {
            let _next_run_sweeps = fs::remove_dir_all(root.join(FOLDER));
            return Err(Error::because(
                "cannot stage the derived files",
                &cause,
                "nothing was changed",
            ));
        }
        if let Err((path, cause)) = rename_all(root, stale, kill_points) {
            let remedy = match undo(root, kill_points) {
                Ok(_) => "everything else is as it was".to_owned(),
                Err(error) => format!("and what was replaced is not put back yet: {error}"),
            };
            return Err(Error::because(
                format!("cannot write {path}"),
                &cause,
                &remedy,
            ));
        }
        take_back(root, kill_points)
    }
}

/// Returns the files that an interrupted run has replaced, if it did not replace all of them. Changes no file.
pub(crate) fn interrupted(root: &Path) -> Result<Vec<String>> {
    let _lock = lock(root)?;
    let replaced = half_done(root)?.into_iter();
    Ok(replaced.map(|(_, entry)| entry.path).collect())
}

fn lock(root: &Path) -> Result<Option<File>> {
    let Ok(file) = File::open(root.join(LOCKED)) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            "another `cargo xtask regen` is writing here; wait until it has ended",
        )),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Stages both contents of every file and writes the commit record. No file is changed before its last step.
fn declare(root: &Path, stale: &[StaleFile<'_>], kill_points: KillPoints) -> io::Result<()> {
    let folder = root.join(FOLDER);
    kill_points.pause_before(format_args!("make {FOLDER}"));
    fs::create_dir(&folder).map_err(|cause| at(&folder, &cause))?;
    let mut entries = Vec::new();
    for (index, stale) in stale.iter().enumerate() {
        let (path, text) = (stale.file.path, stale.file.text.as_bytes());
        let target = root.join(path);
        check_place(&target)?;
        kill_points.pause_before(format_args!("stage {path}"));
        keep(&new(&folder, index), text, &target)?;
        if let Some(found) = &stale.found {
            kill_points.pause_before(format_args!("keep {path}"));
            keep(&old(&folder, index), found, &target)?;
        }
        entries.push(Entry {
            path: path.to_owned(),
            written: json::sha256(text),
            existed: stale.found.is_some(),
        });
    }
    let draft = folder.join("draft.json");
    kill_points.pause_before("draft the intent");
    keep(&draft, &serde_json::to_vec_pretty(&entries)?, &draft)?;
    kill_points.pause_before("declare the intent");
    fs::rename(draft, folder.join(INTENT))?;
    sync([folder.as_path()].into_iter().chain(folder.parent()));
    Ok(())
}

/// Writes a file that is on disk when this is over, with the permissions of what it is to replace.
fn keep(path: &Path, contents: &[u8], target: &Path) -> io::Result<()> {
    let mut file = File::create_new(path).map_err(|cause| at(path, &cause))?;
    file.write_all(contents)?;
    if let Ok(metadata) = fs::metadata(target) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

/// A file can only take a place in a folder that is there.
fn check_place(target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    let metadata = fs::metadata(folder).map_err(|cause| at(folder, &cause))?;
    if metadata.is_dir() {
        return Ok(());
    }
    Err(at(folder, &io::ErrorKind::NotADirectory.into()))
}

fn at(path: &Path, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("{}: {cause}", path.display()))
}

fn new(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.new"))
}

fn old(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.old"))
}

fn rename_all<'a>(
    root: &Path,
    stale: &[StaleFile<'a>],
    kill_points: KillPoints,
) -> std::result::Result<(), (&'a str, io::Error)> {
    for (index, stale) in stale.iter().enumerate() {
        let path = stale.file.path;
        kill_points.pause_before(format_args!("replace {path}"));
        fs::rename(new(&root.join(FOLDER), index), root.join(path))
            .map_err(|cause| (path, cause))?;
    }
    let targets = stale.iter().map(|stale| root.join(stale.file.path));
    sync_places(targets);
    Ok(())
}

/// The files that say what an interrupted run wrote, with their places in its intent; none if it had replaced all.
fn half_done(root: &Path) -> Result<Vec<(usize, Entry)>> {
    let entries = entries(root)?;
    let all = entries.len();
    let mut replaced: Vec<(usize, Entry)> = entries.into_iter().enumerate().collect();
    replaced.retain(|(_, entry)| says_what_was_written(root, entry));
    if replaced.len() == all {
        replaced.clear();
    }
    Ok(replaced)
}

/// Puts back what an interrupted run has written, and says what that was.
fn undo(root: &Path, kill_points: KillPoints) -> Result<Vec<String>> {
    let replaced = half_done(root)?;
    for (index, entry) in &replaced {
        kill_points.pause_before(format_args!("put back {}", entry.path));
        put_back(root, entry, *index)
            .map_err(|cause| refused(&format!("cannot put back {}", entry.path), &cause))?;
    }
    sync_places(replaced.iter().map(|(_, entry)| root.join(&entry.path)));
    take_back(root, kill_points)?;
    Ok(replaced.into_iter().map(|(_, entry)| entry.path).collect())
}

fn put_back(root: &Path, entry: &Entry, index: usize) -> io::Result<()> {
    let target = root.join(&entry.path);
    if entry.existed {
        fs::rename(old(&root.join(FOLDER), index), target)
    } else {
        fs::remove_file(target)
    }
}

/// Returns the entries of the commit record of an interrupted run; none if there was no such run, or if it wrote no record.
fn entries(root: &Path) -> Result<Vec<Entry>> {
    let place = root.join(FOLDER).join(INTENT);
    let Some(text) = stale_files::read_if_there(&place)? else {
        return Ok(Vec::new());
    };
    let entries: Vec<Entry> = serde_json::from_str(&text)
        .map_err(|cause| refused(&format!("cannot read {}", place.display()), &cause))?;
    let stays_inside = |entry: &Entry| {
        Path::new(&entry.path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
    };
    if entries.iter().all(stays_inside) {
        return Ok(entries);
    }
    let cause = io::Error::other("it names a file outside of the workspace");
    Err(refused(
        &format!("cannot follow {}", place.display()),
        &cause,
    ))
}

fn says_what_was_written(root: &Path, entry: &Entry) -> bool {
    fs::read(root.join(&entry.path)).is_ok_and(|bytes| json::sha256(&bytes) == entry.written)
}

/// Takes back the intent, which makes what is there now final, and then everything that was kept for it.
fn take_back(root: &Path, kill_points: KillPoints) -> Result<()> {
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(());
    }
    let failed = |cause: &io::Error| refused(&format!("cannot clear {FOLDER}"), cause);
    let intent = folder.join(INTENT);
    if intent.exists() {
        kill_points.pause_before("take back the intent");
        fs::remove_file(intent).map_err(|cause| failed(&cause))?;
        sync([folder.as_path()]);
    }
    kill_points.pause_before(format_args!("remove {FOLDER}"));
    fs::remove_dir_all(folder).map_err(|cause| failed(&cause))
}

fn refused(what: &str, cause: &dyn std::error::Error) -> Error {
    let remedy = format!(
        "look with `git status` at what an interrupted run has left, then delete the folder {FOLDER}"
    );
    Error::because(what, cause, &remedy)
}

fn sync_places(targets: impl Iterator<Item = PathBuf>) {
    let mut folders: Vec<PathBuf> = targets
        .filter_map(|target| target.parent().map(Path::to_owned))
        .collect();
    folders.dedup();
    sync(folders.iter().map(PathBuf::as_path));
}

/// Has the names in folders on disk before anything that relies on them. Not every system can, and only a power cut tells.
fn sync<'a>(folders: impl IntoIterator<Item = &'a Path>) {
    for folder in folders {
        let _best_effort = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::stale_files::{File as Wanted, stale};

    const PATHS: [&str; 3] = ["a.txt", "b.txt", "c.txt"];

    /// A workspace in which `a.txt` is missing, and what it should say.
    fn workspace() -> (tempfile::TempDir, Vec<Wanted>) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("spec")).unwrap();
        fs::write(root.path().join(LOCKED), "{}").unwrap();
        for path in &PATHS[1..] {
            fs::write(root.path().join(path), format!("old {path}\r\n")).unwrap();
        }
        let wanted = PATHS.map(|path| Wanted {
            path,
            text: format!("new {path}\n"),
        });
        (root, wanted.into())
    }

    /// Every file and folder but the one that is locked, with what it says.
    fn contents(folder: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(contents(&path));
                found.insert(path.display().to_string(), "a folder".to_owned());
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.display().to_string(), text);
            }
        }
        found
    }

    fn replace(root: &Path, wanted: &[Wanted]) -> Result<()> {
        let stale = stale(root, wanted)?;
        WorkspaceLock::take(root, KillPoints::Off)?.replace(&stale)
    }

    /// A run that ended after it had replaced so many files.
    fn killed_after(root: &Path, wanted: &[Wanted], count: usize) {
        let stale = stale(root, wanted).unwrap();
        declare(root, &stale, KillPoints::Off).unwrap();
        rename_all(root, &stale[..count], KillPoints::Off).unwrap();
    }

    #[test]
    fn all_are_replaced_and_nothing_else_is_left() {
        let (root, wanted) = workspace();
        replace(root.path(), &wanted).unwrap();
        for path in PATHS {
            let text = fs::read_to_string(root.path().join(path)).unwrap();
            assert_eq!(text, format!("new {path}\n"));
        }
        assert_eq!(contents(root.path()).len(), 5);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_puts_everything_back() {
        let (root, wanted) = workspace();
        let stale = stale(root.path(), &wanted).unwrap();
        // Seen as missing, there by now: a folder that no file can take the place of.
        fs::remove_file(root.path().join("c.txt")).unwrap();
        fs::create_dir_all(root.path().join("c.txt/in")).unwrap();
        let before = contents(root.path());
        let held = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
        let sentence = held.replace(&stale).unwrap_err().to_string();
        assert!(
            sentence.starts_with("cannot write c.txt: ")
                && sentence.ends_with("; everything else is as it was"),
            "{sentence}"
        );
        assert_eq!(contents(root.path()), before);
    }

    #[test]
    fn a_staging_that_fails_leaves_nothing_behind() {
        let (root, mut wanted) = workspace();
        wanted[2].path = "missing/c.txt";
        let before = contents(root.path());
        let sentence = replace(root.path(), &wanted).unwrap_err().to_string();
        assert!(
            sentence.contains("missing") && sentence.ends_with("nothing was changed"),
            "{sentence}"
        );
        assert_eq!(contents(root.path()), before);
    }

    #[test]
    fn what_was_half_done_is_undone_and_what_was_done_stays() {
        for count in 0..=3 {
            let (root, wanted) = workspace();
            let before = contents(root.path());
            killed_after(root.path(), &wanted, count);
            let expected = if count == 3 { &[] } else { &PATHS[..count] };
            assert_eq!(interrupted(root.path()).unwrap(), expected);
            let held = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
            assert_eq!(held.undone, expected);
            let is_old = contents(root.path()) == before;
            assert_eq!(is_old, count < 3, "after {count}");
            assert!(!root.path().join(FOLDER).exists());
        }
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_is_left_alone() {
        let (root, wanted) = workspace();
        killed_after(root.path(), &wanted, 2);
        fs::write(root.path().join("b.txt"), "by hand").unwrap();
        fs::write(root.path().join("c.txt"), "by hand").unwrap();
        let held = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
        assert_eq!(held.undone, ["a.txt"]);
        assert!(!root.path().join("a.txt").exists());
        for path in &PATHS[1..] {
            let text = fs::read_to_string(root.path().join(path)).unwrap();
            assert_eq!(text, "by hand");
        }
    }

    #[test]
    fn an_intent_that_is_none_is_not_followed() {
        for (text, sentence) in [
            ("[", "cannot read"),
            (
                r#"[{"path": "../a.txt", "written": "", "existed": false}]"#,
                "outside of the workspace",
            ),
            (
                r#"[{"path": "/a.txt", "written": "", "existed": false}]"#,
                "outside of the workspace",
            ),
        ] {
            let (root, wanted) = workspace();
            fs::create_dir(root.path().join(FOLDER)).unwrap();
            fs::write(root.path().join(FOLDER).join(INTENT), text).unwrap();
            let before = contents(root.path());
            let error = replace(root.path(), &wanted).unwrap_err().to_string();
            assert!(
                error.contains(sentence) && error.ends_with("delete the folder spec/.regen"),
                "{error}"
            );
            assert_eq!(contents(root.path()), before);
        }
    }

    #[test]
    fn one_writes_at_a_time() {
        let (root, wanted) = workspace();
        let first = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
        for second in [
            replace(root.path(), &wanted),
            interrupted(root.path()).map(drop),
        ] {
            let sentence = second.unwrap_err().to_string();
            assert!(sentence.contains("is writing here"), "{sentence}");
        }
        drop(first);
        replace(root.path(), &wanted).unwrap();
    }
}
