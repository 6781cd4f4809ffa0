//! Conversion of the service's responses into the gates of an operation.

use opentrain_api::Operation;

use super::{AccessCheck, AccessReport, Gate, Needed};
use crate::client::Client;
use crate::error::Reason;
use crate::types::{AccountCapabilities, FeatureKey, Scope};

/// Scopes that the tokens of an unclaimed account have. No token can have more scopes than the token that created it.
/// Source: <https://www.opentrain.ai/docs/developers/concepts/scopes-and-capabilities/>.
const BEFORE_CLAIM: [&str; 6] = [
    "jobs:read",
    "jobs:write",
    "proposals:read",
    "messages:read",
    "payments:read",
    "team:read",
];

pub(super) async fn diagnose(client: &Client) -> crate::Result<AccessReport> {
    let scopes = client.auth().me().await?.token.scopes;
    let capabilities = match client.job_drafts().capabilities().await {
        Ok(response) => Some(response.capabilities),
        // The endpoint itself belongs to the drafting feature.
        Err(error) if matches!(error.reason(), Some(Reason::FeatureDisabled { .. })) => None,
        Err(error) => return Err(error),
    };
    let claimed = scopes.as_deref().and_then(claimed);
    Ok(AccessReport {
        scopes,
        capabilities,
        claimed,
    })
}

/// Returns `Some(true)` if a scope proves a claim: only a claim or the app can give it. Without one, the state is unknown.
fn claimed(scopes: &[Scope]) -> Option<bool> {
    let beyond = |scope: &Scope| {
        !BEFORE_CLAIM.contains(&scope.as_str()) && !matches!(scope, Scope::Unknown(_))
    };
    scopes.iter().any(beyond).then_some(true)
}

pub(super) fn check(report: &AccessReport, operation: &'static Operation) -> AccessCheck {
    AccessCheck {
        operation,
        scope: scope(report, operation),
        feature: operation
            .feature
            .map_or(Gate::Open, |key| feature(report, key)),
        claim: claim(report, operation),
    }
}

fn scope(report: &AccessReport, operation: &Operation) -> Gate {
    if operation.tokenless || operation.scopes.scopes.is_empty() {
        return Gate::Open;
    }
    let Some(granted) = &report.scopes else {
        return Gate::Unknown;
    };
    let granted: Vec<&str> = granted.iter().map(Scope::as_str).collect();
    if operation.scopes.allows(&granted) {
        Gate::Open
    } else {
        Gate::Closed(Needed::Scopes(operation.scopes))
    }
}

fn feature(report: &AccessReport, key: &str) -> Gate {
    let key = FeatureKey::from(key);
    let on = match &report.capabilities {
        // A response proves that the feature of the endpoint is on.
        Some(_) if key == FeatureKey::JobDrafting => Some(true),
        Some(capabilities) => capability(capabilities, &key),
        None => (key == FeatureKey::JobDrafting).then_some(false),
    };
    match on {
        Some(true) => Gate::Open,
        Some(false) => Gate::Closed(Needed::Feature(key)),
        None => Gate::Unknown,
    }
}

/// Returns the capability that shows the state of a feature.
fn capability(capabilities: &AccountCapabilities, key: &FeatureKey) -> Option<bool> {
    match key {
        FeatureKey::JobPublishing => capabilities.publish,
        FeatureKey::Hiring => capabilities.hiring,
        FeatureKey::MessagingWrites => capabilities.messaging_writes,
        FeatureKey::PaymentsWrite => capabilities.payments_write,
        FeatureKey::Credits => capabilities.credits,
        FeatureKey::Webhooks => capabilities.webhooks,
        FeatureKey::Team => capabilities.team,
        _ => None,
    }
}

fn claim(report: &AccessReport, operation: &Operation) -> Gate {
    match report.claimed {
        _ if !operation.claimed_account => Gate::Open,
        Some(true) => Gate::Open,
        Some(false) => Gate::Closed(Needed::Claim),
        None => Gate::Unknown,
    }
}
