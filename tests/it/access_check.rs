//! The access check against the mock: its predictions come true.

use std::fmt::Write as _;

use opentrain::Client;
use opentrain::access_check::Gate;
use opentrain::types::{HireMilestone, ProposalId, Usd};
use opentrain_mock::{MockServer, TokenOwner};

use crate::support::{Mock, Scripted, client, example, reply};

async fn table(server: &MockServer, token: &str) -> String {
    let client = Client::builder()
        .base_url(server.base_url())
        .token(token)
        .build()
        .unwrap();
    let report = client.access_check().await.unwrap();
    let mut table = String::new();
    for access in report.operations().filter(|access| !access.is_open()) {
        writeln!(table, "{access}").unwrap();
    }
    table
}

#[tokio::test]
async fn a_token_with_everything_passes_every_gate() {
    let server = Mock::start().await;
    assert_eq!(table(&server, server.token()).await, "");
}

#[tokio::test]
async fn the_first_token_of_an_unclaimed_account_has_its_documented_access() {
    let server = Mock::start().await;
    let scopes = [
        "jobs:read",
        "jobs:write",
        "proposals:read",
        "messages:read",
        "payments:read",
        "team:read",
    ];
    let token = server.issue_token(&scopes, TokenOwner::Unclaimed).unwrap();
    insta::assert_snapshot!(table(&server, &token).await);
}

#[tokio::test]
async fn a_feature_that_is_off_is_found_and_refuses_indeed() {
    let server = Mock::start().await;
    server.set_feature("public_api_hiring", false).unwrap();
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()
        .unwrap();
    let access = client
        .access_check()
        .await
        .unwrap()
        .operation("proposals_hire")
        .unwrap();
    assert!(access.is_refused());
    assert_eq!(
        access.to_string(),
        "proposals_hire: scope open, feature closed (needs `public_api_hiring`), claim open"
    );
    let hired = client
        .proposals()
        .hire(&ProposalId::from("prp_1"), HireMilestone::new(Usd::from(1)))
        .await;
    assert!(hired.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn without_the_drafting_feature_the_others_are_unknown() {
    let server = Mock::start().await;
    server
        .set_feature("public_api_job_drafting", false)
        .unwrap();
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()
        .unwrap();
    let report = client.access_check().await.unwrap();
    let line = |id: &str| report.operation(id).unwrap().to_string();
    assert_eq!(
        line("job_drafts_create"),
        "job_drafts_create: scope open, feature closed (needs `public_api_job_drafting`), claim open"
    );
    assert_eq!(
        line("team_get"),
        "team_get: scope open, feature unknown, claim open"
    );
    assert!(report.operation("no_such_operation").is_none());
}

#[tokio::test]
async fn without_scopes_in_the_response_the_scope_gates_are_unknown() {
    let (_, mut me) = example("auth_me");
    me["token"].as_object_mut().unwrap().remove("scopes");
    let capabilities = reply(200, &example("job_drafts_capabilities").1);
    let server = Scripted::start([reply(200, &me), capabilities]).await;
    let report = client(&server).access_check().await.unwrap();
    assert_eq!((&report.scopes, report.claimed), (&None, None));
    let scope = |id: &str| report.operation(id).unwrap().scope;
    for access in report.operations() {
        let needs_scopes = !access.operation.scopes.scopes.is_empty();
        assert_eq!(access.scope == Gate::Unknown, needs_scopes, "{access}");
        assert!(access.scope == Gate::Open || !access.is_open(), "{access}");
    }
    assert_eq!(
        (scope("jobs_mine"), scope("jobs_search"), scope("auth_me")),
        (Gate::Unknown, Gate::Open, Gate::Open)
    );
}
