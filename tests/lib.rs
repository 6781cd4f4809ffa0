//! Package for tests only: they see the crates as a user does. The README is one of them.
#![doc = include_str!("../README.md")]
