//! Operations of the surface: the client calls each, sends a documented request, and reads the documented response.

#[path = "../operations.rs"]
pub(crate) mod operations;

use crate::support::{Scripted, client, conformance, example, reply, repository_file};

/// Returns the names of the operations in `spec/surface.txt`.
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
        // Dropping the server checks that the request is as documented.
        let request = server.request();
        assert_eq!(conformance::operation(&request), Some(operation.as_str()));
    }
}
