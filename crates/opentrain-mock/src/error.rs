//! Errors of the mock itself, as opposed to the failures that it responds with.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Refusal of a start or of a test's request.
#[derive(Clone, Debug)]
pub struct MockError {
    kind: Arc<MockErrorKind>,
}

#[derive(Debug)]
pub(crate) enum MockErrorKind {
    NotLoopback(SocketAddr),
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    Setting(SettingError),
    UnknownFeature(String),
    UnknownScope(String),
    UnknownToken,
    UnknownOperation(String),
    /// Sentence about what is wrong and what to change.
    InvalidFault(String),
    UnknownFault(u64),
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
    Number(NumberError),
    UnknownTopUp(String),
    TopUpNotPending {
        id: String,
        status: &'static str,
    },
    UnknownUserCode(String),
    ClaimAttemptOver(String),
    UnknownProposal(String),
    Candidate(CandidateError),
    UnknownProposalStatus(String),
    UnknownEvent(String),
    Employer(EmployerError),
}

/// Reason why a number is refused.
#[derive(Debug)]
pub(crate) enum NumberError {
    /// Name of the number, and its bounds in words.
    OutOfBounds(&'static str, &'static str),
    /// Contract that would have more work than a count holds.
    TooMuchWork(String),
    /// Owner of the account whose ledger would overflow.
    LedgerOverflow(String),
}

impl From<NumberError> for MockErrorKind {
    fn from(fault: NumberError) -> Self {
        Self::Number(fault)
    }
}

/// Reason why an AI trainer cannot do something.
#[derive(Debug)]
pub(crate) enum CandidateError {
    AlreadyBid(String),
    UnknownJob(String),
    JobNotOpen(String),
    UnknownFreelancer(String),
    AllApplied(String),
    ScoreTooHigh(u32),
}

impl From<CandidateError> for MockErrorKind {
    fn from(fault: CandidateError) -> Self {
        Self::Candidate(fault)
    }
}

/// Reason why an employer cannot do something.
#[derive(Debug)]
pub(crate) enum EmployerError {
    /// Sentence about the fields of a job.
    InvalidJob(String),
    /// The owner of an account whose proposals cannot move.
    NoProposal(String),
}

impl From<EmployerError> for MockErrorKind {
    fn from(fault: EmployerError) -> Self {
        Self::Employer(fault)
    }
}

/// Setting of a test or a command line that is refused.
#[derive(Debug)]
pub(crate) enum SettingError {
    NoThread(std::io::Error),
    /// Sentence about what is wrong, without secrets.
    Snapshot(String),
    /// Text that is no origin.
    Origin(String),
    /// Text that is no origin on loopback.
    LoopbackOrigin(String),
    UnreadableState(PathBuf, Box<dyn std::error::Error + Send + Sync>),
    UnwritableState(PathBuf, std::io::Error),
    /// A state file with the name of one that is kept beside another.
    ReservedName(PathBuf),
    StateInUse {
        path: PathBuf,
        lock_path: PathBuf,
        /// The id of the process that holds the lock, as far as it can be read.
        holder: String,
    },
}

impl MockError {
    /// True if the error is about something that does not exist.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(
            &*self.kind,
            MockErrorKind::UnknownFeature(_)
                | MockErrorKind::UnknownScope(_)
                | MockErrorKind::UnknownToken
                | MockErrorKind::UnknownOperation(_)
                | MockErrorKind::UnknownFault(_)
                | MockErrorKind::UnknownApproval(_)
                | MockErrorKind::UnknownConversation(_)
                | MockErrorKind::UnknownContract(_)
                | MockErrorKind::UnknownTopUp(_)
                | MockErrorKind::UnknownUserCode(_)
                | MockErrorKind::UnknownProposal(_)
                | MockErrorKind::UnknownProposalStatus(_)
                | MockErrorKind::UnknownEvent(_)
                | MockErrorKind::Candidate(CandidateError::UnknownJob(_))
                | MockErrorKind::Candidate(CandidateError::UnknownFreelancer(_))
        )
    }

    /// True if the request could not be fulfilled in any state.
    pub(crate) fn is_invalid(&self) -> bool {
        matches!(
            &*self.kind,
            MockErrorKind::Number(NumberError::OutOfBounds(..))
                | MockErrorKind::InvalidFault(_)
                | MockErrorKind::Employer(EmployerError::InvalidJob(_))
                | MockErrorKind::Setting(_)
                | MockErrorKind::Candidate(CandidateError::ScoreTooHigh(_))
        )
    }

    pub(crate) fn new(kind: MockErrorKind) -> Self {
        Self {
            kind: Arc::new(kind),
        }
    }
}

