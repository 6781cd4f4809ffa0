//! What is known while two documents are compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Direction};
use super::habits::Habits;
use super::kind::Kind;
use crate::reconcile::shape::Shape;
use crate::schema;

/// The documents, the changes so far, and where in them the comparison is.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) old_habits: Habits,
    pub(super) new_habits: Habits,
    /// The components that are the same in both documents, through and through.
    same: BTreeSet<String>,
    /// By everything that tells one change from another, which is not how it was reached.
    changes: BTreeMap<Change, Reach>,
    /// The operation that is being compared: `GET /jobs`.
    operation: String,
    /// The pairs of components that were met on the way through this operation.
    visited: BTreeSet<(String, String, Direction)>,
    /// The pairs that the comparison is inside of: a schema may be made of itself without being a component.
    inside: Vec<(String, String)>,
}

/// How deep pairs that are no components are compared in every place; below that, once in an operation.
const DEPTH: usize = 8;

/// How a change was reached.
#[derive(Debug, Default)]
struct Reach {
    directions: BTreeSet<Direction>,
    operations: BTreeSet<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value) -> Comparison<'a> {
        Comparison {
            old,
            new,
            old_habits: Habits::of(old),
            new_habits: Habits::of(new),
            same: same_components(old, new),
            changes: BTreeMap::new(),
            operation: String::new(),
            visited: BTreeSet::new(),
            inside: Vec::new(),
        }
    }

    /// Goes on to another operation.
    pub(super) fn enter(&mut self, operation: &str) {
        operation.clone_into(&mut self.operation);
        self.visited.clear();
    }

    /// What the operation is called that is being compared.
    pub(super) fn operation(&self) -> &str {
        &self.operation
    }

    /// Notes a change; one that was noted before has been reached once more.
    pub(super) fn note(&mut self, direction: Direction, change: Change) {
        let reach = self.changes.entry(change).or_default();
        reach.directions.insert(direction);
        reach.operations.insert(self.operation.clone());
    }

    /// What it is if a place is described no longer: a promise taken back, or the silence of a whole document.
    pub(super) fn silence(&self, at: &str, direction: Direction) -> Change {
        if self.new_habits.tells_fields(direction) {
            Change::new(at, Kind::Silenced)
        } else {
            Change::new(at, Kind::Untold).of("fields")
        }
    }

    /// What it is if a place is described that was not: a restriction, or the first word of a document on such things.
    pub(super) fn word(&self, at: &str, direction: Direction) -> Change {
        if self.old_habits.tells_fields(direction) {
            Change::new(at, Kind::Specified)
        } else {
            Change::new(at, Kind::FirstTold).of("fields")
        }
    }

    /// Whether two references lead to what is known to be the same.
    pub(super) fn are_same(&self, old: &Value, new: &Value) -> bool {
        let component = schema::referred(old);
        component.is_some()
            && component == schema::referred(new)
            && component.is_some_and(|name| self.same.contains(name))
    }

    /// Begins to compare what is inside of these two, unless that was done in this operation or is being done. Whoever begins
    /// must [`leave`](Self::leave).
    pub(super) fn begin(&mut self, direction: Direction, old: &Shape, new: &Shape) -> bool {
        let name = |shape: &Shape| shape.component.clone().unwrap_or_else(|| shape.key());
        let pair = (name(old), name(new));
        let are_components = old.component.is_some() && new.component.is_some();
        if self.inside.contains(&pair) {
            return false;
        }
        if are_components || self.inside.len() > DEPTH {
            let met = (pair.0.clone(), pair.1.clone(), direction);
            if !self.visited.insert(met) {
                return false;
            }
        }
        self.inside.push(pair);
        true
    }

    /// Ends what was begun last.
    pub(super) fn leave(&mut self) {
        self.inside.pop();
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        let complete = |(change, reach): (Change, Reach)| Change {
            directions: reach.directions,
            operations: reach.operations,
            ..change
        };
        self.changes.into_iter().map(complete).collect()
    }
}

/// The components that are equal in both documents and lead to none that is not.
fn same_components(old: &Value, new: &Value) -> BTreeSet<String> {
    let (Some(old), Some(new)) = (schema::components(old), schema::components(new)) else {
        return BTreeSet::new();
    };
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, component) in old {
        for used in schema::references(component) {
            users.entry(used).or_default().push(name);
        }
    }
    let is_equal = |name: &String| new.get(name) == old.get(name);
    let mut others: Vec<&str> = old
        .keys()
        .filter(|name| !is_equal(name))
        .map(String::as_str)
        .collect();
    let mut same: BTreeSet<&str> = old.keys().map(String::as_str).collect();
    while let Some(name) = others.pop() {
        if same.remove(name) {
            others.extend(users.get(name).into_iter().flatten());
        }
    }
    same.into_iter().map(str::to_owned).collect()
}
