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

use crate::Client;

pub use agent_auth::RegisterAgent;
pub use approvals::{
    ApprovalOutcome, Confirmed, PendingApproval, WaitForApproval, WaitForApprovals,
};
pub use contracts::{ContractEnd, ListContracts};
pub use credits::{LedgerQuery, ListCreditLedger, TopUpOutcome, WaitForTopUp};
pub use job_drafts::{CompleteDraft, CreateJobDraft, Draft, DraftIssue, DraftQuestion};
pub use job_patch::JobPatch;
pub use jobs::{JobSearchQuery, ListMyJobs, MyJobsQuery, SearchJobs};
pub use messages::{ConversationsQuery, ListConversations, ListMessages, MessagesQuery};
pub use proposals::{HireOnce, HireState, ListProposals, ProposalsQuery};
pub use tokens::{CreateToken, RotateToken, Rotated};
pub use updates::{EventPosition, PollUpdates};
pub use wait::{Awaited, Wait};
pub use webhooks::{EnsureWebhook, EnsuredWebhook};

/// Defines the handles of all families, and the client's methods that return them.
macro_rules! families {
    ($($(#[$attribute:meta])* $method:ident -> $family:ident)*) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Debug)]
            pub struct $family {
                client: Client,
            }
        )*

        /// Families of operations, in the order in which a program needs them.
        impl Client {
            $(
                $(#[$attribute])*
                #[must_use]
                pub fn $method(&self) -> $family {
                    $family { client: self.clone() }
                }
            )*
        }
    };
}

families! {
    /// The identity of the token: account, scopes, feature flags.
    #[doc(alias = "whoami")]
    #[doc(alias = "account")]
    auth -> Auth
    /// Agent accounts: registration, the claim by a human, revocation of tokens.
    #[doc(alias = "oauth")]
    #[doc(alias = "register")]
    agent_auth -> AgentAuth
    /// API tokens of the account: list, create, revoke, rotate.
    #[doc(alias = "token")]
    #[doc(alias = "api keys")]
    #[doc(alias = "scopes")]
    tokens -> Tokens
    /// Drafts of jobs: from a sentence to a job that can be published.
    job_drafts -> JobDrafts
    /// Jobs: search and follow the public marketplace; publish, edit and close your own; invite AI trainers.
    jobs -> Jobs
    /// Proposals of AI trainers: bids, interviews, conversations, hires.
    proposals -> Proposals
    /// Public profiles of AI trainers.
    #[doc(alias = "profile")]
    #[doc(alias = "ai trainer")]
    freelancers -> Freelancers
    /// Conversations and their messages: list, read, send.
    #[doc(alias = "chat")]
    messages -> Messages
    /// Approvals: hires and payments that wait for a human's confirmation.
    #[doc(alias = "co-sign")]
    #[doc(alias = "human")]
    approvals -> Approvals
    /// Contracts with hired AI trainers: list, read, add milestones, end.
    #[doc(alias = "end")]
    contracts -> Contracts
    /// Milestones of contracts: fund the escrow, and release it.
    #[doc(alias = "escrow")]
    #[doc(alias = "fund")]
    #[doc(alias = "release")]
    milestones -> Milestones
    /// Invoices that are not settled.
    #[doc(alias = "payment")]
    #[doc(alias = "invoice")]
    payments -> Payments
    /// Prepaid balance of the account: balance, ledger, top-ups.
    #[doc(alias = "balance")]
    #[doc(alias = "top up")]
    #[doc(alias = "prepaid")]
    credits -> Credits
    /// Event feed of the account: poll it, or follow it over restarts.
    updates -> Updates
    /// Webhook subscriptions: events sent to a URL of yours.
    webhooks -> Webhooks
    /// Team of the account: members and invitations.
    team -> Team
}
