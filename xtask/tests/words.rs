//! The words of the project: doc comments name what they describe, and terms that were replaced do not come back.

#![expect(
    clippy::unwrap_used,
    reason = "a test may unwrap: its failure is the message"
)]

use std::collections::{BTreeMap, BTreeSet};
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

/// Terms that were replaced, anywhere in code, comments, messages and guides: in identifiers too, where they are a part of the name.
const REPLACED: [(&str, &str); 26] = [
    ("answer", "response"),
    ("answers", "responses"),
    ("answered", "responded"),
    ("answering", "responding"),
    ("arm", "variant"),
    ("arms", "variants"),
    ("gather", "collect"),
    ("gathered", "collected"),
    ("left out", "dropped"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("mends", "fixes"),
    ("nobody", "the person, or no caller"),
    ("oddities", "outliers"),
    ("put back", "restored"),
    ("silence", "no response, or unspecified"),
    ("silent", "without response, or unspecified"),
    ("somebody", "the person"),
    ("spell", "write"),
    ("spelled", "written"),
    ("spells", "writes"),
    ("strange", "unsupported"),
    ("such a thing", "the thing"),
    ("told", "reported, documented or distinguished"),
    ("undo", "roll back"),
    ("undone", "rolled back"),
];

/// Files in which a replaced term is the right one: beginning of the path, beginning of the term, and the reason.
const RIGHT: [(&str, &str, &str); 20] = [
    ("crates/opentrain/src/resources/job_drafts", "answer", DRAFT),
    ("crates/opentrain/src/error/draft_fault.rs", "answer", DRAFT),
    (
        "crates/opentrain/src/docs/waiting_for_people.md",
        "answer",
        DRAFT,
    ),
    ("crates/opentrain/examples/draft", "answer", DRAFT),
    ("crates/opentrain/examples/hire", "answer", DRAFT),
    ("tests/it/drafts.rs", "answer", DRAFT),
    ("crates/opentrain-mock/src/validation.rs", "answer", DRAFT),
    ("crates/opentrain-mock/tests/it/flow.rs", "answer", DRAFT),
    ("crates/opentrain-mock/README.md", "answer", CANDIDATE),
    ("crates/opentrain-mock/src/control", "answer", CANDIDATE),
    ("crates/opentrain-mock/src/human.rs", "answer", CANDIDATE),
    (
        "crates/opentrain-mock/src/seed_jobs.rs",
        "answer",
        CANDIDATE,
    ),
    (
        "crates/opentrain-mock/src/world/candidate_actions.rs",
        "answer",
        CANDIDATE,
    ),
    (
        "crates/opentrain-mock/src/world/proposal_view.rs",
        "answer",
        CANDIDATE,
    ),
    (
        "crates/opentrain-mock/tests/it/control.rs",
        "answer",
        CANDIDATE,
    ),
    (
        "crates/opentrain-mock/tests/it/messages.rs",
        "answer",
        CANDIDATE,
    ),
    (
        "crates/opentrain-mock/src/webhook_delivery.rs",
        "answer",
        "name in state files",
    ),
    ("crates/opentrain-api/build", "arm", MATCH),
    ("crates/openapi-for-progenitor/src/generate", "arm", MATCH),
    ("xtask/tests/words.rs", "", "the list itself"),
];
const DRAFT: &str = "answer to a question about a draft";
const CANDIDATE: &str = "answer of an AI trainer";
const MATCH: &str = "arm of a `match` of Rust";

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

/// Returns the words of a line in lower case, and the parts of its identifiers, each between spaces.
fn plain(line: &str) -> String {
    let mut plain = String::from(" ");
    let mut previous = ' ';
    for character in line.chars() {
        let is_word = character.is_alphabetic();
        let is_boundary = !is_word || character.is_uppercase() && previous.is_lowercase();
        if is_boundary && !plain.ends_with(' ') {
            plain.push(' ');
        }
        if is_word {
            plain.extend(character.to_lowercase());
        }
        previous = character;
    }
    plain.push(' ');
    plain
}

/// Returns the lines of a file that have a replaced term, without those in which it is right. Notes the exceptions that were needed.
fn replaced_terms(path: &str, text: &str, needed: &mut BTreeSet<&'static str>) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let plain = plain(line);
        for (term, now) in REPLACED {
            if !plain.contains(term) || !plain.contains(&format!(" {term} ")) {
                continue;
            }
            let is_right = |(file, stem, _): &&(&str, &str, &str)| {
                path.starts_with(file) && term.starts_with(stem)
            };
            match RIGHT.iter().find(is_right) {
                Some((file, ..)) => _ = needed.insert(*file),
                None => found.push(format!("{path}:{}: `{term}`: say {now}", index + 1)),
            }
        }
    }
    found
}

/// Returns the doc comments of functions that do not open with a verb in the third person. Examples in doc comments are not read.
fn functions_without_verb(path: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let of_function = |(line, comment): &(usize, String)| {
        let end = line - 1 + comment.lines().count().max(1);
        let item = item(lines.get(end..).unwrap_or_default());
        item.is_some_and(is_function) && !opens_with_verb(comment)
    };
    let comments = comments(text).into_iter().filter(of_function);
    let shown = comments.map(|(line, comment)| {
        let opening: String = comment.trim().chars().take(40).collect();
        format!("{path}:{line}: {opening}")
    });
    shown.collect()
}

