//! Lists: every page, every item, and the handling of a bad one.

use opentrain::ErrorKind;
use opentrain::types::{Cursor, JobId, PayType, ProposalStatus};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Scripted, client, reply};

fn page(ids: &[&str], next: Option<&str>) -> Fault {
    let jobs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    reply(
        200,
        &json!({"jobs": jobs, "nextCursor": next, "generatedAt": "2026-03-04T05:06:07.000Z"}),
    )
}

fn targets(server: &Scripted) -> Vec<String> {
    let targets = server.requests().into_iter().map(|request| request.target);
    targets
        .map(|target| target.replace("/api/public/v1", ""))
        .collect()
}

#[tokio::test]
async fn awaiting_a_list_gives_its_first_page() {
    let server = Scripted::start([page(&["a", "b"], Some("c1"))]).await;
    let page = client(&server).jobs().search().await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.next_cursor, Some(Cursor::from("c1")));
    assert_eq!(
        page.generated_at.unwrap().to_string(),
        "2026-03-04T05:06:07.000Z"
    );
}

#[tokio::test]
async fn items_come_from_every_page_and_filters_go_with_every_page() {
    let server = Scripted::start([
        page(&["a", "b"], Some("c1")),
        page(&["c"], Some("c2")),
        page(&["d"], None),
    ])
    .await;
    let search = client(&server)
        .jobs()
        .search()
        .query("audio")
        .pay_type(PayType::PerHour)
        .page_size(2);
    let jobs = search.items().try_collect().await.unwrap();
    let ids: Vec<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    assert_eq!(
        targets(&server),
        [
            "/jobs?limit=2&payType=PAY_PER_HOUR&q=audio",
            "/jobs?cursor=c1&limit=2&payType=PAY_PER_HOUR&q=audio",
            "/jobs?cursor=c2&limit=2&payType=PAY_PER_HOUR&q=audio",
        ]
    );
}

