//! Control's view of the log: what was asked, and whether it was as expected.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlRefusal, ControlRequest};
use crate::fault::Selection;
use crate::recorded_request::RecordedRequest;
use crate::request_log::RequestLog;
use crate::request_store::Mark;

/// Selection of requests in a body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    count: usize,
    since: Option<u64>,
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
}

/// Selection of requests in a query, where all values are text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    since: Option<String>,
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    status: Option<String>,
}

impl LogQuery {
    fn read(self) -> Result<Expectation, ControlRefusal> {
        Ok(Expectation {
            count: 0,
            since: number("since", self.since)?,
            operation: self.operation,
            method: self.method,
            path: self.path,
            status: number("status", self.status)?,
        })
    }
}

impl Expectation {
    fn log(self, request: &ControlRequest<'_>) -> RequestLog {
        let mut log = RequestLog::new(Arc::clone(&request.services.requests));
        log.since = self.since.map_or_else(Mark::default, Mark);
        log.status = self.status;
        log.selection = Selection {
            operation: self.operation,
            method: self.method,
            path: self.path,
        };
        log
    }
}

fn number<T: std::str::FromStr>(
    name: &str,
    text: Option<String>,
) -> Result<Option<T>, ControlRefusal> {
    let Some(text) = text else {
        return Ok(None);
    };
    let number = text.parse().ok();
    let refused =
        || ControlRefusal::new(400, format!("the query does not fit: `{name}` is a number"));
    number.map(Some).ok_or_else(refused)
}

pub(super) fn list(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let mark = request.services.requests.end();
    let requests = request
        .query::<LogQuery>()?
        .read()?
        .log(request)
        .requests()?;
    let requests: Vec<Value> = requests.iter().map(shown).collect();
    Ok(json!({ "requests": requests, "mark": mark.0 }))
}

pub(super) fn expect(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let expected: Expectation = request.body()?;
    let count = expected.count;
    let log = expected.log(request);
    // An operation that does not exist is a fault of the request, not of the program under test.
    log.requests()?;
    log.expect(count)
        .map_err(|unexpected| ControlRefusal::new(409, unexpected.to_string()))?;
    Ok(json!({ "found": count }))
}

/// Returns a request with masked credentials. The body is as it came, or its first part, with replacements for bytes that are no
/// text.
fn shown(request: &RecordedRequest) -> Value {
    json!({
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers,
        "body": String::from_utf8_lossy(&request.body),
        "bodyLength": request.body_length,
        "bodyCut": request.is_body_cut(),
        "status": request.status,
        "operation": request.operation,
        "stoppedBy": request.stopped_by,
        "objection": request.objection,
        "fault": request.fault,
        "connection": request.connection,
    })
}
