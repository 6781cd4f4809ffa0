//! The mock over real HTTP, as a client sees it.

mod claim;
mod conformance;
mod conservation;
mod credits;
mod documents;
mod drafts;
mod flow;
mod gates;
mod hire;
mod invites;
mod live_jobs;
mod marketplace;
mod messages;
mod money;
mod program;
mod server;
mod support;
mod team;
mod tokens;
mod updates;
mod webhooks;
