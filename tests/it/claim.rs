//! The claim ceremony: every ending, every place to be killed at, every way to lose a token but one.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use opentrain::claim::Claim;
use opentrain::token_store::{
    FileTokenStore, MemoryTokenStore, SavedToken, StoreError, StoreFuture, TokenStore,
};
use opentrain::types::{ApiToken, ClaimToken, Scope};
use opentrain::{Client, Error, ErrorKind, TokenFault};
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, SharedClock, TestClock, builder, chain, example, reply};

const EMAIL: &str = "pat@example.org";
const MINUTE: Duration = Duration::from_secs(60);

/// A service, a human, and the time they share.
struct Stage {
    server: Mock,
    clock: SharedClock,
    /// Codes that were shown to the human.
    codes: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// Sets up a human who claims with the last code that was shown, once so much time has passed.
    async fn new(patience: Duration) -> Self {
        let server = Mock::start().await;
        let codes: Arc<Mutex<Vec<String>>> = Arc::default();
        let (human, shown) = (server.human(), Arc::clone(&codes));
        let act = move |waited| {
            if let Some(code) = shown.lock().unwrap().last().filter(|_| waited >= patience) {
                // They do it once.
                let _ = human.claim(code);
            }
        };
        let clock = SharedClock::new(server.clock(), act);
        Self {
            server,
            clock,
            codes,
        }
    }

    /// Sets up what a program has when it is started.
    fn client(&self) -> Client {
        let client = Client::builder().base_url(self.server.base_url());
        let client = client.clock(self.clock.clone()).jitter(|| 0);
        client.build().unwrap()
    }

    /// Lets an hour pass in a minute.
    fn hurried(mut self) -> Self {
        self.clock = self.clock.faster(60);
        self
    }

    fn claim(&self, client: &Client, store: impl TokenStore + 'static) -> Claim {
        let codes = Arc::clone(&self.codes);
        client.claim(EMAIL, store, move |ask| {
            codes
                .lock()
                .unwrap()
                .push(ask.user_code.expose().to_owned());
        })
    }

    fn codes(&self) -> Vec<String> {
        self.codes.lock().unwrap().clone()
    }

    /// Returns the number of requests for an operation, and the number of successes among them.
    fn asked(&self, path: &str) -> (usize, usize) {
        let requests = self.server.requests();
        let asked = requests
            .iter()
            .filter(|request| request.path.ends_with(path));
        let statuses: Vec<u16> = asked.map(|request| request.status).collect();
        let successes = statuses.iter().filter(|status| **status == 200).count();
        (statuses.len(), successes)
    }
}

