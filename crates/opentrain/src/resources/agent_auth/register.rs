//! `POST /api/agent/identity`.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use opentrain_api::agent::operations;

use crate::call::{Call, CallOptions, Target, option_setters, sender};
use crate::client::Client;
use crate::types::{AgentRegistration, AgentRegistrationRequest};

/// An account to be made. See [`AgentAuth::register`](super::AgentAuth::register).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct RegisterAgent {
    client: Client,
    options: CallOptions,
    body: AgentRegistrationRequest,
}

impl RegisterAgent {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            body: AgentRegistrationRequest::new(),
        }
    }

    option_setters!();

    /// What the human reads on the claim page.
    pub fn agent_name(mut self, name: impl Into<String>) -> Self {
        self.body.agent_name = Some(name.into());
        self
    }

    /// The name of the organization that the account is to be of.
    pub fn organization_name(mut self, name: impl Into<String>) -> Self {
        self.body.organization_name = Some(name.into());
        self
    }

    /// The call, to be kept or to be given more options.
    pub fn call(self) -> Call<AgentRegistration> {
        let body = Arc::new(self.body);
        let sender = sender(move |wire| {
            let body = Arc::clone(&body);
            async move { wire.agent().agent_register(&body).await }
        });
        Call::new(
            &self.client,
            Target::of(&operations::AGENT_REGISTER),
            sender,
        )
        .with_options(self.options)
    }
}

impl IntoFuture for RegisterAgent {
    type Output = crate::Result<AgentRegistration>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
