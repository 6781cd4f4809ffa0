//! Refusals: a delivery that was not verified, a secret that cannot be used.

use std::error::Error;
use std::fmt;

use super::ReplayKey;
use crate::types::Timestamp;

/// Reason why a delivery was not verified. It never holds a MAC, a secret or the body.
///
/// For [`TooOld`](Self::TooOld) and [`TooNew`](Self::TooNew) the MAC was right: the service made this delivery. Everything else
/// may come from any sender.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request has no header `X-OpenTrain-Signature`.
    NoSignature,
    /// The header is not of the form `t=<unix seconds>,v1=<hex>`, for this reason.
    Malformed(&'static str),
    /// None of the secrets made the MAC: another secret, or another body or time than was signed.
    Mismatch,
    /// The MAC is right, but it was made longer ago than the tolerance allows: a late retry that was not signed anew, a replay, or
    /// a clock that is wrong.
    TooOld(Stale),
    /// The MAC is right, but it was made further in the future than the tolerance allows: a clock is wrong.
    TooNew(Stale),
}

impl VerifyError {
    /// Returns the proof that the MAC was right. `None` if it was not.
    ///
    /// ```
    /// # fn wake() {}
    /// # fn example(error: opentrain::webhook::VerifyError) {
    /// if let Some(stale) = error.stale() {
    ///     println!("signed at {}", stale.signed_at());
    ///     wake(); // reading the feed is safe, acting on the body is not
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn stale(&self) -> Option<&Stale> {
        match self {
            Self::TooOld(stale) | Self::TooNew(stale) => Some(stale),
            Self::NoSignature | Self::Malformed(_) | Self::Mismatch => None,
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignature => f.write_str("there is no header `x-opentrain-signature`"),
            Self::Malformed(fault) => write!(f, "the header `x-opentrain-signature` {fault}"),
            Self::Mismatch => f.write_str("the signature is by none of the secrets"),
            Self::TooOld(_) => f.write_str("the signature is right but too old"),
            Self::TooNew(_) => f.write_str("the signature is right but from the future"),
        }
    }
}

impl Error for VerifyError {}

/// Proof that the MAC of a delivery was right although its time is not within the tolerance. Only a verification makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub(super) signed_at: Timestamp,
    pub(super) replay_key: ReplayKey,
}

impl Stale {
    /// Returns the time of signing: `t` of the signature.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// Returns the key by which a repeated delivery is found.
    #[must_use]
    pub fn replay_key(&self) -> ReplayKey {
        self.replay_key
    }
}

/// A secret, or a list of them, that no delivery could be verified with. It does not hold the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// The list of secrets is empty, so no delivery could be verified.
    None,
    /// A secret is empty, or has white space at an end, such as the line break of a file.
    Unusable,
}

impl fmt::Display for InvalidSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "there is no webhook secret",
            Self::Unusable => {
                "a webhook secret is empty or has white space at an end (the line break of a file?)"
            }
        })
    }
}

impl Error for InvalidSecret {}
