//! A webhook receiver on loopback: it keeps the deliveries and responds with the configured status.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A webhook. Dropping it closes its port.
pub(crate) struct Hook {
    pub(crate) origin: String,
    responses: Arc<Responses>,
    arrivals: mpsc::UnboundedReceiver<Received>,
    serving: JoinHandle<()>,
}

/// Delivery that the receiver got.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

struct Responses {
    /// Statuses of the next responses; after them [`Responses::usual`].
    next: Mutex<VecDeque<u16>>,
    usual: Mutex<u16>,
    /// Closed: requests wait.
    gate: tokio::sync::Semaphore,
    arrived: mpsc::UnboundedSender<Received>,
}

impl Hook {
    /// Starts a webhook that responds with 200.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let responses = Arc::new(Responses {
            next: Mutex::default(),
            usual: Mutex::new(200),
            gate: tokio::sync::Semaphore::new(tokio::sync::Semaphore::MAX_PERMITS),
            arrived,
        });
        let router = Router::new()
            .fallback(take)
            .with_state(Arc::clone(&responses));
        let serving = tokio::spawn(async move {
            let _served = axum::serve(listener, router).await;
        });
        Self {
            origin: format!("http://{address}"),
            responses,
            arrivals,
            serving,
        }
    }

    /// Responds with this status from now on.
    pub(crate) fn respond_with(&self, status: u16) {
        *self.responses.usual.lock().expect("no test has panicked") = status;
    }

    /// Responds with these statuses first.
    pub(crate) fn respond_first_with(&self, statuses: &[u16]) {
        let mut next = self.responses.next.lock().expect("no test has panicked");
        next.extend(statuses);
    }

    /// Holds the responses back until [`Hook::let_go`].
    pub(crate) fn hold(&self) {
        self.responses.gate.forget_permits(usize::MAX);
    }

    pub(crate) fn let_go(&self) {
        self.responses.gate.add_permits(1_000);
    }

    /// Waits for the next request and returns it.
    pub(crate) async fn next(&mut self) -> Received {
        self.arrivals.recv().await.expect("the webhook is open")
    }

    /// Returns the deliveries since the last call.
    pub(crate) fn received(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.arrivals.try_recv().ok()).collect()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(responses): State<Arc<Responses>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("the body arrives");
    let received = Received {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.into()).expect("it is text"),
    };
    // The test may have heard enough.
    let _heard = responses.arrived.send(received);
    let _open = responses.gate.acquire().await.expect("it is never closed");
    let next = responses
        .next
        .lock()
        .expect("no test has panicked")
        .pop_front();
    let usual = *responses.usual.lock().expect("no test has panicked");
    let mut response = Response::new(Body::from("noted"));
    let status = StatusCode::from_u16(next.unwrap_or(usual));
    *response.status_mut() = status.expect("it is a status");
    let elsewhere = "http://127.0.0.1:1/elsewhere".parse();
    let elsewhere = elsewhere.expect("it is a header");
    response.headers_mut().insert("location", elsewhere);
    response
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).expect("the header is there");
        value.to_str().expect("it is text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("it is JSON")
    }

    /// Returns the time of the signature; `None` if the secret did not sign the delivery.
    pub(crate) fn signed_at(&self, secret: &str) -> Option<i64> {
        let signature = self.header("x-opentrain-signature");
        let (time, mac) = signature.split_once(",v1=")?;
        let time = time.strip_prefix("t=")?;
        let message = format!("{time}.{}", self.body);
        let is_right = mac == hmac(secret.as_bytes(), message.as_bytes());
        is_right.then(|| time.parse().expect("it is a number"))
    }
}

/// Returns the HMAC-SHA256 in hexadecimal, by the definition in RFC 2104.
fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let hash = |pad: u8, message: &[u8]| {
        let key = block.map(|byte| byte ^ pad);
        Sha256::digest([&key[..], message].concat())
    };
    let mac = hash(0x5c, &hash(0x36, message));
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}
