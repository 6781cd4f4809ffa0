//! Which gate would stop an operation, before it is tried.
//!
//! Three gates stand before an operation: the token's scopes, the account's feature flags, and whether a human has claimed the
//! account. All of them answer 403. [`Client::doctor`](crate::Client::doctor) reads what can be known of them and tells it for
//! every operation. It is no promise: the service decides. That each event type of a webhook needs its own read scope is not counted.
//!
//! ```no_run
//! # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
//! let diagnosis = client.doctor().await?;
//! if let Some(checkup) = diagnosis.operation("proposals_hire") {
//!     println!("{checkup}"); // proposals_hire: scope closed (needs `proposals:write`), feature open, claim unknown
//! }
//! for checkup in diagnosis.operations().filter(|checkup| checkup.is_refused()) {
//!     println!("{checkup}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Source: <https://www.opentrain.ai/docs/developers/concepts/scopes-and-capabilities/>.

mod checkup;
mod examine;

use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::{DOCUMENTS, Operation};

use crate::client::Client;
use crate::types::{AccountCapabilities, Scope};

pub use checkup::{Checkup, Gate, Needed};

/// What is known of the gates. See [the module](self).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diagnosis {
    /// The token's scopes; nothing if the service does not tell.
    pub scopes: Option<Vec<Scope>>,
    /// Which features are on; nothing if the service does not tell, since the drafting feature, which the answer belongs to, is off.
    pub capabilities: Option<AccountCapabilities>,
    /// Whether the account is claimed. The service has no documented field for it, so it is known only where the scopes give it
    /// away: an unclaimed account's tokens cannot have those that a claim adds.
    pub claimed: Option<bool>,
}

impl Diagnosis {
    /// What would happen to the operation of this name, such as `proposals_hire`. `None`: there is no such operation.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<Checkup> {
        let found = DOCUMENTS.iter().find_map(|document| document.operation(id));
        found.map(|operation| self.check(operation))
    }

    /// What would happen to every operation.
    pub fn operations(&self) -> impl Iterator<Item = Checkup> {
        let operations = DOCUMENTS.iter().flat_map(|document| document.operations);
        operations.map(|operation| self.check(operation))
    }

    fn check(&self, operation: &'static Operation) -> Checkup {
        examine::check(self, operation)
    }
}

impl Client {
    /// Reads what can be known of the three gates: two requests, which change nothing. See [`doctor`](crate::doctor).
    ///
    /// # Errors
    ///
    /// 401 if the token is not accepted; and as every call does. That the drafting feature is off is no error, but a finding.
    pub fn doctor(&self) -> Doctor {
        Doctor {
            client: self.clone(),
        }
    }
}

/// A diagnosis to be made. See [`Client::doctor`].
#[derive(Clone, Debug)]
#[must_use = "a diagnosis is not made until it is awaited"]
pub struct Doctor {
    client: Client,
}

impl IntoFuture for Doctor {
    type Output = crate::Result<Diagnosis>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { examine::diagnose(&self.client).await })
    }
}
