//! Waiting for people: approvals by one feed, their expiry, hires that are asked for once, top-ups.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentrain::resources::{ApprovalOutcome, HireState, PendingApproval, TopUpOutcome};
use opentrain::types::{ApprovalId, ApprovalStatus, HireMilestone, HireRequest, ProposalId, Usd};
use opentrain::{Client, JobPatch};
use opentrain_mock::MockServer;
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, SharedClock, TestClock, builder, chain, reply};

const HOUR: Duration = Duration::from_secs(3600);

/// Returns a client whose clock is years behind the service.
fn client_with(server: &MockServer, clock: &SharedClock) -> Client {
    let client = Client::builder().base_url(server.base_url());
    let client = client.token(server.token()).clock(clock.clone());
    // Each draft has a key of its own.
    let bits = AtomicU64::new(0);
    let jitter = move || bits.fetch_add(1, Ordering::Relaxed);
    client.jitter(jitter).build().unwrap()
}

fn client(server: &MockServer) -> Client {
    client_with(server, &SharedClock::new(server.clock(), |_| {}))
}

/// Publishes a job and returns the proposals that come in at once.
async fn proposals(client: &Client) -> Vec<ProposalId> {
    let text = "Tag 2,000 clips of German speech by dialect, $18 an hour";
    let draft = client.job_drafts().create(text).await.unwrap();
    let patch = JobPatch::new()
        .job_title("Dialect tagging")
        .job_description("Tag clips.")
        .set("languages", json!(["German"]))
        .headcount(3)
        .set("experienceLevel", "EXPERT")
        .set("paymentType", "PAY_PER_HOUR")
        .price_per_hour(Usd::from(18));
    client
        .job_drafts()
        .update(&draft.job_id, patch)
        .await
        .unwrap();
    client.jobs().publish(&draft.job_id).await.unwrap();
    let proposals = client.proposals().list(&draft.job_id).await.unwrap();
    proposals
        .items
        .into_iter()
        .map(|proposal| proposal.id)
        .collect()
}

fn terms(amount: u32) -> HireRequest {
    HireRequest::new(HireMilestone::new(Usd::from(amount)).name("Pilot"))
}

async fn hires(client: &Client, count: usize) -> Vec<PendingApproval> {
    let mut hires = Vec::new();
    while hires.len() < count {
        for proposal in proposals(client).await {
            let hire = client.proposals().hire_with(&proposal, terms(120));
            hires.push(hire.await.unwrap());
        }
    }
    hires.truncate(count);
    hires
}

fn ids(hires: &[PendingApproval]) -> Vec<ApprovalId> {
    hires.iter().map(|pending| pending.id.clone()).collect()
}

/// Counts the requests to paths that begin like this, below the Public API.
fn asked(server: &MockServer, path: &str) -> usize {
    let path = format!("/api/public/v1{path}");
    let requests = server.requests();
    let asked = requests
        .iter()
        .filter(|request| request.path.starts_with(&path));
    asked.count()
}

