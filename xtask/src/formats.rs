//! Formats that choose a Rust type.

/// Formats that choose a Rust type worth having, by the type they belong to.
const FORMATS: [(&str, &[&str]); 3] = [
    ("string", &["date", "date-time"]),
    ("integer", &["int32", "int64"]),
    ("number", &["decimal", "float", "double"]),
];

/// Whether a value of a type is read in a way of its own because of its format.
pub(crate) fn chooses_a_type(kind: &str, format: &str) -> bool {
    FORMATS
        .iter()
        .any(|(owner, formats)| *owner == kind && formats.contains(&format))
}
