//! Content of the file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::feed::checkpoint::Checkpoint;
use crate::feed::error::CheckpointError;

/// Checkpoint, and what the store itself keeps with it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    /// Number of the last feed that acquired the checkpoint.
    pub(super) epoch: u64,
    /// Length of the file of dead letters. What lies behind it was not saved.
    pub(super) letter_bytes: u64,
    pub(super) checkpoint: Option<Checkpoint>,
}

impl Content {
    /// Reads the file.
    pub(super) fn parse(bytes: &[u8], store: &str) -> Result<Self, CheckpointError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Parts {
            epoch: u64,
            letter_bytes: u64,
            checkpoint: Box<RawValue>,
        }
        if bytes.is_empty() {
            return Err(CheckpointError::unreadable(store, "the file is empty"));
        }
        let parts: Parts = serde_json::from_slice(bytes)
            .map_err(|error| CheckpointError::unreadable(store, error))?;
        Ok(Self {
            epoch: parts.epoch,
            letter_bytes: parts.letter_bytes,
            checkpoint: Some(Checkpoint::parse(parts.checkpoint.get(), store)?),
        })
    }

    /// Returns the text of the file.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and instants can be written as JSON")
    }
}
