//! Property tests on documents that are generated at random.
//!
//! `XTASK_DOCUMENTS` sets how many there are, `XTASK_SEED` where to begin. A failure names the seed, and the smallest part of the document
//! that fails too.

mod asked;
mod bytes;
mod chance;
mod documents;
mod drifts;
mod losses;
mod odd;
mod regens;
mod schemas;
mod smallest;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use self::chance::Chance;
use openapi_canonical::Result;
use openapi_canonical::json;
use openapi_canonical::keywords::{Holds, holds};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;
use openapi_for_progenitor::{Options, Prepared, prepare};

/// As many as there is time for in every run of the tests.
const DOCUMENTS: u64 = 24;

/// Outcome of a property: `Err` describes what does not hold.
type Verdict = std::result::Result<(), String>;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Shows a claim on every document; the number is for chance of its own.
fn for_all(claim: impl Fn(&Value, u64) -> Verdict) {
    for_so_many(DOCUMENTS, claim);
}

/// The same on as many documents, unless `XTASK_DOCUMENTS` says how many; returns that.
fn for_so_many(documents: u64, claim: impl Fn(&Value, u64) -> Verdict) -> u64 {
    let verdict = |document: &Value, seed: u64| {
        catch_unwind(AssertUnwindSafe(|| claim(document, !seed)))
            .unwrap_or_else(|_| Err("it panics".to_owned()))
    };
    let first = number("XTASK_SEED").unwrap_or(0);
    let documents = number("XTASK_DOCUMENTS").unwrap_or(documents);
    for seed in first..first + documents {
        let document = documents::document(seed);
        let Err(fault) = verdict(&document, seed) else {
            continue;
        };
        let smallest = smallest::part(&document, |part| verdict(part, seed).is_err());
        let fault = verdict(&smallest, seed).err().unwrap_or(fault);
        panic!("XTASK_SEED={seed} XTASK_DOCUMENTS=1: {fault}\n{smallest}");
    }
    documents
}

fn prepared(document: &Value) -> Result<Prepared> {
    let document = openapi_canonical::read(document.to_string().as_bytes(), "It")?;
    let options = Options {
        extension_prefix: openapi_canonical::extensions::opentrain::PREFIX.to_owned(),
    };
    prepare(document, &options)
}

fn text(document: &Value) -> std::result::Result<String, String> {
    match prepared(document) {
        Ok(prepared) => Ok(json::pretty(&prepared.document)),
        Err(error) => Err(error.to_string()),
    }
}

/// Compares two texts; the error shows only the lines that differ.
fn same(one: &str, other: &str) -> Verdict {
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

#[test]
fn a_normalised_document_is_already_normalised() {
    for_all(|document, _| {
        let Ok(once) = text(document) else {
            return Ok(());
        };
        let mut again: Value = serde_json::from_str(&once).expect("it was just written");
        in_words_of_openapi(&mut again);
        same(&once, &text(&again)?)
    });
}

/// Spells out what the generator alone understands. A document of others may not steer it, so it is taken from none.
fn in_words_of_openapi(document: &mut Value) {
    schema::visit_all(document, &mut |schema| {
        let Some(option) = schema.remove("x-rust-type") else {
            return;
        };
        let inner = option["parameters"][0].as_object().cloned();
        let inner = inner.expect("an option is one of a schema");
        if inner.contains_key("$ref") {
            schema.insert("allOf".to_owned(), json!([inner]));
        } else {
            schema.extend(inner);
        }
        schema.insert("nullable".to_owned(), json!(true));
    });
}

#[test]
fn a_legal_document_is_taken() {
    for seed in 0..DOCUMENTS {
        text(&documents::document(seed)).unwrap();
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    for_all(|document, seed| {
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, &mut Chance::of_seed(seed));
        match (prepared(document), prepared(&shuffled)) {
            (Ok(one), Ok(other)) => {
                same(&json::pretty(&one.document), &json::pretty(&other.document))?;
                same(&told(&one.losses), &told(&other.losses))
            }
            (Err(_), Err(_)) => Ok(()),
            (one, other) => Err(format!("{:?} became {:?}", one.err(), other.err())),
        }
    });
}

/// Renders what is dropped, sorted, a line each.
fn told(left_out: &[Loss]) -> String {
    let mut lines: Vec<String> = left_out
        .iter()
        .map(|Loss { pointer, what }| format!("{pointer}: {what}"))
        .collect();
    lines.sort();
    lines.join("\n")
}

/// Gives every object its members in another order, but for data: there the order is kept.
fn shuffle(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(members) => {
            reorder(members, chance);
            for (key, member) in members {
                shuffle_member(key, member, chance);
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| shuffle(element, chance)),
        _ => {}
    }
}

fn shuffle_member(keyword: &str, member: &mut Value, chance: &mut Chance) {
    match (holds(keyword), member) {
        (Holds::Data, _) => {}
        (Holds::Names, Value::Object(named)) => {
            reorder(named, chance);
            named
                .values_mut()
                .for_each(|member| shuffle(member, chance));
        }
        (_, member) => shuffle(member, chance),
    }
}

fn reorder(members: &mut json::Object, chance: &mut Chance) {
    let mut reordered: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
    chance.shuffle(&mut reordered);
    members.extend(reordered);
}

#[test]
fn whatever_is_damaged_nothing_panics() {
    for_all(|document, seed| {
        let mut chance = Chance::of_seed(seed);
        let mut damaged = document.clone();
        for _ in 0..5 {
            damaged = documents::damaged(&damaged, &mut chance);
            let outcome = catch_unwind(AssertUnwindSafe(|| prepared(&damaged).map(drop)));
            // An error is a sentence about the document; a panic is a fault of ours.
            if outcome.is_err() {
                return Err(format!("it panics with {damaged}"));
            }
        }
        Ok(())
    });
}
