//! Teams: members and invitations of an account.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::team_member::{Member, TeamInvite};
use super::{Account, World};
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::time::{DAY, later, wire};

/// Lifetime of an invitation.
const VALID_FOR: Duration = Duration::from_secs(7 * DAY.as_secs());
/// Addresses with the first ending are rejected; mail to those with the second cannot be sent.
const REJECTED: &str = ".invalid";
const UNREACHABLE: &str = "@unreachable.example";

impl World {
    /// Handles `GET /team`.
    pub(super) fn team_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let account = self.account(request.caller()?)?;
        check_enabled(account)?;
        Ok(Success::ok(
            json!({ "team": self.team(account, request.now) }),
        ))
    }

    /// Handles `POST /team/invites`.
    pub(super) fn team_invite(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        check_enabled(self.account(caller)?)?;
        let email = email(request)?;
        let status = self.invite(&caller.account, &email, request.now)?;
        let account = self.account(caller)?;
        Ok(Success::ok(json!({
            "ok": true,
            "status": status,
            "email": email,
            "team": self.team(account, request.now),
        })))
    }

    /// Invites an address. Returns the `status` of the response.
    fn invite(
        &mut self,
        account: &str,
        email: &str,
        now: Timestamp,
    ) -> Result<&'static str, ApiFailure> {
        let mut accounts = self.saved.accounts.iter();
        let user = accounts.find(|known| known.email.as_deref() == Some(email));
        let user = user.map(|user| user.owner.clone());
        let id = self.next_id("inv_tm");
        let Some(team) = self.saved.accounts.get_mut(account) else {
            return Err(ApiFailure::unauthorized());
        };
        if let Some(user) = user {
            return Ok(team.add_member(user, now));
        }
        if email.ends_with(UNREACHABLE) {
            let details = json!({ "reason": "invite_email_send_failed" });
            let error = "The invitation could not be sent; try again later";
            return Err(ApiFailure::conflict(error).with(details));
        }
        team.renew_invite(id, email, now);
        Ok("invite_created")
    }

    fn team(&self, account: &Account, now: Timestamp) -> Value {
        let members = account.members.iter().filter_map(|member| {
            let user = self.saved.accounts.get(&member.user)?;
            Some(person(user, "MEMBER", member.joined_at))
        });
        let owner = person(account, "OWNER", account.created_at);
        let pending = account.invites.iter();
        let pending = pending.filter(|invite| now < invite.expires_at);
        json!({
            "organization": {
                "id": account.organization_id,
                "name": account.organization_name,
                "ownerUserId": account.owner,
                "ownerName": account.full_name(),
            },
            "members": std::iter::once(owner).chain(members).collect::<Vec<_>>(),
            "invites": pending.map(TeamInvite::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Account {
    fn add_member(&mut self, user: String, now: Timestamp) -> &'static str {
        let is_member = self.members.iter().any(|member| member.user == user);
        if is_member || self.owner == user {
            return "already_member";
        }
        let joined_at = now;
        self.members.push(Member { user, joined_at });
        "member_added"
    }

    /// Adds an invitation, in place of an earlier one to the same address.
    fn renew_invite(&mut self, id: String, email: &str, now: Timestamp) {
        self.invites.retain(|invite| invite.email != email);
        self.invites.push(TeamInvite {
            id,
            email: email.to_owned(),
            created_at: now,
            expires_at: later(now, VALID_FOR),
        });
    }
}

fn person(account: &Account, role: &str, joined_at: Timestamp) -> Value {
    json!({
        "userId": account.owner,
        "role": role,
        "name": account.full_name(),
        "email": account.email,
        "joinedAt": wire(joined_at),
    })
}

fn check_enabled(account: &Account) -> Result<(), ApiFailure> {
    if account.has_team {
        return Ok(());
    }
    let details = json!({ "reason": "teams_not_enabled" });
    Err(ApiFailure::forbidden("Teams are not enabled for this account").with(details))
}

/// Returns the address of the body, in lower case.
fn email(request: &AuthorisedRequest) -> Result<String, ApiFailure> {
    let body = request.validated_object()?;
    let email = body.get("email").and_then(Value::as_str);
    let email = email.unwrap_or_default().trim().to_lowercase();
    if !is_email(&email) {
        let error = "email must be an e-mail address";
        return Err(ApiFailure::invalid_at(&["email"], error));
    }
    if email.ends_with(REJECTED) {
        let error = "This address cannot be invited";
        return Err(ApiFailure::bad_request(error).with(json!({ "email": email })));
    }
    Ok(email)
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let is_plain = !text.contains(char::is_whitespace) && !host.contains('@');
    let has_domain = host
        .split_once('.')
        .is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty());
    is_plain && !name.is_empty() && has_domain
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn email_addresses_are_recognised() {
        for text in ["jon@example.com", "a.b+c@x.example.org"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "jon",
            "jon@",
            "@example.com",
            "jon@host",
            "j n@x.org",
            "a@b@c.d",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }
}
