//! Tests of the limiter: waits, permits and the budget of calls without a token.

use super::{Logged, Permit, TokenlessLimiter};
use crate::clock::Clock;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::time::timeout;

const MINUTE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(1);

/// The time of a paused runtime: it goes on by itself when every task waits.
#[derive(Debug)]
struct PausedClock;

impl Clock for PausedClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn limiter(capacity: usize) -> Arc<TokenlessLimiter> {
    Arc::new(TokenlessLimiter::new(capacity, MINUTE))
}

async fn acquire(limiter: &TokenlessLimiter) -> Permit<'_> {
    limiter.acquire(&PausedClock, None).await.unwrap()
}

async fn send(limiter: &TokenlessLimiter) {
    acquire(limiter).await.spend();
}

/// Spawns a task with a call, which returns the second in which it was sent.
fn call(limiter: &Arc<TokenlessLimiter>) -> tokio::task::JoinHandle<u64> {
    let (limiter, start) = (Arc::clone(limiter), PausedClock.now());
    tokio::spawn(async move {
        send(&limiter).await;
        (PausedClock.now() - start).as_secs()
    })
}

#[tokio::test(start_paused = true)]
async fn no_window_holds_more_than_its_share() {
    let limiter = limiter(3);
    let calls: Vec<_> = (0..7).map(|_| call(&limiter)).collect();
    let mut sent = Vec::new();
    for call in calls {
        sent.push(call.await.unwrap());
    }
    assert_eq!(sent, [0, 0, 0, 60, 60, 60, 120]);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_again_when_its_window_has_passed() {
    let limiter = limiter(1);
    send(&limiter).await;
    tokio::time::advance(MINUTE - MOMENT).await;
    assert_eq!(
        limiter.acquire(&PausedClock, Some(MOMENT)).await.err(),
        Some(MOMENT)
    );
    tokio::time::advance(MOMENT).await;
    assert!(limiter.acquire(&PausedClock, Some(MOMENT)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_place_counts_from_the_moment_that_it_is_spent() {
    let limiter = limiter(1);
    let start = PausedClock.now();
    let permit = acquire(&limiter).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    permit.spend();
    send(&limiter).await;
    assert_eq!(PausedClock.now() - start, Duration::from_secs(70));
}

#[tokio::test(start_paused = true)]
async fn calls_that_cannot_wait_take_no_place() {
    let limiter = limiter(1);
    let patience = Some(Duration::from_secs(60));
    send(&limiter).await;
    for _ in 0..100 {
        let refused = limiter.acquire(&PausedClock, patience).await;
        assert_eq!(refused.err(), Some(MINUTE));
    }
    assert_eq!(call(&limiter).await.unwrap(), 60);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_give_their_places_back() {
    let limiter = limiter(120);
    for _ in 0..120 {
        send(&limiter).await;
    }
    for _ in 0..240 {
        assert!(timeout(MOMENT, acquire(&limiter)).await.is_err());
    }
    // The wait is a minute less the 240 ms that the dropped calls took.
    assert_eq!(call(&limiter).await.unwrap(), 59);
}

#[tokio::test(start_paused = true)]
async fn calls_behind_a_dropped_one_move_up() {
    let limiter = limiter(1);
    send(&limiter).await;
    let (first, second) = (call(&limiter), call(&limiter));
    tokio::time::sleep(Duration::from_secs(10)).await;
    first.abort();
    assert_eq!(second.await.unwrap(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_dropped_wakes_the_call_behind_it() {
    let limiter = limiter(1);
    let permit = acquire(&limiter).await;
    let waiting = call(&limiter);
    tokio::time::sleep(Duration::from_secs(10)).await;
    drop(permit);
    assert_eq!(waiting.await.unwrap(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_late_call_does_not_overtake() {
    let limiter = limiter(1);
    send(&limiter).await;
    let early = call(&limiter);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let late = call(&limiter);
    // Both wake at the end of the window at the latest; 30 + 90 seconds are the end of the next one.
    assert_eq!((early.await.unwrap(), late.await.unwrap()), (60, 90));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_closes_the_limit_for_a_window_even_if_older_requests_leave() {
    let limiter = limiter(3);
    send(&limiter).await;
    tokio::time::advance(Duration::from_secs(20)).await;
    send(&limiter).await;
    limiter.refused(PausedClock.now());
    limiter.refused(PausedClock.now());
    let (first, second) = (call(&limiter), call(&limiter));
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (60, 60));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_taken_back_is_free_for_the_next_call() {
    let limiter = limiter(1);
    let permit = limiter.acquire(&PausedClock, None).await.unwrap();
    permit.spend().take_back();
    assert_eq!(call(&limiter).await.unwrap(), 0);
    assert_eq!(call(&limiter).await.unwrap(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_closes_a_limit_without_requests_for_a_window() {
    let limiter = limiter(3);
    send(&limiter).await;
    tokio::time::advance(MINUTE).await;
    limiter.refused(PausedClock.now());
    assert_eq!(call(&limiter).await.unwrap(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_waits_that_become_too_long() {
    let limiter = limiter(2);
    send(&limiter).await;
    let first = acquire(&limiter).await;
    let waiting = {
        let limiter = Arc::clone(&limiter);
        let patience = Some(Duration::from_secs(65));
        tokio::spawn(async move { limiter.acquire(&PausedClock, patience).await.err() })
    };
    tokio::time::sleep(Duration::from_secs(30)).await;
    limiter.refused(PausedClock.now());
    first.spend();
    assert_eq!(waiting.await.unwrap(), Some(Duration::from_secs(30)));
}

#[test]
fn a_wait_is_logged_once_and_again_if_it_becomes_long() {
    let seconds = Duration::from_secs;
    let mut logged = Logged::Nothing;
    let mut stages = Vec::new();
    for (waited, wait) in [(0, 4), (1, 3), (4, 1), (5, 1), (0, 4)] {
        logged.log(seconds(waited), seconds(wait));
        stages.push(logged);
    }
    let (short, long) = (Logged::ShortWait, Logged::LongWait);
    assert_eq!(stages, [short, short, short, long, long]);
}
