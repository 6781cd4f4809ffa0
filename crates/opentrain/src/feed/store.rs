//! Stores of checkpoints.

mod file;
mod memory;

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::checkpoint::Checkpoint;
use super::dead_letter::DeadLetter;
use super::error::CheckpointError;

pub use file::FileCheckpoint;
pub use memory::MemoryCheckpoint;

/// Future of a store.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, CheckpointError>> + Send + 'a>>;

/// Store of one checkpoint and of the dead letters beside it.
///
/// A feed acquires the checkpoint once and gets a number, the epoch. Every later save carries it, and a store takes a save only if no
/// other feed has acquired the checkpoint since (compare-and-set). So of several feeds with one checkpoint only the last one can save:
/// a feed that was paused and comes back is [fenced](CheckpointError::Fenced) off.
///
/// A store that several processes share, such as a row of a database, lends the checkpoint for a time: [`acquire`](Self::acquire)
/// returns [`Acquired::Held`] until the holder's time is over, and each save and each [`renew`](Self::renew) makes it longer. The clock
/// of such a store should be the database's. The time must be longer than the feed's interval and the longest time between a delivery
/// and its commit.
///
/// A save must be durable when it returns, and must take effect as a whole or not at all.
pub trait CheckpointStore: fmt::Debug + Send + Sync {
    /// Acquires the checkpoint: every epoch that was granted before can save no more.
    ///
    /// Fails if the checkpoint is there and cannot be read. An absent one is no failure, an empty one is.
    fn acquire(&self) -> StoreFuture<'_, Acquired>;

    /// Replaces the checkpoint and adds and removes dead letters, all of it or nothing.
    ///
    /// A dead letter whose number is there already is the same one, from a save whose result was not awaited. Fails with
    /// [`CheckpointError::Fenced`] if the epoch is not the last one that was granted.
    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()>;

    /// Keeps the checkpoint for longer. Called before every poll, and by [`Delivery::renew`](super::Delivery::renew).
    ///
    /// Does nothing unless the store overrides it. Fails with [`CheckpointError::Fenced`] if the epoch is not the last one that was
    /// granted.
    fn renew(&self, epoch: u64) -> StoreFuture<'_, ()> {
        let _ = epoch;
        Box::pin(ready(Ok(())))
    }

    /// Gives the checkpoint back before its time is over. Called when a feed ends because of something other than the store, such as a
    /// checkpoint of another account: another feed can have it at once.
    ///
    /// Does nothing unless the store overrides it, or if the epoch is not the last one that was granted. If it fails, the feed ends
    /// with its own error all the same.
    fn give_back(&self, epoch: u64) -> StoreFuture<'_, ()> {
        let _ = epoch;
        Box::pin(ready(Ok(())))
    }

    /// Returns dead letters with a number above `after`, in their order, at most `limit` of them.
    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>>;
}

/// Result of a feed's request for a checkpoint.
#[derive(Debug)]
#[non_exhaustive]
pub enum Acquired {
    /// The feed has the checkpoint.
    Granted {
        /// Number that each save carries, higher than every one before.
        epoch: u64,
        /// The checkpoint; `None` if there is none yet.
        checkpoint: Option<Box<Checkpoint>>,
    },
    /// Another feed has the checkpoint.
    Held {
        /// Time until asking again is worth while.
        retry_after: Duration,
    },
}

/// Content of a save.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CheckpointUpdate<'a> {
    /// The new checkpoint.
    pub checkpoint: &'a Checkpoint,
    /// Dead letters to add.
    pub buried: &'a [DeadLetter],
    /// Numbers of dead letters to remove: they were replayed and committed.
    pub replayed: &'a [u64],
}

macro_rules! store_behind_a_pointer {
    ($($pointer:ident)*) => {$(
        impl<S: CheckpointStore + ?Sized> CheckpointStore for $pointer<S> {
            fn acquire(&self) -> StoreFuture<'_, Acquired> {
                self.as_ref().acquire()
            }

            fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
                self.as_ref().save(epoch, update)
            }

            fn renew(&self, epoch: u64) -> StoreFuture<'_, ()> {
                self.as_ref().renew(epoch)
            }

            fn give_back(&self, epoch: u64) -> StoreFuture<'_, ()> {
                self.as_ref().give_back(epoch)
            }

            fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
                self.as_ref().dead_letters(after, limit)
            }
        }
    )*};
}
store_behind_a_pointer!(Arc Box);
