//! The loop around the attempts of a call: a request in, a decoded body out. It obeys the decisions of `retry`.

use std::time::{Duration, Instant};

use http::header::HeaderName;
use opentrain_api::runtime::{DecodeError, RawResponse};
use tracing::{Instrument, debug};

use super::response::ResponseHead;
use super::telemetry;
use super::{Call, CallOptions, OperationProfile, Response, Unsigned};
use crate::client::Client;
use crate::clock::fraction;
use crate::error::{AttemptError, Error, ErrorKind, Mask};
use crate::retry::{PolicyInput, RetryAdvice, advise};
use crate::tokenless_limiter::{Permit, Spent, TokenlessLimiter};

/// Function that decodes the body of a success and keeps the value.
type Decode<'a> = &'a mut (dyn FnMut(&RawResponse) -> Result<(), Option<DecodeError>> + Send);

/// Runs a call to its end, in a span of its own.
pub(super) async fn run<T: Send + 'static>(call: Call<T>) -> crate::Result<Response<T>> {
    let prepared = call
        .prepared
        .map_err(|error| Error::invalid_request(call.profile.name(), error.to_string()))?;
    let attempts = Attempts {
        client: &call.client,
        profile: call.profile,
        options: &call.options,
        unsigned: &prepared.unsigned,
        started: call.client.shared().clock.now(),
    };
    let mask = Mask(call.client.token());
    let (decoder, mut decoded) = (prepared.decoder, None);
    let mut decode = |response: &RawResponse| {
        decoded = Some(decoder.read(response, mask)?);
        Ok(())
    };
    let head = attempts.run(&mut decode).await?;
    let value = decoded.expect("a call that succeeds has decoded its value");
    Ok(Response { value, head })
}

/// Attempts of one call.
struct Attempts<'a> {
    client: &'a Client,
    profile: OperationProfile,
    options: &'a CallOptions,
    unsigned: &'a Unsigned,
    started: Instant,
}

