//! Steps that a comparison may still take, so that it ends for any two documents.

use std::cell::Cell;

use serde_json::Value;

/// Steps for any document, and for each value in it.
const STEPS: usize = 100_000;
const STEPS_A_VALUE: usize = 20;

/// Bytes of text that are made, compared or hashed in one step.
const BYTES_A_STEP: usize = 16;

/// Part of the remaining steps that one pair of schemas may take, so that a pair that takes too many leaves enough for
/// the others.
const SHARE: usize = 4;

/// Steps that are left.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
    /// Steps that are left for the current pair.
    left_for_pair: Cell<usize>,
    #[cfg(test)]
    all: usize,
}

impl Budget {
    /// Returns the budget for a document: it grows with its size.
    pub(super) fn of_document(document: &Value) -> Budget {
        let all = STEPS + STEPS_A_VALUE * values_in(document);
        Budget {
            left: Cell::new(all),
            left_for_pair: Cell::new(all / SHARE),
            #[cfg(test)]
            all,
        }
    }

    /// Starts another pair.
    pub(super) fn begin_pair(&self) {
        self.left_for_pair.set(self.left.get().div_ceil(SHARE));
    }

    /// Takes steps. Returns false if too few are left.
    pub(super) fn take(&self, steps: usize) -> bool {
        for left in [&self.left, &self.left_for_pair] {
            left.set(left.get().saturating_sub(steps));
        }
        !self.is_used_up()
    }

    /// True if so many steps are left for the current pair.
    pub(super) fn can_take(&self, steps: usize) -> bool {
        self.left_for_pair.get() > steps
    }

    /// Takes the steps that a text costs.
    pub(super) fn take_text(&self, text: &str) -> bool {
        self.take(text.len() / BYTES_A_STEP)
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.left_for_pair.get() == 0
    }

    /// Returns the number of steps that were taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.all - self.left.get()
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
