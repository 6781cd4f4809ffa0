//! The programs that are weighed: the smallest ones that make a call.

use std::fs;
use std::path::Path;

use super::failed;
use openapi_canonical::{Error, Result};

/// Program in a package of its own.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Lines of the manifest below `[dependencies]`; `{root}` stands for the workspace of this command.
    dependencies: &'static str,
    source: &'static str,
    lock: Lock,
    /// Package whose version the table names.
    shown: &'static str,
}

/// Versions of everything that a program depends on.
enum Lock {
    /// Those that the workspace of this command is tested with.
    Workspace,
    /// Those of a lock file. Made with `cargo update` in the folder of the program, from the workspace's lock file.
    Own(&'static str),
}

/// Runtime of all programs, as a line of their manifests.
const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt-multi-thread"] }"#;

/// Programs, ours first. The others have the features that their own first example asks for.
pub(super) const PROGRAMS: [Program; 4] = [
    Program {
        name: "opentrain",
        dependencies: r#"opentrain = { path = "{root}/crates/opentrain" }"#,
        source: include_str!("../../weight/opentrain.rs"),
        lock: Lock::Workspace,
        shown: "opentrain",
    },
    Program {
        name: "reqwest-serde",
        dependencies: "reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"rustls\"] }\n\
            serde = { version = \"1\", features = [\"derive\"] }",
        source: include_str!("../../weight/reqwest_serde.rs"),
        lock: Lock::Workspace,
        shown: "reqwest",
    },
    Program {
        name: "octocrab",
        dependencies: r#"octocrab = "0.49""#,
        source: include_str!("../../weight/octocrab.rs"),
        lock: Lock::Own(include_str!("../../weight/octocrab.lock")),
        shown: "octocrab",
    },
    Program {
        name: "async-stripe",
        dependencies: r#"async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }"#,
        source: include_str!("../../weight/async_stripe.rs"),
        lock: Lock::Own(include_str!("../../weight/async_stripe.lock")),
        shown: "async-stripe",
    },
];

/// Returns the programs with these names, or all of them without a name.
pub(super) fn named(names: &[String]) -> Result<Vec<&'static Program>> {
    let is_known = |name: &&String| PROGRAMS.iter().any(|program| program.name == **name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        let known = PROGRAMS.map(|program| program.name).join(", ");
        return Err(Error::new(format!(
            "there is no program `{unknown}`, only: {known}"
        )));
    }
    let is_named =
        |program: &&Program| names.is_empty() || names.iter().any(|name| name == program.name);
    Ok(PROGRAMS.iter().filter(is_named).collect())
}

impl Program {
    pub(super) fn is_ours(&self) -> bool {
        self.dependencies.contains("{root}")
    }

    /// Returns the title in the table: the name, with the version of the package that the program is about.
    pub(super) fn title(&self, root: &Path) -> Result<String> {
        let lock = self.lock(root)?;
        let version = version(&lock, self.shown);
        Ok(format!("{} {}", self.name, version.unwrap_or_default()))
    }

    /// Writes the package into a folder.
    pub(super) fn write(&self, folder: &Path, root: &Path) -> Result<()> {
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text).map_err(|cause| failed("write a package", &cause))
        };
        fs::create_dir_all(folder.join("src")).map_err(|cause| failed("make a folder", &cause))?;
        write("Cargo.toml", &self.manifest(root))?;
        write("src/main.rs", self.source)?;
        write("Cargo.lock", &self.lock(root)?)
    }

    /// Returns the lock file. That of the workspace has more packages than the program needs, and not the program.
    fn lock(&self, root: &Path) -> Result<String> {
        match self.lock {
            Lock::Own(lock) => Ok(lock.to_owned()),
            Lock::Workspace => fs::read_to_string(root.join("Cargo.lock"))
                .map_err(|cause| failed("read `Cargo.lock`", &cause)),
        }
    }

    /// Returns the arguments with which cargo keeps the versions as they are. The lock file of the workspace must be cut down first,
    /// which keeps the versions too.
    pub(super) fn fetch(&self) -> &'static [&'static str] {
        match self.lock {
            Lock::Own(_) => &["fetch", "--locked"],
            Lock::Workspace => &["fetch"],
        }
    }

    /// Returns the manifest: profiles as cargo has them, but for the symbols of the finished program.
    fn manifest(&self, root: &Path) -> String {
        let root = root.to_string_lossy().replace('\\', "/");
        let dependencies = self.dependencies.replace("{root}", &root);
        format!(
            "[package]\nname = \"hello\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n{TOKIO}\n\n\
             [profile.release]\nstrip = true\n\n[workspace]\n"
        )
    }
}

/// Returns the version of a package in a lock file.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    Some(after.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Lock, PROGRAMS, named, version};

    #[test]
    fn an_unknown_name_is_refused_beside_known_ones() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            named(&names).map(|programs| programs.len())
        };
        assert_eq!(of(&[]).unwrap(), 4);
        assert_eq!(of(&["octocrab", "opentrain"]).unwrap(), 2);
        assert_eq!(
            of(&["octocrab", "octocat"]).unwrap_err().to_string(),
            "there is no program `octocat`, only: opentrain, reqwest-serde, octocrab, async-stripe"
        );
    }

    #[test]
    fn every_lock_file_of_a_program_has_its_packages() {
        for program in &PROGRAMS {
            let Lock::Own(lock) = program.lock else {
                continue;
            };
            assert!(version(lock, program.shown).is_some(), "{}", program.name);
            assert_eq!(version(lock, "hello"), Some("0.0.0"));
        }
    }

    #[test]
    fn every_manifest_is_toml_and_names_what_its_program_uses() {
        for program in &PROGRAMS {
            let manifest = program.manifest(Path::new("/w"));
            let manifest: toml::Table = manifest.parse().unwrap();
            let dependencies = manifest["dependencies"].as_table().unwrap();
            assert_eq!(manifest["package"]["name"].as_str(), Some("hello"));
            assert!(dependencies.contains_key("tokio"), "{}", program.name);
            assert!(
                program.source.contains("#[tokio::main]"),
                "{}",
                program.name
            );
            assert!(!program.manifest(Path::new("/w")).contains("{root}"));
        }
    }
}
