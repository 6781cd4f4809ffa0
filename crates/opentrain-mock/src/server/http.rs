//! The HTTP server: reads a request, passes it on, writes the response.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    CACHE_CONTROL, CONTENT_TYPE, DATE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use super::body_stream;
use super::connection::{ConnectionHandle, CountingListener};
use super::exchange::Exchange;
use crate::control::{self, WholeState};
use crate::fault::EncodedResponse;
use crate::logged_request::LoggedRequest;
use crate::request::{BodyError, RawRequest, RequestBody};
use crate::response_body::ResponseBody;
use crate::services::Services;
use crate::time::http_date;
use crate::world::ApiResponse;

/// Largest body. A larger one is discarded, and refused by operations that read a body.
const BODY_CAP: usize = 4 * 1024 * 1024;

/// The whole state may be larger: that of 100,000 jobs is.
const STATE_CAP: usize = 512 * 1024 * 1024;

/// Serves until the server is to stop.
pub(super) async fn serve(
    listener: TcpListener,
    accepted: Arc<AtomicU64>,
    services: Arc<Services>,
) {
    let router = Router::new().fallback(handle);
    let router = router.with_state(Arc::clone(&services));
    let service = router.into_make_service_with_connect_info::<ConnectionHandle>();
    let listener = CountingListener::new(listener, accepted);
    let stop = async move { services.lifetime.stopped().await };
    // axum's accept loop handles its errors itself and never returns one.
    let _served = axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await;
}

async fn handle(
    State(services): State<Arc<Services>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if control::is_here(parts.uri.path()) {
        return controlled(services, &parts, body).await;
    }
    let incoming = incoming(&parts, payload(body).await);
    let request = LoggedRequest::new(incoming, target(&parts.uri), connection.number);
    let exchange = Exchange::new(Arc::clone(&services), request);
    let mut response = exchange.respond(&connection).await;
    let now = services.world.clock().now();
    if let Ok(date) = HeaderValue::try_from(http_date(now)) {
        response.headers_mut().entry(DATE).or_insert(date);
    }
    response
}

/// Handles a control request. A long one, for a large world, does not delay other requests.
async fn controlled(services: Arc<Services>, parts: &Parts, body: Body) -> Response {
    match control::whole_state(parts.method.as_str(), parts.uri.path()) {
        Some(WholeState::Taken) => {
            let snapshot = services.world.snapshot();
            let write = move |writer: &mut dyn Write| Ok(snapshot.write(writer)?);
            return as_json(200, body_stream::outgoing(write));
        }
        Some(WholeState::Restore) => {
            let restore = move |reader: &mut dyn Read| control::restore(&services.world, reader);
            let result = body_stream::incoming(body, STATE_CAP, restore).await;
            return match result {
                Ok((status, body)) => json(status, &body),
                Err(fault) => broken(fault),
            };
        }
        None => {}
    }
    let incoming = incoming(parts, payload(body).await);
    let result = spawn_blocking(move || control::handle(&services, &incoming)).await;
    // A panic has said on standard error what it is.
    let failed = || (500, json!({ "error": "the mock has failed" }));
    let (status, body) = result.unwrap_or_else(|_panic| failed());
    json(status, &body)
}

fn broken(fault: BodyError) -> Response {
    json(400, &json!({ "error": fault.to_string() }))
}

fn json(status: u16, body: &Value) -> Response {
    as_json(status, Body::from(body.to_string()))
}

fn as_json(status: u16, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Reads a body to its end, also one that is too large: a client that is still writing would not see the response.
async fn payload(body: Body) -> RequestBody {
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    let mut chunks = body.into_data_stream();
    let mut payload = Ok(Vec::new());
    while let Some(chunk) = body_stream::next_chunk(&mut chunks).await {
        let Ok(chunk) = chunk else {
            return Err(BodyError::Broken);
        };
        if let Ok(bytes) = &mut payload {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BODY_CAP {
                payload = Err(BodyError::TooLarge { cap: BODY_CAP });
            }
        }
    }
    payload
}

/// Returns the target as it came: a path with a query, or a whole URL from a client that uses the server as a proxy.
fn target(uri: &Uri) -> String {
    match (uri.scheme(), uri.path_and_query()) {
        (None, Some(target)) => target.as_str().to_owned(),
        _ => uri.to_string(),
    }
}

fn incoming(parts: &Parts, body: RequestBody) -> RawRequest {
    let query = parts.uri.query().unwrap_or_default();
    RawRequest {
        headers: headers(&parts.headers),
        body,
        ..RawRequest::new(parts.method.as_str(), parts.uri.path(), query)
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    };
    headers.iter().map(text).collect()
}

impl ApiResponse {
    /// Returns head and body.
    pub(crate) fn encode(self) -> EncodedResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content = self.body.map(ResponseBody::into_bytes);
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
        EncodedResponse {
            parts,
            body: content.unwrap_or_default(),
        }
    }
}

/// Adds the headers of the tokenless job endpoints: any page may read them, and caches may keep them.
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
