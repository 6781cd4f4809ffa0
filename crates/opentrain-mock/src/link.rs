//! Links that are meant for people. They have the service's form and host; nobody follows them in a test.
//!
//! What a program is meant to call (the agent endpoints) carries the mock's own address instead.

/// Where a human claims an account.
pub(crate) const CLAIM: &str = "https://app.opentrain.ai/claim";
/// Where a human adds a payment method.
pub(crate) const BILLING: &str = "https://app.opentrain.ai/billing";

/// A human's own page of a job.
pub(crate) fn job(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{id}")
}

/// The public page of a job.
pub(crate) fn listing(slug: &str, id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{slug}-{id}")
}

/// Where a candidate applies.
pub(crate) fn apply(id: &str) -> String {
    format!("https://app.opentrain.ai/api/out?job={id}&src=public-api")
}

/// The editor of a draft.
pub(crate) fn draft(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/new?jobId={id}")
}

/// The page on which a human reviews a draft.
pub(crate) fn review(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{id}/review")
}

/// The page on which a human confirms or declines.
pub(crate) fn approval(id: &str) -> String {
    format!("https://app.opentrain.ai/approvals/{id}")
}

/// The page on which a human types the claim code.
pub(crate) fn verification(attempt_token: &str) -> String {
    format!("{CLAIM}?token={attempt_token}")
}

/// A person's picture.
pub(crate) fn photo(slug: &str) -> String {
    format!("https://app.opentrain.ai/photos/{slug}.png")
}

/// Where a human pays for credits.
pub(crate) fn checkout(top_up: &str) -> String {
    format!("https://checkout.stripe.com/c/pay/cs_mock_{top_up}")
}
