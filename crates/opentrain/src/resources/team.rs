//! The team of the account.

use opentrain_api::public::operations;

use super::Team;
use crate::call::Call;
use crate::types::{self, InviteTeamMemberRequest, TeamInvited};

impl Team {
    /// Returns the organization, its members and its pending invitations.
    ///
    /// Scope `team:read`, feature `public_api_team`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/team/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let team = client.team().get().await?;
    /// for member in team.members.iter().flatten() {
    ///     println!("{:?} {:?}", member.name, member.role);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 with [`Reason::Plain`](crate::Reason::Plain) `teams_not_enabled`,
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or [`Reason::ScopeMissing`](crate::Reason::ScopeMissing);
    /// 401.
    pub fn get(&self) -> Call<types::Team> {
        let prepared = self.client.public().team_get_request();
        self.client
            .call(&operations::TEAM_GET, prepared)
            .map(|response| response.team)
    }

    /// Invites a person to the team, by e-mail.
    ///
    /// Inviting a member changes nothing and returns `already_member`; an existing account is added directly
    /// (`member_added`). The effect of a second invitation while the first is pending is not documented, so one that may have
    /// gone out is not repeated by retries. Scope `team:write`, feature `public_api_team`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/team/invite/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::TeamInviteOutcome;
    ///
    /// let invited = client.team().invite("jon@example.com").await?;
    /// if invited.status == TeamInviteOutcome::InviteCreated {
    ///     println!("a mail is on its way to {}", invited.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `invite_email_send_failed`: try again later. 400 with
    /// [`Reason::InvalidBody`](crate::Reason::InvalidBody) or [`Reason::InvalidField`](crate::Reason::InvalidField) for an
    /// address that the service does not take; 403 with [`Reason::Plain`](crate::Reason::Plain) `teams_not_enabled`,
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or without the scope; 401.
    pub fn invite(&self, email: impl Into<String>) -> Call<TeamInvited> {
        let body = InviteTeamMemberRequest::new(email.into());
        let prepared = self.client.public().team_invite_request(&body);
        self.client.call(&operations::TEAM_INVITE, prepared)
    }
}
