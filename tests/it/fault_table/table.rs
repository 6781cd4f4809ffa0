//! Snapshot of the table: operations with the same row stand together, whole classes of operations by their name.

use std::collections::BTreeMap;
use std::fmt;

use opentrain_api::{DOCUMENTS, Idempotency, Operation};

const CLASSES: [(Idempotency, &str); 4] = [
    (Idempotency::Read, "reads"),
    (Idempotency::Idempotent, "idempotent writes"),
    (Idempotency::Keyed, "writes with a key"),
    (Idempotency::Write, "other writes"),
];

/// Outcome of one operation under one fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    /// `ok`, or the kind of the error with the advice.
    pub(super) outcome: String,
    /// Attempts of the call.
    pub(super) attempts: usize,
    /// Number of times that the server did the work.
    pub(super) work: usize,
}

/// Rows of every fault, in the order of the first use.
#[derive(Default)]
pub(super) struct Table {
    faults: Vec<(&'static str, BTreeMap<Row, Vec<&'static Operation>>)>,
}

impl Table {
    pub(super) fn add(&mut self, fault: &'static str, operation: &'static Operation, row: Row) {
        super::check(operation, fault, &row);
        let found = self.faults.iter().position(|(name, _)| *name == fault);
        let place = found.unwrap_or_else(|| {
            self.faults.push((fault, BTreeMap::new()));
            self.faults.len() - 1
        });
        self.faults[place].1.entry(row).or_default().push(operation);
    }
}

/// Returns the names of classes, with the operations that are not among these, and of the operations of other classes.
fn label(operations: &[&Operation]) -> String {
    let all = || DOCUMENTS.iter().flat_map(|document| document.operations);
    if operations.len() == all().count() {
        return String::from("every operation");
    }
    let is_here = |operation: &&Operation| operations.iter().any(|here| here.id == operation.id);
    let mut names = Vec::new();
    for (class, name) in CLASSES {
        let of_class = all().filter(|operation| operation.idempotency == class);
        let (here, others): (Vec<_>, Vec<_>) = of_class.partition(|operation| is_here(operation));
        let ids = |operations: &[&Operation]| {
            let ids: Vec<&str> = operations.iter().map(|operation| operation.id).collect();
            ids.join(", ")
        };
        match (here.len(), others.len()) {
            (0, _) => {}
            (_, 0) => names.push(name.to_owned()),
            (here, others_len) if others_len < here => {
                names.push(format!("{name} (not {})", ids(&others)));
            }
            _ => names.push(ids(&here)),
        }
    }
    names.join(", ")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (fault, rows) in &self.faults {
            writeln!(f, "{fault}")?;
            for (row, operations) in rows {
                let Row {
                    outcome,
                    attempts,
                    work,
                } = row;
                writeln!(
                    f,
                    "  {outcome}; sent {attempts}, work done {work}: {}",
                    label(operations)
                )?;
            }
        }
        Ok(())
    }
}
