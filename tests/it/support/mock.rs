//! Mock that checks its requests: every request must be one that the documents describe.

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
    /// Starts a mock with the default settings.
    pub(crate) async fn start() -> Self {
        Self::start_from(MockServer::builder()).await
    }

    /// Starts a mock with other settings.
    pub(crate) async fn start_from(builder: MockServerBuilder) -> Self {
        Self {
            server: builder.start().await.expect("a port is free"),
            deviations: BTreeSet::new(),
        }
    }

    /// Expects exactly these deviations, in the words of [`conformance::faults`]: for a test that sends undocumented requests on
    /// purpose.
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