impl Attempts<'_> {
    async fn run(&self, decode: Decode<'_>) -> crate::Result<ResponseHead> {
        let span = telemetry::span(&self.profile, &self.unsigned.request);
        let result = self.repeat(decode).instrument(span.clone()).await;
        match &result {
            _ if span.is_disabled() => {}
            Ok(head) => {
                let mask = Mask(self.client.token());
                let request_id = head.request_id().map(|id| mask.request_id(id));
                let request_id = request_id.as_deref();
                telemetry::record_success(&span, head.status, request_id, head.attempts);
            }
            Err(error) => telemetry::record_error(&span, error),
        }
        result
    }

    async fn repeat(&self, decode: Decode<'_>) -> crate::Result<ResponseHead> {
        self.check_headers()?;
        let shared = self.client.shared();
        let (mut attempts, mut last) = (0, None);
        loop {
            let (permit, timeout) = match self.wait_for_slot().await {
                Ok(slot) => slot,
                // The failure before says more than that the time is over.
                Err(failure) => return Err(last.unwrap_or_else(|| self.failed(failure))),
            };
            attempts += 1;
            let failure = match self.attempt(permit, timeout, &mut *decode).await {
                Ok(response) => {
                    shared.budget.refund();
                    return Ok(self.head(response, attempts));
                }
                Err(failure) => failure,
            };
            // A request that could not be made was no attempt.
            attempts -= u32::from(matches!(failure.kind, ErrorKind::InvalidRequest(_)));
            let error = self.failed(failure).after(attempts, self.elapsed());
            let Some(wait) = self.next_wait(&error) else {
                return Err(error);
            };
            debug!(attempt = attempts, wait = ?wait, error.r#type = error.kind().name(), "trying again");
            last = Some(error);
            shared.clock.sleep(wait).await;
        }
    }

    /// Refuses a header that the client sets itself.
    fn check_headers(&self) -> crate::Result<()> {
        let Some(name) = &self.options.reserved else {
            return Ok(());
        };
        let message = format!("header `{name}` is set by the client itself");
        Err(Error::invalid_request(self.profile.name(), message))
    }

    /// Sends the request once and decodes the body of a success.
    async fn attempt(
        &self,
        permit: Option<Permit<'_>>,
        timeout: Option<Duration>,
        decode: Decode<'_>,
    ) -> Result<RawResponse, AttemptError> {
        let shared = self.client.shared();
        let request = self
            .signed(timeout)
            .expect("the bodies of this client are in memory");
        let spent = permit.map(Permit::spend);
        let sent = shared.context.send(&shared.http, request).await;
        let response = sent.map_err(|error| {
            let failure = AttemptError::without_response(error);
            if failure.never_reached_the_service() {
                spent.into_iter().for_each(Spent::take_back);
            }
            failure
        })?;
        let mut fault = None;
        if response.status.is_success() {
            match decode(&response) {
                Ok(()) => return Ok(response),
                Err(error) => fault = error,
            }
        }
        let oauth = self.profile.refuses_as_oauth();
        let now = shared.clock.system_time();
        Err(AttemptError::of_response(
            response,
            fault,
            oauth,
            now,
            &shared.token,
        ))
    }

    /// Returns the request with token, headers and time limit. `None` if its body is a stream, which cannot be sent again.
    fn signed(&self, timeout: Option<Duration>) -> Option<reqwest::Request> {
        let mut request = self.unsigned.to_request()?;
        let shared = self.client.shared();
        shared.context.apply(&mut request, self.profile.operation());
        for (name, value) in &self.options.headers {
            request
                .headers_mut()
                .insert(HeaderName::clone(name), value.clone());
        }
        if timeout != shared.http_timeout {
            *request.timeout_mut() = timeout;
        }
        Some(request)
    }

    fn head(&self, response: RawResponse, attempts: u32) -> ResponseHead {
        ResponseHead {
            status: response.status,
            headers: response.headers,
            attempts,
            elapsed: self.elapsed(),
        }
    }

    fn failed(&self, failure: AttemptError) -> Error {
        let advice = advise(&failure, self.profile.repeatable);
        Error::new(failure, self.profile.name(), advice)
    }

    fn elapsed(&self) -> Duration {
        let now = self.client.shared().clock.now();
        now.saturating_duration_since(self.started)
    }

    /// Waits until a tokenless call may be sent. Returns its place in the limit, if it is held by one, and how long the attempt may
    /// then take; `None` if there is no limit.
    async fn wait_for_slot(&self) -> Result<(Option<Permit<'_>>, Option<Duration>), AttemptError> {
        let mut left = self.time_left();
        let mut permit = None;
        if let Some(limiter) = self.limiter().filter(|_| left != Some(Duration::ZERO)) {
            let acquired = limiter.acquire(&*self.client.shared().clock, left).await;
            permit = Some(acquired.map_err(AttemptError::held_back)?);
            left = self.time_left();
        }
        match left {
            Some(Duration::ZERO) => Err(AttemptError::timed_out()),
            left => Ok((permit, self.attempt_timeout(left))),
        }
    }

    /// Returns the limiter that holds the call. The agent endpoints need no token either, but have limits of their own.
    fn limiter(&self) -> Option<&TokenlessLimiter> {
        let limiter = self.client.shared().tokenless.as_ref();
        limiter.filter(|_| self.profile.is_tokenless() && !self.profile.refuses_as_oauth())
    }

    /// Returns the rest of the total time; `None` if there is no limit.
    fn time_left(&self) -> Option<Duration> {
        let total = self.options.total_timeout;
        total.map(|total| total.saturating_sub(self.elapsed()))
    }

    fn attempt_timeout(&self, left: Option<Duration>) -> Option<Duration> {
        [self.options.timeout, left].into_iter().flatten().min()
    }

    /// Returns how long to wait before the next attempt; `None` if there is to be none.
    fn next_wait(&self, error: &Error) -> Option<Duration> {
        let shared = self.client.shared();
        let RetryAdvice::Retry { after } = error.retry_advice() else {
            return None;
        };
        let is_left_to_limiter = self.leave_to_limiter(error);
        let policy = self.options.retry_policy.as_ref()?;
        let input = PolicyInput {
            attempts: error.attempts(),
            elapsed: error.elapsed(),
            retry_after: after.filter(|_| !is_left_to_limiter),
            fraction: fraction(shared.jitter.bits()),
        };
        let wait = policy.delay(&input)?;
        let end = error.elapsed().saturating_add(wait);
        let total = self.options.total_timeout;
        let in_time = total.is_none_or(|total| end < total);
        (in_time && shared.budget.withdraw()).then_some(wait)
    }

    /// Tells the limiter of a refusal that asks for no wait. True if it holds the next attempt back, instead of the policy.
    fn leave_to_limiter(&self, error: &Error) -> bool {
        let asked = error.retry_after().unwrap_or_default();
        let is_unspecified = error.is_rate_limited() && asked.is_zero();
        let limiter = self.limiter().filter(|_| is_unspecified);
        if let Some(limiter) = limiter {
            limiter.refused(self.client.shared().clock.now());
        }
        limiter.is_some()
    }
}
