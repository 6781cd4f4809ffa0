//! Verification of deliveries: a pure function of headers, body, secrets and time.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use super::signature::{Key, SIGNATURE, Signature, key};
use super::{InvalidSecret, ReplayKey, Stale, Verified, VerifyError};
use crate::types::{Timestamp, WebhookSecret};

/// Distance that the documentation suggests between the time of signing and now.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Verifier of webhook deliveries. It needs neither a client nor a runtime. Clones share the secrets.
///
/// ```
/// use opentrain::types::Timestamp;
/// use opentrain::webhook::Verifier;
///
/// # fn example(headers: http::HeaderMap, body: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = Verifier::new(["whsec_new", "whsec_old"])?;
/// let event = verifier.verify(&headers, body, Timestamp::now())?.event()?;
/// println!("{} {}", event.id, event.kind);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<RwLock<Vec<Key>>>,
    tolerance: Duration,
}

impl Verifier {
    /// Returns a verifier that accepts deliveries signed with any of these secrets, within 5 minutes of the time of signing.
    ///
    /// Several secrets are for several subscriptions, and for the time in which one subscription replaces another.
    ///
    /// # Errors
    ///
    /// Fails without a secret, and for a secret that is empty or has white space at an end.
    pub fn new<S: Into<WebhookSecret>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidSecret> {
        Ok(Self {
            keys: Arc::new(RwLock::new(keys(secrets)?)),
            tolerance: TOLERANCE,
        })
    }

    /// Sets the longest time between signing and now, in both directions; 5 minutes unless set.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Replaces the secrets for every clone of this verifier, from the next delivery on.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); the old secrets stay.
    pub fn set_secrets<S: Into<WebhookSecret>>(
        &self,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<(), InvalidSecret> {
        let keys = keys(secrets)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Verifies a delivery by its headers and its raw body, the bytes as they were received.
    ///
    /// A body that a framework has parsed and written again does not verify. Pass [`Timestamp::now`] as `now`, except in tests.
    ///
    /// # Errors
    ///
    /// See [`VerifyError`].
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
        now: impl Into<Timestamp>,
    ) -> Result<Verified, VerifyError> {
        let lines = headers.get_all(SIGNATURE);
        if lines.iter().next().is_none() {
            return Err(VerifyError::NoSignature);
        }
        let lines = lines.iter().map(http::HeaderValue::as_bytes);
        self.check(lines, body.into(), now.into())
    }

    /// Verifies a delivery as [`verify`](Self::verify) does.
    ///
    /// # Errors
    ///
    /// See [`VerifyError`].
    pub fn verify_request<B: Into<Bytes>>(
        &self,
        request: http::Request<B>,
        now: impl Into<Timestamp>,
    ) -> Result<Verified, VerifyError> {
        let (parts, body) = request.into_parts();
        self.verify(&parts.headers, body, now)
    }

    /// Verifies a delivery by the value of its header `X-OpenTrain-Signature`, for a framework with other types of headers.
    ///
    /// # Errors
    ///
    /// See [`VerifyError`].
    pub fn verify_signature(
        &self,
        signature: impl AsRef<[u8]>,
        body: impl Into<Bytes>,
        now: impl Into<Timestamp>,
    ) -> Result<Verified, VerifyError> {
        self.check([signature.as_ref()], body.into(), now.into())
    }

    fn check<'a>(
        &self,
        lines: impl IntoIterator<Item = &'a [u8]>,
        body: Bytes,
        now: Timestamp,
    ) -> Result<Verified, VerifyError> {
        let signature = Signature::parse(lines).map_err(VerifyError::Malformed)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if !keys.iter().any(|key| signature.is_by(key, &body)) {
            return Err(VerifyError::Mismatch);
        }
        let (signed_at, replay_key) = (signature.signed_at, ReplayKey::of(&body));
        let age = now.to_jiff().duration_since(signed_at.to_jiff());
        if age.unsigned_abs() <= self.tolerance {
            return Ok(Verified {
                body,
                signed_at,
                replay_key,
            });
        }
        let stale = Stale {
            signed_at,
            replay_key,
        };
        Err(match age.is_positive() {
            true => VerifyError::TooOld(stale),
            false => VerifyError::TooNew(stale),
        })
    }
}

fn keys<S: Into<WebhookSecret>>(
    secrets: impl IntoIterator<Item = S>,
) -> Result<Vec<Key>, InvalidSecret> {
    let secrets = secrets.into_iter().map(Into::into);
    let keys: Vec<Key> = secrets
        .map(|secret| key(&secret))
        .collect::<Result<_, _>>()?;
    match keys.is_empty() {
        true => Err(InvalidSecret::None),
        false => Ok(keys),
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Verifier")
            .field("secrets", &keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}
