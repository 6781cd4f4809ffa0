//! Nothing of its own: this package exists for its tests, which see the crates as a user does. The README is one of them.
#![doc = include_str!("../README.md")]
