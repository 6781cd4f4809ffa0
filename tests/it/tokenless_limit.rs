//! Limit of the endpoints that need no token: dropped calls, refusals, and calls that the limit does not apply to.

use std::future::{IntoFuture, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use opentrain::types::{ClaimToken, JobId, PublicJob};
use opentrain::{Call, Client, Clock};
use opentrain_mock::fault::Fault;
use serde_json::json;

use crate::support::{Scripted, TestClock, builder, reply};

/// Clock that stands still: a wait is recorded, and never ends.
#[derive(Clone, Debug)]
struct StandingClock {
    now: Instant,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Clock for StandingClock {
    fn now(&self) -> Instant {
        self.now
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.waits.lock().unwrap().push(duration);
        Box::pin(pending())
    }
}

fn job() -> Fault {
    reply(200, &json!({"id": "job_9xT"}))
}

fn too_many() -> Fault {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1"});
    reply(429, &body)
}

fn get(client: &Client) -> Call<PublicJob> {
    client.jobs().get(&JobId::from("job_9xT"))
}

/// Starts a call, and drops it as soon as it waits.
async fn start_and_drop<T: Send + 'static>(call: Call<T>) {
    let mut call = pin!(call.into_future());
    let is_waiting = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;
    assert!(is_waiting);
}

#[tokio::test]
async fn calls_that_are_dropped_while_they_wait_give_their_places_back() {
    let server = Scripted::start([job().times(120)]).await;
    let clock = StandingClock {
        now: Instant::now(),
        waits: Arc::default(),
    };
    let client = builder(&server, &TestClock::default())
        .clock(clock.clone())
        .total_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    for _ in 0..120 {
        get(&client).await.unwrap();
    }
    for _ in 0..240 {
        start_and_drop(get(&client)).await;
    }
    start_and_drop(get(&client)).await;
    let waits = clock.waits.lock().unwrap();
    assert_eq!(waits.last(), Some(&Duration::from_secs(60)));
}

#[tokio::test]
async fn a_refusal_without_advice_is_waited_out_in_the_limit() {
    let server = Scripted::start([too_many(), job().times(2)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    get(&client).await.unwrap();
    let waits = [Duration::from_millis(250), Duration::from_millis(59_750)];
    assert_eq!(clock.waits(), waits, "the second is the limiter's");
    get(&client).await.unwrap();
    assert_eq!(clock.waits(), waits, "there is room again");
}

#[tokio::test]
async fn a_refusal_holds_the_other_calls_back_too() {
    let server = Scripted::start([job(), too_many(), job().times(2)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    get(&client).await.unwrap();
    Clock::sleep(&clock, Duration::from_secs(20)).await;
    let never = opentrain::retry::Never;
    get(&client).retry_policy(never).await.unwrap_err();
    get(&client).await.unwrap();
    let waits = clock.waits();
    assert_eq!(
        waits[1..],
        [Duration::from_secs(60)],
        "until the refusal is a minute ago"
    );
    get(&client).await.unwrap();
    assert_eq!(clock.waits()[2..], [], "the limit is open again for all");
}

#[tokio::test]
async fn a_refusal_closes_the_limit_even_if_older_requests_leave_the_window() {
    let server = Scripted::start([job().times(4), too_many().times(2)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    for _ in 0..4 {
        get(&client).await.unwrap();
        Clock::sleep(&clock, Duration::from_millis(300)).await;
    }
    Clock::sleep(&clock, Duration::from_millis(58_700)).await;
    let before = clock.waits().len();
    let error = get(&client).await.unwrap_err();
    assert_eq!(error.attempts(), 2, "a second minute does not fit");
    let waited: Duration = clock.waits()[before..].iter().sum();
    assert!(waited >= Duration::from_secs(60), "{waited:?}");
}

#[tokio::test]
async fn no_wait_at_all_is_no_advice() {
    for advice in ["0", "Tue, 14 Nov 2023 22:13:19 GMT"] {
        let refused = too_many().header("retry-after", advice);
        let refused = refused.header("date", "Tue, 14 Nov 2023 22:13:20 GMT");
        let server = Scripted::start([refused, job()]).await;
        let clock = TestClock::default();
        let client = builder(&server, &clock).build().unwrap();
        get(&client).await.unwrap();
        let waited: Duration = clock.waits().iter().sum();
        assert_eq!(waited, Duration::from_secs(60), "{advice}");
    }
}

#[tokio::test]
async fn requests_that_never_reached_the_service_take_no_place() {
    let clock = TestClock::default();
    let refusing = Client::builder()
        .base_url("http://127.0.0.1:1")
        .clock(clock.clone())
        .retry_policy(opentrain::retry::Never)
        .build()
        .unwrap();
    for _ in 0..121 {
        assert!(get(&refusing).await.unwrap_err().is_connect());
    }
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn a_service_that_goes_on_refusing_is_asked_once_a_minute() {
    let server = Scripted::start([too_many().times(2)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    let error = get(&client).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (429, 2)
    );
}

#[tokio::test]
async fn a_refusal_that_says_how_long_is_obeyed_and_closes_nothing() {
    let server = Scripted::start([too_many().header("retry-after", "3"), job()]).await;
    let clock = TestClock::default();
    get(&builder(&server, &clock).build().unwrap())
        .await
        .unwrap();
    assert_eq!(clock.waits(), [Duration::from_millis(3_250)]);
}

#[tokio::test]
async fn calls_that_the_limit_is_not_for_are_not_held_back() {
    let tokens = json!({"tokens": []});
    let refused = json!({"error": "authorization_pending"});
    let server =
        Scripted::start([job().times(120), reply(200, &tokens), reply(400, &refused)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    for _ in 0..120 {
        get(&client).await.unwrap();
    }
    // A call with a token, and one without that has a limit of its own.
    client.tokens().list().await.unwrap();
    let token = ClaimToken::from("ot_clm_example_0000");
    let exchange = client.agent_auth().exchange_token(&token);
    exchange.await.unwrap_err();
    assert_eq!(clock.waits(), []);
}
