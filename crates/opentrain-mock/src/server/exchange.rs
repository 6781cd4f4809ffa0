//! One request and its response: the operation, the faults, the line in the log.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;

use super::connection::Line;
use crate::fault::{Delivery, Fault, Hit};
use crate::recorded_request::RecordedRequest;
use crate::request::Incoming;
use crate::shared::Shared;
use crate::world::Outgoing;

/// Request under way. It is logged when its response is known, or when the client has gone.
pub(super) struct Exchange {
    shared: Arc<Shared>,
    incoming: Incoming,
    record: Option<RecordedRequest>,
}

impl Exchange {
    pub(super) fn new(shared: Arc<Shared>, incoming: Incoming, record: RecordedRequest) -> Self {
        Self {
            shared,
            incoming,
            record: Some(record),
        }
    }

    /// Answers, over this connection.
    pub(super) async fn answer(mut self, line: &Line) -> Response {
        let Incoming { method, path, .. } = &self.incoming;
        let Some(fault) = self.shared.faults.strike(method, path) else {
            let outgoing = self.work();
            self.finish(outgoing.status, None);
            let written = outgoing.written();
            return Response::from_parts(written.parts, Body::from(written.body));
        };
        let delivery = self.suffer(&fault).await;
        self.deliver(delivery, line).await
    }

    /// Executes the operation.
    fn work(&mut self) -> Outgoing {
        let record = self.record.as_mut();
        let content_type = record
            .as_ref()
            .and_then(|record| record.header("content-type"));
        let answered = self.shared.answer(&self.incoming, content_type);
        if let Some(record) = record {
            record.stopped_by = answered.stopped_by;
            record.objection = answered.objection;
        }
        answered.outgoing
    }

    /// Applies a fault: with or without the operation, with a latency before or after it.
    async fn suffer(&mut self, fault: &Fault) -> Delivery {
        if !fault.strikes_after() {
            self.wait(fault.latency).await;
        }
        let real = fault.lets_work().then(|| self.work());
        let hit = Hit {
            path: &self.incoming.path,
            request_id: self.shared.faults.next_request_id(),
        };
        let (status, delivery) = fault.effect.deliver(&hit, real);
        self.finish(status, Some(fault.in_the_log()));
        if fault.strikes_after() {
            self.wait(fault.latency).await;
        }
        delivery
    }

    async fn deliver(&self, delivery: Delivery, line: &Line) -> Response {
        match delivery {
            Delivery::Regular(response) => return response,
            Delivery::Bytes(bytes) => line.say_instead(bytes),
            Delivery::Never => {
                self.shared.stopped().await;
                line.say_instead(Vec::new());
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
            self.shared.sleep(time).await;
        }
    }

    fn finish(&mut self, status: u16, fault: Option<String>) {
        if let Some(mut record) = self.record.take() {
            record.status = status;
            record.fault = fault;
            self.shared.record(record);
        }
    }
}

/// The client has gone while it was kept waiting.
impl Drop for Exchange {
    fn drop(&mut self) {
        self.finish(0, Some("the client did not wait".to_owned()));
    }
}
