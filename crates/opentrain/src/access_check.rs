//! Which gate would stop an operation, before it is tried.
//!
//! Three gates stand before an operation: the token's scopes, the account's feature flags, and whether a human has claimed the
//! account. All of them answer 403. [`Client::access_check`](crate::Client::access_check) reads what can be known of them and tells it for
//! every operation. It is no promise: the service decides. That each event type of a webhook needs its own read scope is not counted.
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

/// What is known of the gates. See [the module](self).
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(description = "What is known of the gates.")
)]
#[non_exhaustive]
pub struct AccessReport {
    /// The token's scopes; nothing if the service does not tell.
    pub scopes: Option<Vec<Scope>>,
    /// Which features are on; nothing if the service does not tell, since the drafting feature, which the answer belongs to, is off.
    pub capabilities: Option<AccountCapabilities>,
    /// Whether the account is claimed. The service has no documented field for it, so it is known only where the scopes give it
    /// away: an unclaimed account's tokens cannot have those that a claim adds.
    pub claimed: Option<bool>,
}

impl AccessReport {
    /// What would happen to the operation of this name, such as `proposals_hire`. `None`: there is no such operation.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<AccessCheck> {
        let found = DOCUMENTS.iter().find_map(|document| document.operation(id));
        found.map(|operation| self.check(operation))
    }

    /// What would happen to every operation.
    pub fn operations(&self) -> impl Iterator<Item = AccessCheck> {
        let operations = DOCUMENTS.iter().flat_map(|document| document.operations);
        operations.map(|operation| self.check(operation))
    }

    fn check(&self, operation: &'static Operation) -> AccessCheck {
        gates::check(self, operation)
    }
}

impl Client {
    /// Reads what can be known of the three gates: two requests, which change nothing. See [`access_check`](crate::access_check).
    ///
    /// # Errors
    ///
    /// 401 if the token is not accepted; and as every call does. That the drafting feature is off is no error, but a finding.
    pub fn access_check(&self) -> CheckAccess {
        CheckAccess {
            client: self.clone(),
        }
    }
}

/// A report to be made. See [`Client::access_check`].
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
