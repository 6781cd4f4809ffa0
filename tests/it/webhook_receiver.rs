//! Receiver of webhooks: the mock's real deliveries over loopback, and deliveries that no service would send.

mod deliveries;
mod hook;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use axum::extract::FromRequest;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use opentrain::http::HeaderMap;
use opentrain::webhook::{
    BoxError, Declined, Delivery, MemoryReplayStore, Receiver, ReplayFuture, ReplayKey,
    ReplayStore, Signer, Verifier, VerifyError,
};

use crate::support::{TestClock, chain};

const SECRET: &str = "whsec_example";
const BODY: &str = r#"{"id":"1","type":"message.received"}"#;
/// Time of [`TestClock`].
const NOW: Duration = Duration::from_secs(1_700_000_000);

/// Returns a receiver, and the number of times that it woke the reader of the feed.
fn receiver() -> (Receiver, Arc<AtomicUsize>) {
    let wakes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&wakes);
    let wake = move || {
        counted.fetch_add(1, Ordering::Relaxed);
    };
    let verifier = Verifier::new([SECRET]).unwrap();
    let receiver = Receiver::new(verifier, wake).clock(TestClock::default());
    (receiver, wakes)
}

fn signed_at(body: &'static str, time: Duration) -> (HeaderMap, &'static str) {
    let signer = Signer::new(SECRET).unwrap();
    let request = signer.request(body, SystemTime::UNIX_EPOCH + time);
    (request.headers().clone(), body)
}

async fn accept(receiver: &Receiver, time: Duration) -> Result<Delivery, Declined> {
    let (headers, body) = signed_at(BODY, time);
    receiver.accept(&headers, body).await
}

fn woken(wakes: &AtomicUsize) -> usize {
    wakes.load(Ordering::Relaxed)
}

/// Polls once, without a runtime.
fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn it_needs_neither_a_client_nor_a_runtime() {
    let (receiver, wakes) = receiver();
    let (headers, body) = signed_at(BODY, NOW);
    for expected in [1, 1] {
        let received = pin!(receiver.receive(&headers, body));
        assert_eq!(poll(received), Poll::Ready(StatusCode::NO_CONTENT));
        assert_eq!(woken(&wakes), expected);
    }
    let forged = pin!(receiver.receive(&headers, "{}"));
    assert_eq!(poll(forged), Poll::Ready(StatusCode::UNAUTHORIZED));
    assert_eq!(woken(&wakes), 1);
}

#[tokio::test]
async fn a_duplicate_is_found_at_any_time_and_under_any_delivery_id() {
    let (receiver, wakes) = receiver();
    let delivery = accept(&receiver, NOW).await.unwrap();
    assert_eq!(delivery.event().unwrap().id, "1");
    assert_eq!(delivery.commit().await.unwrap(), StatusCode::NO_CONTENT);
    let (mut headers, body) = signed_at(BODY, NOW - Duration::from_secs(60));
    headers.insert("x-opentrain-delivery", "dlv_other".parse().unwrap());
    let again = receiver.accept(&headers, body).await.unwrap_err();
    assert!(matches!(again, Declined::Duplicate));
    let late = accept(&receiver, NOW - Duration::from_secs(7_200)).await;
    let late = late.unwrap_err();
    assert!(matches!(late, Declined::Duplicate));
    assert!(again.status().is_success() && late.status().is_success());
    assert_eq!(woken(&wakes), 1);
}

