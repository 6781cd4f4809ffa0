//! Mock with a script: it sends the given responses in order, to any request.

use std::ops::Deref;

use opentrain_mock::fault::{Fault, ScriptedResponse};
use opentrain_mock::{MockServer, RecordedRequest};
use serde_json::Value;

use super::mock::Mock;

/// [`Mock`] that does no work of its own. When it is dropped, every response must have been used, and no request may lack one.
pub(crate) struct Scripted {
    mock: Mock,
    /// Number of responses in the script.
    length: usize,
}

/// Returns a response in JSON.
pub(crate) fn reply(status: u16, body: &Value) -> Fault {
    Fault::response(ScriptedResponse::json(status, body))
}

impl Scripted {
    /// Starts a mock that sends these responses.
    pub(crate) async fn start(script: impl IntoIterator<Item = Fault>) -> Self {
        let mock = Mock::start_from(MockServer::builder().jobs(0)).await;
        let faults = mock.faults();
        for fault in script {
            faults.add(fault).expect("the fault can be laid down");
        }
        let length = usize::try_from(faults.left()).expect("the script ends");
        // A request after the end of the script is not handled either. The client gets a refusal, and the test a message.
        let end = Fault::response(ScriptedResponse::new(418)).always();
        faults.add(end).expect("the fault can be laid down");
        Self { mock, length }
    }

    /// Expects deviations, as [`Mock::set_deviations`] does.
    pub(crate) fn deviating<'a>(mut self, sentences: impl IntoIterator<Item = &'a str>) -> Self {
        self.mock.set_deviations(sentences);
        self
    }

    /// Returns the only request.
    pub(crate) fn request(&self) -> RecordedRequest {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

impl Deref for Scripted {
    type Target = Mock;

    fn deref(&self) -> &Mock {
        &self.mock
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let requests = self.requests().into_iter().skip(self.length);
        let unserved: Vec<String> = requests.map(|request| request.to_string()).collect();
        assert!(unserved.is_empty(), "no response was left for {unserved:?}");
        let faults = self.faults().list().into_iter();
        let left: Vec<String> = faults
            .filter(|fault| fault.left.is_some_and(|left| left > 0))
            .map(|fault| fault.sentence)
            .collect();
        assert!(
            left.is_empty(),
            "these responses were not requested: {left:?}"
        );
    }
}
