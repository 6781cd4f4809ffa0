//! Access requirements of an operation: the scopes of the token, a feature, a claim.

use std::collections::BTreeSet;

use super::change::Finding;
use super::comparison::Comparison;
use super::credentials::{self, Alternatives};
use super::kind::{Direction, Kind};
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let was = Alternatives::of(comparison.old, comparison.old_aspects, old);
    let is = Alternatives::of(comparison.new, comparison.new_aspects, new);
    let has_gate = |operation: &Object| operation.contains_key(keys::SCOPES);
    let by_extension = has_gate(old) || has_gate(new);
    if by_extension
        && let (Some(old), Some(new)) =
            (Scopes::of(old, was.as_ref()), Scopes::of(new, is.as_ref()))
    {
        compare_scopes(comparison, &old, &new);
    }
    match (was, is) {
        (Some(was), Some(is)) => credentials::compare(comparison, was, is, !by_extension),
        (was, is) => credentials::compare_presence(comparison, was.is_some(), is.is_some()),
    }
    if speaks_of_gates(old) && speaks_of_gates(new) {
        compare_conditions(comparison, &conditions(old), &conditions(new));
    }
}

fn note(comparison: &mut Comparison<'_>, kind: Kind, name: &str) {
    let finding = Finding::new(comparison.operation(), kind).of(name);
    comparison.note(Direction::Request, finding);
}

/// Scopes of an operation: all of them, or any one of several.
#[derive(Debug)]
enum Scopes<'a> {
    All(BTreeSet<&'a str>),
    Any(BTreeSet<&'a str>),
}

impl<'a> Scopes<'a> {
    /// Reads the scopes from our own extension, else from the scopes that every alternative of `security` requires.
    fn of(operation: &'a Object, alternatives: Option<&'a Alternatives>) -> Option<Scopes<'a>> {
        let Some(gate) = json::object(operation, keys::SCOPES) else {
            return Some(Scopes::All(alternatives?.scopes()?));
        };
        let scopes: BTreeSet<&str> = json::strings(gate, "scopes").into_iter().collect();
        let is_choice = json::string(gate, "match") == Some("any") && scopes.len() > 1;
        Some(if is_choice {
            Scopes::Any(scopes)
        } else {
            Scopes::All(scopes)
        })
    }
}

fn compare_scopes(comparison: &mut Comparison<'_>, old: &Scopes<'_>, new: &Scopes<'_>) {
    let mut note_all = |kind: Kind, names: &mut dyn Iterator<Item = &&str>| {
        for name in names {
            note(comparison, kind, name);
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
        // Any one of several scopes sufficed; now each is required.
        (Scopes::Any(_), Scopes::All(new)) => note_all(Kind::ScopeNeeded, &mut new.iter()),
        // A caller that met the old requirement meets the new one if one of the old scopes is among the new ones.
        (Scopes::All(old), Scopes::Any(new)) if old.is_disjoint(new) => {
            note_all(Kind::ScopeNotAccepted, &mut old.iter());
        }
        (Scopes::All(old), Scopes::Any(_)) => note_all(Kind::ScopeNotNeeded, &mut old.iter()),
    }
}

/// True if the operation describes requirements at all; otherwise a missing requirement is no removed one.
fn speaks_of_gates(operation: &Object) -> bool {
    operation.keys().any(|key| key.starts_with(keys::PREFIX))
}

/// Returns features and claims: requirements on the account, independent of its token.
fn conditions(operation: &Object) -> BTreeSet<String> {
    let feature = json::string(operation, keys::FEATURE);
    let claimed = json::is_true(operation, keys::CLAIMED_ACCOUNT);
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
        note(comparison, Kind::GateAdded, condition);
    }
    for condition in old.difference(new) {
        note(comparison, Kind::GateRemoved, condition);
    }
}
