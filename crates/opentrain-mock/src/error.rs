//! What can go wrong with the mock itself, as opposed to the failures that it answers with.

use std::fmt;
use std::net::SocketAddr;

/// The mock could not start, or was asked for something that it does not have.
#[derive(Debug)]
pub struct MockError {
    kind: Box<Kind>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    NotLoopback(SocketAddr),
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    UnknownFeature(String),
    UnknownScope(String),
    UnknownApproval(String),
    ApprovalNotPending {
        id: String,
        status: &'static str,
    },
    CannotPay {
        approval: String,
        cents: i64,
    },
    UnknownConversation(String),
    EmployerWritesFirst(String),
    ReadOnlyConversation(String),
    UnknownContract(String),
    NoWorkPossible(String),
    UnknownTopUp(String),
    TopUpNotPending {
        id: String,
        status: &'static str,
    },
    UnknownUserCode(String),
    ClaimAttemptOver(String),
    UnknownProposal(String),
    UnknownProposalStatus(String),
}

impl MockError {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind: Box::new(kind),
        }
    }
}

impl From<Kind> for MockError {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for MockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            Kind::NotLoopback(address) => write!(
                formatter,
                "the mock listens on loopback only, and `{address}` is no loopback address: use `127.0.0.1:0`"
            ),
            Kind::Listen { address, .. } => write!(formatter, "cannot listen on `{address}`"),
            Kind::UnknownFeature(key) => write!(formatter, "no feature flag is called `{key}`"),
            Kind::UnknownScope(scope) => write!(formatter, "no scope is called `{scope}`"),
            Kind::UnknownApproval(id) => write!(formatter, "there is no approval `{id}`"),
            Kind::ApprovalNotPending { id, status } => {
                write!(formatter, "approval `{id}` is {status}, not pending")
            }
            Kind::CannotPay { approval, cents } => write!(
                formatter,
                "approval `{approval}` costs {cents} cents, and there is neither a card nor credits enough"
            ),
            Kind::UnknownConversation(id) => write!(formatter, "there is no conversation `{id}`"),
            Kind::EmployerWritesFirst(id) => {
                write!(
                    formatter,
                    "the employer has not written in conversation `{id}` yet"
                )
            }
            Kind::ReadOnlyConversation(id) => {
                write!(formatter, "nobody writes in conversation `{id}` any more")
            }
            Kind::UnknownContract(id) => write!(formatter, "there is no contract `{id}`"),
            Kind::NoWorkPossible(id) => write!(
                formatter,
                "contract `{id}` takes no such work: it must be active and paid by volume, and the volume above zero"
            ),
            Kind::UnknownTopUp(id) => write!(formatter, "there is no top-up `{id}`"),
            Kind::TopUpNotPending { id, status } => {
                write!(formatter, "top-up `{id}` is {status}, not PENDING")
            }
            Kind::UnknownUserCode(code) => {
                write!(formatter, "no claim waits for the code `{code}`")
            }
            Kind::ClaimAttemptOver(code) => {
                write!(
                    formatter,
                    "the claim attempt with the code `{code}` is over"
                )
            }
            Kind::UnknownProposal(id) => write!(formatter, "there is no proposal `{id}`"),
            Kind::UnknownProposalStatus(status) => {
                write!(formatter, "no proposal status is called `{status}`")
            }
        }
    }
}

impl std::error::Error for MockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let Kind::Listen { source, .. } = &*self.kind else {
            return None;
        };
        Some(source)
    }
}
