//! The gates before an operation, in the order in which the service checks them: scope, feature flag, claim.
//!
//! The first gate of all, a valid token, is passed by having a [`CallerRights`].

use serde_json::json;

use crate::api_failure::ApiFailure;
use crate::feature::Features;
use crate::link;
use crate::operation::{Access, Operation};
use crate::scope;

/// Properties of a caller that the gates check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallerRights<'a> {
    pub(crate) scopes: &'a [&'static str],
    pub(crate) claimed: bool,
    pub(crate) features: &'a Features,
}

/// Checks all gates in order. The error is that of the first gate that refuses.
pub(crate) fn check(operation: &Operation, standing: CallerRights<'_>) -> Result<(), ApiFailure> {
    check_scope(operation.access, standing.scopes)?;
    check_feature(operation.feature, standing.features)?;
    check_claim(operation.claimed_for, standing.claimed)
}

fn check_scope(access: Access, granted: &[&'static str]) -> Result<(), ApiFailure> {
    let Access::AnyScopeOf(required) = access else {
        return Ok(());
    };
    if required.iter().any(|scope| scope::covers(granted, scope)) {
        return Ok(());
    }
    let error = format!("Token lacks the {} scope", required.join(" or "));
    let details = json!({ "requiredScopes": required, "grantedScopes": granted });
    Err(ApiFailure::forbidden(error).with(details))
}

fn check_feature(key: Option<&str>, features: &Features) -> Result<(), ApiFailure> {
    match key {
        Some(key) if !features.is_on(key) => {
            let details = json!({ "featureKey": key, "mode": "OFF" });
            let error = "This feature is not enabled for the account";
            Err(ApiFailure::forbidden(error).with(details))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_claim(action: Option<&str>, claimed: bool) -> Result<(), ApiFailure> {
    match action {
        Some(action) if !claimed => {
            let details = json!({
                "reason": "account_claim_required",
                "claimUrl": link::CLAIM,
                "action": action,
            });
            let error = format!("A human must claim the account before it can {action}");
            Err(ApiFailure::forbidden(error).with(details))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{CallerRights, check};
    use crate::feature::{Features, HIRING};
    use crate::operation::{OPERATIONS, Operation};

    fn hire() -> &'static Operation {
        let is_hire = |operation: &&Operation| operation.name == "proposals_hire";
        OPERATIONS
            .iter()
            .find(is_hire)
            .expect("hire is in the table")
    }

    fn details(scopes: &[&'static str], claimed: bool, features: &Features) -> Option<Value> {
        let standing = CallerRights {
            scopes,
            claimed,
            features,
        };
        let failure = check(hire(), standing).err()?;
        assert_eq!(failure.status, 403);
        Some(failure.body("r")["details"].clone())
    }

    #[test]
    fn gates_are_checked_in_order_scope_feature_claim() {
        let mut features = Features::default();
        features.switch(HIRING, false);
        assert_eq!(
            details(&["proposals:read"], false, &features),
            Some(
                json!({"requiredScopes": ["proposals:write"], "grantedScopes": ["proposals:read"]})
            )
        );
        assert_eq!(
            details(&["proposals:write"], false, &features),
            Some(json!({"featureKey": HIRING, "mode": "OFF"}))
        );
        features.switch(HIRING, true);
        let unclaimed = details(&["proposals:write"], false, &features).expect("it is refused");
        assert_eq!(unclaimed["reason"], "account_claim_required");
        assert_eq!(unclaimed["action"], "hire AI trainers");
        assert_eq!(details(&["proposals:write"], true, &features), None);
    }
}
