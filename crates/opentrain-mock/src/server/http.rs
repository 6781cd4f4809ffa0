//! HTTP around the world: read the request, let the world answer it, write the answer down.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::serve::ListenerExt;
use futures_core::Stream;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::call::{BodyFault, Incoming, Payload};
use crate::mask::mask;
use crate::record::RecordedRequest;
use crate::shared::Shared;
use crate::world::Outgoing;

/// Larger bodies are thrown away; what an operation that wants one says then is its own affair.
const BODY_CAP: usize = 4 * 1024 * 1024;
/// Headers whose values are secrets.
const CREDENTIALS: &[&str] = &["authorization", "proxy-authorization", "cookie"];

/// Serves until the sender at the other end of `stopped` is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
) {
    let router = Router::new().fallback(handle).with_state(shared);
    let listener = listener.tap_io(|connection| {
        // Answers are small: without this, some would wait for the client's acknowledgement of the one before.
        let _without = connection.set_nodelay(true);
    });
    let stop = async {
        // Nothing is ever sent: the end of the channel is the signal.
        let _dropped = stopped.await;
    };
    // axum's accept loop handles its errors itself and never returns one.
    let _served = axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await;
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let incoming = incoming(&parts, payload(body).await);
    let outgoing = shared.world().answer(&incoming);
    shared.record(RecordedRequest::new(
        incoming,
        recorded(&parts.headers),
        outgoing.status,
    ));
    response(outgoing)
}

/// Reads a body to its end, also one that is too large: a client that is still writing would not see the answer.
async fn payload(body: Body) -> Payload {
    let mut chunks = body.into_data_stream();
    let mut payload = Ok(Vec::new());
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
        let Ok(chunk) = chunk else {
            return Err(BodyFault::Broken);
        };
        if let Ok(bytes) = &mut payload {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BODY_CAP {
                payload = Err(BodyFault::TooLarge { cap: BODY_CAP });
            }
        }
    }
    payload
}

fn incoming(parts: &Parts, body: Payload) -> Incoming {
    let authorization = parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    Incoming {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: authorization.map(str::to_owned),
        body,
    }
}

fn recorded(headers: &HeaderMap) -> Vec<(String, String)> {
    let record = |(name, value): (&axum::http::HeaderName, &HeaderValue)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let is_secret = CREDENTIALS.contains(&name.as_str());
        let shown = if is_secret {
            "***".to_owned()
        } else {
            mask(&text)
        };
        (name.as_str().to_owned(), shown)
    };
    headers.iter().map(record).collect()
}

fn response(outgoing: Outgoing) -> Response {
    let content = outgoing.body.as_ref().map(ToString::to_string);
    let mut response = Response::new(content.map_or_else(Body::empty, Body::from));
    let status = StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if outgoing.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Ok(request_id) = HeaderValue::try_from(outgoing.request_id) {
        headers.insert("x-request-id", request_id);
    }
    if let Some(Ok(allow)) = outgoing.allow.map(HeaderValue::try_from) {
        headers.insert(ALLOW, allow);
    }
    if outgoing.open {
        open_to_browsers(headers, status);
    }
    response
}

/// What the tokenless job endpoints add: any page may read them, and caches may keep them.
fn open_to_browsers(headers: &mut HeaderMap, status: StatusCode) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if status == StatusCode::NO_CONTENT {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, OPTIONS"),
        );
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("Content-Type"),
        );
    }
    if status == StatusCode::OK {
        let kept = HeaderValue::from_static("public, s-maxage=300, stale-while-revalidate=3600");
        headers.insert(CACHE_CONTROL, kept);
    }
}
