//! Failures of the database that pass by themselves.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

/// Bound of the pauses between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Pause after the second failed attempt. It doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Failure of an attempt to run a statement.
#[derive(Debug)]
pub(crate) enum AttemptError {
    Database(Error),
    /// There was no response in time.
    NoResponse,
}

impl AttemptError {
    /// True if the failure passes by itself, so that trying again helps.
    pub(crate) fn is_outage(&self) -> bool {
        let Self::Database(error) = self else {
            return true;
        };
        match error.code() {
            Some(code) => is_passing_state(code),
            None => error.is_closed() || io_error(error).is_some_and(is_passing_io),
        }
    }
}

impl fmt::Display for AttemptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::NoResponse => f.write_str("the database did not respond in time"),
        }
    }
}

impl StdError for AttemptError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Database(error) => error.source(),
            Self::NoResponse => None,
        }
    }
}

/// Returns an error and its causes in one line, for logs. The server's details are dropped, since they may quote rows.
pub(crate) fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = layer(error);
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&layer(cause));
        next = cause.source();
    }
    text
}

fn layer(error: &(dyn StdError + 'static)) -> String {
    match error.downcast_ref::<DbError>() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        None => error.to_string(),
    }
}

/// Returns the pause after so many failed attempts. The first is none: the connection may only have been idle for too long.
pub(crate) fn pause_after(attempts: u32) -> Duration {
    match attempts.checked_sub(2) {
        Some(doublings) => {
            let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
            FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
        }
        None => Duration::ZERO,
    }
}

fn io_error(error: &Error) -> Option<io::ErrorKind> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        next = cause.source();
    }
    None
}

/// True unless the error is about a message that cannot be written or read, or about a certificate. The driver calls a server that is
/// still read-only, as a replica is before its promotion, a denied permission.
fn is_passing_io(kind: io::ErrorKind) -> bool {
    !matches!(
        kind,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
    )
}

fn is_passing_state(state: &SqlState) -> bool {
    let code = state.code();
    // Connections that break, also of a pooler.
    code.starts_with("08")
        // Deadlocks and conflicts.
        || code.starts_with("40")
        || [
            // The server stops, starts, or ends the connection.
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::IDLE_SESSION_TIMEOUT,
            SqlState::TOO_MANY_CONNECTIONS,
            // The primary has become a standby.
            SqlState::READ_ONLY_SQL_TRANSACTION,
            // Limits of the server's settings.
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
        ]
        .contains(state)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Duration;

    use tokio_postgres::error::SqlState;

    use super::{is_passing_io, is_passing_state, pause_after};

    #[test]
    fn a_server_that_stops_or_starts_is_waited_out_and_a_missing_table_is_not() {
        let is_passing = |code: &str| is_passing_state(&SqlState::from_code(code));
        for code in [
            "08000", "08006", "40001", "40P01", "57P01", "57P02", "57P03", "57P05", "53300",
            "25006", "55P03", "57014",
        ] {
            assert!(is_passing(code), "{code}");
        }
        for code in [
            "28P01", "3D000", "42P01", "42501", "53100", "22P05", "XX001",
        ] {
            assert!(!is_passing(code), "{code}");
        }
    }

    #[test]
    fn a_refused_connection_is_waited_out_and_a_bad_certificate_is_not() {
        assert!(is_passing_io(ErrorKind::ConnectionRefused));
        assert!(is_passing_io(ErrorKind::UnexpectedEof));
        // A replica that is not promoted yet.
        assert!(is_passing_io(ErrorKind::PermissionDenied));
        assert!(!is_passing_io(ErrorKind::InvalidData));
    }

    #[test]
    fn pauses_start_after_the_second_failure_and_grow_to_five_seconds() {
        let pauses = [1, 2, 3, 7, 8, u32::MAX].map(|attempts| pause_after(attempts).as_millis());
        assert_eq!(pauses, [0, 100, 200, 3_200, 5_000, 5_000]);
        assert_eq!(pause_after(0), Duration::ZERO);
    }
}
