//! `spec/divergence.txt`: each location where the served document and the documentation differ, and which one the client follows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use openapi_canonical::json;
use openapi_canonical::names;
use openapi_reconcile::{Divergence, Resolution};

/// The sections of the file: first what needs a decision, last what needs none.
const KINDS: [(Resolution, &str, &str); 6] = [
    (
        Resolution::Overruled,
        "changed",
        "The two contradict each other. The client follows the served document, unless the line says otherwise.",
    ),
    (
        Resolution::New,
        "new",
        "The documentation does not describe it; it is imported from the served document.",
    ),
    (
        Resolution::Absent,
        "absent",
        "The served document does not have it; it is kept from the documentation.",
    ),
    (
        Resolution::Kept,
        "kept",
        "Served as another type. The client keeps the documented type, which holds the served values; to use the served type, document it.",
    ),
    (
        Resolution::Unrelied,
        "not relied on",
        "The served document promises more than the documentation. The client does not rely on it.",
    ),
    (
        Resolution::Filled,
        "filled",
        "The served document does not specify it; the documentation fills it in.",
    ),
];

/// Number of operations that share a line if they differ in the same way. Fewer have a line each.
const MANY: usize = 4;

/// Returns the whole file: the counts, then a section for each kind. Differences found twice are listed once. Fields of a schema that differ in the
/// same way share a line, and so do many operations.
pub(crate) fn render(divergences: &[Divergence], is_served: bool) -> String {
    let mut text = header(is_served);
    for (name, count) in counts(divergences) {
        let _infallible = writeln!(text, "# {count:>5}  {name}");
    }
    for (kind, name, meaning) in KINDS {
        let own = of_kind(divergences, kind);
        let _infallible = writeln!(text, "\n[{name}] {}: {meaning}", own.len());
        for (pointer, what) in share_operations(share_values(lines(own))) {
            let _infallible = writeln!(text, "{pointer}: {what}");
        }
    }
    text
}

/// Returns a line for each schema and each way in which it or its fields differ.
fn lines(divergences: BTreeSet<&Divergence>) -> Vec<(String, String)> {
    let mut ways: BTreeMap<(&str, &str, bool), Vec<String>> = BTreeMap::new();
    for Divergence { pointer, what, .. } in divergences {
        let (schema, field) = field_of(pointer);
        let fields = ways.entry((schema, what, field.is_some())).or_default();
        fields.extend(field.map(str::to_owned));
    }
    let line = |((schema, what, _), fields): ((&str, &str, bool), Vec<String>)| match &fields[..] {
        [] => (schema.to_owned(), what.to_owned()),
        [field] => (format!("{schema}/properties/{field}"), what.to_owned()),
        _ => {
            let fields: Vec<String> = fields.iter().map(|field| json::unescape(field)).collect();
            (
                schema.to_owned(),
                format!("{}: {what}", names::listed(&fields)),
            )
        }
    };
    ways.into_iter().map(line).collect()
}

/// Replaces the lines about several values of one list by one, in the place of the first.
fn share_values(lines: Vec<(String, String)>) -> Vec<(String, String)> {
    const ONE: &str = "the value ";
    let mut shared: Vec<(String, String)> = Vec::new();
    for (pointer, what) in lines {
        let value = what.strip_prefix(ONE);
        match shared.last_mut().filter(|(last, _)| *last == pointer) {
            Some((_, before)) if value.is_some() && before.starts_with("the value") => {
                let begun = before
                    .strip_prefix(ONE)
                    .map(|first| format!("the values {first}"));
                let begun = begun.unwrap_or_else(|| before.clone());
                *before = format!("{begun}; {}", value.unwrap_or_default());
            }
            _ => shared.push((pointer, what)),
        }
    }
    shared
}

/// Replaces the lines of many operations that differ in the same way by one, in the place of the first.
fn share_operations(lines: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut ways: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (pointer, what) in &lines {
        if let Some((operation, part)) = operation_of(pointer) {
            let way = ways.entry((part.to_owned(), what.clone())).or_default();
            way.push(operation);
        }
    }
    ways.retain(|_, operations| operations.len() >= MANY);
    let mut shared = Vec::new();
    for (pointer, what) in lines {
        let Some((operation, part)) = operation_of(&pointer) else {
            shared.push((pointer, what));
            continue;
        };
        match ways.get(&(part.to_owned(), what.clone())) {
            None => shared.push((pointer, what)),
            Some(operations) if operations.first() == Some(&operation) => {
                let operations = names::listed(operations);
                shared.push(("/paths".to_owned(), format!("{operations}: {part}: {what}")));
            }
            Some(_) => {}
        }
    }
    shared
}

/// Returns the operation of a pointer as `GET /jobs/{id}`, and the pointer below it. `None` if it leads to no part of an operation.
fn operation_of(pointer: &str) -> Option<(String, &str)> {
    let (path, rest) = pointer.strip_prefix("/paths/")?.split_once('/')?;
    let (method, _) = rest.split_once('/')?;
    let operation = format!("{} {}", method.to_uppercase(), json::unescape(path));
    Some((operation, &rest[method.len()..]))
}

/// Returns the schema and its field that a pointer leads to, if it leads to a field.
fn field_of(pointer: &str) -> (&str, Option<&str>) {
    match pointer.rsplit_once('/') {
        Some((parent, field)) => match parent.strip_suffix("/properties") {
            Some(schema) => (schema, Some(field)),
            None => (pointer, None),
        },
        None => (pointer, None),
    }
}

