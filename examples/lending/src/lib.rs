//! A client of a tool library, generated from `openapi.yaml` by the build script.
//!
//! `tests/calls.rs` shows its use.

include!(concat!(env!("OUT_DIR"), "/client.rs"));
