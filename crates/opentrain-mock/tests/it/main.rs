//! The mock over real HTTP, as a client sees it.

mod claim;
mod conformance;
mod conservation;
mod control;
mod credits;
mod documents;
mod drafts;
mod faults;
mod flow;
mod gates;
mod hire;
mod invites;
mod limits;
mod live_jobs;
mod log;
mod marketplace;
mod messages;
mod money;
mod program;
mod server;
mod strict;
mod support;
mod team;
mod tokens;
mod updates;
mod webhooks;
