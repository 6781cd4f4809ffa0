//! The draft, its questions, the answers. A test runs it too.

use std::error::Error;

use opentrain::resources::DraftQuestion;
use opentrain::types::{ExperienceLevel, PayType, Usd};
use opentrain::{Client, JobPatch};

const SENTENCE: &str = "We need people to tag short clips of German speech by dialect.";

/// Drafts, answers and publishes. `report` is given a line for each step.
pub(crate) async fn run(
    client: &Client,
    mut report: impl FnMut(&str) + Clone + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    report(SENTENCE);
    let mut show = report.clone();
    let create = client
        .job_drafts()
        .create(SENTENCE)
        .idempotency_key("dialects-1");
    let draft = create
        .until_ready(move |question, patch| {
            show(&format!("  {}", asked(question)));
            answer(question, patch)
        })
        .await?;
    report(&format!("The draft {} is ready.", draft.job_id()));
    let published = client.jobs().publish(draft.job_id()).await?;
    report(&format!(
        "It is {} at {}",
        published.status, published.job_url
    ));
    Ok(())
}

/// Returns the question in the words that a human reads.
fn asked(question: &DraftQuestion) -> String {
    let prompt = question.prompt.as_deref().unwrap_or(&question.field);
    let issues = question
        .issues
        .iter()
        .filter_map(|issue| issue.message.as_deref());
    let objections: String = issues.map(|issue| format!(" ({issue})")).collect();
    match question.choices.as_slice() {
        [] => format!("{prompt}{objections}"),
        choices => format!("{prompt} {}{objections}", choices.join(" | ")),
    }
}

/// Answers as an agent would that knows the job. It is mistaken once.
fn answer(question: &DraftQuestion, patch: JobPatch) -> JobPatch {
    match question.field.as_str() {
        "jobTitle" => patch.job_title("Dialect tagging"),
        "headcount" if question.issues.is_empty() => patch.headcount(0),
        "headcount" => patch.headcount(3),
        "experienceLevel" => patch.experience_level(ExperienceLevel::Intermediate),
        "paymentType" => patch.payment_type(PayType::PerHour),
        "pricePerHour" => patch.price_per_hour(Usd::from(18)),
        _ => patch,
    }
}
