//! The steps of the example: they need a number of events and somewhere to write. A test runs them too.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentrain::feed::{Feed, FeedError, MemoryCheckpoint};
use opentrain::types::{
    CreateJobDraftRequest, EventId, EventType, ImportFormat, WebhookId, WebhookSecret,
};
use opentrain::webhook::{Delivery, Receiver, Signer, Verifier};
use opentrain::{Client, http, reqwest};
use opentrain_mock::{Clock, MockServer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// Time between two polls without a wake-up: so long that the example would fail without wake-ups.
const INTERVAL: Duration = Duration::from_secs(3_600);
/// Time within which a wake-up must lead to an event, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

type Step<T = ()> = Result<T, Box<dyn Error>>;

/// Has at least this many events happen while different things go wrong. Fails unless each is read exactly once.
pub(crate) async fn run(events: usize, pause: Duration, out: &mut impl Write) -> Step {
    let part = events.div_ceil(5);
    let mut program = Program::start().await?;
    program.subscribe(out).await?;
    writeln!(out, "\nEvents happen, and each delivery wakes the reader:")?;
    for _ in 0..3 {
        program.round(part, out).await?;
        tokio::time::sleep(pause).await;
    }
    writeln!(out, "\nThe receiver is down:")?;
    program.is_down.store(true, Ordering::Relaxed);
    program.round(part, out).await?;
    tokio::time::sleep(pause).await;
    writeln!(
        out,
        "\nIt is up again, and a minute later the service tries again:"
    )?;
    program.is_down.store(false, Ordering::Relaxed);
    program.mock.clock().advance(Duration::from_secs(60));
    program.round(0, out).await?;
    tokio::time::sleep(pause).await;
    writeln!(out, "\nOthers send as well:")?;
    program.strangers(out).await?;
    tokio::time::sleep(pause).await;
    writeln!(
        out,
        "\nThe secret is lost, so the subscription is replaced:"
    )?;
    program.secrets.clear();
    program.subscribe(out).await?;
    program.round(part, out).await?;
    program.finish(out)
}

/// The program that receives, and the mock of the service that sends.
struct Program {
    mock: MockServer,
    client: Client,
    url: String,
    is_down: Arc<AtomicBool>,
    /// The verifier of the receiver: it is given the new secret when a subscription is replaced.
    verifier: Verifier,
    /// A real program keeps these on disk.
    secrets: HashMap<WebhookId, WebhookSecret>,
    wakes: Arc<AtomicUsize>,
    happened: usize,
    read: Vec<EventId>,
    /// Events that the reader of the feed has handled.
    handled: UnboundedReceiver<EventId>,
}

impl Program {
    async fn start() -> Step<Self> {
        // Its clock is the system's, as the receiver's is.
        let mock = MockServer::builder().clock(Clock::running());
        let mock = mock.start().await?;
        let client = Client::builder().base_url(mock.base_url());
        let client = client.token(mock.token()).build()?;
        open_job(&client).await?;
        // What happened before the program started is of no interest here.
        let page = client.updates().poll().limit(200).await?;
        // A real program keeps its checkpoint in a file.
        let feed = client.updates().follow(MemoryCheckpoint::new());
        let feed = feed.start_after(page.body.next_cursor).interval(INTERVAL);
        let wakes = Arc::new(AtomicUsize::new(0));
        let (counter, waker) = (Arc::clone(&wakes), feed.waker());
        let wake = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            waker.wake();
        };
        let (sender, handled) = unbounded_channel();
        tokio::spawn(read_feed(feed, sender));
        let verifier = Verifier::new(["whsec_none_yet"])?;
        let receiver = Receiver::new(verifier.clone(), wake);
        let is_down = Arc::new(AtomicBool::new(false));
        Ok(Self {
            mock,
            client,
            url: serve(receiver, Arc::clone(&is_down)).await?,
            is_down,
            verifier,
            secrets: HashMap::new(),
            wakes,
            happened: 0,
            read: Vec::new(),
            handled,
        })
    }

    /// Leaves one subscription that works, and gives its secret to the receiver.
    async fn subscribe(&mut self, out: &mut impl Write) -> Step {
        let webhooks = self.client.webhooks();
        let ensure = webhooks.ensure(&self.url, [EventType::ProposalStatusChanged]);
        let ensured = ensure.stored(self.secrets.keys()).await?;
        for deleted in &ensured.deleted {
            writeln!(out, "  deleted subscription {}", deleted.id)?;
        }
        let id = ensured.webhook.id;
        if let Some(secret) = ensured.secret {
            writeln!(out, "  created subscription {id}, stored its secret")?;
            self.secrets.insert(id, secret);
        }
        Ok(self.verifier.set_secrets(self.secrets.values())?)
    }

    /// Has events happen and be delivered, and waits until the reader has handled all if that woke it.
    async fn round(&mut self, events: usize, out: &mut impl Write) -> Step {
        if events > 0 {
            self.mock.human().make_events(events)?;
        }
        self.happened += events;
        self.mock.deliver().await;
        let woken = self.wakes.swap(0, Ordering::Relaxed);
        let before = self.read.len();
        while woken > 0 && self.read.len() < self.happened {
            let handled = timeout(PATIENCE, self.handled.recv()).await;
            let handled = handled.map_err(|_elapsed| "a wake-up did not lead to every event")?;
            self.read.push(handled.ok_or("the feed has ended")?);
        }
        let read = self.read.len() - before;
        let (happened, all) = (self.happened, self.read.len());
        Ok(writeln!(
            out,
            "  {events:>3} events, woken {woken:>3} times, read {read:>3} | {all} of {happened} read"
        )?)
    }

    /// Sends deliveries that the service would not send, or only late or twice.
    async fn strangers(&mut self, out: &mut impl Write) -> Step {
        let secret = self.secrets.values().next().ok_or("there is a secret")?;
        let (service, forger) = (Signer::new(secret)?, Signer::new("whsec_guessed")?);
        let (now, event) = (SystemTime::now(), r#"{"id":"1","type":"a"}"#);
        let hours_ago = now - Duration::from_secs(7_200);
        for (what, request) in [
            ("signed with another secret", forger.request(event, now)),
            ("signed by the service", service.request(event, now)),
            ("the same once more", service.request(event, now)),
            ("signed two hours ago", service.request("{}", hours_ago)),
        ] {
            let status = self.send(request).await?;
            let woken = self.wakes.swap(0, Ordering::Relaxed);
            writeln!(out, "  {what:<26} {status}, woken {woken} times")?;
        }
        Ok(())
    }

    async fn send(&self, request: http::Request<impl Into<reqwest::Body>>) -> Step<u16> {
        let sender = reqwest::Client::builder().no_proxy().build()?;
        let (parts, body) = request.into_parts();
        let request = sender.post(&self.url).headers(parts.headers).body(body);
        Ok(request.send().await?.status().as_u16())
    }

    fn finish(mut self, out: &mut impl Write) -> Step {
        while let Ok(again) = self.handled.try_recv() {
            self.read.push(again);
        }
        let different: BTreeSet<_> = self.read.iter().collect();
        let lost = self.happened - different.len();
        let repeated = self.read.len() - different.len();
        writeln!(
            out,
            "\n{} events: lost {lost}, read twice {repeated}",
            self.happened
        )?;
        match lost + repeated {
            0 => Ok(()),
            _ => Err("an event was lost or read twice".into()),
        }
    }
}

/// Handles the events of the feed, for as long as the program runs.
async fn read_feed(mut feed: Feed, handled: UnboundedSender<EventId>) -> Result<(), FeedError> {
    while let Some(delivery) = feed.next().await {
        let delivery = delivery?;
        if let Ok(event) = delivery.event() {
            // The work of a real program is here.
            let _ended = handled.send(event.id.clone());
        }
        delivery.commit().await?;
    }
    Ok(())
}

/// Serves the webhook on a free port of this machine, and returns its URL. While it is down, it responds with 503.
async fn serve(receiver: Receiver, is_down: Arc<AtomicBool>) -> Step<String> {
    let router = Router::new()
        .route("/opentrain", post(|delivery: Delivery| delivery.commit()))
        .layer(from_fn_with_state(is_down, gate))
        .with_state(receiver);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/opentrain", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn gate(State(is_down): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    match is_down.load(Ordering::Relaxed) {
        true => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        false => next.run(request).await,
    }
}

/// Publishes a job: the mock's candidates apply, and their proposals are what the events are about.
async fn open_job(client: &Client) -> Step {
    let job = json!({
        "title": "Dialect tagging", "description": "Tag the dialect of short clips.", "languages": ["German"], "headcount": 3,
        "experienceLevel": "INTERMEDIATE", "paymentType": "PAY_PER_HOUR", "rateAmount": 18,
    });
    let mut body = CreateJobDraftRequest::new();
    body.format = Some(ImportFormat::OpentrainCanonical);
    body.job = job.as_object().cloned();
    let draft = client.job_drafts().create_from(body).await?;
    client.jobs().publish(&draft.job_id).await?;
    Ok(())
}
