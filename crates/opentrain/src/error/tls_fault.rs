//! Reason why a secure connection was refused, read from the errors of the TLS library.

use std::error::Error as StdError;
use std::io;

/// Reason why a secure connection was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "rustls"),
    expect(dead_code, reason = "only the errors of rustls are distinguished")
)]
pub(super) enum TlsFault {
    /// No authority that is trusted on this machine issued the certificate.
    UntrustedCertificate,
    /// The certificate is for another host.
    OtherHost,
    /// The certificate has expired.
    ExpiredCertificate,
    /// The certificate is not valid yet.
    EarlyCertificate,
    /// The certificate is revoked.
    RevokedCertificate,
    /// Another fault of the certificate.
    BadCertificate,
    /// The received bytes are not TLS.
    NoTls,
    /// The two sides have no version, cipher or application protocol in common.
    NothingInCommon,
    /// The service knows no host of this name.
    UnknownHost,
    /// The service does not accept the client's certificate, or requires one.
    ClientCertificate,
    /// Another fault of the handshake.
    Handshake,
}

impl TlsFault {
    /// Finds the fault among the causes of an error. `None` if there is none: the connection was refused, reset or ended early.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        #[cfg(feature = "rustls")]
        if let Some(error) = causes(error).find_map(|cause| cause.downcast_ref()) {
            return by_rustls::fault(error);
        }
        #[cfg(feature = "native-tls")]
        if let Some(error) = causes(error).find_map(|cause| cause.downcast_ref()) {
            return by_native_tls::fault(error);
        }
        // A TLS library of another version: rustls reports what it refuses as invalid data.
        let mut causes = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
        let is_refused = causes.any(|io| io.kind() == io::ErrorKind::InvalidData);
        is_refused.then_some(Self::Handshake)
    }

    /// Returns the description of the fault, to be appended after a colon.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::UntrustedCertificate => {
                "its certificate is not issued by an authority that is trusted here"
            }
            Self::OtherHost => "its certificate is for another host",
            Self::ExpiredCertificate => {
                "its certificate has expired, or this machine's clock is wrong"
            }
            Self::EarlyCertificate => {
                "its certificate is not valid yet, or this machine's clock is wrong"
            }
            Self::RevokedCertificate => "its certificate is revoked",
            Self::BadCertificate => "its certificate is not acceptable",
            Self::NoTls => "it does not speak TLS on this port",
            Self::NothingInCommon => "it takes no TLS version or cipher that this client takes",
            Self::UnknownHost => "it knows no host of this name",
            Self::ClientCertificate => "it wants a client certificate, or refused the one it got",
            Self::Handshake => "the TLS handshake failed",
        }
    }
}

/// Returns the error and all of its causes, with those that `source` skips: the error within an [`io::Error`].
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let within = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match within {
            Some(within) => Some(within),
            None => cause.source(),
        }
    })
}

#[cfg(feature = "rustls")]
mod by_rustls {
    use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

    use super::TlsFault;

    pub(super) fn fault(error: &Error) -> Option<TlsFault> {
        match error {
            Error::InvalidCertificate(error) => Some(of_certificate(error)),
            Error::AlertReceived(alert) => of_alert(*alert),
            Error::PeerIncompatible(_) | Error::NoApplicationProtocol => {
                Some(TlsFault::NothingInCommon)
            }
            // Faults of a record's header, which other protocols do not have.
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType
                | InvalidMessage::UnknownProtocolVersion
                | InvalidMessage::MessageTooLarge
                | InvalidMessage::InvalidEmptyPayload,
            ) => Some(TlsFault::NoTls),
            _ => Some(TlsFault::Handshake),
        }
    }

    fn of_certificate(error: &CertificateError) -> TlsFault {
        use CertificateError as Error;

        match error {
            Error::UnknownIssuer => TlsFault::UntrustedCertificate,
            Error::NotValidForName | Error::NotValidForNameContext { .. } => TlsFault::OtherHost,
            Error::Expired | Error::ExpiredContext { .. } => TlsFault::ExpiredCertificate,
            Error::NotValidYet | Error::NotValidYetContext { .. } => TlsFault::EarlyCertificate,
            Error::Revoked => TlsFault::RevokedCertificate,
            _ => TlsFault::BadCertificate,
        }
    }

    /// Returns the fault for an alert. An alert about certificates is about the client's: the service's own is checked here.
    fn of_alert(alert: AlertDescription) -> Option<TlsFault> {
        use AlertDescription as Alert;

        Some(match alert {
            // The service has an internal error, or ends the connection.
            Alert::InternalError | Alert::UserCanceled | Alert::CloseNotify => return None,
            Alert::ProtocolVersion
            | Alert::HandshakeFailure
            | Alert::InsufficientSecurity
            | Alert::InappropriateFallback
            | Alert::NoApplicationProtocol => TlsFault::NothingInCommon,
            Alert::UnrecognisedName => TlsFault::UnknownHost,
            Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::CertificateRequired => TlsFault::ClientCertificate,
            _ => TlsFault::Handshake,
        })
    }
}

