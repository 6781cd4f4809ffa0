//! One request and its response: the operation, the faults, the line in the log.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;

use super::connection::ConnectionHandle;
use crate::fault::{Fault, FaultTarget, Transmission};
use crate::logged_request::LoggedRequest;
use crate::request::RawRequest;
use crate::services::Services;
use crate::world::ApiResponse;

/// Request under way. It is logged when its response is known, or when the client has closed the connection.
pub(super) struct Exchange {
    services: Arc<Services>,
    /// Empty once it is logged.
    request: LoggedRequest,
    is_logged: bool,
}

impl Exchange {
    pub(super) fn new(services: Arc<Services>, request: LoggedRequest) -> Self {
        Self {
            services,
            request,
            is_logged: false,
        }
    }

    /// Sends the response over this connection.
    pub(super) async fn respond(mut self, connection: &ConnectionHandle) -> Response {
        let RawRequest { method, path, .. } = &self.request.incoming;
        let Some(fault) = self.services.faults.matching_fault(method, path) else {
            let outgoing = self.work();
            self.finish(outgoing.status, None);
            let encoded = outgoing.encode();
            return Response::from_parts(encoded.parts, Body::from(encoded.body));
        };
        let transmission = self.apply_fault(&fault).await;
        self.transmit(transmission, connection).await
    }

    /// Executes the operation.
    fn work(&mut self) -> ApiResponse {
        let request = &mut self.request;
        let logged = self.services.gateway.handle(&request.incoming);
        request.stopped_by = logged.stopped_by;
        request.objection = logged.objection;
        logged.response
    }

    /// Applies a fault: with or without the operation, with a latency before or after it.
    async fn apply_fault(&mut self, fault: &Fault) -> Transmission {
        if !fault.is_after_work() {
            self.wait(fault.latency).await;
        }
        let real = fault.runs_operation().then(|| self.work());
        let target = FaultTarget {
            path: &self.request.incoming.path,
            request_id: self.services.faults.next_request_id(),
        };
        let (status, transmission) = fault.effect.transmit(&target, real);
        self.finish(status, Some(fault.in_the_log()));
        if fault.is_after_work() {
            self.wait(fault.latency).await;
        }
        transmission
    }

    async fn transmit(
        &self,
        transmission: Transmission,
        connection: &ConnectionHandle,
    ) -> Response {
        match transmission {
            Transmission::Regular(response) => return response,
            Transmission::Bytes(bytes) => connection.replace_with(bytes),
            Transmission::Never => {
                self.services.lifetime.stopped().await;
                connection.replace_with(Vec::new());
            }
        }
        let mut response = Response::new(Body::empty());
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    }

    /// Waits, but no longer than the server runs.
    async fn wait(&self, time: Duration) {
        if !time.is_zero() {
            self.services.lifetime.sleep(time).await;
        }
    }

    fn finish(&mut self, status: u16, fault: Option<String>) {
        if !self.is_logged {
            self.is_logged = true;
            self.services.requests.push(LoggedRequest {
                status,
                fault,
                ..mem::take(&mut self.request)
            });
        }
    }
}

/// The client has gone while it was kept waiting.
impl Drop for Exchange {
    fn drop(&mut self) {
        self.finish(0, Some("the client did not wait".to_owned()));
    }
}
