//! Failures of the transport, by the part that failed.

use std::fmt;

use super::tls_fault::TlsFault;

/// Part of the transport that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection was established. No request was sent.
    Connect,
    /// The secure connection was refused: because of a certificate, or because one side does not support the other's TLS. The
    /// error's message gives the cause (with the feature `native-tls`, the error's source does). No request was sent, and trying
    /// again does not help. A handshake that is reset or ends early is `Connect`.
    Tls,
    /// The time ran out. The request may have been carried out.
    Timeout,
    /// The connection broke before a response. The request may have been carried out.
    Request,
    /// A success's body broke off. The request was carried out.
    Body,
}

impl TransportKind {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        match error {
            _ if tls_fault(error).is_some() => Self::Tls,
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

/// Returns the fault of a secure connection that was not established. A service may refuse the client's certificate after the
/// handshake.
fn tls_fault(error: &reqwest::Error) -> Option<TlsFault> {
    let fault = TlsFault::of(error)?;
    (error.is_connect() || fault == TlsFault::ClientCertificate).then_some(fault)
}

/// Writes the kind in words. For a refused secure connection, the cause follows.
pub(super) fn describe(
    kind: TransportKind,
    source: Option<&reqwest::Error>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    fmt::Display::fmt(&kind, f)?;
    let fault = source.filter(|_| kind == TransportKind::Tls);
    match fault.and_then(tls_fault) {
        Some(fault) => write!(f, ": {}", fault.sentence()),
        None => Ok(()),
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection to the service",
            Self::Tls => "no secure connection to the service",
            Self::Timeout => "the time ran out",
            Self::Request => "the connection broke before the response",
            Self::Body => "the body of the response is incomplete",
        })
    }
}
