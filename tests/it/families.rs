//! Families of operations: the request of each call, and the result for the documented response.

mod access;

use opentrain::Client;
use opentrain::types::{
    ApprovalType, ContractId, ConversationFilter, ConversationId, CreateMilestoneRequest,
    CreditTopUpStatus, Cursor, Date, EventType, FreelancerIdOrSlug, MessageDirection, MilestoneId,
    MilestoneStatus, PendingPaymentStatus, TeamInviteOutcome, TopUpId, Usd, WebhookId,
    WebhookStatus,
};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Scripted, client, reply, repository_file};

/// Returns an operation of the documents by its name.
fn operation(id: &str) -> Value {
    for document in ["spec/documented.json", "spec/agent-auth.json"] {
        let document: Value = serde_json::from_str(&repository_file(document)).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let mut operations = paths
            .filter_map(Value::as_object)
            .flat_map(|path| path.values());
        if let Some(found) = operations.find(|operation| operation["operationId"] == id) {
            return found.clone();
        }
    }
    panic!("no document has the operation {id}");
}

/// Returns the example of a body: the only one, or the one of this name.
fn example(content: &Value, name: &str) -> Value {
    let media = content.as_object().unwrap().values().next().unwrap();
    let named = media.pointer(&format!("/examples/{name}/value"));
    named.or(media.get("example")).unwrap().clone()
}

/// Returns the documented body of a request.
fn request_body(id: &str) -> Value {
    example(&operation(id)["requestBody"]["content"], "chosen")
}

/// Starts a server that sends the documented response of an operation once, and returns it with its client.
async fn documented(id: &str, status: u16) -> (Scripted, Client) {
    documented_as(id, status, "").await
}

async fn documented_as(id: &str, status: u16, name: &str) -> (Scripted, Client) {
    let body = example(
        &operation(id)["responses"][status.to_string()]["content"],
        name,
    );
    let server = Scripted::start([reply(status, &body)]).await;
    let client = client(&server);
    (server, client)
}

/// Returns a body without one of its members.
fn without(mut body: Value, member: &str) -> Value {
    body.as_object_mut().unwrap().remove(member);
    body
}

/// Returns the only request, without the Public API's base path: `GET /jobs`.
fn asked(server: &Scripted) -> String {
    let request = server.request();
    let target = request.target.replace("/api/public/v1", "");
    format!("{} {target}", request.method)
}

#[tokio::test]
async fn a_profile_is_read_by_id_or_slug() {
    let (server, client) = documented("freelancers_get", 200).await;
    let id = FreelancerIdOrSlug::from("ines-k");
    let profile = client.freelancers().get(&id).await.unwrap();
    assert_eq!(profile.display_name.unwrap(), "Ines K.");
    assert_eq!(asked(&server), "GET /freelancers/ines-k");
}

#[tokio::test]
async fn conversations_are_listed_with_their_filters() {
    let (server, client) = documented_as("messages_list", 200, "conversations").await;
    let list = client.messages().conversations();
    let list = list.filter(ConversationFilter::Proposal).unread_only();
    let page = list.page_size(25).start_at("c_1").await.unwrap();
    assert_eq!(page.items[0].id, ConversationId::from("cnv_6h"));
    assert_eq!(page.next_cursor, Some(Cursor::from("c_00000020")));
    assert_eq!(
        asked(&server),
        "GET /messages?cursor=c_1&filter=proposal&limit=25&unreadOnly=true"
    );
}

#[tokio::test]
async fn the_messages_of_a_conversation_are_listed_in_a_direction() {
    let (server, client) = documented_as("messages_list", 200, "messages").await;
    let id = ConversationId::from("cnv_6h");
    let list = client.messages().in_conversation(&id);
    let list = list.direction(MessageDirection::Newer).page_size(25);
    let messages = list.items().try_collect().await.unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].content.as_deref(), Some("Monday works for me."));
    assert_eq!(
        asked(&server),
        "GET /messages?conversationId=cnv_6h&direction=newer&limit=25"
    );
}

