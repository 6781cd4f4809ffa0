//! The public side: search, pages, one job, facets, changes.

use std::collections::BTreeSet;
use std::time::Duration;

use opentrain_mock::MockServer;
use serde_json::{Value, json};

use crate::support::{Received, Session, envelope, ids, text};

/// Returns all jobs that a search finds, page by page.
async fn walk(session: &Session, query: &str) -> Vec<Value> {
    let mut jobs = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = session.get(&format!("/jobs?{query}&cursor={cursor}")).await;
        assert_eq!(status, 200, "{page}");
        jobs.extend(page["jobs"].as_array().expect("a page has jobs").clone());
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return jobs,
        }
    }
}

#[tokio::test]
async fn pages_hold_every_job_once_newest_first() {
    let mut session = Session::start().await;
    session.forget_token();
    let jobs = walk(&session, "limit=7").await;
    let ids: BTreeSet<_> = jobs.iter().map(|job| text(&job["id"])).collect();
    assert_eq!((jobs.len(), ids.len()), (60, 60));
    let dates: Vec<_> = jobs.iter().map(|job| text(&job["datePosted"])).collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older));
}

#[tokio::test]
async fn job_published_between_two_pages_leaves_the_second_page_unchanged() {
    let session = Session::start().await;
    let (_, first) = session.get("/jobs?limit=2").await;
    session.open_job().await;
    let cursor = text(&first["nextCursor"]);
    let (_, second) = session.get(&format!("/jobs?limit=2&cursor={cursor}")).await;
    let (_, all) = session.get("/jobs?limit=5").await;
    assert_eq!(ids(&all["jobs"])[3..], ids(&second["jobs"]));
}

#[tokio::test]
async fn filters_combine() {
    let session = Session::start().await;
    let german = walk(&session, "language=german&payType=PAY_PER_HOUR").await;
    assert!(!german.is_empty());
    for job in &german {
        assert_eq!(job["languages"], json!(["German"]));
        assert_eq!(job["pay"]["paymentType"], "PAY_PER_HOUR");
    }
    for job in walk(&session, "country=br").await {
        let countries = job["countries"].as_array().expect("it is a list");
        let is_open_to_brazil = countries.is_empty() || countries.contains(&json!("BR"));
        assert!(is_open_to_brazil, "{job}");
    }
    for job in walk(&session, "q=segmentation+HINDI").await {
        let description = text(&job["descriptionText"]).to_lowercase();
        assert!(description.contains("segmentation") && description.contains("hindi"));
    }
}

#[tokio::test]
async fn invalid_parameters_are_refused() {
    let session = Session::start().await;
    for query in [
        "payType=HOURLY",
        "limit=0",
        "cursor=x",
        "cursor=c_99999999",
        "cursor=c_00000000",
        "cursor=c_7",
        "cursor=d_00000007",
    ] {
        let path = format!("/jobs?{query}");
        envelope(session.get(&path).await, 400, "BAD_REQUEST");
    }
    for query in ["", "since=", "since=yesterday"] {
        envelope(
            session.get(&format!("/jobs/changes?{query}")).await,
            400,
            "BAD_REQUEST",
        );
    }
    envelope(session.get("/jobs/").await, 400, "BAD_REQUEST");
    envelope(
        session.get(&format!("/jobs/{}", "x".repeat(65))).await,
        400,
        "BAD_REQUEST",
    );
}

#[tokio::test]
async fn closed_job_is_gone_and_unknown_job_is_not_found() {
    let session = Session::start().await;
    let job = session.open_job().await;
    session
        .post(&format!("/jobs/{job}/close"), &json!({}))
        .await;
    let closed: Received = session.get(&format!("/jobs/{job}")).await;
    assert_eq!(closed, (404, json!({"id": job, "status": "closed"})));
    envelope(session.get("/jobs/job_999999").await, 404, "NOT_FOUND");
    let draft = session.complete_draft().await;
    envelope(
        session.get(&format!("/jobs/{draft}")).await,
        404,
        "NOT_FOUND",
    );
}

#[tokio::test]
async fn facets_count_the_open_jobs_most_frequent_first() {
    let session = Session::start().await;
    let (_, facets) = session.get("/jobs/facets").await;
    assert_eq!(facets["totalJobs"], 60);
    let counts = |name: &str| -> Vec<u64> {
        let list = facets[name].as_array().expect("a facet is a list");
        list.iter()
            .filter_map(|facet| facet["count"].as_u64())
            .collect()
    };
    assert_eq!(counts("payTypes"), [20, 20, 20]);
    for name in ["categories", "languages", "countries"] {
        assert!(
            counts(name).is_sorted_by(|more, less| more >= less),
            "{name}"
        );
    }
}