impl From<MockErrorKind> for MockError {
    fn from(kind: MockErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for MockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use MockErrorKind as Kind;

        match &*self.kind {
            Kind::NotLoopback(address) => write!(
                formatter,
                "the mock listens on loopback only, and `{address}` is no loopback address: use `127.0.0.1:0`"
            ),
            Kind::Listen { address, .. } => write!(formatter, "cannot listen on `{address}`"),
            Kind::Setting(setting) => setting.fmt(formatter),
            Kind::UnknownFeature(key) => write!(formatter, "no feature flag is called `{key}`"),
            Kind::UnknownScope(scope) => write!(formatter, "no scope is called `{scope}`"),
            Kind::UnknownToken => write!(formatter, "there is no such token"),
            Kind::UnknownOperation(name) => write!(
                formatter,
                "no operation is called `{name}`, and no single one ends in it: the names are those of the API's documents, such as `proposals_hire`"
            ),
            Kind::UnknownFault(id) => write!(formatter, "there is no fault `{id}`"),
            Kind::InvalidFault(sentence) => write!(formatter, "{sentence}"),
            Kind::UnknownApproval(id) => write!(formatter, "there is no approval `{id}`"),
            Kind::ApprovalNotPending { id, status } => {
                write!(formatter, "approval `{id}` is {status}, not pending")
            }
            Kind::CannotPay { approval, cents } => write!(
                formatter,
                "approval `{approval}` costs {cents} cents, and there is neither a card nor credits enough"
            ),
            Kind::UnknownConversation(id) => write!(formatter, "there is no conversation `{id}`"),
            Kind::EmployerWritesFirst(id) => write!(
                formatter,
                "the employer has not written in conversation `{id}` yet"
            ),
            Kind::ReadOnlyConversation(id) => write!(
                formatter,
                "conversation `{id}` is read-only: its contract has ended"
            ),
            Kind::UnknownContract(id) => write!(formatter, "there is no contract `{id}`"),
            Kind::NoWorkPossible(id) => write!(
                formatter,
                "contract `{id}` takes no work: it must be active and paid by volume"
            ),
            Kind::Number(fault) => write!(formatter, "{fault}"),
            Kind::UnknownTopUp(id) => write!(formatter, "there is no top-up `{id}`"),
            Kind::TopUpNotPending { id, status } => {
                write!(formatter, "top-up `{id}` is {status}, not PENDING")
            }
            Kind::UnknownUserCode(code) => {
                write!(formatter, "no claim waits for the code `{code}`")
            }
            Kind::ClaimAttemptOver(code) => write!(
                formatter,
                "the claim attempt with the code `{code}` is over"
            ),
            Kind::UnknownProposal(id) => write!(formatter, "there is no proposal `{id}`"),
            Kind::UnknownEvent(id) => write!(formatter, "there is no event `{id}`"),
            Kind::Candidate(fault) => write!(formatter, "{fault}"),
            Kind::Employer(fault) => write!(formatter, "{fault}"),
            Kind::UnknownProposalStatus(status) => {
                write!(formatter, "no proposal status is called `{status}`")
            }
        }
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds(what, bounds) => write!(formatter, "{what} must be {bounds}"),
            Self::TooMuchWork(id) => write!(
                formatter,
                "contract `{id}` takes no more work than 100,000,000,000 hours or labels in all"
            ),
            Self::LedgerOverflow(owner) => write!(
                formatter,
                "the ledger of account `{owner}` cannot hold this: a sum would be too large or below zero"
            ),
        }
    }
}

impl fmt::Display for CandidateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyBid(id) => write!(formatter, "proposal `{id}` has a bid already"),
            Self::UnknownJob(id) => write!(formatter, "there is no job `{id}`"),
            Self::JobNotOpen(id) => write!(formatter, "job `{id}` is not open"),
            Self::UnknownFreelancer(id) => write!(formatter, "there is no AI trainer `{id}`"),
            Self::AllApplied(id) => {
                write!(
                    formatter,
                    "all available AI trainers have applied to job `{id}`"
                )
            }
            Self::ScoreTooHigh(score) => {
                write!(
                    formatter,
                    "an interview's score goes from 0 to 100, not to `{score}`"
                )
            }
        }
    }
}

impl fmt::Display for EmployerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidJob(sentence) => write!(formatter, "{sentence}"),
            Self::NoProposal(owner) => write!(
                formatter,
                "account `{owner}` has no proposal, except hired ones: publish a job first"
            ),
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoThread(_) => write!(formatter, "cannot start the mock's thread"),
            Self::Snapshot(fault) => write!(
                formatter,
                "this is no snapshot that this mock can restore: {fault}"
            ),
            Self::Origin(text) => write!(
                formatter,
                "`{text}` is no origin: scheme, host and port, such as `https://hooks.example.com`"
            ),
            Self::LoopbackOrigin(text) => write!(
                formatter,
                "webhooks are sent to loopback only, and `{text}` is no such origin: use one like `http://127.0.0.1:9000`"
            ),
            Self::UnreadableState(path, _) => write!(
                formatter,
                "cannot begin with the state in `{}`, which is left as it is",
                path.display()
            ),
            Self::UnwritableState(path, _) => {
                write!(formatter, "cannot keep the state in `{}`", path.display())
            }
            Self::ReservedName(path) => write!(
                formatter,
                "`{}` cannot be a state file: what ends in `.next` or `.lock` may belong to another one; take another name",
                path.display()
            ),
            Self::StateInUse {
                path,
                lock_path,
                holder,
            } => formatter.write_str(&state_in_use(path, lock_path, holder)),
        }
    }
}

/// Returns a sentence with the process that has the state, and what to do.
fn state_in_use(path: &Path, lock_path: &Path, holder: &str) -> String {
    let (path, lock_path) = (path.display(), lock_path.display());
    if holder == std::process::id().to_string() {
        return format!(
            "a mock of this program keeps its state in `{path}` and has not stopped yet: await `close` first, or take another file"
        );
    }
    let holder = match holder {
        "" => "another program".to_owned(),
        holder => format!("the program with process id {holder}"),
    };
    format!(
        "{holder} keeps its state in `{path}` and has `{lock_path}` locked: stop it first, or take another file"
    )
}

impl std::error::Error for MockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            MockErrorKind::Listen { source, .. } => Some(source),
            MockErrorKind::Setting(SettingError::UnreadableState(_, source)) => Some(&**source),
            MockErrorKind::Setting(
                SettingError::UnwritableState(_, source) | SettingError::NoThread(source),
            ) => Some(source),
            _ => None,
        }
    }
}
