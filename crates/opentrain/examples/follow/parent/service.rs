//! The mock, its events and its faults.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use opentrain::Client;
use opentrain::http::Method;
use opentrain::types::JobId;
use opentrain_mock::fault::{Cut, Fault};
use opentrain_mock::{Clock, MockServer};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::Options;

/// Most events that are made in one call of the mock.
const AT_ONCE: usize = 100_000;
/// Events that come together while the feed follows, and the time until the next ones come.
const WAVE: (usize, Duration) = (100, Duration::from_millis(100));
/// One in so many of them becomes visible late, by up to so many milliseconds.
const LATE: (u64, u64) = (20, 2_000);
/// Probability of each kind of fault.
const FAULTY: f64 = 0.01;
/// Operations that the feed calls.
const OPERATIONS: [&str; 2] = ["updates_poll", "auth_me"];

/// The mock, and how far its story is.
pub(super) struct Service {
    runtime: Runtime,
    server: MockServer,
    requests: Arc<AtomicUsize>,
    /// Events that there are.
    made: usize,
    /// Events that are still to come.
    left: usize,
    next_wave: Instant,
}

impl Service {
    /// Starts the mock, makes the first events, one of which cannot be read, and lays the faults down.
    pub(super) fn start(options: &Options) -> Result<Self, Box<dyn Error>> {
        let runtime = Runtime::new()?;
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        let builder = MockServer::builder().clock(Clock::running());
        let builder = builder.on_request(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let server = runtime.block_on(builder.start())?;
        let mut service = Self {
            runtime,
            server,
            requests,
            made: 0,
            left: options.events,
            next_wave: Instant::now(),
        };
        service.made = service.runtime.block_on(publish(&service.client()?))?;
        service.make(options.events / 5 * 4)?;
        let lost = 1 + Rng::with_seed(options.seed).u64(..service.made as u64);
        let record = json!({"kind": "lost", "text": "no client can read this event"});
        service
            .server
            .human()
            .replace_event(&lost.to_string(), record)?;
        service.misbehave(options.seed)?;
        Ok(service)
    }

    fn client(&self) -> opentrain::Result<Client> {
        let (base_url, token) = (self.server.base_url(), self.server.token());
        Client::builder().base_url(base_url).token(token).build()
    }

    fn make(&mut self, count: usize) -> Result<(), Box<dyn Error>> {
        let mut left = count;
        while left > 0 {
            let now = left.min(AT_ONCE);
            self.server.human().make_events(now)?;
            left -= now;
        }
        self.made += count;
        self.left -= count;
        Ok(())
    }

    fn misbehave(&self, seed: u64) -> Result<(), Box<dyn Error>> {
        let mut seeds = Rng::with_seed(seed);
        let kinds = || {
            [
                Fault::html(502),
                Fault::html(403),
                Fault::status(503),
                Fault::status(429).retry_after("1"),
                Fault::cut(Cut::BeforeResponse),
                Fault::cut(Cut::AfterHead),
                Fault::cut(Cut::InBody),
                Fault::truncated_json(),
            ]
        };
        for operation in OPERATIONS {
            for fault in kinds() {
                let seed = seeds.u64(..u64::MAX);
                let fault = fault.on(operation).probability(FAULTY, seed);
                self.server.faults().add(fault.always())?;
            }
        }
        Ok(())
    }

    /// Makes the next events, some of them late, when it is time and the feed is not far behind.
    pub(super) fn go_on(&mut self, handled: usize, chance: &mut Rng) -> Result<(), Box<dyn Error>> {
        let (size, pause) = WAVE;
        let is_behind = handled + 10 * size < self.made;
        if self.left == 0 || is_behind || Instant::now() < self.next_wave {
            return Ok(());
        }
        let (before, size) = (self.made, size.min(self.left));
        self.make(size)?;
        let human = self.server.human();
        for number in before + 1..=self.made {
            let (one_in, most) = LATE;
            if chance.u64(..one_in) == 0 {
                let by = Duration::from_millis(chance.u64(..most));
                human.delay_event(&number.to_string(), by)?;
            }
        }
        self.next_wave = Instant::now() + pause;
        Ok(())
    }

    pub(super) fn base_url(&self) -> &str {
        self.server.base_url()
    }

    pub(super) fn token(&self) -> &str {
        self.server.token()
    }

    pub(super) fn made(&self) -> usize {
        self.made
    }

    pub(super) fn is_done(&self) -> bool {
        self.left == 0
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns the names of all events, by polls without faults.
    pub(super) fn expected(&self) -> Result<Vec<String>, Box<dyn Error>> {
        self.server.faults().clear_all();
        Ok(self.runtime.block_on(names(&self.client()?))?)
    }
}

/// Publishes a job, whose proposals the events are about. Returns how many events there are then.
async fn publish(client: &Client) -> opentrain::Result<usize> {
    let job = json!({
        "title": "Dialect tagging", "description": "Tag the dialect of short clips.", "languages": ["German"],
        "headcount": 3, "experienceLevel": "INTERMEDIATE", "paymentType": "PAY_PER_HOUR", "rateAmount": 18,
    });
    let draft = client.request(Method::POST, "/job-drafts");
    let draft = draft.json(&json!({"format": "opentrain_canonical", "job": job}));
    let draft: Value = draft.call().await?;
    let id = JobId::from(draft["jobId"].as_str().unwrap_or_default());
    client.jobs().publish(&id).await?;
    Ok(client.updates().poll().await?.events.len())
}

/// Returns the ids of all events, and the text of the one that cannot be read.
async fn names(client: &Client) -> opentrain::Result<Vec<String>> {
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page = client.updates().poll().cursor(cursor).limit(200).await?;
        names.extend(page.events.iter().map(|event| event.id.to_string()));
        names.extend(page.rejected.iter().map(|bad| String::from(bad.raw())));
        if !page.has_more {
            return Ok(names);
        }
        cursor = page.body.next_cursor;
    }
}
