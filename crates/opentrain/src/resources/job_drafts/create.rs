//! `POST /job-drafts`.

use opentrain_api::public::operations;

use crate::call::{Call, Decoder, OperationProfile};
use crate::call_options::{CallOptions, awaited_as_call, option_setters};
use crate::client::Client;
use crate::types::{CreateJobDraftRequest, JobDraftCreated};

/// Call that creates a draft. See [`JobDrafts::create`](super::JobDrafts::create).
///
/// It always carries an idempotency key, a new one unless you set one, so that a failed request can be repeated without creating a
/// second draft.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct CreateJobDraft {
    client: Client,
    options: CallOptions,
    body: CreateJobDraftRequest,
}

impl CreateJobDraft {
    pub(super) fn new(client: &Client, body: CreateJobDraftRequest) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            body,
        }
    }

    option_setters!();

    /// Sets your own id for the job.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.body.external_id = Some(external_id.into());
        self
    }

    /// Sets the idempotency key: the same key again returns the draft that it created. Store the key before the call to be safe
    /// across restarts of your program.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.body.idempotency_key = Some(key.into());
        self
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Turns it into a [`Call`], to be kept or to be given more options.
    pub fn call(mut self) -> Call<JobDraftCreated> {
        if !has_key(&self.body) {
            self.body.idempotency_key = Some(new_key(&self.client));
        }
        let prepared = self.client.public().job_drafts_create_request(&self.body);
        let prepared = prepared.map(|prepared| {
            let (request, decode) = prepared.into_parts();
            (request, Decoder::whole(decode))
        });
        let profile = OperationProfile::keyed(&operations::JOB_DRAFTS_CREATE);
        Call::new(&self.client, profile, prepared).with_options(self.options)
    }
}

/// True if the body has an idempotency key that is not empty.
fn has_key(body: &CreateJobDraftRequest) -> bool {
    let in_source = body
        .source
        .as_ref()
        .and_then(|source| source.idempotency_key.as_ref());
    let keys = [in_source, body.idempotency_key.as_ref()];
    keys.into_iter().flatten().any(|key| !key.trim().is_empty())
}

fn new_key(client: &Client) -> String {
    let jitter = &client.shared().jitter;
    format!("rust-{:016x}{:016x}", jitter.bits(), jitter.bits())
}

awaited_as_call!(CreateJobDraft => JobDraftCreated);
