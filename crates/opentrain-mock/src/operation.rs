//! Table of all operations of the service, with their gates.
//!
//! The names and paths are those of the API's documents. Scopes, feature flags and claims of operations are only here, so a test
//! can compare this table with the documents.

use crate::feature;

/// Base path of the Public API.
pub const PUBLIC_BASE: &str = "/api/public/v1";

/// One operation: where it is and which gates stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name, `family_verb`.
    pub name: &'static str,
    /// Its method.
    pub method: &'static str,
    /// Its path template. Under [`PUBLIC_BASE`], unless it begins with `/api/`.
    pub path: &'static str,
    /// Access that the operation needs.
    pub access: Access,
    /// The feature flag that must be on.
    pub feature: Option<&'static str>,
    /// Name of the action if only a claimed account may do it, for the refusal.
    pub claimed_for: Option<&'static str>,
}

/// Access that the operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// No token. Browsers may send requests from any page, and caches may keep the response.
    Open,
    /// No bearer token: if anything, a secret in the body.
    OwnCredential,
    /// Any valid token.
    AnyToken,
    /// A token that covers at least one of these scopes.
    AnyScopeOf(&'static [&'static str]),
}

const JOBS_READ: &[&str] = &["jobs:read"];
const JOBS_WRITE: &[&str] = &["jobs:write"];
const PROPOSALS_READ: &[&str] = &["proposals:read"];
const PROPOSALS_WRITE: &[&str] = &["proposals:write"];
const MESSAGES_READ: &[&str] = &["messages:read"];
const MESSAGES_WRITE: &[&str] = &["messages:write"];
const PAYMENTS_READ: &[&str] = &["payments:read"];
const PAYMENTS_WRITE: &[&str] = &["payments:write"];
const TEAM_READ: &[&str] = &["team:read"];
const TEAM_WRITE: &[&str] = &["team:write"];
const WEBHOOKS_MANAGE: &[&str] = &["webhooks:manage"];
const ANY_EVENT: &[&str] = &["proposals:read", "messages:read", "payments:read"];

/// All operations, by family.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    get("auth_me", "/auth/me"),

    get("jobs_search", "/jobs").open(),
    get("jobs_get", "/jobs/{id}").open(),
    get("jobs_facets", "/jobs/facets").open(),
    get("jobs_changes", "/jobs/changes").open(),
    get("jobs_mine", "/jobs/mine").scope(JOBS_READ),
    post("jobs_publish", "/jobs/{id}/publish").scope(JOBS_WRITE).feature(feature::PUBLISHING),
    post("jobs_close", "/jobs/{id}/close").scope(JOBS_WRITE).feature(feature::PUBLISHING),
    patch("jobs_update", "/jobs/{id}").scope(JOBS_WRITE).feature(feature::PUBLISHING),
    post("jobs_invite", "/jobs/{id}/invites").scope(PROPOSALS_WRITE).feature(feature::HIRING).claimed_for("invite AI trainers"),
    get("jobs_proposals", "/jobs/{id}/proposals").scope(PROPOSALS_READ),

    post("job_drafts_create", "/job-drafts").scope(JOBS_WRITE).feature(feature::DRAFTING),
    patch("job_drafts_update", "/job-drafts/{jobId}").scope(JOBS_WRITE).feature(feature::DRAFTING),
    get("job_drafts_capabilities", "/job-drafts/capabilities").feature(feature::DRAFTING),

    get("proposals_get", "/proposals/{proposalId}").scope(PROPOSALS_READ),
    get("proposals_interview", "/proposals/{proposalId}/interview").scope(PROPOSALS_READ),
    post("proposals_start_conversation", "/proposals/{proposalId}/conversation")
        .scope(MESSAGES_WRITE).feature(feature::MESSAGING).claimed_for("start conversations"),
    post("proposals_hire", "/proposals/{proposalId}/hire").scope(PROPOSALS_WRITE).feature(feature::HIRING).claimed_for("hire AI trainers"),

    get("freelancers_get", "/freelancers/{idOrSlug}").scope(PROPOSALS_READ),

    get("messages_list", "/messages").scope(MESSAGES_READ),
    post("messages_send", "/messages").scope(MESSAGES_WRITE).feature(feature::MESSAGING).claimed_for("send messages"),

    get("contracts_list", "/contracts").scope(PAYMENTS_READ),
    get("contracts_get", "/contracts/{contractId}").scope(PAYMENTS_READ),
    post("contracts_create_milestone", "/contracts/{contractId}/milestones")
        .scope(PAYMENTS_WRITE).feature(feature::PAYMENTS).claimed_for("create milestones"),
    post("contracts_end", "/contracts/{contractId}/end").scope(PAYMENTS_WRITE).feature(feature::PAYMENTS).claimed_for("end contracts"),

    post("milestones_fund", "/milestones/{milestoneId}/fund").scope(PAYMENTS_WRITE).feature(feature::PAYMENTS).claimed_for("fund milestones"),
    post("milestones_approve", "/milestones/{milestoneId}/approve")
        .scope(PAYMENTS_WRITE).feature(feature::PAYMENTS).claimed_for("approve milestones"),

    get("approvals_get", "/approvals/{approvalId}").scope(PAYMENTS_READ),

    get("updates_poll", "/updates").scope(ANY_EVENT),

    get("credits_balance", "/credits").scope(PAYMENTS_READ).feature(feature::CREDITS),
    get("credits_ledger", "/credits/ledger").scope(PAYMENTS_READ).feature(feature::CREDITS),
    post("credits_create_top_up", "/credits/top-ups").scope(PAYMENTS_WRITE).feature(feature::CREDITS).claimed_for("top up credits"),
    get("credits_get_top_up", "/credits/top-ups/{topUpId}").scope(PAYMENTS_READ).feature(feature::CREDITS),

    get("payments_pending", "/payments/pending").scope(PAYMENTS_READ),

    get("webhooks_list", "/webhooks").scope(WEBHOOKS_MANAGE).feature(feature::WEBHOOKS),
    post("webhooks_create", "/webhooks").scope(WEBHOOKS_MANAGE).feature(feature::WEBHOOKS),
    get("webhooks_get", "/webhooks/{webhookId}").scope(WEBHOOKS_MANAGE).feature(feature::WEBHOOKS),
    delete("webhooks_delete", "/webhooks/{webhookId}").scope(WEBHOOKS_MANAGE).feature(feature::WEBHOOKS),

    get("team_get", "/team").scope(TEAM_READ).feature(feature::TEAM),
    post("team_invite", "/team/invites").scope(TEAM_WRITE).feature(feature::TEAM).claimed_for("invite team members"),

    get("tokens_list", "/tokens"),
    post("tokens_create", "/tokens"),
    delete("tokens_revoke", "/tokens/{tokenId}"),

    post("agent_register", "/api/agent/identity").own_credential(),
    post("agent_start_claim", "/api/agent/identity/claim").own_credential(),
    post("agent_exchange_token", "/api/agent/oauth/token").own_credential(),
    post("agent_revoke_token", "/api/agent/oauth/revoke").own_credential(),
];

