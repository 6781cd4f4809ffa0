//! Test binary of this package: all behaviour that a user of the crates sees.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops says why"
)]

mod access_check;
mod approvals;
mod blocking;
mod calls;
mod claim;
mod conformance;
mod contract;
mod debug_output;
mod documented_loops;
mod documents;
mod drafts;
mod errors;
mod every_operation;
mod examples;
mod failures;
mod families;
mod fault_table;
mod feed;
mod leniency;
mod limits;
mod lists;
mod market;
mod method_docs;
mod operations_table;
mod outline;
mod outside_bytes;
mod pages;
mod raw;
mod readme;
mod requested_waits;
mod requests;
mod retries;
mod rotation;
mod schemas;
mod secrets;
mod support;
mod tidy;
mod tls;
mod token_store;
mod tokenless_limit;
mod tour;
mod values;
mod waits;
mod webhook_example;
mod webhook_receiver;
mod webhook_signatures;
mod webhook_subscriptions;
