//! Docs of the methods compared with the documents: purpose, gates, retries, errors and source of each operation.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::support::repository_file;

/// Reasons that have a variant of their own, by their name on the wire.
const VARIANTS: [(&str, &str); 4] = [
    ("account_claim_required", "Reason::ClaimRequired"),
    ("payment_method_required", "Reason::PaymentMethodRequired"),
    ("moderation_blocked", "Reason::ModerationBlocked"),
    ("message_policy_blocked", "Reason::MessagePolicyBlocked"),
];

/// Returns the docs of every public method of the resources, each as one line.
fn docs_of_methods() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/opentrain/src/resources");
    let mut docs = Vec::new();
    collect(&folder, &mut docs);
    docs
}

fn collect(folder: &Path, docs: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, docs);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut block = Vec::new();
        for line in text.lines().map(str::trim) {
            match line.strip_prefix("///") {
                Some(line) => block.push(line.trim()),
                None if line.starts_with("#[") => {}
                None if line.starts_with("pub fn") && !block.is_empty() => {
                    docs.push(block.join(" "));
                    block.clear();
                }
                None => block.clear(),
            }
        }
    }
}

/// Returns the operations of the documents.
fn operations() -> Vec<Value> {
    let mut operations = Vec::new();
    for path in ["spec/documented.json", "spec/agent-auth.json"] {
        let document: Value = serde_json::from_str(&repository_file(path)).unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let found = items.filter_map(Value::as_object).flat_map(Map::values);
        operations.extend(found.cloned());
    }
    operations
}

fn texts(values: &Value) -> impl Iterator<Item = &str> {
    values
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns the facts that the docs of an operation must state, each as a list of accepted phrases.
fn facts(operation: &Value) -> Vec<Vec<String>> {
    let mut facts = vec![vec![String::from("# Errors")]];
    let mut says = |text: &str| facts.push(vec![String::from(text)]);
    for scope in texts(&operation["x-opentrain-scopes"]["scopes"]) {
        says(&format!("`{scope}`"));
        if ["payments:write", "webhooks:manage"].contains(&scope) {
            says("which neither registration nor claim gives");
        }
    }
    if let Some(feature) = operation["x-opentrain-feature"].as_str() {
        says(&format!("feature `{feature}`"));
    }
    says(match operation {
        _ if operation["x-opentrain-tokenless"] == true => "Needs no ",
        _ if operation["x-opentrain-claimed-account"] == true => "claimed account",
        _ => "before the account is claimed",
    });
    match operation["x-opentrain-idempotency"].as_str().unwrap() {
        "write" => says("not repeated by retries"),
        "keyed" => says("idempotency key"),
        "idempotent" => says("again"),
        _ => {}
    }
    let failures = operation["responses"].as_object().unwrap().iter();
    for (status, failure) in failures.filter(|(status, _)| !status.starts_with('2')) {
        says(status);
        for error in texts(&failure["x-opentrain-errors"]) {
            says(&format!("`{error}`"));
        }
    }
    let reasons = operation["responses"].as_object().unwrap().values();
    for reason in reasons.flat_map(|failure| texts(&failure["x-opentrain-reasons"])) {
        let variant = VARIANTS.iter().find(|(wire, _)| *wire == reason);
        let variant = variant.map(|(_, variant)| format!("[`{variant}`]"));
        facts.push(
            [Some(format!("`{reason}`")), variant]
                .into_iter()
                .flatten()
                .collect(),
        );
    }
    facts
}

#[test]
fn the_docs_of_a_method_state_the_facts_of_its_operation() {
    let docs = docs_of_methods();
    let operations = operations();
    assert_eq!(operations.len(), 47);
    let mut lacking = Vec::new();
    for operation in operations {
        let name = operation["operationId"].as_str().unwrap();
        let url = operation["externalDocs"]["url"].as_str().unwrap();
        let source = format!("[Documentation]({url})");
        let mut of_operation = docs.iter().filter(|doc| doc.contains(&source)).peekable();
        assert!(of_operation.peek().is_some(), "no method cites {url}");
        for doc in of_operation {
            let missing = facts(&operation)
                .into_iter()
                .filter(|fact| !fact.iter().any(|text| doc.contains(text.as_str())));
            lacking.extend(missing.map(|fact| format!("{name}: {}", fact.join(" or "))));
        }
    }
    assert_eq!(lacking, Vec::<String>::new());
}

#[test]
fn the_docs_of_a_method_open_with_a_verb_in_the_third_person() {
    let opens_otherwise = |doc: &String| {
        let word = doc.split_whitespace().next().unwrap_or_default();
        let is_verb = word.ends_with('s') && word.starts_with(char::is_uppercase);
        (!is_verb || ["This", "Its", "Whereas"].contains(&word)).then(|| doc.clone())
    };
    let docs = docs_of_methods();
    let wrong: Vec<String> = docs.iter().filter_map(opens_otherwise).collect();
    assert_eq!(wrong, Vec::<String>::new());
}
