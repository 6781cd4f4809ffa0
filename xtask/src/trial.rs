//! `cargo xtask trial`: compiles the client with each of many served documents, in a copy of the workspace.
//!
//! The copy lies in the target folder, and `cargo xtask regen --from DOCUMENT` runs on it. The workspace itself stays as it is.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::flags::Trial;
use crate::regen::Outcome;
use crate::stale_files;
use crate::workspace::DERIVED;
use openapi_canonical::json;
use openapi_canonical::{Error, Result};

/// The documents that are tried if none is named.
const DOCUMENTS: &str = "xtask/tests/documents";

/// Folders that the copy does not need, from the root of the workspace.
const NOT_COPIED: [&str; 2] = ["target", "xtask/tests"];

/// Tries each document and prints a line for it as soon as its result is known.
pub(crate) fn run(flags: &Trial) -> Result<Outcome> {
    let root = flags.root();
    let documents = documents(&root, &flags.documents)?;
    let target = target_folder(&root);
    let copy = target.join("trial");
    copy_workspace(&root, &copy)?;
    let report = target.join("trial.json");
    let mut failed = 0;
    for (index, document) in documents.iter().enumerate() {
        copy_derived(&root, &copy)?;
        remove_if_there(&report)?;
        let start = Instant::now();
        let output = regen(&copy, &target, &report, document)?;
        let number = format!("[{}/{}]", index + 1, documents.len());
        println!("{number} {}", line(document, &output, start.elapsed()));
        if !output.status.success() {
            failed += 1;
            print!("{}", failures(&output, &report)?);
        }
    }
    let passed = documents.len() - failed;
    println!("compiled: {passed} of {}", documents.len());
    Ok(if failed == 0 {
        Outcome::Unchanged
    } else {
        Outcome::Broken
    })
}

/// Returns the named documents, or those of the tests, sorted by name.
fn documents(root: &Path, named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let absolute =
        |path: &PathBuf| std::path::absolute(path).map_err(|cause| failed("find", path, &cause));
    if !named.is_empty() {
        return named.iter().map(absolute).collect();
    }
    let mut documents = entries(&root.join(DOCUMENTS))?;
    documents.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    documents.sort();
    Ok(documents)
}

/// Returns the target folder of the workspace, so that dependencies are compiled once.
fn target_folder(root: &Path) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    std::path::absolute(&target).unwrap_or(target)
}

fn regen(copy: &Path, target: &Path, report: &Path, document: &Path) -> Result<Output> {
    let program = std::env::current_exe();
    let program = program.map_err(|cause| {
        Error::because("cannot find this program", &cause, "run it by its path")
    })?;
    let mut command = Command::new(&program);
    command
        .args(["regen".as_ref(), "--root".as_ref(), copy.as_os_str()])
        .args(["--from".as_ref(), document.as_os_str()])
        .args(["--report".as_ref(), report.as_os_str()])
        .env("CARGO_TARGET_DIR", target);
    command
        .output()
        .map_err(|cause| failed("run", &program, &cause))
}

fn line(document: &Path, output: &Output, time: Duration) -> String {
    let name = document.file_name().unwrap_or(document.as_os_str());
    let result = match output.status.code() {
        Some(0) => "compiles",
        Some(1) => "FAILS",
        _ => "REFUSED",
    };
    let name = name.to_string_lossy();
    format!("{result:<9} {:>4} s  {name}", time.as_secs())
}

/// Returns the compiler's errors, each below the change that explains it. If the report has no result of the compilation,
/// returns the standard error of `regen`.
fn failures(output: &Output, report: &Path) -> Result<String> {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let Some(text) = stale_files::read_if_there(report)? else {
        return Ok(error);
    };
    let report = json::parse(&text)
        .map_err(|cause| Error::because("cannot read the report", &cause, "look at its file"))?;
    let mut text = explained(&report);
    if text.is_empty() {
        text = error;
    }
    Ok(text)
}

fn explained(report: &Value) -> String {
    let mut text = String::new();
    let changes = report["changes"].as_array().into_iter().flatten();
    for change in changes {
        let title =
            [&change["location"], &change["what"]].map(|part| part.as_str().unwrap_or_default());
        add_failures(&mut text, &title.join(": "), &change["failures"]);
    }
    add_failures(&mut text, "explained by no change", &report["failures"]);
    text
}

