//! `POST /api/agent/identity`.

use opentrain_api::agent::operations;

use crate::call::Call;
use crate::call_options::{CallOptions, awaited_as_call, option_setters};
use crate::client::Client;
use crate::types::{AgentRegistration, AgentRegistrationRequest};

/// Call that creates an account. See [`AgentAuth::register`](super::AgentAuth::register).
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

    /// Sets the label of the agent that the human reads on the claim page.
    pub fn agent_name(mut self, name: impl Into<String>) -> Self {
        self.body.agent_name = Some(name.into());
        self
    }

    /// Sets the name of the new account's organization.
    pub fn organization_name(mut self, name: impl Into<String>) -> Self {
        self.body.organization_name = Some(name.into());
        self
    }

    /// Turns it into a [`Call`], to be kept or to be given more options.
    pub fn call(self) -> Call<AgentRegistration> {
        let prepared = self.client.agent().agent_register_request(&self.body);
        let call = self.client.call(&operations::AGENT_REGISTER, prepared);
        call.with_options(self.options)
    }
}

awaited_as_call!(RegisterAgent => AgentRegistration);
