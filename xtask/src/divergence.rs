//! `spec/divergence.txt`: each place where the served document and the documentation differ, and who won.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Who won.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Filled,
    Overruled,
    New,
    Absent,
}

const KINDS: [(Kind, &str, &str); 4] = [
    (
        Kind::Filled,
        "filled",
        "The served document is silent; the documentation fills in.",
    ),
    (
        Kind::Overruled,
        "overruled",
        "The two contradict each other; the served document wins, unless the line says otherwise.",
    ),
    (
        Kind::New,
        "new",
        "The documentation does not know it; it comes in from the served document.",
    ),
    (
        Kind::Absent,
        "absent",
        "The served document does not have it; it is kept from the documentation.",
    ),
];

/// Remark on a field that the served document requires and the documentation does not.
pub(crate) const KEPT_OPTIONAL: &str = "served as required, kept optional for readers";

/// One difference.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Divergence {
    pub(crate) kind: Kind,
    /// A JSON pointer into `spec/documented.json`, or to where it would be there.
    pub(crate) pointer: String,
    pub(crate) what: String,
}

/// The whole file. Differences found twice are said once.
pub(crate) fn render(divergences: &[Divergence], is_served: bool) -> String {
    let mut text = header(is_served);
    for (kind, name, meaning) in KINDS {
        let own = of_kind(divergences, kind);
        let _infallible = writeln!(text, "\n[{name}] {}: {meaning}", own.len());
        for divergence in own {
            let _infallible = writeln!(text, "{}: {}", divergence.pointer, divergence.what);
        }
    }
    text
}

/// Returns the differences in which the served document contradicts a promise of the documentation. A document that promises more, or
/// describes less, contradicts nothing.
pub(crate) fn contradictions(divergences: &[Divergence]) -> Vec<String> {
    let overruled = of_kind(divergences, Kind::Overruled).into_iter();
    overruled
        .filter(|divergence| divergence.what != KEPT_OPTIONAL)
        .map(|divergence| format!("{}: {}", divergence.pointer, divergence.what))
        .collect()
}

/// How many there are of each kind, as the file counts them.
pub(crate) fn counts(divergences: &[Divergence]) -> Vec<(&'static str, usize)> {
    let count = |(kind, name, _)| (name, of_kind(divergences, kind).len());
    KINDS.into_iter().map(count).collect()
}

fn of_kind(divergences: &[Divergence], kind: Kind) -> BTreeSet<&Divergence> {
    divergences
        .iter()
        .filter(|divergence| divergence.kind == kind)
        .collect()
}

fn header(is_served: bool) -> String {
    let served = if is_served {
        "# The served document is spec/openapi.json; spec/source.toml says where it is from."
    } else {
        "# spec/openapi.json is a stand-in made from spec/documented.json, so there is nothing to differ yet."
    };
    format!(
        "# Written by `cargo xtask regen`; do not edit.\n\
         # Where the served document and spec/documented.json differ in the shape of what is sent, and who won.\n\
         # Pointers lead into spec/documented.json. Names, descriptions, examples and extensions are not compared.\n\
         {served}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_grouped_sorted_and_said_once() {
        let one = |kind, pointer: &str| Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: "a property".to_owned(),
        };
        let found = [
            one(Kind::Absent, "/a"),
            one(Kind::New, "/c"),
            one(Kind::New, "/b"),
            one(Kind::Absent, "/a"),
        ];
        insta::assert_snapshot!(render(&found, true), @r"
        # Written by `cargo xtask regen`; do not edit.
        # Where the served document and spec/documented.json differ in the shape of what is sent, and who won.
        # Pointers lead into spec/documented.json. Names, descriptions, examples and extensions are not compared.
        # The served document is spec/openapi.json; spec/source.toml says where it is from.

        [filled] 0: The served document is silent; the documentation fills in.

        [overruled] 0: The two contradict each other; the served document wins, unless the line says otherwise.

        [new] 2: The documentation does not know it; it comes in from the served document.
        /b: a property
        /c: a property

        [absent] 1: The served document does not have it; it is kept from the documentation.
        /a: a property
        ");
    }
}