#[tokio::test]
async fn an_empty_page_with_a_next_cursor_is_followed() {
    let server = Scripted::start([
        page(&["a"], Some("c1")),
        page(&[], Some("c2")),
        page(&["b"], Some("")),
    ])
    .await;
    let jobs = client(&server)
        .jobs()
        .search()
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(jobs.len(), 2);
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error_after_its_page() {
    let server = Scripted::start([
        page(&["a"], Some("c1")),
        page(&["b"], Some("c2")),
        page(&["c"], Some("c1")),
    ])
    .await;
    let mut items = client(&server).jobs().search().items();
    for id in ["a", "b", "c"] {
        assert_eq!(items.try_next().await.unwrap().unwrap().id, JobId::from(id));
    }
    let error = items.next().await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RepeatedCursor));
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn the_cursor_that_a_list_starts_at_counts_as_named() {
    let server = Scripted::start([page(&["a"], Some("c2")), page(&["b"], Some("c1"))]).await;
    let search = client(&server).jobs().search().start_at("c1");
    let mut pages = search.pages();
    for id in ["a", "b"] {
        let page = pages.try_next().await.unwrap().unwrap();
        assert_eq!(page.items[0].id, JobId::from(id));
    }
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RepeatedCursor));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn the_first_error_ends_the_stream() {
    let refusal = json!({"error": "Bad limit", "code": "BAD_REQUEST", "requestId": "r-1"});
    let server = Scripted::start([page(&["a"], Some("c1")), reply(400, &refusal)]).await;
    let mut pages = client(&server).jobs().search().pages();
    assert!(pages.try_next().await.unwrap().is_some());
    assert_eq!(pages.try_next().await.unwrap_err().status().unwrap(), 400);
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn one_bad_element_is_reported_and_the_rest_go_on() {
    let bad = json!({"jobs": [{"id": "a"}, {"id": "b", "pay": {"fixedPrice": "hush"}}, {"id": "c"}],
        "nextCursor": "c1", "generatedAt": "2026-03-04T05:06:07.000Z"});
    let server = Scripted::start([reply(200, &bad), page(&["d"], None)]).await;
    let mut items = client(&server).jobs().search().items();
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        seen.push(match item {
            Ok(job) => job.id.to_string(),
            Err(error) => {
                let ErrorKind::Element(element) = error.kind() else {
                    panic!("{error:?}")
                };
                assert!(!format!("{error} {error:?}").contains("hush"));
                assert_eq!(element.raw(), r#"{"id":"b","pay":{"fixedPrice":"hush"}}"#);
                format!("{} {}", element.index(), element.path())
            }
        });
    }
    assert_eq!(seen, ["a", "1 jobs[1].pay.fixedPrice", "c", "d"]);
}

#[tokio::test]
async fn a_page_that_is_bad_outside_of_its_list_is_an_error() {
    let server =
        Scripted::start([reply(200, &json!({"jobs": [{"id": "a"}], "nextCursor": 7}))]).await;
    let error = client(&server).jobs().search().await.unwrap_err();
    let ErrorKind::Decode(fault) = error.kind() else {
        panic!("{error:?}")
    };
    assert_eq!(fault.path(), "nextCursor");
}

#[tokio::test]
async fn a_stream_says_where_it_stands_and_starts_from_there() {
    let replies = [
        page(&["a", "b"], Some("c1")),
        page(&["c", "d"], Some("c2")),
        page(&["c", "d"], Some("c2")),
        page(&["e"], None),
    ];
    let server = Scripted::start(replies).await;
    let client = client(&server);
    let mut items = client.jobs().search().items();
    assert_eq!(items.cursor(), None);
    for _ in 0..3 {
        items.try_next().await.unwrap();
    }
    let cursor = items.cursor().cloned().unwrap();
    assert_eq!(
        cursor,
        Cursor::from("c1"),
        "item `d` of that page was not taken yet"
    );
    drop(items);
    let jobs = client
        .jobs()
        .search()
        .start_at(cursor)
        .items()
        .try_collect()
        .await
        .unwrap();
    let ids: Vec<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
    assert_eq!(ids, ["c", "d", "e"]);
}

#[tokio::test]
async fn a_limit_on_items_asks_for_no_page_beyond_them() {
    let server =
        Scripted::start([page(&["a", "b"], Some("c1")), page(&["c", "d"], Some("c2"))]).await;
    let jobs = client(&server)
        .jobs()
        .search()
        .items()
        .limit_items(3)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(jobs.len(), 3);
}

#[tokio::test]
async fn the_other_lists_page_the_same_way() {
    let mine = |next: Option<&str>| {
        let job = json!({"id": "job_1", "status": "DRAFT"});
        reply(200, &json!({"jobs": [job], "nextCursor": next}))
    };
    let proposals = |next: Option<&str>| {
        let proposal = json!({"id": "prp_1"});
        reply(200, &json!({"proposals": [proposal], "nextCursor": next}))
    };
    let server = Scripted::start([
        mine(Some("c1")),
        mine(None),
        proposals(Some("c2")),
        proposals(None),
    ])
    .await;
    let client = client(&server);
    assert_eq!(
        client
            .jobs()
            .mine()
            .items()
            .try_collect()
            .await
            .unwrap()
            .len(),
        2
    );
    let list = client
        .proposals()
        .list(&JobId::from("job_1"))
        .status(ProposalStatus::Maybe);
    assert_eq!(list.items().try_collect().await.unwrap().len(), 2);
    assert_eq!(
        targets(&server),
        [
            "/jobs/mine",
            "/jobs/mine?cursor=c1",
            "/jobs/job_1/proposals?status=MAYBE",
            "/jobs/job_1/proposals?cursor=c2&status=MAYBE",
        ]
    );
}

#[tokio::test]
async fn a_prefetched_page_is_asked_for_while_the_last_one_is_handled() {
    let ids: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let first: Vec<&str> = ids.iter().map(String::as_str).collect();
    let server = Scripted::start([page(&first, Some("c1")), page(&["last"], None)]).await;
    let mut items = client(&server).jobs().search().items().prefetch();
    let mut taken = 0;
    while server.requests().len() < 2 {
        assert!(items.try_next().await.unwrap().is_some());
        taken += 1;
        // Lets the connection's task run; the handler of an item would do so too.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }
    assert!(
        taken < 50,
        "the second page was asked for only when the first was used up"
    );
    assert_eq!(taken + items.try_collect().await.unwrap().len(), 51);
}

#[tokio::test]
async fn prefetching_does_not_go_beyond_a_limit() {
    let server = Scripted::start([page(&["a", "b"], Some("c1"))]).await;
    let items = client(&server)
        .jobs()
        .search()
        .items()
        .prefetch()
        .limit_items(2);
    assert_eq!(items.try_collect().await.unwrap().len(), 2);
}

#[tokio::test]
async fn prefetched_pages_come_in_order() {
    let server = Scripted::start([
        page(&["a"], Some("c1")),
        page(&[], Some("c2")),
        page(&["b"], None),
    ])
    .await;
    let mut pages = client(&server).jobs().search().pages().prefetch();
    let mut sizes = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        sizes.push(page.items.len());
    }
    assert_eq!(sizes, [1, 0, 1]);
}

#[tokio::test]
async fn an_element_that_is_not_quite_json_spoils_only_itself() {
    // Half of a surrogate pair, as some writers leave it when they cut a text, and a number beyond all bounds.
    let body = br#"{"jobs":[{"id":"a"},{"id":"b","title":"cut \ud83d"},{"id":"c","pay":{"fixedPrice":1e400}},{"id":"d"}],"generatedAt":"2026-03-04T05:06:07.000Z"}"#;
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).jobs().search().await.unwrap();
    let good: Vec<&str> = page.items.iter().map(|job| job.id.as_str()).collect();
    let bad: Vec<usize> = page
        .rejected
        .iter()
        .map(opentrain::BadElement::index)
        .collect();
    assert_eq!((good, bad), (vec!["a", "b", "d"], vec![2]));
    assert_eq!(page.items[1].title.as_deref(), Some("cut \u{fffd}"));
}