#[tokio::test]
async fn conversations_and_messages_go_on_page_by_page() {
    let conversations =
        |next: Option<&str>| json!({"conversations": [{"id": "cnv_6h"}], "nextCursor": next});
    // An empty page with a cursor is not the end.
    let replies = [
        conversations(Some("c1")),
        json!({"conversations": [], "nextCursor": "c2"}),
        conversations(None),
        json!({"messages": [], "nextCursor": "m1"}),
        json!({"messages": [{"id": "msg_2"}], "nextCursor": null}),
    ];
    let server = Scripted::start(replies.map(|body| reply(200, &body))).await;
    let messages = client(&server).messages();
    let unread = messages.conversations().unread_only().items();
    assert_eq!(unread.try_collect().await.unwrap().len(), 2);
    let mut pages = messages.in_conversation(&"cnv_6h".into()).pages();
    assert!(pages.try_next().await.unwrap().unwrap().items.is_empty());
    assert_eq!(pages.try_next().await.unwrap().unwrap().items.len(), 1);
    assert!(pages.try_next().await.unwrap().is_none());
    let queries: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target.replace("/api/public/v1/messages?", ""))
        .collect();
    assert_eq!(
        queries,
        [
            "unreadOnly=true",
            "cursor=c1&unreadOnly=true",
            "cursor=c2&unreadOnly=true",
            "conversationId=cnv_6h",
            "conversationId=cnv_6h&cursor=m1",
        ]
    );
}

#[tokio::test]
async fn a_list_that_is_not_there_does_not_pass_for_an_empty_one() {
    let other_mode = json!({"conversations": [], "nextCursor": null});
    let server = Scripted::start([reply(200, &other_mode)]).await;
    let list = client(&server).messages().in_conversation(&"cnv_6h".into());
    let error = list.await.unwrap_err();
    assert!(error.is_decode(), "{error:?}");
}

#[tokio::test]
async fn one_bad_message_is_reported_and_the_rest_go_on() {
    let body = json!({"messages": [{"id": 7}, {"id": "msg_2"}], "nextCursor": null});
    let server = Scripted::start([reply(200, &body)]).await;
    let list = client(&server).messages().in_conversation(&"cnv_6h".into());
    let page = list.await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.rejected[0].path(), "messages[0].id");
}

#[tokio::test]
async fn a_message_is_sent_into_a_conversation() {
    let (server, client) = documented("messages_send", 201).await;
    let id = ConversationId::from("cnv_6h");
    let sent = client.messages().send(&id, "Could you start on Monday?");
    assert_eq!(sent.await.unwrap().id.as_str(), "msg_1");
    assert_eq!(asked(&server), "POST /messages");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("messages_send")
    );
}

#[tokio::test]
async fn a_message_that_may_have_gone_out_is_not_sent_again() {
    let server = Scripted::start([Fault::html(503)]).await;
    let sent = client(&server).messages().send(&"cnv_6h".into(), "Hello?");
    assert_eq!(sent.await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_milestone_is_added_to_a_contract() {
    let (server, client) = documented("contracts_create_milestone", 201).await;
    let request = CreateMilestoneRequest::new(String::from("The third batch of 40 hours."))
        .name("Week 3")
        .amount_usd(740)
        .volume(40)
        .due_date("2026-03-20".parse::<Date>().unwrap());
    let contract = ContractId::from("ctr_9");
    let milestone = client.contracts().create_milestone(&contract, request);
    let milestone = milestone.await.unwrap();
    assert_eq!(milestone.status, MilestoneStatus::NotFunded);
    assert_eq!(asked(&server), "POST /contracts/ctr_9/milestones");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("contracts_create_milestone")
    );
}

#[tokio::test]
async fn funding_a_milestone_waits_for_a_human() {
    let (server, client) = documented("milestones_fund", 202).await;
    let pending = client.milestones().fund(&MilestoneId::from("ms_4"));
    assert_eq!(pending.await.unwrap().type_, ApprovalType::MilestoneFund);
    assert_eq!(asked(&server), "POST /milestones/ms_4/fund");
}

#[tokio::test]
async fn approving_a_milestone_waits_for_a_human() {
    let (server, client) = documented("milestones_approve", 202).await;
    let pending = client.milestones().approve(&MilestoneId::from("ms_4"));
    assert_eq!(pending.await.unwrap().type_, ApprovalType::MilestoneApprove);
    assert_eq!(asked(&server), "POST /milestones/ms_4/approve");
}

#[tokio::test]
async fn updates_come_after_a_cursor() {
    let (server, client) = documented("updates_poll", 200).await;
    let poll = client.updates().poll().cursor("20809").limit(25);
    let page = poll.await.unwrap();
    assert_eq!(page.events[0].type_, EventType::ProposalReceived);
    assert_eq!(page.next_cursor, Some(Cursor::from("20817")));
    assert!(!page.has_more);
    assert_eq!(asked(&server), "GET /updates?cursor=20809&limit=25");
}

#[tokio::test]
async fn without_a_cursor_updates_come_from_the_beginning() {
    let body = json!({"events": [], "nextCursor": null, "hasMore": false});
    let server = Scripted::start([reply(200, &body)]).await;
    let page = client(&server).updates().poll().await.unwrap();
    assert_eq!(page.next_cursor, None);
    assert_eq!(asked(&server), "GET /updates");
}

#[tokio::test]
async fn the_balance_is_in_cents() {
    let (server, client) = documented("credits_balance", 200).await;
    let balance = client.credits().balance().await.unwrap();
    assert_eq!(
        (balance.available_cents, balance.reserved_cents),
        (16_000, 74_000)
    );
    assert_eq!(asked(&server), "GET /credits");
}

#[tokio::test]
async fn the_ledger_is_a_list() {
    let (server, client) = documented("credits_ledger", 200).await;
    let ledger = client.credits().ledger().page_size(25).start_at("c_1");
    let entries = ledger.items().try_collect().await.unwrap();
    let amounts: Vec<i64> = entries.iter().map(|entry| entry.amount_cents).collect();
    assert_eq!(amounts, [4_000, -74_000, 90_000]);
    assert_eq!(asked(&server), "GET /credits/ledger?cursor=c_1&limit=25");
}

#[tokio::test]
async fn a_top_up_is_a_link_for_a_human() {
    let (server, client) = documented("credits_create_top_up", 201).await;
    let created = client
        .credits()
        .create_top_up(Usd::from(900))
        .await
        .unwrap();
    assert_eq!(
        created.checkout_url,
        "https://checkout.stripe.com/c/pay/example_12"
    );
    assert_eq!(asked(&server), "POST /credits/top-ups");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("credits_create_top_up")
    );
}

