//! The mock of the OpenTrain AI API: a library, and the world behind the program of the same name.
//!
#![doc = include_str!("../README.md")]

mod books;
mod changes;
mod clock;
mod delivery;
mod error;
pub mod fault;
mod human;
mod log;
pub mod operation;
mod record;
mod server;

mod background;
mod call;
mod catalogue;
mod chance;
mod control;
mod courier;
mod destination;
mod draft_key;
mod edge_cache;
mod failure;
mod feature;
mod gate;
mod hook_url;
mod import;
mod job_text;
mod keeper;
mod limit;
mod link;
mod listing;
mod mask;
mod moderation;
mod money;
mod number;
mod page;
mod route;
mod scope;
mod server_thread;
mod shared;
mod signature;
mod snapshot;
mod state_file;
mod strict;
mod table;
mod time;
mod validation;
mod world;

pub use books::Books;
pub use changes::ChangesCut;
pub use clock::Clock;
pub use delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
pub use error::MockError;
pub use human::{Human, PendingApproval};
pub use log::{Mark, RequestLog, Unexpected};
pub use record::RecordedRequest;
pub use server::{MockServer, MockServerBuilder, TokenOwner};
pub use snapshot::Snapshot;
