//! The mock of the OpenTrain AI API: a library, and the world behind the program of the same name.
//!
#![doc = include_str!("../README.md")]

mod books;
mod clock;
mod error;
pub mod fault;
mod human;
mod log;
pub mod operation;
mod record;
mod server;

mod call;
mod catalogue;
mod control;
mod draft_key;
mod failure;
mod feature;
mod gate;
mod hook_url;
mod import;
mod job_text;
mod limit;
mod link;
mod mask;
mod moderation;
mod number;
mod page;
mod route;
mod scope;
mod shared;
mod strict;
mod table;
mod time;
mod validation;
mod world;

pub use books::Books;
pub use clock::Clock;
pub use error::MockError;
pub use human::{Human, PendingApproval};
pub use log::{Mark, RequestLog, Unexpected};
pub use record::RecordedRequest;
pub use server::{MockServer, MockServerBuilder, TokenOwner};