#[tokio::test]
async fn an_approval_is_stored_and_waited_for_in_another_process() {
    let server = Mock::start().await;
    let stored = serde_json::to_string(&hires(&client(&server), 1).await[0]).unwrap();
    let human = server.human();
    let clock = SharedClock::new(server.clock(), move |waited| {
        if waited > HOUR
            && let Some(pending) = human.pending_approvals().first()
        {
            human.confirm(&pending.id).unwrap();
        }
    });
    let pending: PendingApproval = serde_json::from_str(&stored).unwrap();
    let approvals = client_with(&server, &clock).approvals();
    let wait = approvals.wait(&pending.id).deadline(HOUR / 2);
    assert!(matches!(
        wait.await.unwrap(),
        ApprovalOutcome::StillPending(_)
    ));
    let outcome = approvals.wait(&pending.id).await.unwrap();
    assert!(
        matches!(outcome, ApprovalOutcome::Confirmed { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_approval_is_read_when_it_expires_by_the_clock_of_the_service() {
    let server = Mock::start().await;
    let clock = SharedClock::new(server.clock(), |_| {});
    let client = client_with(&server, &clock);
    let pending = hires(&client, 1).await.remove(0);
    let before = clock.waits().len();
    let wait = client.approvals().wait(&pending.id).every(23 * HOUR);
    let outcome = wait.await.unwrap();
    assert!(
        matches!(outcome, ApprovalOutcome::Expired(_)),
        "{outcome:?}"
    );
    let waits: Vec<u64> = clock.waits()[before..]
        .iter()
        .map(|wait| wait.as_secs() / 3600)
        .collect();
    assert_eq!(waits, [23, 23, 23, 3]);
}

#[tokio::test]
async fn waiting_for_many_costs_one_feed_and_two_reads_each() {
    let server = Mock::start().await;
    let people = server.human();
    let hires = hires(&client(&server), 5).await;
    let waiting = ids(&hires);
    let (confirmed, declined) = (waiting[3].clone(), waiting[1].clone());
    let clock = SharedClock::new(server.clock(), move |waited| {
        // They do each once.
        if waited > HOUR {
            let _ = people.confirm(confirmed.as_str());
        }
        if waited > 2 * HOUR {
            let _ = people.decline(declined.as_str());
        }
    });
    let client = client_with(&server, &clock);
    let before = (asked(&server, "/approvals"), asked(&server, "/updates"));
    let reported = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&reported);
    let outcomes = client
        .approvals()
        .wait_all(waiting.clone())
        .every(HOUR / 2)
        .on_outcome(move |outcome| report.lock().unwrap().push(outcome.approval().id.clone()))
        .await
        .unwrap();
    let found: Vec<&ApprovalId> = outcomes
        .iter()
        .map(|outcome| &outcome.approval().id)
        .collect();
    assert_eq!(
        found,
        waiting.iter().collect::<Vec<_>>(),
        "in the order of the ids"
    );
    let statuses: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.approval().status.clone())
        .collect();
    use ApprovalStatus::{Confirmed, Declined, Expired};
    assert_eq!(statuses, [Expired, Declined, Expired, Confirmed, Expired]);
    let reported = reported.lock().unwrap();
    assert_eq!(
        (reported.len(), &reported[0], &reported[1]),
        (5, &waiting[3], &waiting[1])
    );
    // Read once, and once more when the feed names them or they expire.
    assert_eq!(asked(&server, "/approvals") - before.0, 10);
    let polls = asked(&server, "/updates") - before.1;
    assert!((144..=148).contains(&polls), "{polls} polls in 72 hours");
}

#[tokio::test]
async fn a_long_history_is_read_once_and_can_be_skipped() {
    let server = Mock::start().await;
    let clock = SharedClock::new(server.clock(), |_| {});
    let client = client_with(&server, &clock);
    let hires = hires(&client, 1).await;
    server.human().make_events(900).unwrap();
    server.clock().advance(HOUR);
    let polls = |since: Option<String>| {
        let before = asked(&server, "/updates");
        let wait = client.approvals().wait_all(ids(&hires)).every(HOUR);
        let wait = wait.since(since).deadline(2 * HOUR);
        let server = &server;
        async move {
            let outcomes = wait.await.unwrap();
            assert!(matches!(outcomes[..], [ApprovalOutcome::StillPending(_)]));
            asked(server, "/updates") - before
        }
    };
    // 900 events and some more are 5 pages; later polls start near the end.
    assert_eq!(polls(None).await, 7);
    let page = client
        .updates()
        .poll()
        .cursor("900")
        .limit(1)
        .await
        .unwrap();
    assert_eq!(
        polls(page.next_cursor.as_ref().map(ToString::to_string)).await,
        3
    );
}

fn dated(status: u16, body: &Value, seconds: u32) -> Fault {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let date = format!("Wed, 04 Mar 2026 10:{minutes:02}:{seconds:02} GMT");
    reply(status, body).header("date", date)
}

fn event(id: &str, minute: u32, about: &str) -> Value {
    let created_at = format!("2026-03-04T10:{minute:02}:00.000Z");
    json!({"id": id, "type": "approval.confirmed", "createdAt": created_at, "resourceId": about,
        "data": {"approvalId": about, "status": "confirmed"}})
}

fn events(events: &[Value], next: &str, seconds: u32) -> Fault {
    let body = json!({"events": events, "nextCursor": next, "hasMore": false});
    dated(200, &body, seconds)
}

fn approval(status: &str, seconds: u32) -> Fault {
    let approval = json!({"id": "apr_71", "type": "proposal_hire", "status": status, "expiresAt": "2026-03-07T10:00:00.000Z"});
    dated(200, &json!({ "approval": approval }), seconds)
}

async fn wait_for_one(server: &Scripted) -> opentrain::Result<Vec<ApprovalOutcome>> {
    let client = builder(server, &TestClock::default()).build().unwrap();
    client
        .approvals()
        .wait_all([ApprovalId::from("apr_71")])
        .await
}

#[tokio::test]
async fn an_event_that_becomes_visible_late_is_not_missed() {
    let server = Scripted::start([
        events(
            &[event("1040", 1, "apr_1"), event("1043", 9, "apr_2")],
            "1043",
            600,
        ),
        approval("pending", 600),
        // 1042 was not there when 1043 was.
        events(
            &[event("1042", 9, "apr_71"), event("1043", 9, "apr_2")],
            "1043",
            602,
        ),
        approval("confirmed", 602),
    ])
    .await;
    let outcomes = wait_for_one(&server).await.unwrap();
    assert!(matches!(outcomes[..], [ApprovalOutcome::Confirmed { .. }]));
    let requests = server.requests();
    assert_eq!(
        requests[2].query[0],
        ("cursor".to_owned(), "1040".to_owned())
    );
}

#[tokio::test]
async fn an_event_that_cannot_be_read_names_its_approval_all_the_same() {
    let unreadable = json!({"id": 7, "type": ["approval"], "resourceId": "apr_71"});
    let server = Scripted::start([
        events(&[], "1043", 600),
        approval("pending", 600),
        events(&[unreadable, event("1044", 9, "apr_2")], "1044", 602),
        approval("declined", 602),
    ])
    .await;
    let outcomes = wait_for_one(&server).await.unwrap();
    assert!(matches!(outcomes[..], [ApprovalOutcome::Declined(_)]));
}

#[tokio::test]
async fn an_approval_that_the_feed_names_is_read_until_it_shows() {
    let named = || events(&[event("1044", 9, "apr_71")], "1044", 602);
    let nothing = || events(&[], "1044", 604);
    let server = Scripted::start([
        events(&[], "1043", 600),
        approval("pending", 600),
        named(),
        approval("pending", 602),
        nothing(),
        approval("pending", 604),
        nothing(),
        approval("confirmed", 606),
    ])
    .await;
    let outcomes = wait_for_one(&server).await.unwrap();
    assert!(matches!(outcomes[..], [ApprovalOutcome::Confirmed { .. }]));
}

#[tokio::test]
async fn outages_are_waited_out_and_refusals_are_not() {
    let server = Scripted::start([
        Fault::html(503).times(6),
        events(&[], "1043", 600),
        Fault::html(502).times(3),
        events(&[], "1043", 620),
        approval("confirmed", 620),
    ])
    .await;
    let outcomes = wait_for_one(&server).await.unwrap();
    assert!(matches!(outcomes[..], [ApprovalOutcome::Confirmed { .. }]));
    let refusal = json!({"error": "No such approval", "code": "NOT_FOUND", "requestId": "r-1"});
    let server = Scripted::start([events(&[], "1", 600), reply(404, &refusal)]).await;
    assert!(wait_for_one(&server).await.unwrap_err().is_not_found());
    let server = Scripted::start([Fault::html(503).times(3 * 21)]).await;
    assert_eq!(
        wait_for_one(&server).await.unwrap_err().status().unwrap(),
        503
    );
}

#[tokio::test]
async fn a_401_is_waited_out_while_the_token_changes_and_only_then() {
    let refusal = json!({"error": "revoked", "code": "UNAUTHORIZED", "requestId": "r-1"});
    let id = ApprovalId::from("apr_71");
    let server = Scripted::start([
        // Waiting for one.
        reply(401, &refusal),
        approval("confirmed", 600),
        // Waiting for many.
        events(&[], "1", 600),
        reply(401, &refusal),
        reply(401, &refusal),
        events(&[], "1", 602),
        approval("confirmed", 602),
        // Once the change is over.
        reply(401, &refusal),
    ])
    .await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    let change = client.announce_token_change();
    assert!(client.is_token_changing());
    client.approvals().wait(&id).await.unwrap();
    client.approvals().wait_all([id.clone()]).await.unwrap();
    drop(change);
    assert!(!client.is_token_changing());
    let error = client.approvals().wait(&id).await.unwrap_err();
    assert!(error.is_unauthorized());
}

#[tokio::test]
async fn a_deadline_leaves_what_is_not_decided_pending() {
    let server = Mock::start().await;
    let client = client(&server);
    let hires = hires(&client, 2).await;
    server.human().decline(hires[0].id.as_str()).unwrap();
    let wait = client.approvals().wait_all(ids(&hires)).deadline(HOUR);
    let outcomes = wait.await.unwrap();
    assert!(matches!(
        outcomes[..],
        [
            ApprovalOutcome::Declined(_),
            ApprovalOutcome::StillPending(_)
        ]
    ));
    let before = server.requests().len();
    assert_eq!(client.approvals().wait_all([]).await.unwrap(), []);
    assert_eq!(server.requests().len(), before);
}

#[test]
fn waits_without_async_are_the_same_waits() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Mock::start());
    let plain = client(&server);
    let hires = runtime.block_on(hires(&plain, 2));
    server.human().confirm(hires[0].id.as_str()).unwrap();
    let client = opentrain::blocking::Blocking::new(plain).unwrap();
    let outcomes = client
        .wait(client.approvals().wait_all(ids(&hires)).deadline(HOUR))
        .unwrap();
    assert_eq!(outcomes.len(), 2);
    let outcome = client.wait(client.approvals().wait(&hires[0].id)).unwrap();
    assert!(matches!(outcome, ApprovalOutcome::Confirmed { .. }));
}

