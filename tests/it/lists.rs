//! Lists of the documents: a bad element hides neither the other elements nor the fields of the response.

use std::collections::BTreeSet;

use opentrain::types::{ConversationId, Cursor, JobId};
use opentrain::{BadElement, Client, Page};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Scripted, client, repository_file};

/// List of a response, and the result that the client returned for it.
struct Read {
    /// Number of good elements in all lists.
    good: usize,
    rejected: Vec<BadElement>,
    cursor: Option<Cursor>,
}

impl<T> From<Page<T>> for Read {
    fn from(page: Page<T>) -> Self {
        Self {
            good: page.items.len(),
            rejected: page.rejected,
            cursor: page.next_cursor,
        }
    }
}

/// Reads the list of an operation. `list` is the member that holds it, since one operation has two modes.
async fn read(client: &Client, operation: &str, list: &str) -> opentrain::Result<Read> {
    let job = JobId::from("job_9xT");
    Ok(match (operation, list) {
        ("contracts_list", _) => client.contracts().list().await?.into(),
        ("credits_ledger", _) => client.credits().ledger().await?.into(),
        ("jobs_search", _) => client.jobs().search().await?.into(),
        ("jobs_mine", _) => client.jobs().mine().await?.into(),
        ("jobs_proposals", _) => client.proposals().list(&job).await?.into(),
        ("messages_list", "messages") => {
            let id = ConversationId::from("cnv_6h");
            client.messages().in_conversation(&id).await?.into()
        }
        ("messages_list", _) => client.messages().conversations().await?.into(),
        ("payments_pending", _) => client.payments().pending().await?.into(),
        ("tokens_list", _) => client.tokens().list().await?.into(),
        ("webhooks_list", _) => client.webhooks().list().await?.into(),
        ("updates_poll", _) => {
            let page = client.updates().poll().await?;
            Read {
                good: page.events.len(),
                cursor: page.next_cursor.clone(),
                rejected: page.rejected,
            }
        }
        ("jobs_changes", _) => {
            let since = "2026-03-04T05:06:07.000Z".parse().unwrap();
            let changes = client.jobs().changes(since).await?;
            Read {
                good: changes.changes.len(),
                rejected: changes.rejected,
                cursor: None,
            }
        }
        ("jobs_facets", _) => {
            let facets = client.jobs().facets().await?;
            let lists = [
                &facets.categories,
                &facets.countries,
                &facets.languages,
                &facets.pay_types,
            ];
            Read {
                good: lists.iter().map(|list| list.len()).sum(),
                rejected: facets.rejected,
                cursor: None,
            }
        }
        _ => panic!("this test does not read the list `{list}` of `{operation}` yet"),
    })
}

/// Returns operation, member and documented response of every list: arrays at the top of the success of a `GET` of more than one
/// object.
fn lists() -> Vec<(String, String, Value)> {
    let document: Value = serde_json::from_str(&repository_file("spec/documented.json")).unwrap();
    let mut lists = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let operation = &methods["get"];
        if operation.is_null() || path.ends_with('}') {
            continue;
        }
        let id = operation["operationId"].as_str().unwrap();
        for example in examples(&operation["responses"]["200"]["content"]["application/json"]) {
            for (name, value) in example.as_object().unwrap() {
                if value
                    .as_array()
                    .is_some_and(|elements| elements.first().is_some_and(Value::is_object))
                {
                    lists.push((String::from(id), name.clone(), example.clone()));
                }
            }
        }
    }
    lists
}

fn examples(media: &Value) -> Vec<Value> {
    let named = media["examples"]
        .as_object()
        .into_iter()
        .flat_map(|examples| examples.values());
    let named = named.map(|example| example["value"].clone());
    named.chain(media.get("example").cloned()).collect()
}

/// Elements that no list takes, as JSON text.
const BAD: [&str; 5] = ["null", "7", "[]", r#""cut \ud83d""#, "[{}]"];

/// Lists the lists that the schemas have: arrays at the top of the success of a `GET` of more than one thing.
fn lists_of_the_schemas() -> BTreeSet<String> {
    let text = repository_file("crates/opentrain-api/public.json");
    let document: Value = serde_json::from_str(&text).unwrap();
    let resolve = |schema: &Value| {
        let name = schema["$ref"]
            .as_str()
            .map(|name| name.rsplit('/').next().unwrap());
        name.map_or_else(
            || schema.clone(),
            |name| document["components"]["schemas"][name].clone(),
        )
    };
    let mut lists = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let operation = &methods["get"];
        if operation.is_null() || path.ends_with('}') {
            continue;
        }
        let schema = &operation["responses"]["2XX"]["content"]["application/json"]["schema"];
        for (name, property) in resolve(schema)["properties"].as_object().unwrap() {
            if resolve(property)["type"] == "array" {
                lists.insert(format!(
                    "{}.{name}",
                    operation["operationId"].as_str().unwrap()
                ));
            }
        }
    }
    lists
}

#[test]
fn every_list_of_the_documents_is_tried() {
    let tried: BTreeSet<String> = lists()
        .into_iter()
        .map(|(id, list, _)| format!("{id}.{list}"))
        .collect();
    assert_eq!(tried, lists_of_the_schemas());
    insta::assert_debug_snapshot!(tried);
}