/// Finds an operation by its name, or by the verb alone where only one operation has it: `hire` is `proposals_hire`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Operation> {
    let exact = OPERATIONS.iter().find(|operation| operation.name == name);
    exact.or_else(|| {
        let mut named = OPERATIONS
            .iter()
            .filter(|operation| has_verb(operation, name));
        let first = named.next()?;
        named.next().is_none().then_some(first)
    })
}

/// True if the name ends in the verb: `fund` in `milestones_fund`.
fn has_verb(operation: &Operation, verb: &str) -> bool {
    let family = operation.name.strip_suffix(verb);
    family.is_some_and(|family| family.ends_with('_') && !verb.is_empty())
}

impl Operation {
    /// Returns the path template from the server's root.
    #[must_use]
    pub fn full_path(&self) -> String {
        if self.path.starts_with("/api/") {
            return self.path.to_owned();
        }
        format!("{PUBLIC_BASE}{}", self.path)
    }

    const fn open(mut self) -> Self {
        self.access = Access::Open;
        self
    }

    const fn own_credential(mut self) -> Self {
        self.access = Access::OwnCredential;
        self
    }

    const fn scope(mut self, one_of: &'static [&'static str]) -> Self {
        self.access = Access::AnyScopeOf(one_of);
        self
    }

    const fn feature(mut self, key: &'static str) -> Self {
        self.feature = Some(key);
        self
    }

    const fn claimed_for(mut self, action: &'static str) -> Self {
        self.claimed_for = Some(action);
        self
    }
}

const fn get(name: &'static str, path: &'static str) -> Operation {
    operation(name, "GET", path)
}

const fn post(name: &'static str, path: &'static str) -> Operation {
    operation(name, "POST", path)
}

const fn patch(name: &'static str, path: &'static str) -> Operation {
    operation(name, "PATCH", path)
}

const fn delete(name: &'static str, path: &'static str) -> Operation {
    operation(name, "DELETE", path)
}

const fn operation(name: &'static str, method: &'static str, path: &'static str) -> Operation {
    Operation {
        name,
        method,
        path,
        access: Access::AnyToken,
        feature: None,
        claimed_for: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Access, OPERATIONS, find};
    use crate::scope;

    #[test]
    fn verb_that_only_one_operation_has_is_enough() {
        let name = |text| find(text).map(|operation| operation.name);
        assert_eq!(name("proposals_hire"), Some("proposals_hire"));
        assert_eq!(name("hire"), Some("proposals_hire"));
        assert_eq!(name("create_top_up"), Some("credits_create_top_up"));
        for vague in ["get", "create", "", "_hire", "fly"] {
            assert_eq!(name(vague), None, "{vague}");
        }
    }

    #[test]
    fn there_are_forty_seven_operations_with_names_and_places_of_their_own() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|o| o.name).collect();
        let places: BTreeSet<_> = OPERATIONS.iter().map(|o| (o.method, o.path)).collect();
        assert_eq!((names.len(), places.len()), (47, 47));
    }

    #[test]
    fn gates_name_only_scopes_that_exist() {
        for operation in OPERATIONS {
            if let Access::AnyScopeOf(scopes) = operation.access {
                for name in scopes {
                    assert_eq!(scope::find(name), Some(*name), "{}", operation.name);
                }
            }
        }
    }

    #[test]
    fn operations_with_a_flag_or_a_claim_need_a_token() {
        for operation in OPERATIONS {
            let gated = operation.feature.is_some() || operation.claimed_for.is_some();
            let tokenless = matches!(operation.access, Access::Open | Access::OwnCredential);
            assert!(!(gated && tokenless), "{}", operation.name);
        }
    }
}
