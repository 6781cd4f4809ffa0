//! The service's side of a signature, for tests of receivers.

use std::fmt;

use bytes::Bytes;
use hmac::Mac;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request};
use serde::Deserialize;

use super::signature::{Key, SIGNATURE, hex, key, signed};
use super::{InvalidSecret, ReplayKey};
use crate::types::{Timestamp, WebhookSecret};

/// Signer of deliveries, as the service signs them: for tests of a receiver.
///
/// ```
/// use opentrain::types::Timestamp;
/// use opentrain::webhook::{Signer, Verifier};
///
/// let signer = Signer::new("whsec_example")?;
/// let request = signer.request(r#"{"id":"1","type":"message.received"}"#, Timestamp::now());
///
/// let verified = Verifier::new(["whsec_example"])?.verify_request(request, Timestamp::now())?;
/// assert_eq!(verified.event()?.id, "1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer(Key);

impl Signer {
    /// Returns a signer with this secret.
    ///
    /// # Errors
    ///
    /// Fails for a secret that is empty or has white space at an end.
    pub fn new(secret: impl Into<WebhookSecret>) -> Result<Self, InvalidSecret> {
        key(&secret.into()).map(Self)
    }

    /// Returns the value of the header `X-OpenTrain-Signature` for a body that is signed at this time, to the second. Its `Debug`
    /// hides the value.
    #[must_use]
    pub fn sign(&self, body: &[u8], at: impl Into<Timestamp>) -> HeaderValue {
        let seconds = at.into().to_jiff().as_second();
        let mac = signed(&self.0, seconds.to_string().as_bytes(), body).finalize();
        let value = format!("t={seconds},v1={}", hex(&mac.into_bytes()));
        let value = HeaderValue::try_from(value);
        let mut value = value.expect("digits and letters may stand in a header");
        value.set_sensitive(true);
        value
    }

    /// Returns a delivery with all the headers that the service sends: `POST /`, signed at this time.
    ///
    /// The id of the delivery is made from the body, so that it is the same for another attempt.
    #[must_use]
    pub fn request(&self, body: impl Into<Bytes>, at: impl Into<Timestamp>) -> Request<Bytes> {
        let body = body.into();
        let id = format!("dlv_{}", &ReplayKey::of(&body).to_string()[..16]);
        let id = HeaderValue::try_from(id).expect("digits and letters may stand in a header");
        let signature = self.sign(&body, at);
        let kind = kind(&body);
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static("OpenTrain-Webhooks/1.0"),
        );
        kind.map(|kind| headers.insert("x-opentrain-event", kind));
        headers.insert("x-opentrain-delivery", id);
        headers.insert(SIGNATURE, signature);
        request
    }
}

/// Returns the type of the event, if the body has one.
fn kind(body: &[u8]) -> Option<HeaderValue> {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
    }
    let typed: Typed = serde_json::from_slice(body).ok()?;
    HeaderValue::try_from(typed.r#type).ok()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer")
            .field(&format_args!("[redacted]"))
            .finish()
    }
}
