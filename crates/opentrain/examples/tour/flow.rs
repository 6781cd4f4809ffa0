//! The steps of the tour. They need a client and somewhere to write; a test runs them too.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::time::Duration;

use opentrain::resources::{ApprovalOutcome, Confirmed};
use opentrain::types::{
    ContractId, HireMilestone, JobDraftCreated, JobId, MissingField, PayType, ProposalId, Usd,
};
use opentrain::{Client, JobPatch, Response};
use serde_json::{Value, json};

type Step<T = ()> = Result<T, Box<dyn Error>>;

const SENTENCE: &str =
    "We need 3 people to tag short clips of German speech by dialect, paid by the hour.";

/// Runs the whole tour, from a sentence to a contract.
pub(crate) async fn whole(client: &Client, out: &mut impl Write) -> Step {
    who_am_i(client, out).await?;
    let draft = draft(client, out).await?;
    fill(client, out, &draft).await?;
    publish(client, out, &draft.job_id).await?;
    find(client, out, &draft.job_id).await?;
    let proposal = choose(client, out, &draft.job_id).await?;
    let contract = hire(client, out, &proposal).await?;
    read_contract(client, out, &contract).await
}

/// Runs the calls that change nothing.
pub(crate) async fn read_only(client: &Client, out: &mut impl Write) -> Step {
    who_am_i(client, out).await?;
    let facets = client.jobs().facets().await?;
    writeln!(
        out,
        "\nThe marketplace has {} open jobs. The newest:",
        facets.total_jobs
    )?;
    let mut jobs = client.jobs().search().page_size(5).items().limit_items(12);
    while let Some(job) = jobs.try_next().await? {
        writeln!(out, "  {}  {}", job.id, job.title.unwrap_or_default())?;
    }
    writeln!(out, "\nYour own jobs:")?;
    for job in client.jobs().mine().await?.items {
        writeln!(
            out,
            "  {}  {}  {}",
            job.id,
            job.status,
            job.title.unwrap_or_default()
        )?;
    }
    Ok(())
}

async fn who_am_i(client: &Client, out: &mut impl Write) -> Step {
    let response = client.auth().me().with_response().await?;
    heading(out, "Who am I?", &response)?;
    let me = response.value();
    let name = me
        .actor
        .full_name
        .as_deref()
        .unwrap_or("an account without a name");
    let scopes = me
        .token
        .scopes
        .iter()
        .flatten()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    writeln!(
        out,
        "  {name} ({}), whose token may {}",
        me.actor.user_id,
        scopes.join(" ")
    )?;
    Ok(())
}

async fn draft(client: &Client, out: &mut impl Write) -> Step<JobDraftCreated> {
    let response = client
        .job_drafts()
        .create(SENTENCE)
        .call()
        .with_response()
        .await?;
    heading(out, "A draft from one sentence", &response)?;
    writeln!(
        out,
        "  \u{201c}{SENTENCE}\u{201d} became {}",
        response.value().job_id
    )?;
    let understood: BTreeMap<_, _> = response.value().normalized_fields.iter().collect();
    for (key, value) in understood {
        writeln!(out, "  understood  {key}: {value}")?;
    }
    for missing in &response.value().missing_fields {
        writeln!(
            out,
            "  missing     {}",
            missing
                .prompt
                .as_deref()
                .unwrap_or("something that it does not name")
        )?;
    }
    Ok(response.into_value())
}

async fn fill(client: &Client, out: &mut impl Write, draft: &JobDraftCreated) -> Step {
    let missing = draft.missing_fields.iter();
    let values: Vec<(String, Value)> = missing.flat_map(values_for).collect();
    let mut patch = JobPatch::new()
        .job_title("Dialect tagging")
        .price_per_hour(Usd::from(18));
    for (key, value) in &values {
        patch = patch.set(key, value.clone());
    }
    let response = client
        .job_drafts()
        .update(&draft.job_id, patch)
        .with_response()
        .await?;
    heading(out, "Filling the gaps", &response)?;
    let keys: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
    writeln!(out, "  sent {}", keys.join(", "))?;
    if !response.value().validation.publish_ready {
        let missing = &response.value().missing_fields;
        return Err(format!("the draft is still not ready: {missing:?}").into());
    }
    Ok(writeln!(out, "  the draft is ready to be published")?)
}

/// Returns a value for every key that a missing field asks for. A real agent would ask its owner, with the field's `prompt`.
fn values_for(missing: &MissingField) -> Vec<(String, Value)> {
    let keys = missing.update_keys.iter().flatten();
    keys.filter_map(|key| Some((key.clone(), value_for(key, missing)?)))
        .collect()
}