#[tokio::test]
async fn a_replay_under_the_id_of_another_delivery_does_not_keep_that_one_out() {
    let (receiver, _) = receiver();
    accept(&receiver, NOW)
        .await
        .unwrap()
        .commit()
        .await
        .unwrap();
    let (mut replayed, body) = signed_at(BODY, NOW);
    let (other, other_body) = signed_at(r#"{"id":"2","type":"message.received"}"#, NOW);
    let id = other["x-opentrain-delivery"].clone();
    replayed.insert("x-opentrain-delivery", id);
    assert!(receiver.accept(&replayed, body).await.is_err());
    assert!(receiver.accept(&other, other_body).await.is_ok());
}

#[tokio::test]
async fn one_that_is_only_too_old_or_too_new_wakes_the_feed_and_is_not_handled() {
    for time in [
        NOW - Duration::from_secs(7_200),
        NOW + Duration::from_secs(7_200),
    ] {
        let (receiver, wakes) = receiver();
        let declined = accept(&receiver, time).await.unwrap_err();
        assert_eq!(declined.status(), StatusCode::NO_CONTENT);
        let Declined::Unverified(error) = declined else {
            panic!("{declined:?}");
        };
        assert!(error.stale().is_some());
        assert_eq!(woken(&wakes), 1);
        // It was not handled: signed anew, it is.
        assert!(accept(&receiver, NOW).await.is_ok());
    }
}

#[tokio::test]
async fn a_delivery_that_the_service_did_not_sign_wakes_nothing() {
    let (receiver, wakes) = receiver();
    let (headers, _) = signed_at(BODY, NOW);
    let other = Signer::new("whsec_other").unwrap();
    let old = SystemTime::UNIX_EPOCH + NOW - Duration::from_secs(7_200);
    let by_another = other.request(BODY, old).headers().clone();
    for (headers, error) in [
        (headers, VerifyError::Mismatch),
        (by_another, VerifyError::Mismatch),
        (HeaderMap::new(), VerifyError::NoSignature),
    ] {
        let declined = receiver.accept(&headers, "{}").await.unwrap_err();
        assert_eq!(declined.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            chain(&declined),
            format!("the delivery was not verified: {error}")
        );
    }
    assert_eq!(woken(&wakes), 0);
}

#[tokio::test]
async fn it_is_recorded_only_after_the_handler_succeeded() {
    let (receiver, wakes) = receiver();
    let failed = accept(&receiver, NOW).await.unwrap();
    drop(failed);
    let again = accept(&receiver, NOW).await.unwrap();
    again.commit().await.unwrap();
    assert!(accept(&receiver, NOW).await.is_err());
    assert_eq!(woken(&wakes), 2);
}

#[tokio::test]
async fn two_attempts_of_one_delivery_take_turns() {
    for succeeds in [true, false] {
        let (receiver, _) = receiver();
        let first = accept(&receiver, NOW).await.unwrap();
        let mut second = pin!(accept(&receiver, NOW));
        assert!(poll(second.as_mut()).is_pending());
        // Another delivery does not wait.
        let (headers, body) = signed_at(r#"{"id":"2","type":"message.received"}"#, NOW);
        assert!(receiver.clone().accept(&headers, body).await.is_ok());
        match succeeds {
            true => drop(first.commit().await.unwrap()),
            false => drop(first),
        }
        let second = second.await;
        assert_eq!(second.is_err(), succeeds, "{second:?}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_delivered_and_can_be_committed() {
    let (receiver, _) = receiver();
    for body in ["", "[]", r#"{"id":"9","type":7}"#] {
        let (headers, body) = signed_at(body, NOW);
        let delivery = receiver.accept(&headers, body).await.unwrap();
        assert!(delivery.event().is_err());
        assert_eq!(delivery.verified().body(), body);
        delivery.commit().await.unwrap();
        assert!(receiver.accept(&headers, body).await.is_err());
    }
}

/// Store that fails to record a key, and to look one up unless `can_look_up` is set.
struct Broken {
    can_look_up: bool,
}

impl ReplayStore for Broken {
    fn contains(&self, _: ReplayKey) -> ReplayFuture<'_, bool> {
        let error = || BoxError::from("the database is away");
        let response = self.can_look_up.then_some(false).ok_or_else(error);
        Box::pin(async { response })
    }

    fn record(&self, _: ReplayKey) -> ReplayFuture<'_, ()> {
        Box::pin(async { Err("the disk is full".into()) })
    }
}

#[tokio::test]
async fn a_failing_store_loses_nothing_and_says_so() {
    let (receiver, wakes) = receiver();
    let unavailable = receiver.clone().replay_store(Broken { can_look_up: false });
    let declined = accept(&unavailable, NOW).await.unwrap_err();
    assert_eq!(declined.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        chain(&declined),
        "the replay store failed: the database is away"
    );
    assert_eq!(woken(&wakes), 1);
    let full = receiver.replay_store(Broken { can_look_up: true });
    let unrecorded = accept(&full, NOW).await.unwrap().commit().await;
    let unrecorded = unrecorded.unwrap_err();
    // It was handled: another attempt would only repeat that.
    assert_eq!(unrecorded.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        chain(&unrecorded),
        "the delivery was handled but could not be recorded: the disk is full"
    );
    let (headers, body) = signed_at(BODY, NOW);
    assert_eq!(full.receive(&headers, body).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_bounded_store_forgets_the_oldest() {
    let (receiver, _) = receiver();
    let store = Arc::new(MemoryReplayStore::new(1));
    let receiver = receiver.replay_store(Arc::clone(&store));
    let (headers, body) = signed_at(r#"{"id":"2","type":"message.received"}"#, NOW);
    accept(&receiver, NOW)
        .await
        .unwrap()
        .commit()
        .await
        .unwrap();
    assert!(accept(&receiver, NOW).await.is_err());
    receiver.receive(&headers, body).await;
    let delivery = accept(&receiver, NOW).await.unwrap();
    let key = delivery.verified().replay_key();
    assert!(!store.contains(key).await.unwrap());
}

#[tokio::test]
async fn neither_secret_nor_body_is_shown() {
    let (receiver, _) = receiver();
    let delivery = accept(&receiver, NOW).await.unwrap();
    let shown = format!("{receiver:?} {delivery:?}");
    delivery.commit().await.unwrap();
    let stale = accept(&receiver, Duration::ZERO).await.unwrap_err();
    let shown = format!("{shown} {stale:?} {}", chain(&stale));
    let (headers, _) = signed_at(BODY, NOW);
    let mac = headers["x-opentrain-signature"].to_str().unwrap();
    let (_, mac) = mac.split_once("v1=").unwrap();
    for hidden in [SECRET, mac, "message.received"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[tokio::test]
async fn the_extractor_responds_to_what_must_not_be_handled() {
    let (receiver, wakes) = receiver();
    let extract = async |headers: HeaderMap, body: &str| {
        let mut request = Request::new(axum::body::Body::from(body.to_owned()));
        *request.headers_mut() = headers;
        Delivery::from_request(request, &receiver).await
    };
    let status = |declined: Declined| declined.into_response().status();
    let (headers, body) = signed_at(BODY, NOW);
    let accepted = extract(headers.clone(), body).await.unwrap();
    assert_eq!(accepted.event().unwrap().id, "1");
    accepted.commit().await.unwrap();
    let (late, _) = signed_at(BODY, Duration::ZERO);
    for (headers, body, expected) in [
        (headers.clone(), body, StatusCode::NO_CONTENT),
        (late, body, StatusCode::NO_CONTENT),
        (headers.clone(), "{}", StatusCode::UNAUTHORIZED),
        (HeaderMap::new(), body, StatusCode::UNAUTHORIZED),
        (headers, &"x".repeat(3 << 20), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let declined = extract(headers, body).await.unwrap_err();
        assert!(!chain(&declined).is_empty());
        assert_eq!(status(declined), expected);
    }
    assert_eq!(woken(&wakes), 1);
}
