//! The loop around the attempts of a call. What it decides by is in `retry`; it only obeys.

use std::time::{Duration, Instant};

use tracing::{Instrument, Span, debug, debug_span, field};

use super::{Answer, Call, Received};
use crate::clock::fraction;
use crate::error::{Error, ErrorKind, Failure};
use crate::retry::{FailedAttempt, RetryAdvice, advise};

/// Runs a call to its end, in a span of its own.
pub(super) async fn run<T>(call: Call<T>) -> crate::Result<Answer<T>> {
    let span = span(&call);
    let result = attempt_until_done(&call).instrument(span.clone()).await;
    record(&span, &result);
    result
}

/// The span has the names of the OpenTelemetry conventions for HTTP clients; nothing in it comes from a body or a query.
fn span<T>(call: &Call<T>) -> Span {
    debug_span!(
        "opentrain.call",
        otel.kind = "client",
        opentrain.operation = &*call.target.name,
        http.request.method = &*call.target.method,
        url.template = call.target.template,
        server.address = call.client.shared().base_url.host(),
        http.response.status_code = field::Empty,
        http.request.resend_count = field::Empty,
        opentrain.request_id = field::Empty,
        error.r#type = field::Empty,
    )
}

fn record<T>(span: &Span, result: &crate::Result<Answer<T>>) {
    let (status, request_id, attempts) = match result {
        Ok(answer) => (
            Some(answer.status()),
            answer.request_id(),
            answer.attempts(),
        ),
        Err(error) => (error.status(), error.request_id(), error.attempts()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(request_id) = request_id {
        span.record("opentrain.request_id", request_id);
    }
    span.record("http.request.resend_count", attempts.saturating_sub(1));
    if let Err(error) = result {
        span.record("error.type", error.kind().name());
    }
}

async fn attempt_until_done<T>(call: &Call<T>) -> crate::Result<Answer<T>> {
    let shared = call.client.shared();
    let started = shared.clock.now();
    if let Some(name) = &call.options.reserved {
        let message = format!("header `{name}` has a place of its own and cannot be set");
        return Err(Error::invalid_request(&call.target.name, message));
    }
    let mut attempts = 0;
    let mut last = None;
    loop {
        let timeout = match wait_for_slot(call, started).await {
            Ok(timeout) => timeout,
            // What failed before says more than that the time is over.
            Err(failure) => return Err(last.unwrap_or_else(|| failed(call, failure))),
        };
        attempts += 1;
        let sent = (call.sender)(call.client.wire(&call.options, timeout)).await;
        let error = match sent {
            Ok(received) => {
                shared.budget.refund();
                return Ok(answer(received, attempts, elapsed(call, started)));
            }
            Err(error) => Failure::read(error, call.target.oauth, shared.clock.system_time()),
        };
        // What could not be made into a request was no attempt.
        attempts -= u32::from(matches!(error.kind, ErrorKind::InvalidRequest(_)));
        let error = failed(call, error).after(attempts, elapsed(call, started));
        let Some(wait) = next_wait(call, &error) else {
            return Err(error);
        };
        debug!(attempt = attempts, wait = ?wait, error.r#type = error.kind().name(), "trying again");
        last = Some(error);
        shared.clock.sleep(wait).await;
    }
}

fn answer<T>(received: Received<T>, attempts: u32, elapsed: Duration) -> Answer<T> {
    let Received {
        value,
        status,
        request_id,
    } = received;
    Answer {
        value,
        status,
        request_id,
        attempts,
        elapsed,
    }
}

fn failed<T>(call: &Call<T>, failure: Failure) -> Error {
    let advice = advise(&failure, call.target.repeatable);
    Error::new(failure, &call.target.name, advice)
}

fn elapsed<T>(call: &Call<T>, started: Instant) -> Duration {
    call.client
        .shared()
        .clock
        .now()
        .saturating_duration_since(started)
}

/// Waits until a tokenless call may go out. Gives how long the attempt may then take; nothing if nobody set a limit.
async fn wait_for_slot<T>(call: &Call<T>, started: Instant) -> Result<Option<Duration>, Failure> {
    let shared = call.client.shared();
    let left = time_left(call, started)?;
    let Some(limiter) = shared.tokenless.as_ref().filter(|_| call.target.tokenless) else {
        return Ok(attempt_timeout(call, left));
    };
    let wait = limiter
        .reserve(shared.clock.now(), left)
        .map_err(Failure::held_back)?;
    if wait.is_zero() {
        return Ok(attempt_timeout(call, left));
    }
    debug!(wait = ?wait, "holding back, to stay below the limit of the tokenless endpoints");
    shared.clock.sleep(wait).await;
    time_left(call, started).map(|left| attempt_timeout(call, left))
}

/// What is left of the total time; nothing if there is no limit.
fn time_left<T>(call: &Call<T>, started: Instant) -> Result<Option<Duration>, Failure> {
    let left = call
        .options
        .total_timeout
        .map(|total| total.saturating_sub(elapsed(call, started)));
    match left {
        Some(Duration::ZERO) => Err(Failure::timed_out()),
        left => Ok(left),
    }
}

fn attempt_timeout<T>(call: &Call<T>, left: Option<Duration>) -> Option<Duration> {
    [call.options.timeout, left].into_iter().flatten().min()
}

/// How long to wait before the next attempt; nothing if there is to be none.
fn next_wait<T>(call: &Call<T>, error: &Error) -> Option<Duration> {
    let shared = call.client.shared();
    let RetryAdvice::Retry { after } = error.retry_advice() else {
        return None;
    };
    let policy = call.options.retry_policy.as_ref()?;
    let failed = FailedAttempt {
        attempts: error.attempts(),
        elapsed: error.elapsed(),
        retry_after: after,
        fraction: fraction(shared.jitter.bits()),
    };
    let wait = policy.delay(&failed)?;
    let end = error.elapsed().saturating_add(wait);
    let in_time = call.options.total_timeout.is_none_or(|total| end < total);
    (in_time && shared.budget.withdraw()).then_some(wait)
}
