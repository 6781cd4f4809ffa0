//! Writes derived files: all of them, or none.
//!
//! That holds for errors: what was replaced before one is put back. It does not hold for a kill or a power cut between two
//! renames, which leaves some files new and some old, each of them whole. Then the last file is still the old one; that is
//! the lock, so the next `regen --offline` sees that the document is not the one that was locked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file as it should be.
#[derive(Debug)]
pub(crate) struct File {
    /// Where it is, from the root of the workspace.
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// A file that is not as it should be.
#[derive(Debug)]
pub(crate) struct Stale<'a> {
    pub(crate) file: &'a File,
    /// What it says now; `None` if it is missing.
    pub(crate) found: Option<Vec<u8>>,
}

impl Stale<'_> {
    /// What it says now, as far as it is text.
    pub(crate) fn found_text(&self) -> Option<String> {
        self.found
            .as_ref()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
}

/// The files that are missing or say something else. Line ends do not count: a checkout may have changed them.
pub(crate) fn stale<'a>(root: &Path, files: &'a [File]) -> Result<Vec<Stale<'a>>> {
    let mut stale = Vec::new();
    for file in files {
        let found = read_bytes(&root.join(file.path))?;
        let text = found
            .as_deref()
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        if text.map(with_plain_line_ends).as_ref() != Some(&file.text) {
            stale.push(Stale { file, found });
        }
    }
    Ok(stale)
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The text of a file with plain line ends, or `None` if there is no such file.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    let Some(bytes) = read_bytes(path)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes);
    let text = text.map_err(|cause| {
        Error::because(
            format!("{} is not UTF-8 text", path.display()),
            &cause,
            "mend it",
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

/// Nothing is there; or something is, in the place of a folder on the way.
fn is_absence(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Replaces the stale files, in their order. If one cannot be replaced, those before it get their old contents back.
pub(crate) fn replace(root: &Path, stale: &[Stale<'_>]) -> Result<()> {
    replace_with(root, stale, |staged, target| {
        staged
            .persist(target)
            .map(drop)
            .map_err(|failed| failed.error)
    })
}

/// As [`replace`], by a renaming of the caller's.
fn replace_with(
    root: &Path,
    stale: &[Stale<'_>],
    rename: impl Fn(NamedTempFile, &Path) -> io::Result<()>,
) -> Result<()> {
    let targets: Vec<PathBuf> = stale
        .iter()
        .map(|stale| root.join(stale.file.path))
        .collect();
    let staged: io::Result<Vec<NamedTempFile>> = stale
        .iter()
        .zip(&targets)
        .map(|(stale, target)| stage(target, stale.file.text.as_bytes()))
        .collect();
    // Dropping staged files removes them, so until here nothing has happened.
    let staged = staged.map_err(|cause| {
        Error::because(
            "cannot stage the derived files",
            &cause,
            "nothing was changed",
        )
    })?;
    for (index, (file, target)) in staged.into_iter().zip(&targets).enumerate() {
        if let Err(cause) = rename(file, target) {
            let remedy = put_back(&stale[..index], &targets);
            return Err(Error::because(
                format!("cannot write {}", target.display()),
                &cause,
                &remedy,
            ));
        }
    }
    Ok(())
}

/// Writes contents beside their target, with the target's permissions.
fn stage(target: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(target);
    let staged = NamedTempFile::new_in(folder)
        .map_err(|cause| io::Error::new(cause.kind(), format!("{}: {cause}", folder.display())))?;
    fs::write(staged.path(), contents)?;
    if let Some(permissions) = permissions(target) {
        staged.as_file().set_permissions(permissions)?;
    }
    staged.as_file().sync_all()?;
    Ok(staged)
}

fn permissions(target: &Path) -> Option<fs::Permissions> {
    fs::metadata(target)
        .map(|metadata| metadata.permissions())
        .ok()
        .or_else(ordinary)
}

/// Temporary files are for their owner alone; what we write is for everybody to read.
#[cfg(unix)]
fn ordinary() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn ordinary() -> Option<fs::Permissions> {
    None
}

/// Gives the files that were replaced their old contents. Says how that went.
fn put_back(replaced: &[Stale<'_>], targets: &[PathBuf]) -> String {
    let failed = replaced
        .iter()
        .zip(targets)
        .filter(|(stale, target)| restore(stale.found.as_deref(), target).is_err());
    let failed: Vec<String> = failed
        .map(|(stale, _)| stale.file.path.to_owned())
        .collect();
    if failed.is_empty() {
        return "everything else is as it was".to_owned();
    }
    format!(
        "and {} could not be put back; `git checkout` them",
        failed.join(", ")
    )
}

fn restore(found: Option<&[u8]>, target: &Path) -> io::Result<()> {
    match found {
        Some(contents) => stage(target, contents)?
            .persist(target)
            .map(drop)
            .map_err(|failed| failed.error),
        None => fs::remove_file(target),
    }
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

    fn contents(root: &Path) -> Vec<String> {
        let names = fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut all: Vec<String> = names
            .map(|name| {
                format!(
                    "{name}: {}",
                    fs::read_to_string(root.join(&name)).unwrap().trim_end()
                )
            })
            .collect();
        all.sort();
        all
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
        replace(folder.path(), &stale).unwrap();
        assert_eq!(
            contents(folder.path()),
            ["a.txt: new a.txt", "b.txt: new b.txt", "c.txt: new c.txt"]
        );
    }

    #[test]
    fn a_renaming_that_fails_puts_everything_back() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b.txt"), "old b").unwrap();
        fs::write(folder.path().join("c.txt"), "old c").unwrap();
        let before = contents(folder.path());
        let files = files();
        let stale = stale(folder.path(), &files).unwrap();
        let error = replace_with(folder.path(), &stale, |staged, target| {
            if target.ends_with("c.txt") {
                return Err(io::Error::other("the disk is on fire"));
            }
            staged
                .persist(target)
                .map(drop)
                .map_err(|failed| failed.error)
        });
        let sentence = error.unwrap_err().to_string();
        assert!(
            sentence.ends_with("c.txt: the disk is on fire; everything else is as it was"),
            "{sentence}"
        );
        assert_eq!(contents(folder.path()), before);
    }

    #[test]
    fn a_staging_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            File {
                path: "a.txt",
                text: "a".into(),
            },
            File {
                path: "missing/b.txt",
                text: "b".into(),
            },
        ];
        let stale = stale(folder.path(), &files).unwrap();
        let sentence = replace(folder.path(), &stale).unwrap_err().to_string();
        assert!(
            sentence.contains("missing") && sentence.ends_with("nothing was changed"),
            "{sentence}"
        );
        assert!(contents(folder.path()).is_empty());
    }
}
