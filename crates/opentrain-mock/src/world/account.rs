//! Employer accounts, and who the caller is.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Token, World};
use crate::call::{Call, Caller, Outcome, Reply};
use crate::draft_key;
use crate::failure::ApiFailure;
use crate::feature;
use crate::import;

/// An employer's account. Its key is the id of the user who owns it.
pub(crate) struct Account {
    pub(crate) owner: String,
    pub(crate) email: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) organization_id: String,
    pub(crate) organization_name: String,
    /// Whether a human stands behind it.
    pub(crate) claimed: bool,
    pub(crate) has_payment_method: bool,
    pub(crate) credit_cents: i64,
    /// When it published jobs: the daily cap counts these.
    pub(crate) published_at: Vec<Timestamp>,
}

impl Account {
    fn full_name(&self) -> Option<String> {
        let (first, last) = (self.first_name.as_ref()?, self.last_name.as_ref()?);
        Some(format!("{first} {last}"))
    }
}

impl World {
    /// `GET /auth/me`
    pub(super) fn auth_me(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let account = self.account(caller)?;
        let token = self.token_of(caller)?;
        Ok(Reply::ok(me(account, token)))
    }

    /// `GET /job-drafts/capabilities`
    pub(super) fn job_drafts_capabilities(&mut self, _call: &Call) -> Outcome {
        let keys: Vec<&str> = draft_key::KEYS.iter().map(|(key, _)| *key).collect();
        Ok(Reply::ok(json!({
            "featureKey": feature::DRAFTING,
            "namespace": "job-drafts",
            "rolloutMode": "ALL",
            "actorIsAdmin": false,
            "capabilities": self.features.capabilities(),
            "draft": {
                "importFormats": import::FORMATS,
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

    /// The caller's account.
    pub(super) fn account(&self, caller: &Caller) -> Result<&Account, ApiFailure> {
        let account = self.accounts.get(&caller.account);
        account.ok_or_else(|| ApiFailure::not_found("The user of this token does not exist"))
    }
}

fn me(account: &Account, token: &Token) -> Value {
    json!({
        "actor": {
            "userId": account.owner,
            "email": account.email,
            "firstName": account.first_name,
            "lastName": account.last_name,
            "fullName": account.full_name(),
            "userType": "EMPLOYER",
        },
        "token": {
            "id": token.id,
            "label": token.label,
            "scopes": token.scopes,
            "ownerOrganizationId": null,
        },
        "account": {
            "kind": "employer_organization",
            "organizationId": account.organization_id,
            "ownerUserId": account.owner,
            "memberRole": "OWNER",
        },
    })
}
