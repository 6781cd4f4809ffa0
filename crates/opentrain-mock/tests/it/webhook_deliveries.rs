//! Deliveries to webhooks: content, repetitions, and the end of a subscription.

use std::time::Duration;

use opentrain_mock::{
    AttemptOutcome, Clock, Delivery, DeliveryState, MockServer, Snapshot, TokenOwner,
};
use serde_json::{Value, json};

use crate::support::{Session, envelope, milestone, text};
use crate::webhook_receiver::{Hook, Received};

const MINUTE: Duration = Duration::from_secs(60);
const WAITS: [u32; 4] = [1, 5, 30, 120];
const EVERY_TYPE: [&str; 8] = [
    "proposal.received",
    "proposal.status_changed",
    "message.received",
    "contract.created",
    "milestone.status_changed",
    "payment.pending",
    "approval.confirmed",
    "contract.budget_state_changed",
];

/// Subscribes, and returns the subscription with its secret.
async fn subscribe(session: &Session, url: &str, types: &[&str]) -> (String, String) {
    let body = json!({"url": url, "eventTypes": types});
    let (status, made) = session.post("/webhooks", &body).await;
    assert_eq!(status, 201, "{made}");
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

/// Returns a session whose four events of a published job go to a webhook.
async fn subscribed_job() -> (Session, Hook, String, String) {
    let (session, hook) = (Session::start().await, Hook::open().await);
    let url = format!("{}/hook", hook.origin);
    let (id, secret) = subscribe(&session, &url, &["proposal.received"]).await;
    (session, hook, id, secret)
}

async fn events(session: &Session) -> Vec<Value> {
    let (_, page) = session.get("/updates?limit=200").await;
    page["events"].as_array().expect("it is a list").clone()
}

fn bodies(received: &[Received]) -> Vec<Value> {
    received.iter().map(Received::json).collect()
}

/// Makes an event and returns the record of its delivery.
async fn one_event(session: &Session) -> Delivery {
    session.open_job().await;
    session.server.deliver().await;
    session.server.deliveries().remove(0)
}

#[tokio::test]
async fn webhook_receives_the_events_of_the_feed_signed_and_in_order() {
    let (session, mut hook) = (Session::start().await, Hook::open().await);
    let url = format!("{}/hook?team=a", hook.origin);
    let (_, secret) = subscribe(&session, &url, &EVERY_TYPE).await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(50)).await;
    session.server.clock().advance(MINUTE);
    let approval = text(&asked["approval"]["id"]);
    session.server.human().confirm(&approval).unwrap();
    session.server.deliver().await;

    let received = hook.received();
    assert_eq!(bodies(&received), events(&session).await);
    let now = session.server.clock().now().as_second();
    let mut ids = Vec::new();
    for request in &received {
        assert_eq!((&*request.method, &*request.path), ("POST", "/hook?team=a"));
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("user-agent"), "OpenTrain-Webhooks/1.0");
        assert_eq!(request.header("host"), hook.origin.replace("http://", ""));
        assert_eq!(request.header("x-opentrain-event"), request.json()["type"]);
        let signed_at = request.signed_at(&secret).expect("the signature is right");
        assert!(signed_at == now || signed_at == now - 60);
        assert_eq!(request.signed_at("whsec_other"), None);
        ids.push(request.header("x-opentrain-delivery").to_owned());
    }
    let kinds: Vec<_> = received.iter().map(|of| text(&of.json()["type"])).collect();
    assert!(kinds.contains(&"contract.created".to_owned()), "{kinds:?}");
    let deliveries = session.server.deliveries();
    let noted: Vec<_> = deliveries.iter().map(|of| of.id.clone()).collect();
    assert_eq!(ids, noted);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), received.len());
    assert!(
        deliveries
            .iter()
            .all(|of| of.state == DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn due_deliveries_are_sent_without_a_call() {
    let (session, mut hook, _, secret) = subscribed_job().await;
    session.open_job().await;
    for _ in 0..4 {
        assert!(hook.next().await.signed_at(&secret).is_some());
    }
    hook.respond_with(500);
    session.open_job().await;
    let failed = hook.next().await;
    session.server.deliver().await;
    assert_eq!(hook.received().len(), 3);
    session.server.clock().advance(MINUTE);
    assert_eq!(hook.next().await.body, failed.body);
}

#[tokio::test]
async fn only_types_that_were_asked_for_since_then_in_the_same_account_are_sent() {
    let mut session = Session::start().await;
    let before = session.open_job().await;
    let (mut own, mut foreign) = (Hook::open().await, Hook::open().await);
    subscribe(&session, &own.origin, &["proposal.status_changed"]).await;
    let scopes = ["webhooks:manage", "proposals:read"];
    let token = session.server.token().to_owned();
    let stranger = session.server.issue_token(&scopes, TokenOwner::Stranger);
    session.become_bearer(&stranger.unwrap());
    let types = ["proposal.received", "proposal.status_changed"];
    subscribe(&session, &foreign.origin, &types).await;
    session.become_bearer(&token);

    let proposal = session.proposals(&before).await.remove(0);
    session.open_job().await;
    let human = session.server.human();
    human.review(&proposal, "SHORTLISTED").unwrap();
    session.server.deliver().await;
    let last = events(&session).await.pop();
    assert_eq!(bodies(&own.received()), [last.unwrap()]);
    assert_eq!(bodies(&foreign.received()), Vec::<Value>::new());
}

#[tokio::test]
async fn failed_delivery_is_tried_again_after_1_5_30_and_120_minutes_and_then_given_up() {
    let (session, mut hook, _, secret) = subscribed_job().await;
    let clock = session.server.clock();
    hook.respond_with(503);
    let first = one_event(&session).await;
    let now = clock.now();
    assert_eq!(first.next_attempt_at(), Some(now + MINUTE));
    let mut received = vec![hook.received().remove(0)];
    for wait in WAITS {
        clock.advance(MINUTE * wait - Duration::from_secs(1));
        session.server.deliver().await;
        assert_eq!(hook.received().len(), 0, "{wait} minutes are not over");
        clock.advance(Duration::from_secs(1));
        session.server.deliver().await;
        let again = hook.received();
        assert_eq!(again.len(), 4);
        let signed = again[0].signed_at(&secret);
        assert_eq!(signed, Some(clock.now().as_second()));
        received.push(again[0].clone());
    }
    for again in &received[1..] {
        let id = |of: &Received| of.header("x-opentrain-delivery").to_owned();
        assert_eq!(
            (id(again), &again.body),
            (id(&received[0]), &received[0].body)
        );
    }
    clock.advance(MINUTE * 60 * 24 * 7);
    session.server.deliver().await;
    assert_eq!(hook.received().len(), 0);
    let delivery = session.server.deliveries().remove(0);
    assert_eq!(
        (delivery.id, delivery.state),
        (first.id, DeliveryState::Failed)
    );
    let outcomes = delivery.attempts.iter().map(|attempt| &attempt.outcome);
    assert!(outcomes.eq([&AttemptOutcome::Responded(503); 5]));
    assert_eq!(delivery.attempts[0].at, now);
    assert_eq!(delivery.attempts[4].at, now + MINUTE * 156);
}

#[tokio::test]
async fn only_a_2xx_is_a_success() {
    for status in [200, 201, 204, 299] {
        let (session, hook, ..) = subscribed_job().await;
        hook.respond_with(status);
        assert_eq!(one_event(&session).await.state, DeliveryState::Delivered);
    }
    for status in [301, 302, 307, 308, 400, 404, 410, 429, 500, 599] {
        let (session, mut hook, ..) = subscribed_job().await;
        hook.respond_with(status);
        let delivery = one_event(&session).await;
        let due = session.server.clock().now() + MINUTE;
        assert_eq!(delivery.next_attempt_at(), Some(due), "{status}");
        assert_eq!(
            delivery.attempts[0].outcome,
            AttemptOutcome::Responded(status)
        );
        // A redirect would have led to a port without a listener: it was not followed.
        assert_eq!(hook.received().len(), 4);
    }
}

#[tokio::test]
async fn unreachable_webhook_or_one_without_response_is_a_failure() {
    let (session, hook, ..) = subscribed_job().await;
    drop(hook);
    let delivery = one_event(&session).await;
    let AttemptOutcome::Failed(reason) = &delivery.attempts[0].outcome else {
        panic!("{delivery:?}");
    };
    assert!(reason.starts_with("cannot connect: "), "{reason}");

    let patience = Duration::from_millis(1);
    let server = MockServer::builder()
        .webhook_timeout(patience)
        .start()
        .await;
    let (session, hook) = (Session::with(server.unwrap()), Hook::open().await);
    hook.hold();
    subscribe(&session, &hook.origin, &["proposal.received"]).await;
    let delivery = one_event(&session).await;
    let reason = AttemptOutcome::Failed("no response within 1ms".to_owned());
    assert_eq!(delivery.attempts[0].outcome, reason);
    assert!(delivery.next_attempt_at().is_some());
}

#[tokio::test]
async fn ten_deliveries_in_a_row_that_are_given_up_disable_the_subscription() {
    let (session, mut hook, id, _) = subscribed_job().await;
    let (server, clock) = (&session.server, session.server.clock());
    let path = format!("/webhooks/{id}");
    let give_up = async || {
        server.deliver().await;
        for wait in WAITS {
            clock.advance(MINUTE * wait);
            server.deliver().await;
        }
    };
    // Eight fail, one succeeds: the count begins again.
    hook.respond_with(500);
    session.open_job().await;
    session.open_job().await;
    give_up().await;
    hook.respond_first_with(&[200]);
    session.open_job().await;
    give_up().await;
    assert_eq!(session.get(&path).await.1["webhook"]["status"], "ACTIVE");

    // Three have failed since. Seven more are one too many, and take the eighth with them.
    session.open_job().await;
    give_up().await;
    session.open_job().await;
    give_up().await;
    let (_, found) = session.get(&path).await;
    let webhook = &found["webhook"];
    assert_eq!(webhook["status"], "DISABLED");
    assert!(webhook["disabledAt"].is_string(), "{webhook}");
    assert_eq!(webhook["disabledReason"], "10 deliveries in a row failed");
    let deliveries = server.deliveries();
    let failed = deliveries
        .iter()
        .filter(|of| of.state == DeliveryState::Failed);
    assert_eq!((failed.count(), deliveries.len()), (19, 20));
    let cut_off = deliveries.last().expect("there are some");
    assert_eq!(cut_off.attempts.len(), 4);

    hook.received();
    hook.respond_with(200);
    session.open_job().await;
    server.deliver().await;
    assert_eq!((hook.received().len(), server.deliveries().len()), (0, 20));
    let (second, _) = subscribe(&session, &hook.origin, &["proposal.received"]).await;
    session.open_job().await;
    server.deliver().await;
    assert_eq!(hook.received().len(), 4);
    let (_, found) = session.get(&format!("/webhooks/{second}")).await;
    assert_eq!(found["webhook"]["status"], "ACTIVE");
}

#[tokio::test]
async fn deliveries_go_to_loopback_only() {
    let (session, mut hook) = (Session::start().await, Hook::open().await);
    let url = "https://hooks.example.com/opentrain";
    subscribe(&session, url, &["proposal.received"]).await;
    let delivery = one_event(&session).await;
    assert_eq!(delivery.attempts, []);
    assert_eq!(
        delivery.state,
        DeliveryState::NotSent {
            reason:
                "`https://hooks.example.com` is no plain http on loopback, and is not routed there"
                    .to_owned()
        }
    );

    let server = &session.server;
    server
        .route_webhooks("https://hooks.example.com", &hook.origin)
        .unwrap();
    session.open_job().await;
    server.deliver().await;
    let received = hook.received();
    assert_eq!(received.len(), 4);
    assert_eq!(received[0].path, "/opentrain");
    assert_eq!(received[0].header("host"), "hooks.example.com");

    let refused = server.route_webhooks("https://hooks.example.com", "https://example.com");
    assert_eq!(
        refused.unwrap_err().to_string(),
        "webhooks are sent to loopback only, and `https://example.com` is no such origin: use one like `http://127.0.0.1:9000`"
    );
}

#[tokio::test]
async fn printed_delivery_holds_no_secret() {
    let (session, hook) = (Session::start().await, Hook::open().await);
    let address = hook.origin.replace("http://", "");
    let url = format!("http://user:word@{address}/hook?key=word");
    let (_, secret) = subscribe(&session, &url, &["proposal.received"]).await;
    hook.respond_first_with(&[500]);
    let delivery = one_event(&session).await;
    let line = delivery.to_string();
    let shown = format!(
        "webhook {} event 1 proposal.received to http://{address}/hook, attempt 1: 500, next at 2026-03-04T05:07:07.000Z",
        delivery.id
    );
    assert_eq!(line, shown);
    let printed = format!("{line} {:?}", session.server.deliveries());
    for hidden in ["word", "v1=", secret.as_str()] {
        assert!(!printed.contains(hidden), "{printed}");
    }
    let head = format!("[Delivery {{ id: {:?}, ", delivery.id);
    assert!(printed.contains(&head), "{printed}");
}

#[tokio::test]
async fn deleting_a_subscription_ends_and_forgets_its_deliveries() {
    let (session, mut hook, id, _) = subscribed_job().await;
    hook.respond_with(500);
    one_event(&session).await;
    hook.received();
    let path = format!("/webhooks/{id}");
    assert_eq!(session.call("DELETE", &path, None).await.0, 200);
    assert_eq!(session.server.deliveries(), []);
    session.server.clock().advance(MINUTE * 200);
    session.server.deliver().await;
    assert_eq!(hook.received().len(), 0);
    envelope(session.get(&path).await, 404, "NOT_FOUND");
}

#[tokio::test]
async fn subscription_deleted_during_a_delivery_gets_no_more() {
    let (session, mut hook, id, _) = subscribed_job().await;
    hook.hold();
    session.open_job().await;
    hook.next().await;
    let path = format!("/webhooks/{id}");
    assert_eq!(session.call("DELETE", &path, None).await.0, 200);
    hook.let_go();
    let (_, secret) = subscribe(&session, &hook.origin, &["proposal.received"]).await;
    session.open_job().await;
    session.server.deliver().await;
    let received = hook.received();
    assert_eq!((received.len(), session.server.deliveries().len()), (4, 4));
    assert!(received.iter().all(|of| of.signed_at(&secret).is_some()));
}

#[tokio::test]
async fn pending_deliveries_go_with_a_snapshot_and_are_tried_again_where_it_is_restored() {
    let (session, mut hook, _, secret) = subscribed_job().await;
    hook.respond_with(500);
    let pending = one_event(&session).await;
    hook.received();
    let json = session.server.snapshot().to_json().unwrap();
    drop(session);
    hook.respond_with(200);

    let other = Session::start().await;
    other.server.restore(Snapshot::from_json(&json).unwrap());
    other.server.deliver().await;
    assert_eq!(hook.received().len(), 0);
    other.server.clock().advance(MINUTE);
    other.server.deliver().await;
    let received = hook.received();
    assert_eq!(received.len(), 4);
    assert_eq!(received[0].header("x-opentrain-delivery"), pending.id);
    assert!(received[0].signed_at(&secret).is_some());
    let delivery = other.server.deliveries().remove(0);
    let outcomes: Vec<_> = delivery.attempts.into_iter().map(|of| of.outcome).collect();
    let expected = [500, 200].map(AttemptOutcome::Responded);
    assert_eq!(
        (outcomes, delivery.state),
        (expected.into(), DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn outcome_of_a_delivery_from_before_a_restore_is_ignored() {
    let (session, mut hook, ..) = subscribed_job().await;
    let before = session.server.snapshot();
    hook.hold();
    session.open_job().await;
    hook.next().await;
    session.server.restore(before);
    assert_eq!(session.server.deliveries(), []);
    session.open_job().await;
    // The new world has a delivery of the same number. It waits for a response of its own.
    let second = hook.next().await;
    assert_eq!(session.server.deliveries()[0].attempts, []);
    hook.let_go();
    session.server.deliver().await;
    let delivery = session.server.deliveries().remove(0);
    assert_eq!((delivery.attempts.len(), &*delivery.event_id), (1, "1"));
    assert_eq!(second.json()["id"], "1");
}

#[tokio::test]
async fn slow_webhook_holds_up_neither_the_api_nor_another_webhook() {
    let (session, mut slow, ..) = subscribed_job().await;
    let mut quick = Hook::open().await;
    subscribe(&session, &quick.origin, &["proposal.received"]).await;
    slow.hold();
    session.open_job().await;
    let first = slow.next().await;
    for _ in 0..4 {
        quick.next().await;
    }
    assert_eq!(session.get("/webhooks").await.0, 200);
    // One at a time: the second is sent after the response to the first.
    assert_eq!(slow.received().len(), 0);
    slow.let_go();
    session.server.deliver().await;
    let rest = slow.received();
    assert_eq!((first.json()["id"].clone(), rest.len()), (json!("1"), 3));
    let order: Vec<_> = rest.iter().map(|of| text(&of.json()["id"])).collect();
    assert_eq!(order, ["2", "3", "4"]);
}

#[tokio::test]
async fn expiry_of_an_approval_is_sent_when_the_approval_is_read() {
    let (session, mut hook) = (Session::start().await, Hook::open().await);
    subscribe(&session, &hook.origin, &["approval.confirmed"]).await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(50)).await;
    session.server.clock().advance(MINUTE * 60 * 100);
    session.server.deliver().await;
    assert_eq!(session.server.deliveries(), []);
    let path = format!("/approvals/{}", text(&asked["approval"]["id"]));
    session.get(&path).await;
    let event = hook.next().await.json();
    assert_eq!(event["data"]["status"], "expired");
}

#[tokio::test]
async fn running_clock_sends_at_once_and_stopping_sends_the_rest() {
    let server = MockServer::builder().clock(Clock::running()).start().await;
    let (session, mut hook) = (Session::with(server.unwrap()), Hook::open().await);
    subscribe(&session, &hook.origin, &["proposal.received"]).await;
    session.open_job().await;
    hook.next().await;
    session.open_job().await;
    let mut log = Vec::new();
    session.server.stop().await;
    log.extend(hook.received());
    assert_eq!(log.len(), 7);
}

#[tokio::test]
async fn observer_gets_every_attempt_and_every_unsendable_delivery() {
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let server = MockServer::builder().on_delivery(move |delivery| {
        let _heard = sender.send(delivery.to_string());
    });
    let session = Session::with(server.start().await.unwrap());
    subscribe(
        &session,
        "https://hooks.example.com/",
        &["proposal.received"],
    )
    .await;
    session.open_job().await;
    assert_eq!(
        lines.recv().await.as_deref(),
        Some(
            "webhook dlv_000001 event 1 proposal.received to https://hooks.example.com/, not sent: \
             `https://hooks.example.com` is no plain http on loopback, and is not routed there"
        )
    );
}
