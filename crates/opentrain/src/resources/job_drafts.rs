//! From a sentence to a job that can be published.

mod create;

use opentrain_api::public::operations;
use opentrain_api::runtime::InvalidRequest;

use super::{JobPatch, family};
use crate::call::Call;
use crate::types::{CreateJobDraftRequest, JobDraftCapabilities, JobDraftUpdated, JobId};

pub use create::CreateJobDraft;

family! {
    /// From a sentence to a job that can be published.
    JobDrafts, job_drafts
}

impl JobDrafts {
    /// Makes a draft from a description in plain words, at most 60,000 characters. It is never published by itself.
    ///
    /// Scope `jobs:write`, feature `public_api_job_drafting`.
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
    /// 400 for a description that is empty or too long; 401; 403 without scope or feature.
    pub fn create(&self, description: impl Into<String>) -> CreateJobDraft {
        let mut body = CreateJobDraftRequest::new();
        body.raw_job_description = Some(description.into());
        self.create_from(body)
    }

    /// Makes a draft from any of the forms that the service takes: `source`, or `format` with `job`, `json_ld` or `xml`.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{CreateJobDraftRequest, ImportFormat};
    ///
    /// let mut body = CreateJobDraftRequest::new();
    /// body.format = Some(ImportFormat::OpentrainCanonical);
    /// body.job = Some(serde_json::Map::from_iter([("title".into(), "Dialect tagging".into())]));
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

    /// Changes a draft. The job must be yours and not published.
    ///
    /// Scope `jobs:write`, feature `public_api_job_drafting`.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/job-drafts/update/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
    /// use opentrain::JobPatch;
    ///
    /// let draft = client.job_drafts().update(&id, JobPatch::new().headcount(3)).await?;
    /// println!("{:?}", draft.validation);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 for a key or a value that the service does not take; 401, 403, 404.
    pub fn update(&self, id: &JobId, patch: JobPatch) -> Call<JobDraftUpdated> {
        let body = patch.into_body().map_err(InvalidRequest::new);
        let prepared =
            body.and_then(|body| self.client.public().job_drafts_update_request(id, &body));
        self.client.call(&operations::JOB_DRAFTS_UPDATE, prepared)
    }

    /// What the account may do, and the complete list of keys that a draft takes.
    ///
    /// Any valid token, feature `public_api_job_drafting`.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/job-drafts/capabilities/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let answer = client.job_drafts().capabilities().await?;
    /// println!("hiring: {:?}", answer.capabilities.hiring);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 401; [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled).
    pub fn capabilities(&self) -> Call<JobDraftCapabilities> {
        let prepared = self.client.public().job_drafts_capabilities_request();
        self.client
            .call(&operations::JOB_DRAFTS_CAPABILITIES, prepared)
    }
}
