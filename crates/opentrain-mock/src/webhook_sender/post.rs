//! One request to a webhook, on a connection of its own. Redirects are not followed.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{Method, Request, Response};
use futures_core::Stream;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::webhook_delivery::AttemptOutcome;
use crate::world::WebhookRequest;

const AGENT: &str = "OpenTrain-Webhooks/1.0";
/// Number of bytes of a response's body that are read; the body has no meaning.
const BODY_CAP: usize = 64 * 1024;

/// Sends it, and gives what came of it within `patience`.
pub(super) async fn post(webhook_request: &WebhookRequest, patience: Duration) -> AttemptOutcome {
    let deadline = Instant::now() + patience;
    // Ends the connection when it is dropped.
    let mut connection = JoinSet::new();
    match timeout_at(deadline, exchange(webhook_request, &mut connection)).await {
        Ok(Ok(response)) => {
            let status = response.status().as_u16();
            // The status decides. The body is read so that the webhook can send it to its end.
            let _taken = timeout_at(deadline, drain(response)).await;
            AttemptOutcome::Responded(status)
        }
        Ok(Err(reason)) => AttemptOutcome::Failed(reason),
        Err(_elapsed) => AttemptOutcome::Failed(format!("no response within {patience:?}")),
    }
}

async fn exchange(
    webhook_request: &WebhookRequest,
    connections: &mut JoinSet<()>,
) -> Result<Response<Incoming>, String> {
    let stream = connect(webhook_request).await;
    let stream = stream.map_err(|error| format!("cannot connect: {error}"))?;
    let broken = |error: hyper::Error| format!("no response: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    connections.spawn(async move {
        // An error of the connection is also the error of the request.
        let _ended = connection.await;
    });
    let request =
        http_request(webhook_request).map_err(|error| format!("cannot be asked: {error}"))?;
    sender.send_request(request).await.map_err(broken)
}

async fn connect(webhook_request: &WebhookRequest) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in &webhook_request.destination.addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn http_request(webhook_request: &WebhookRequest) -> Result<Request<Body>, axum::http::Error> {
    Request::builder()
        .method(Method::POST)
        .uri(&webhook_request.destination.path)
        .header(HOST, &webhook_request.destination.host)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, AGENT)
        .header("x-opentrain-event", &webhook_request.event_type)
        .header("x-opentrain-delivery", &webhook_request.delivery)
        .header("x-opentrain-signature", &webhook_request.signature)
        .header(CONNECTION, "close")
        .body(Body::from(webhook_request.body.clone()))
}

async fn drain(response: Response<Incoming>) {
    let mut chunks = Body::new(response.into_body()).into_data_stream();
    let mut length = 0;
    while let Some(Ok(chunk)) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
        length += chunk.len();
        if length > BODY_CAP {
            return;
        }
    }
}
