//! Links for humans. They have the service's form and host, and are not followed in a test.
//!
//! URLs that a program calls (the agent endpoints) have the mock's own address instead.

/// Page where a human claims an account.
pub(crate) const CLAIM: &str = "https://app.opentrain.ai/claim";
/// Page where a human adds a payment method.
pub(crate) const BILLING: &str = "https://app.opentrain.ai/billing";

/// Returns a human's own page of a job.
pub(crate) fn job(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{id}")
}

/// Returns the public page of a job.
pub(crate) fn listing(slug: &str, id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{slug}-{id}")
}

/// Returns the page where a candidate applies.
pub(crate) fn apply(id: &str) -> String {
    format!("https://app.opentrain.ai/api/out?job={id}&src=public-api")
}

/// Returns the editor of a draft.
pub(crate) fn draft(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/new?jobId={id}")
}

/// Returns the page on which a human reviews a draft.
pub(crate) fn review(id: &str) -> String {
    format!("https://app.opentrain.ai/jobs/{id}/review")
}

/// Returns the page on which a human confirms or declines.
pub(crate) fn approval(id: &str) -> String {
    format!("https://app.opentrain.ai/approvals/{id}")
}

/// Returns the page on which a human types the claim code.
pub(crate) fn verification(attempt_token: &str) -> String {
    format!("{CLAIM}?token={attempt_token}")
}

/// Returns the URL of an AI trainer's picture.
pub(crate) fn photo(slug: &str) -> String {
    format!("https://app.opentrain.ai/photos/{slug}.png")
}

/// Returns the page where a human pays for credits.
pub(crate) fn checkout(top_up: &str) -> String {
    format!("https://checkout.stripe.com/c/pay/cs_mock_{top_up}")
}
