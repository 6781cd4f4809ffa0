//! Errors of the feed and of its checkpoint.

use std::error::Error as StdError;
use std::fmt;

use opentrain_api::runtime::printable;

use crate::error::Error;

/// Number of characters that are shown of text from a checkpoint.
const TEXT_SHOWN: usize = 300;

/// Reason why a feed ended: a fault that a person must fix. Everything else is waited out.
#[derive(Debug)]
#[non_exhaustive]
pub enum FeedError {
    /// The service refused with 403, in its own form: the token has none of the three scopes.
    Forbidden(Error),
    /// The service refused the client's current token with 401, and no change of the token is
    /// [announced](crate::Client::announce_token_change): the token is revoked, expired, mistyped or missing.
    Unauthorized(Error),
    /// The service refused with 400, in its own form, or the request could not be made: the cursor that the feed was started from
    /// is none, or this crate has a fault.
    BadRequest(Error),
    /// The checkpoint cannot be used.
    Checkpoint(CheckpointError),
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forbidden(_) => "the token may not read the event feed",
            Self::Unauthorized(_) => "the token is not accepted",
            Self::BadRequest(_) => "the request for events is refused as wrong",
            Self::Checkpoint(_) => "the checkpoint of the feed cannot be used",
        })
    }
}

impl StdError for FeedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Forbidden(error) | Self::Unauthorized(error) | Self::BadRequest(error) => {
                Some(error)
            }
            Self::Checkpoint(error) => Some(error),
        }
    }
}

impl From<CheckpointError> for FeedError {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error)
    }
}

/// Reason why a checkpoint was not loaded or saved. The previous checkpoint is still there.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Another feed has acquired the checkpoint since. Nothing was saved; the feed can go on once it acquires the checkpoint again.
    Fenced,
    /// Another process uses the checkpoint.
    #[non_exhaustive]
    Locked {
        /// Location of the checkpoint.
        store: String,
    },
    /// The content is no checkpoint: it is cut, or something else.
    #[non_exhaustive]
    Unreadable {
        /// Location of the checkpoint.
        store: String,
        /// Description of the fault.
        fault: String,
    },
    /// The checkpoint was written by a newer version of this crate.
    #[non_exhaustive]
    UnknownFormat {
        /// Number of the format.
        format: u32,
    },
    /// The checkpoint belongs to another account or another server.
    #[non_exhaustive]
    Foreign {
        /// Account and server of the checkpoint.
        stored: String,
        /// Account and server of the client.
        current: String,
    },
    /// Reading or writing failed, for example because the disk is full or the database is unreachable.
    #[non_exhaustive]
    Failed {
        /// Action that failed, such as `writing cursor.json`.
        action: String,
        /// Reason of the failure.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl CheckpointError {
    /// Makes the error of a store that failed. The action completes the sentence "… failed", such as "writing `cursor.json`".
    pub fn failed(
        action: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Failed {
            action: action.into(),
            source: source.into(),
        }
    }

    /// Makes the error of content that is no checkpoint. The fault may quote the content: it is put on one line, without secrets.
    pub fn unreadable(store: impl Into<String>, fault: impl fmt::Display) -> Self {
        Self::Unreadable {
            store: store.into(),
            fault: printable(&fault.to_string(), TEXT_SHOWN),
        }
    }

    /// True if another feed has acquired the checkpoint. The next call of [`next`](crate::feed::Feed::next) tries to acquire it again.
    #[must_use]
    pub fn is_fenced(&self) -> bool {
        matches!(self, Self::Fenced)
    }
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fenced => f.write_str("another feed has taken the checkpoint, nothing was saved"),
            Self::Locked { store } => write!(f, "another process uses the checkpoint `{store}`"),
            Self::Unreadable { store, fault } => write!(
                f,
                "`{store}` is no checkpoint ({fault}): put a copy of it back, or remove it to begin anew"
            ),
            Self::UnknownFormat { format } => write!(
                f,
                "the checkpoint has format {format}, which a newer version of this crate wrote"
            ),
            Self::Foreign { stored, current } => write!(
                f,
                "the checkpoint belongs to {}, and the client to {current}",
                printable(stored, TEXT_SHOWN)
            ),
            Self::Failed { action, .. } => write!(f, "{action} failed"),
        }
    }
}

impl StdError for CheckpointError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}
