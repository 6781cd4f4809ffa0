//! Calls of the generated client, over HTTP to a server on loopback.

use std::error::Error as StdError;

use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use axum::routing::any;
use axum::{Json, Router};
use lending::types::{
    BorrowToolBody, BorrowToolError, BorrowToolOutcome, ChangeLoanBody, ChangeLoanOutcome, Drill,
    GetManualError, ListToolsKindItem, Saw, Tool,
};
use lending::{Client, Error, ResponseValue};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Test = Result<(), Box<dyn StdError>>;

/// Returns a client of a server with these routes.
async fn client_of(router: Router) -> Result<Client, Box<dyn StdError>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(Client::new(&url))
}

/// Returns a client of a server that sends the same response to every request.
async fn client_receiving(status: u16, body: Value) -> Result<Client, Box<dyn StdError>> {
    let status = StatusCode::from_u16(status)?;
    client_of(Router::new().fallback(any(move || async move { (status, Json(body)) }))).await
}

/// Borrows a tool from a server that sends this response.
async fn borrowed(
    status: u16,
    body: Value,
) -> Result<Result<ResponseValue<BorrowToolOutcome>, Error<BorrowToolError>>, Box<dyn StdError>> {
    let request = BorrowToolBody {
        tool: "saw_1".to_owned(),
        days: Some(3),
    };
    Ok(client_receiving(status, body)
        .await?
        .borrow_tool(&request)
        .await)
}

#[tokio::test]
async fn a_list_in_the_query_is_a_pair_for_each_element_and_null_is_none() -> Test {
    let tools = |uri: Uri| async move {
        assert_eq!(uri, "/tools?kind=drill&kind=saw");
        Json(
            json!({"next": null, "tools": [{"id": "drill_1", "watts": 600}, {"id": "saw_1", "teeth": 24}]}),
        )
    };
    let client = client_of(Router::new().fallback(any(tools))).await?;
    let kinds = vec![ListToolsKindItem::Drill, ListToolsKindItem::Saw];
    let page = client.list_tools(Some(&kinds)).await?.into_inner();
    assert_eq!(page.next, None);
    assert!(
        matches!(
            &*page.tools,
            [
                Tool::Drill(Drill { watts: 600, .. }),
                Tool::Saw(Saw { teeth: 24, .. })
            ]
        ),
        "{page:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_status_decides_which_success_it_is() -> Test {
    let loan = json!({"id": "loan_1", "tool": "saw_1", "position": 2});
    match borrowed(201, loan.clone()).await??.into_inner() {
        BorrowToolOutcome::Loan(lent) => assert_eq!((&*lent.id, lent.note), ("loan_1", None)),
        other => return Err(format!("{other:?}").into()),
    }
    match borrowed(202, loan).await??.into_inner() {
        BorrowToolOutcome::BorrowToolResponse(queue) => assert_eq!(queue.position, Some(2)),
        other => return Err(format!("{other:?}").into()),
    }
    Ok(())
}

#[tokio::test]
async fn the_status_decides_which_error_it_is() -> Test {
    // Each of the four bodies accepts these members.
    let body = json!({
        "similar": ["saw_2"], "loans": [{"id": "loan_1", "tool": "saw_1"}],
        "reason": "No course.", "title": "No."});
    let mut failures = Vec::new();
    for status in [404, 409, 418, 499, 503] {
        let Err(Error::ErrorResponse(failure)) = borrowed(status, body.clone()).await? else {
            return Err(format!("{status} is no error").into());
        };
        assert_eq!(failure.status(), status);
        failures.push(match failure.into_inner() {
            BorrowToolError::BorrowToolNotFound(body) => format!("similar to {:?}", body.similar),
            BorrowToolError::BorrowToolConflict(body) => format!("has {}", body.loans[0].id),
            BorrowToolError::BorrowToolClientError(body) => body.reason.unwrap_or_default(),
            BorrowToolError::Problem(body) => body.title.unwrap_or_default(),
        });
    }
    assert_eq!(
        failures,
        [
            "similar to [\"saw_2\"]",
            "has loan_1",
            "No course.",
            "No course.",
            "No."
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_bytes_and_its_errors_are_typed() -> Test {
    let pdf: &[u8] = b"%PDF-1.7\xff";
    let client = client_of(Router::new().fallback(any(move || async move { pdf }))).await?;
    let manual = client.get_manual("saw_1").await?;
    let response = reqwest::Response::from(axum::http::Response::new(reqwest::Body::wrap_stream(
        manual.into_inner_stream(),
    )));
    assert_eq!(response.bytes().await?, pdf);
    let missing = client_receiving(404, json!({"similar": []})).await?;
    let Err(Error::ErrorResponse(missing)) = missing.get_manual("saw_9").await else {
        return Err("there is a manual".into());
    };
    assert!(
        matches!(*missing, GetManualError::GetManualNotFound(_)),
        "{missing:?}"
    );
    Ok(())
}

#[tokio::test]
async fn text_is_sent_as_it_is() -> Test {
    let replace = |uri: Uri, body: Bytes| async move {
        assert_eq!(
            (uri.path(), &*body),
            ("/tools/saw%201/manual", &b"Mind your fingers.\n"[..])
        );
        StatusCode::NO_CONTENT
    };
    let client = client_of(Router::new().fallback(any(replace))).await?;
    let text = "Mind your fingers.\n".to_owned();
    assert_eq!(client.replace_manual("saw 1", text).await?.status(), 204);
    Ok(())
}

#[tokio::test]
async fn absent_null_and_a_value_differ_and_a_response_may_be_empty() -> Test {
    let change = |Json(body): Json<Value>| async move {
        match body.get("note") {
            None => Err(StatusCode::NO_CONTENT),
            Some(note) => Ok(Json(json!({"id": "loan_1", "tool": "saw_1", "note": note}))),
        }
    };
    let client = client_of(Router::new().fallback(any(change))).await?;
    for (note, returned) in [
        (None, None),
        (Some(None), Some(None)),
        (
            Some(Some("blunt".to_owned())),
            Some(Some("blunt".to_owned())),
        ),
    ] {
        let changed = client
            .change_loan("loan_1", &ChangeLoanBody { note })
            .await?;
        let changed = match changed.into_inner() {
            ChangeLoanOutcome::Loan(loan) => Some(loan.note),
            ChangeLoanOutcome::ChangeLoanNoContent(_) => None,
        };
        assert_eq!(changed, returned);
    }
    Ok(())
}
