//! `spec/divergence.txt`: each place where the served document and the documentation differ, and who won.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use openapi_canonical::json;
use openapi_canonical::names;

/// Outcome of a difference between the served document and the documentation.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Resolution {
    Filled,
    Overruled,
    New,
    Absent,
    /// Another type is served, and the documented one holds its values.
    Kept,
    /// The service promises more than the client relies on.
    Unrelied,
}

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

/// Remark on a field that the served document requires and the documentation does not.
pub(crate) const KEPT_OPTIONAL: &str = "served as required, kept optional for readers";

/// One difference.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Divergence {
    pub(crate) kind: Resolution,
    /// A JSON pointer into `spec/documented.json`, or to where it would be there.
    pub(crate) pointer: String,
    pub(crate) what: String,
    /// True if a promise of the documentation does not hold by the served document: a reader may get a value that the documentation
    /// rules out, or the service refuses a request that the documentation allows.
    pub(crate) is_contradiction: bool,
}

/// Differences that were found so far.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub(crate) Vec<Divergence>);

impl Notes {
    /// Adds a difference; one that the served document wins contradicts a promise of the documentation.
    pub(crate) fn add(&mut self, kind: Resolution, pointer: &str, what: impl Into<String>) {
        self.add_promise(kind, pointer, what, kind == Resolution::Overruled);
    }

    /// Adds a difference that breaks a promise of the documentation exactly if `is_contradiction`.
    pub(crate) fn add_promise(
        &mut self,
        kind: Resolution,
        pointer: &str,
        what: impl Into<String>,
        is_contradiction: bool,
    ) {
        self.0.push(Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: what.into(),
            is_contradiction,
        });
    }

    /// Adds that the served document differs in whether a field is required, and wins.
    pub(crate) fn add_required(&mut self, pointer: &str, is_required: bool) {
        let what = if is_required {
            "documented as optional, served as required"
        } else {
            "documented as required, served as optional"
        };
        self.add(Resolution::Overruled, pointer, what);
    }
}

/// The whole file: the counts, then a section for each kind. Differences found twice are said once, and fields of a schema that differ in
/// the same way share a line.
pub(crate) fn render(divergences: &[Divergence], is_served: bool) -> String {
    let mut text = header(is_served);
    for (name, count) in counts(divergences) {
        let _infallible = writeln!(text, "# {count:>5}  {name}");
    }
    for (kind, name, meaning) in KINDS {
        let own = of_kind(divergences, kind);
        let _infallible = writeln!(text, "\n[{name}] {}: {meaning}", own.len());
        for (pointer, what) in lines(own) {
            let _infallible = writeln!(text, "{pointer}: {what}");
        }
    }
    text
}

/// Returns the differences in which the served document contradicts a promise of the documentation. A document that promises more, or
/// describes less, contradicts no promise.
pub(crate) fn contradictions(divergences: &[Divergence]) -> Vec<String> {
    let found: BTreeSet<&Divergence> = divergences
        .iter()
        .filter(|divergence| divergence.is_contradiction)
        .collect();
    found
        .into_iter()
        .map(|divergence| format!("{}: {}", divergence.pointer, divergence.what))
        .collect()
}

/// A line for each schema and each way in which it or its fields differ.
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

/// The schema and its field that a pointer leads to, if it leads to a field.
fn field_of(pointer: &str) -> (&str, Option<&str>) {
    match pointer.rsplit_once('/') {
        Some((parent, field)) => match parent.strip_suffix("/properties") {
            Some(schema) => (schema, Some(field)),
            None => (pointer, None),
        },
        None => (pointer, None),
    }
}

/// How many there are of each kind, as the file counts them.
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
    fn kinds_are_ordered_as_they_are_written() {
        assert!(
            Resolution::Filled < Resolution::Overruled
                && Resolution::Overruled < Resolution::New
                && Resolution::New < Resolution::Absent
        );
    }
}
