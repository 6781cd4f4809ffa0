//! Folders of the machine, which no report names: where the workspace lies, and where cargo keeps its own.

use std::env;
use std::path::{Path, PathBuf};

/// Replacement for a folder that is not named.
const ELSEWHERE: &str = "…";

/// The folders, the longest first: what lies in one of them is named by the nearest.
#[derive(Debug)]
pub(super) struct Folders(Vec<Folder>);

#[derive(Debug)]
struct Folder {
    path: String,
    /// A path in the workspace is printed relative to it.
    is_root: bool,
}

impl Folders {
    /// Returns the folders whose paths cargo, the compiler or a build script may print.
    pub(super) fn of_machine(root: &Path) -> Folders {
        const VARIABLES: [&str; 5] = [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "HOME",
            "RUSTUP_HOME",
            "USERPROFILE",
        ];
        let variable = |name: &&str| env::var_os(name).map(PathBuf::from);
        let toolchain = env::var_os("CARGO").and_then(|cargo| {
            let folder = Path::new(&cargo).parent()?.parent()?;
            Some(folder.to_owned())
        });
        let others = VARIABLES.iter().filter_map(variable).chain(toolchain);
        Folders::of(root, others.chain([env::temp_dir()]))
    }

    pub(super) fn of(root: &Path, others: impl Iterator<Item = PathBuf>) -> Folders {
        let folder = |path: PathBuf, is_root| {
            // Where a link leads to is printed as well as the link.
            let real = path.canonicalize().ok();
            let both = [Some(path), real].into_iter().flatten();
            both.filter(|path| path.has_root() && path.parent().is_some())
                .map(move |path| Folder {
                    path: path.display().to_string(),
                    is_root,
                })
        };
        let mut folders: Vec<Folder> = folder(root.to_owned(), true).collect();
        folders.extend(others.flat_map(|path| folder(path, false)));
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.path.len()));
        Folders(folders)
    }

    /// Returns the text without the folders, and without the user and password of URLs.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        let text = without_user(text);
        self.0
            .iter()
            .fold(text, |text, folder| folder.hidden_in(&text))
    }
}

impl Folder {
    fn hidden_in(&self, text: &str) -> String {
        let mut printed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(&self.path) {
            let (before, found) = rest.split_at(start);
            let (found, after) = found.split_at(self.path.len());
            printed.push_str(before);
            if printed.ends_with(is_in_names) || after.starts_with(is_in_names) {
                printed.push_str(found);
                rest = after;
                continue;
            }
            let inside = after.strip_prefix(['/', '\\']);
            match inside.filter(|inside| self.is_root && !inside.is_empty()) {
                Some(inside) => rest = inside,
                None => {
                    printed.push_str(if self.is_root { "." } else { ELSEWHERE });
                    rest = after;
                }
            }
        }
        printed + rest
    }
}

/// True if the character can continue the name of a folder, which then only begins or ends like this one.
fn is_in_names(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '-'
}

/// `https://name:word@host` without the name and the word.
fn without_user(text: &str) -> String {
    let mut parts = text.split("://");
    let mut printed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_end = |character: char| character.is_whitespace() || "/`'\"?#".contains(character);
        let authority = part.split(is_end).next().unwrap_or_default();
        let user = authority.rfind('@').map_or(0, |at| at + 1);
        printed.push_str("://");
        printed.push_str(&part[user..]);
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_machine_are_not_printed() {
        let others = ["/home/ann", "/home/ann/.cargo", "/var/scratch"];
        let folders = Folders::of(
            Path::new("/home/ann/bakery"),
            others.iter().map(PathBuf::from),
        );
        for (text, printed) in [
            ("/home/ann/bakery/crates/a.rs:1", "crates/a.rs:1"),
            (
                "`a (/home/ann/bakery/crates/a)`, in /home/ann/bakery",
                "`a (crates/a)`, in .",
            ),
            ("in /home/ann/bakery/.", "in ."),
            ("/home/ann/.cargo/registry", "…/registry"),
            ("file:///var/scratch/x\\y", "file://…/x\\y"),
            ("/home/anna /srv/home/ann", "/home/anna /srv/home/ann"),
            ("paths./jobs/{id}", "paths./jobs/{id}"),
            (
                "https://me:word@host/a, http://host/@b",
                "https://host/a, http://host/@b",
            ),
        ] {
            assert_eq!(folders.hidden_in(text), printed);
        }
    }

    #[test]
    fn the_root_folder_is_not_hidden() {
        let folders = Folders::of(Path::new("/"), [PathBuf::from("relative")].into_iter());
        assert_eq!(folders.hidden_in("/jobs relative"), "/jobs relative");
    }
}
