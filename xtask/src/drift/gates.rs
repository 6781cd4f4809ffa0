//! What stands between a caller and an operation: token, scopes, feature, claim.

use std::collections::BTreeSet;

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use crate::json::{self, Object};
use crate::reconcile::security;

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    compare_token(comparison, old, new);
    if let (Some(old), Some(new)) = (Scopes::of(old), Scopes::of(new)) {
        compare_scopes(comparison, &old, &new);
    }
    if speaks_of_gates(old) && speaks_of_gates(new) {
        compare_conditions(comparison, &conditions(old), &conditions(new));
    }
}

fn note(comparison: &mut Comparison<'_>, kind: Kind, name: Option<&str>) {
    let change = Change::new(comparison.operation(), kind);
    let change = match name {
        Some(name) => change.of(name),
        None => change,
    };
    comparison.note(Direction::Request, change);
}

fn compare_token(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let was = security::is_tokenless(comparison.old, old);
    let is = security::is_tokenless(comparison.new, new);
    match (was, is) {
        (Some(true), Some(false)) => note(comparison, Kind::TokenNeeded, None),
        (Some(false), Some(true)) => note(comparison, Kind::TokenNotNeeded, None),
        _ => {}
    }
}

/// The scopes of an operation: all of them, or any one of several.
#[derive(Debug)]
enum Scopes<'a> {
    All(BTreeSet<&'a str>),
    Any(BTreeSet<&'a str>),
}

impl<'a> Scopes<'a> {
    /// By our own extension, else by the only way in that the operation itself names.
    fn of(operation: &'a Object) -> Option<Scopes<'a>> {
        let Some(gate) = json::object(operation, "x-opentrain-scopes") else {
            return Scopes::of_security(operation);
        };
        let scopes: BTreeSet<&str> = json::strings(gate, "scopes").into_iter().collect();
        let is_choice = json::string(gate, "match") == Some("any") && scopes.len() > 1;
        Some(if is_choice {
            Scopes::Any(scopes)
        } else {
            Scopes::All(scopes)
        })
    }

    fn of_security(operation: &'a Object) -> Option<Scopes<'a>> {
        let [only] = json::elements(operation, "security") else {
            return None;
        };
        let schemes = only.as_object()?;
        let scopes: BTreeSet<&str> = schemes
            .keys()
            .flat_map(|scheme| json::strings(schemes, scheme))
            .collect();
        (!scopes.is_empty()).then_some(Scopes::All(scopes))
    }
}

fn compare_scopes(comparison: &mut Comparison<'_>, old: &Scopes<'_>, new: &Scopes<'_>) {
    let mut note_all = |kind: Kind, names: &mut dyn Iterator<Item = &&str>| {
        for name in names {
            note(comparison, kind, Some(name));
        }
    };
    match (old, new) {
        (Scopes::All(old), Scopes::All(new)) => {
            note_all(Kind::ScopeNeeded, &mut new.difference(old));
            note_all(Kind::ScopeNotNeeded, &mut old.difference(new));
        }
        (Scopes::Any(old), Scopes::Any(new)) => {
            note_all(Kind::ScopeAccepted, &mut new.difference(old));
            note_all(Kind::ScopeNotAccepted, &mut old.difference(new));
        }
        // One of several sufficed; now each is a must.
        (Scopes::Any(_), Scopes::All(new)) => note_all(Kind::ScopeNeeded, &mut new.iter()),
        // Whoever has what was needed has one of those that suffice now, unless none of them is among those.
        (Scopes::All(old), Scopes::Any(new)) if old.is_disjoint(new) => {
            note_all(Kind::ScopeNotAccepted, &mut old.iter());
        }
        (Scopes::All(old), Scopes::Any(_)) => note_all(Kind::ScopeNotNeeded, &mut old.iter()),
    }
}

/// Only where a document has words for gates does their absence mean that there is none.
fn speaks_of_gates(operation: &Object) -> bool {
    operation.keys().any(|key| key.starts_with("x-opentrain-"))
}

/// What an account must be or have, whatever its token says.
fn conditions(operation: &Object) -> BTreeSet<String> {
    let feature = json::string(operation, "x-opentrain-feature");
    let claimed = json::is_true(operation, "x-opentrain-claimed-account");
    let feature = feature.map(|feature| format!("feature {feature}"));
    let claimed = claimed.then(|| "claimed account".to_owned());
    feature.into_iter().chain(claimed).collect()
}

fn compare_conditions(
    comparison: &mut Comparison<'_>,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) {
    for condition in new.difference(old) {
        note(comparison, Kind::GateAdded, Some(condition));
    }
    for condition in old.difference(new) {
        note(comparison, Kind::GateRemoved, Some(condition));
    }
}
