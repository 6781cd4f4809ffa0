//! The operations, by family, as the service's documentation has them.
//!
//! A family is reached from the client, `client.jobs()`, and costs nothing to make.

mod approvals;
mod auth;
mod contracts;
mod job_drafts;
mod jobs;
mod proposals;

pub use approvals::{ApprovalOutcome, Approvals, Confirmed, PendingApproval, WaitForApproval};
pub use auth::Auth;
pub use contracts::{ContractEnd, Contracts, ListContracts};
pub use job_drafts::{CreateJobDraft, JobDrafts};
pub use jobs::{Jobs, ListMyJobs, SearchJobs};
pub use proposals::{ListProposals, Proposals};

/// A family's handle, and the client's method that gives it.
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
