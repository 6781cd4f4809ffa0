//! Rules that no compiler checks: first lines, lengths, examples that are skipped.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines that a file may have, without its tests.
const LONGEST_FILE: usize = 400;

fn rust_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["crates", "tests", "xtask"] {
        collect(&root.join(folder), &mut files);
    }
    assert!(files.len() > 100, "only {} files were found", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}

fn offenders(is_wrong: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let wrong = rust_files().into_iter().filter(|(_, text)| is_wrong(text));
    wrong.map(|(path, _)| path).collect()
}

#[test]
fn every_file_says_what_it_does_in_its_first_line() {
    assert_eq!(
        offenders(|text| !text.starts_with("//! ")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn no_file_is_too_long() {
    let length = |text: &str| {
        text.split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default()
            .lines()
            .count()
    };
    // The table of documented examples and tests as data may be longer; code may not.
    let code = |path: &Path| !path.components().any(|part| part.as_os_str() == "tests");
    let long = rust_files()
        .into_iter()
        .filter(|(path, text)| code(path) && length(text) > LONGEST_FILE);
    assert_eq!(
        long.map(|(path, _)| path).collect::<Vec<_>>(),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn no_example_and_no_test_is_skipped() {
    // In pieces, so that this file is none of them.
    let marks = [
        concat!("```", "ignore"),
        concat!("```rust,", "ignore"),
        concat!("#[", "ignore"),
    ];
    assert_eq!(
        offenders(|text| marks.iter().any(|mark| text.contains(mark))),
        Vec::<PathBuf>::new()
    );
}
