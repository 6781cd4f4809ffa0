//! The mock over real HTTP, as a client sees it.

mod claim;
mod drafts;
mod flow;
mod gates;
mod hire;
mod invites;
mod live_jobs;
mod marketplace;
mod program;
mod server;
mod support;
