//! One's own jobs: list, edit, close; and other people's, which are not one's own.

use opentrain_mock::TokenOwner;
use serde_json::json;

use crate::support::{Session, envelope, ids};

#[tokio::test]
async fn own_jobs_are_listed_newest_first_with_their_proposals() {
    let session = Session::start().await;
    let first = session.open_job().await;
    let second = session.complete_draft().await;
    let (_, page) = session.get("/jobs/mine?limit=1").await;
    assert_eq!(ids(&page["jobs"]), [second]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let (_, rest) = session
        .get(&format!("/jobs/mine?limit=1&cursor={cursor}"))
        .await;
    assert_eq!(
        (ids(&rest["jobs"]), &rest["nextCursor"]),
        (vec![first], &json!(null))
    );
    assert_eq!(
        rest["jobs"][0]["proposalCounts"],
        json!({"total": 4, "unreviewed": 4})
    );
    let details = envelope(
        session.get("/jobs/mine?status=open").await,
        400,
        "BAD_REQUEST",
    );
    assert_eq!(details["supportedStatuses"][1], "OPEN");
    envelope(session.get("/jobs/mine?limit=0").await, 400, "BAD_REQUEST");
}

#[tokio::test]
async fn cursors_of_other_lists_are_refused() {
    let session = Session::start().await;
    let (_, page) = session.get("/jobs?limit=1").await;
    let foreign = ids(&page["jobs"]).remove(0);
    let (job, other) = (session.open_job().await, session.open_job().await);
    let proposal = session.proposals(&other).await.remove(0);
    for path in [
        format!("/jobs/mine?cursor={foreign}"),
        format!("/jobs/{job}/proposals?cursor={proposal}"),
    ] {
        envelope(session.get(&path).await, 400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn live_job_is_edited_and_a_draft_is_not() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let (status, edited) = session
        .patch(&format!("/jobs/{job}"), &json!({"pricePerHour": 20}))
        .await;
    assert_eq!(
        (status, &edited["moderation"]["decision"]),
        (200, &json!("ALLOW"))
    );
    let (_, shown) = session.get(&format!("/jobs/{job}")).await;
    assert_eq!(shown["pay"]["hourlyRate"], 20);

    let draft = session.complete_draft().await;
    let response = session
        .patch(&format!("/jobs/{draft}"), &json!({"pricePerHour": 20}))
        .await;
    let details = envelope(response, 409, "CONFLICT");
    assert_eq!(
        details,
        json!({"jobId": draft, "status": "DRAFT", "requiredStatus": "OPEN"})
    );
}

#[tokio::test]
async fn edit_after_which_a_job_could_not_be_published_is_not_applied() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let path = format!("/jobs/{job}");
    let before = session.get(&path).await;
    for (key, value) in [
        ("jobTitle", json!(null)),
        ("jobDescription", json!(" ")),
        ("languages", json!([""])),
        ("paymentType", json!("FIXED_PRICE")),
        ("pricePerHour", json!(-3)),
        ("headcount", json!(0)),
        ("headcount", json!(-2)),
        ("headcount", json!(2.5)),
    ] {
        let response = session.patch(&path, &json!({key: value})).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        let expected = if key == "paymentType" {
            "fixedPrice"
        } else {
            key
        };
        assert_eq!(details["issues"][0]["path"], json!([expected]), "{value}");
    }
    assert_eq!(session.get(&path).await, before);
}

#[tokio::test]
async fn edit_that_moderation_refuses_is_applied_and_unpublishes_the_job() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let edit = json!({"jobTitle": "Tagging, details on WhatsApp"});
    let details = envelope(
        session.patch(&format!("/jobs/{job}"), &edit).await,
        409,
        "CONFLICT",
    );
    assert_eq!(
        (&details["reason"], &details["status"]),
        (&json!("moderation_blocked"), &json!("DRAFT"))
    );
    let (_, mine) = session.get("/jobs/mine").await;
    assert_eq!(mine["jobs"][0]["title"], edit["jobTitle"]);
    assert_eq!(mine["jobs"][0]["status"], "DRAFT");

    session
        .patch(
            &format!("/job-drafts/{job}"),
            &json!({"jobTitle": "Tagging"}),
        )
        .await;
    let (status, published) = session
        .post(&format!("/jobs/{job}/publish"), &json!({}))
        .await;
    assert_eq!(
        (status, &published["alreadyPublished"]),
        (200, &json!(false))
    );
    assert_eq!(session.proposals(&job).await.len(), 4);
}

#[tokio::test]
async fn closing_twice_is_closing_once() {
    let session = Session::start().await;
    let job = session.open_job().await;
    for already in [false, true] {
        let (status, closed) = session
            .post(&format!("/jobs/{job}/close"), &json!({}))
            .await;
        assert_eq!(status, 200);
        assert_eq!(
            closed,
            json!({"ok": true, "jobId": job, "status": "ARCHIVED", "alreadyClosed": already})
        );
    }
}

#[tokio::test]
async fn resources_of_other_accounts_are_403_or_404_by_type() {
    let mut session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let scopes = ["jobs:write", "proposals:write", "payments:read"];
    let stranger = session
        .server
        .issue_token(&scopes, TokenOwner::Stranger)
        .unwrap();
    session.become_bearer(&stranger);
    for path in [
        format!("/jobs/{job}/proposals"),
        format!("/proposals/{proposal}"),
        format!("/contracts?jobId={job}"),
    ] {
        envelope(session.get(&path).await, 403, "FORBIDDEN");
    }
    for action in ["publish", "close"] {
        envelope(
            session
                .post(&format!("/jobs/{job}/{action}"), &json!({}))
                .await,
            404,
            "NOT_FOUND",
        );
    }
    let invite = json!({"freelancerId": "usr_000008"});
    envelope(
        session.post(&format!("/jobs/{job}/invites"), &invite).await,
        404,
        "NOT_FOUND",
    );
    envelope(
        session.get("/contracts?jobId=job_999999").await,
        404,
        "NOT_FOUND",
    );
}

#[tokio::test]
async fn proposals_are_filtered_and_paged() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let all = session.proposals(&job).await;
    session.server.human().review(&all[1], "NOT_A_FIT").unwrap();
    let (_, filtered) = session
        .get(&format!("/jobs/{job}/proposals?status=not-a%20fit"))
        .await;
    assert_eq!(ids(&filtered["proposals"]), [all[1].clone()]);
    assert_eq!(filtered["proposals"][0]["status"]["label"], "Not a fit");
    let (_, first) = session.get(&format!("/jobs/{job}/proposals?limit=3")).await;
    assert_eq!(
        first["nextCursor"],
        json!(all[2]),
        "the cursor is a proposal's id"
    );
    let (_, last) = session
        .get(&format!("/jobs/{job}/proposals?limit=3&cursor={}", all[2]))
        .await;
    assert_eq!(
        (ids(&last["proposals"]), &last["nextCursor"]),
        (vec![all[3].clone()], &json!(null))
    );
    let details = envelope(
        session
            .get(&format!("/jobs/{job}/proposals?status=best"))
            .await,
        400,
        "BAD_REQUEST",
    );
    assert_eq!(
        details["supportedStatuses"].as_array().map(Vec::len),
        Some(7)
    );
}

#[tokio::test]
async fn proposal_without_an_interview_says_so() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let newest = session.proposals(&job).await.remove(0);
    let (_, detail) = session.get(&format!("/proposals/{newest}")).await;
    assert_eq!(detail["proposal"]["aiInterview"], json!(null));
    let details = envelope(
        session.get(&format!("/proposals/{newest}/interview")).await,
        404,
        "NOT_FOUND",
    );
    assert_eq!(details, json!({"proposalId": newest}));
    envelope(session.get("/proposals/prp_999999").await, 404, "NOT_FOUND");
    envelope(session.get("/freelancers/unknown").await, 404, "NOT_FOUND");
}
