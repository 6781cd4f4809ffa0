//! Every operation of the surface is reached through the client, sends what the documents say, and takes what they answer.

#[path = "../operations.rs"]
mod operations;

use serde_json::Value;

use crate::support::{Scripted, client, conformance, reply, repository_file};

/// One line of `spec/surface.txt`.
struct Line {
    method: String,
    path: String,
    operation: String,
}

fn surface() -> Vec<Line> {
    let text = repository_file("spec/surface.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let mut words = line.split_whitespace().map(String::from);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let operation = words.next().unwrap();
        let operation = String::from(operation.split('(').next().unwrap());
        Line {
            method,
            path,
            operation,
        }
    };
    lines.map(read).collect()
}

/// The documented answer of the first status of success.
fn answer(line: &Line) -> (u16, Value) {
    let file = if line.path.starts_with("/api/") {
        "spec/agent-auth.json"
    } else {
        "spec/documented.json"
    };
    let document: Value = serde_json::from_str(&repository_file(file)).unwrap();
    let responses = &document["paths"][&line.path][line.method.to_lowercase()]["responses"];
    let statuses = responses
        .as_object()
        .unwrap()
        .keys()
        .filter_map(|status| status.parse().ok());
    let status: u16 = statuses.min().unwrap();
    let media = &responses[status.to_string()]["content"]["application/json"];
    let named = media["examples"]
        .as_object()
        .and_then(|examples| examples.values().next());
    let body = media
        .get("example")
        .or(named.map(|example| &example["value"]));
    (status, body.unwrap().clone())
}

#[tokio::test]
async fn every_operation_of_the_surface_is_reached_through_the_client() {
    let surface = surface();
    assert_eq!(surface.len(), 47);
    for line in surface {
        let (status, body) = answer(&line);
        let server = Scripted::start([reply(status, &body)]).await;
        let called = operations::call(&client(&server), &line.operation).await;
        let called =
            called.unwrap_or_else(|| panic!("`opentrain` has no call for {}", line.operation));
        called.unwrap_or_else(|error| panic!("{}: {error:?}", line.operation));
        // That the request is as documented is seen to when the server is dropped.
        let request = server.request();
        assert_eq!(
            conformance::operation(&request),
            Some(line.operation.as_str())
        );
    }
}
