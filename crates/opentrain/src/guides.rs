//! Guides: one task each, with samples that compile.
//!
//! Three more are the pages of the modules that they are about: [Following an account](crate::feed),
//! [Keeping a market index](crate::market), and, with the feature `webhooks`, Receiving webhooks in `opentrain::webhook`.

/// First call: a token, a client, a response.
///
#[doc = include_str!("docs/first_call.md")]
pub mod first_call {}

/// Handling errors: what failed, why, and what to do about it.
///
#[doc = include_str!("docs/handling_errors.md")]
pub mod handling_errors {}

/// Retrying: which requests are sent again, when, and how to change that.
///
#[doc = include_str!("docs/retrying.md")]
#[doc(alias = "idempotency")]
#[doc(alias = "timeouts")]
pub mod retrying {}

/// Reading lists: pages, streams, cursors, bad elements.
///
#[doc = include_str!("docs/reading_lists.md")]
#[doc(alias = "pagination")]
#[doc(alias = "paging")]
#[doc(alias = "paginate")]
pub mod reading_lists {}

/// Waiting for people: approvals, top-ups and drafts, over days and restarts.
///
#[doc = include_str!("docs/waiting_for_people.md")]
#[doc(alias = "human in the loop")]
pub mod waiting_for_people {}

/// Claiming an account: from no account to a token that a human stands behind.
///
#[doc = include_str!("docs/claiming_an_account.md")]
#[doc(alias = "onboarding")]
pub mod claiming_an_account {}

/// Testing with the mock: a stateful server on loopback, with faults, a clock and a simulated human.
///
#[doc = include_str!("docs/testing_with_the_mock.md")]
#[doc(alias = "mock")]
#[doc(alias = "test")]
#[doc(alias = "dry run")]
#[doc(alias = "sandbox")]
pub mod testing_with_the_mock {}

/// Tracking the document: how the client follows what the service serves.
///
#[doc = include_str!("docs/tracking_the_document.md")]
#[doc(alias = "openapi")]
#[doc(alias = "drift")]
pub mod tracking_the_document {}

/// Extending: calls, fields, stores and policies that this crate does not have.
///
#[doc = include_str!("docs/extending.md")]
#[doc(alias = "middleware")]
#[doc(alias = "raw request")]
pub mod extending {}

/// From raw HTTP: each piece of hand-written code, and its replacement.
///
#[doc = include_str!("docs/from_raw_http.md")]
#[doc(alias = "migrate")]
#[doc(alias = "reqwest")]
pub mod from_raw_http {}

/// From the Python SDK: the same calls in Rust, and the calls that this crate has no types for.
///
#[doc = include_str!("docs/from_the_python_sdk.md")]
#[doc(alias = "python")]
pub mod from_the_python_sdk {}
