//! Checkpoint of a feed in PostgreSQL, for a fleet of processes.
#![doc = include_str!("../README.md")]

mod database;
mod outage;
mod session;
mod statements;
mod store;

// Its types are in public signatures.
pub use tokio_postgres;

pub use statements::CREATE_TABLES;
pub use store::PostgresCheckpoint;
