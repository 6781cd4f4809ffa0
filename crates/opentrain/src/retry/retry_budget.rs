//! Bound on the extra load from the retries of all calls of a client.

use std::sync::atomic::{AtomicU32, Ordering};

/// Initial balance, which is also the largest.
const CAPACITY: u32 = 500;
/// Cost of a retry: a hundred retries in a row empty the budget.
const RETRY_COST: u32 = 5;
/// Refund for a success.
const SUCCESS_REFUND: u32 = 1;

/// Balance that retries reduce and successes raise: in an outage, the retries of all calls run out instead of multiplying the load.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl RetryBudget {
    /// Withdraws the cost of a retry. False if the balance is too low.
    pub(crate) fn withdraw(&self) -> bool {
        let pay = |left: u32| left.checked_sub(RETRY_COST);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay)
            .is_ok()
    }

    /// Adds the refund for a successful request.
    pub(crate) fn refund(&self) {
        let fill = |left: u32| Some((left + SUCCESS_REFUND).min(CAPACITY));
        // The update cannot fail: the closure always returns a value.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, RETRY_COST, RetryBudget};

    #[test]
    fn an_outage_empties_the_budget_and_successes_fill_it() {
        let budget = RetryBudget::default();
        let paid = (0..1_000).filter(|_| budget.withdraw()).count();
        assert_eq!(paid, (CAPACITY / RETRY_COST) as usize);
        (0..RETRY_COST).for_each(|_| budget.refund());
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
    }

    #[test]
    fn the_budget_never_grows_beyond_its_capacity() {
        let budget = RetryBudget::default();
        (0..10).for_each(|_| budget.refund());
        assert_eq!(
            (0..1_000).filter(|_| budget.withdraw()).count(),
            (CAPACITY / RETRY_COST) as usize
        );
    }
}
