//! Runs the real `xtask` on workspaces of its own, against servers on this machine.

#![expect(
    clippy::unwrap_used,
    reason = "a test may unwrap: its failure is the message"
)]

mod changing;
mod checking;
mod data;
mod dialects;
mod drift;
mod failures;
mod fetching;
mod killing;
mod locking;
mod losing;
mod normalising;
mod outliers;
mod printed;
mod serving;
mod trying;
mod verifying;

mod differences;
mod documents;
mod forms;
mod newer;
mod server;
mod workspace;
