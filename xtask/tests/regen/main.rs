//! Runs the real `xtask` on workspaces of its own, against servers on this machine.

#![expect(
    clippy::unwrap_used,
    reason = "a test may unwrap: its failure is the message"
)]

mod checking;
mod dialects;
mod drift;
mod failures;
mod locking;
mod normalising;
mod oddities;
mod serving;

mod documents;
mod newer;
mod server;
mod workspace;
