//! A call that waits for the limit of the tokenless endpoints says so: once, and at INFO if it takes longer than five seconds.

use std::time::Duration;

use opentrain::types::JobId;
use opentrain::{Client, Clock};
use serde_json::json;

use crate::Capture;
use crate::support::clock::TestClock;
use crate::support::scripted::{Scripted, reply};

/// Returns the log of the waits of calls, when the limit was used up so many seconds ago.
async fn logged(ago: u64) -> String {
    let capture = Capture::default();
    // For this thread alone: the other test has one for all others.
    let _guard = tracing::subscriber::set_default(capture.clone());
    let job = reply(200, &json!({"id": "job_9xT"}));
    let server = Scripted::start([job.times(121)]).await;
    let clock = TestClock::default();
    let client = Client::builder().base_url(server.base_url());
    let client = client.clock(clock.clone()).build().unwrap();
    let job = JobId::from("job_9xT");
    for _ in 0..120 {
        client.jobs().get(&job).await.unwrap();
    }
    clock.sleep(Duration::from_secs(ago)).await;
    client.jobs().get(&job).await.unwrap();
    let text = capture.text(false);
    let events: Vec<&str> = text.lines().filter(|line| line.contains("event")).collect();
    events.join("\n")
}

#[tokio::test]
async fn a_long_wait_is_logged_at_info_and_a_short_one_at_debug() {
    let why = "message=a call is held back, to stay below the limit of requests a minute to the endpoints that need no token";
    assert_eq!(logged(0).await, format!("INFO event {why} wait=60s"));
    assert_eq!(logged(54).await, format!("INFO event {why} wait=6s"));
    assert_eq!(logged(55).await, format!("DEBUG event {why} wait=5s"));
}
