//! Names that the generator gives to fields, arguments, types and variants.

use std::collections::BTreeSet;

use heck::{ToPascalCase as _, ToSnakeCase as _};

/// Returns the generator's name for a field or an argument. The generator has its own naming rules, which are repeated
/// here.
pub fn field(name: &str) -> String {
    generated(name, str::to_snake_case)
}

/// Returns the generator's name for a type or a variant.
pub fn type_name(name: &str) -> String {
    generated(name, str::to_pascal_case)
}

/// Returns the generator's names for the variants of a list of texts: from the letters of each, or else with an `X` for every other
/// character. `None` if two of them have the same name in both ways.
#[must_use]
pub fn variants(texts: &[&str]) -> Option<Vec<String>> {
    let with_marks = |text: &str| {
        let is_mark = |character| character == '_' || !is_in_names(character);
        type_name(&text.replace(is_mark, "X"))
    };
    let distinct = |names: Vec<String>| {
        let all: BTreeSet<&String> = names.iter().collect();
        (all.len() == names.len()).then_some(names)
    };
    let named = |name: &dyn Fn(&str) -> String| texts.iter().map(|text| name(text)).collect();
    distinct(named(&type_name)).or_else(|| distinct(named(&with_marks)))
}

fn generated(name: &str, write: impl Fn(&str) -> String) -> String {
    let written = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => write(
            &name
                .replace('\'', "")
                .replace(|character| !is_in_names(character), "-"),
        ),
    };
    let begins_well = written.starts_with(|first: char| first.is_alphabetic());
    let whole = if begins_well {
        written
    } else {
        write("x") + &written
    };
    if KEYWORDS.contains(&whole.as_str()) {
        whole + "_"
    } else {
        whole
    }
}

/// True if a character may be in a Rust name.
#[must_use]
pub fn is_in_names(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Names that the generator appends an underscore to.
const KEYWORDS: [&str; 53] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "Self", "self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
