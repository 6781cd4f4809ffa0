//! The mock's real deliveries: retries, duplicates, late ones, a subscription that is disabled and replaced.

use std::time::Duration;

use opentrain::types::WebhookStatus;
use opentrain_mock::DeliveryState;

use super::hook::{Hook, MINUTE, kinds};

/// Minutes after each failure to the next attempt.
const WAITS: [u32; 4] = [1, 5, 30, 120];

#[tokio::test]
async fn every_event_is_verified_handled_once_and_wakes_the_feed() {
    let hook = Hook::open(Duration::ZERO).await;
    hook.make_events(25).await;
    assert_eq!(hook.handled().len(), 25);
    assert_eq!(hook.handled(), hook.feed().await);
    assert_eq!(hook.wakes(), 25);
    assert_eq!(hook.statuses(), [204; 25]);
    let deliveries = hook.mock.deliveries();
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.state == DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn an_event_that_the_handler_failed_for_is_handled_at_a_later_attempt() {
    let hook = Hook::open(Duration::ZERO).await;
    hook.fail(3);
    hook.make_events(1).await;
    hook.retry(&WAITS).await;
    assert_eq!(hook.statuses(), [500, 500, 500, 204]);
    assert_eq!(hook.handled(), hook.feed().await);
    assert_eq!(hook.wakes(), 4);
}

#[tokio::test]
async fn a_delivery_whose_response_was_lost_is_not_handled_again() {
    let hook = Hook::open(Duration::ZERO).await;
    hook.lose_response();
    hook.make_events(1).await;
    let delivery = hook.mock.deliveries().remove(0);
    assert!(delivery.next_attempt_at().is_some());
    hook.retry(&WAITS).await;
    assert_eq!(hook.statuses(), [204, 204]);
    assert_eq!((hook.handled().len(), hook.wakes()), (1, 1));
    let delivery = hook.mock.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn deliveries_that_seem_two_hours_old_wake_the_feed_and_disable_nothing() {
    let hook = Hook::open(120 * MINUTE).await;
    hook.make_events(60).await;
    assert_eq!(hook.statuses(), [204; 60]);
    assert_eq!((hook.handled().len(), hook.wakes()), (0, 60));
    assert_eq!(hook.feed().await.len(), 60);
    assert_eq!(hook.status().await, WebhookStatus::Active);
}

#[tokio::test]
async fn a_subscription_that_was_disabled_is_replaced_and_its_events_are_in_the_feed() {
    let hook = Hook::open(Duration::ZERO).await;
    hook.verifier.set_secrets(["whsec_forgotten"]).unwrap();
    hook.make_events(10).await;
    hook.retry(&WAITS).await;
    assert_eq!(hook.statuses(), [401; 50]);
    assert_eq!(hook.status().await, WebhookStatus::Disabled);
    hook.make_events(1).await;
    assert_eq!(hook.statuses(), Vec::<u16>::new());

    let ensure = hook.client.webhooks().ensure(&hook.url, kinds());
    let ensured = ensure.stored([&hook.id]).await.unwrap();
    assert_eq!(ensured.deleted[0].id, hook.id);
    hook.verifier.set_secrets(ensured.secret).unwrap();
    hook.make_events(2).await;
    assert_eq!(hook.statuses(), [204; 2]);
    let feed = hook.feed().await;
    assert_eq!((hook.handled(), feed.len()), (feed[11..].to_vec(), 13));
}

#[tokio::test]
async fn of_two_subscriptions_at_one_url_each_event_is_handled_once() {
    let hook = Hook::open(Duration::ZERO).await;
    let second = hook.client.webhooks().create(&hook.url, kinds()).await;
    let secrets = [&hook.secret, &second.unwrap().secret];
    hook.verifier.set_secrets(secrets).unwrap();
    hook.make_events(3).await;
    assert_eq!(hook.statuses(), [204; 6]);
    assert_eq!(hook.handled(), hook.feed().await);
}
