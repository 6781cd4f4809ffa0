//! HTTP around the world: read the request, let the world answer it, write the answer down.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures_core::Stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::exchange::Exchange;
use super::wire::{Line, WireListener};
use crate::call::{BodyFault, Incoming, Payload};
use crate::control;
use crate::fault::Written;
use crate::record::RecordedRequest;
use crate::shared::Shared;
use crate::world::Outgoing;

/// Larger bodies are thrown away; what an operation that wants one says then is its own affair.
const BODY_CAP: usize = 4 * 1024 * 1024;

/// What controls the mock may be larger: the state of 100,000 jobs is.
const CONTROL_BODY_CAP: usize = 512 * 1024 * 1024;

/// Serves until the server is to stop.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().fallback(handle);
    let router = router.with_state(Arc::clone(&shared));
    let service = router.into_make_service_with_connect_info::<Line>();
    let listener = WireListener::new(listener, Arc::clone(&shared));
    let stop = async move { shared.stopped().await };
    // axum's accept loop handles its errors itself and never returns one.
    let _served = axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await;
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let cap = match control::is_here(parts.uri.path()) {
        true => CONTROL_BODY_CAP,
        false => BODY_CAP,
    };
    let incoming = incoming(&parts, payload(body, cap).await);
    if control::is_here(&incoming.path) {
        return controlled(&shared, &incoming);
    }
    let mut record = RecordedRequest::new(&incoming, headers(&parts.headers));
    record.target = parts.uri.to_string();
    record.connection = line.number;
    Exchange::new(shared, incoming, record).answer(&line).await
}

fn controlled(shared: &Arc<Shared>, incoming: &Incoming) -> Response {
    let Incoming {
        method,
        path,
        query,
        body,
        ..
    } = incoming;
    let Ok(body) = body else {
        return json(400, &json!({ "error": "the body did not arrive whole" }));
    };
    let (status, answer) = control::answer(shared, method, path, query, body);
    json(status, &answer)
}

fn json(status: u16, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Reads a body to its end, also one that is too large: a client that is still writing would not see the answer.
async fn payload(body: Body, cap: usize) -> Payload {
    let mut chunks = body.into_data_stream();
    let mut payload = Ok(Vec::new());
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
        let Ok(chunk) = chunk else {
            return Err(BodyFault::Broken);
        };
        if let Ok(bytes) = &mut payload {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > cap {
                payload = Err(BodyFault::TooLarge { cap });
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

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    };
    headers.iter().map(text).collect()
}

impl Outgoing {
    /// Head and body.
    pub(crate) fn written(self) -> Written {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content = self.body.as_ref().map(ToString::to_string);
        let (mut parts, ()) = Response::new(()).into_parts();
        parts.status = status;
        let headers = &mut parts.headers;
        if content.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Ok(request_id) = HeaderValue::try_from(self.request_id) {
            headers.insert("x-request-id", request_id);
        }
        if let Some(Ok(allow)) = self.allow.map(HeaderValue::try_from) {
            headers.insert(ALLOW, allow);
        }
        if self.open {
            open_to_browsers(headers, status);
        }
        Written {
            parts,
            body: content.unwrap_or_default().into_bytes(),
        }
    }
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
