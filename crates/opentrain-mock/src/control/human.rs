//! Control of the human behind the accounts, of AI trainers and of other employers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlRefusal, ControlRequest};
use crate::human::{Human, PendingApproval};

/// Returns the body of a response without data.
fn done() -> Value {
    json!({ "ok": true })
}

pub(super) fn approvals(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let pending = request.human().pending_approvals();
    let shown = |approval: &PendingApproval| {
        json!({
            "id": approval.id,
            "type": approval.kind,
            "jobId": approval.job_id,
            "proposalId": approval.proposal_id,
            "contractId": approval.contract_id,
            "milestoneId": approval.milestone_id,
        })
    };
    Ok(json!({ "approvals": pending.iter().map(shown).collect::<Vec<_>>() }))
}

pub(super) fn confirm(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().confirm(&request.id)?;
    Ok(done())
}

pub(super) fn decline(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().decline(&request.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ClaimBody {
    user_code: String,
}

pub(super) fn claim(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ClaimBody { user_code } = request.body()?;
    request.human().claim(&user_code)?;
    Ok(done())
}

pub(super) fn publish(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let job = request.human().employer_publishes(request.body()?)?;
    Ok(json!({ "jobId": job }))
}

pub(super) fn edit(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request
        .human()
        .employer_edits(&request.id, request.body()?)?;
    Ok(done())
}

pub(super) fn close(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().employer_closes(&request.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsBody {
    count: usize,
    token: Option<String>,
}

pub(super) fn make_events(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let EventsBody { count, token } = request.body()?;
    human_of(request, token.as_deref())?.make_events(count)?;
    Ok(done())
}

pub(super) fn delay_event(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request
        .human()
        .delay_event(&request.id, request.seconds()?)?;
    Ok(done())
}

pub(super) fn replace_event(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request
        .human()
        .replace_event(&request.id, request.body()?)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ApplicationBody {
    freelancer_id: Option<String>,
}

pub(super) fn apply(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ApplicationBody { freelancer_id } = request.body()?;
    let proposal = match freelancer_id {
        Some(freelancer) => request
            .human()
            .candidate_applies(&request.id, &freelancer)?,
        None => request.human().best_candidate_applies(&request.id)?,
    };
    Ok(json!({ "proposalId": proposal }))
}

pub(super) fn answer(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().candidate_answers(&request.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InterviewBody {
    score: u32,
}

pub(super) fn interview(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let InterviewBody { score } = request.body()?;
    request.human().candidate_interviews(&request.id, score)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    status: String,
}

pub(super) fn review(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ReviewBody { status } = request.body()?;
    request.human().review(&request.id, &status)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageBody {
    text: String,
}

pub(super) fn write(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let MessageBody { text } = request.body()?;
    let message = request.human().candidate_writes(&request.id, &text)?;
    Ok(json!({ "messageId": message }))
}

pub(super) fn block(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().candidate_blocks(&request.id)?;
    Ok(done())
}

pub(super) fn read(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().read_conversation(&request.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkBody {
    volume: f64,
}

pub(super) fn work(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let WorkBody { volume } = request.body()?;
    request.human().record_work(&request.id, volume)?;
    Ok(done())
}

pub(super) fn pay_top_up(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.human().pay_top_up(&request.id)?;
    Ok(done())
}

/// Switch of the main account, or of that of a token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountSwitchBody {
    on: bool,
    token: Option<String>,
}

pub(super) fn payment_method(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let AccountSwitchBody { on, token } = request.body()?;
    let human = human_of(request, token.as_deref())?;
    match on {
        true => human.add_payment_method(),
        false => human.remove_payment_method(),
    }
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreditsBody {
    cents: i64,
    token: Option<String>,
}

pub(super) fn credits(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let CreditsBody { cents, token } = request.body()?;
    human_of(request, token.as_deref())?.set_credit_cents(cents)?;
    Ok(done())
}

pub(super) fn team(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let AccountSwitchBody { on, token } = request.body()?;
    let human = human_of(request, token.as_deref())?;
    match on {
        true => human.enable_team(),
        false => human.disable_team(),
    }
    Ok(done())
}

/// Returns the human behind the account of a token, or of the main account.
fn human_of(request: &ControlRequest<'_>, token: Option<&str>) -> Result<Human, ControlRefusal> {
    let human = request.human();
    match token {
        Some(token) => Ok(human.of(token)?),
        None => Ok(human),
    }
}
