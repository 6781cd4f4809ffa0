//! Operations of the API, by family, as in the service's documentation.
//!
//! The client has a method for each family, for example `client.jobs()`. The handle that it returns is free to make.

mod agent_auth;
mod approvals;
mod auth;
mod contracts;
mod credits;
mod freelancers;
mod job_drafts;
mod job_patch;
mod jobs;
mod messages;
mod milestones;
mod payments;
mod proposals;
mod team;
mod tokens;
mod updates;
mod wait;
mod webhooks;

pub use agent_auth::{AgentAuth, RegisterAgent};
pub use approvals::{
    ApprovalOutcome, Approvals, Confirmed, PendingApproval, WaitForApproval, WaitForApprovals,
};
pub use auth::Auth;
pub use contracts::{ContractEnd, Contracts, ListContracts};
pub use credits::{Credits, LedgerQuery, ListCreditLedger, TopUpOutcome, WaitForTopUp};
pub use freelancers::Freelancers;
pub use job_drafts::{CompleteDraft, CreateJobDraft, Draft, DraftIssue, DraftQuestion, JobDrafts};
pub use job_patch::JobPatch;
pub use jobs::{JobSearchQuery, Jobs, ListMyJobs, MyJobsQuery, SearchJobs};
pub use messages::{ConversationsQuery, ListConversations, ListMessages, Messages, MessagesQuery};
pub use milestones::Milestones;
pub use payments::Payments;
pub use proposals::{HireOnce, HireState, ListProposals, Proposals, ProposalsQuery};
pub use team::Team;
pub use tokens::{CreateToken, RotateToken, Rotated, Tokens};
pub use updates::{EventPosition, PollUpdates, Updates};
pub use wait::{Awaited, Wait};
pub use webhooks::{EnsureWebhook, EnsuredWebhook, Webhooks};

/// Defines a family's handle, and the client's method that returns it.
macro_rules! family {
    ($(#[doc = $doc:literal])* $family:ident, $method:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $family {
            client: $crate::Client,
        }

        impl $crate::Client {
            $(#[doc = $doc])*
            #[must_use]
            pub fn $method(&self) -> $family {
                $family { client: self.clone() }
            }
        }
    };
}
use family;
