//! A checkpoint in memory.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Acquired, CheckpointStore, CheckpointUpdate, StoreFuture};
use crate::feed::checkpoint::Checkpoint;
use crate::feed::dead_letter::DeadLetter;
use crate::feed::error::CheckpointError;

/// Checkpoint that lives as long as the program, for tests and for programs that read the whole feed each time. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryCheckpoint(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    epoch: u64,
    checkpoint: Option<Checkpoint>,
    letters: BTreeMap<u64, DeadLetter>,
}

impl MemoryCheckpoint {
    /// Makes a store without a checkpoint.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the checkpoint, if there is one.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.content().checkpoint.clone()
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CheckpointStore for MemoryCheckpoint {
    fn acquire(&self) -> StoreFuture<'_, Acquired> {
        let mut content = self.content();
        content.epoch += 1;
        let granted = Acquired::Granted {
            epoch: content.epoch,
            checkpoint: content.checkpoint.clone().map(Box::new),
        };
        Box::pin(ready(Ok(granted)))
    }

    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
        let mut content = self.content();
        if content.epoch != epoch {
            return Box::pin(ready(Err(CheckpointError::Fenced)));
        }
        content.checkpoint = Some(update.checkpoint.clone());
        let buried = update.buried.iter().cloned();
        content
            .letters
            .extend(buried.map(|letter| (letter.number, letter)));
        content
            .letters
            .retain(|number, _| !update.replayed.contains(number));
        Box::pin(ready(Ok(())))
    }

    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
        let content = self.content();
        let letters = content.letters.values();
        let letters = letters.filter(|letter| letter.number > after);
        Box::pin(ready(Ok(letters.take(limit).cloned().collect())))
    }
}
