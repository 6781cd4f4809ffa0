//! Faults for a test: which requests they hit, how often, and with which effect. Made here, added with [`Faults`].

mod check;
mod effect;
mod registry;
mod scripted_response;
mod selection;
mod unknown_shape;

use std::fmt;
use std::time::Duration;

use serde_json::Value;

pub use effect::Cut;
pub use registry::{FaultId, FaultReport, Faults};
pub use scripted_response::ScriptedResponse;
pub use unknown_shape::{ENUM_FIELDS, UnknownShape};

pub(crate) use effect::{EncodedResponse, FaultTarget, Transmission};
pub(crate) use registry::FaultRegistry;
pub(crate) use selection::Selection;

use effect::{Effect, Refusal};

use crate::seeded_random::SeededRandom;

/// Failure that a test asks for.
///
/// Build it from its effect ([`Fault::status`], [`Fault::cut`], …), then say which requests it hits ([`Fault::on`],
/// [`Fault::path`], [`Fault::nth`]) and how often ([`Fault::times`], [`Fault::always`]), and add it with [`Faults::add`]. By
/// default it hits the next request of any kind, once.
///
/// A fault hits *before the work* (the operation does not take place, and the mock's state does not change) or *after the work*
/// (the operation takes place, and its response is lost): see [`Fault::after_the_work`].
///
/// ```
/// # use std::time::Duration;
/// use opentrain_mock::fault::{Cut, Fault};
///
/// // The first two searches get a gateway's page.
/// let gateway = Fault::html(502).on("jobs_search").times(2);
/// // The hire is requested, and its response is lost.
/// let lost = Fault::cut(Cut::BeforeResponse).after_the_work().on("hire");
/// // The response to the third publication comes late.
/// let slow = Fault::latency(Duration::from_secs(20)).on("jobs_publish").nth(3);
/// # let _ = (gateway, lost, slow);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    pub(crate) selection: Selection,
    /// Number of the first fitting request that is hit, from 1.
    pub(crate) first: u64,
    /// Number of hits; `None` for no limit.
    pub(crate) times: Option<u64>,
    /// Hits only a part of them, at random, if there is one.
    pub(crate) hit_probability: Option<HitProbability>,
    pub(crate) latency: Duration,
    pub(crate) work: FaultTiming,
    pub(crate) effect: Effect,
}

/// The probability of a hit, and the seed of the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct HitProbability {
    pub(crate) probability: f64,
    pub(crate) seed: u64,
}

/// Moment at which a fault hits a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultTiming {
    Before,
    After,
}

impl Fault {
    /// Lets time pass, and then gives the real response. The time passes before the work by default. See also
    /// [`Fault::delayed`].
    pub fn latency(by: Duration) -> Self {
        Self::new(Effect::Unchanged).delayed(by)
    }

    /// Refuses with this status, in the service's own form: the envelope for the Public API, the OAuth form for the agent
    /// endpoints. The code follows from the status. Code, message and details can be set.
    pub fn status(status: u16) -> Self {
        Self::new(Effect::Refusal(Refusal::new(status)))
    }

    /// Responds with a gateway's page of HTML.
    pub fn html(status: u16) -> Self {
        Self::response(ScriptedResponse::html(status))
    }

    /// Ends the connection, before the work by default. The part of the response that is sent then is that of a made-up success.
    pub fn cut(place: Cut) -> Self {
        Self::new(Effect::Cut(place))
    }

    /// Responds with the first half of the real body, and with a length that fits it. The operation takes place.
    pub fn truncated_json() -> Self {
        Self::new(Effect::TruncatedJson)
    }

    /// Responds as a later version of the service might: with unknown fields or enum values. The operation takes place.
    pub fn unknown_shape(shape: UnknownShape) -> Self {
        Self::new(Effect::UnknownShape(shape))
    }

    /// Responds with this response.
    pub fn response(response: ScriptedResponse) -> Self {
        Self::new(Effect::Response(response))
    }

