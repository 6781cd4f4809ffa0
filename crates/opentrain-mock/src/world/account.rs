//! Employer accounts, and the caller's identity.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::World;
use super::team_member::{Member, TeamInvite};
use super::token::Token;
use crate::api_failure::ApiFailure;
use crate::draft_key;
use crate::draft_request;
use crate::feature;
use crate::ledger::Ledger;
use crate::link;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::response_body::ResponseBody;

/// An employer's account. Its key is the id of the user who owns it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: String,
    pub(crate) email: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) organization_id: String,
    pub(crate) organization_name: String,
    /// True if a human has claimed it.
    pub(crate) claimed: bool,
    pub(crate) has_payment_method: bool,
    #[serde(rename = "books")]
    pub(crate) ledger: Ledger,
    /// Times of its publications, for the daily cap.
    pub(crate) published_at: Vec<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) has_team: bool,
    pub(crate) members: Vec<Member>,
    pub(crate) invites: Vec<TeamInvite>,
}

impl Account {
    /// Returns an account that no human has claimed.
    pub(crate) fn unclaimed(
        owner: String,
        organization_id: String,
        organization_name: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            owner,
            email: None,
            first_name: None,
            last_name: None,
            organization_id,
            organization_name: organization_name.to_owned(),
            claimed: false,
            has_payment_method: false,
            ledger: Ledger::default(),
            published_at: Vec::new(),
            created_at: now,
            has_team: true,
            members: Vec::new(),
            invites: Vec::new(),
        }
    }

    pub(crate) fn full_name(&self) -> Option<String> {
        let (first, last) = (self.first_name.as_ref()?, self.last_name.as_ref()?);
        Some(format!("{first} {last}"))
    }

    /// True if a charge can be paid now, by card or with credits.
    pub(crate) fn can_pay(&self, cents: i64) -> bool {
        self.has_payment_method || self.ledger.available_cents >= cents
    }
}

/// Returns the failure of an account that can pay neither by card nor with credits.
pub(super) fn payment_method_required(action: &str) -> ApiFailure {
    let details = json!({ "reason": "payment_method_required", "billingUrl": link::BILLING });
    let error = format!("Add a payment method or enough credits before {action}");
    ApiFailure::conflict(error).with(details)
}

impl World {
    /// Handles `GET /auth/me`.
    pub(super) fn auth_me(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let account = self.account(caller)?;
        let token = self.token_of(caller)?;
        Ok(Success::ok(ResponseBody::written(&Identity::new(
            account, token,
        ))))
    }

    /// Handles `GET /job-drafts/capabilities`.
    pub(super) fn job_drafts_capabilities(&mut self, _call: &AuthorisedRequest) -> Outcome {
        let keys: Vec<&str> = draft_key::KEYS.iter().map(|(key, _)| *key).collect();
        Ok(Success::ok(json!({
            "featureKey": feature::DRAFTING,
            "namespace": "job-drafts",
            "rolloutMode": "ALL",
            "actorIsAdmin": false,
            "capabilities": self.saved.features.capabilities(),
            "draft": {
                "importFormats": draft_request::FORMATS,
                "updateKeys": keys,
                "enums": {
                    "paymentType": draft_key::PAYMENT_TYPES,
                    "experienceLevel": draft_key::EXPERIENCE_LEVELS,
                    "dataVolumeUnit": draft_key::VOLUME_UNITS,
                },
            },
            "authBootstrap": "token",
            "enabled": true,
        })))
    }

    /// Returns the caller's account.
    pub(super) fn account(&self, caller: &Caller) -> Result<&Account, ApiFailure> {
        let account = self.saved.accounts.get(&caller.account);
        account.ok_or_else(|| ApiFailure::not_found("The user of this token does not exist"))
    }
}

/// Response of `GET /auth/me`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    actor: Actor<'a>,
    token: TokenSummary<'a>,
    account: AccountSummary<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'a> {
    user_id: &'a str,
    email: Option<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    full_name: Option<String>,
    user_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenSummary<'a> {
    id: &'a str,
    label: &'a str,
    scopes: &'a [&'static str],
    owner_organization_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountSummary<'a> {
    kind: &'static str,
    organization_id: &'a str,
    owner_user_id: &'a str,
    member_role: &'static str,
}

impl<'a> Identity<'a> {
    fn new(account: &'a Account, token: &'a Token) -> Self {
        Self {
            actor: Actor {
                user_id: &account.owner,
                email: account.email.as_deref(),
                first_name: account.first_name.as_deref(),
                last_name: account.last_name.as_deref(),
                full_name: account.full_name(),
                user_type: "EMPLOYER",
            },
            token: TokenSummary {
                id: &token.id,
                label: &token.label,
                scopes: &token.scopes,
                owner_organization_id: None,
            },
            account: AccountSummary {
                kind: "employer_organization",
                organization_id: &account.organization_id,
                owner_user_id: &account.owner,
                member_role: "OWNER",
            },
        }
    }
}