fn add_failures(text: &mut String, title: &str, failures: &Value) {
    let failures = failures.as_array().filter(|failures| !failures.is_empty());
    let Some(failures) = failures else { return };
    let _infallible = writeln!(text, "  {title}");
    for failure in failures {
        let _infallible = writeln!(text, "    {}", failure.as_str().unwrap_or_default());
    }
}

/// Makes the copy equal to the workspace. Files that did not change stay, so that cargo does not compile them again.
fn copy_workspace(root: &Path, copy: &Path) -> Result<()> {
    copy_folder(root, root, copy)
}

fn copy_folder(root: &Path, folder: &Path, copy: &Path) -> Result<()> {
    let is_skipped = |path: &Path| {
        let inside = path.strip_prefix(root).unwrap_or(path);
        let is_hidden = inside
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // The folder that the copy is in would be copied without end.
        let holds_copy = copy.starts_with(path);
        is_hidden || holds_copy || NOT_COPIED.iter().any(|folder| inside == Path::new(folder))
    };
    fs::create_dir_all(copy).map_err(|cause| failed("make", copy, &cause))?;
    let mut names = Vec::new();
    for path in entries(folder)? {
        let Some(name) = path.file_name().filter(|_| !is_skipped(&path)) else {
            continue;
        };
        names.push(name.to_owned());
        if path.is_dir() {
            copy_folder(root, &path, &copy.join(name))?;
        } else {
            copy_file(&path, &copy.join(name))?;
        }
    }
    remove_others(copy, &names)
}

/// Removes files of an earlier copy that the workspace no longer has. They would be compiled, or hide that one is missing.
fn remove_others(copy: &Path, names: &[OsString]) -> Result<()> {
    for path in entries(copy)? {
        let is_known = path
            .file_name()
            .is_some_and(|name| names.iter().any(|known| known == name));
        if is_known {
            continue;
        }
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|cause| failed("remove", &path, &cause))?;
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read(from).map_err(|cause| failed("read", from, &cause))?;
    if fs::read(to).is_ok_and(|found| found == text) {
        return Ok(());
    }
    fs::write(to, text).map_err(|cause| failed("write", to, &cause))
}

fn remove_if_there(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    fs::remove_file(path).map_err(|cause| failed("remove", path, &cause))
}

/// Copies the derived files, so that each document is compared with those of the workspace.
fn copy_derived(root: &Path, copy: &Path) -> Result<()> {
    for path in DERIVED {
        let (from, to) = (root.join(path), copy.join(path));
        if from.exists() {
            copy_file(&from, &to)?;
        } else {
            remove_if_there(&to)?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<Vec<_>>>()
    });
    listed.map_err(|cause| failed("read", folder, &cause))
}

fn failed(what: &str, path: &Path, cause: &std::io::Error) -> Error {
    let remedy = "look at that path, then run this again";
    Error::because(format!("cannot {what} {}", path.display()), cause, remedy)
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use serde_json::json;

    use super::*;

    #[test]
    fn the_error_is_printed_unless_the_report_has_the_failures() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.json");
        let output = Output {
            status: ExitStatus::default(),
            stdout: Vec::new(),
            stderr: b"error: killed\n".to_vec(),
        };
        let change = json!({"location": "GET /a", "what": "gone", "failures": ["a.rs:1"]});
        for (written, text) in [
            (None, "error: killed\n"),
            (
                Some(json!({"verification": "unknown", "changes": [], "failures": []})),
                "error: killed\n",
            ),
            (
                Some(
                    json!({"verification": "unknown", "changes": [{"location": "GET /a", "what": "gone", "failures": []}]}),
                ),
                "error: killed\n",
            ),
            (
                Some(
                    json!({"verification": "failed", "changes": [change], "failures": ["b.rs:2"]}),
                ),
                "  GET /a: gone\n    a.rs:1\n  explained by no change\n    b.rs:2\n",
            ),
        ] {
            if let Some(written) = written {
                fs::write(&report, written.to_string()).unwrap();
            }
            assert_eq!(failures(&output, &report).unwrap(), text);
        }
    }
}
