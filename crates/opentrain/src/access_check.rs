//! Prediction of the gate that would stop an operation.
//!
//! An operation has three gates: the token's scopes, the account's feature flags, and whether a human has claimed the
//! account. Each of them responds with 403. [`Client::access_check`](crate::Client::access_check) reads the state of the gates, as
//! far as the service shows it, and reports it for every operation. The report is no promise: the service decides. It does not
//! include that each event type of a webhook needs its own read scope.
//!
//! ```no_run
//! # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
//! let report = client.access_check().await?;
//! if let Some(access) = report.operation("proposals_hire") {
//!     println!("{access}"); // proposals_hire: scope closed (needs `proposals:write`), feature open, claim unknown
//! }
//! for access in report.operations().filter(|access| access.is_refused()) {
//!     println!("{access}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Source: <https://www.opentrain.ai/docs/developers/concepts/scopes-and-capabilities/>.

mod gates;
mod of_operation;

use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::{DOCUMENTS, Operation};

use crate::client::Client;
use crate::types::{AccountCapabilities, Scope};

pub use of_operation::{AccessCheck, Gate, Needed};

/// Known state of the gates. See [the module](self).
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(description = "What is known of the gates.")
)]
#[non_exhaustive]
pub struct AccessReport {
    /// Scopes of the token; `None` if the service does not return them.
    pub scopes: Option<Vec<Scope>>,
    /// Features that are on. `None` if the service does not return them, because the drafting feature, which the endpoint belongs to,
    /// is off.
    pub capabilities: Option<AccountCapabilities>,
    /// True if the account is claimed; `None` if that is unknown. The service has no documented field for it, so the scopes are the
    /// only evidence: the tokens of an unclaimed account cannot have the scopes that a claim adds.
    pub claimed: Option<bool>,
}

impl AccessReport {
    /// Returns the check of the operation with this name, for example `proposals_hire`. `None` if the name is unknown.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<AccessCheck> {
        let found = DOCUMENTS.iter().find_map(|document| document.operation(id));
        found.map(|operation| self.check(operation))
    }

    /// Returns the checks of all operations.
    pub fn operations(&self) -> impl Iterator<Item = AccessCheck> {
        let operations = DOCUMENTS.iter().flat_map(|document| document.operations);
        operations.map(|operation| self.check(operation))
    }

    fn check(&self, operation: &'static Operation) -> AccessCheck {
        gates::check(self, operation)
    }
}

impl Client {
    /// Reads the state of the three gates with two requests, which change no data. See [`access_check`](crate::access_check).
    ///
    /// # Errors
    ///
    /// 401 if the token is not accepted; and as every call does. A drafting feature that is off is a finding, not an error.
    pub fn access_check(&self) -> CheckAccess {
        CheckAccess {
            client: self.clone(),
        }
    }
}

/// Request for a report. See [`Client::access_check`].
#[derive(Clone, Debug)]
#[must_use = "a report is not made until it is awaited"]
pub struct CheckAccess {
    client: Client,
}

impl IntoFuture for CheckAccess {
    type Output = crate::Result<AccessReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { gates::diagnose(&self.client).await })
    }
}
