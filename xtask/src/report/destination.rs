//! Files that reports are written to. Before the run begins, each is checked: it can be written, and the run does not need it.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Report;
use openapi_canonical::{Error, Result};
use openapi_drift::Format;

/// A file that a report goes to.
#[derive(Debug)]
pub(crate) struct Destination {
    /// Path as it was given.
    path: PathBuf,
    /// Path after every link is resolved.
    real: PathBuf,
    format: Format,
}

/// Returns a destination for each path. None may lead to a guarded file, into a guarded folder, or to another destination.
pub(crate) fn destinations(paths: &[PathBuf], guarded: &[PathBuf]) -> Result<Vec<Destination>> {
    let mut destinations: Vec<Destination> = Vec::new();
    for path in paths {
        let destination = Destination::of(path)?;
        if guarded.iter().any(|guarded| destination.is_in(guarded)) {
            return Err(refused(
                path,
                "a run reads or derives this file; use another one",
            ));
        }
        if destinations
            .iter()
            .any(|other| other.real == destination.real)
        {
            return Err(refused(
                path,
                "another report goes there; use one file for each",
            ));
        }
        destinations.push(destination);
    }
    Ok(destinations)
}

impl Destination {
    /// Takes the format from the ending of the name.
    fn of(path: &Path) -> Result<Destination> {
        let format = format_of(path).ok_or_else(|| {
            refused(
                path,
                "its name has no known extension; use .txt, .md or .json",
            )
        })?;
        let real = real(path).map_err(|cause| cannot_write(path, &cause))?;
        if fs::metadata(&real).is_ok_and(|found| !found.is_file()) {
            return Err(refused(path, "this is not a file; pass a file"));
        }
        let destination = Destination {
            path: path.to_owned(),
            real,
            format,
        };
        let trial = NamedTempFile::new_in(destination.folder());
        trial.map_err(|cause| cannot_write(path, &cause))?;
        Ok(destination)
    }

    fn is_in(&self, guarded: &Path) -> bool {
        real(guarded).is_ok_and(|guarded| self.real.starts_with(guarded))
    }

    fn folder(&self) -> &Path {
        self.real.parent().unwrap_or(&self.real)
    }

    /// Replaces what is there by the whole report.
    pub(crate) fn write(&self, report: &Report) -> Result<()> {
        let text = report.render(self.format);
        let written = NamedTempFile::new_in(self.folder()).and_then(|mut staged| {
            staged.write_all(text.as_bytes())?;
            staged.persist(&self.real).map_err(|failed| failed.error)
        });
        written.map_err(|cause| cannot_write(&self.path, &cause))?;
        Ok(())
    }
}

/// Resolves a path, even if there is no file yet. Fails for a link whose target is missing.
fn real(path: &Path) -> io::Result<PathBuf> {
    if fs::symlink_metadata(path).is_ok() {
        return fs::canonicalize(path);
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new(format!(
        "cannot write a report to {}: {why}",
        path.display()
    ))
}

fn cannot_write(path: &Path, cause: &io::Error) -> Error {
    let what = format!("cannot write the report {}", path.display());
    Error::because(what, cause, "use a file in a folder that is writable")
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension().and_then(OsStr::to_str)? {
        "txt" => Some(Format::Text),
        "md" => Some(Format::Markdown),
        "json" => Some(Format::Json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused_with(path: &Path, guarded: &[PathBuf], part: &str) {
        let sentence = destinations(&[path.to_owned()], guarded)
            .unwrap_err()
            .to_string();
        assert!(sentence.contains(part), "{sentence}");
    }

    #[test]
    fn an_unusable_report_path_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        fs::create_dir(inside("folder.md")).unwrap();
        refused_with(&inside("report"), &[], "its name has no known extension");
        refused_with(&inside("missing/report.md"), &[], "cannot write the report");
        refused_with(&inside("folder.md"), &[], "this is not a file");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn an_unwritable_folder_is_reported_at_once() {
        // No user can create a file there, not even root.
        refused_with(Path::new("/proc/report.md"), &[], "is writable");
    }

    #[test]
    fn a_report_cannot_replace_a_file_that_a_run_needs() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        fs::create_dir(inside("staged")).unwrap();
        fs::write(inside("there.json"), "{}").unwrap();
        let guarded = ["there.json", "new.txt", "staged", "gone/a.md"].map(inside);
        for name in [
            "there.json",
            "staged/../there.json",
            "new.txt",
            "staged/new.json",
        ] {
            refused_with(&inside(name), &guarded, "reads or derives this file");
        }
        let others = ["stagedly.txt", "there.md"].map(inside);
        assert_eq!(destinations(&others, &guarded).unwrap().len(), 2);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn two_reports_need_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let twice = ["a.md", "../a.md"].map(|name| folder.path().join("in").join(name));
        fs::create_dir(folder.path().join("in")).unwrap();
        destinations(&twice, &[]).unwrap();
        let twice = ["in/a.md", "in/../in/a.md"].map(|name| folder.path().join(name));
        let sentence = destinations(&twice, &[]).unwrap_err().to_string();
        assert!(sentence.contains("another report goes there"), "{sentence}");
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_before_a_path_is_checked() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        let link =
            |to: &str, name: &str| std::os::unix::fs::symlink(inside(to), inside(name)).unwrap();
        fs::write(inside("needed.txt"), "it").unwrap();
        fs::write(inside("free.txt"), "it").unwrap();
        link("needed.txt", "link.md");
        link("gone.txt", "nowhere.md");
        link("free.txt", "free.md");
        let guarded = [inside("needed.txt")];
        refused_with(&inside("link.md"), &guarded, "reads or derives this file");
        refused_with(&inside("nowhere.md"), &guarded, "cannot write the report");
        let both = ["free.txt", "free.md"].map(inside);
        let sentence = destinations(&both, &guarded).unwrap_err().to_string();
        assert!(sentence.contains("another report goes there"), "{sentence}");
        let report = Report::unverified(
            crate::report::Baseline::Document("old".to_owned()),
            "new".to_owned(),
            Vec::new(),
        );
        destinations(&both[1..], &guarded).unwrap()[0]
            .write(&report)
            .unwrap();
        let written = fs::read_to_string(inside("free.txt")).unwrap();
        assert!(written.starts_with("## API drift"), "{written}");
        assert!(
            fs::symlink_metadata(inside("free.md"))
                .unwrap()
                .is_symlink()
        );
    }
}
