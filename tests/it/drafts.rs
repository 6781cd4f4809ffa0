//! Drafts that are asked about until they can be published.

#[path = "../../crates/opentrain/examples/draft/flow.rs"]
mod flow;

use std::sync::{Arc, Mutex};

use opentrain::resources::{DraftQuestion, JobDrafts};
use opentrain::types::{ExperienceLevel, MissingFieldType, PayType, Usd};
use opentrain::{Client, DraftFault, Error, ErrorKind, JobPatch};
use opentrain_mock::MockServer;
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, TestClock, builder, chain, example, reply};

const TEXT: &str = "We need people to tag short clips of German speech by dialect.";

fn client(server: &MockServer) -> Client {
    let client = builder(server, &TestClock::default());
    client.token(server.token()).build().unwrap()
}

fn drafts(server: &MockServer) -> JobDrafts {
    client(server).job_drafts()
}

/// Answers as a program would that knows the job.
fn answer(question: &DraftQuestion, patch: JobPatch) -> JobPatch {
    match question.field.as_str() {
        "jobTitle" => patch.job_title("Dialect tagging"),
        "languages" => patch.set("languages", json!(["German"])),
        "headcount" => patch.headcount(3),
        "experienceLevel" => patch.experience_level(ExperienceLevel::Expert),
        "paymentType" => patch.payment_type(PayType::PerHour),
        "pricePerHour" => patch.price_per_hour(Usd::from(18)),
        _ => patch,
    }
}

