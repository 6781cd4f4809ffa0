//! The mock of the OpenTrain AI API: a library, and the world behind the program of the same name.
//!
#![doc = include_str!("../README.md")]

mod changes_settings;
mod clock;
mod error;
pub mod fault;
mod human;
mod ledger;
pub mod operation;
mod recorded_request;
mod request_log;
mod server;
mod webhook_delivery;

mod amount;
mod api_failure;
mod autosave;
mod background_task;
mod control;
mod counted;
mod draft_key;
mod draft_request;
mod edge_cache;
mod feature;
mod gate;
mod job_text;
mod json_number;
mod link;
mod mask;
mod moderation;
mod page;
mod rate_limit;
mod request;
mod route;
mod scope;
mod seed_catalogue;
mod seed_jobs;
mod seeded_random;
mod server_thread;
mod shared;
mod snapshot;
mod state_file;
mod strict;
mod table;
mod time;
mod validation;
mod webhook_destination;
mod webhook_sender;
mod webhook_signature;
mod webhook_url;
mod world;

pub use changes_settings::ChangesCut;
pub use clock::Clock;
pub use error::MockError;
pub use human::{Human, PendingApproval};
pub use ledger::Ledger;
pub use recorded_request::RecordedRequest;
pub use request_log::{Mark, RequestLog, UnmetExpectation};
pub use server::{MockServer, MockServerBuilder, TokenOwner};
pub use snapshot::Snapshot;
pub use webhook_delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