fn value_for(key: &str, missing: &MissingField) -> Option<Value> {
    match key {
        "paymentType" => Some(json!(PayType::PerHour)),
        // The hourly rate is set with the title; the other rates belong to other ways of paying.
        "pricePerHour" | "pricePerLabel" | "fixedPrice" => None,
        "headcount" => Some(json!(3)),
        "dataVolume" => Some(json!(40)),
        "languages" => Some(json!(["German"])),
        "labelTypes" => Some(json!(["Classification"])),
        _ => {
            let choice = missing
                .enum_values
                .as_ref()
                .and_then(|values| values.first());
            Some(json!(
                choice
                    .or(missing.example.as_ref())
                    .map_or("To be agreed", String::as_str)
            ))
        }
    }
}

async fn publish(client: &Client, out: &mut impl Write, job: &JobId) -> Step {
    let response = client.jobs().publish(job).with_response().await?;
    heading(out, "Publishing", &response)?;
    let published = response.value();
    writeln!(out, "  {} at {}", published.status, published.job_url)?;
    Ok(())
}

async fn find(client: &Client, out: &mut impl Write, job: &JobId) -> Step {
    writeln!(out, "\nLooking for it in the marketplace, 10 jobs a page")?;
    let (mut pages, mut jobs) = (client.jobs().search().page_size(10).pages(), 0);
    let mut found = None;
    let mut count = 0;
    while let Some(page) = pages.try_next().await? {
        count += 1;
        let position = page.items.iter().position(|other| &other.id == job);
        found = found.or(position.map(|position| (count, position + 1)));
        jobs += page.items.len();
    }
    let (page, position) = found.ok_or("the job is not in the marketplace")?;
    writeln!(
        out,
        "  {jobs} jobs on {count} pages; ours is number {position} on page {page}"
    )?;
    Ok(())
}

async fn choose(client: &Client, out: &mut impl Write, job: &JobId) -> Step<ProposalId> {
    writeln!(out, "\nWho applied?")?;
    let mut proposals = client.proposals().list(job).items();
    let mut best: Option<(f64, ProposalId)> = None;
    while let Some(proposal) = proposals.try_next().await? {
        let name = proposal
            .candidate
            .as_ref()
            .and_then(|candidate| candidate.display_name.clone());
        let score = proposal
            .metrics
            .as_ref()
            .and_then(|metrics| metrics.match_score)
            .unwrap_or_default();
        let bid = proposal
            .bid
            .as_ref()
            .and_then(|bid| bid.amount_usd)
            .unwrap_or_default();
        writeln!(
            out,
            "  {}  {:<10} bids {bid} USD, match {score}",
            proposal.id,
            name.unwrap_or_default()
        )?;
        if best.as_ref().is_none_or(|(highest, _)| score > *highest) {
            best = Some((score, proposal.id));
        }
    }
    let (_, chosen) = best.ok_or("no AI trainer applied")?;
    Ok(chosen)
}

async fn hire(client: &Client, out: &mut impl Write, proposal: &ProposalId) -> Step<ContractId> {
    let milestone = HireMilestone::new(Usd::from(120))
        .name("Pilot")
        .description("The first 200 clips");
    let response = client
        .proposals()
        .hire(proposal, milestone)
        .with_response()
        .await?;
    heading(out, "Hiring the best match", &response)?;
    let pending = response.value();
    writeln!(
        out,
        "  nothing has happened yet: a human must confirm {}",
        pending.id
    )?;
    writeln!(
        out,
        "  at {}",
        pending
            .approval_url
            .as_deref()
            .unwrap_or("an unknown address")
    )?;
    let wait = client
        .approvals()
        .wait(&pending.id)
        .every(Duration::from_millis(200));
    match wait.deadline(Duration::from_secs(60)).await? {
        ApprovalOutcome::Confirmed {
            action:
                Confirmed::Hired {
                    contract_id: Some(contract),
                    ..
                },
            ..
        } => {
            writeln!(out, "  confirmed: {contract}")?;
            Ok(contract)
        }
        outcome => Err(format!(
            "no AI trainer was hired: the approval is {}",
            outcome.approval().status
        )
        .into()),
    }
}

async fn read_contract(client: &Client, out: &mut impl Write, id: &ContractId) -> Step {
    let response = client.contracts().get(id).with_response().await?;
    heading(out, "The contract", &response)?;
    let contract = response.value();
    let person = contract
        .freelancer
        .as_ref()
        .and_then(|freelancer| freelancer.display_name.as_deref());
    writeln!(
        out,
        "  {} is {} for {}",
        contract.id,
        contract.status,
        person.unwrap_or("an AI trainer")
    )?;
    for milestone in contract.milestones.iter().flatten() {
        let (name, amount) = (
            milestone.name.as_deref().unwrap_or_default(),
            milestone.amount_usd.unwrap_or_default(),
        );
        writeln!(
            out,
            "  milestone {} {name}: {amount} USD, {}",
            milestone.id, milestone.status
        )?;
    }
    Ok(())
}

/// Writes a step's title, with the request id that support asks for.
fn heading<T>(out: &mut impl Write, title: &str, response: &Response<T>) -> std::io::Result<()> {
    let request_id = response.request_id().unwrap_or("not given");
    writeln!(
        out,
        "\n{title}  [status {}, request id {request_id}]",
        response.status().as_u16()
    )
}