#[tokio::test]
async fn changes_hold_the_latest_event_of_each_job_since_a_moment() {
    let session = Session::start().await;
    let (_, start) = session.get("/jobs/changes?since=2020-01-01").await;
    assert_eq!(start["changes"].as_array().map(Vec::len), Some(60));
    session.server.clock().advance(Duration::from_secs(1));
    let since = text(&start["until"]);

    let job = session.open_job().await;
    let events = async || {
        session.server.clock().advance(Duration::from_secs(1));
        let (_, page) = session.get(&format!("/jobs/changes?since={since}")).await;
        let changes = page["changes"].as_array().expect("a page has changes");
        let of_job: Vec<_> = changes
            .iter()
            .filter(|change| change["jobId"] == json!(job))
            .collect();
        of_job
            .iter()
            .map(|change| text(&change["eventType"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(events().await, ["PUBLISHED"]);
    session
        .patch(&format!("/jobs/{job}"), &json!({"headcount": 4}))
        .await;
    assert_eq!(events().await, ["UPDATED"]);
    session
        .post(&format!("/jobs/{job}/close"), &json!({}))
        .await;
    assert_eq!(events().await, ["CLOSED"]);
}

#[tokio::test]
async fn jobs_of_another_employer_come_change_and_go() {
    let session = Session::start().await;
    let human = session.server.human();
    let made_up = human.employer_publishes(json!({})).unwrap();
    let wanted = json!({"jobTitle": "Dialect tagging", "languages": ["Welsh"], "paymentType": "FIXED_PRICE", "fixedPrice": 900});
    let wanted = human.employer_publishes(wanted).unwrap();
    let (_, page) = session.get("/jobs?limit=2").await;
    assert_eq!(ids(&page["jobs"]), [wanted.clone(), made_up.clone()]);
    assert_eq!(page["jobs"][0]["languages"], json!(["Welsh"]));
    assert_eq!(page["jobs"][0]["pay"]["fixedPrice"], 900);
    assert_eq!(session.get("/jobs/mine").await.1["jobs"], json!([]));

    session.server.clock().advance(Duration::from_secs(1));
    let path = format!("/jobs/changes?since={}", text(&page["generatedAt"]));
    let edit = json!({"jobTitle": "Accent tagging"});
    human.employer_edits(&wanted, edit).unwrap();
    human.employer_closes(&made_up).unwrap();
    let (_, page) = session.get(&path).await;
    let changes = page["changes"].as_array().expect("it is a list").iter();
    let reported: Vec<_> = changes
        .map(|change| (text(&change["jobId"]), text(&change["eventType"])))
        .collect();
    assert!(
        reported.contains(&(wanted.clone(), "UPDATED".to_owned())),
        "{reported:?}"
    );
    assert!(
        reported.contains(&(made_up.clone(), "CLOSED".to_owned())),
        "{reported:?}"
    );
    let (_, job) = session.get(&format!("/jobs/{wanted}")).await;
    assert_eq!(job["title"], "Accent tagging");
    let (status, gone) = session.get(&format!("/jobs/{made_up}")).await;
    assert_eq!((status, &gone["status"]), (404, &json!("closed")));
}

#[tokio::test]
async fn job_of_another_employer_that_cannot_be_is_refused() {
    let session = Session::start().await;
    let human = session.server.human();
    for (fields, words) in [
        (json!([]), "a job is an object of fields"),
        (json!({"jobTitel": "x"}), "Unrecognized keys in object"),
        (json!({"headcount": "3"}), "expected number"),
        (json!({"headcount": 0}), "headcount must be above zero"),
        (json!({"jobTitle": null}), "Job title is needed."),
    ] {
        for refused in [
            human.employer_publishes(fields.clone()).map(drop),
            human.employer_edits("job_000001", fields),
        ] {
            let sentence = refused.unwrap_err().to_string();
            assert!(sentence.contains(words), "{sentence}");
        }
    }
    human.employer_closes("job_000001").unwrap();
    let closed = "job `job_000001` is not open";
    let again = human.employer_closes("job_000001").unwrap_err();
    let edited = human.employer_edits("job_000001", json!({})).unwrap_err();
    assert_eq!(
        (again.to_string(), edited.to_string()),
        (closed.to_owned(), closed.to_owned())
    );
    assert!(human.employer_closes("job_999999").is_err());
    // The draft of an account is not on the marketplace.
    let draft = session.complete_draft().await;
    assert!(human.employer_edits(&draft, json!({})).is_err());
}

/// Returns the marketplace of a seed.
async fn seeded(seed: u64, jobs: usize) -> Session {
    let server = MockServer::builder().seed(seed).jobs(jobs).start().await;
    Session::with(server.expect("the mock starts"))
}

#[tokio::test]
async fn seed_is_a_number_that_always_gives_the_same_world_and_another_gives_other_jobs() {
    let (one, same, other) = (
        seeded(7, 40).await,
        seeded(7, 40).await,
        seeded(8, 40).await,
    );
    assert_eq!(one.server.token(), other.server.token());
    let (jobs, others) = (walk(&one, "limit=9").await, walk(&other, "limit=9").await);
    assert_eq!(jobs, walk(&same, "limit=9").await);
    assert_eq!(jobs.len(), others.len());
    let titles = |jobs: &[Value]| jobs.iter().map(|job| text(&job["title"])).collect();
    let (titles, other_titles): (Vec<_>, Vec<_>) = (titles(&jobs), titles(&others));
    assert_ne!(titles, other_titles);
    let companies: BTreeSet<_> = jobs.iter().map(|job| text(&job["companyName"])).collect();
    assert_eq!(companies.len(), 12);
}

#[tokio::test]
async fn pages_of_a_large_marketplace_hold_every_job_once_and_all_are_still_valid() {
    let session = seeded(1, 5_000).await;
    let jobs = walk(&session, "limit=100").await;
    let ids: BTreeSet<_> = jobs.iter().map(|job| text(&job["id"])).collect();
    assert_eq!((jobs.len(), ids.len()), (5_000, 5_000));
    let now = "2026-03-04T05:06:07.000Z";
    assert!(
        jobs.iter()
            .all(|job| text(&job["validThrough"]).as_str() > now)
    );
    let oldest = jobs.iter().map(|job| text(&job["datePosted"])).min();
    assert!(
        oldest.is_some_and(|oldest| oldest.starts_with("2026-01-08T05:06")),
        "55 days ago"
    );
}

#[tokio::test]
async fn seeded_jobs_are_half_an_hour_apart_and_valid_for_sixty_days() {
    let jobs = walk(&seeded(1, 3).await, "").await;
    let times = jobs
        .iter()
        .map(|job| (text(&job["datePosted"]), text(&job["validThrough"])));
    let expected = [
        ("2026-03-04T04:36:07.000Z", "2026-05-03T04:36:07.000Z"),
        ("2026-03-04T04:06:07.000Z", "2026-05-03T04:06:07.000Z"),
        ("2026-03-04T03:36:07.000Z", "2026-05-03T03:36:07.000Z"),
    ];
    assert!(
        times.eq(expected.map(|(posted, end)| (posted.to_owned(), end.to_owned()))),
        "{jobs:?}"
    );
}

#[tokio::test]
async fn republished_job_has_the_position_of_its_last_publication() {
    let session = Session::start().await;
    let (first, second) = (session.open_job().await, session.open_job().await);
    let (_, page) = session.get("/jobs?limit=2").await;
    assert_eq!(ids(&page["jobs"]), [second.clone(), first.clone()]);
    let path = format!("/jobs/{first}");
    let refused = json!({"jobDescription": "Write to us on telegram."});
    assert_eq!(session.patch(&path, &refused).await.0, 409);
    let edited = json!({"jobDescription": "Tag the dialect of short clips."});
    session
        .patch(&format!("/job-drafts/{first}"), &edited)
        .await;
    assert_eq!(
        session.post(&format!("{path}/publish"), &json!({})).await.0,
        200
    );
    let (_, page) = session.get("/jobs?limit=3").await;
    assert_eq!(ids(&page["jobs"])[..2], [first, second]);
    assert_eq!(walk(&session, "limit=7").await.len(), 62);
}

#[tokio::test]
async fn seeds_are_the_same_every_time_and_as_many_as_asked_for() {
    let small = MockServer::builder().jobs(3).start().await.unwrap();
    let other = MockServer::builder().jobs(3).start().await.unwrap();
    let (small, other) = (Session::with(small), Session::with(other));
    let (_, first) = small.get("/jobs").await;
    assert_eq!(first["jobs"].as_array().map(Vec::len), Some(3));
    assert_eq!((200, first), other.get("/jobs").await);
}