/// Returns the number of differences of each kind, as the file counts them.
pub(crate) fn counts(divergences: &[Divergence]) -> Vec<(&'static str, usize)> {
    let count = |(kind, name, _)| (name, of_kind(divergences, kind).len());
    KINDS.into_iter().map(count).collect()
}

fn of_kind(divergences: &[Divergence], kind: Resolution) -> BTreeSet<&Divergence> {
    divergences
        .iter()
        .filter(|divergence| divergence.kind == kind)
        .collect()
}

fn header(is_served: bool) -> String {
    let served = if is_served {
        "# The served document is spec/openapi.json; spec/source.toml says where it is from."
    } else {
        "# spec/openapi.json is a stand-in made from spec/documented.json, so there are no differences yet."
    };
    format!(
        "# Written by `cargo xtask regen`; do not edit.\n\
         # Where the served document and spec/documented.json differ in the schemas of requests and responses, and which one the client follows.\n\
         # Pointers lead into spec/documented.json, with the name of a parameter in place of its index. Names, descriptions, examples and extensions are not compared.\n\
         {served}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_grouped_sorted_and_listed_once() {
        let one = |kind, pointer: &str| Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: "a property".to_owned(),
            is_contradiction: false,
        };
        let found = [
            one(Resolution::Absent, "/a"),
            one(Resolution::New, "/c"),
            one(Resolution::New, "/b"),
            one(Resolution::Absent, "/a"),
        ];
        insta::assert_snapshot!(render(&found, true), @r"
        # Written by `cargo xtask regen`; do not edit.
        # Where the served document and spec/documented.json differ in the schemas of requests and responses, and which one the client follows.
        # Pointers lead into spec/documented.json, with the name of a parameter in place of its index. Names, descriptions, examples and extensions are not compared.
        # The served document is spec/openapi.json; spec/source.toml says where it is from.
        #     0  changed
        #     2  new
        #     1  absent
        #     0  kept
        #     0  not relied on
        #     0  filled

        [changed] 0: The two contradict each other. The client follows the served document, unless the line says otherwise.

        [new] 2: The documentation does not describe it; it is imported from the served document.
        /b: a property
        /c: a property

        [absent] 1: The served document does not have it; it is kept from the documentation.
        /a: a property

        [kept] 0: Served as another type. The client keeps the documented type, which holds the served values; to use the served type, document it.

        [not relied on] 0: The served document promises more than the documentation. The client does not rely on it.

        [filled] 0: The served document does not specify it; the documentation fills it in.
        ");
    }

    #[test]
    fn fields_with_the_same_difference_share_a_line() {
        let one = |pointer: &str, what: &str| Divergence {
            kind: Resolution::Filled,
            pointer: pointer.to_owned(),
            what: what.to_owned(),
            is_contradiction: false,
        };
        let found = [
            one("/s/A/properties/b", "x"),
            one("/s/A/properties/a~1c", "x"),
            one("/s/A/properties/d", "y"),
            one("/s/A", "x"),
            one("/s/A/properties/e/items", "x"),
            one("/s/B/properties/b", "x"),
            one("/s/B/properties", "x"),
        ];
        let lines = lines(found.iter().collect());
        let lines: Vec<String> = lines
            .into_iter()
            .map(|(pointer, what)| format!("{pointer}: {what}"))
            .collect();
        assert_eq!(
            lines,
            [
                "/s/A: x",
                "/s/A: `a/c`, `b`: x",
                "/s/A/properties/d: y",
                "/s/A/properties/e/items: x",
                "/s/B/properties/b: x",
                "/s/B/properties: x",
            ]
        );
    }

    #[test]
    fn values_of_one_list_share_a_line() {
        let lines = [
            "/a: x",
            "/a: the value 1",
            "/a: the value 2, y",
            "/a: the value 3",
            "/b: the value 1",
            "/b: z",
        ];
        let lines = lines.map(|line| {
            let (pointer, what) = line.split_once(": ").unwrap();
            (pointer.to_owned(), what.to_owned())
        });
        let shared = share_values(lines.into()).into_iter();
        let shared: Vec<String> = shared.map(|(at, what)| format!("{at}: {what}")).collect();
        assert_eq!(
            shared,
            [
                "/a: x",
                "/a: the values 1; 2, y; 3",
                "/b: the value 1",
                "/b: z"
            ]
        );
    }

    #[test]
    fn many_operations_with_the_same_difference_share_a_line() {
        let of = |path: &str, part: &str| (format!("/paths/~1{path}/get{part}"), "x".to_owned());
        let lines = |paths: &[&str]| {
            let lines = paths.iter().map(|path| of(path, "/responses/400"));
            let others = [
                of("b", "/responses/404"),
                ("/s/A".to_owned(), "x".to_owned()),
            ];
            share_operations(lines.chain(others).collect())
        };
        let few = lines(&["a", "b", "c"]);
        assert_eq!(few.len(), 5, "{few:#?}");
        let many = lines(&["a", "b~1{id}", "c", "d"]);
        let shared = "`GET /a`, `GET /b/{id}`, `GET /c`, `GET /d`: /responses/400: x";
        let many: Vec<(&str, &str)> = many
            .iter()
            .map(|(at, what)| (at.as_str(), what.as_str()))
            .collect();
        assert_eq!(
            many,
            [
                ("/paths", shared),
                ("/paths/~1b/get/responses/404", "x"),
                ("/s/A", "x")
            ]
        );
    }
}
