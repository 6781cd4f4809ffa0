//! Events of a market feed.

use crate::error::Error;
use crate::types::{JobId, PublicJob};

/// Event of a [`MarketFeed`](super::MarketFeed). Applying an event twice has the effect of applying it once.
#[derive(Debug)]
#[non_exhaustive]
pub enum MarketEvent {
    /// A snapshot of the marketplace begins. It may come again at any time, also before the snapshot is complete, which a new one
    /// replaces then.
    SnapshotBegins,
    /// A job of the snapshot.
    Item(Box<PublicJob>),
    /// The snapshot is complete, with all changes that happened meanwhile. A job that was neither an [`Item`](Self::Item) nor
    /// [`Upserted`](Self::Upserted) since [`SnapshotBegins`](Self::SnapshotBegins) is no longer listed.
    SnapshotComplete,
    /// A job was published or updated.
    Upserted(Box<PublicJob>),
    /// A job is no longer listed. It may be one that never came.
    Removed(JobId),
    /// A job, or a change, that this version of the crate cannot read. The feed goes on.
    #[non_exhaustive]
    Unreadable {
        /// The job. It is listed, so an earlier version of it should be kept. `None` if not even its id is readable.
        id: Option<JobId>,
        /// Fault, with the text as it came.
        error: Error,
    },
}
