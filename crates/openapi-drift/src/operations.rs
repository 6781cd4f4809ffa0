//! Comparison of operations by position: added, removed and kept ones.

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::{bodies, credentials, parameters, responses, scopes, servers};
use openapi_canonical::json;
use openapi_canonical::positions::{self, Index, LocatedOperation};

pub(super) fn compare(comparison: &mut Comparison<'_>) {
    let base = positions::base_path(comparison.old);
    let old = positions::index(comparison.old, &base);
    let new = positions::index_like(comparison.new, &old, &base);
    servers::compare(comparison, &old, &new);
    credentials::compare_addresses(comparison);
    for (position, located) in firsts(&old) {
        comparison.enter(&name(position.1, located));
        match new.get(position).and_then(|located| located.first()) {
            Some(counterpart) => compare_one(comparison, located, counterpart),
            None => note(comparison, Kind::OperationRemoved),
        }
    }
    for (position, located) in firsts(&new).filter(|(position, _)| !old.contains_key(*position)) {
        comparison.enter(&name(position.1, located));
        note(comparison, Kind::OperationAdded);
    }
}

/// Returns the operation that counts at each position.
fn firsts<'i, 'a>(
    index: &'i Index<'a>,
) -> impl Iterator<Item = (&'i positions::Position, &'i LocatedOperation<'a>)> {
    index
        .iter()
        .filter_map(|(position, located)| Some((position, located.first()?)))
}

fn name(method: &str, located: &LocatedOperation<'_>) -> String {
    format!("{} {}", method.to_uppercase(), located.path)
}

fn note(comparison: &mut Comparison<'_>, kind: Kind) {
    let finding = Finding::new(comparison.operation(), kind);
    comparison.note(Direction::Request, finding);
}

fn compare_one(
    comparison: &mut Comparison<'_>,
    old: &LocatedOperation<'_>,
    new: &LocatedOperation<'_>,
) {
    let is_deprecated =
        |located: &LocatedOperation<'_>| json::is_true(located.operation, "deprecated");
    match (is_deprecated(old), is_deprecated(new)) {
        (false, true) => note(comparison, Kind::Deprecated),
        (true, false) => note(comparison, Kind::NoLongerDeprecated),
        _ => {}
    }
    scopes::compare(comparison, old.operation, new.operation);
    parameters::compare(comparison, old, new);
    bodies::compare(comparison, old.operation, new.operation);
    responses::compare(comparison, old.operation, new.operation);
}