#[tokio::test]
async fn a_list_that_comes_whole_survives_a_bad_element_too() {
    let body = json!({"contracts": [{"id": "ctr_1", "status": "active"}, {"id": "ctr_2"}]});
    let server = Scripted::start([reply(200, &body)]).await;
    let page = client(&server).contracts().list().await.unwrap();
    assert_eq!(
        (page.items.len(), page.rejected.len(), page.next_cursor),
        (1, 1, None)
    );
}

#[tokio::test]
async fn after_an_error_the_stream_says_which_page_failed() {
    let refusal = json!({"error": "Down", "code": "INTERNAL_ERROR", "requestId": "r-1"});
    let server = Scripted::start([page(&["a"], Some("c1")), reply(400, &refusal)]).await;
    let mut pages = client(&server).jobs().search().pages();
    pages.try_next().await.unwrap();
    let error = pages.try_next().await.unwrap_err();
    assert_eq!(
        (pages.cursor(), error.operation()),
        (Some(&Cursor::from("c1")), "jobs_search")
    );
}

#[tokio::test]
async fn errors_of_a_stream_name_the_operation() {
    let server = Scripted::start([page(&["a"], Some("c1")), page(&["b"], Some("c1"))]).await;
    let error = client(&server)
        .jobs()
        .search()
        .items()
        .try_collect()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`jobs_search` failed: the list names a cursor that it has named before"
    );
}

#[tokio::test]
async fn a_page_that_failed_while_no_caller_waited_is_requested_again() {
    let refusal = json!({"error": "Down", "code": "BAD_REQUEST", "requestId": "r-1"});
    let first = page(&["a", "b", "c", "d"], Some("c1"));
    let server = Scripted::start([first, reply(400, &refusal), page(&["e"], None)]).await;
    let mut items = client(&server).jobs().search().items().prefetch();
    let mut ids = Vec::new();
    while let Some(job) = items.try_next().await.unwrap() {
        ids.push(job.id.to_string());
        // The page that was begun ahead fails somewhere in here.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }
    // Whether the refusal came while items were left or when they were used up, it was begun ahead.
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
}
