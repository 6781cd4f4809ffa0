//! The words of the doc comments: few begin with a question word, and few contain an indefinite word such as "nobody".

#![expect(
    clippy::unwrap_used,
    reason = "a test may unwrap: its failure is the message"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// First words of a doc comment that postpone the subject. A function's comment opens with a verb, a type's with a noun.
const OPENINGS: [&str; 11] = [
    "What", "Whether", "Who", "Whom", "Whose", "Nothing", "Nobody", "That", "Of", "To whom",
    "By what",
];

/// Words and phrases that do not name the thing they mean.
const RIDDLES: [&str; 10] = [
    "nobody",
    "somebody",
    "whatever",
    "whoever",
    "whom",
    "wherever",
    "whichever",
    "nothing",
    "such a thing",
    "someone who",
];

/// Allowed percentage of doc comments that begin with one of [`OPENINGS`].
const MOST_OPENINGS: usize = 3;

/// Allowed number of [`RIDDLES`] in 1,000 words of doc comments.
const MOST_RIDDLES: usize = 3;

/// Counts of the doc comments of one crate.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    comments: usize,
    words: usize,
    openings: Vec<String>,
    riddles: Vec<String>,
}

impl Counts {
    /// Counts the doc comments of one file. `path` is its name in the locations.
    fn add(&mut self, path: &str, text: &str) {
        for (line, comment) in comments(text) {
            let words = words(&comment);
            self.comments += 1;
            self.words += comment.split_whitespace().count();
            let opening = OPENINGS
                .iter()
                .find(|opening| begins_with(&words, opening, false));
            if let Some(opening) = opening {
                self.openings.push(format!("{path}:{line}: {opening}"));
            }
            for start in 0..words.len() {
                let rest = words.get(start..).unwrap();
                let riddle = RIDDLES
                    .iter()
                    .find(|riddle| begins_with(rest, riddle, true));
                if let Some(riddle) = riddle {
                    self.riddles.push(format!("{path}:{line}: {riddle}"));
                }
            }
        }
    }

    fn has_too_many_openings(&self) -> bool {
        self.openings.len() * 100 > self.comments * MOST_OPENINGS
    }

    fn has_too_many_riddles(&self) -> bool {
        self.riddles.len() * 1000 > self.words * MOST_RIDDLES
    }
}

/// Returns each block of doc comment lines with the number of its first line.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut is_inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let content = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        match (content, comments.last_mut()) {
            (Some(content), Some((_, comment))) if is_inside => {
                comment.push('\n');
                comment.push_str(content);
            }
            (Some(content), _) => comments.push((index + 1, content.to_owned())),
            (None, _) => {}
        }
        is_inside = content.is_some();
    }
    comments
}

fn words(comment: &str) -> Vec<&str> {
    let words = comment.split(|character: char| !character.is_alphanumeric() && character != '_');
    words.filter(|word| !word.is_empty()).collect()
}

/// True if the words begin with all words of the phrase.
fn begins_with(words: &[&str], phrase: &str, ignores_case: bool) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.len() >= phrase.len()
        && words.iter().zip(phrase).all(|(word, expected)| {
            *word == expected || ignores_case && word.eq_ignore_ascii_case(expected)
        })
}

/// Lists the source files of the workspace without build outputs.
fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() && name != "target" && !name.starts_with('.') {
            source_files(&path, files);
        } else if kind.is_file() && name.ends_with(".rs") {
            files.push(path);
        }
    }
}

/// Returns the folder of a crate: `crates/opentrain` of `crates/opentrain/src/lib.rs`.
fn crate_of(path: &str) -> String {
    let depth = match path.split('/').next() {
        Some("crates" | "examples") => 2,
        _ => 1,
    };
    path.split('/').take(depth).collect::<Vec<_>>().join("/")
}

#[test]
fn doc_comments_name_what_they_describe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    source_files(root, &mut files);
    files.sort();
    let mut crates: BTreeMap<String, Counts> = BTreeMap::new();
    for file in &files {
        let path = file.strip_prefix(root).unwrap().to_string_lossy();
        let path = path.replace('\\', "/");
        let counts = crates.entry(crate_of(&path)).or_default();
        counts.add(&path, &fs::read_to_string(file).unwrap());
    }
    assert!(crates.contains_key("xtask"), "no sources in {root:?}");
    let mut complaint = String::new();
    for (name, counts) in &crates {
        let (comments, words) = (counts.comments, counts.words);
        if counts.has_too_many_openings() {
            let list = counts.openings.join("\n  ");
            writeln!(
                complaint,
                "{name}: more than {MOST_OPENINGS} % of {comments} doc comments begin with a question word; begin \
                 with a verb or a noun:\n  {list}"
            )
            .unwrap();
        }
        if counts.has_too_many_riddles() {
            let list = counts.riddles.join("\n  ");
            writeln!(
                complaint,
                "{name}: more than {MOST_RIDDLES} indefinite words in 1,000 of {words}; name the thing:\n  {list}"
            )
            .unwrap();
        }
    }
    assert!(complaint.is_empty(), "{complaint}");
}

#[test]
fn openings_and_indefinite_words_are_counted_with_their_location() {
    let text = "\
//! That the module exists.

/// Whatever is served. Nobody reads `nothing`,
/// such a thing as somebody.
fn first() {}

    /// To whom it is sent.
    // What is no doc comment is not counted: nobody.
    /// Returns whatsoever.
    fn second() {}
";
    let mut counts = Counts::default();
    counts.add("a.rs", text);
    let expected = Counts {
        comments: 4,
        words: 22,
        openings: vec!["a.rs:1: That".to_owned(), "a.rs:7: To whom".to_owned()],
        riddles: [
            "a.rs:3: whatever",
            "a.rs:3: nobody",
            "a.rs:3: nothing",
            "a.rs:3: such a thing",
            "a.rs:3: somebody",
            "a.rs:7: whom",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    assert_eq!(counts, expected);
    assert!(counts.has_too_many_openings() && counts.has_too_many_riddles());
}

#[test]
fn the_limits_themselves_are_allowed() {
    let mut counts = Counts {
        comments: 100,
        words: 1000,
        openings: vec![String::new(); MOST_OPENINGS],
        riddles: vec![String::new(); MOST_RIDDLES],
    };
    assert!(!counts.has_too_many_openings() && !counts.has_too_many_riddles());
    counts.openings.push(String::new());
    counts.riddles.push(String::new());
    assert!(counts.has_too_many_openings() && counts.has_too_many_riddles());
}
