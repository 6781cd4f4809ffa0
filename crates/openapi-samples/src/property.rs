//! Claims about every document.
//!
//! `OPENAPI_DOCUMENTS` sets how many documents are tried, `OPENAPI_SEED` the seed of the first one. A failure names the seed, and the
//! smallest part of the document that fails too.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use crate::documents;
use crate::smallest;

/// Number of documents in every run of the tests.
pub const DOCUMENTS: u64 = 24;

/// Outcome of a property: `Err` describes what does not hold.
pub type Verdict = Result<(), String>;

/// Returns a number from the environment.
#[must_use]
pub fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Checks a claim on every document. The claim also gets a seed, for random choices of its own.
///
/// # Panics
///
/// The claim does not hold for a document.
pub fn for_all(claim: impl Fn(&Value, u64) -> Verdict) {
    for_so_many(DOCUMENTS, claim);
}

/// Checks a claim on a number of documents, unless `OPENAPI_DOCUMENTS` sets another. Returns the number.
///
/// # Panics
///
/// The claim does not hold for a document.
#[expect(clippy::panic, reason = "a claim that does not hold fails its test")]
pub fn for_so_many(documents: u64, claim: impl Fn(&Value, u64) -> Verdict) -> u64 {
    let verdict = |document: &Value, seed: u64| {
        catch_unwind(AssertUnwindSafe(|| claim(document, !seed)))
            .unwrap_or_else(|_| Err("it panics".to_owned()))
    };
    let first = number("OPENAPI_SEED").unwrap_or(0);
    let documents = number("OPENAPI_DOCUMENTS").unwrap_or(documents);
    for seed in first..first + documents {
        let document = documents::document(seed);
        let Err(fault) = verdict(&document, seed) else {
            continue;
        };
        let smallest = smallest::part(&document, |part| verdict(part, seed).is_err());
        let fault = verdict(&smallest, seed).err().unwrap_or(fault);
        panic!("OPENAPI_SEED={seed} OPENAPI_DOCUMENTS=1: {fault}\n{smallest}");
    }
    documents
}

/// Compares two texts line by line.
///
/// # Errors
///
/// The texts differ. The error shows the first two lines that do.
pub fn same(one: &str, other: &str) -> Verdict {
    let (mut lines, mut others) = (one.lines(), other.lines());
    for number in 1.. {
        match (lines.next(), others.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => return Err(format!("line {number}: {one:?} became {other:?}")),
        }
    }
    Ok(())
}
