//! Failures on the way: which part of it broke.

use std::error::Error as StdError;
use std::{fmt, io};

/// Which part of the way broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection came about. Nothing was sent.
    Connect,
    /// The secure connection was refused, by us or by them: a certificate, most often. Nothing was sent.
    Tls,
    /// The time ran out. The request may have been carried out.
    Timeout,
    /// The connection broke before an answer. The request may have been carried out.
    Request,
    /// A success's body broke off. The request was carried out.
    Body,
}

impl TransportKind {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        match error {
            _ if error.is_connect() && is_tls(error) => Self::Tls,
            _ if error.is_connect() => Self::Connect,
            _ if error.is_timeout() => Self::Timeout,
            _ if error.is_body() || error.is_decode() => Self::Body,
            _ => Self::Request,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Request => "request",
            Self::Body => "body",
        }
    }
}

/// TLS libraries report a handshake that failed as invalid data on the connection.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = next {
        let io = cause.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        next = cause.source();
    }
    false
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection to the service",
            Self::Tls => "no secure connection to the service",
            Self::Timeout => "the time ran out",
            Self::Request => "the connection broke before an answer",
            Self::Body => "the answer's body did not arrive whole",
        })
    }
}
