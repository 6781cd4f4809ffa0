//! Responses of an operation, by status.
//!
//! A document describes a status by its number, by its class (`4XX`), or by `default`. `default` describes failures,
//! unless it is the only response.

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::contents;
use super::described_aspects::Aspect;
use super::headers;
use super::kind::{Direction, Kind};
use crate::comparable;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

const OTHERS: &str = "default";

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let old = Responses::of(comparison.old, old);
    let new = Responses::of(comparison.new, new);
    if old.0.is_empty() || new.0.is_empty() {
        let at = format!("{} responses", comparison.operation());
        let described = (!old.0.is_empty(), !new.0.is_empty());
        let finding =
            comparison.description_change(&at, Direction::Response, Aspect::Contents, described);
        return finding
            .into_iter()
            .for_each(|finding| comparison.note(Direction::Response, finding));
    }
    for (status, described) in &old.0 {
        match new.successor_of(status, &old) {
            Some(successor) => compare_one(comparison, status, *described, successor),
            None if new.has_member_of(status) => note(comparison, Kind::StatusesNarrowed, status),
            None if is_success(status) => note(comparison, Kind::SuccessRemoved, status),
            None => note(comparison, Kind::FailureRemoved, status),
        }
    }
    for (status, described) in new
        .0
        .iter()
        .filter(|(status, _)| old.exactly(status).is_none())
    {
        match old.covering(status) {
            Some(before) => compare_one(comparison, status, before, *described),
            None if status != OTHERS && old.has_member_of(status) => {
                note(comparison, Kind::StatusesWidened, status);
            }
            None if is_success(status) => note(comparison, Kind::SuccessAdded, status),
            None => note(comparison, Kind::FailureAdded, status),
        }
    }
}

fn compare_one(
    comparison: &mut Comparison<'_>,
    status: &str,
    old: DescribedResponse<'_>,
    new: DescribedResponse<'_>,
) {
    let at = format!("{} {status}", comparison.operation());
    contents::compare(
        comparison,
        &at,
        Direction::Response,
        old.response,
        new.response,
    );
    headers::compare(comparison, &at, old.headers, new.headers);
}

fn note(comparison: &mut Comparison<'_>, kind: Kind, status: &str) {
    let finding = Finding::new(comparison.operation(), kind).of(status);
    comparison.note(Direction::Response, finding);
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Response, and its headers by name, if it has any.
#[derive(Clone, Copy, Debug)]
struct DescribedResponse<'a> {
    response: &'a Object,
    headers: Option<&'a Object>,
}

/// Responses of an operation, by status.
#[derive(Debug)]
struct Responses<'a>(Vec<(String, DescribedResponse<'a>)>);

impl<'a> Responses<'a> {
    fn of(document: &'a Value, operation: &'a Object) -> Responses<'a> {
        let responses = json::entries(operation, "responses");
        let stated = responses.filter(|(status, _)| !status.starts_with("x-"));
        let resolved = stated.filter_map(|(status, response)| {
            let response = document::resolve(document, response).as_object()?;
            let headers = comparable::headers(operation, status);
            Some((
                status.replace("xx", "XX"),
                DescribedResponse { response, headers },
            ))
        });
        Responses(resolved.collect())
    }

    fn exactly(&self, status: &str) -> Option<DescribedResponse<'a>> {
        let named = self.0.iter().find(|(name, _)| name == status);
        named.map(|(_, described)| *described)
    }

    /// Returns the response that describes a status: its own, that of its class, or `default`.
    fn covering(&self, status: &str) -> Option<DescribedResponse<'a>> {
        let of_class = || self.exactly(&class_of(status)?);
        let of_others = || {
            let is_of_failures = self.0.iter().any(|(name, _)| is_success(name));
            let is_covered = !(is_success(status) && is_of_failures);
            self.exactly(OTHERS).filter(|_| is_covered)
        };
        self.exactly(status).or_else(of_class).or_else(of_others)
    }

    /// Returns the new response for an old status. A `default` that described failures does not describe successes now.
    fn successor_of(&self, status: &str, before: &Responses<'_>) -> Option<DescribedResponse<'a>> {
        let is_same_others = before.exactly(OTHERS).is_some() && self.exactly(OTHERS).is_some();
        if is_success(status) && is_same_others {
            let of_class = || self.exactly(&class_of(status)?);
            return self.exactly(status).or_else(of_class);
        }
        self.covering(status)
    }

    /// True if one of the statuses of a class is named.
    fn has_member_of(&self, class: &str) -> bool {
        self.0.iter().any(|(name, _)| {
            class == OTHERS || name != class && class_of(name).is_some_and(|of| of == class)
        })
    }
}

/// Returns the class of a status: `4XX` of `404`.
fn class_of(status: &str) -> Option<String> {
    let first = status.get(..1)?;
    (status != OTHERS).then(|| format!("{first}XX"))
}
