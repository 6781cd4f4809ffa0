//! Names that the generator gives to fields, arguments, types and variants.

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

fn generated(name: &str, spell: impl Fn(&str) -> String) -> String {
    let spelled = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => spell(
            &name
                .replace('\'', "")
                .replace(|character| !is_in_names(character), "-"),
        ),
    };
    let begins_well = spelled.starts_with(|first: char| first.is_alphabetic());
    let whole = if begins_well {
        spelled
    } else {
        spell("x") + &spelled
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
