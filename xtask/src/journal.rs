//! Replaces several files all or none, even if the run ends early by an error, a kill or a power cut.
//!
//! No system replaces two files in one step. So before the first file is touched, the old and the new content of each are staged in a
//! folder, and a commit record is written there. If the run ends before the last file is replaced, the replaced files are restored: at
//! once after an error, else by the next run. If the run ends later, the new files stay. A file that holds neither content was changed by
//! another process, and is not restored. A run that is killed while it restores files is continued in the same way.

mod commit_record;
mod roll_back;
#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::kill_points::KillPoints;
use crate::stale_files::StaleFile;
use openapi_canonical::{Error, Result};

pub(crate) use commit_record::FOLDER;
use commit_record::{declare, new, sync_places, take_back};
use roll_back::{half_done, roll_back};

/// A file that is there in every workspace and that no run writes, so it can be locked without leaving anything behind.
const LOCKED: &str = "spec/documented.json";

/// Exclusive lock on the workspace. Taking it first rolls back an interrupted run.
#[derive(Debug)]
pub(crate) struct WorkspaceLock {
    root: PathBuf,
    kill_points: KillPoints,
    /// Files that an interrupted run had replaced, and that are restored now.
    pub(crate) restored: Vec<String>,
    /// Let go with the value, or by the system when the process ends. Some file systems know no locks.
    _lock: Option<File>,
}

impl WorkspaceLock {
    /// Takes the lock, and rolls back an interrupted run. Fails at once if another process holds the lock.
    pub(crate) fn take(root: &Path, kill_points: KillPoints) -> Result<WorkspaceLock> {
        let lock = lock(root)?;
        let restored = roll_back(root, kill_points)?;
        Ok(WorkspaceLock {
            root: root.to_owned(),
            kill_points,
            restored,
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
            let remedy = match roll_back(root, kill_points) {
                Ok(_) => "everything else is as it was".to_owned(),
                Err(error) => format!("and the replaced files are not restored yet: {error}"),
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
