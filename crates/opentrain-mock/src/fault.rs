//! Faults on request: which requests are hit, how often, and what becomes of them. Made here, laid down with [`Faults`].

mod answer;
mod book;
mod check;
mod drift;
mod effect;
mod selection;

use std::fmt;
use std::time::Duration;

use serde_json::Value;

pub use answer::Answer;
pub use book::{FaultId, FaultReport, Faults};
pub use drift::ENUM_FIELDS;

pub(crate) use book::FaultBook;
pub(crate) use effect::{Delivery, Hit, Written};
pub(crate) use selection::Selection;

use effect::{Effect, Refusal};

use crate::chance::Chance;

/// Something that goes wrong on purpose.
///
/// It begins with what happens ([`Fault::status`], [`Fault::cut`], …), goes on with which requests it hits ([`Fault::on`],
/// [`Fault::path`], [`Fault::nth`]) and how often ([`Fault::times`], [`Fault::always`]), and is laid down with [`Faults::add`].
/// Unless told otherwise it hits the next request of any kind, once.
///
/// Whether the operation is carried out is part of it. A fault strikes *before the work* (nothing is carried out, and nothing in
/// the mock's world changes) or *after the work* (it is carried out, and its answer is lost): see [`Fault::after_the_work`].
///
/// ```
/// # use std::time::Duration;
/// use opentrain_mock::fault::{Cut, Fault};
///
/// // Two bad gateways for whoever searches, then all is well.
/// let gateway = Fault::html(502).on("jobs_search").times(2);
/// // The hire is asked for, and nobody hears the answer.
/// let lost = Fault::cut(Cut::BeforeAnswer).after_the_work().on("hire");
/// // Every third publication's answer takes its time.
/// let slow = Fault::latency(Duration::from_secs(20)).on("jobs_publish").nth(3);
/// # let _ = (gateway, lost, slow);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    pub(crate) selection: Selection,
    /// The first fitting request that is hit, from 1.
    pub(crate) first: u64,
    /// How many are hit; all of them if none.
    pub(crate) times: Option<u64>,
    /// Hits only a part of them, at random, if there is one.
    pub(crate) odds: Option<Odds>,
    pub(crate) latency: Duration,
    pub(crate) work: Work,
    pub(crate) effect: Effect,
}

/// The probability of a hit, and the seed of the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Odds {
    pub(crate) probability: f64,
    pub(crate) seed: u64,
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Before,
    After,
}

/// Where the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// Not a byte of the answer is sent.
    BeforeAnswer,
    /// Status line and headers are sent, and nothing of the body that they announce.
    AfterHead,
    /// The head and the first half of the body are sent.
    InBody,
}

/// What is in an answer that the documents do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// Every object has a field more: `"addedLater": {"unheardOf": true}`. But for an object called `enums`, whose names are
    /// data.
    Fields,
    /// Every value of an enumeration, in the [`ENUM_FIELDS`], is another: `NEW_VALUE`, or `new_value` where the real one has small letters.
    Values,
    /// Both.
    Both,
}

impl Fault {
    /// Lets time pass, and then gives the real response. The time passes before the work unless told otherwise. See also
    /// [`Fault::delayed`].
    pub fn latency(by: Duration) -> Self {
        Self::new(Effect::Nothing).delayed(by)
    }

    /// The service refuses with this status, in its own form: its envelope for the Public API, the OAuth form for the agent
    /// endpoints. The code follows from the status; what else the envelope says can be set.
    pub fn status(status: u16) -> Self {
        Self::new(Effect::Refusal(Refusal::new(status)))
    }

    /// A gateway answers with a page of HTML.
    pub fn html(status: u16) -> Self {
        Self::answer(Answer::html(status))
    }

    /// The connection ends. Before the work, unless told otherwise: what is begun then is a made-up success.
    pub fn cut(place: Cut) -> Self {
        Self::new(Effect::Cut(place))
    }

    /// The first half of the real answer's body, with a length that fits it. The operation is carried out.
    pub fn truncated_json() -> Self {
        Self::new(Effect::TruncatedJson)
    }

    /// The real answer as a later version of the service might write it. The operation is carried out.
    pub fn drift(drift: Drift) -> Self {
        Self::new(Effect::Drift(drift))
    }

    /// This answer and no other.
    pub fn answer(answer: Answer) -> Self {
        Self::new(Effect::Answer(answer))
    }

