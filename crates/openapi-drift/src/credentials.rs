//! Comparison of credentials: the alternatives of an operation's `security`, by their properties and not by their
//! names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::described_aspects::DescribedAspects;
use super::kind::{Direction, Kind};
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

/// Location of a change of credentials in reports: the change is the same in many operations.
const PLACE: &str = "security";

/// Credentials that are required together, each with its scopes.
type Requirement = BTreeMap<String, BTreeSet<String>>;

/// Alternatives of credentials of an operation: any one of them suffices.
#[derive(Debug)]
pub(super) struct Alternatives(BTreeSet<Requirement>);

impl Alternatives {
    /// Returns the alternatives of an operation. `None` if the document does not describe credentials.
    pub(super) fn of(
        document: &Value,
        aspects: &DescribedAspects,
        operation: &Object,
    ) -> Option<Alternatives> {
        if !aspects.has_security {
            return None;
        }
        let stated = operation
            .get("security")
            .or_else(|| document.get("security"));
        let stated = stated.and_then(Value::as_array).into_iter().flatten();
        let requirements = stated.filter_map(Value::as_object);
        let expanded = requirements.flat_map(|requirement| expanded(document, requirement));
        Some(Alternatives(expanded.collect()))
    }

    /// True if the operation can be called without credentials.
    fn are_tokenless(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(BTreeMap::is_empty)
    }

    /// Returns the scopes that every alternative requires; `None` if the alternatives require different ones, or none.
    pub(super) fn scopes(&self) -> Option<BTreeSet<&str>> {
        let mut lists = self.0.iter().map(|one| {
            let scopes = one.values().flatten().map(String::as_str);
            scopes.collect::<BTreeSet<_>>()
        });
        let first = lists.next()?;
        let is_common = !first.is_empty() && lists.all(|other| other == first);
        is_common.then_some(first)
    }

    /// Returns the alternatives that require at least one credential.
    fn without_none(self) -> Alternatives {
        let some = self.0.into_iter().filter(|one| !one.is_empty());
        Alternatives(some.collect())
    }

    fn without_scopes(self) -> Alternatives {
        let bare = |requirement: Requirement| {
            let names = requirement.into_keys();
            names.map(|name| (name, BTreeSet::new())).collect()
        };
        Alternatives(self.0.into_iter().map(bare).collect())
    }
}

/// Returns a requirement once for every way of obtaining its credentials.
fn expanded(document: &Value, requirement: &Object) -> Vec<Requirement> {
    let mut whole = vec![Requirement::new()];
    for name in requirement.keys() {
        let scopes = json::strings(requirement, name);
        let scopes: BTreeSet<String> = scopes.into_iter().map(str::to_owned).collect();
        let ways = ways(document, name);
        let with = |one: &Requirement, way: &String| {
            let mut one = one.clone();
            one.insert(way.clone(), scopes.clone());
            one
        };
        whole = whole
            .iter()
            .flat_map(|one| ways.iter().map(move |way| with(one, way)))
            .collect();
    }
    whole
}

/// Describes a scheme and how its credentials are obtained: `key in the header x-key`. An undescribed scheme is its
/// name.
fn ways(document: &Value, name: &str) -> Vec<String> {
    let pointer = json::pointer(&["components", "securitySchemes", name]);
    let scheme = document.pointer(&pointer);
    let scheme = scheme.and_then(|scheme| document::resolve(document, scheme).as_object());
    let Some(scheme) = scheme else {
        return vec![name.to_owned()];
    };
    let text = |key: &str| json::string(scheme, key).unwrap_or_default();
    match text("type") {
        "http" => vec![format!("http {}", text("scheme").to_ascii_lowercase())],
        "apiKey" if text("in") == "header" => {
            vec![format!(
                "key in the header {}",
                text("name").to_ascii_lowercase()
            )]
        }
        "apiKey" => vec![format!("key in the {} {}", text("in"), text("name"))],
        "openIdConnect" => vec![format!("openIdConnect at {}", text("openIdConnectUrl"))],
        "oauth2" => {
            let flows = flows_of(scheme).map(|(kind, _)| format!("oauth2 {kind}"));
            let ways: Vec<String> = flows.collect();
            if ways.is_empty() {
                vec!["oauth2".to_owned()]
            } else {
                ways
            }
        }
        other => vec![other.to_owned()],
    }
}

fn flows_of(scheme: &Object) -> impl Iterator<Item = (&String, &Value)> {
    json::entries(scheme, "flows").filter(|(kind, _)| !kind.starts_with("x-"))
}

/// Returns the URLs at which the credentials of a document are obtained, by scheme.
fn addresses(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let schemes = document.pointer("/components/securitySchemes");
    for scheme in schemes.and_then(Value::as_object).into_iter().flatten() {
        let Some(scheme) = document::resolve(document, scheme.1).as_object() else {
            continue;
        };
        for (kind, flow) in flows_of(scheme) {
            let addresses = ["authorizationUrl", "tokenUrl"].map(|key| flow.get(key)?.as_str());
            let addresses: Vec<&str> = addresses.into_iter().flatten().collect();
            let way = found.entry(format!("oauth2 {kind}")).or_default();
            way.insert(addresses.join(" and "));
        }
    }
    found
}

