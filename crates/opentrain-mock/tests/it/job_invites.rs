//! Invitations.

use serde_json::{Value, json};

use crate::support::{Session, envelope};

/// Returns an AI trainer who has not applied to the session's German job.
const OTHER: &str = "usr_000010";
const UNAVAILABLE: &str = "usr_000031";
const EMPLOYER: &str = "usr_000003";

fn person(id: &str) -> Value {
    json!({"freelancerId": id})
}

#[tokio::test]
async fn first_invitation_creates_and_the_second_finds() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let path = format!("/jobs/{job}/invites");
    let applied = session.proposals(&job).await.len();
    let (status, first) = session.post(&path, &person(OTHER)).await;
    assert_eq!(
        (status, &first["alreadyInvited"]),
        (201, &json!(false)),
        "{first}"
    );
    let (status, second) = session.post(&path, &person(OTHER)).await;
    assert_eq!((status, &second["alreadyInvited"]), (200, &json!(true)));
    assert_eq!(first["proposalId"], second["proposalId"]);
    assert_eq!(session.proposals(&job).await.len(), applied + 1);
    let id = first["proposalId"].as_str().unwrap();
    let (_, proposal) = session.get(&format!("/proposals/{id}")).await;
    assert_eq!(
        (
            &proposal["proposal"]["bid"],
            &proposal["proposal"]["candidate"]["id"]
        ),
        (&json!(null), &json!(OTHER))
    );
}

#[tokio::test]
async fn invitations_that_cannot_be_are_refused_with_a_reason() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let draft = session.complete_draft().await;
    for (job, freelancer, reason) in [
        (&draft, OTHER, "job_not_published"),
        (&job, EMPLOYER, "not_a_freelancer"),
        (&job, UNAVAILABLE, "freelancer_unavailable"),
    ] {
        let response = session
            .post(&format!("/jobs/{job}/invites"), &person(freelancer))
            .await;
        assert_eq!(
            envelope(response, 409, "CONFLICT"),
            json!({"reason": reason})
        );
    }
    let path = format!("/jobs/{job}/invites");
    envelope(
        session.post(&path, &person("usr_999999")).await,
        404,
        "NOT_FOUND",
    );
    envelope(session.post(&path, &json!({})).await, 400, "BAD_REQUEST");
    envelope(
        session
            .post("/jobs/job_999999/invites", &person(OTHER))
            .await,
        404,
        "NOT_FOUND",
    );
}
