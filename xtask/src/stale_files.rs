//! Finds derived files whose content on disk is out of date. `journal` replaces them.

use std::fs;
use std::io;
use std::path::Path;

use openapi_canonical::{Error, Result};

/// Derived file with its current content.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root of the workspace.
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Derived file whose content on disk is out of date.
#[derive(Debug)]
pub(crate) struct StaleFile<'a> {
    pub(crate) file: &'a File,
    /// Content on disk; `None` if the file is missing.
    pub(crate) found: Option<Vec<u8>>,
}

impl StaleFile<'_> {
    /// Returns the content on disk as text.
    pub(crate) fn found_text(&self) -> Option<String> {
        self.found
            .as_ref()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Returns the files that are missing or out of date. Line ends are ignored: a checkout may have changed them.
pub(crate) fn stale<'a>(root: &Path, files: &'a [File]) -> Result<Vec<StaleFile<'a>>> {
    let mut stale = Vec::new();
    for file in files {
        let found = read_bytes(&root.join(file.path))?;
        let text = found
            .as_deref()
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        if text.map(with_plain_line_ends).as_ref() != Some(&file.text) {
            stale.push(StaleFile { file, found });
        }
    }
    Ok(stale)
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Reads the text of a file with plain line ends; `None` if there is no such file.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    let Some(bytes) = read_bytes(path)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes);
    let text = text.map_err(|cause| {
        Error::because(
            format!("{} is not UTF-8 text", path.display()),
            &cause,
            "fix the file",
        )
    })?;
    Ok(Some(with_plain_line_ends(&text)))
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if is_absence(cause.kind()) => Ok(None),
        Err(cause) => Err(Error::because(
            format!("cannot read {}", path.display()),
            &cause,
            "check what is there",
        )),
    }
}

/// True if there is no file, or a file stands where a folder of the path should be.
fn is_absence(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<File> {
        ["a.txt", "b.txt", "c.txt"]
            .map(|path| File {
                path,
                text: format!("new {path}\n"),
            })
            .into()
    }

    #[test]
    fn only_what_differs_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "new a.txt\r\n").unwrap();
        fs::write(folder.path().join("b.txt"), "old").unwrap();
        let files = files();
        let stale = stale(folder.path(), &files).unwrap();
        let paths: Vec<_> = stale
            .iter()
            .map(|stale| (stale.file.path, stale.found_text()))
            .collect();
        assert_eq!(paths, [("b.txt", Some("old".to_owned())), ("c.txt", None)]);
    }
}
