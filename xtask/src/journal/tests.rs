//! Tests of runs that end early.

use std::collections::BTreeMap;

use super::commit_record::COMMIT_RECORD;
use super::*;
use crate::stale_files::{File as Wanted, stale};

const PATHS: [&str; 3] = ["a.txt", "b.txt", "c.txt"];

/// Returns a workspace in which `a.txt` is missing, and its wanted content.
fn workspace() -> (tempfile::TempDir, Vec<Wanted>) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("spec")).unwrap();
    fs::write(root.path().join(LOCKED), "{}").unwrap();
    for path in &PATHS[1..] {
        fs::write(root.path().join(path), format!("old {path}\r\n")).unwrap();
    }
    let wanted = PATHS.map(|path| Wanted {
        path,
        text: format!("new {path}\n"),
    });
    (root, wanted.into())
}

/// Returns the content of every file and folder but the locked one.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
            found.insert(path.display().to_string(), "a folder".to_owned());
        } else {
            let text = fs::read_to_string(&path).unwrap();
            found.insert(path.display().to_string(), text);
        }
    }
    found
}

fn replace(root: &Path, wanted: &[Wanted]) -> Result<()> {
    let stale = stale(root, wanted)?;
    WorkspaceLock::take(root, KillPoints::Off)?.replace(&stale)
}

/// Runs until so many files are replaced, and ends there.
fn killed_after(root: &Path, wanted: &[Wanted], count: usize) {
    let stale = stale(root, wanted).unwrap();
    declare(root, &stale, KillPoints::Off).unwrap();
    rename_all(root, &stale[..count], KillPoints::Off).unwrap();
}

#[test]
fn all_are_replaced_and_nothing_else_is_left() {
    let (root, wanted) = workspace();
    replace(root.path(), &wanted).unwrap();
    for path in PATHS {
        let text = fs::read_to_string(root.path().join(path)).unwrap();
        assert_eq!(text, format!("new {path}\n"));
    }
    assert_eq!(contents(root.path()).len(), 5);
}

#[test]
fn a_file_that_cannot_be_replaced_puts_everything_back() {
    let (root, wanted) = workspace();
    let stale = stale(root.path(), &wanted).unwrap();
    // Seen as missing, there by now: a folder that no file can take the place of.
    fs::remove_file(root.path().join("c.txt")).unwrap();
    fs::create_dir_all(root.path().join("c.txt/in")).unwrap();
    let before = contents(root.path());
    let lock = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
    let sentence = lock.replace(&stale).unwrap_err().to_string();
    assert!(
        sentence.starts_with("cannot write c.txt: ")
            && sentence.ends_with("; everything else is as it was"),
        "{sentence}"
    );
    assert_eq!(contents(root.path()), before);
}

#[test]
fn a_staging_that_fails_leaves_nothing_behind() {
    let (root, mut wanted) = workspace();
    wanted[2].path = "missing/c.txt";
    let before = contents(root.path());
    let sentence = replace(root.path(), &wanted).unwrap_err().to_string();
    assert!(
        sentence.contains("missing") && sentence.ends_with("nothing was changed"),
        "{sentence}"
    );
    assert_eq!(contents(root.path()), before);
}

#[test]
fn an_interrupted_run_is_rolled_back_and_a_complete_one_stays() {
    for count in 0..=3 {
        let (root, wanted) = workspace();
        let before = contents(root.path());
        killed_after(root.path(), &wanted, count);
        let expected = if count == 3 { &[] } else { &PATHS[..count] };
        assert_eq!(interrupted(root.path()).unwrap(), expected);
        let lock = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
        assert_eq!(lock.restored, expected);
        let is_old = contents(root.path()) == before;
        assert_eq!(is_old, count < 3, "after {count}");
        assert!(!root.path().join(FOLDER).exists());
    }
}

#[test]
fn a_file_that_another_process_changed_meanwhile_is_not_restored() {
    let (root, wanted) = workspace();
    killed_after(root.path(), &wanted, 2);
    fs::write(root.path().join("b.txt"), "by hand").unwrap();
    fs::write(root.path().join("c.txt"), "by hand").unwrap();
    let lock = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
    assert_eq!(lock.restored, ["a.txt"]);
    assert!(!root.path().join("a.txt").exists());
    for path in &PATHS[1..] {
        let text = fs::read_to_string(root.path().join(path)).unwrap();
        assert_eq!(text, "by hand");
    }
}

#[test]
fn an_intent_that_is_none_is_not_followed() {
    for (text, sentence) in [
        ("[", "cannot read"),
        (
            r#"[{"path": "../a.txt", "written": "", "existed": false}]"#,
            "outside of the workspace",
        ),
        (
            r#"[{"path": "/a.txt", "written": "", "existed": false}]"#,
            "outside of the workspace",
        ),
    ] {
        let (root, wanted) = workspace();
        fs::create_dir(root.path().join(FOLDER)).unwrap();
        fs::write(root.path().join(FOLDER).join(COMMIT_RECORD), text).unwrap();
        let before = contents(root.path());
        let error = replace(root.path(), &wanted).unwrap_err().to_string();
        assert!(
            error.contains(sentence) && error.ends_with("delete the folder spec/.regen"),
            "{error}"
        );
        assert_eq!(contents(root.path()), before);
    }
}

#[test]
fn one_writes_at_a_time() {
    let (root, wanted) = workspace();
    let first = WorkspaceLock::take(root.path(), KillPoints::Off).unwrap();
    for second in [
        replace(root.path(), &wanted),
        interrupted(root.path()).map(drop),
    ] {
        let sentence = second.unwrap_err().to_string();
        assert!(sentence.contains("is writing here"), "{sentence}");
    }
    drop(first);
    replace(root.path(), &wanted).unwrap();
}
