//! Agent authentication: registering without a human, and being claimed by one.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Account, World};
use crate::api_failure::ApiFailure;
use crate::link;
use crate::request::{AuthorisedRequest, Outcome, Pairs, Success};
use crate::scope;
use crate::time::{DAY, later, wire};

/// The only grant there is.
const GRANT: &str = "urn:opentrain:agent-auth:grant-type:claim";
/// Lifetime of a claim attempt.
const ATTEMPT: Duration = Duration::from_secs(30 * 60);
/// The least time between two polls.
const INTERVAL: Duration = Duration::from_secs(5);

/// An agent's registration.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) account: String,
    agent_name: Option<String>,
    /// End of the claim window.
    expires_at: Timestamp,
    stage: ClaimStage,
    last_poll: Option<Timestamp>,
}

/// Stage of a claim.
#[derive(Clone, Serialize, Deserialize)]
enum ClaimStage {
    /// No claim attempt so far.
    Registered,
    /// An attempt is under way. A new attempt replaces an old one.
    Asked(ClaimAttempt),
    /// The human has claimed the account; its token waits to be fetched.
    Claimed,
    /// The token has been handed out, which happens once.
    Delivered,
}

/// A claim ceremony under way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ClaimAttempt {
    pub(crate) user_code: String,
    pub(crate) email: String,
    pub(crate) expires_at: Timestamp,
}

impl Registration {
    /// Returns the ceremony under way.
    pub(crate) fn attempt(&self) -> Option<&ClaimAttempt> {
        match &self.stage {
            ClaimStage::Asked(attempt) => Some(attempt),
            ClaimStage::Registered | ClaimStage::Claimed | ClaimStage::Delivered => None,
        }
    }

    pub(crate) fn mark_claimed(&mut self) {
        self.stage = ClaimStage::Claimed;
    }

    /// True if a poll comes too soon after the last one.
    fn is_hasty(&self, now: Timestamp) -> bool {
        self.last_poll
            .is_some_and(|last| now < later(last, INTERVAL))
    }
}

impl World {
    /// Handles `POST /api/agent/identity`.
    pub(super) fn agent_register(&mut self, request: &AuthorisedRequest) -> Outcome {
        let body = object(request)?;
        if body
            .get("identity_type")
            .is_some_and(|kind| kind != "anonymous")
        {
            return Err(ApiFailure::oauth(
                "unsupported_identity_type",
                "identity_type must be anonymous",
            ));
        }
        let organization = text(&body, "organization_name").unwrap_or("Unnamed organization");
        let account = self.add_unclaimed_account(organization);
        let agent_name = text(&body, "agent_name").map(str::to_owned);
        let label = agent_name.clone().unwrap_or_else(|| "Agent".to_owned());
        let access_token = self.issue_token(&account, &label, scope::PRE_CLAIM);
        let expires_at = later(request.now, DAY);
        let claim_token = self.add_registration(account, agent_name, expires_at);
        Ok(Success::ok(json!({
            "identity_type": "anonymous",
            "registration_id": self.next_id("reg"),
            "access_token": access_token,
            "token_type": "bearer",
            "scopes": scope::PRE_CLAIM,
            "claim_token": claim_token,
            "claim_token_expires_at": wire(expires_at),
            "claim_endpoint": format!("{}/api/agent/identity/claim", self.base_url),
            "token_endpoint": format!("{}/api/agent/oauth/token", self.base_url),
            "grant_type": GRANT,
        })))
    }

    /// Handles `POST /api/agent/identity/claim`.
    pub(super) fn agent_start_claim(&mut self, request: &AuthorisedRequest) -> Outcome {
        let body = object(request)?;
        let claim_token =
            text(&body, "claim_token").ok_or_else(|| invalid("claim_token is required"))?;
        let email = text(&body, "email").filter(|email| email.contains('@'));
        let email = email.ok_or_else(|| invalid("email must be an e-mail address"))?;
        self.check_claimable(claim_token, email, request.now)?;
        let user_code = self.next_user_code();
        let attempt_token = self.next_secret("ot_cat");
        let attempt = ClaimAttempt {
            user_code: user_code.clone(),
            email: email.to_owned(),
            expires_at: later(request.now, ATTEMPT),
        };
        if let Some(registration) = self.saved.registrations.get_mut(claim_token) {
            registration.stage = ClaimStage::Asked(attempt);
        }
        Ok(Success::ok(json!({
            "user_code": user_code,
            "verification_uri": link::verification(&attempt_token),
            "expires_in": ATTEMPT.as_secs(),
            "interval": INTERVAL.as_secs(),
            "email_sent": true,
        })))
    }

