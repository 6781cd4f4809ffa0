//! Servers and client of one call under a fault.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use opentrain::{Clock, Error};
use opentrain_api::Operation;
use opentrain_mock::fault::Fault;
use opentrain_mock::{MockServer, RecordedRequest};
use tokio::net::TcpSocket;
use tokio::sync::Notify;

use super::drip::Drip;
use super::{Mock, Row, SECRETS};
use crate::every_operation::operations;
use crate::support::{TestClock, builder, chain, http};

/// Largest body that the client takes, in bytes.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// Place that a call goes to.
pub(super) enum Place {
    /// Port without a server.
    Refused,
    /// Server that never responds, after the work.
    NoResponse,
    /// Server whose response never ends.
    Drip,
    /// Server with this fault.
    Faulty(Box<Fault>),
}

/// Time of the runtime. Paused, it jumps to the next timer as soon as the runtime is idle, so that a time-out comes at once.
#[derive(Clone, Debug, Default)]
pub(super) struct VirtualTime(Arc<AtomicBool>);

impl VirtualTime {
    pub(super) fn pause(&self) {
        if !self.0.swap(true, Ordering::SeqCst) {
            tokio::time::pause();
        }
    }

    fn resume(&self) {
        if self.0.swap(false, Ordering::SeqCst) {
            tokio::time::resume();
        }
    }
}

/// Clock of the client: its waits take no time, and the next attempt begins in real time.
#[derive(Clone, Debug)]
struct ResumingClock(TestClock, VirtualTime);

impl Clock for ResumingClock {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn system_time(&self) -> SystemTime {
        self.0.system_time()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.1.resume();
        self.0.sleep(duration)
    }
}

pub(super) struct Stage {
    pub(super) server: Mock,
    /// Target of redirects.
    pub(super) elsewhere: Mock,
    drip: Drip,
    /// Socket that is bound and does not listen: its port stays free of servers.
    refusing: TcpSocket,
    /// HTTP client that all clients share: making one reads the system's certificates, which is slow.
    http: reqwest::Client,
    time: VirtualTime,
    /// Requests whose work is done or not done, as the server saw them before it responded.
    seen: Arc<Mutex<Vec<RecordedRequest>>>,
    /// Notified when a request was seen.
    reached: Arc<Notify>,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let reached = Arc::new(Notify::new());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let observer = (Arc::clone(&seen), Arc::clone(&reached));
        let settings = MockServer::builder().jobs(0).on_request(move |request| {
            observer.0.lock().unwrap().push(request.clone());
            observer.1.notify_one();
        });
        let server = Mock::start_from(settings).await;
        let refusing = TcpSocket::new_v4().unwrap();
        refusing.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let time = VirtualTime::default();
        Self {
            server,
            elsewhere: Mock::start().await,
            drip: Drip::start(time.clone()).await,
            refusing,
            http: http(),
            time,
            seen,
            reached,
        }
    }

    /// Returns a refusal that echoes the token, as a careless service does.
    pub(super) fn refusal(&self, status: u16) -> Fault {
        Fault::status(status).message(format!("Refused: {}", self.server.token()))
    }

    /// Makes a call of the operation.
    pub(super) async fn run(&self, place: Place, operation: &Operation) -> Row {
        let faults = self.server.faults();
        let (base_url, fault) = match place {
            Place::Refused => (
                format!("http://{}", self.refusing.local_addr().unwrap()),
                None,
            ),
            Place::Drip => (self.drip.base_url.clone(), None),
            Place::NoResponse => (
                self.server.base_url().to_owned(),
                Some(Fault::no_response().after_the_work()),
            ),
            Place::Faulty(ref fault) => {
                (self.server.base_url().to_owned(), Some(Fault::clone(fault)))
            }
        };
        let laid = fault.map(|fault| faults.add(fault.always()).unwrap());
        let clock = ResumingClock(TestClock::default(), self.time.clone());
        let client = builder(&self.server, &TestClock::default())
            .base_url(base_url)
            .token(self.server.token())
            .body_limit(BODY_LIMIT)
            .clock(clock)
            .http_client(self.http.clone())
            .build()
            .unwrap();
        let call = operations::call(&client, operation.id);
        let result = match place {
            Place::NoResponse => self.without_waiting(call).await,
            _ => call.await,
        };
        self.time.resume();
        if let Some(laid) = laid {
            faults.clear(laid).unwrap();
        }
        let result = result.expect("the client has a call for every operation");
        self.row(operation, &result)
    }

    /// Returns the row of a call that has ended.
    fn row(&self, operation: &Operation, result: &Result<(), Error>) -> Row {
        let requests = std::mem::take(&mut *self.seen.lock().unwrap());
        let stopped = requests.iter().find_map(|request| request.stopped_by);
        assert_eq!(stopped, None, "a gate refuses {}", operation.id);
        let is_done = |request: &&RecordedRequest| {
            let fault = request.fault.as_deref();
            fault.is_none_or(|fault| fault.ends_with("(the work was done)"))
        };
        let dripped = self.drip.take_requests();
        let attempts = match result {
            Ok(()) => requests.len() + dripped,
            Err(error) => usize::try_from(error.attempts()).unwrap(),
        };
        Row {
            outcome: outcome(result, self.server.token()),
            attempts,
            work: requests.iter().filter(is_done).count() + dripped,
        }
    }

    /// Lets the time run by itself whenever a request has reached the server.
    async fn without_waiting<T>(&self, call: impl Future<Output = T>) -> T {
        // A permit that an earlier request left.
        let _earlier = tokio::time::timeout(Duration::ZERO, self.reached.notified()).await;
        let pausing = async {
            loop {
                self.reached.notified().await;
                self.time.pause();
            }
        };
        tokio::select! {
            result = call => result,
            () = pausing => unreachable!("it never ends"),
        }
    }
}

/// Returns the outcome, after a search for secrets in every text of the error.
fn outcome(result: &Result<(), Error>, token: &str) -> String {
    let Err(error) = result else {
        return String::from("ok");
    };
    let texts = [
        chain(error),
        format!("{error:?}"),
        format!("{error:#?}"),
        format!("{:?}", error.kind()),
    ];
    for text in texts {
        let secret = SECRETS
            .into_iter()
            .chain([token])
            .find(|secret| text.contains(secret));
        assert_eq!(secret, None, "in {text}");
    }
    format!("{}, {:?}", error.kind().name(), error.retry_advice())
}
