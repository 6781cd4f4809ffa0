//! Formats that choose a Rust type.

/// Formats with a Rust type of their own, by type.
const FORMATS: [(&str, &[&str]); 3] = [
    ("string", &["date", "date-time"]),
    ("integer", &["int32", "int64"]),
    ("number", &["decimal", "float", "double"]),
];

/// True if the format of a type chooses a Rust type of its own.
#[must_use]
pub fn chooses_a_type(kind: &str, format: &str) -> bool {
    FORMATS
        .iter()
        .any(|(owner, formats)| *owner == kind && formats.contains(&format))
}
