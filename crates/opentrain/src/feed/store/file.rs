//! A checkpoint in a file.

mod content;
mod letters;
mod lock;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Acquired, CheckpointStore, CheckpointUpdate, StoreFuture};
use crate::durable_file::{beside, replace, without_links};
use crate::feed::dead_letter::DeadLetter;
use crate::feed::error::CheckpointError;

use content::Content;
use letters::LetterFile;
use lock::Lock;

/// Checkpoint in a file, for one process at a time.
///
/// Beside the file `cursor.json` there are `cursor.json.lock`, which is locked as long as the store lives; `cursor.json.next`, which is
/// written first and then replaces the file; and `cursor.json.dead` with the dead letters, one JSON value a line. All of them can be
/// read by their owner only. A link is followed first.
///
/// A save writes the file anew, has the system write it to the disk, and replaces the old one, so the file is never half written. It
/// does so on the thread that awaits the save, which waits for the disk: on a slow disk, [`next_page`](crate::feed::Feed::next_page)
/// saves once for many events.
///
/// To begin anew, remove the file. To move it, stop the program and move `cursor.json` and `cursor.json.dead` together.
#[derive(Debug)]
pub struct FileCheckpoint {
    /// Path as given, for messages.
    path: PathBuf,
    /// Path without links.
    place: PathBuf,
    letters: LetterFile,
    content: Mutex<Content>,
    _lock: Lock,
}

impl FileCheckpoint {
    /// Opens the checkpoint at a path, whether it is there or not, and locks it. The folder must exist.
    ///
    /// # Errors
    ///
    /// Fails with [`Locked`](CheckpointError::Locked) while another process has it open, or another store of this process; with
    /// [`Unreadable`](CheckpointError::Unreadable) if the file is there and no whole checkpoint; with
    /// [`Failed`](CheckpointError::Failed) if the folder cannot be written to or the file cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, CheckpointError> {
        let path = path.into();
        let place = without_links(&path).map_err(|error| failed("opening", &path, error))?;
        let lock = Lock::take(&path, &beside(&place, ".lock"))?;
        let letters = LetterFile::new(beside(&place, ".dead"));
        let content = read(&path, &place)?;
        letters.check(content.letter_bytes)?;
        Ok(Self {
            path,
            place,
            letters,
            content: Mutex::new(content),
            _lock: lock,
        })
    }

    fn save_now(&self, epoch: u64, update: CheckpointUpdate<'_>) -> Result<(), CheckpointError> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if content.epoch != epoch {
            return Err(CheckpointError::Fenced);
        }
        // The letters count only once the checkpoint names their length, so both take effect together.
        let next = Content {
            epoch,
            letter_bytes: self.letters.write(content.letter_bytes, &update)?,
            checkpoint: Some(update.checkpoint.clone()),
        };
        let text = next.to_json();
        replace(&self.place, text.as_bytes())
            .map_err(|error| failed("writing", &self.path, error))?;
        *content = next;
        Ok(())
    }
}

impl CheckpointStore for FileCheckpoint {
    fn acquire(&self) -> StoreFuture<'_, Acquired> {
        Box::pin(async {
            let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            content.epoch += 1;
            Ok(Acquired::Granted {
                epoch: content.epoch,
                checkpoint: content.checkpoint.clone().map(Box::new),
            })
        })
    }

    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.save_now(epoch, update) })
    }

    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            self.letters.list(content.letter_bytes, after, limit)
        })
    }
}

/// Returns the content of the file; that of a new checkpoint if there is no file.
fn read(path: &Path, place: &Path) -> Result<Content, CheckpointError> {
    match fs::read(place) {
        Ok(bytes) => Content::parse(&bytes, &path.display().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Content::default()),
        Err(error) => Err(failed("reading", path, error)),
    }
}

fn failed(action: &str, path: &Path, error: std::io::Error) -> CheckpointError {
    CheckpointError::failed(format!("{action} `{}`", path.display()), error)
}

#[cfg(test)]
mod tests;
