//! The gates: token, scope, feature flag, claim, in that order and for every operation.

use opentrain_mock::TokenOwner;
use opentrain_mock::operation::{Access, OPERATIONS};
use serde_json::json;

use crate::support::{Session, envelope};

#[tokio::test]
async fn every_operation_that_needs_a_token_refuses_none_and_unknown_ones() {
    let mut session = Session::start().await;
    for token in [None, Some("ot_pat_unknown")] {
        match token {
            Some(token) => session.become_bearer(token),
            None => session.forget_token(),
        }
        for operation in OPERATIONS {
            if matches!(operation.access, Access::Open | Access::OwnCredential) {
                continue;
            }
            let response = session.call(operation.method, operation.path, None).await;
            envelope(response, 401, "UNAUTHORIZED");
        }
    }
}

#[tokio::test]
async fn every_scope_that_an_operation_needs_is_missed() {
    let mut session = Session::start().await;
    let bare = session.server.issue_token(&[], TokenOwner::Main).unwrap();
    session.become_bearer(&bare);
    for operation in OPERATIONS {
        if let Access::AnyScopeOf(scopes) = operation.access {
            let response = session.call(operation.method, operation.path, None).await;
            let details = envelope(response, 403, "FORBIDDEN");
            assert_eq!(
                details,
                json!({"requiredScopes": scopes, "grantedScopes": []})
            );
        }
    }
}

#[tokio::test]
async fn every_feature_that_is_off_stops_its_operations() {
    let session = Session::start().await;
    for operation in OPERATIONS {
        let Some(feature) = operation.feature else {
            continue;
        };
        session.server.set_feature(feature, false).unwrap();
        let response = session.call(operation.method, operation.path, None).await;
        let details = envelope(response, 403, "FORBIDDEN");
        assert_eq!(details, json!({"featureKey": feature, "mode": "OFF"}));
        session.server.set_feature(feature, true).unwrap();
    }
}

#[tokio::test]
async fn refusal_of_an_unclaimed_account_has_the_claim_url() {
    let mut session = Session::start().await;
    let scopes = [
        "proposals:write",
        "messages:write",
        "payments:write",
        "team:write",
    ];
    let unclaimed = session
        .server
        .issue_token(&scopes, TokenOwner::Unclaimed)
        .unwrap();
    session.become_bearer(&unclaimed);
    for operation in OPERATIONS {
        let Some(action) = operation.claimed_for else {
            continue;
        };
        let response = session.call(operation.method, operation.path, None).await;
        let details = envelope(response, 403, "FORBIDDEN");
        assert_eq!(details["reason"], "account_claim_required");
        assert_eq!(details["claimUrl"], "https://app.opentrain.ai/claim");
        assert_eq!(details["action"], action);
    }
}

#[tokio::test]
async fn write_scope_includes_read_scope() {
    let mut session = Session::start().await;
    let writer = session
        .server
        .issue_token(&["jobs:write"], TokenOwner::Unclaimed)
        .unwrap();
    session.become_bearer(&writer);
    let (status, _) = session.get("/jobs/mine").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn unknown_path_is_404_and_unknown_method_is_405() {
    let session = Session::start().await;
    let nowhere = session.get("/jobz").await;
    let sentence = nowhere.1["error"].as_str().unwrap_or_default().to_owned();
    assert!(sentence.contains("GET /api/public/v1/jobz"), "{sentence}");
    envelope(nowhere, 404, "NOT_FOUND");
    envelope(
        session.call("DELETE", "/jobs/mine", None).await,
        405,
        "METHOD_NOT_ALLOWED",
    );
    let head = session.raw("HEAD", "/api/public/v1/jobs", None).await;
    assert_eq!(head.status(), 405);
    let options = session
        .raw("OPTIONS", "/api/public/v1/jobs/facets", None)
        .await;
    assert_eq!(options.status(), 204);
    assert_eq!(options.headers()["access-control-allow-origin"], "*");
}
