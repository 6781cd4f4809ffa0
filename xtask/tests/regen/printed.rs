//! Documents as TypeScript services print them: `regen` takes each, and every documented name stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::documents;
use crate::workspace::Workspace;

/// Lists the documents, sorted by name.
fn printed() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_document = |path: &PathBuf| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    };
    let mut paths: Vec<PathBuf> = paths.filter(is_document).collect();
    paths.sort();
    paths
}

/// Names of operations, parameters and types in the generated client.
#[derive(Debug, PartialEq)]
struct Names {
    /// Names of an operation and its parameters, by method and path.
    operations: BTreeMap<String, Vec<String>>,
    types: BTreeSet<String>,
}

impl Names {
    fn of(document: &Value) -> Names {
        let mut operations = BTreeMap::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let parameters = parameters.map(|parameter| &parameter["name"]);
                let names = std::iter::once(&operation["operationId"]).chain(parameters);
                let names = names.map(|name| name.as_str().unwrap().to_owned());
                operations.insert(format!("{method} {path}"), names.collect());
            }
        }
        let types = document["components"]["schemas"].as_object().unwrap();
        Names {
            operations,
            types: types.keys().cloned().collect(),
        }
    }

    /// Returns the names of `self` that `other` does not have.
    fn missing_in(&self, other: &Names) -> Vec<String> {
        let operations = self.operations.iter();
        let operations =
            operations.filter(|(place, names)| other.operations.get(*place) != Some(*names));
        let types = self.types.difference(&other.types).cloned();
        operations
            .map(|(place, names)| format!("{place}: {names:?}"))
            .chain(types)
            .collect()
    }
}

/// Describes what is wrong with the client of one document; `None` if it is right.
fn complaint(path: &Path, documented: &Names) -> Option<String> {
    let (public, agent) = documents::real();
    let workspace = Workspace::on(&public, &agent);
    let run = workspace.regen(&["--from", path.to_str().unwrap(), "--no-verify"]);
    if run.code != Some(0) {
        return Some(format!("{}: {}{}", path.display(), run.output, run.error));
    }
    let missing = documented.missing_in(&Names::of(&workspace.public()));
    (!missing.is_empty()).then(|| format!("{}: without {missing:?}", path.display()))
}

#[test]
fn each_printed_document_is_accepted_and_keeps_every_documented_name() {
    let (public, agent) = documents::real();
    let workspace = Workspace::on(&public, &agent);
    workspace.regen(&["--offline"]).expect_code(0);
    let documented = Names::of(&workspace.public());
    assert!(documented.operations.len() > 40, "{documented:#?}");
    let (paths, next) = (printed(), AtomicUsize::new(0));
    assert!(paths.len() > 40, "{paths:#?}");
    let work = || {
        let taken = || paths.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(taken)
            .filter_map(|path| complaint(path, &documented))
            .collect::<Vec<String>>()
    };
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| worker.join().unwrap());
        ended.flatten().collect()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

// The first lines of `divergence.txt`, as a reviewer sees them.
#[test]
fn the_first_screen_of_differences_has_those_that_need_a_decision() {
    const LINES: usize = 40;
    for name in [
        "zod-4-31-components-coerce",
        "zod-to-openapi-9.1-31-never-absent-pre",
        "zod-openapi-6.0-30-money-as-text-number",
    ] {
        let (public, agent) = documents::real();
        let workspace = Workspace::on(&public, &agent);
        let path = format!("{}/tests/documents/{name}.json", env!("CARGO_MANIFEST_DIR"));
        workspace
            .regen(&["--from", &path, "--no-verify"])
            .expect_code(0);
        let divergence = workspace.read("spec/divergence.txt");
        let screen: Vec<&str> = divergence.lines().take(LINES).collect();
        insta::assert_snapshot!(name, screen.join("\n"));
    }
}
