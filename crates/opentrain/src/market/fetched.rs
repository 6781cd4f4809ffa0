//! Outcome of reading a single job.

use crate::error::Error;
use crate::types::PublicJob;

/// Outcome of reading a single job.
#[derive(Debug)]
pub(super) enum Fetched {
    Found(Box<PublicJob>),
    /// 404.
    Gone,
    Unreadable(Error),
}