/// Compares the URLs of the credentials that both documents describe.
pub(super) fn compare_addresses(comparison: &mut Comparison<'_>) {
    let (old, new) = (addresses(comparison.old), addresses(comparison.new));
    comparison.enter(PLACE);
    for (way, was) in &old {
        let Some(is) = new.get(way).filter(|is| *is != was) else {
            continue;
        };
        let text = |addresses: &BTreeSet<String>| {
            let all: Vec<&str> = addresses.iter().map(String::as_str).collect();
            all.join(", ")
        };
        let finding = Finding::new(PLACE, Kind::CredentialMoved).of(way);
        comparison.note(Direction::Request, finding.between(text(was), text(is)));
    }
}

/// Notes that a document describes no credentials for any operation, while the other document does.
pub(super) fn compare_presence(
    comparison: &mut Comparison<'_>,
    was_described: bool,
    is_described: bool,
) {
    let kind = match (was_described, is_described) {
        (true, false) => Kind::DescribedNowhere,
        (false, true) => Kind::FirstDescribed,
        _ => return,
    };
    let finding = Finding::new(PLACE, kind).of("credentials");
    comparison.note(Direction::Request, finding);
}

/// Compares the credentials that callers must send. With `by_scopes` their scopes too, unless a more specific rule
/// reports those.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    old: Alternatives,
    new: Alternatives,
    by_scopes: bool,
) {
    let at = comparison.operation().to_owned();
    let mut note = |kind| comparison.note(Direction::Request, Finding::new(&at, kind));
    match (old.are_tokenless(), new.are_tokenless()) {
        (true, false) => return note(Kind::TokenNeeded),
        (false, true) => return note(Kind::TokenNotNeeded),
        _ => {}
    }
    let is_needed = !old.are_tokenless();
    let (old, new) = (old.without_none(), new.without_none());
    let (old, new) = if by_scopes {
        (old, new)
    } else {
        (old.without_scopes(), new.without_scopes())
    };
    let (gone, came) = (
        old.0.difference(&new.0).collect::<Vec<_>>(),
        new.0.difference(&old.0).collect::<Vec<_>>(),
    );
    let are_single = is_needed && old.0.len() == 1 && new.0.len() == 1;
    for requirement in &gone {
        match successor(requirement, &gone, &came) {
            Some(successor) => compare_scopes(comparison, requirement, successor),
            None if are_single => compare_needs(comparison, requirement, came[0]),
            None if is_met_by(requirement, &new.0) => {}
            None => note_credential(comparison, Kind::CredentialNotAccepted, requirement),
        }
    }
    for requirement in &came {
        let is_described = are_single || successor(requirement, &came, &gone).is_some();
        let is_new = !old.0.iter().any(|one| is_weaker(one, requirement));
        if !is_described && is_new {
            note_credential(comparison, Kind::CredentialAccepted, requirement);
        }
    }
}

/// Returns the only alternative of the other document with the same credentials, if this is the only one in its own
/// document.
fn successor<'a>(
    one: &Requirement,
    own: &[&Requirement],
    others: &[&'a Requirement],
) -> Option<&'a Requirement> {
    let is_alike = |other: &&Requirement| other.keys().eq(one.keys());
    let mut alike = others.iter().copied().filter(|other| is_alike(other));
    let found = alike.next()?;
    let is_only = alike.next().is_none() && own.iter().filter(|other| is_alike(other)).count() == 1;
    is_only.then_some(found)
}

/// True if credentials that meet this requirement also meet one of the others.
fn is_met_by(one: &Requirement, others: &BTreeSet<Requirement>) -> bool {
    others.iter().any(|other| is_weaker(other, one))
}

/// True if one requirement requires nothing that the other one does not require.
fn is_weaker(one: &Requirement, other: &Requirement) -> bool {
    one.iter().all(|(name, scopes)| {
        let others = other.get(name);
        others.is_some_and(|others| scopes.is_subset(others))
    })
}

fn compare_scopes(comparison: &mut Comparison<'_>, old: &Requirement, new: &Requirement) {
    let at = comparison.operation().to_owned();
    for (name, was) in old {
        let is = &new[name];
        for (kind, scopes) in [
            (Kind::ScopeNeeded, is.difference(was)),
            (Kind::ScopeNotNeeded, was.difference(is)),
        ] {
            for scope in scopes {
                comparison.note(Direction::Request, Finding::new(&at, kind).of(scope));
            }
        }
    }
}

/// Compares the only old alternative with the only new one.
fn compare_needs(comparison: &mut Comparison<'_>, old: &Requirement, new: &Requirement) {
    for (kind, some, others) in [
        (Kind::CredentialNeeded, new, old),
        (Kind::CredentialNotNeeded, old, new),
    ] {
        for name in some.keys().filter(|name| !others.contains_key(*name)) {
            comparison.note(Direction::Request, Finding::new(PLACE, kind).of(name));
        }
    }
}

fn note_credential(comparison: &mut Comparison<'_>, kind: Kind, requirement: &Requirement) {
    let finding = Finding::new(PLACE, kind).of(label(requirement));
    comparison.note(Direction::Request, finding);
}

/// Returns a requirement as text: `http bearer with jobs:read`.
fn label(requirement: &Requirement) -> String {
    let one = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        match scopes.as_slice() {
            [] => name.clone(),
            scopes => format!("{name} with {}", scopes.join(", ")),
        }
    };
    let all: Vec<String> = requirement.iter().map(one).collect();
    all.join(" and ")
}
