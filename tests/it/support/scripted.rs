//! The mock, told what to answer: the answers in their order, whatever is asked, and nothing of the work behind them.

use opentrain_mock::fault::{Answer, Cut, Fault};
use opentrain_mock::{MockServer, RecordedRequest};
use serde_json::Value;

use super::conformance;

/// What to answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// A body without a length, until the connection ends.
    Unannounced { body: Vec<u8> },
    /// The head and half of the body.
    CutBody { body: Vec<u8> },
    /// Nothing: the connection is closed.
    Cut,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", String::from("application/json"))];
        Self::Answer {
            status,
            headers,
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn html(status: u16) -> Self {
        let headers = vec![("content-type", String::from("text/html"))];
        Self::Answer {
            status,
            headers,
            body: b"<html><h1>Bad gateway</h1></html>".to_vec(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    fn fault(self) -> Fault {
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => Fault::answer(
                headers
                    .into_iter()
                    .fold(Answer::new(status).body(body), |answer, (name, value)| {
                        answer.header(name, value)
                    }),
            ),
            Self::Unannounced { body } => {
                Fault::answer(Answer::new(200).body(body).without_length())
            }
            Self::CutBody { body } => {
                let length = body.len().to_string();
                let half = body[..body.len() / 2].to_vec();
                let answer = Answer::new(200).header("content-length", length);
                Fault::answer(answer.body(half))
            }
            Self::Cut => Fault::cut(Cut::BeforeAnswer),
        }
    }
}

/// What the server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// With the query, as it came.
    pub(crate) target: String,
    /// Names in lower case, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    fn of(request: &RecordedRequest) -> Self {
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers_as_sent().to_vec(),
            body: String::from_utf8(request.body.clone()).expect("the body is text"),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// The server. Dropping it stops it, and fails the test if an answer was not asked for, if one too many was, or if a request is not
/// as the documents have it.
pub(crate) struct Scripted {
    server: MockServer,
    answers: usize,
    is_documented: bool,
}

impl Scripted {
    /// Starts a server that gives these answers.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let server = MockServer::builder().jobs(0).start().await;
        let server = server.expect("a port is free");
        let faults = server.faults();
        let mut answers = 0;
        for reply in replies {
            faults.add(reply.fault()).expect("the fault is one");
            answers += 1;
        }
        let unexpected = Fault::answer(Answer::new(418).body("no answer is left for this"));
        faults.add(unexpected.always()).expect("the fault is one");
        Self {
            server,
            answers,
            is_documented: true,
        }
    }

    /// For a test of what the client does with something that is in no document.
    pub(crate) fn undocumented(mut self) -> Self {
        self.is_documented = false;
        self
    }

    pub(crate) fn url(&self) -> &str {
        self.server.base_url()
    }

    /// Everything that was asked.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.server.requests().iter().map(Recorded::of).collect()
    }

    /// The one thing that was asked.
    pub(crate) fn request(&self) -> Recorded {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }

    /// Takes back the answers that nobody asked for. How many were asked for is the test's own question then.
    pub(crate) fn forget_the_rest(mut self) {
        self.answers = self.server.requests().len();
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let requests = self.server.requests();
        let told = |request: &RecordedRequest| format!("{} {}", request.method, request.target);
        let asked: Vec<String> = requests.iter().map(told).collect();
        assert_eq!(
            asked.len(),
            self.answers,
            "as many answers as requests: {asked:?}"
        );
        if self.is_documented {
            conformance::assert_documented(&requests);
        }
    }
}
