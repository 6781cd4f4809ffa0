//! The marketplace, and your own jobs.

mod mine;
mod search;

use opentrain_api::public::operations;

use super::family;
use crate::call::Call;
use crate::patch::JobPatch;
use crate::types::{
    FreelancerInvited, InviteFreelancerRequest, JobChanges, JobClosed, JobFacets, JobId,
    JobPublished, JobUpdated, PublicJob, Timestamp, UserId,
};

pub use mine::ListMyJobs;
pub use search::SearchJobs;

family! {
    /// The marketplace, and your own jobs.
    Jobs, jobs
}

impl Jobs {
    /// Searches the marketplace. Needs no token; answers may be five minutes old.
    ///
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/search/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::PayType;
    ///
    /// let mut found = client.jobs().search().query("audio").pay_type(PayType::PerHour).items();
    /// while let Some(job) = found.try_next().await? {
    ///     println!("{} {:?}", job.id, job.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 for a pay type or a limit that the service does not take; 429 beyond 120 requests a minute from one address,
    /// which the client keeps below on its own.
    pub fn search(&self) -> SearchJobs {
        SearchJobs::new(&self.client)
    }

    /// One job of the marketplace. Needs no token; the answer may be five minutes old.
    ///
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
    /// use opentrain::ErrorKind;
    ///
    /// match client.jobs().get(&id).await {
    ///     Ok(job) => println!("{:?}", job.title),
    ///     Err(error) if matches!(error.kind(), ErrorKind::JobClosed(_)) => println!("gone"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobClosed`](crate::ErrorKind::JobClosed) if it is no longer listed; 404 if there is none; 400 if the id
    /// is longer than 64 characters.
    pub fn get(&self, id: &JobId) -> Call<PublicJob> {
        let id = id.clone();
        self.client.call(&operations::JOBS_GET, move |wire| {
            let id = id.clone();
            async move { wire.public().jobs_get(&id).await }
        })
    }

    /// How many jobs there are, by category, language, country and pay type. Needs no token.
    ///
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/facets/).
    ///
    /// # Errors
    ///
    /// 429 beyond 120 requests a minute from one address.
    pub fn facets(&self) -> Call<JobFacets> {
        self.client
            .call(&operations::JOBS_FACETS, |wire| async move {
                wire.public().jobs_facets().await
            })
    }

    /// What was published, updated or closed since an instant, the last event of each job. Needs no token.
    ///
    /// At most 5,000 events come at once: ask again from `until`. The boundary is inclusive, so its event may come twice.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/changes/).
    ///
    /// # Errors
    ///
    /// 429 beyond 120 requests a minute from one address.
    pub fn changes(&self, since: Timestamp) -> Call<JobChanges> {
        self.client
            .call(&operations::JOBS_CHANGES, move |wire| async move {
                wire.public().jobs_changes(&since).await
            })
    }

    /// Your own jobs, drafts included, newest first.
    ///
    /// Scope `jobs:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/mine/).
    ///
    /// # Errors
    ///
    /// 400 for a status or a limit that the service does not take; 401; 403 without the scope.
    pub fn mine(&self) -> ListMyJobs {
        ListMyJobs::new(&self.client)
    }

    /// Publishes a draft. Publishing an open job changes nothing and says `already_published`.
    ///
    /// Scope `jobs:write`, feature `public_api_job_publishing`. An account may publish 20 jobs a day, 3 before it is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/publish/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
    /// let published = client.jobs().publish(&id).await?;
    /// println!("open at {:?}", published.job_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::DraftNotReady`](crate::Reason::DraftNotReady), [`Reason::ModerationBlocked`](crate::Reason::ModerationBlocked)
    /// and [`Reason::DailyLimit`](crate::Reason::DailyLimit), which no retry gets past; 401, 403, 404.
    pub fn publish(&self, id: &JobId) -> Call<JobPublished> {
        let id = id.clone();
        self.client.call(&operations::JOBS_PUBLISH, move |wire| {
            let id = id.clone();
            async move { wire.public().jobs_publish(&id).await }
        })
    }

    /// Changes a live job. The job must be yours and open.
    ///
    /// Scope `jobs:write`, feature `public_api_job_publishing`.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/update/).
    ///
    /// # Errors
    ///
    /// [`Reason::ModerationBlocked`](crate::Reason::ModerationBlocked) with `applied`: **the change was made and the job is a
    /// draft again**. [`Reason::WrongJobState`](crate::Reason::WrongJobState) if it is not open; 400 for a key or a value
    /// that the service does not take; 401, 403, 404.
    pub fn update(&self, id: &JobId, patch: JobPatch) -> Call<JobUpdated> {
        let arguments = std::sync::Arc::new((id.clone(), patch.into_body()));
        self.client.call(&operations::JOBS_UPDATE, move |wire| {
            let arguments = arguments.clone();
            async move { wire.public().jobs_update(&arguments.0, &arguments.1).await }
        })
    }

    /// Takes a job off the marketplace. Closing a closed one changes nothing and says `already_closed`.
    ///
    /// Scope `jobs:write`, feature `public_api_job_publishing`. Contracts go on.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/close/).
    ///
    /// # Errors
    ///
    /// 401, 403, 404.
    pub fn close(&self, id: &JobId) -> Call<JobClosed> {
        let id = id.clone();
        self.client.call(&operations::JOBS_CLOSE, move |wire| {
            let id = id.clone();
            async move { wire.public().jobs_close(&id).await }
        })
    }

    /// Invites somebody to a published job. Inviting twice changes nothing and says `already_invited`.
    ///
    /// Scope `proposals:write`, feature `public_api_hiring`, claimed account. It takes the person's user id, not the slug.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/invite/).
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain): `job_not_published`, `not_a_freelancer` or `freelancer_unavailable`;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 400, 401, 403, 404.
    pub fn invite(&self, id: &JobId, freelancer: &UserId) -> Call<FreelancerInvited> {
        let arguments =
            std::sync::Arc::new((id.clone(), InviteFreelancerRequest::new(freelancer.clone())));
        self.client.call(&operations::JOBS_INVITE, move |wire| {
            let arguments = arguments.clone();
            async move { wire.public().jobs_invite(&arguments.0, &arguments.1).await }
        })
    }
}