    /// These bytes, head and all, and then the end of the connection. Nothing is added and nothing is checked.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Effect::Raw(bytes.into()))
    }

    /// No answer ever: the connection stays open until the client gives up or the server stops.
    pub fn silence() -> Self {
        Self::new(Effect::Silence)
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

    /// Lets the fitting requests before the `place`-th pass, counted from when it was laid down. The first is 1.
    pub fn nth(mut self, place: u64) -> Self {
        self.first = place;
        self
    }

    /// Hits so many requests, not necessarily one after the other: whichever come to it.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Hits until it is cleared.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Hits each of the fitting requests only with this probability, above 0 and at most 1. The draws follow from the seed and from the
    /// number of the request among the fitting ones, so the same requests are hit in every run. A request that is not hit can be hit by
    /// a later fault. With [`Fault::always`], a part of all requests fails; otherwise it ends after [`Fault::times`] hits.
    ///
    /// ```
    /// use opentrain_mock::fault::Fault;
    ///
    /// // One request in five is refused.
    /// let flaky = Fault::status(503).probability(0.2, 7).always();
    /// # let _ = flaky;
    /// ```
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.odds = Some(Odds { probability, seed });
        self
    }

    /// Lets time pass first. It passes by the clock of the runtime that started the mock, which a test may pause, and never takes longer
    /// than by the real clock. In a paused runtime a client's own time-outs may fire first: the runtime advances its clock
    /// whenever it has nothing else to do.
    pub fn delayed(mut self, by: Duration) -> Self {
        self.latency = by;
        self
    }

    /// Strikes when the operation has been carried out: what the caller hears is not what has happened. Time passes between the
    /// work and the answer.
    pub fn after_the_work(mut self) -> Self {
        self.work = Work::After;
        self
    }

    /// Strikes before the operation is carried out: it is not. This is the default; a latency, a truncated and a drifted answer
    /// only come later, since they need the real answer.
    pub fn before_the_work(mut self) -> Self {
        self.work = Work::Before;
        self
    }

    /// Adds a header to the answer of [`Fault::status`] and [`Fault::answer`]. Others have no room for it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        match &mut self.effect {
            Effect::Refusal(refusal) => refusal.headers.push((name.into(), value.into())),
            Effect::Answer(answer) => answer.headers.push((name.into(), value.into())),
            _ => {}
        }
        self
    }

    /// Advises in the header `Retry-After`.
    pub fn retry_after(self, advice: impl Into<String>) -> Self {
        self.header("retry-after", advice.into())
    }

    /// Advises in the envelope of [`Fault::status`], as `details.retryAfterSeconds`.
    pub fn retry_after_seconds(mut self, seconds: u64) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.advise(seconds);
        }
        self
    }

    /// The `code` in the envelope of [`Fault::status`], or the `error` of the OAuth form.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.code = Some(code.into());
        }
        self
    }

    /// The sentence in the envelope of [`Fault::status`], or in the OAuth form.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.message = message.into();
        }
        self
    }

    /// The `details` in the envelope of [`Fault::status`]. Call it before [`Fault::retry_after_seconds`], which adds to them.
    pub fn details(mut self, details: Value) -> Self {
        if let Effect::Refusal(refusal) = &mut self.effect {
            refusal.details = Some(details);
        }
        self
    }

    /// Whether [`Fault::header`] does anything.
    pub(crate) fn takes_headers(&self) -> bool {
        matches!(self.effect, Effect::Refusal(_) | Effect::Answer(_))
    }

    /// Whether it strikes after the operation has been carried out.
    pub(crate) fn strikes_after(&self) -> bool {
        self.work == Work::After
    }

    /// Whether the operation is carried out at all.
    pub(crate) fn lets_work(&self) -> bool {
        self.effect.needs_the_work() || self.strikes_after()
    }

    /// True if the draw for the fitting request of this number, from 1, is a hit.
    pub(crate) fn is_drawn(&self, number: u64) -> bool {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.odds.is_none_or(|odds| {
            let mut draws = Chance::new(odds.seed).of(number);
            draws.happens(odds.probability)
        })
    }

    /// What it does, for a line in the log.
    pub(crate) fn in_the_log(&self) -> String {
        let work = match self.lets_work() {
            true => "the work was done",
            false => "nothing was done",
        };
        format!("{} ({work})", self.effect)
    }

    fn new(effect: Effect) -> Self {
        Self {
            selection: Selection::default(),
            first: 1,
            times: Some(1),
            odds: None,
            latency: Duration::ZERO,
            work: Work::Before,
            effect,
        }
    }
}

/// What it does to whom, in one line.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.effect)?;
        if !self.latency.is_zero() {
            write!(formatter, " after {:?}", self.latency)?;
        }
        if !self.effect.needs_the_work() || self.work == Work::After {
            let place = match self.work {
                Work::Before => "before",
                Work::After => "after",
            };
            write!(formatter, ", {place} the work")?;
        }
        write!(formatter, ", for {}", self.selection)?;
        if self.first > 1 {
            write!(formatter, " from number {} on", self.first)?;
        }
        if let Some(Odds { probability, .. }) = self.odds {
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

    use super::{Cut, Drift, Fault};

    #[test]
    fn fault_tells_in_a_line_what_it_does_to_whom() {
        let lines = [
            (
                Fault::latency(Duration::from_secs(3)),
                "the real answer after 3s, for any request, once",
            ),
            (
                Fault::html(502).on("hire").times(2).after_the_work(),
                "an answer with status 502, after the work, for `hire`, 2 times",
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
                Fault::drift(Drift::Both),
                "the real answer with unknown fields and values, for any request, once",
            ),
        ];
        for (fault, line) in lines {
            assert_eq!(fault.to_string(), line);
        }
    }
}
