//! Webhooks and callbacks: requests that the service sends. Their bodies are read, and the responses to them are sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::{bodies, contents};
use crate::comparable::DELIVERY;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

/// Deliveries of a document, by their keys.
pub(super) type Deliveries = BTreeMap<String, Object>;

/// Removes the operations that stand for deliveries from a document and returns them.
pub(super) fn take(document: &mut Value) -> Deliveries {
    let mut found = Deliveries::new();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return found;
    };
    paths.retain(|_, item| {
        let operation = item.get("post").and_then(Value::as_object);
        let delivery = operation.filter(|operation| operation.contains_key(DELIVERY));
        if let Some(delivery) = delivery {
            found.insert(described(delivery, "key"), delivery.clone());
        }
        delivery.is_none()
    });
    found
}

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Deliveries, new: &Deliveries) {
    for (key, delivery) in old {
        comparison.enter(&described(delivery, "label"));
        match new.get(key) {
            Some(other) => compare_one(comparison, delivery, other),
            // Statuses are compared with the webhook that they belong to.
            None if is_response(delivery) => {}
            None => note(comparison, Kind::DeliveryRemoved),
        }
    }
    let is_new =
        |(key, delivery): &(&String, &Object)| !old.contains_key(*key) && !is_response(delivery);
    for (_, delivery) in new.iter().filter(is_new) {
        comparison.enter(&described(delivery, "label"));
        note(comparison, Kind::DeliveryAdded);
    }
}

fn note(comparison: &mut Comparison<'_>, kind: Kind) {
    let finding = Finding::new(comparison.operation(), kind);
    comparison.note(Direction::Response, finding);
}

fn compare_one(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let at = format!("{} body", comparison.operation());
    let nothing = Object::new();
    let (old_document, new_document) = (comparison.old, comparison.new);
    let was = sent(old_document, old).unwrap_or(&nothing);
    let is = sent(new_document, new).unwrap_or(&nothing);
    contents::compare(comparison, &at, Direction::Response, was, is);
    compare_statuses(comparison, &statuses(old), &statuses(new));
    bodies::compare(comparison, old, new);
}

/// Compares the statuses that the service accepts as a response. A document without statuses leaves them unspecified.
fn compare_statuses(comparison: &mut Comparison<'_>, old: &BTreeSet<&str>, new: &BTreeSet<&str>) {
    if old.is_empty() || new.is_empty() {
        return;
    }
    let at = comparison.operation().to_owned();
    for (kind, statuses) in [
        (Kind::ResponseAccepted, new.difference(old)),
        (Kind::ResponseNotAccepted, old.difference(new)),
    ] {
        for status in statuses {
            comparison.note(Direction::Request, Finding::new(&at, kind).of(*status));
        }
    }
}

fn statuses(delivery: &Object) -> BTreeSet<&str> {
    let described = json::object(delivery, DELIVERY);
    let statuses = described.map(|described| json::strings(described, "responses"));
    statuses.unwrap_or_default().into_iter().collect()
}

/// True if an operation stands for a further response to a webhook or callback.
fn is_response(delivery: &Object) -> bool {
    json::object(delivery, DELIVERY)
        .is_some_and(|described| json::is_true(described, "is_response"))
}

fn sent<'a>(document: &'a Value, delivery: &'a Object) -> Option<&'a Object> {
    let body = json::object(delivery, "responses")?.get("200")?;
    document::resolve(document, body).as_object()
}

fn described(delivery: &Object, what: &str) -> String {
    let described = json::object(delivery, DELIVERY).and_then(|both| json::string(both, what));
    described.unwrap_or_default().to_owned()
}
