//! Names derived from other names: `snake_case` for operations, `PascalCase` for components, without duplicates.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the words of a name in lower case: split at characters other than letters and digits, and at changes of
/// case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_ascii_alphanumeric() {
            // `HTTPServer` is `HTTP` and `Server`: the last capital of a run begins the next word.
            let next_is_lower = characters.peek().is_some_and(char::is_ascii_lowercase);
            let hump =
                character.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || next_is_lower);
            if hump || !previous.is_ascii_alphanumeric() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(character.to_ascii_lowercase());
            }
        }
        previous = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns `jobs_get` for `Jobs.get`, `jobsGet` or `jobs-get`.
#[must_use]
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// Returns `JobsGet` for `jobs_get`. Leading digits, which no Rust type begins with, get an `N`.
#[must_use]
pub fn pascal(name: &str) -> String {
    let text: String = words(name).iter().map(|word| capitalised(word)).collect();
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        format!("N{text}")
    } else {
        text
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// Returns the name itself, or the first of `name2`, `name3`, … that is free.
pub fn unique(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    let numbered = (2_u32..).map(|number| format!("{name}{number}"));
    numbered
        .into_iter()
        .find(|candidate| !is_taken(candidate))
        .unwrap_or_else(|| name.to_owned())
}

/// Set of names that are taken.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    names: BTreeSet<String>,
    /// Last number that was given to a name, so that no number is tried twice.
    numbers: BTreeMap<String, u32>,
}

impl Taken {
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Takes the name itself, or the first of `name2`, `name3`, … that is free. Names never become free again.
    pub fn take(&mut self, name: &str) -> String {
        self.take_unless(name, |_| false)
    }

    /// Takes a name that is also free by another condition.
    pub fn take_unless(&mut self, name: &str, is_taken: impl Fn(&str) -> bool) -> String {
        let last = self.numbers.get(name).copied().unwrap_or(1);
        let plain = (last == 1).then(|| name.to_owned());
        let numbered = (last + 1..).map(|number| (number, format!("{name}{number}")));
        let mut candidates = plain.map(|name| (1, name)).into_iter().chain(numbered);
        let free = candidates.find(|(_, free)| !self.contains(free) && !is_taken(free));
        let (number, free) = free.expect("there are more numbers than names");
        self.numbers.insert(name.to_owned(), number);
        self.names.insert(free.clone());
        free
    }
}

impl<Name: Into<String>> FromIterator<Name> for Taken {
    fn from_iter<Names: IntoIterator<Item = Name>>(names: Names) -> Taken {
        Taken {
            names: names.into_iter().map(Into::into).collect(),
            numbers: BTreeMap::new(),
        }
    }
}

/// Joins names for a sentence.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_the_same_words() {
        for name in [
            "jobs_get", "jobsGet", "JobsGet", "jobs-get", "jobs.get", "Jobs get", "JOBS_GET",
        ] {
            assert_eq!(
                (snake(name), pascal(name)),
                ("jobs_get".to_owned(), "JobsGet".to_owned()),
                "{name}"
            );
        }
    }

    #[test]
    fn acronyms_and_digits_stay_whole() {
        assert_eq!(snake("getHTTPServerV2"), "get_http_server_v2");
        assert_eq!(pascal("2xx"), "N2xx");
    }

    #[test]
    fn names_that_are_taken_are_given_once() {
        let mut taken: Taken = ["Job3", "Page"].into_iter().collect();
        let names = ["Job", "Job", "Job", "Job2", "Page", "Job"].map(|name| taken.take(name));
        assert_eq!(names, ["Job", "Job2", "Job4", "Job22", "Page2", "Job5"]);
        assert_eq!(taken.take_unless("Other", |name| name == "Other"), "Other2");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(
            unique("Job", |name| name == "Job" || name == "Job2"),
            "Job3"
        );
    }
}
