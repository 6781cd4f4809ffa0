//! Guides: one task each, with whole programs.

/// Claiming an account: from no account to a token that a human stands behind.
pub mod claiming_an_account {
    #![doc = include_str!("docs/claiming_an_account.md")]
}

/// Waiting for people: approvals, top-ups and drafts, over days and restarts.
pub mod waiting_for_people {
    #![doc = include_str!("docs/waiting_for_people.md")]
}