fn fault(error: &Error) -> &TokenFault {
    match error.kind() {
        ErrorKind::Token(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn token_in(saved: Option<&SavedToken>) -> Option<ApiToken> {
    saved.and_then(SavedToken::access_token).cloned()
}

/// Returns the members of the JSON that a store keeps.
async fn kept(store: &impl TokenStore) -> Value {
    serde_json::to_value(store.load().await.unwrap()).unwrap()
}

#[tokio::test]
async fn an_account_is_registered_claimed_saved_and_used() {
    let stage = Stage::new(Duration::from_secs(12)).await;
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("token.json"));
    let client = stage.client();
    let claim = stage.claim(&client, store.clone());
    let claimed = claim
        .agent_name("Helper")
        .organization_name("Northwind")
        .await
        .unwrap();
    assert_eq!(claimed.scopes.as_ref().unwrap().len(), 9);
    let lacking = [Scope::PaymentsWrite, Scope::WebhooksManage];
    assert_eq!(claimed.lacking().unwrap(), lacking);
    assert_eq!(stage.codes().len(), 1);
    // The live client and the file have the same token, and it works.
    let me = client.auth().me().await.unwrap();
    assert_eq!(me.actor.email.as_deref(), Some(EMAIL));
    let saved = store.load().await.unwrap();
    assert_eq!(token_in(saved.as_ref()), Some(claimed.access_token.clone()));
    // After a restart, no request is needed.
    let before = stage.server.requests().len();
    let restarted = stage.client();
    assert_eq!(stage.claim(&restarted, store).await.unwrap(), claimed);
    assert_eq!(stage.server.requests().len(), before);
    assert!(restarted.auth().me().await.is_ok());
}

#[tokio::test]
async fn the_client_works_while_the_human_is_asked_and_knows_that_its_token_may_change() {
    let stage = Stage::new(Duration::from_secs(12)).await;
    let client = stage.client();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (asker, seen_then) = (client.clone(), Arc::clone(&seen));
    let claim = client.claim(EMAIL, MemoryTokenStore::new(), move |_| {
        seen_then
            .lock()
            .unwrap()
            .push((asker.token().is_set(), asker.is_token_changing()));
    });
    assert!(!client.is_token_changing());
    killed_when(claim, || !seen.lock().unwrap().is_empty()).await;
    assert_eq!(*seen.lock().unwrap(), [(true, true)]);
    assert!(!client.is_token_changing());
    assert_eq!(
        client
            .auth()
            .me()
            .await
            .unwrap()
            .token
            .scopes
            .unwrap()
            .len(),
        6
    );
}

#[tokio::test]
async fn polls_slow_down_when_the_service_says_so() {
    let refusal = |error: &str| reply(400, &json!({ "error": error }));
    let (register, start, token) = (
        "agent_register",
        "agent_start_claim",
        "agent_exchange_token",
    );
    let server = Scripted::start([
        reply(200, &example(register).1),
        reply(200, &example(start).1),
        refusal("authorization_pending"),
        refusal("slow_down"),
        refusal("authorization_pending"),
        refusal("slow_down"),
        reply(200, &example(token).1),
    ])
    .await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    let interval = example(start).1["interval"].as_f64().unwrap();
    client
        .claim(EMAIL, MemoryTokenStore::new(), |_| {})
        .await
        .unwrap();
    let waits: Vec<f64> = clock.waits().iter().map(Duration::as_secs_f64).collect();
    let slower = [0.0, 0.0, 5.0, 5.0, 10.0].map(|more| interval + more);
    assert_eq!(waits, slower);
}

#[tokio::test]
async fn a_human_who_is_late_is_shown_another_code_as_long_as_the_window_is_open() {
    let stage = Stage::new(Duration::from_secs(65)).await.hurried();
    let client = stage.client();
    let claimed = stage.claim(&client, MemoryTokenStore::new()).await;
    claimed.unwrap();
    let codes = stage.codes();
    assert_eq!(codes.len(), 3, "{codes:?}");
    assert_ne!(codes[0], codes[1]);
    assert_eq!(stage.asked("/identity").0, 1);
}

#[tokio::test]
async fn a_window_that_closes_ends_the_claim_for_good() {
    let stage = Stage::new(Duration::MAX).await;
    let store = MemoryTokenStore::new();
    let client = stage.client();
    // The program is killed, and started again the day after.
    killed_when(stage.claim(&client, store.clone()), || {
        !stage.codes().is_empty()
    })
    .await;
    stage.server.clock().advance(24 * 60 * MINUTE);
    for _ in 0..2 {
        let error = stage
            .claim(&stage.client(), store.clone())
            .await
            .unwrap_err();
        assert!(matches!(fault(&error), TokenFault::WindowOver), "{error:?}");
        assert!(
            error.to_string().contains("register another one"),
            "{error}"
        );
    }
    assert_eq!(
        stage.asked("/identity").0,
        1,
        "it does not register by itself"
    );
}

#[tokio::test]
async fn an_attempt_that_lapses_as_if_the_window_had_closed_is_followed_by_another() {
    let stage = Stage::new(Duration::MAX).await;
    let store = MemoryTokenStore::new();
    let client = stage.client();
    let claim = stage.claim(&client, store.clone());
    killed_when(claim, || !stage.codes().is_empty()).await;
    let expired = Fault::status(400).code("expired_token");
    let expired = expired.on("agent_exchange_token").times(2);
    stage.server.faults().add(expired).unwrap();
    stage.server.clock().advance(31 * MINUTE);
    let error = stage.claim(&stage.client(), store).await.unwrap_err();
    // The second one comes while the new attempt is fresh: only the window can be over then.
    assert!(matches!(fault(&error), TokenFault::WindowOver), "{error:?}");
    let codes = stage.codes();
    assert_eq!((codes.len(), &codes[0]), (3, &codes[1]), "{codes:?}");
}

#[tokio::test]
async fn outages_firewalls_and_limits_are_waited_out() {
    let stage = Stage::new(Duration::ZERO).await;
    let faults = stage.server.faults();
    for fault in [
        Fault::html(502).on("agent_start_claim").times(4),
        Fault::html(403).on("agent_start_claim"),
        Fault::cut(Cut::BeforeResponse)
            .after_the_work()
            .on("agent_start_claim"),
        Fault::status(429)
            .retry_after("120")
            .on("agent_start_claim"),
        Fault::html(503).on("agent_exchange_token").times(4),
        Fault::html(403).on("agent_exchange_token"),
        Fault::html(200).on("agent_exchange_token"),
        Fault::status(500).on("agent_exchange_token"),
        Fault::cut(Cut::InBody).on("agent_exchange_token"),
    ] {
        faults.add(fault).unwrap();
    }
    let client = stage.client();
    stage.claim(&client, MemoryTokenStore::new()).await.unwrap();
    let waits = stage.clock.waits();
    assert!(waits.contains(&Duration::from_secs(120)), "{waits:?}");
    assert_eq!(stage.codes().len(), 1);
}

#[tokio::test]
async fn an_outage_that_lasts_longer_than_the_window_ends_with_its_own_error() {
    let stage = Stage::new(Duration::MAX).await.hurried();
    let down = Fault::html(502).on("agent_exchange_token").always();
    stage.server.faults().add(down).unwrap();
    let error = stage
        .claim(&stage.client(), MemoryTokenStore::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    let waited = stage.clock.waits().iter().sum::<Duration>() * 60;
    assert!(
        waited >= 24 * 60 * MINUTE && waited < 26 * 60 * MINUTE,
        "{waited:?}"
    );
}

#[tokio::test]
async fn refusals_that_do_not_pass_end_the_claim_and_say_what_to_do() {
    let stage = Stage::new(Duration::ZERO).await;
    let off = Fault::status(403).code("anonymous_not_enabled");
    stage.server.faults().add(off.on("agent_register")).unwrap();
    let store = MemoryTokenStore::new();
    let error = stage
        .claim(&stage.client(), store.clone())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("anonymous_not_enabled"),
        "{error}"
    );
    // The address of an account that exists. The mock's main account has one.
    let main = builder(&stage.server, &TestClock::default()).token(stage.server.token());
    let taken = main
        .build()
        .unwrap()
        .auth()
        .me()
        .await
        .unwrap()
        .actor
        .email
        .unwrap();
    let client = stage.client();
    let error = client
        .claim(taken.clone(), store.clone(), |_| {})
        .await
        .unwrap_err();
    assert!(
        matches!(fault(&error), TokenFault::AddressTaken),
        "{error:?}"
    );
    assert!(!chain(&error).contains(&taken), "{error}");
    // The registration is kept, and another address claims it.
    stage.claim(&stage.client(), store).await.unwrap();
    assert_eq!(stage.asked("/identity").1, 1);
}

#[tokio::test]
async fn a_store_of_another_service_is_neither_sent_nor_replaced() {
    let stage = Stage::new(Duration::ZERO).await;
    let store = MemoryTokenStore::new();
    let other = SavedToken::new("https://app.opentrain.ai", "ot_pat_example_0007");
    assert!(store.replace(None, &other).await.unwrap());
    let error = stage
        .claim(&stage.client(), store.clone())
        .await
        .unwrap_err();
    assert!(
        matches!(fault(&error), TokenFault::OtherService { base_url, .. } if base_url == "https://app.opentrain.ai")
    );
    assert_eq!(store.load().await.unwrap(), Some(other));
    assert_eq!(stage.server.requests().len(), 0);
}

#[tokio::test]
async fn a_token_of_an_attempt_that_was_not_saved_is_fetched_all_the_same() {
    let stage = Stage::new(Duration::MAX).await;
    let store = MemoryTokenStore::new();
    let client = stage.client();
    killed_when(stage.claim(&client, store.clone()), || {
        !stage.codes().is_empty()
    })
    .await;
    // Another attempt, whose response the program did not live to save. The human has the mail.
    let claim_token = kept(&store).await["state"]["registered"]["claimToken"].clone();
    let claim_token = ClaimToken::from(claim_token.as_str().unwrap());
    let attempt = client
        .agent_auth()
        .start_claim(&claim_token, "robin@example.org")
        .await
        .unwrap();
    stage
        .server
        .human()
        .claim(attempt.user_code.expose())
        .unwrap();
    stage.server.clock().advance(31 * MINUTE);
    // Also for one who names another address now, so that no saved attempt is polled.
    let client = stage.client();
    client
        .claim("sam@example.org", store, |_| {})
        .await
        .unwrap();
    assert_eq!(
        client.auth().me().await.unwrap().actor.email.as_deref(),
        Some("robin@example.org")
    );
}

/// Polls a future until something has happened and drops it then, as a kill does.
async fn killed_when<F: IntoFuture>(future: F, has_happened: impl Fn() -> bool) {
    let mut future = pin!(future.into_future());
    poll_fn(|context| {
        let is_pending = future.as_mut().poll(context).is_pending();
        assert!(is_pending, "it ended before it was killed");
        if has_happened() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls a future this number of times and drops it then, as a kill does. `None` unless it has ended before.
async fn killed_after<F: IntoFuture>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future.into_future());
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_claim_that_is_killed_at_any_request_ends_after_a_restart() {
    // Operation, its path, the request that hangs, whether it is carried out, whether the token is lost with its response.
    let register = ("agent_register", "/identity");
    let start = ("agent_start_claim", "/identity/claim");
    let exchange = ("agent_exchange_token", "/oauth/token");
    for ((operation, path), request, is_carried_out, is_lost) in [
        (register, 1, false, false),
        (register, 1, true, false),
        (start, 1, false, false),
        (start, 1, true, false),
        (exchange, 1, false, false),
        (exchange, 1, true, false),
        (exchange, 2, false, false),
        (exchange, 2, true, true),
    ] {
        let stage = Stage::new(Duration::from_secs(7)).await;
        let hang = Fault::no_response().on(operation).nth(request);
        let hang = if is_carried_out {
            hang.after_the_work()
        } else {
            hang
        };
        stage.server.faults().add(hang).unwrap();
        let store = MemoryTokenStore::new();
        let claim = stage.claim(&stage.client(), store.clone());
        let reached = usize::try_from(request).unwrap();
        killed_when(claim, || stage.asked(path).0 == reached).await;
        let client = stage.client();
        let claimed = stage.claim(&client, store.clone()).await;
        assert_eq!(claimed.is_err(), is_lost, "{operation} {request}");
        let Ok(claimed) = claimed else {
            assert!(matches!(fault(&claimed.unwrap_err()), TokenFault::Lost));
            continue;
        };
        let saved = store.load().await.unwrap();
        assert_eq!(token_in(saved.as_ref()), Some(claimed.access_token));
        assert!(client.auth().me().await.is_ok());
        assert_eq!(stage.asked("/oauth/token").1, 1);
        let registrations = stage.asked("/identity").0;
        assert_eq!(
            registrations,
            if operation == "agent_register" { 2 } else { 1 }
        );
    }
}

#[tokio::test]
async fn a_claim_that_is_killed_at_any_await_ends_after_a_restart() {
    for polls in 0.. {
        let stage = Stage::new(Duration::from_secs(7)).await;
        let store = MemoryTokenStore::new();
        let ended = killed_after(polls, stage.claim(&stage.client(), store.clone())).await;
        let client = stage.client();
        let claimed = stage.claim(&client, store.clone()).await;
        assert_eq!(
            stage.asked("/oauth/token").1,
            1,
            "killed after {polls} polls"
        );
        match claimed {
            Ok(claimed) => {
                let saved = store.load().await.unwrap();
                assert_eq!(token_in(saved.as_ref()), Some(claimed.access_token));
                assert!(client.auth().me().await.is_ok());
            }
            Err(error) => assert!(matches!(fault(&error), TokenFault::Lost), "{error:?}"),
        }
        if ended.is_some() {
            return;
        }
    }
}

#[tokio::test]
async fn a_response_that_gets_lost_is_the_only_loss_and_the_error_says_what_to_do() {
    for cut in [Cut::BeforeResponse, Cut::AfterHead] {
        let stage = Stage::new(Duration::ZERO).await;
        let lost = Fault::cut(cut).after_the_work().on("agent_exchange_token");
        stage.server.faults().add(lost).unwrap();
        let store = MemoryTokenStore::new();
        for _ in 0..2 {
            let error = stage
                .claim(&stage.client(), store.clone())
                .await
                .unwrap_err();
            assert!(matches!(fault(&error), TokenFault::Lost), "{error:?}");
            assert!(
                error.to_string().contains("create a token in the app"),
                "{error}"
            );
        }
        // What the human makes there is saved in its place.
        let earlier = token_in(store.load().await.unwrap().as_ref()).unwrap();
        let by_human = stage.server.human().of(earlier.expose()).unwrap();
        let by_human = by_human
            .issue_token(&["jobs:read", "payments:write"])
            .unwrap();
        let before = store.load().await.unwrap();
        let new = SavedToken::new(stage.server.base_url(), by_human).after(before.as_ref());
        assert!(store.replace(before.as_ref(), &new).await.unwrap());
        let claimed = stage.claim(&stage.client(), store).await.unwrap();
        assert_eq!(claimed.scopes.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_token_is_taken_from_a_response_that_does_not_decode() {
    let token = json!("ot_pat_example_0042");
    let bodies = [
        json!({"access_token": token}).to_string(),
        json!({"access_token": token, "token_type": "bearer"}).to_string(),
        json!({"access_token": token, "token_type": "bearer", "scopes": null}).to_string(),
        json!({"access_token": token, "token_type": 7, "scopes": "jobs:read"}).to_string(),
        json!({"scopes": {}, "access_token": token}).to_string(),
        String::from(r#"{"access_token":"ot_pat_example_0042","token_type":"bea"#),
        String::from(r#"{"access_token": "ot_pat_example_0042"} </html>"#),
    ];
    for body in bodies {
        let whole = ScriptedResponse::new(200).body(body.clone());
        let server = Scripted::start([
            reply(200, &example("agent_register").1),
            reply(200, &example("agent_start_claim").1),
            Fault::response(whole),
            reply(200, &example("auth_me").1),
        ])
        .await;
        let store = MemoryTokenStore::new();
        let client = builder(&server, &TestClock::default()).build().unwrap();
        let claimed = client.claim(EMAIL, store.clone(), |_| {}).await;
        let claimed = claimed.unwrap_or_else(|error| panic!("{body}: {}", chain(&error)));
        assert_eq!(
            claimed.access_token.expose(),
            "ot_pat_example_0042",
            "{body}"
        );
        assert_eq!(
            token_in(store.load().await.unwrap().as_ref()),
            Some(claimed.access_token)
        );
    }
}

#[tokio::test]
async fn a_token_that_is_cut_or_empty_is_none() {
    for body in [
        r#"{"access_token":"ot_pat_exam"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":"ot_pat_\ud83d"}"#,
        "<html>",
    ] {
        let server = Scripted::start([
            reply(200, &example("agent_register").1),
            reply(200, &example("agent_start_claim").1),
            Fault::response(ScriptedResponse::new(200).body(body)),
            reply(400, &json!({"error": "invalid_grant"})),
        ])
        .await;
        let client = builder(&server, &TestClock::default()).build().unwrap();
        let error = client
            .claim(EMAIL, MemoryTokenStore::new(), |_| {})
            .await
            .unwrap_err();
        assert!(
            matches!(fault(&error), TokenFault::Lost),
            "{body}: {error:?}"
        );
    }
}

#[tokio::test]
async fn registrations_and_attempts_are_taken_from_responses_that_do_not_decode() {
    let without = |operation: &str, members: &[&str]| {
        let mut body = example(operation).1;
        for member in members {
            body.as_object_mut().unwrap().remove(*member);
        }
        reply(200, &body)
    };
    let server = Scripted::start([
        without(
            "agent_register",
            &[
                "scopes",
                "token_type",
                "claim_token_expires_at",
                "registration_id",
            ],
        ),
        without(
            "agent_start_claim",
            &["interval", "expires_in", "email_sent"],
        ),
        reply(200, &example("agent_exchange_token").1),
    ])
    .await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    let shown = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&shown);
    let show = move |_: &_| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    client
        .claim(EMAIL, MemoryTokenStore::new(), show)
        .await
        .unwrap();
    assert_eq!(shown.load(Ordering::Relaxed), 1);
    assert_eq!(clock.waits(), [Duration::from_secs(5)]);
}

/// A store whose replacements fail from one on, or take their time.
#[derive(Clone)]
struct Flawed {
    store: MemoryTokenStore,
    replacements: Arc<AtomicU32>,
    fails_at: u32,
}

impl Flawed {
    fn failing_at(replacement: u32) -> Self {
        Self {
            store: MemoryTokenStore::new(),
            replacements: Arc::default(),
            fails_at: replacement,
        }
    }
}

impl TokenStore for Flawed {
    fn load(&self) -> StoreFuture<'_, Option<SavedToken>> {
        self.store.load()
    }

    fn replace<'a>(
        &'a self,
        expected: Option<&'a SavedToken>,
        new: &'a SavedToken,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let number = self.replacements.fetch_add(1, Ordering::Relaxed) + 1;
            if number >= self.fails_at {
                return Err(StoreError::from("no space left on device"));
            }
            self.store.replace(expected, new).await
        })
    }
}

#[tokio::test]
async fn a_store_that_fails_at_any_replacement_costs_no_token() {
    for replacement in 1.. {
        let stage = Stage::new(Duration::from_secs(7)).await;
        let store = Flawed::failing_at(replacement);
        let client = stage.client();
        let Err(error) = stage.claim(&client, store).await else {
            break;
        };
        let text = format!("{} {error:?}", chain(&error));
        assert!(text.contains("no space left"), "{text}");
        let (_, deliveries) = stage.asked("/oauth/token");
        if let TokenFault::Store { .. } = fault(&error) {
            assert_eq!(deliveries, 0, "replacement {replacement}");
            assert_eq!(error.into_token(), None);
            continue;
        }
        assert_eq!(deliveries, 1, "replacement {replacement}");
        let token = error.into_token().unwrap();
        assert!(
            !text.contains(token.expose()) && text.contains("into_token"),
            "{text}"
        );
        // The client sends it already: the earlier one is revoked.
        let me = client.auth().me().await.unwrap();
        assert_eq!(me.token.scopes.unwrap().len(), 9);
        return;
    }
    panic!("no replacement was the last");
}

#[tokio::test]
async fn a_claim_that_is_dropped_while_a_slow_store_saves_leaves_the_token_in_the_client() {
    for polls in 0.. {
        let stage = Stage::new(Duration::ZERO).await;
        let client = stage.client();
        let claim = stage.claim(&client, Flawed::failing_at(u32::MAX));
        let ended = killed_after(polls, claim).await.is_some();
        if stage.asked("/oauth/token").1 == 1 && !ended {
            // Either the response had not been read yet, or the client has the token.
            if client.auth().me().await.is_ok() {
                return;
            }
        }
        assert!(!ended, "no poll was between the delivery and the end");
    }
}

#[tokio::test]
async fn processes_that_share_a_store_share_the_token() {
    let stage = Stage::new(Duration::from_secs(22)).await;
    let store = MemoryTokenStore::new();
    let (one, other) = (stage.client(), stage.client());
    let claims = (
        stage.claim(&one, store.clone()),
        stage.claim(&other, store.clone()),
    );
    let claims = join(claims.0.into_future(), claims.1.into_future()).await;
    let (one_claimed, other_claimed) = (claims.0.unwrap(), claims.1.unwrap());
    assert_eq!(one_claimed, other_claimed);
    assert_eq!(
        token_in(store.load().await.unwrap().as_ref()),
        Some(one_claimed.access_token)
    );
    assert_eq!(stage.asked("/oauth/token").1, 1);
    assert!(one.auth().me().await.is_ok() && other.auth().me().await.is_ok());
}

async fn join<A, B>(one: A, other: B) -> (A::Output, B::Output)
where
    A: Future,
    B: Future,
{
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.is_some(), second.is_some()) {
            (true, true) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
    (first.unwrap(), second.unwrap())
}

#[test]
fn a_claim_without_async_is_the_same_claim() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(Stage::new(Duration::ZERO));
    let client = opentrain::blocking::Blocking::new(stage.client()).unwrap();
    let claimed = client
        .wait(stage.claim(&client, MemoryTokenStore::new()))
        .unwrap();
    assert_eq!(claimed.lacking().unwrap().len(), 2);
}
