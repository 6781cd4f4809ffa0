//! Hand-written code, as the words in its lines.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::words::Words;
use openapi_canonical::{Error, Result};
use openapi_for_progenitor::generated_names;

/// The sources of a crate.
#[derive(Debug)]
pub(super) struct Code {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    /// From the root of the workspace.
    path: String,
    /// The words of each line that is no comment.
    lines: Vec<BTreeSet<String>>,
}

impl Code {
    /// Reads the Rust code of a crate. Returns no code if the crate is missing.
    pub(super) fn read(root: &Path, crate_folder: &str) -> Result<Code> {
        let folder = format!("{crate_folder}/src");
        let mut paths = Vec::new();
        collect(&root.join(&folder), Path::new(&folder), &mut paths)
            .map_err(|cause| unreadable(&folder, &cause))?;
        paths.sort();
        let files = paths.iter().map(|path| File::read(root, path));
        Ok(Code {
            files: files.collect::<Result<_>>()?,
        })
    }

    /// Returns the files that name the subject of a change, each with the numbers of the lines: `src/jobs.rs:12,14`.
    pub(super) fn lines_of(&self, words: &Words) -> Vec<String> {
        let printed = |file: &File| {
            let lines = file.lines_of(words);
            (!lines.is_empty()).then(|| format!("{}:{}", file.path, lines.join(",")))
        };
        self.files.iter().filter_map(printed).collect()
    }
}

impl File {
    fn read(root: &Path, path: &Path) -> Result<File> {
        let name = path.to_string_lossy().replace('\\', "/");
        let text =
            fs::read_to_string(root.join(path)).map_err(|cause| unreadable(&name, &cause))?;
        let words_of = |line: &str| match line.trim_start() {
            comment if comment.starts_with("//") => BTreeSet::new(),
            code => words(code),
        };
        Ok(File {
            path: name,
            lines: text.lines().map(words_of).collect(),
        })
    }

    fn lines_of(&self, words: &Words) -> Vec<String> {
        let has_owner = |line: &BTreeSet<String>| !words.owners.is_disjoint(line);
        if !self.lines.iter().any(has_owner) {
            return Vec::new();
        }
        let names = |line: &BTreeSet<String>| {
            if words.details.is_empty() {
                has_owner(line)
            } else {
                !words.details.is_disjoint(line)
            }
        };
        let numbered = self.lines.iter().enumerate();
        numbered
            .filter(|(_, line)| names(line))
            .map(|(index, _)| (index + 1).to_string())
            .collect()
    }
}

fn unreadable(path: &str, cause: &io::Error) -> Error {
    Error::because(format!("cannot read {path}"), cause, "check what is there")
}

/// Collects the paths of the Rust files in a folder, each from the root of the workspace.
fn collect(folder: &Path, path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let inside = path.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &inside, found)?;
        } else if inside
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            found.push(inside);
        }
    }
    Ok(())
}

/// Returns the identifiers in a text.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    text.split(|character| !generated_names::is_in_names(character))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
