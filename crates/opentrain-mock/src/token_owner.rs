//! The accounts that a test can ask a token of.

/// Account of a token that [`MockServer::issue_token`](crate::MockServer::issue_token) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenOwner {
    /// The account of [`MockServer::token`](crate::MockServer::token): claimed, with a payment method.
    Main,
    /// An account that no human has claimed.
    Unclaimed,
    /// Another employer, with jobs of their own.
    Stranger,
}
