//! The position of a market feed: a checkpoint without an account, and the store that keeps it.

use std::sync::Arc;

use crate::feed::{AccountIds, Checkpoint, CheckpointError, CheckpointStore, CheckpointUpdate};
use crate::types::{Cursor, Timestamp};

/// Returns the checkpoint of a service from which the changes since an instant are read again.
pub(super) fn checkpoint_since(base_url: &str, since: Timestamp) -> Checkpoint {
    let position = Cursor::from(since.to_string());
    Checkpoint::new(base_url, AccountIds::default(), Some(position))
}

/// Returns the instant of a checkpoint.
///
/// # Errors
///
/// Fails if the checkpoint is of another service, or of the feed of an account.
pub(super) fn since(
    mut checkpoint: Checkpoint,
    base_url: &str,
) -> Result<Option<Timestamp>, CheckpointError> {
    checkpoint.check_owner(base_url, &AccountIds::default())?;
    let since = checkpoint.position().map(|since| since.as_str().parse());
    since
        .transpose()
        .map_err(|error| CheckpointError::unreadable("position of a market feed", error))
}

/// Store that a market feed has acquired.
#[derive(Debug)]
pub(super) struct HeldStore {
    pub(super) store: Arc<dyn CheckpointStore>,
    pub(super) epoch: u64,
    /// Checkpoint in the store.
    pub(super) saved: Option<Checkpoint>,
}

impl HeldStore {
    /// Saves a checkpoint, unless the store has it already.
    pub(super) async fn save(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        if self.saved.as_ref() == Some(&checkpoint) {
            return Ok(());
        }
        let update = CheckpointUpdate {
            checkpoint: &checkpoint,
            buried: &[],
            replayed: &[],
        };
        self.store.save(self.epoch, update).await?;
        self.saved = Some(checkpoint);
        Ok(())
    }
}
