//! Commit record of a run, and the contents that it stages.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::kill_points::KillPoints;
use crate::stale_files::{self, StaleFile};
use openapi_canonical::json;
use openapi_canonical::{Error, Result};

/// Folder of the record and the staged contents, from the root of the workspace. Git ignores it.
pub(crate) const FOLDER: &str = "spec/.regen";
pub(super) const COMMIT_RECORD: &str = "commit_record.json";

/// One file that is to be replaced.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Entry {
    pub(super) path: String,
    /// SHA-256 of the new content.
    pub(super) written: String,
    /// True if there was a file before.
    pub(super) existed: bool,
}

/// Stages both contents of every file and writes the commit record. No file is changed before its last step.
pub(super) fn declare(
    root: &Path,
    stale: &[StaleFile<'_>],
    kill_points: KillPoints,
) -> io::Result<()> {
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
    kill_points.pause_before("draft the commit record");
    keep(&draft, &serde_json::to_vec_pretty(&entries)?, &draft)?;
    kill_points.pause_before("write the commit record");
    fs::rename(draft, folder.join(COMMIT_RECORD))?;
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

/// Checks that a file can be created or replaced at a path: its folder must exist.
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

pub(super) fn new(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.new"))
}

pub(super) fn old(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.old"))
}

/// Returns the entries of the commit record of an interrupted run; none if there was no such run, or if it wrote no record.
pub(super) fn entries(root: &Path) -> Result<Vec<Entry>> {
    let place = root.join(FOLDER).join(COMMIT_RECORD);
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

/// Removes the commit record, which makes the present contents final, and then the staged contents.
pub(super) fn take_back(root: &Path, kill_points: KillPoints) -> Result<()> {
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(());
    }
    let failed = |cause: &io::Error| refused(&format!("cannot clear {FOLDER}"), cause);
    let record = folder.join(COMMIT_RECORD);
    if record.exists() {
        kill_points.pause_before("remove the commit record");
        fs::remove_file(record).map_err(|cause| failed(&cause))?;
        sync([folder.as_path()]);
    }
    kill_points.pause_before(format_args!("remove {FOLDER}"));
    fs::remove_dir_all(folder).map_err(|cause| failed(&cause))
}

pub(super) fn refused(what: &str, cause: &dyn std::error::Error) -> Error {
    let remedy = format!(
        "look with `git status` at what an interrupted run has left, then delete the folder {FOLDER}"
    );
    Error::because(what, cause, &remedy)
}

pub(super) fn sync_places(targets: impl Iterator<Item = PathBuf>) {
    let mut folders: Vec<PathBuf> = targets
        .filter_map(|target| target.parent().map(Path::to_owned))
        .collect();
    folders.dedup();
    sync(folders.iter().map(PathBuf::as_path));
}

/// Flushes the folders' entries to disk. Some systems cannot; the error is ignored there.
fn sync<'a>(folders: impl IntoIterator<Item = &'a Path>) {
    for folder in folders {
        let _best_effort = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
