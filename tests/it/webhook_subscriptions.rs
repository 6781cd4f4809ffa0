//! Ensured subscription for a URL: which subscriptions stay, which are replaced, and the state after a failure.

use opentrain::resources::EnsuredWebhook;
use opentrain::types::{EventType, WebhookId, WebhookStatus};
use opentrain::{Client, ErrorKind};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, TestClock, builder, client, reply};

const URL: &str = "https://hooks.example.com/opentrain";
const KINDS: [EventType; 2] = [EventType::ProposalReceived, EventType::ApprovalConfirmed];

fn client_of(server: &Mock) -> Client {
    let builder = builder(server, &TestClock::default());
    builder.token(server.token()).build().unwrap()
}

async fn ensure(client: &Client, stored: &[&WebhookId]) -> EnsuredWebhook {
    let ensure = client.webhooks().ensure(URL, KINDS);
    ensure.stored(stored.iter().copied()).await.unwrap()
}

async fn ids(client: &Client) -> Vec<WebhookId> {
    let list = client.webhooks().list().await.unwrap();
    list.items.into_iter().map(|webhook| webhook.id).collect()
}

fn deleted(ensured: &EnsuredWebhook) -> Vec<&WebhookId> {
    ensured.deleted.iter().map(|webhook| &webhook.id).collect()
}

#[tokio::test]
async fn it_creates_once_and_keeps_what_is_stored() {
    let server = Mock::start().await;
    let client = client_of(&server);
    let created = ensure(&client, &[]).await;
    assert!(created.secret.is_some() && created.deleted.is_empty());
    let id = &created.webhook.id;
    let mark = server.mark();
    for order in [KINDS, [KINDS[1].clone(), KINDS[0].clone()]] {
        let again = client.webhooks().ensure(URL, order).stored([id]);
        let again = again.await.unwrap();
        assert_eq!((&again.webhook.id, again.secret), (id, None));
        assert!(again.deleted.is_empty());
    }
    let asked = server.log().since(mark).requests().unwrap();
    assert!(asked.iter().all(|request| request.method == "GET"));
    assert!(!format!("{created:?}").contains(created.secret.unwrap().expose()));
}

#[tokio::test]
async fn useless_subscriptions_are_replaced_and_other_urls_are_left_alone() {
    let server = Mock::start().await;
    let client = client_of(&server);
    let webhooks = client.webhooks();
    let create = async |url: &str, kinds: &[EventType]| {
        let created = webhooks.create(url, kinds.iter().cloned()).await;
        created.unwrap().webhook.id
    };
    let elsewhere = create("https://hooks.example.com/other", &KINDS).await;
    // Its secret is not stored.
    let unknown = create(URL, &KINDS).await;
    let first = ensure(&client, &[&elsewhere]).await;
    assert_eq!(deleted(&first), [&unknown]);
    // The same URL, written in another way.
    let other_form = create("HTTPS://hooks.EXAMPLE.com:443/opentrain", &KINDS).await;
    // Other events.
    let fewer = create(URL, &KINDS[..1]).await;
    let stored = [&first.webhook.id, &other_form, &fewer];
    let second = ensure(&client, &stored).await;
    assert_eq!(second.webhook.id, other_form);
    assert_eq!(second.secret, None);
    assert_eq!(deleted(&second), [&fewer, &first.webhook.id]);
    let more = client.webhooks().ensure(URL, [EventType::MessageReceived]);
    let third = more.stored([&other_form]).await.unwrap();
    assert_eq!(deleted(&third), [&other_form]);
    assert!(third.secret.is_some());
    assert_eq!(ids(&client).await, [third.webhook.id, elsewhere]);
}

fn webhook(id: &str, status: &str) -> Value {
    json!({
        "id": id, "url": URL, "eventTypes": ["proposal.received", "approval.confirmed"], "status": status,
        "createdAt": "2026-03-04T05:06:07.000Z", "disabledAt": null, "disabledReason": null,
    })
}

fn list(webhooks: &[Value]) -> Fault {
    reply(200, &json!({ "webhooks": webhooks }))
}

fn created(id: &str) -> Fault {
    let webhook = webhook(id, "ACTIVE");
    reply(
        201,
        &json!({"webhook": webhook, "secret": "whsec_example_1", "message": "Keep it."}),
    )
}

fn gone() -> Fault {
    let body = json!({
        "error": "Webhook not found", "code": "NOT_FOUND", "requestId": "r-1",
        "details": {"resource": "webhooks", "webhookId": "wh_1"},
    });
    reply(404, &body)
}

#[tokio::test]
async fn a_disabled_one_is_replaced_though_its_secret_is_stored_and_though_it_is_gone_by_then() {
    let server = Scripted::start([
        list(&[webhook("wh_1", "DISABLED")]),
        gone(),
        created("wh_2"),
    ]);
    let server = server.await;
    let ensured = ensure(&client(&server), &[&"wh_1".into()]).await;
    assert_eq!(ensured.webhook.id, "wh_2");
    assert_eq!(ensured.deleted[0].status, WebhookStatus::Disabled);
    let methods: Vec<_> = server.requests().into_iter().map(|of| of.method).collect();
    assert_eq!(methods, ["GET", "DELETE", "POST"]);
}

#[tokio::test]
async fn a_state_that_is_not_known_is_no_reason_to_replace() {
    let server = Scripted::start([list(&[webhook("wh_1", "PAUSED")])]).await;
    let ensured = ensure(&client(&server), &[&"wh_1".into()]).await;
    assert_eq!(
        (ensured.webhook.id.as_str(), ensured.secret),
        ("wh_1", None)
    );
}

#[tokio::test]
async fn one_that_cannot_be_read_is_an_error_only_at_its_url() {
    let unreadable = |url: &str| json!({"id": 7, "url": url, "status": "ACTIVE"});
    let elsewhere = unreadable("https://hooks.example.com/other");
    let server = Scripted::start([list(&[elsewhere]), created("wh_2")]).await;
    assert_eq!(ensure(&client(&server), &[]).await.webhook.id, "wh_2");
    let server = Scripted::start([list(&[unreadable(URL)])]).await;
    let error = client(&server).webhooks().ensure(URL, KINDS).await;
    let error = error.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Element(_)), "{error:?}");
}

#[tokio::test]
async fn without_event_types_it_fails_before_anything_is_deleted() {
    let server = Scripted::start([]).await;
    let error = client(&server).webhooks().ensure(URL, []).await;
    let error = error.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::InvalidRequest(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_creation_whose_response_is_lost_is_put_right_by_the_next_call() {
    let server = Mock::start().await;
    let client = client_of(&server);
    let cut = Fault::truncated_json().after_the_work();
    let cut = cut.on("webhooks_create");
    server.faults().add(cut).unwrap();
    let lost = client.webhooks().ensure(URL, KINDS).await;
    assert!(lost.is_err());
    let orphan = ids(&client).await;
    assert_eq!(orphan.len(), 1);
    let ensured = ensure(&client, &[]).await;
    assert_eq!(deleted(&ensured), [&orphan[0]]);
    assert_eq!(ids(&client).await, [ensured.webhook.id]);
}
