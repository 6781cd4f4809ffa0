//! A run that is killed leaves the tree as it was, or the next one does.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::mpsc;

use serde_json::json;

use crate::documents;
use crate::server::Server;
use crate::workspace::{DERIVED, Workspace};

type Files = BTreeMap<String, String>;

/// End of a run that a test kills before one of its steps.
#[derive(Debug)]
enum End {
    Killed {
        before: String,
    },
    /// The run has fewer steps.
    Done(Vec<String>),
}

/// Lets so many steps of a run happen, and kills it before the next one.
fn kill_after(workspace: &Workspace, arguments: &[&str], steps: usize) -> End {
    let mut command = workspace.command(&[arguments, &["--stepwise"]].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let mut input = input.unwrap();
    let mut seen = Vec::new();
    for line in BufReader::new(output.unwrap()).lines() {
        let line = line.unwrap();
        let Some(step) = line.strip_prefix("step: ") else {
            continue;
        };
        if seen.len() == steps {
            kill(&mut child);
            return End::Killed {
                before: step.to_owned(),
            };
        }
        seen.push(step.to_owned());
        input.write_all(b"\n").unwrap();
    }
    assert!(child.wait().unwrap().success(), "{seen:#?}");
    End::Done(seen)
}

/// Kills a process with a signal that it cannot handle.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Returns all files but the commit record, without the parts that differ at every fetch.
fn tree(workspace: &Workspace) -> Files {
    let mut files = workspace.everything();
    files.retain(|path, _| !path.starts_with("spec/.regen/"));
    for text in files.values_mut() {
        let lines = text.lines();
        let same = lines.filter(|line| !line.contains("fetched_at") && !line.contains("lock_sha"));
        *text = same.map(|line| format!("{line}\n")).collect();
    }
    files
}

/// A run from one state of the tree to another.
struct Change {
    from: Workspace,
    arguments: Vec<String>,
    old: Files,
    new: Files,
    /// Server that responds until it is dropped.
    _server: Option<Server>,
}

impl Change {
    fn new(from: Workspace, arguments: &[&str], server: Option<Server>) -> Change {
        let done = from.copy();
        done.regen(arguments).expect_code(0);
        let (old, new) = (tree(&from), tree(&done));
        assert_ne!(old, new, "there is something to write");
        Change {
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            from,
            old,
            new,
            _server: server,
        }
    }

    /// Returns the first run, in a tree that has only the hand-written documents.
    fn first() -> Change {
        Change::new(Workspace::new(), &["--offline"], None)
    }

    /// Returns the change from one served document to another.
    fn of_the_served() -> Change {
        let old = documents::plain(&documents::documented());
        let mut new = old.clone();
        new["components"]["schemas"]["Job"]["properties"]["headline"] = json!({"type": "string"});
        let server = Server::of(&new.to_string(), "\"v2\"");
        let url = server.url();
        Change::new(Workspace::served(&old), &["--url", &url], Some(server))
    }

    fn arguments(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    /// Kills a run after the given number of steps and returns its tree; `None` if the run has fewer steps.
    fn killed_after(&self, steps: usize) -> Option<(Workspace, String)> {
        let workspace = self.from.copy();
        match kill_after(&workspace, &self.arguments(), steps) {
            End::Killed { before } => Some((workspace, before)),
            End::Done(_) => None,
        }
    }

    fn all_killed(&self) -> impl Iterator<Item = (Workspace, String)> {
        (0..).map_while(|steps| self.killed_after(steps))
    }

    /// True if the tree is wholly old or wholly new.
    fn is_whole(&self, workspace: &Workspace) -> bool {
        [&self.old, &self.new].contains(&&tree(workspace))
    }
}

/// Fails if files meant for the next run are left.
#[track_caller]
fn assert_no_litter(workspace: &Workspace, before: &str) {
    assert!(!workspace.path("spec/.regen").exists(), "{before}");
}

#[test]
fn repeating_an_interrupted_command_has_the_result_of_an_uninterrupted_one() {
    for change in [Change::first(), Change::of_the_served()] {
        for (workspace, before) in change.all_killed() {
            workspace.regen(&change.arguments()).expect_code(0);
            assert_eq!(tree(&workspace), change.new, "{before}");
            assert_no_litter(&workspace, &before);
        }
    }
}

#[test]
fn every_run_first_rolls_back_an_interrupted_one() {
    let change = Change::of_the_served();
    for (workspace, before) in change.all_killed() {
        workspace.regen(&["--offline"]).expect_code(0);
        assert!(change.is_whole(&workspace), "{before}");
        assert_no_litter(&workspace, &before);
        workspace.regen(&["--offline", "--check"]).expect_code(0);
    }
}

#[test]
fn a_run_that_then_fails_rolls_back_first_too() {
    let change = Change::of_the_served();
    let nowhere = Server::responding("503 Service Unavailable", &[], "");
    for (workspace, before) in change.all_killed() {
        workspace.regen(&["--url", &nowhere.url()]).expect_code(2);
        assert!(change.is_whole(&workspace), "{before}");
        assert_no_litter(&workspace, &before);
    }
}

#[test]
fn a_check_reports_an_interrupted_run_and_changes_no_file() {
    let change = Change::of_the_served();
    let mut interrupted = 0;
    for (workspace, before) in change.all_killed() {
        let found = workspace.everything();
        let run = workspace.regen(&["--offline", "--check"]);
        if change.is_whole(&workspace) {
            run.expect_code(0);
        } else {
            run.expect_stale(&[
                "an earlier run was interrupted after it had replaced spec/openapi.json",
                "run `cargo xtask regen --offline` to roll it back",
            ]);
            interrupted += 1;
        }
        assert_eq!(workspace.everything(), found, "{before}");
    }
    // Of six files that are replaced one after the other, the first to the fifth, as far as they differ.
    assert!(interrupted >= 3, "{interrupted}");
}

#[test]
fn an_interrupted_roll_back_is_continued() {
    let change = Change::of_the_served();
    for (workspace, before) in change.all_killed() {
        if change.is_whole(&workspace) {
            continue;
        }
        for steps in 0.. {
            let again = workspace.copy();
            let End::Killed { before: next } = kill_after(&again, &["--offline"], steps) else {
                break;
            };
            again.regen(&["--offline"]).expect_code(0);
            assert_eq!(tree(&again), change.old, "{before}, then {next}");
            assert_no_litter(&again, &next);
        }
    }
}

#[test]
fn every_step_has_a_kill_point() {
    let workspace = Workspace::new();
    workspace.regen(&["--offline"]).expect_code(0);
    for path in &DERIVED[1..3] {
        std::fs::remove_file(workspace.path(path)).unwrap();
    }
    workspace.edit("crates/opentrain-api/agent.json", "Agent", "Other");
    let End::Done(steps) = kill_after(&workspace, &["--offline"], usize::MAX) else {
        unreachable!("no run has so many steps");
    };
    insta::assert_snapshot!(steps.join("\n"));
}

/// Starts a server that sends the beginning of a response and then stalls. The receiver is notified after the beginning.
fn stalling(beginning: &'static str) -> (Server, mpsc::Receiver<()>) {
    let (stalled, stalls) = mpsc::channel();
    let stalled = Mutex::new(stalled);
    let server = Server::new(move |_, stream| {
        stream.write_all(beginning.as_bytes()).unwrap();
        stalled.lock().unwrap().send(()).unwrap();
        // Until the other end is gone, which is when it was killed.
        let _gone = std::io::copy(stream, &mut std::io::sink());
    });
    (server, stalls)
}

#[test]
fn a_kill_during_the_fetch_changes_no_file() {
    let workspace = Workspace::served(&documents::plain(&documents::documented()));
    let before = workspace.everything();
    for beginning in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"openapi\": \"3.0.3\", ",
    ] {
        let (server, stalls) = stalling(beginning);
        let mut child = workspace
            .command(&["--url", &server.url()])
            .spawn()
            .unwrap();
        stalls.recv().unwrap();
        kill(&mut child);
        assert_eq!(workspace.everything(), before, "{beginning}");
        assert!(!workspace.path("spec/.regen").exists());
    }
}
