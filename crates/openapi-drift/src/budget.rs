//! Steps that a comparison may still take, so that it ends for any two documents.

use std::cell::Cell;

use serde_json::Value;

/// Steps for any document, and for each value in it.
const STEPS: usize = 100_000;
const STEPS_A_VALUE: usize = 20;

/// Bytes of text that are made, compared or hashed in one step.
const BYTES_A_STEP: usize = 16;

/// Steps that are left.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

impl Budget {
    /// Returns the budget for a document: it grows with its size.
    pub(super) fn of_document(document: &Value) -> Budget {
        Budget {
            left: Cell::new(STEPS + STEPS_A_VALUE * values_in(document)),
        }
    }

    /// Takes steps. Returns false if too few are left.
    pub(super) fn take(&self, steps: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(steps));
        !self.is_used_up()
    }

    /// Takes the steps that a text costs.
    pub(super) fn take_text(&self, text: &str) -> bool {
        self.take(text.len() / BYTES_A_STEP)
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.left.get() == 0
    }
}

/// Counts a value and all values inside.
pub(super) fn values_in(value: &Value) -> usize {
    let inside: usize = match value {
        Value::Array(elements) => elements.iter().map(values_in).sum(),
        Value::Object(members) => members.values().map(values_in).sum(),
        _ => 0,
    };
    1 + inside
}