#[tokio::test]
async fn a_top_up_is_waited_for_like_an_approval() {
    let server = Mock::start().await;
    let people = server.human();
    let bought = Arc::new(Mutex::new(None::<String>));
    let to_pay = Arc::clone(&bought);
    let clock = SharedClock::new(server.clock(), move |waited| {
        if waited > HOUR
            && let Some(id) = to_pay.lock().unwrap().as_ref()
        {
            let _ = people.pay_top_up(id);
        }
    });
    let client = client_with(&server, &clock);
    let created = client
        .credits()
        .create_top_up(Usd::from(900))
        .await
        .unwrap();
    let stored = serde_json::to_string(&created).unwrap();
    let created: opentrain::types::CreditTopUpCreated = serde_json::from_str(&stored).unwrap();
    let wait = client.credits().wait_top_up(&created.top_up_id);
    let outcome = wait.clone().deadline(HOUR / 2).await.unwrap();
    assert!(
        matches!(outcome, TopUpOutcome::StillPending(_)),
        "{outcome:?}"
    );
    *bought.lock().unwrap() = Some(created.top_up_id.to_string());
    let outcome = wait.await.unwrap();
    assert!(
        matches!(&outcome, TopUpOutcome::Completed(_)),
        "{outcome:?}"
    );
    assert_eq!(outcome.top_up().amount_cents, Some(90_000));
    // One that no human pays expires when it is read then.
    *bought.lock().unwrap() = None;
    let created = client.credits().create_top_up(Usd::from(10)).await.unwrap();
    let before = asked(&server, "/credits/top-ups");
    let wait = client
        .credits()
        .wait_top_up(&created.top_up_id)
        .every(23 * HOUR);
    assert!(matches!(wait.await.unwrap(), TopUpOutcome::Expired(_)));
    assert_eq!(asked(&server, "/credits/top-ups") - before, 3);
}

