//! The lock that keeps a second process away from a checkpoint.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::failed;
use crate::durable_file::private;
use crate::feed::error::CheckpointError;

/// Locked file. Closing it unlocks it. It is never removed: two other processes could then both lock one.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks the file at `place` for the checkpoint at `path`.
    pub(super) fn take(path: &Path, place: &Path) -> Result<Self, CheckpointError> {
        let mut options = private();
        let file = options.create(true).truncate(false).open(place);
        let file = file.map_err(|error| failed("opening", place, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(CheckpointError::Locked {
                store: path.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(failed("locking", place, error)),
        }
    }
}
