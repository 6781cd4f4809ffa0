//! The public marketplace, and the account's own jobs.

mod mine;
mod search;

use opentrain_api::public::operations;

use super::{JobPatch, Jobs};
use crate::call::Call;
use crate::market::MarketFeed;
use crate::page::{List, Listed};
use crate::types::{
    DraftPatch, FreelancerInvited, InviteFreelancerRequest, JobChanges, JobClosed, JobFacets,
    JobId, JobPublished, JobUpdated, PublicJob, Timestamp, UserId,
};

pub use mine::{ListMyJobs, MyJobsQuery};
pub use search::{JobSearchQuery, SearchJobs};

impl Jobs {
    /// Searches the open jobs of the marketplace. Needs no token.
    ///
    /// The order is not documented; [`facets`](Self::facets) lists values to filter by. Responses are cached for five
    /// minutes: `generated_at` of a page is their time.
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
    /// 400 for a pay type that the service does not take, and for malformed parameters; 429 beyond 120 requests a minute from
    /// one address. The client stays below that limit by itself; see [`Client`](crate::Client#limits).
    pub fn search(&self) -> SearchJobs {
        List::new(&self.client, JobSearchQuery::default())
    }

    /// Returns one job of the marketplace. Needs no token.
    ///
    /// Responses are cached for five minutes.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::ErrorKind;
    /// use opentrain::types::JobId;
    ///
    /// match client.jobs().get(&JobId::from("job_9xT")).await {
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
    /// 404 as [`ErrorKind::JobClosed`](crate::ErrorKind::JobClosed) if the job is no longer listed, or as
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) if there is none with this id; 400 if the id is longer than 64 characters;
    /// 429 beyond 120 requests a minute from one address. The client stays below that limit by itself; see
    /// [`Client`](crate::Client#limits).
    pub fn get(&self, id: &JobId) -> Call<PublicJob> {
        let prepared = self.client.public().jobs_get_request(id);
        self.client.call(&operations::JOBS_GET, prepared)
    }

    /// Returns the numbers of open jobs, in all and by category, language, country and pay type. Needs no token.
    ///
    /// Each list starts with the most frequent value. Responses are cached for five minutes: `generated_at` is their time.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/facets/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let facets = client.jobs().facets().await?;
    /// println!("{} jobs in {} languages", facets.total_jobs, facets.languages.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 429 beyond 120 requests a minute from one address. The client stays below that limit by itself; see
    /// [`Client`](crate::Client#limits).
    pub fn facets(&self) -> Call<Listed<JobFacets>> {
        let prepared = self.client.public().jobs_facets_request();
        let lists = &["categories", "countries", "languages", "payTypes"];
        self.client
            .call_for_listed(&operations::JOBS_FACETS, prepared, lists)
    }

    /// Returns the jobs of the marketplace that were published, updated or closed since an instant. Needs no token.
    ///
    /// Each job comes once, with its latest change: one that was published and then updated comes as `UPDATED`. Store `until`
    /// and pass it as the next `since`. A call covers at most 5,000 events; if more happened, call again from `until`.
    ///
    /// Apply every change again when it comes again, and never drop one because its `occurred_at` is old: `since` is
    /// inclusive, so the change at the boundary comes twice, and responses are cached for five minutes, so a change may come
    /// late. To apply one, [`get`](Self::get) the job; [`ErrorKind::JobClosed`](crate::ErrorKind::JobClosed) means that it is
    /// gone.
    ///
    /// Only public listings are covered. The events of your own account are in [`Updates::poll`](super::Updates::poll).
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
    /// 400 for an instant that the service does not take; 429 beyond 120 requests a minute from one address. The client stays
    /// below that limit by itself; see [`Client`](crate::Client#limits).
    pub fn changes(&self, since: Timestamp) -> Call<Listed<JobChanges>> {
        let prepared = self.client.public().jobs_changes_request(&since);
        self.client
            .call_for_listed(&operations::JOBS_CHANGES, prepared, &["changes"])
    }

    /// Follows the marketplace: every open job, then each job that is published, updated or closed, for as long as you like. Needs no
    /// token.
    ///
    /// It keeps an index of the marketplace with no more than 120 requests a minute, and allows for the caches and the limits of
    /// [`search`](Self::search), [`changes`](Self::changes) and [`get`](Self::get). See the guide [`market`](crate::market).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::market::MarketIndex;
    ///
    /// let mut feed = client.jobs().follow();
    /// let mut index = MarketIndex::new();
    /// while let Some(event) = feed.next().await {
    ///     index.apply(event?);
    ///     println!("{} open jobs", index.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow(&self) -> MarketFeed {
        MarketFeed::new(&self.client)
    }

    /// Returns the account's own jobs, drafts included, newest first.
    ///
    /// Scope `jobs:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/mine/).
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
    /// 400 with [`Reason::UnsupportedStatus`](crate::Reason::UnsupportedStatus) for a status that the service does not take,
    /// and for a limit below 1; 401; 403 without the scope.
    pub fn mine(&self) -> ListMyJobs {
        List::new(&self.client, MyJobsQuery::default())
    }

    /// Publishes a draft on the marketplace.
    ///
    /// Publishing an open job again changes nothing and returns `already_published`, so retries are safe. An account may
    /// publish 20 jobs in 24 hours, 3 as long as it is not claimed. No human has to confirm. Scope `jobs:write`, feature
    /// `public_api_job_publishing`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/publish/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobId;
    ///
    /// let published = client.jobs().publish(&JobId::from("job_9xT")).await?;
    /// println!("open at {}", published.job_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::DraftNotReady`](crate::Reason::DraftNotReady); 403 with
    /// [`Reason::ModerationBlocked`](crate::Reason::ModerationBlocked),
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a job that does not exist
    /// or is another account's; 429 with [`Reason::DailyLimit`](crate::Reason::DailyLimit), which no retry gets past; 401.
    pub fn publish(&self, id: &JobId) -> Call<JobPublished> {
        let prepared = self.client.public().jobs_publish_request(id);
        self.client.call(&operations::JOBS_PUBLISH, prepared)
    }

    /// Changes a live job. The job must be yours and open; [`JobDrafts::update`](super::JobDrafts::update) changes a draft.
    ///
    /// Every edit is moderated anew. A key that the service does not know is refused; the complete list is
    /// `draft.update_keys` of [`capabilities`](super::JobDrafts::capabilities). Sending the same changes again has the same
    /// effect, and retries do. Scope `jobs:write`, feature `public_api_job_publishing`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/update/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobId;
    /// use opentrain::{JobPatch, Reason};
    ///
    /// match client.jobs().update(&JobId::from("job_9xT"), JobPatch::new().headcount(5)).await {
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
    /// 409 with [`Reason::ModerationBlocked`](crate::Reason::ModerationBlocked) and `applied`: **the change was made and the
    /// job is a draft again**, so fix it and publish it. 409 with [`Reason::WrongJobState`](crate::Reason::WrongJobState) if
    /// the job is not open; 400 with [`Reason::InvalidBody`](crate::Reason::InvalidBody) for no key at all, and for a key or
    /// a value that the service does not take; 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or
    /// without the scope; 404 for a job that does not exist or is another account's; 401.
    pub fn update(&self, id: &JobId, patch: JobPatch) -> Call<JobUpdated> {
        let request = self
            .client
            .public()
            .jobs_update_request(id, &DraftPatch::new());
        let prepared = request.and_then(|request| patch.send_in(request));
        self.client.call(&operations::JOBS_UPDATE, prepared)
    }

    /// Closes a job: takes it off the marketplace and stops proposals. Contracts on it go on.
    ///
    /// Closing a closed job again changes nothing and returns `already_closed`, so retries are safe. Scope `jobs:write`,
    /// feature `public_api_job_publishing`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/close/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobId;
    ///
    /// let closed = client.jobs().close(&JobId::from("job_9xT")).await?;
    /// println!("{}, before: {}", closed.status, closed.already_closed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a job that does
    /// not exist or is another account's; 401.
    pub fn close(&self, id: &JobId) -> Call<JobClosed> {
        let prepared = self.client.public().jobs_close_request(id);
        self.client.call(&operations::JOBS_CLOSE, prepared)
    }

    /// Invites an AI trainer to propose on a published job of yours.
    ///
    /// It creates a proposal, which [`Proposals::get`](super::Proposals::get) reads at once. Inviting the same person again
    /// changes nothing and returns `already_invited`, so retries are safe. It takes the person's user id, not the profile
    /// slug. Scope `proposals:write` (the table of scopes says `jobs:write`), feature `public_api_hiring`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/invite/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{JobId, UserId};
    ///
    /// let invited = client.jobs().invite(&JobId::from("job_9xT"), &UserId::from("usr_77p")).await?;
    /// println!("{} was invited before: {}", invited.proposal_id, invited.already_invited);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain): `job_not_published`, `not_a_freelancer` or `freelancer_unavailable`;
    /// 403 with [`Reason::ClaimRequired`](crate::Reason::ClaimRequired),
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a job that does not exist
    /// or is another account's, and for a person who does not exist; 400, 401.
    pub fn invite(&self, id: &JobId, freelancer: &UserId) -> Call<FreelancerInvited> {
        let body = InviteFreelancerRequest::new(freelancer.clone());
        let prepared = self.client.public().jobs_invite_request(id, &body);
        self.client.call(&operations::JOBS_INVITE, prepared)
    }
}
