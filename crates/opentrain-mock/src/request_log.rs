//! The log of requests, and expectations about it.

use std::fmt;
use std::sync::Arc;

use crate::error::MockError;
use crate::fault::Selection;
use crate::recorded_request::RecordedRequest;
use crate::request_store::{CAP, Mark, RequestStore, WEIGHT_CAP_MIB};

/// Number of requests in the message of an expectation that is not met.
const LISTED_MAX: usize = 10;

/// Log of a [`MockServer`](crate::MockServer), or a part of it. Get it with [`MockServer::log`](crate::MockServer::log).
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = opentrain_mock::MockServer::start().await?;
/// let mark = server.mark();
/// // … the program under test runs …
/// server.log().since(mark).operation("hire").status(202).expect(1)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RequestLog {
    store: Arc<RequestStore>,
    pub(crate) since: Mark,
    pub(crate) selection: Selection,
    pub(crate) status: Option<u16>,
}

/// Expectation that was not met. `Display` and `Debug` list the requests that were found, so that `unwrap` shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct UnmetExpectation {
    sentence: String,
}

impl RequestLog {
    pub(crate) fn new(store: Arc<RequestStore>) -> Self {
        Self {
            store,
            since: Mark::default(),
            selection: Selection::default(),
            status: None,
        }
    }

    /// Keeps only the requests after the mark.
    pub fn since(mut self, mark: Mark) -> Self {
        self.since = mark;
        self
    }

    /// Keeps only requests for this operation, by its name (`proposals_hire`) or by a verb that no other has (`hire`).
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.selection.operation = Some(name.into());
        self
    }

    /// Keeps only requests with this method.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.selection.method = Some(method.into());
        self
    }

    /// Keeps only requests to a path like this, as in [`Fault::path`](crate::fault::Fault::path).
    pub fn path(mut self, template: impl Into<String>) -> Self {
        self.selection.path = Some(template.into());
        self
    }

    /// Keeps only requests whose response had this status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Returns the requests, oldest first.
    ///
    /// # Errors
    ///
    /// If the operation does not exist.
    pub fn requests(&self) -> Result<Vec<RecordedRequest>, MockError> {
        let selection = self.resolved()?;
        let (kept, _forgotten) = self.store.since(self.since);
        Ok(self.divided(kept, &selection).0)
    }

    /// Checks that there are so many requests.
    ///
    /// # Errors
    ///
    /// If there are more or fewer, with the requests that are there; if some of the requests are no longer in the log; or if the
    /// operation does not exist.
    pub fn expect(&self, count: usize) -> Result<(), UnmetExpectation> {
        let selection = self.resolved().map_err(|error| UnmetExpectation {
            sentence: error.to_string(),
        })?;
        let (kept, forgotten) = self.store.since(self.since);
        let (found, others) = self.divided(kept, &selection);
        let sentence = if forgotten > 0 {
            forgotten_message(self.since, forgotten)
        } else if found.len() == count {
            return Ok(());
        } else {
            unmet_message(count, &self.wanted(&selection), &found, &others)
        };
        Err(UnmetExpectation { sentence })
    }

    /// Returns the requests that fit, and the others.
    fn divided(
        &self,
        requests: Vec<RecordedRequest>,
        selection: &Selection,
    ) -> (Vec<RecordedRequest>, Vec<RecordedRequest>) {
        requests.into_iter().partition(|request| {
            selection.fits(&request.method, &request.path)
                && self.status.is_none_or(|status| status == request.status)
        })
    }

    /// Returns the selection with the operation's whole name.
    fn resolved(&self) -> Result<Selection, MockError> {
        let mut selection = self.selection.clone();
        selection.resolve()?;
        Ok(selection)
    }

    fn wanted(&self, selection: &Selection) -> String {
        match self.status {
            Some(status) => format!("{selection} with status {status}"),
            None => selection.to_string(),
        }
    }
}

/// Returns the sentence about requests that are no longer in the log.
fn forgotten_message(since: Mark, forgotten: u64) -> String {
    let (noun, verb) = match forgotten {
        1 => ("request", "is"),
        _ => ("requests", "are"),
    };
    let place = match since {
        Mark(0) => "",
        Mark(_) => " after the mark",
    };
    format!(
        "{forgotten} {noun}{place} {verb} forgotten (the log keeps the last {CAP}, and no more than take {WEIGHT_CAP_MIB} MiB): set a mark later"
    )
}

/// Returns the sentence about the expectation, with the requests that fit, or all if none does.
fn unmet_message(
    count: usize,
    wanted: &str,
    found: &[RecordedRequest],
    others: &[RecordedRequest],
) -> String {
    let (label, shown) = if found.is_empty() {
        ("all there is", others)
    } else {
        ("found", found)
    };
    let sentence = format!("expected {count} for {wanted}, found {}", found.len());
    if shown.is_empty() {
        return format!("{sentence}; no request came");
    }
    let lines = shown.iter().take(LISTED_MAX);
    let mut lines: Vec<String> = lines.map(|request| format!("\n  {request}")).collect();
    if shown.len() > LISTED_MAX {
        lines.push(format!("\n  and {} more", shown.len() - LISTED_MAX));
    }
    format!("{sentence}; {label}:{}", lines.concat())
}

impl fmt::Display for UnmetExpectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl fmt::Debug for UnmetExpectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl std::error::Error for UnmetExpectation {}
