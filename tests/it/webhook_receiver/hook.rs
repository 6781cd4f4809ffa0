//! Program with a webhook: a mock, a client, a receiver behind an axum router on loopback, and a handler that can fail.

use std::collections::VecDeque;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentrain::types::{
    CreateJobDraftRequest, EventId, EventType, ImportFormat, WebhookId, WebhookSecret,
    WebhookStatus,
};
use opentrain::webhook::{Delivery, Receiver, Verifier};
use opentrain::{Client, Clock};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::support::{Mock, TestClock, builder};

pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// Running program. Dropping it closes its port.
pub(super) struct Hook {
    pub(super) mock: Mock,
    pub(super) client: Client,
    pub(super) verifier: Verifier,
    pub(super) url: String,
    pub(super) id: WebhookId,
    pub(super) secret: WebhookSecret,
    app: App,
    serving: JoinHandle<()>,
}

/// State of the router.
#[derive(Clone)]
struct App {
    receiver: Receiver,
    seen: Arc<Seen>,
}

/// Record of the program's work, and its scheduled failures.
#[derive(Default)]
struct Seen {
    handled: Mutex<Vec<EventId>>,
    wakes: AtomicUsize,
    statuses: Mutex<Vec<StatusCode>>,
    /// Number of the next deliveries that the handler fails for.
    failures: AtomicUsize,
    /// Responses that are lost on their way: the service sees these statuses instead.
    lost: Mutex<VecDeque<StatusCode>>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

/// Clock of the program, with the mock's clock and the distance that it is ahead.
#[derive(Clone, Debug)]
struct ProgramClock {
    mock: opentrain_mock::Clock,
    ahead: Duration,
}

impl Clock for ProgramClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::from(self.mock.now()) + self.ahead
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(ready(()))
    }
}

impl Hook {
    /// Starts a program whose clock is this far ahead, with a subscription and an open job.
    pub(super) async fn open(ahead: Duration) -> Self {
        let mock = Mock::start().await;
        let client = builder(&mock, &TestClock::default()).token(mock.token());
        let client = client.build().unwrap();
        open_job(&client).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let subscribed = client.webhooks().ensure(&url, kinds()).await.unwrap();
        let secret = subscribed.secret.unwrap();
        let verifier = Verifier::new([&secret]).unwrap();
        let seen = Arc::new(Seen::default());
        let woken = Arc::clone(&seen);
        let wake = move || {
            woken.wakes.fetch_add(1, Ordering::Relaxed);
        };
        let clock = ProgramClock {
            mock: mock.clock().clone(),
            ahead,
        };
        let receiver = Receiver::new(verifier.clone(), wake).clock(clock);
        let app = App { receiver, seen };
        let router = Router::new()
            .route("/hook", post(handle))
            .layer(middleware::from_fn_with_state(app.clone(), respond))
            .with_state(app.clone());
        let serving = tokio::spawn(async move {
            let _served = axum::serve(listener, router).await;
        });
        Self {
            mock,
            client,
            verifier,
            url,
            id: subscribed.webhook.id,
            secret,
            app,
            serving,
        }
    }

    /// Makes the handler fail for this number of the next deliveries.
    pub(super) fn fail(&self, count: usize) {
        self.app.seen.failures.store(count, Ordering::Relaxed);
    }

    /// Loses the next response.
    pub(super) fn lose_response(&self) {
        let mut lost = self.app.seen.lost.lock().unwrap();
        lost.push_back(StatusCode::GATEWAY_TIMEOUT);
    }

    /// Makes this number of events happen, and delivers all that is due.
    pub(super) async fn make_events(&self, count: usize) {
        self.mock.human().make_events(count).unwrap();
        self.mock.deliver().await;
    }

    /// Makes every retry of a failed delivery due, one after the other.
    pub(super) async fn retry(&self, waits: &[u32]) {
        for wait in waits {
            self.mock.clock().advance(MINUTE * *wait);
            self.mock.deliver().await;
        }
    }

    /// Returns the events that were handled, in order.
    pub(super) fn handled(&self) -> Vec<EventId> {
        self.app.seen.handled.lock().unwrap().clone()
    }

    pub(super) fn wakes(&self) -> usize {
        self.app.seen.wakes.load(Ordering::Relaxed)
    }

    /// Returns the statuses that the program responded with since the last call.
    pub(super) fn statuses(&self) -> Vec<u16> {
        let mut statuses = self.app.seen.statuses.lock().unwrap();
        let statuses = std::mem::take(&mut *statuses).into_iter();
        statuses.map(|status| status.as_u16()).collect()
    }

    pub(super) async fn status(&self) -> WebhookStatus {
        self.client.webhooks().get(&self.id).await.unwrap().status
    }

    /// Returns the events of the feed of the subscribed type.
    pub(super) async fn feed(&self) -> Vec<EventId> {
        let page = self.client.updates().poll().limit(200).await.unwrap();
        let events = page.body.events.into_iter();
        let subscribed = events.filter(|event| kinds().contains(&event.type_));
        subscribed.map(|event| event.id).collect()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Returns the only type of event that [`Hook::make_events`] makes.
pub(super) fn kinds() -> [EventType; 1] {
    [EventType::ProposalStatusChanged]
}

async fn handle(State(app): State<App>, delivery: Delivery) -> Response {
    let event = delivery.event().unwrap();
    let fail = |left: usize| left.checked_sub(1);
    let failures = &app.seen.failures;
    let failed = failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fail);
    if failed.is_ok() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    app.seen.handled.lock().unwrap().push(event.id);
    delivery.commit().await.into_response()
}

async fn respond(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    app.seen.statuses.lock().unwrap().push(response.status());
    if let Some(instead) = app.seen.lost.lock().unwrap().pop_front() {
        *response.status_mut() = instead;
    }
    response
}

async fn open_job(client: &Client) {
    let job = json!({
        "title": "Dialect tagging", "description": "Tag the dialect of short clips.",
        "languages": ["German"], "headcount": 3, "experienceLevel": "INTERMEDIATE",
        "paymentType": "PAY_PER_HOUR", "rateAmount": 18,
    });
    let mut body = CreateJobDraftRequest::new();
    body.format = Some(ImportFormat::OpentrainCanonical);
    body.job = job.as_object().cloned();
    let draft = client.job_drafts().create_from(body).await.unwrap();
    client.jobs().publish(&draft.job_id).await.unwrap();
}
