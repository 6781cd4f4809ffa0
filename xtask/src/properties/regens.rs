//! Properties of every run of `regen`, on random documentation and random served documents.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use clap::Parser as _;
use serde_json::{Value, json};

use crate::flags::{Command, Xtask};
use crate::regen::{self, Outcome};
use openapi_canonical::down;
use openapi_canonical::straighten::straighten;
use openapi_samples::{Chance, Verdict, damaged, for_so_many, same, shuffle};

/// A run takes longer than a normalisation.
const DOCUMENTS: u64 = 6;

/// Files derived from a served document that do not contain the time of the fetch.
const MADE: [&str; 4] = [
    "spec/surface.txt",
    "spec/divergence.txt",
    "crates/opentrain-api/public.json",
    "crates/opentrain-api/agent.json",
];

/// Counts how often a claim was tested on a case to which it applies.
#[derive(Debug, Default)]
struct Count(Cell<u64>);

impl Count {
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Fails unless at least half of the documents were counted. Skipped for fewer documents than usual, as when one failure is looked
    /// into.
    #[track_caller]
    fn expect_some(&self, documents: u64) {
        let tested = self.0.get();
        assert!(
            documents < DOCUMENTS || tested * 2 >= documents,
            "put to the test on {tested} of {documents} documents only"
        );
    }
}

/// Returns a workspace with these documents.
fn workspace(documented: &Value, served: &Value) -> tempfile::TempDir {
    let agent =
        json!({"openapi": "3.0.3", "info": {"title": "Agent", "version": "1"}, "paths": {}});
    let root = tempfile::tempdir().unwrap();
    for folder in ["spec", "crates/opentrain-api"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    for (path, document) in [
        ("spec/documented.json", documented),
        ("spec/agent-auth.json", &agent),
        ("served.json", served),
    ] {
        fs::write(root.path().join(path), document.to_string()).unwrap();
    }
    root
}

fn run(root: &Path, arguments: &[&str]) -> Result<Outcome, String> {
    let root = root.to_str().unwrap();
    let fixed = ["xtask", "regen", "--root", root];
    let Xtask { command } = Xtask::try_parse_from(fixed.iter().chain(arguments)).unwrap();
    let Command::Regen(flags) = command else {
        unreachable!("that is what was asked for");
    };
    regen::run(&flags).map_err(|error| error.to_string())
}

#[track_caller]
fn expect(root: &Path, arguments: &[&str], expected: Outcome) -> Verdict {
    let outcome = run(root, arguments)?;
    if outcome == expected {
        return Ok(());
    }
    Err(format!("{arguments:?} ended as {outcome:?}"))
}

/// Returns the text of all derived files, without the origin.
fn made(root: &Path) -> String {
    let texts = MADE.map(|path| fs::read_to_string(root.join(path)).unwrap());
    let all = texts.concat();
    let lines = all.lines();
    let same = lines.filter(|line| {
        !["sha256", "fetched_at"]
            .iter()
            .any(|part| line.contains(part))
    });
    same.map(|line| format!("{line}\n")).collect()
}

/// Returns a document that can serve as documentation: without keywords of 3.1, and without names that references cannot hold.
fn documented(document: &Value) -> Option<Value> {
    let has_operations = !document["paths"].as_object()?.is_empty();
    let (converted, _) = down::convert(document.clone(), "It").ok()?;
    has_operations.then(|| straighten(&converted))
}

#[test]
fn regen_of_its_own_output_changes_nothing() {
    let settled = [Count::default(), Count::default()];
    let documents = for_so_many(DOCUMENTS, |document, seed| {
        let Some(documented) = documented(document) else {
            return Ok(());
        };
        let served = damaged(document, &mut Chance::of_seed(seed));
        let root = workspace(&documented, &served);
        let file = root.path().join("served.json");
        let from = ["--from", file.to_str().unwrap()];
        for (arguments, settled) in [&["--offline"][..], &from].into_iter().zip(&settled) {
            if run(root.path(), arguments).is_err() {
                continue;
            }
            settled.add();
            expect(root.path(), arguments, Outcome::Unchanged)?;
            expect(root.path(), &["--offline"], Outcome::Unchanged)?;
            expect(root.path(), &["--offline", "--check"], Outcome::Unchanged)?;
        }
        Ok(())
    });
    for settled in settled {
        settled.expect_some(documents);
    }
}

#[test]
fn the_order_of_keys_does_not_matter_to_regen() {
    let compared = Count::default();
    let documents = for_so_many(DOCUMENTS, |document, seed| {
        let Some(documented) = documented(document) else {
            return Ok(());
        };
        let mut chance = Chance::of_seed(seed);
        let served = damaged(document, &mut chance);
        let mut shuffled = (documented.clone(), served.clone());
        shuffle(&mut shuffled.0, &mut chance);
        shuffle(&mut shuffled.1, &mut chance);
        let mut texts = Vec::new();
        for (documented, served) in [(&documented, &served), (&shuffled.0, &shuffled.1)] {
            let root = workspace(documented, served);
            let file = root.path().join("served.json");
            let outcome = run(root.path(), &["--from", file.to_str().unwrap()]);
            texts.push(outcome.is_ok().then(|| made(root.path())));
        }
        match (&texts[0], &texts[1]) {
            (Some(one), Some(other)) => {
                compared.add();
                same(one, other)
            }
            (None, None) => Ok(()),
            _ => Err("one of the two is refused".to_owned()),
        }
    });
    compared.expect_some(documents);
}