#[cfg(feature = "native-tls")]
mod by_native_tls {
    use std::io;

    use super::{TlsFault, causes};

    /// Returns the fault of a `native-tls` error. The library has no kinds of errors, and its messages are the platform's. Those of
    /// OpenSSL for an early end are known.
    pub(super) fn fault(error: &native_tls::Error) -> Option<TlsFault> {
        let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
        let text = error.to_string().to_ascii_lowercase();
        let has_ended = text.contains("unexpected eof");
        (io.is_none() && !has_ended).then_some(TlsFault::Handshake)
    }
}

#[cfg(test)]
mod tests {
    use super::TlsFault;
    use std::io::{Error, ErrorKind};

    #[test]
    fn invalid_data_within_an_io_error_is_a_refusal_and_an_early_end_is_none() {
        let within = |kind| Error::other(Error::new(kind, "from a TLS library"));
        assert_eq!(
            TlsFault::of(&within(ErrorKind::InvalidData)),
            Some(TlsFault::Handshake)
        );
        for kind in [
            ErrorKind::UnexpectedEof,
            ErrorKind::ConnectionReset,
            ErrorKind::ConnectionRefused,
        ] {
            assert_eq!(TlsFault::of(&within(kind)), None, "{kind}");
        }
    }

    #[cfg(feature = "native-tls")]
    #[test]
    fn an_error_of_native_tls_is_a_refusal() {
        let error = native_tls::Identity::from_pkcs12(b"not an identity", "").err();
        let error = Error::other(error.expect("it is refused"));
        assert_eq!(TlsFault::of(&error), Some(TlsFault::Handshake));
    }

    #[cfg(feature = "rustls")]
    #[test]
    fn each_error_of_rustls_has_its_fault() {
        use rustls::{AlertDescription as Alert, CertificateError as Certificate, Error as Tls};

        let of = |error: Tls| {
            let error = Error::new(ErrorKind::InvalidData, error);
            TlsFault::of(&Error::other(error))
        };
        for (certificate, fault) in [
            (Certificate::UnknownIssuer, TlsFault::UntrustedCertificate),
            (Certificate::NotValidForName, TlsFault::OtherHost),
            (Certificate::Expired, TlsFault::ExpiredCertificate),
            (Certificate::NotValidYet, TlsFault::EarlyCertificate),
            (Certificate::Revoked, TlsFault::RevokedCertificate),
            (Certificate::BadSignature, TlsFault::BadCertificate),
        ] {
            assert_eq!(of(Tls::InvalidCertificate(certificate)), Some(fault));
        }
        for (alert, fault) in [
            (
                Alert::NoApplicationProtocol,
                Some(TlsFault::NothingInCommon),
            ),
            (Alert::UnknownCA, Some(TlsFault::ClientCertificate)),
            (Alert::UnrecognisedName, Some(TlsFault::UnknownHost)),
            (Alert::DecodeError, Some(TlsFault::Handshake)),
            (Alert::InternalError, None),
            (Alert::UserCanceled, None),
        ] {
            assert_eq!(of(Tls::AlertReceived(alert)), fault, "{alert:?}");
        }
        assert_eq!(of(Tls::DecryptError), Some(TlsFault::Handshake));
    }
}
