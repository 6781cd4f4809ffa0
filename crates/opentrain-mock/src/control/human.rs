//! Control of people: the human behind the accounts, and the AI trainers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Refused};
use crate::human::{Human, PendingApproval};

/// Returns the body of a response without data.
fn done() -> Value {
    json!({ "ok": true })
}

pub(super) fn approvals(ask: &Ask<'_>) -> Result<Value, Refused> {
    let pending = ask.human().pending_approvals();
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

pub(super) fn confirm(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().confirm(&ask.id)?;
    Ok(done())
}

pub(super) fn decline(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().decline(&ask.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Claim {
    user_code: String,
}

pub(super) fn claim(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Claim { user_code } = ask.body()?;
    ask.human().claim(&user_code)?;
    Ok(done())
}

pub(super) fn publish(ask: &Ask<'_>) -> Result<Value, Refused> {
    let job = ask.human().employer_publishes(ask.body()?)?;
    Ok(json!({ "jobId": job }))
}

pub(super) fn edit(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().employer_edits(&ask.id, ask.body()?)?;
    Ok(done())
}

pub(super) fn close(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().employer_closes(&ask.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    count: usize,
    token: Option<String>,
}

pub(super) fn make_events(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Events { count, token } = ask.body()?;
    human_of(ask, token.as_deref())?.make_events(count)?;
    Ok(done())
}

pub(super) fn delay_event(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().delay_event(&ask.id, ask.seconds()?)?;
    Ok(done())
}

pub(super) fn replace_event(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().replace_event(&ask.id, ask.body()?)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Application {
    freelancer_id: Option<String>,
}

pub(super) fn apply(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Application { freelancer_id } = ask.body()?;
    let proposal = match freelancer_id {
        Some(freelancer) => ask.human().candidate_applies(&ask.id, &freelancer)?,
        None => ask.human().somebody_applies(&ask.id)?,
    };
    Ok(json!({ "proposalId": proposal }))
}

pub(super) fn answer(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().candidate_answers(&ask.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interview {
    score: u32,
}

pub(super) fn interview(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Interview { score } = ask.body()?;
    ask.human().candidate_interviews(&ask.id, score)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    status: String,
}

pub(super) fn review(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Review { status } = ask.body()?;
    ask.human().review(&ask.id, &status)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    text: String,
}

pub(super) fn write(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Message { text } = ask.body()?;
    let message = ask.human().candidate_writes(&ask.id, &text)?;
    Ok(json!({ "messageId": message }))
}

pub(super) fn block(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().candidate_blocks(&ask.id)?;
    Ok(done())
}

pub(super) fn read(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().read_conversation(&ask.id)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Work {
    volume: f64,
}

pub(super) fn work(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Work { volume } = ask.body()?;
    ask.human().record_work(&ask.id, volume)?;
    Ok(done())
}

pub(super) fn pay_top_up(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.human().pay_top_up(&ask.id)?;
    Ok(done())
}

/// Switch of the main account, or of that of a token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Belonging {
    on: bool,
    token: Option<String>,
}

pub(super) fn payment_method(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Belonging { on, token } = ask.body()?;
    let human = human_of(ask, token.as_deref())?;
    match on {
        true => human.add_payment_method(),
        false => human.remove_payment_method(),
    }
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credits {
    cents: i64,
    token: Option<String>,
}

pub(super) fn credits(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Credits { cents, token } = ask.body()?;
    human_of(ask, token.as_deref())?.set_credit_cents(cents)?;
    Ok(done())
}

pub(super) fn team(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Belonging { on, token } = ask.body()?;
    let human = human_of(ask, token.as_deref())?;
    match on {
        true => human.enable_team(),
        false => human.disable_team(),
    }
    Ok(done())
}

/// Returns the human behind the account of a token, or of the main account.
fn human_of(ask: &Ask<'_>, token: Option<&str>) -> Result<Human, Refused> {
    let human = ask.human();
    match token {
        Some(token) => Ok(human.of(token)?),
        None => Ok(human),
    }
}
