//! The files of the repository.

use std::path::PathBuf;

/// A file of the repository, by its path from the root.
pub(crate) fn repository_file(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}