/// Returns the line of the item after a doc comment: the first one that belongs to no attribute and no comment.
fn item<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let mut open_brackets = 0;
    lines.iter().copied().find(|line| {
        let is_attribute = open_brackets > 0 || line.starts_with("#[");
        if is_attribute {
            open_brackets += line.matches('[').count();
            open_brackets -= line.matches(']').count().min(open_brackets);
        }
        !is_attribute && !line.starts_with("//")
    })
}

fn is_function(item: &str) -> bool {
    let before = item.split("fn ").next().unwrap_or_default();
    let mut qualifiers = before.split_whitespace();
    before.len() < item.len()
        && qualifiers.all(|word| {
            word.starts_with("pub")
                || ["async", "const", "in", "unsafe"].contains(&word)
                || word.ends_with(')')
        })
}

/// Nouns and conjunctions that have the ending of a verb, and begin docs of functions that should say what the function does with them.
const NO_VERBS: [&str; 15] = [
    "Actions",
    "As",
    "Bodies",
    "Cents",
    "Dollars",
    "Events",
    "Fields",
    "Files",
    "Members",
    "Numbers",
    "Paths",
    "Responses",
    "Sections",
    "Settings",
    "Terms",
];

/// True if the comment begins with a verb in the third person, `True`, a word of code, or a heading such as `# Errors`.
fn opens_with_verb(comment: &str) -> bool {
    let line = comment.lines().next().unwrap_or_default();
    let first = line.split_whitespace().next().unwrap_or("#");
    let is_verb = first.starts_with(|c: char| c.is_ascii_uppercase())
        && first.trim_end_matches([',', '.', ':', ';']).ends_with('s')
        && !OPENINGS.contains(&first)
        && !NO_VERBS.contains(&first);
    is_verb || first == "True" || first.starts_with(['`', '#'])
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

/// Lists the source files and guides of the workspace without build outputs.
fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() && name != "target" && !name.starts_with('.') {
            source_files(&path, files);
        } else if kind.is_file() && (name.ends_with(".rs") || name.ends_with(".md")) {
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

/// Returns the paths of all source files and guides with their texts.
fn all_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    source_files(root, &mut files);
    files.sort();
    assert!(files.len() > 100, "only {} files in {root:?}", files.len());
    let with_text = |file: PathBuf| {
        let path = file.strip_prefix(root).unwrap().to_string_lossy();
        (path.replace('\\', "/"), fs::read_to_string(&file).unwrap())
    };
    files.into_iter().map(with_text).collect()
}

#[test]
fn replaced_terms_do_not_come_back() {
    let mut needed = BTreeSet::new();
    let files = all_files();
    let found: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| replaced_terms(path, text, &mut needed))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let unneeded = RIGHT.iter().find(|(file, ..)| !needed.contains(file));
    assert_eq!(unneeded, None, "an exception in RIGHT is no longer needed");
}

#[test]
fn doc_comments_of_functions_open_with_a_verb() {
    let files = all_files().into_iter();
    let sources = files.filter(|(path, _)| path.ends_with(".rs") && path != "xtask/tests/words.rs");
    let found: Vec<String> = sources
        .flat_map(|(path, text)| functions_without_verb(&path, &text))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn doc_comments_name_what_they_describe() {
    let mut crates: BTreeMap<String, Counts> = BTreeMap::new();
    let files = all_files().into_iter();
    for (path, text) in files.filter(|(path, _)| path.ends_with(".rs")) {
        let counts = crates.entry(crate_of(&path)).or_default();
        counts.add(&path, &text);
    }
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

#[test]
fn terms_are_found_in_names_messages_and_guides() {
    let text = "let answerTo = was_told(\"left out\"); // charm, foretold\nArms of a `match`.\n";
    let found = replaced_terms("a.md", text, &mut BTreeSet::new());
    let terms = found.iter().map(|line| line.split('`').nth(1).unwrap());
    assert_eq!(
        terms.collect::<Vec<_>>(),
        ["answer", "left out", "told", "arms"]
    );
    let mut needed = BTreeSet::new();
    let inside = replaced_terms("crates/opentrain-api/build/a.rs", "Arms.", &mut needed);
    assert_eq!((inside.len(), needed.len()), (0, 1));
}

#[test]
fn a_doc_comment_of_a_function_without_verb_is_found() {
    let text = "\
/// The name.
#[must_use]
#[cfg_attr(
    feature = \"a\",
    expect(dead_code)
)]
pub(crate) async fn first() {}

/// The name.
struct Second;

/// Returns the name.
/// The rest.
pub fn third() {}

/// # Panics
fn fourth() {}

/// Whose name it is.
const fn fifth() {}
";
    let expected = ["a.rs:1: The name.", "a.rs:19: Whose name it is."];
    assert_eq!(functions_without_verb("a.rs", text), expected);
}