    /// Sends these bytes, which include the head, and ends the connection. They are neither checked nor completed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Effect::Raw(bytes.into()))
    }

    /// Keeps the connection open without a response, until the client gives up or the server stops.
    pub fn no_response() -> Self {
        Self::new(Effect::NoResponse)
    }

    /// Hits only one operation, by its name (`proposals_hire`) or by a verb that no other has (`hire`).
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.selection.operation = Some(operation.into());
        self
    }

    /// Hits only requests with this method.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.selection.method = Some(method.into());
        self
    }

    /// Hits only requests to a path like this: from the server's root, or from where the Public API begins. A segment in braces
    /// stands for any. The path need not be one of the API's.
    pub fn path(mut self, template: impl Into<String>) -> Self {
        self.selection.path = Some(template.into());
        self
    }

    /// Lets the fitting requests before the `place`-th pass, counted from when the fault was added. The first is 1.
    pub fn nth(mut self, place: u64) -> Self {
        self.first = place;
        self
    }

    /// Hits so many requests. Requests in between may be hit by other faults.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Hits all fitting requests until the fault is cleared.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Hits each of the fitting requests only with this probability, above 0 and at most 1. The draws follow from the seed and from
    /// the number of the request among the fitting ones, so the same requests are hit in every run. A request that is not hit can
    /// be hit by a later fault. With [`Fault::always`], a part of all requests fails; otherwise it ends after [`Fault::times`]
    /// hits.
    ///
    /// ```
    /// use opentrain_mock::fault::Fault;
    ///
    /// // One request in five is refused.
    /// let flaky = Fault::status(503).probability(0.2, 7).always();
    /// # let _ = flaky;
    /// ```
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.hit_probability = Some(HitProbability { probability, seed });
        self
    }

    /// Lets time pass first. It passes by the clock of the runtime that started the mock, which a test may pause, and never takes
    /// longer than by the real clock. In a paused runtime a client's own time-outs may fire first: the runtime advances its clock
    /// as soon as it is idle.
    pub fn delayed(mut self, by: Duration) -> Self {
        self.latency = by;
        self
    }

    /// Strikes after the operation has taken place, so that the caller does not learn its outcome. A latency passes between the
    /// work and the response.
    pub fn after_the_work(mut self) -> Self {
        self.work = FaultTiming::After;
        self
    }

    /// Strikes before the operation, which then does not take place. This is the default. A latency, a truncated and a drifted
    /// response need the real one, so the operation takes place with them.
    pub fn before_the_work(mut self) -> Self {
        self.work = FaultTiming::Before;
        self
    }

    /// Adds a header to the response of [`Fault::status`] or [`Fault::response`]. Other faults ignore it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        match &mut self.effect {
            Effect::Refusal(refusal) => refusal.headers.push((name.into(), value.into())),
            Effect::Response(response) => response.headers.push((name.into(), value.into())),
            _ => {}
        }
        self
    }

    /// Adds the header `Retry-After`.
    pub fn retry_after(self, advice: impl Into<String>) -> Self {
        self.header("retry-after", advice.into())
    }

    /// Adds `details.retryAfterSeconds` to the envelope of [`Fault::status`].
    pub fn retry_after_seconds(mut self, seconds: u64) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.advise(seconds);
        }
        self
    }

    /// Sets the `code` in the envelope of [`Fault::status`], or the `error` of the OAuth form.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.code = Some(code.into());
        }
        self
    }

    /// Sets the message in the envelope of [`Fault::status`], or in the OAuth form.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.message = message.into();
        }
        self
    }

    /// Sets the `details` in the envelope of [`Fault::status`]. Call it before [`Fault::retry_after_seconds`], which adds to them.
    pub fn details(mut self, details: Value) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.details = Some(details);
        }
        self
    }

    /// True if [`Fault::header`] has an effect.
    pub(crate) fn takes_headers(&self) -> bool {
        matches!(self.effect, Effect::Refusal(_) | Effect::Response(_))
    }

    /// True if the fault hits after the operation has taken place.
    pub(crate) fn is_after_work(&self) -> bool {
        self.work == FaultTiming::After
    }

    /// True if the operation takes place.
    pub(crate) fn runs_operation(&self) -> bool {
        self.effect.needs_operation() || self.is_after_work()
    }

    /// True if the draw for the fitting request of this number, from 1, is a hit.
    pub(crate) fn is_drawn(&self, number: u64) -> bool {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.hit_probability.is_none_or(|hit_probability| {
            let mut draws = SeededRandom::new(hit_probability.seed).of(number);
            draws.happens(hit_probability.probability)
        })
    }

    /// Returns the effect, for a line in the log.
    pub(crate) fn in_the_log(&self) -> String {
        let work = match self.runs_operation() {
            true => "the work was done",
            false => "the work was not done",
        };
        format!("{} ({work})", self.effect)
    }

    fn new(effect: Effect) -> Self {
        Self {
            selection: Selection::default(),
            first: 1,
            times: Some(1),
            hit_probability: None,
            latency: Duration::ZERO,
            work: FaultTiming::Before,
            effect,
        }
    }
}

/// The effect and the requests, in one line.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.effect)?;
        if !self.latency.is_zero() {
            write!(formatter, " after {:?}", self.latency)?;
        }
        if !self.effect.needs_operation() || self.work == FaultTiming::After {
            let place = match self.work {
                FaultTiming::Before => "before",
                FaultTiming::After => "after",
            };
            write!(formatter, ", {place} the work")?;
        }
        write!(formatter, ", for {}", self.selection)?;
        if self.first > 1 {
            write!(formatter, " from number {} on", self.first)?;
        }
        if let Some(HitProbability { probability, .. }) = self.hit_probability {
            write!(formatter, ", with probability {probability}")?;
        }
        match self.times {
            Some(1) => write!(formatter, ", once"),
            Some(times) => write!(formatter, ", {times} times"),
            None => write!(formatter, ", until it is cleared"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cut, Fault, UnknownShape};

    #[test]
    fn fault_displays_its_effect_and_its_requests() {
        let lines = [
            (
                Fault::latency(Duration::from_secs(3)),
                "the real response after 3s, for any request, once",
            ),
            (
                Fault::html(502).on("hire").times(2).after_the_work(),
                "a response with status 502, after the work, for `hire`, 2 times",
            ),
            (
                Fault::cut(Cut::InBody)
                    .method("GET")
                    .path("/jobs/{id}")
                    .nth(3)
                    .always(),
                "a cut in the body, before the work, for GET `/jobs/{id}` from number 3 on, until it is cleared",
            ),
            (
                Fault::status(503).probability(0.25, 7).times(3),
                "a refusal with status 503, before the work, for any request, with probability 0.25, 3 times",
            ),
            (
                Fault::unknown_shape(UnknownShape::Both),
                "the real response with unknown fields and values, for any request, once",
            ),
        ];
        for (fault, line) in lines {
            assert_eq!(fault.to_string(), line);
        }
    }
}
