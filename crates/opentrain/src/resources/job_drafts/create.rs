//! `POST /job-drafts`.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target, option_setters, sender};
use crate::client::Client;
use crate::types::{CreateJobDraftRequest, JobDraftCreated};

/// A draft to be made. See [`JobDrafts::create`](super::JobDrafts::create).
///
/// It always carries an idempotency key, one of its own making unless you give one: so a failed request can be repeated without
/// making a second draft.
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

    /// Your own name for the job.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.body.external_id = Some(external_id.into());
        self
    }

    /// The key that tells this draft from others: using it again gives the draft that it made. Keep it to be safe across
    /// restarts of your program.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.body.idempotency_key = Some(key.into());
        self
    }

    /// The call, to be kept or to be given more options.
    pub fn call(mut self) -> Call<JobDraftCreated> {
        if !has_key(&self.body) {
            self.body.idempotency_key = Some(new_key(&self.client));
        }
        let body = Arc::new(self.body);
        let sender = sender(move |wire| {
            let body = Arc::clone(&body);
            async move { wire.public().job_drafts_create(&body).await }
        });
        Call::new(
            &self.client,
            Target::keyed(&operations::JOB_DRAFTS_CREATE),
            sender,
        )
        .with_options(self.options)
    }
}

/// An empty key tells no draft from another: it counts as none.
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

impl IntoFuture for CreateJobDraft {
    type Output = crate::Result<JobDraftCreated>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
