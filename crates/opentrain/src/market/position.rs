//! Position of a market feed, to be stored.

use serde::{Deserialize, Serialize};

use crate::types::Timestamp;

/// Position of a [`MarketFeed`](super::MarketFeed), from which another one goes on: see [`MarketFeed::resume`](super::MarketFeed::resume).
///
/// It is plain data: two short texts, in JSON or any other form that serde writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MarketPosition {
    /// Service that the jobs are from. A position of another one is refused.
    pub(super) base_url: String,
    /// Instant from which the changes are read again.
    pub(super) since: Timestamp,
}