#[tokio::test]
async fn a_top_up_says_where_it_stands() {
    let (server, client) = documented("credits_get_top_up", 200).await;
    let top_up = client.credits().get_top_up(&TopUpId::from("top_12"));
    assert_eq!(top_up.await.unwrap().status, CreditTopUpStatus::Completed);
    assert_eq!(asked(&server), "GET /credits/top-ups/top_12");
}

#[tokio::test]
async fn open_invoices_come_all_at_once() {
    let (server, client) = documented("payments_pending", 200).await;
    let payments = client.payments().pending().await.unwrap();
    assert_eq!(
        payments.items[0].status,
        PendingPaymentStatus::PendingFunding
    );
    assert_eq!(asked(&server), "GET /payments/pending");
}

#[tokio::test]
async fn the_team_is_read() {
    let (server, client) = documented("team_get", 200).await;
    let team = client.team().get().await.unwrap();
    assert_eq!(team.organization.unwrap().name.unwrap(), "Halden Data");
    assert_eq!(asked(&server), "GET /team");
}

#[tokio::test]
async fn a_member_is_invited_by_mail() {
    let (server, client) = documented("team_invite", 200).await;
    let invited = client.team().invite("jon@example.com").await.unwrap();
    assert_eq!(invited.status, TeamInviteOutcome::InviteCreated);
    assert_eq!(asked(&server), "POST /team/invites");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("team_invite")
    );
}

#[tokio::test]
async fn subscriptions_come_all_at_once() {
    let (server, client) = documented("webhooks_list", 200).await;
    let webhooks = client.webhooks().list().await.unwrap();
    assert_eq!(webhooks.items[0].id, WebhookId::from("wh_3"));
    assert_eq!(asked(&server), "GET /webhooks");
}

#[tokio::test]
async fn a_new_subscription_has_a_secret_that_does_not_show() {
    let (server, client) = documented("webhooks_create", 201).await;
    let events = [EventType::ProposalReceived, EventType::ApprovalConfirmed];
    let created = client
        .webhooks()
        .create("https://hooks.example.com/opentrain", events)
        .await
        .unwrap();
    assert_eq!(created.secret.expose(), "whsec_example_0000");
    assert!(!format!("{created:?}").contains("whsec_example"));
    assert_eq!(asked(&server), "POST /webhooks");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("webhooks_create")
    );
}

#[tokio::test]
async fn a_subscription_says_whether_it_is_served() {
    let (server, client) = documented("webhooks_get", 200).await;
    let webhook = client.webhooks().get(&WebhookId::from("wh_3"));
    assert_eq!(webhook.await.unwrap().status, WebhookStatus::Disabled);
    assert_eq!(asked(&server), "GET /webhooks/wh_3");
}

#[tokio::test]
async fn a_subscription_is_deleted() {
    let (server, client) = documented("webhooks_delete", 200).await;
    let deleted = client.webhooks().delete(&WebhookId::from("wh_3"));
    assert!(deleted.await.unwrap().deleted);
    assert_eq!(asked(&server), "DELETE /webhooks/wh_3");
}
