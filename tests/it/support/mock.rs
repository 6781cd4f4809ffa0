//! The mock, with an eye on its guests: every request that it was sent must be one that the documents describe.

use std::collections::BTreeSet;
use std::ops::Deref;

use opentrain_mock::{MockServer, MockServerBuilder};

use super::conformance;

/// A [`MockServer`] that holds every request against the documents when it is dropped.
pub(crate) struct Mock {
    server: MockServer,
    deviations: BTreeSet<String>,
}

impl Mock {
    /// A mock as everybody has it.
    pub(crate) async fn start() -> Self {
        Self::start_from(MockServer::builder()).await
    }

    /// A mock in another way.
    pub(crate) async fn start_from(builder: MockServerBuilder) -> Self {
        Self {
            server: builder.start().await.expect("a port is free"),
            deviations: BTreeSet::new(),
        }
    }

    /// For a test whose purpose it is to send what is not documented: exactly this must be found, in the words of
    /// [`conformance::faults`].
    pub(crate) fn set_deviations<'a>(&mut self, sentences: impl IntoIterator<Item = &'a str>) {
        self.deviations = sentences.into_iter().map(String::from).collect();
    }
}

impl Deref for Mock {
    type Target = MockServer;

    fn deref(&self) -> &MockServer {
        &self.server
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let requests = self.server.requests();
        let found: BTreeSet<String> = requests.iter().flat_map(conformance::faults).collect();
        assert_eq!(
            found, self.deviations,
            "the requests differ from the documents (left), and were meant to (right)"
        );
    }
}
