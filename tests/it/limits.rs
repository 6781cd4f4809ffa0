//! Limits: waits that the service asks for when a limit is exceeded, and the limit that the client keeps by itself.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use opentrain::retry::{Backoff, RetryAdvice, RetryPolicyExt};
use opentrain::types::JobId;
use opentrain::{Clock, Error};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Scripted, TestClock, builder, client, example, reply};

fn limited(header: Option<(&'static str, &str)>, details: &Value) -> Fault {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1", "details": details});
    let reply = reply(429, &body);
    match header {
        Some((name, value)) => reply.header(name, value),
        None => reply,
    }
}

async fn publish_fails(server: &Scripted) -> Error {
    client(server)
        .jobs()
        .publish(&JobId::from("job_9xT"))
        .await
        .unwrap_err()
}

fn success() -> Fault {
    reply(200, &example("jobs_publish").1)
}

#[tokio::test]
async fn the_service_is_obeyed_by_header_and_by_body() {
    let by_date = "Tue, 14 Nov 2023 22:13:29 GMT";
    for (reply, seconds) in [
        (limited(Some(("retry-after", "7")), &Value::Null), 7),
        (
            limited(Some(("retry-after", by_date)), &Value::Null)
                .header("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
            9,
        ),
        (limited(None, &json!({"retryAfterSeconds": 11})), 11),
    ] {
        let server = Scripted::start([reply, success()]).await;
        let clock = TestClock::default();
        let client = builder(&server, &clock).build().unwrap();
        client
            .jobs()
            .publish(&JobId::from("job_9xT"))
            .await
            .unwrap();
        // A quarter of a second is what spreads it.
        let wait = Duration::from_secs(seconds) + Duration::from_millis(250);
        assert_eq!(clock.waits(), [wait]);
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let server = Scripted::start([limited(Some(("retry-after", "3600")), &Value::Null)]).await;
    let clock = TestClock::default();
    let error = builder(&server, &clock)
        .build()
        .unwrap()
        .auth()
        .me()
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::Retry {
            after: Some(Duration::from_secs(3600))
        }
    );
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn a_daily_limit_is_never_sent_again() {
    let server = Scripted::start([limited(
        Some(("retry-after", "1")),
        &json!({"limit": 3, "windowHours": 24}),
    )])
    .await;
    let error = publish_fails(&server).await;
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::NextWindow {
            window: Duration::from_secs(24 * 3600)
        }
    );
}

#[tokio::test]
async fn the_total_time_is_not_exceeded_by_waiting() {
    let server = Scripted::start([
        limited(Some(("retry-after", "20")), &Value::Null),
        limited(Some(("retry-after", "20")), &Value::Null),
    ])
    .await;
    let clock = TestClock::default();
    let client = builder(&server, &clock)
        .total_timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let error = client.auth().me().await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.elapsed()),
        (2, Duration::from_millis(20_250))
    );
}

#[tokio::test]
async fn nothing_is_sent_without_time_left() {
    let server = Scripted::start([]).await;
    let client = builder(&server, &TestClock::default()).total_timeout(Duration::ZERO);
    let client = client.build().unwrap();
    let with_token = client.auth().me().await.unwrap_err();
    let without = client
        .jobs()
        .get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    for error in [with_token, without] {
        assert!(error.is_timeout() && error.attempts() == 0, "{error:?}");
    }
}

/// Clock whose waits take a minute longer than they were asked to.
#[derive(Clone, Debug, Default)]
struct LateClock(TestClock);

impl Clock for LateClock {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn system_time(&self) -> SystemTime {
        self.0.system_time()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.sleep(duration + Duration::from_secs(60))
    }
}

#[tokio::test]
async fn a_wait_that_took_too_long_is_followed_by_no_attempt() {
    let server = Scripted::start([Fault::html(503)]).await;
    let client = builder(&server, &TestClock::default())
        .clock(LateClock::default())
        .total_timeout(Duration::from_secs(30));
    let error = client.build().unwrap().auth().me().await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (503, 1)
    );
}

#[tokio::test]
async fn tokenless_calls_are_held_below_their_limit() {
    let job = reply(200, &json!({"id": "job_9xT"}));
    let server = Scripted::start([job.times(122)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    for _ in 0..122 {
        client.jobs().get(&JobId::from("job_9xT")).await.unwrap();
    }
    assert_eq!(
        clock.waits(),
        [Duration::from_secs(60)],
        "the 121st waits for a new minute, and the 122nd is in it"
    );
}

#[tokio::test]
async fn calls_that_cannot_wait_for_the_limit_take_no_place_in_it() {
    let job = reply(200, &json!({"id": "job_9xT"}));
    let server = Scripted::start([job.times(121)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock)
        .total_timeout(Duration::from_secs(50))
        .build()
        .unwrap();
    let get = || client.jobs().get(&JobId::from("job_9xT"));
    for _ in 0..120 {
        get().await.unwrap();
    }
    for _ in 0..300 {
        let error = get().await.unwrap_err();
        assert!(
            matches!(error.kind(), opentrain::ErrorKind::LocalRateLimit { .. }),
            "{error:?}"
        );
        let after = Some(Duration::from_secs(60));
        assert_eq!(
            (error.attempts(), error.retry_advice()),
            (0, RetryAdvice::Retry { after })
        );
    }
    Clock::sleep(&clock, Duration::from_secs(60)).await;
    get().await.unwrap();
}

#[tokio::test]
async fn an_absurd_wish_of_the_service_is_no_panic() {
    let absurd = limited(Some(("retry-after", "18446744073709551615")), &Value::Null);
    let server = Scripted::start([Fault::html(503), absurd]).await;
    let policy = Backoff::default().max_wait(Duration::MAX).at_most(5);
    let client = builder(&server, &TestClock::default())
        .retry_policy(policy)
        .build()
        .unwrap();
    let error = client.auth().me().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
}

#[tokio::test]
async fn the_last_failure_is_in_the_error_when_the_time_is_over() {
    let found = reply(200, &json!({"id": "job_9xT"}));
    let limited = limited(Some(("retry-after", "59")), &Value::Null);
    let server = Scripted::start([found.times(119), limited]).await;
    let client = builder(&server, &TestClock::default())
        .total_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    // The wait of 59 seconds fits, and the limiter leaves the second attempt no room.
    let job = JobId::from("job_9xT");
    for _ in 0..119 {
        client.jobs().get(&job).await.unwrap();
    }
    let error = client
        .jobs()
        .get(&job)
        .retry_policy(Backoff::default().at_most(2))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429, "{error:?}");
}

#[tokio::test]
async fn a_limit_is_a_limit_whatever_its_reason_is_called() {
    let details =
        json!({"limit": 3, "reason": "brand_new", "retryAfterSeconds": 1, "windowHours": 24});
    let server = Scripted::start([limited(None, &details)]).await;
    let error = publish_fails(&server).await;
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::NextWindow {
            window: Duration::from_secs(24 * 3600)
        }
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert!(
        matches!(
            error.reason(),
            Some(opentrain::Reason::DailyLimit { limit: Some(3), .. })
        ),
        "{error:?}"
    );
}
