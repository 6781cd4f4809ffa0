//! Table of operations on the crate page: derived from the documents and the client's methods, and compared with the file.

use std::fs;
use std::path::Path;

use opentrain_api::{DOCUMENTS, Idempotency, Operation, ScopeMatch};

use crate::support::repository_file;

const TABLE: &str = "crates/opentrain/src/docs/operations.md";
const HEAD: &str = "\
| to do | method, request | scope | claim | sent twice |
|---|---|---|---|---|
";

/// Family of operations: the client's method and the type that it returns.
struct Family {
    method: String,
    handle: String,
}

/// Returns the families in the order of the client's methods.
fn families() -> Vec<Family> {
    let source = repository_file("crates/opentrain/src/resources.rs");
    let (_, list) = source.split_once("\nfamilies! {").unwrap();
    let lines = list.lines().filter_map(|line| line.split_once(" -> "));
    let family = |(method, handle): (&str, &str)| Family {
        method: String::from(method.trim()),
        handle: String::from(handle),
    };
    lines.map(family).collect()
}

/// Returns the methods of a family with their docs, in the order of the source.
fn methods(family: &Family) -> Vec<(String, String)> {
    let path = format!("crates/opentrain/src/resources/{}.rs", family.method);
    let (mut methods, mut docs) = (Vec::new(), String::new());
    for line in repository_file(&path).lines().map(str::trim) {
        if let Some(line) = line.strip_prefix("///") {
            docs.push_str(line);
        } else if let Some(signature) = line.strip_prefix("pub fn ") {
            let name = signature.split(['(', '<']).next().unwrap();
            methods.push((String::from(name), std::mem::take(&mut docs)));
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    methods
}

/// Returns the methods of a family that call an operation, each as a link to its docs.
fn links(family: &Family, operation: &Operation) -> Vec<String> {
    let source = format!("[Documentation]({})", operation.documentation.unwrap());
    let of_operation = methods(family).into_iter();
    let of_operation = of_operation.filter(|(_, docs)| docs.contains(&source));
    let link = |(name, _)| {
        let Family { method, handle } = family;
        format!("[`{method}().{name}`](crate::resources::{handle}::{name})")
    };
    of_operation.map(link).collect()
}

fn scopes(operation: &Operation) -> String {
    let scopes = operation.scopes.scopes.iter();
    let scopes: Vec<String> = scopes.map(|scope| format!("`{scope}`")).collect();
    match operation.scopes.matching {
        _ if operation.tokenless => String::from("no token"),
        _ if scopes.is_empty() => String::from("any token"),
        ScopeMatch::All => scopes.join(" and "),
        ScopeMatch::Any => scopes.join("<br>or "),
    }
}

fn second_effect(operation: &Operation) -> &'static str {
    match operation.idempotency {
        Idempotency::Read => "no effect",
        Idempotency::Idempotent => "same effect",
        Idempotency::Keyed => "same effect with a key",
        _ => "**a second effect**",
    }
}

fn row(operation: &Operation, links: &[String]) -> String {
    let claim = if operation.claimed_account { "yes" } else { "" };
    format!(
        "| {} | {}<br>`{} {}` | {} | {claim} | {} |\n",
        operation.summary,
        links.join("<br>"),
        operation.method,
        operation.path,
        scopes(operation),
        second_effect(operation),
    )
}

/// Returns the table: the operations by family, and within a family by its methods.
fn table() -> String {
    let mut rows = Vec::new();
    for (family_place, family) in families().iter().enumerate() {
        let names: Vec<String> = methods(family).into_iter().map(|(name, _)| name).collect();
        for document in DOCUMENTS {
            for operation in document.operations {
                let links = links(family, operation);
                let Some(first) = links.first() else { continue };
                let is_first = |name: &String| first.contains(&format!(".{name}`"));
                let place = names.iter().position(is_first);
                rows.push((family_place, place, row(operation, &links)));
            }
        }
    }
    rows.sort();
    let rows: Vec<String> = rows.into_iter().map(|(_, _, row)| row).collect();
    assert_eq!(rows.len(), 47, "each operation has a row");
    format!("{HEAD}{}", rows.concat())
}

#[test]
fn the_crate_page_lists_every_operation() {
    let table = table();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(TABLE);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, &table).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, table,
        "{TABLE} is out of date: run INSTA_UPDATE=always cargo test -p opentrain-tests operations_table"
    );
}
