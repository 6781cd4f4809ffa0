//! One call of every operation through the client, by its name. Two test binaries and the fuzz target `responses` use it.

use opentrain::types::{
    ApiToken, ApprovalId, ClaimToken, ContractId, ConversationId, CreateMilestoneRequest,
    EventType, FreelancerIdOrSlug, HireMilestone, JobId, MilestoneId, PayType, ProposalId, Scope,
    TokenId, TopUpId, Usd, UserId, WebhookId,
};
use opentrain::{Client, JobPatch, Result};

/// Calls an operation with arguments that are made up. `None`: there is no call for it.
pub(crate) async fn call(client: &Client, operation: &str) -> Option<Result<()>> {
    let called = match operation.split_once('_')?.0 {
        "jobs" => jobs(client, operation).await,
        "job" | "auth" | "agent" | "freelancers" => onboarding(client, operation).await,
        "proposals" | "messages" | "updates" | "approvals" => people(client, operation).await,
        "contracts" | "milestones" | "credits" | "payments" => money(client, operation).await,
        _ => account(client, operation).await,
    };
    called.transpose()
}

type Called = Result<Option<()>>;

async fn jobs(client: &Client, operation: &str) -> Called {
    let (jobs, id) = (client.jobs(), JobId::from("job_9xT"));
    match operation {
        "jobs_search" => drop(
            jobs.search()
                .query("audio")
                .language("German")
                .country("BR")
                .pay_type(PayType::PerHour)
                .page_size(5)
                .await?,
        ),
        "jobs_get" => drop(jobs.get(&id).await?),
        "jobs_facets" => drop(jobs.facets().await?),
        "jobs_changes" => drop(
            jobs.changes(
                "2026-03-04T05:06:07.000Z"
                    .parse()
                    .expect("it is an instant"),
            )
            .await?,
        ),
        "jobs_mine" => drop(jobs.mine().page_size(5).await?),
        "jobs_publish" => drop(jobs.publish(&id).await?),
        "jobs_close" => drop(jobs.close(&id).await?),
        "jobs_update" => drop(jobs.update(&id, patch()).await?),
        "jobs_invite" => drop(jobs.invite(&id, &UserId::from("usr_77p")).await?),
        "jobs_proposals" => drop(client.proposals().list(&id).page_size(5).await?),
        _ => return Ok(None),
    }
    Ok(Some(()))
}

fn patch() -> JobPatch {
    JobPatch::new()
        .job_title("Dialect tagging")
        .price_per_hour(Usd::from(18))
        .headcount(3)
        .clear_countries()
}

async fn onboarding(client: &Client, operation: &str) -> Called {
    let (drafts, agents) = (client.job_drafts(), client.agent_auth());
    let claim = ClaimToken::from("ot_clm_example_0000");
    match operation {
        "auth_me" => drop(client.auth().me().await?),
        "job_drafts_create" => drop(drafts.create("Tag 2,000 clips").external_id("e-1").await?),
        "job_drafts_update" => drop(drafts.update(&JobId::from("job_9xT"), patch()).await?),
        "job_drafts_capabilities" => drop(drafts.capabilities().await?),
        "freelancers_get" => drop(
            client
                .freelancers()
                .get(&FreelancerIdOrSlug::from("ines-k"))
                .await?,
        ),
        "agent_register" => drop(agents.register().agent_name("night-shift").await?),
        "agent_start_claim" => drop(agents.start_claim(&claim, "pat@example.org").await?),
        "agent_exchange_token" => drop(agents.exchange_token(&claim).await?),
        "agent_revoke_token" => {
            agents
                .revoke(&ApiToken::from("ot_pat_example_0000"))
                .await?;
        }
        _ => return Ok(None),
    }
    Ok(Some(()))
}

async fn people(client: &Client, operation: &str) -> Called {
    let (proposals, id) = (client.proposals(), ProposalId::from("prp_44k"));
    let conversation = ConversationId::from("cnv_6h");
    match operation {
        "proposals_get" => drop(proposals.get(&id).await?),
        "proposals_interview" => drop(proposals.interview(&id).await?),
        "proposals_start_conversation" => drop(proposals.start_conversation(&id).await?),
        "proposals_hire" => drop(proposals.hire(&id, pilot()).await?),
        "messages_list" => drop(client.messages().conversations().page_size(5).await?),
        "messages_send" => drop(client.messages().send(&conversation, "Hello").await?),
        "updates_poll" => drop(client.updates().poll().limit(5).await?),
        "approvals_get" => drop(client.approvals().get(&ApprovalId::from("apr_71")).await?),
        _ => return Ok(None),
    }
    Ok(Some(()))
}

fn pilot() -> HireMilestone {
    let mut pilot = HireMilestone::new(Usd::from(120));
    pilot.name = Some(String::from("Pilot"));
    pilot
}

async fn money(client: &Client, operation: &str) -> Called {
    let (contracts, contract) = (client.contracts(), ContractId::from("ctr_9"));
    let (milestones, milestone) = (client.milestones(), MilestoneId::from("ms_4"));
    let week = CreateMilestoneRequest::new(String::from("Week 3"));
    match operation {
        "contracts_list" => drop(contracts.list().job(&JobId::from("job_9xT")).await?),
        "contracts_get" => drop(contracts.get(&contract).await?),
        "contracts_create_milestone" => drop(contracts.create_milestone(&contract, week).await?),
        "contracts_end" => drop(contracts.end(&contract).await?),
        "milestones_fund" => drop(milestones.fund(&milestone).await?),
        "milestones_approve" => drop(milestones.approve(&milestone).await?),
        "credits_balance" => drop(client.credits().balance().await?),
        "credits_ledger" => drop(client.credits().ledger().page_size(5).await?),
        "credits_create_top_up" => drop(client.credits().create_top_up(Usd::from(50)).await?),
        "credits_get_top_up" => drop(
            client
                .credits()
                .get_top_up(&TopUpId::from("top_12"))
                .await?,
        ),
        "payments_pending" => drop(client.payments().pending().await?),
        _ => return Ok(None),
    }
    Ok(Some(()))
}

async fn account(client: &Client, operation: &str) -> Called {
    let (webhooks, webhook) = (client.webhooks(), WebhookId::from("wh_3"));
    match operation {
        "webhooks_list" => drop(webhooks.list().await?),
        "webhooks_create" => drop(
            webhooks
                .create("https://hooks.example.org/", [EventType::MessageReceived])
                .await?,
        ),
        "webhooks_get" => drop(webhooks.get(&webhook).await?),
        "webhooks_delete" => drop(webhooks.delete(&webhook).await?),
        "team_get" => drop(client.team().get().await?),
        "team_invite" => drop(client.team().invite("ada@example.org").await?),
        "tokens_list" => drop(client.tokens().list().await?),
        "tokens_create" => drop(
            client
                .tokens()
                .create()
                .name("nightly")
                .scopes([Scope::JobsRead])
                .await?,
        ),
        "tokens_revoke" => drop(client.tokens().revoke(&TokenId::from("tok_7Ab1")).await?),
        _ => return Ok(None),
    }
    Ok(Some(()))
}