fn fault(error: &Error) -> &DraftFault {
    match error.kind() {
        ErrorKind::DraftNotReady(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn fields(questions: &[DraftQuestion]) -> Vec<&str> {
    questions
        .iter()
        .map(|question| question.field.as_str())
        .collect()
}

#[tokio::test]
async fn a_draft_is_asked_about_until_it_can_be_published() {
    let server = Mock::start().await;
    let asked: Arc<Mutex<Vec<DraftQuestion>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let create = drafts(&server).create(TEXT).idempotency_key("dialects");
    let draft = create.clone().until_ready(move |question, patch| {
        seen.lock().unwrap().push(question.clone());
        answer(question, patch)
    });
    let draft = draft.await.unwrap();
    assert!(draft.is_ready() && draft.questions().is_empty());
    assert!(draft.draft_url().contains(draft.job_id().as_str()));
    client(&server)
        .jobs()
        .publish(draft.job_id())
        .await
        .unwrap();
    let asked = asked.lock().unwrap();
    let payment = asked
        .iter()
        .find(|question| question.field == "paymentType")
        .unwrap();
    assert_eq!(payment.kind, Some(MissingFieldType::Enum));
    assert_eq!(payment.choices[0], "PAY_PER_LABEL");
    assert_eq!(payment.update_keys.len(), 4);
    assert_eq!(payment.prompt.as_deref(), Some("How do you pay?"));
    // The rate is asked for once the payment type is known.
    assert_eq!(asked.last().unwrap().field, "pricePerHour");
}

#[tokio::test]
async fn a_draft_goes_on_after_a_restart_by_its_key() {
    let server = Mock::start().await;
    let create = || drafts(&server).create(TEXT).idempotency_key("dialects");
    let partly = create().until_ready(|question, patch| match question.field.as_str() {
        "headcount" => patch.headcount(3),
        _ => patch,
    });
    let error = partly.await.unwrap_err();
    let stopped = fault(&error);
    assert_eq!(stopped.rounds(), 1);
    assert!(!fields(stopped.questions()).contains(&"headcount"));
    let draft = create().until_ready(answer).await.unwrap();
    assert_eq!(draft.job_id(), stopped.job_id());
}

#[tokio::test]
async fn fields_that_stay_missing_are_named() {
    let server = Mock::start().await;
    let create = drafts(&server).create(TEXT);
    let error = create.until_ready(|_, patch| patch).await.unwrap_err();
    let text = chain(&error);
    let job = fault(&error).job_id();
    assert!(
        text.contains(&format!("draft `{job}` is not ready after 0 rounds")),
        "{text}"
    );
    for field in ["`headcount`", "`paymentType`"] {
        assert!(text.contains(field), "{text}");
    }
    server.expect("job_drafts_update", 0).unwrap();
}

#[tokio::test]
async fn objections_are_asked_about_with_what_is_wrong() {
    let mut server = Mock::start().await;
    server.set_deviations([
        "job_drafts_update: body/experienceLevel: \"WIZARD\" is not valid under any of the schemas listed in the 'anyOf' keyword",
    ]);
    let asked: Arc<Mutex<Vec<DraftQuestion>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let draft = drafts(&server)
        .create(TEXT)
        .until_ready(move |question, patch| {
            if !question.issues.is_empty() {
                seen.lock().unwrap().push(question.clone());
                return answer(question, patch);
            }
            match question.field.as_str() {
                // The first is refused as it is sent, the second once it is there.
                "experienceLevel" => patch.set("experienceLevel", "WIZARD"),
                "headcount" => patch.headcount(-1),
                _ => answer(question, patch),
            }
        });
    draft.await.unwrap();
    let asked = asked.lock().unwrap();
    let level = asked
        .iter()
        .find(|question| question.field == "experienceLevel")
        .unwrap();
    assert!(level.choices.contains(&String::from("EXPERT")), "{level:?}");
    assert!(level.issues[0].message.is_some());
    let headcount = asked
        .iter()
        .find(|question| question.field == "headcount")
        .unwrap();
    assert_eq!(headcount.issues[0].code.as_deref(), Some("too_small"));
}

#[tokio::test]
async fn rounds_are_bounded() {
    let server = Mock::start().await;
    let stubborn = |question: &DraftQuestion, patch: JobPatch| match question.field.as_str() {
        "headcount" => patch.headcount(-1),
        _ => answer(question, patch),
    };
    let create = drafts(&server).create(TEXT);
    let error = create
        .clone()
        .until_ready(stubborn)
        .rounds(3)
        .await
        .unwrap_err();
    assert_eq!(fault(&error).rounds(), 3);
    assert!(
        error.to_string().contains("`headcount` (`too_small`)"),
        "{error}"
    );
    server.expect("job_drafts_update", 3).unwrap();
    let error = create.until_ready(stubborn).await.unwrap_err();
    assert_eq!(fault(&error).rounds(), 10);
}

fn created(missing: &Value, validation: &Value) -> Fault {
    let mut body = example("job_drafts_create").1;
    body["missingFields"] = missing.clone();
    body["validation"] = validation.clone();
    reply(200, &body)
}

fn updated(validation: &Value) -> Fault {
    let mut body = example("job_drafts_update").1;
    body.as_object_mut().unwrap().remove("missingFields");
    body["validation"] = validation.clone();
    reply(200, &body)
}

#[tokio::test]
async fn fields_that_are_only_counted_are_asked_for_again() {
    let missing = json!([{"field": "headcount", "prompt": "How many?"}, {"field": "languages"}]);
    let counted =
        json!({"publishReady": false, "missingFieldCount": 1, "missingFields": [], "issues": []});
    let ready = json!({"publishReady": true});
    let server = Scripted::start([
        created(&missing, &counted),
        updated(&counted),
        updated(&ready),
    ])
    .await;
    let mut rounds = 0;
    let draft = drafts(&server)
        .create(TEXT)
        .until_ready(move |question, patch| {
            rounds += 1;
            match (rounds, question.field.as_str()) {
                (1, "headcount") | (3.., "languages") => answer(question, patch),
                _ => patch,
            }
        });
    draft.await.unwrap();
}

#[tokio::test]
async fn a_draft_that_is_not_ready_for_no_reason_is_an_error() {
    let without_reasons = json!({"publishReady": false, "missingFields": [], "issues": []});
    let server = Scripted::start([created(&json!([]), &without_reasons)]).await;
    let error = drafts(&server)
        .create(TEXT)
        .until_ready(answer)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("names no field"), "{error}");
}

#[tokio::test]
async fn other_failures_and_answers_that_cannot_be_sent_end_the_draft() {
    let server = Mock::start().await;
    let gone = Fault::status(404).on("job_drafts_update");
    server.faults().add(gone).unwrap();
    let error = drafts(&server)
        .create(TEXT)
        .until_ready(answer)
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    let nothing = |_: &DraftQuestion, patch: JobPatch| patch.data_volume(f64::NAN);
    let error = drafts(&server)
        .create(TEXT)
        .until_ready(nothing)
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::InvalidRequest(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_program_may_wait_for_answers() {
    let server = Mock::start().await;
    let mut draft = drafts(&server).create(TEXT).open().await.unwrap();
    let error = draft
        .answer(JobPatch::new().set("colour", "red"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(
        draft
            .questions()
            .iter()
            .any(|question| !question.issues.is_empty())
    );
    while !draft.is_ready() {
        let questions = draft.questions().to_vec();
        let answers = tokio::spawn(async move {
            questions
                .iter()
                .fold(JobPatch::new(), |patch, question| answer(question, patch))
        });
        draft.answer(answers.await.unwrap()).await.unwrap();
    }
}

#[test]
fn a_draft_without_async_is_the_same_draft() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Mock::start());
    let client = opentrain::blocking::Blocking::new(client(&server)).unwrap();
    let draft = client
        .wait(client.job_drafts().create(TEXT).until_ready(answer))
        .unwrap();
    assert!(draft.is_ready());
}

#[tokio::test]
async fn the_example_tells_each_question() {
    let server = Mock::start().await;
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let reported = Arc::clone(&lines);
    let report = move |line: &str| reported.lock().unwrap().push(line.to_owned());
    flow::run(&client(&server), report).await.unwrap();
    insta::assert_snapshot!(lines.lock().unwrap().join("\n"), @r"
    We need people to tag short clips of German speech by dialect.
      How many people do you need?
      How experienced must people be? EXPERT | ENTRY_LEVEL | INTERMEDIATE | ANY_EXPERIENCE_LEVEL
      How do you pay? PAY_PER_LABEL | PAY_PER_HOUR | FIXED_PRICE
      pricePerHour
      How many people do you need? (headcount must be above zero)
    The draft job_000061 is ready.
    It is OPEN at https://app.opentrain.ai/jobs/job_000061
    ");
}
