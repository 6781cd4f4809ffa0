//! Test workspace that holds the two hand-written documents only, and runs of `xtask` on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::documents;

pub(crate) const PUBLIC: &str = "crates/opentrain-api/public.json";
pub(crate) const DOCUMENT: &str = "spec/openapi.json";
pub(crate) const SURFACE: &str = "spec/surface.txt";

/// Everything that is derived.
pub(crate) const DERIVED: [&str; 6] = [
    "spec/source.toml",
    DOCUMENT,
    SURFACE,
    "spec/divergence.txt",
    PUBLIC,
    "crates/opentrain-api/agent.json",
];

pub(crate) struct Workspace {
    folder: TempDir,
}

/// Result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

impl Workspace {
    /// Returns a workspace on the small documents of these tests.
    pub(crate) fn new() -> Workspace {
        Workspace::on(&documents::documented(), &documents::agent())
    }

    /// Returns a workspace of empty folders.
    fn empty() -> Workspace {
        let workspace = Workspace {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["spec", "crates/opentrain-api"] {
            fs::create_dir_all(workspace.path(folder)).unwrap();
        }
        workspace
    }

    pub(crate) fn on(documented: &Value, agent: &Value) -> Workspace {
        let workspace = Workspace::empty();
        workspace.write("spec/documented.json", &format!("{documented:#}\n"));
        workspace.write("spec/agent-auth.json", &format!("{agent:#}\n"));
        workspace
    }

    /// Returns a workspace whose document a server has sent.
    pub(crate) fn served(document: &Value) -> Workspace {
        let workspace = Workspace::new();
        workspace.take(document).expect_code(0);
        workspace
    }

    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    pub(crate) fn public(&self) -> Value {
        serde_json::from_str(&self.read(PUBLIC)).unwrap()
    }

    /// `public.json` without the origin, which is another for every served document.
    pub(crate) fn public_without_origin(&self) -> String {
        let mut document = self.public();
        document["info"]
            .as_object_mut()
            .unwrap()
            .remove("x-opentrain-source")
            .expect("the origin is recorded");
        format!("{document:#}")
    }

    /// Replaces one text in a file, which must hold it.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{from}` is not in {path}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Returns every file by its path, so that a test can say that none was touched.
    pub(crate) fn everything(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        let root = format!("{}/", self.folder.path().display());
        let inside = |path: String| path.strip_prefix(&root).unwrap().to_owned();
        files
            .into_iter()
            .map(|(path, text)| (inside(path), text))
            .collect()
    }

    /// Returns another workspace with the same files.
    pub(crate) fn copy(&self) -> Workspace {
        let copy = Workspace::empty();
        for (path, text) in self.everything() {
            fs::create_dir_all(copy.path(&path).parent().unwrap()).unwrap();
            copy.write(&path, &text);
        }
        copy
    }

    pub(crate) fn regen(&self, arguments: &[&str]) -> Run {
        finished(self.command(arguments))
    }

    /// `xtask regen` on this workspace, not yet run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let root = self.folder.path().to_str().unwrap();
        command(&[&["regen", "--root", root], arguments].concat())
    }

    /// Takes a document as the served one, by way of a file.
    pub(crate) fn take(&self, document: &Value) -> Run {
        self.take_text(&document.to_string())
    }

    pub(crate) fn take_text(&self, text: &str) -> Run {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        self.regen(&["--from", file.path().to_str().unwrap()])
    }
}

/// Runs `xtask`.
pub(crate) fn run(arguments: &[&str]) -> Run {
    finished(command(arguments))
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    // A proxy of the machine must not come between a test and its server.
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command
}

/// Runs a command to its end.
pub(crate) fn finished(mut command: Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run {
        code: output.status.code(),
        output: text(&output.stdout),
        error: text(&output.stderr),
    }
}

impl Run {
    #[track_caller]
    pub(crate) fn expect_code(&self, code: i32) -> &Run {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Expects exit code 1, and all of these parts in the output.
    #[track_caller]
    pub(crate) fn expect_stale(&self, parts: &[&str]) {
        self.expect_code(1);
        for part in parts {
            assert!(
                self.output.contains(part),
                "`{part}` is not said in {self:#?}"
            );
        }
    }

    /// Expects exit code 2, and all of these parts in one sentence.
    #[track_caller]
    pub(crate) fn expect_sentence(&self, parts: &[&str]) {
        self.expect_code(2);
        assert_eq!(self.error.trim_end().lines().count(), 1, "{self:#?}");
        for part in parts {
            assert!(
                self.error.contains(part),
                "`{part}` is not said in {self:#?}"
            );
        }
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            );
        }
    }
}