async fn hire_once(
    client: &Client,
    proposal: &ProposalId,
    amount: u32,
    known: Option<&ApprovalId>,
) -> HireState {
    let hire = client.proposals().hire_once(proposal, terms(amount));
    hire.known(known.cloned()).await.unwrap()
}

fn pending(state: HireState) -> (PendingApproval, Option<ApprovalId>) {
    match state {
        HireState::Pending {
            approval,
            superseded,
            ..
        } => (approval, superseded),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_hire_is_asked_for_once_and_tells_what_superseded_it() {
    let server = Mock::start().await;
    let client = client(&server);
    let proposal = &proposals(&client).await[0];
    let (first, superseded) = pending(hire_once(&client, proposal, 120, None).await);
    assert_eq!(superseded, None);
    // The program was killed before it had stored the id, and once after it.
    let (again, _) = pending(hire_once(&client, proposal, 120, None).await);
    assert_eq!(again.id, first.id);
    let (again, superseded) = pending(hire_once(&client, proposal, 120, Some(&first.id)).await);
    assert_eq!((&again.id, superseded), (&first.id, None));
    // Other terms.
    let (other, superseded) = pending(hire_once(&client, proposal, 150, Some(&first.id)).await);
    assert_ne!(other.id, first.id);
    assert_eq!(superseded, Some(first.id.clone()));
    // With the outdated id, the same outcome comes back and no hire is requested.
    let asked_before = asked(&server, &format!("/proposals/{proposal}/hire"));
    let state = hire_once(&client, proposal, 150, Some(&first.id)).await;
    assert!(matches!(state, HireState::Decided(_)), "{state:?}");
    server.human().confirm(other.id.as_str()).unwrap();
    let state = hire_once(&client, proposal, 150, Some(&other.id)).await;
    assert!(matches!(
        state,
        HireState::Decided(ApprovalOutcome::Confirmed { .. })
    ));
    let state = hire_once(&client, proposal, 150, None).await;
    assert!(matches!(state, HireState::AlreadyHired(_)), "{state:?}");
    assert_eq!(
        asked(&server, &format!("/proposals/{proposal}/hire")),
        asked_before
    );
}

#[tokio::test]
async fn after_a_refusal_or_an_expiry_nothing_is_asked_for_again() {
    let server = Mock::start().await;
    let client = client(&server);
    let proposals = proposals(&client).await;
    let (declined, _) = pending(hire_once(&client, &proposals[0], 120, None).await);
    server.human().decline(declined.id.as_str()).unwrap();
    let state = hire_once(&client, &proposals[0], 120, Some(&declined.id)).await;
    assert!(matches!(
        state,
        HireState::Decided(ApprovalOutcome::Declined(_))
    ));
    let (expired, _) = pending(hire_once(&client, &proposals[1], 120, None).await);
    server.clock().advance(73 * HOUR);
    let state = hire_once(&client, &proposals[1], 120, Some(&expired.id)).await;
    assert!(matches!(
        state,
        HireState::Decided(ApprovalOutcome::Expired(_))
    ));
    assert!(server.human().pending_approvals().is_empty());
    // To ask again, the caller forgets the approval.
    let (again, _) = pending(hire_once(&client, &proposals[0], 120, None).await);
    assert_ne!(again.id, declined.id);
}

#[tokio::test]
async fn a_hire_whose_outcome_could_not_be_read_is_not_asked_for() {
    let server = Mock::start().await;
    let whole = client(&server);
    let proposals = proposals(&whole).await;
    let scopes = ["proposals:write", "jobs:read"];
    let blind = server
        .issue_token(&scopes, opentrain_mock::TokenOwner::Main)
        .unwrap();
    let blind_client = Client::builder().base_url(server.base_url()).token(blind);
    let blind_client = blind_client.build().unwrap();
    let hire = blind_client
        .proposals()
        .hire_once(&proposals[0], terms(120));
    let error = hire.await.unwrap_err();
    assert!(chain(&error).contains("lacks `payments:read`"), "{error}");
    assert!(server.human().pending_approvals().is_empty());
    // Nor is one with the approval of another proposal.
    let (other, _) = pending(hire_once(&whole, &proposals[1], 120, None).await);
    let hire = whole.proposals().hire_once(&proposals[0], terms(120));
    let error = hire
        .known(other.id.clone())
        .into_future()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("another proposal"), "{error}");
    assert_eq!(server.human().pending_approvals().len(), 1);
}
