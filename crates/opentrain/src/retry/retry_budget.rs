//! A bound on the extra load that all calls of a client make together.

use std::sync::atomic::{AtomicU32, Ordering};

/// What there is at first, and at the most.
const CAPACITY: u32 = 500;
/// What one retry costs: a hundred retries in a row empty the budget.
const RETRY_COST: u32 = 5;
/// What one success gives back.
const SUCCESS_REFUND: u32 = 1;

/// Retries draw from it, successes fill it: in an outage the retries of all calls run dry instead of multiplying the load.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl RetryBudget {
    /// Pays for a retry, if there is enough left.
    pub(crate) fn withdraw(&self) -> bool {
        let pay = |left: u32| left.checked_sub(RETRY_COST);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay)
            .is_ok()
    }

    /// A request succeeded.
    pub(crate) fn refund(&self) {
        let fill = |left: u32| Some((left + SUCCESS_REFUND).min(CAPACITY));
        // It cannot fail: the closure always gives a value.
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
