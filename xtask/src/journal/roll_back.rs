//! Restores the files that an interrupted run has replaced.

use std::fs;
use std::io;
use std::path::Path;

use super::commit_record::{Entry, FOLDER, entries, old, refused, sync_places, take_back};
use crate::kill_points::KillPoints;
use openapi_canonical::Result;
use openapi_canonical::json;

/// Returns the files that an interrupted run replaced, with their positions in its commit record; none if it had replaced all.
pub(super) fn half_done(root: &Path) -> Result<Vec<(usize, Entry)>> {
    let entries = entries(root)?;
    let all = entries.len();
    let mut replaced: Vec<(usize, Entry)> = entries.into_iter().enumerate().collect();
    replaced.retain(|(_, entry)| has_written_content(root, entry));
    if replaced.len() == all {
        replaced.clear();
    }
    Ok(replaced)
}

/// Restores the files that an interrupted run replaced, and returns their paths.
pub(super) fn roll_back(root: &Path, kill_points: KillPoints) -> Result<Vec<String>> {
    let replaced = half_done(root)?;
    for (index, entry) in &replaced {
        kill_points.pause_before(format_args!("restore {}", entry.path));
        restore_file(root, entry, *index)
            .map_err(|cause| refused(&format!("cannot restore {}", entry.path), &cause))?;
    }
    sync_places(replaced.iter().map(|(_, entry)| root.join(&entry.path)));
    take_back(root, kill_points)?;
    Ok(replaced.into_iter().map(|(_, entry)| entry.path).collect())
}

fn restore_file(root: &Path, entry: &Entry, index: usize) -> io::Result<()> {
    let target = root.join(&entry.path);
    if entry.existed {
        fs::rename(old(&root.join(FOLDER), index), target)
    } else {
        fs::remove_file(target)
    }
}

fn has_written_content(root: &Path, entry: &Entry) -> bool {
    fs::read(root.join(&entry.path)).is_ok_and(|bytes| json::sha256(&bytes) == entry.written)
}
