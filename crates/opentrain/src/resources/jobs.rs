//! The marketplace, and your own jobs.

mod mine;
mod search;

use opentrain_api::public::operations;
use opentrain_api::runtime::InvalidRequest;

use super::{JobPatch, family};
use crate::call::Call;
use crate::page::{List, Listed};
use crate::types::{
    FreelancerInvited, InviteFreelancerRequest, JobChanges, JobClosed, JobFacets, JobId,
    JobPublished, JobUpdated, PublicJob, Timestamp, UserId,
};

pub use mine::{ListMyJobs, MyJobsQuery};
pub use search::{JobSearchQuery, SearchJobs};

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
        List::new(&self.client, JobSearchQuery::default())
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
        let prepared = self.client.public().jobs_get_request(id);
        self.client.call(&operations::JOBS_GET, prepared)
    }

    /// How many jobs there are, by category, language, country and pay type. Needs no token.
    ///
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/facets/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let facets = client.jobs().facets().await?;
    /// println!("{:?} jobs in {} languages", facets.total_jobs, facets.languages.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 429 beyond 120 requests a minute from one address.
    pub fn facets(&self) -> Call<Listed<JobFacets>> {
        let prepared = self.client.public().jobs_facets_request();
        let lists = &["categories", "countries", "languages", "payTypes"];
        self.client
            .call_for_listed(&operations::JOBS_FACETS, prepared, lists)
    }

    /// What was published, updated or closed since an instant, the last event of each job. Needs no token.
    ///
    /// At most 5,000 events come at once: ask again from `until`. The boundary is inclusive, so its event may come twice.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/changes/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobChangeType;
    ///
    /// let mut since = "2026-03-04T05:06:07Z".parse().expect("it is an instant");
    /// let window = client.jobs().changes(since).await?;
    /// for change in window.changes.iter().filter(|change| change.event_type == JobChangeType::Closed) {
    ///     println!("{} is gone", change.job_id);
    /// }
    /// since = window.until;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 429 beyond 120 requests a minute from one address.
    pub fn changes(&self, since: Timestamp) -> Call<Listed<JobChanges>> {
        let prepared = self.client.public().jobs_changes_request(&since);
        self.client
            .call_for_listed(&operations::JOBS_CHANGES, prepared, &["changes"])
    }

    /// Your own jobs, drafts included, newest first.
    ///
    /// Scope `jobs:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/mine/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobStatus;
    ///
    /// let drafts = client.jobs().mine().status(JobStatus::Draft).items().try_collect().await?;
    /// println!("{} drafts", drafts.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 for a status or a limit that the service does not take; 401; 403 without the scope.
    pub fn mine(&self) -> ListMyJobs {
        List::new(&self.client, MyJobsQuery::default())
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
        let prepared = self.client.public().jobs_publish_request(id);
        self.client.call(&operations::JOBS_PUBLISH, prepared)
    }

    /// Changes a live job. The job must be yours and open.
    ///
    /// Scope `jobs:write`, feature `public_api_job_publishing`.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/update/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
    /// use opentrain::{JobPatch, Reason};
    ///
    /// match client.jobs().update(&id, JobPatch::new().headcount(5)).await {
    ///     Ok(updated) => println!("{}", updated.status),
    ///     Err(error) => match error.reason() {
    ///         Some(Reason::ModerationBlocked { applied: true, reasons, .. }) => println!("a draft again: {reasons:?}"),
    ///         _ => return Err(error),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::ModerationBlocked`](crate::Reason::ModerationBlocked) with `applied`: **the change was made and the job is a
    /// draft again**. [`Reason::WrongJobState`](crate::Reason::WrongJobState) if it is not open; 400 for a key or a value
    /// that the service does not take; 401, 403, 404.
    pub fn update(&self, id: &JobId, patch: JobPatch) -> Call<JobUpdated> {
        let body = patch.into_body().map_err(InvalidRequest::new);
        let prepared = body.and_then(|body| self.client.public().jobs_update_request(id, &body));
        self.client.call(&operations::JOBS_UPDATE, prepared)
    }

    /// Takes a job off the marketplace. Closing a closed one changes nothing and says `already_closed`.
    ///
    /// Scope `jobs:write`, feature `public_api_job_publishing`. Contracts go on.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/close/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
    /// let closed = client.jobs().close(&id).await?;
    /// println!("{}, before: {:?}", closed.status, closed.already_closed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 401, 403, 404.
    pub fn close(&self, id: &JobId) -> Call<JobClosed> {
        let prepared = self.client.public().jobs_close_request(id);
        self.client.call(&operations::JOBS_CLOSE, prepared)
    }

    /// Invites somebody to a published job. Inviting twice changes nothing and says `already_invited`.
    ///
    /// Scope `proposals:write`, feature `public_api_hiring`, claimed account. It takes the person's user id, not the slug.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/invite/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId, person: opentrain::types::UserId) -> opentrain::Result<()> {
    /// let invited = client.jobs().invite(&id, &person).await?;
    /// println!("{} was invited before: {:?}", invited.proposal_id, invited.already_invited);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain): `job_not_published`, `not_a_freelancer` or `freelancer_unavailable`;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 400, 401, 403, 404.
    pub fn invite(&self, id: &JobId, freelancer: &UserId) -> Call<FreelancerInvited> {
        let body = InviteFreelancerRequest::new(freelancer.clone());
        let prepared = self.client.public().jobs_invite_request(id, &body);
        self.client.call(&operations::JOBS_INVITE, prepared)
    }
}
