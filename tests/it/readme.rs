//! The programs of the README: each is as short as it promises. The documentation tests of this package compile the same samples.

use crate::support::repository_file;

/// Returns the Rust samples of a Markdown text, without empty lines.
fn samples(text: &str) -> Vec<Vec<&str>> {
    let mut samples = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```rust") {
            let sample = lines.by_ref().take_while(|line| *line != "```");
            samples.push(sample.filter(|line| !line.trim().is_empty()).collect());
        }
    }
    samples
}

#[test]
fn the_programs_of_the_readme_are_short_and_whole() {
    let readme = repository_file("README.md");
    let samples = samples(&readme);
    for (call, most) in [
        (".updates().follow(", 10),
        (".jobs().follow()", 8),
        (".verify(", 4),
        (".claim(", 10),
    ] {
        let with_call = |sample: &&Vec<&str>| sample.iter().any(|line| line.contains(call));
        let sample = samples.iter().find(with_call);
        let sample = sample.unwrap_or_else(|| panic!("no sample has `{call}`"));
        assert!(sample.len() <= most, "{call} takes {} lines", sample.len());
        // A line that is hidden from readers would not be counted by them, and a longer line is two.
        let is_honest = |line: &&str| !line.starts_with("# ") && line.len() <= 140;
        assert!(sample.iter().all(is_honest), "{sample:#?}");
    }
}
