//! Parts that the fuzz targets share: names of operations, statuses, and the check of error messages.

use std::error::Error;
use std::sync::LazyLock;

use serde_json::Value;

/// Secret that the seeds contain and that no message may show.
pub const SECRET: &str = "whsec_5Hq9";

/// Statuses that a response of a target may have.
pub const STATUSES: [u16; 20] = [
    200, 201, 202, 204, 205, 302, 400, 401, 402, 403, 404, 409, 410, 422, 425, 429, 500, 502, 503,
    504,
];

/// All operations, in the order of their names.
pub static OPERATIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let documents = [
        include_str!("../../spec/documented.json"),
        include_str!("../../spec/agent-auth.json"),
    ];
    let mut names: Vec<String> = documents.into_iter().flat_map(operations_of).collect();
    names.sort();
    names
});

fn operations_of(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let paths = document["paths"].as_object().expect("it has paths");
    let operations = paths
        .values()
        .filter_map(Value::as_object)
        .flat_map(|path| path.values());
    let names = operations.filter_map(|operation| operation["operationId"].as_str());
    names.map(str::to_owned).collect()
}

/// Panics if the message of an error, with those of its sources, is unfit for a log: several lines, long, or with the secret.
pub fn check_message(error: &dyn Error) {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(": ");
        message.push_str(&error.to_string());
        source = error.source();
    }
    assert!(message.lines().count() == 1, "several lines: {message:?}");
    assert!(message.len() < 4_000, "{} bytes", message.len());
    assert!(!message.contains(SECRET), "the secret is shown: {message}");
}
