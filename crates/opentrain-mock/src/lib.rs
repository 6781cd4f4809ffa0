//! The mock of the OpenTrain AI API: a library, and the world behind the program of the same name.
//!
#![doc = include_str!("../README.md")]

mod books;
mod clock;
mod error;
mod human;
pub mod operation;
mod record;
mod server;

mod call;
mod catalogue;
mod draft_key;
mod failure;
mod feature;
mod gate;
mod hook_url;
mod import;
mod job_text;
mod link;
mod mask;
mod moderation;
mod number;
mod page;
mod route;
mod scope;
mod shared;
mod table;
mod time;
mod validation;
mod world;

pub use books::Books;
pub use clock::Clock;
pub use error::MockError;
pub use human::{Human, PendingApproval};
pub use record::RecordedRequest;
pub use server::{MockServer, MockServerBuilder, TokenOwner};
