//! Drafts of jobs: from a sentence to a job that can be published.

mod create;
mod draft;
mod question;

use opentrain_api::public::operations;

use super::{JobDrafts, JobPatch};
use crate::call::Call;
use crate::types::{
    CreateJobDraftRequest, DraftPatch, JobDraftCapabilities, JobDraftUpdated, JobId,
};

pub use create::CreateJobDraft;
pub use draft::{CompleteDraft, Draft};
pub use question::{DraftIssue, DraftQuestion};

impl JobDrafts {
    /// Creates a draft from a description in plain words, at most 60,000 characters.
    ///
    /// The response lists what the draft still lacks, each with a question for the human and the keys to send: answer them
    /// with [`update`](Self::update) until `validation.publish_ready` is true, then [`publish`](super::Jobs::publish).
    /// [`until_ready`](CreateJobDraft::until_ready) does this with a function that answers. A draft is never published by itself. The call carries an idempotency key, a new one unless you set one: repeating it,
    /// which retries do, returns the draft that it created.
    ///
    /// Scope `jobs:write`, feature `public_api_job_drafting`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/job-drafts/create/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let draft = client.job_drafts().create("Tag 2,000 clips of German speech by dialect, $18 an hour").await?;
    /// for missing in &draft.missing_fields {
    ///     println!("{:?} with {:?}", missing.prompt, missing.update_keys);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 for a description that is empty or too long; 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or without the scope; 401; 429 is possible, though no limit is documented for this call.
    pub fn create(&self, description: impl Into<String>) -> CreateJobDraft {
        let mut body = CreateJobDraftRequest::new();
        body.raw_job_description = Some(description.into());
        self.create_from(body)
    }

    /// Creates a draft from any of the forms that the service takes: `source`, or `format` with `job`, `json_ld` or `xml`.
    ///
    /// [`capabilities`](Self::capabilities) lists the forms in `draft.import_formats`. Scope, feature, claim and idempotency
    /// key as in [`create`](Self::create).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{CreateJobDraftRequest, ImportFormat};
    ///
    /// let body = CreateJobDraftRequest::new()
    ///     .format(ImportFormat::OpentrainCanonical)
    ///     .job(serde_json::Map::from_iter([("title".into(), "Dialect tagging".into())]));
    /// let draft = client.job_drafts().create_from(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_from(&self, body: CreateJobDraftRequest) -> CreateJobDraft {
        CreateJobDraft::new(&self.client, body)
    }

    /// Changes a draft of yours and returns what it still lacks. The job must not be published:
    /// [`Jobs::update`](super::Jobs::update) changes a live one.
    ///
    /// A key that the service does not know is refused; the complete list is `draft.update_keys` of
    /// [`capabilities`](Self::capabilities). Sending the same changes again has the same effect, and retries do.
    ///
    /// Scope `jobs:write`, feature `public_api_job_drafting`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/job-drafts/update/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::JobPatch;
    /// use opentrain::types::JobId;
    ///
    /// let draft = client.job_drafts().update(&JobId::from("job_9xT"), JobPatch::new().headcount(3)).await?;
    /// println!("ready: {}", draft.validation.publish_ready);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidBody`](crate::Reason::InvalidBody) for a key or a value that the service does not take; 403
    /// with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a draft that does not
    /// exist or is another account's; 409 if the job is no longer a draft; 401. All but the 400 are inferred: the
    /// documentation's table of errors is not known.
    pub fn update(&self, id: &JobId, patch: JobPatch) -> Call<JobDraftUpdated> {
        let request = self
            .client
            .public()
            .job_drafts_update_request(id, &DraftPatch::new());
        let prepared = request.and_then(|request| patch.send_in(request));
        self.client.call(&operations::JOB_DRAFTS_UPDATE, prepared)
    }

    /// Returns the features that are on for the account, and the complete list of keys, values and forms that a draft takes.
    ///
    /// Ask it before a plan of several steps, and again when a call fails with
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled): features are switched on account by account. Any valid
    /// token will do, with any scopes; feature `public_api_job_drafting`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/job-drafts/capabilities/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let response = client.job_drafts().capabilities().await?;
    /// println!("hiring: {:?}", response.capabilities.hiring);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled) if the drafting feature itself is off, even if
    /// others are on; 401.
    pub fn capabilities(&self) -> Call<JobDraftCapabilities> {
        let prepared = self.client.public().job_drafts_capabilities_request();
        self.client
            .call(&operations::JOB_DRAFTS_CAPABILITIES, prepared)
    }
}
