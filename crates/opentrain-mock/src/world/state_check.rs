//! Refusal of a state that was read from outside and that the mock could not continue: counters near the end of their range,
//! numbers outside of the bounds of every request, and a ledger that does not add up.

use super::contract::Contract;
use super::saved_state::SavedState;
use crate::amount::{MOST_VOLUME, VOLUME_BOUNDS, is_volume};

/// The highest number that a counter of a state may have reached. No mock counts this far, and every JSON reader takes it exactly.
const MOST_COUNTED: u64 = 1 << 53;

impl SavedState {
    /// Returns a sentence about the first inconsistency of a state, or `None` if the mock can continue it.
    pub(crate) fn first_inconsistency(&self) -> Option<String> {
        let ledger = self.unbalanced_account();
        let ledger = ledger.map(|owner| format!("the ledger of account `{owner}` does not add up"));
        ledger
            .or_else(|| self.overlong_counter())
            .or_else(|| self.overlong_number())
            .or_else(|| self.freelancer_out_of_bounds())
            .or_else(|| self.contracts.iter().find_map(flaw_of_contract))
    }

    /// Returns the owner of an account whose ledger does not add up, if there is one.
    fn unbalanced_account(&self) -> Option<&str> {
        let mut accounts = self.accounts.iter();
        let unbalanced = accounts.find(|account| !account.ledger.is_balanced());
        unbalanced.map(|account| account.owner.as_str())
    }

    fn overlong_counter(&self) -> Option<String> {
        let mut counters = self.counters.iter();
        let (name, _) = counters.find(|(_, number)| **number > MOST_COUNTED)?;
        Some(format!(
            "the counter `{name}` is above {MOST_COUNTED}, near the end of its range"
        ))
    }

    /// Finds a row with a number that no counter can have given, or with a count of its own near the end of its range.
    fn overlong_number(&self) -> Option<String> {
        let jobs = self.jobs.iter();
        let published_jobs = jobs.filter_map(|job| Some((&job.id, job.publication?.sequence)));
        let conversations = self.conversations.iter();
        let activities = conversations.map(|row| (&row.id, row.activity));
        let invoices = self.invoices.iter().map(|row| (&row.id, row.number()));
        let mut rows = published_jobs.chain(activities).chain(invoices);
        if let Some((id, _)) = rows.find(|(_, number)| *number > MOST_COUNTED) {
            return Some(format!("`{id}` has a number above {MOST_COUNTED}"));
        }
        let mut webhooks = self.webhooks.iter();
        let webhook = webhooks.find(|webhook| webhook.has_too_many_failures())?;
        Some(format!(
            "the failures of webhook `{}` are near the end of their range",
            webhook.id
        ))
    }

    fn freelancer_out_of_bounds(&self) -> Option<String> {
        let mut freelancers = self.freelancers.iter();
        let freelancer = freelancers.find(|freelancer| freelancer.seasoning > 9)?;
        Some(format!(
            "the `seasoning` of AI trainer `{}` must be from 0 to 9",
            freelancer.id
        ))
    }
}

fn flaw_of_contract(contract: &Contract) -> Option<String> {
    let volumes = contract.milestones.iter().filter_map(|row| row.volume);
    let are_volumes = volumes.into_iter().all(is_volume);
    if are_volumes && (0.0..=MOST_VOLUME).contains(&contract.worked) {
        return None;
    }
    Some(format!(
        "each volume of contract `{}` must be {VOLUME_BOUNDS}",
        contract.id
    ))
}