#[tokio::test]
async fn a_bad_element_hides_neither_the_others_nor_the_fields_of_the_response() {
    for (operation, list, example) in lists() {
        for bad in BAD {
            let mut body = example.clone();
            let elements = body[&list].as_array_mut().unwrap();
            let good = elements.len();
            elements.insert(0, json!("@bad"));
            elements.push(json!("@bad"));
            let expected = all_elements(&example);
            let text = body.to_string().replace("\"@bad\"", bad);
            let server =
                Scripted::start([Fault::response(ScriptedResponse::new(200).body(text))]).await;
            let page = read(&client(&server), &operation, &list).await;
            let page = page.unwrap_or_else(|error| panic!("{operation} {list} {bad}: {error:?}"));
            assert_eq!(page.good, expected, "{operation} {list} {bad}");
            assert_eq!(
                page.cursor.as_ref().map(Cursor::as_str),
                example["nextCursor"].as_str(),
                "{operation}"
            );
            let rejected: Vec<_> = page
                .rejected
                .iter()
                .map(|bad| (bad.index(), bad.raw()))
                .collect();
            assert_eq!(rejected, [(0, bad), (good + 1, bad)], "{operation} {list}");
            let path = format!("{list}[0]");
            assert!(
                page.rejected[0].path().starts_with(&path),
                "{}",
                page.rejected[0].path()
            );
        }
    }
}

/// Returns the number of elements in all lists of an example that the call reads.
fn all_elements(example: &Value) -> usize {
    let lists = example
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_array);
    lists.map(Vec::len).sum()
}

#[tokio::test]
async fn each_kind_of_fault_in_an_event_is_reported_with_its_path() {
    let body = r#"{"events":[{"id":"1","type":"message.received"},
        {"id":"2","type":"message.received","createdAt":"2026-13-04T05:06:07Z"},
        {"id":"cut \ud83d","type":"message.received"},
        {"id":"4","type":"message.received","data":{"status":{"new":1}}},
        {"type":"message.received"},
        {"id":"6","type":"approval.confirmed","data":{"status":7}}
    ],"nextCursor":"6","hasMore":true}"#;
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).updates().poll().await.unwrap();
    let paths: Vec<&str> = page.rejected.iter().map(BadElement::path).collect();
    assert_eq!(
        paths,
        [
            "events[1].createdAt",
            "events[2].id",
            "events[3].data.status",
            "events[4]",
            "events[5].data.status"
        ]
    );
    let good: Vec<&str> = page.events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!((good, page.has_more), (vec!["1"], true));
}

#[tokio::test]
async fn an_element_of_the_wrong_kind_is_reported_with_its_path() {
    // An array is read as the fields in their order, so its fault is in its first element.
    for (bad, within) in BAD.into_iter().zip(["", "", "", "", "[0]"]) {
        let body = format!(
            r#"{{"jobs":[{{"id":"a"}},{bad},{{"id":"c"}},{bad}],"generatedAt":"2026-03-04T05:06:07.000Z"}}"#
        );
        let server =
            Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
        let page = client(&server).jobs().search().await.unwrap();
        let paths: Vec<&str> = page.rejected.iter().map(BadElement::path).collect();
        let expected = [1, 3].map(|index| format!("jobs[{index}]{within}"));
        assert_eq!(paths, expected, "{bad}");
        assert_eq!(page.items.len(), 2);
    }
}

#[tokio::test]
async fn an_element_is_good_or_bad_as_a_whole() {
    let body = json!({"contracts": [
        {"id": "ctr_1", "status": "active", "milestones": [{"id": "ms_1", "status": "PAID"}, null]},
        {"id": "ctr_2", "status": "active"},
    ]});
    let server = Scripted::start([crate::support::reply(200, &body)]).await;
    let page = client(&server).contracts().list().await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.rejected[0].path(), "contracts[0].milestones[1]");
}

#[tokio::test]
async fn a_page_whose_own_fields_are_bad_is_an_error() {
    for body in [
        r#"{"events":[{"id":"1","type":"x"}],"nextCursor":"1","hasMore":"yes"}"#,
        r#"{"events":null,"nextCursor":"1","hasMore":true}"#,
        r#"{"nextCursor":"1","hasMore":true}"#,
        r#"[]"#,
    ] {
        let server =
            Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
        let error = client(&server).updates().poll().await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn fields_that_only_a_lenient_reading_takes_are_kept_beside_bad_elements() {
    let body = r#"{"events":[{"id":"1","type":"x"},null],"nextCursor":"2","hasMore":false,"hasMore":true}"#;
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).updates().poll().await.unwrap();
    assert_eq!((page.events.len(), page.rejected.len()), (1, 1));
    assert_eq!(
        (page.next_cursor.clone(), page.has_more),
        (Some(Cursor::from("2")), true)
    );
}

#[tokio::test]
async fn a_page_of_bad_elements_alone_keeps_its_fields() {
    let elements = vec!["null"; 500].join(",");
    let body = format!(r#"{{"events":[{elements}],"nextCursor":"500","hasMore":true}}"#);
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).updates().poll().await.unwrap();
    assert_eq!(
        (page.rejected.len(), page.rejected[499].index()),
        (500, 499)
    );
    assert_eq!(page.next_cursor, Some(Cursor::from("500")));
}
