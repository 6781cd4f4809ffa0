//! The mock with its own answers, which takes nothing that is in no document.

use std::ops::Deref;

use opentrain_mock::{MockServer, MockServerBuilder};

use super::conformance;

/// A running mock. Dropping it stops it, and fails the test if a request was not as the documents have it.
pub(crate) struct Mock(MockServer);

impl Mock {
    pub(crate) async fn start() -> Self {
        Self::of(MockServer::builder()).await
    }

    pub(crate) async fn of(builder: MockServerBuilder) -> Self {
        Self(builder.start().await.expect("a port is free"))
    }
}

impl Deref for Mock {
    type Target = MockServer;

    fn deref(&self) -> &MockServer {
        &self.0
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            conformance::assert_documented(&self.0.requests());
        }
    }
}
