//! A hire that is asked for once, over restarts.

use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::public::operations;

use crate::client::Client;
use crate::error::Error;
use crate::resources::{ApprovalOutcome, PendingApproval};
use crate::types::{ApprovalId, HireRequest, ProposalDetail, ProposalId, ProposalStatus, Scope};

/// Hire that is asked for once. See [`Proposals::hire_once`](super::Proposals::hire_once).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct HireOnce {
    client: Client,
    proposal: ProposalId,
    request: HireRequest,
    known: Option<ApprovalId>,
}

/// State of a hire.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum HireState {
    /// A human must confirm. Store the approval, show its `approval_url`, and wait for it.
    #[non_exhaustive]
    Pending {
        /// The approval.
        approval: PendingApproval,
        /// The known approval, if another one came back: the terms are other ones, or it ended just then.
        superseded: Option<ApprovalId>,
    },
    /// The known approval is decided. Nothing was asked for: to ask again after a refusal or an expiry, forget it.
    Decided(ApprovalOutcome),
    /// The candidate is hired already. Nothing was asked for.
    AlreadyHired(Box<ProposalDetail>),
}

impl HireOnce {
    pub(super) fn new(client: &Client, proposal: &ProposalId, request: HireRequest) -> Self {
        Self {
            client: client.clone(),
            proposal: proposal.clone(),
            request,
            known: None,
        }
    }

    /// Names the approval that was asked for before, as it was stored. `None` if there is none.
    pub fn known(mut self, approval: impl Into<Option<ApprovalId>>) -> Self {
        self.known = approval.into();
        self
    }

    async fn run(self) -> crate::Result<HireState> {
        self.check_scopes().await?;
        let decided = match &self.known {
            Some(known) => self.outcome_of(known).await?.map(HireState::Decided),
            None => self
                .existing_hire()
                .await?
                .map(|proposal| HireState::AlreadyHired(Box::new(proposal))),
        };
        if let Some(decided) = decided {
            return Ok(decided);
        }
        let proposals = self.client.proposals();
        let approval = proposals.hire_with(&self.proposal, self.request).await?;
        if let Some(outcome) = ApprovalOutcome::of(&approval) {
            return Ok(HireState::Decided(outcome));
        }
        let superseded = self.known.filter(|known| *known != approval.id);
        Ok(HireState::Pending {
            approval,
            superseded,
        })
    }

    /// Refuses a hire whose outcome the token could not read.
    async fn check_scopes(&self) -> crate::Result<()> {
        let scopes = self.client.auth().me().await?.token.scopes;
        let needed = operations::APPROVALS_GET.scopes;
        let is_readable = scopes.is_none_or(|scopes| {
            let granted: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
            needed.allows(&granted)
        });
        if is_readable {
            return Ok(());
        }
        let needed = needed.scopes.join("`, `");
        Err(self.refusal(format!(
            "the token lacks `{needed}`, so it could not read what comes of the hire; nothing was asked for"
        )))
    }

    /// Returns the outcome of an approval that was asked for before. `None` while it is pending.
    async fn outcome_of(&self, known: &ApprovalId) -> crate::Result<Option<ApprovalOutcome>> {
        let approval = self.client.approvals().get(known).await?;
        let is_of_other = approval
            .proposal_id
            .as_ref()
            .is_some_and(|proposal| *proposal != self.proposal);
        if is_of_other {
            return Err(self.refusal(format!("approval `{known}` is for another proposal")));
        }
        Ok(ApprovalOutcome::of(&approval))
    }

    /// Returns the proposal if the candidate is hired: its approval may have got lost before it was stored.
    async fn existing_hire(&self) -> crate::Result<Option<ProposalDetail>> {
        let proposal = self.client.proposals().get(&self.proposal).await?;
        let status = proposal.status.as_ref().map(|state| &state.raw);
        let is_hired = proposal.contract.is_some() || status == Some(&ProposalStatus::Hired);
        Ok(Some(proposal).filter(|_| is_hired))
    }

    fn refusal(&self, message: String) -> Error {
        Error::invalid_request(operations::PROPOSALS_HIRE.id, message)
    }
}

impl IntoFuture for HireOnce {
    type Output = crate::Result<HireState>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
