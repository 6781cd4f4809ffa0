//! From one sentence to a funded contract, as an agent would go.

use serde_json::{Value, json};

use crate::support::{Session, ids, milestone, text};

const SENTENCE: &str = "I need 3 German transcribers for 200 hours of audio, $18/hour.";

#[tokio::test]
async fn one_sentence_becomes_a_funded_contract() {
    let session = Session::start().await;
    let (_, me) = session.get("/auth/me").await;
    assert_eq!(me["account"]["memberRole"], "OWNER");
    let (_, can) = session.get("/job-drafts/capabilities").await;
    assert_eq!(
        (&can["capabilities"]["hiring"], &can["enabled"]),
        (&json!(true), &json!(true))
    );

    let job = draft_and_publish(&session).await;
    let (_, found) = session.get(&format!("/jobs/{job}")).await;
    assert_eq!(
        (&found["pay"]["hourlyRate"], &found["experienceLevel"]),
        (&json!(18), &json!("Expert"))
    );

    let proposal = best_candidate(&session, &job).await;
    let contract = hire(&session, &proposal).await;
    check_contract(&session, &job, &proposal, &contract).await;
}

/// Answers every question of the draft, then publishes.
async fn draft_and_publish(session: &Session) -> String {
    let (_, draft) = session
        .post("/job-drafts", &json!({"rawJobDescription": SENTENCE}))
        .await;
    assert_eq!(draft["normalizedFields"]["languages"], json!(["German"]));
    let questions = draft["missingFields"]
        .as_array()
        .expect("there is a work list");
    let asked: Vec<_> = questions
        .iter()
        .map(|question| question["updateKeys"].clone())
        .collect();
    assert_eq!(asked, [json!(["experienceLevel"])]);
    let job = text(&draft["jobId"]);
    let (_, patched) = session
        .patch(
            &format!("/job-drafts/{job}"),
            &json!({"experienceLevel": "EXPERT"}),
        )
        .await;
    assert_eq!(patched["validation"]["publishReady"], true);
    let (status, published) = session
        .post(&format!("/jobs/{job}/publish"), &json!({}))
        .await;
    assert_eq!((status, &published["status"]), (200, &json!("OPEN")));
    job
}

/// Returns the candidate with the best interview, after every read about the candidates.
async fn best_candidate(session: &Session, job: &str) -> String {
    let (_, page) = session.get(&format!("/jobs/{job}/proposals")).await;
    let proposals = page["proposals"].as_array().expect("there are proposals");
    let score = |proposal: &&Value| proposal["metrics"]["interviewScore"].as_u64();
    let best = proposals
        .iter()
        .max_by_key(score)
        .expect("an AI trainer has applied");
    assert_eq!(
        (proposals.len(), &best["metrics"]["interviewScore"]),
        (4, &json!(93))
    );
    let id = text(&best["id"]);

    let (_, detail) = session.get(&format!("/proposals/{id}")).await;
    assert_eq!(
        detail["proposal"]["aiInterview"]["transcriptAvailable"],
        true
    );
    let (_, interview) = session.get(&format!("/proposals/{id}/interview")).await;
    assert_eq!(interview["interview"]["messages"][0]["role"], "interviewer");
    for key in ["id", "profileSlug"] {
        let key = text(&best["candidate"][key]);
        let (_, person) = session.get(&format!("/freelancers/{key}")).await;
        assert_eq!(
            person["freelancer"]["displayName"],
            best["candidate"]["displayName"]
        );
    }
    id
}

/// Asks, has the human confirm, and gives the contract.
async fn hire(session: &Session, proposal: &str) -> String {
    let (status, asked) = session
        .post(&format!("/proposals/{proposal}/hire"), &milestone(120))
        .await;
    assert_eq!(
        (status, &asked["approval"]["status"]),
        (202, &json!("pending"))
    );
    let approval = text(&asked["approval"]["id"]);
    let (_, none) = session.get("/contracts").await;
    assert_eq!(
        none["contracts"],
        json!([]),
        "no contract exists before the human confirms"
    );

    let waiting = session.server.human().pending_approvals();
    assert_eq!(waiting[0].id, approval);
    session
        .server
        .human()
        .confirm(&approval)
        .expect("the approval is pending");
    let (_, confirmed) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(confirmed["approval"]["status"], "confirmed");
    assert_eq!(confirmed["approval"]["result"]["hired"], true);
    text(&confirmed["approval"]["result"]["contractId"])
}

async fn check_contract(session: &Session, job: &str, proposal: &str, contract: &str) {
    let (_, list) = session
        .get(&format!("/contracts?status=active&jobId={job}"))
        .await;
    assert_eq!(ids(&list["contracts"]), [contract]);
    let (_, ended) = session.get("/contracts?status=ended").await;
    assert_eq!(ended["contracts"], json!([]));
    let (_, one) = session.get(&format!("/contracts/{contract}")).await;
    let milestone = &one["contract"]["milestones"][0];
    assert_eq!(
        (&milestone["status"], &milestone["amountUsd"]),
        (&json!("ACTIVE_FUNDED"), &json!(120))
    );
    assert_eq!(milestone["dueDate"], "2026-04-01T00:00:00.000Z");
    assert_eq!(
        one["contract"]["budget"]["activeMilestone"]["id"],
        milestone["id"]
    );
    let (_, hired) = session.get(&format!("/proposals/{proposal}")).await;
    assert_eq!(hired["proposal"]["status"]["raw"], "HIRED");
    assert_eq!(hired["proposal"]["contract"]["id"], contract);
}
