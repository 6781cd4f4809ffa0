//! Guide *Keeping a market index*: every open job of the marketplace, kept up to date.
//!
#![doc = include_str!("docs/keeping_a_market_index.md")]

mod event;
mod failure;
mod feed;
mod fetched;
mod index;
mod saved_position;
mod sync;

pub use event::MarketEvent;
pub use feed::MarketFeed;
pub use index::MarketIndex;
