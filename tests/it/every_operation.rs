//! Every operation of the surface is reached through the client, sends what the documents say, and takes what they answer.

#[path = "../operations.rs"]
mod operations;

use crate::support::{Scripted, client, conformance, example, reply, repository_file};

/// The names of the operations in `spec/surface.txt`.
fn surface() -> Vec<String> {
    let text = repository_file("spec/surface.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    // `GET /jobs/{id}  jobs_get(id: JobId)  -> …`
    let name = |line: &str| {
        let call = line.split_whitespace().nth(2).unwrap();
        String::from(call.split('(').next().unwrap())
    };
    lines.map(name).collect()
}

#[tokio::test]
async fn every_operation_of_the_surface_is_reached_through_the_client() {
    let surface = surface();
    assert_eq!(surface.len(), 47);
    for operation in surface {
        let (status, body) = example(&operation);
        let server = Scripted::start([reply(status, &body)]).await;
        let called = operations::call(&client(&server), &operation).await;
        let called = called.unwrap_or_else(|| panic!("`opentrain` has no call for {operation}"));
        called.unwrap_or_else(|error| panic!("{operation}: {error:?}"));
        // That the request is as documented is seen to when the server is dropped.
        let request = server.request();
        assert_eq!(conformance::operation(&request), Some(operation.as_str()));
    }
}