    /// Handles `POST /api/agent/oauth/token`.
    pub(super) fn agent_exchange_token(&mut self, request: &AuthorisedRequest) -> Outcome {
        let form = form(request)?;
        match form.get("grant_type") {
            Some(GRANT) => {}
            Some(_) => {
                return Err(ApiFailure::oauth(
                    "unsupported_grant_type",
                    format!("grant_type must be {GRANT}"),
                ));
            }
            None => return Err(invalid("grant_type is required")),
        }
        let claim_token = form
            .get("claim_token")
            .ok_or_else(|| invalid("claim_token is required"))?;
        let account = self.poll(claim_token, request.now)?;
        let label = self
            .saved
            .registrations
            .get(claim_token)
            .and_then(|registration| registration.agent_name.clone());
        let label = label.unwrap_or_else(|| "Agent".to_owned());
        let access_token = self.issue_token(&account, &label, scope::POST_CLAIM);
        Ok(Success::ok(json!({
            "access_token": access_token,
            "token_type": "bearer",
            "scopes": scope::POST_CLAIM,
        })))
    }

    /// Handles `POST /api/agent/oauth/revoke`, in the same way for known and unknown tokens.
    pub(super) fn agent_revoke_token(&mut self, request: &AuthorisedRequest) -> Outcome {
        let form = form(request)?;
        let secret = form
            .get("token")
            .ok_or_else(|| invalid("token is required"))?;
        self.revoke_secret(secret);
        Ok(Success::ok(json!({})))
    }

    /// Counts a poll. Returns the claimed account if its token can be delivered, which happens with this.
    fn poll(&mut self, claim_token: &str, now: Timestamp) -> Result<String, ApiFailure> {
        let unknown = || {
            ApiFailure::oauth(
                "invalid_grant",
                "The claim token is unknown or its token was delivered",
            )
        };
        let registration = self
            .saved
            .registrations
            .get_mut(claim_token)
            .ok_or_else(unknown)?;
        let is_hasty = registration.is_hasty(now);
        registration.last_poll = Some(now);
        match registration.stage {
            ClaimStage::Delivered => Err(unknown()),
            ClaimStage::Claimed => {
                registration.stage = ClaimStage::Delivered;
                Ok(registration.account.clone())
            }
            ClaimStage::Registered | ClaimStage::Asked(_) if now >= registration.expires_at => Err(
                ApiFailure::oauth("expired_token", "The claim window is over; register again"),
            ),
            ClaimStage::Registered | ClaimStage::Asked(_) if is_hasty => Err(ApiFailure::oauth(
                "slow_down",
                "Polled before the interval was over",
            )),
            ClaimStage::Registered | ClaimStage::Asked(_) => Err(ApiFailure::oauth(
                "authorization_pending",
                "The human has not finished yet",
            )),
        }
    }

    fn check_claimable(
        &self,
        claim_token: &str,
        email: &str,
        now: Timestamp,
    ) -> Result<(), ApiFailure> {
        let registration = self.saved.registrations.get(claim_token);
        let registration = registration.ok_or_else(|| invalid("claim_token is unknown"))?;
        if matches!(
            registration.stage,
            ClaimStage::Claimed | ClaimStage::Delivered
        ) {
            return Err(invalid("The account is claimed already"));
        }
        if now >= registration.expires_at {
            return Err(invalid("The claim window is over; register again"));
        }
        if self
            .saved
            .accounts
            .iter()
            .any(|account| account.email.as_deref() == Some(email))
        {
            return Err(invalid("email_already_registered"));
        }
        Ok(())
    }

    /// Opens the claim window of an account and gives the claim token.
    fn add_registration(
        &mut self,
        account: String,
        agent_name: Option<String>,
        expires_at: Timestamp,
    ) -> String {
        let claim_token = self.next_secret("ot_clm");
        let registration = Registration {
            account,
            agent_name,
            expires_at,
            stage: ClaimStage::Registered,
            last_poll: None,
        };
        self.saved.registrations.insert(&claim_token, registration);
        claim_token
    }

    fn add_unclaimed_account(&mut self, organization: &str) -> String {
        let owner = self.next_id("usr");
        let organization_id = self.next_id("org");
        let now = self.now();
        let account = Account::unclaimed(owner.clone(), organization_id, organization, now);
        self.saved.accounts.insert(&owner, account);
        owner
    }

    /// Returns six digits with leading zeros. They repeat after a million claims.
    fn next_user_code(&mut self) -> String {
        let number = self.next_number("user_code");
        format!("{:06}", number.wrapping_mul(18_271) % 1_000_000)
    }

    /// Returns the registration whose ceremony shows this code.
    pub(super) fn registration_by_code(&mut self, user_code: &str) -> Option<&mut Registration> {
        self.saved.registrations.find_mut(|registration| {
            registration
                .attempt()
                .is_some_and(|attempt| attempt.user_code == user_code)
        })
    }
}

/// Returns the body as an object, or a failure in the OAuth form.
fn object(request: &AuthorisedRequest) -> Result<Map<String, Value>, ApiFailure> {
    request.json_object().map_err(invalid)
}

fn form(request: &AuthorisedRequest) -> Result<Pairs, ApiFailure> {
    request.form().map_err(invalid)
}

fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn invalid(description: impl Into<String>) -> ApiFailure {
    ApiFailure::oauth("invalid_request", description)
}
