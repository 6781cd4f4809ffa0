//! The programs that are weighed: the smallest ones that make a call.

use std::fs;
use std::path::Path;

use super::failed;
use openapi_canonical::Result;

/// Program in a package of its own.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Lines of the manifest below `[dependencies]`; `{root}` stands for the workspace of this command.
    dependencies: &'static str,
    source: &'static str,
}

/// Runtime of all programs, as a line of their manifests.
const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt-multi-thread"] }"#;

/// Programs, ours first. The others have the features that their own first example asks for.
pub(super) const PROGRAMS: [Program; 4] = [
    Program {
        name: "opentrain",
        dependencies: r#"opentrain = { path = "{root}/crates/opentrain" }"#,
        source: include_str!("../../weight/opentrain.rs"),
    },
    Program {
        name: "reqwest-serde",
        dependencies: "reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"rustls\"] }\n\
            serde = { version = \"1\", features = [\"derive\"] }",
        source: include_str!("../../weight/reqwest_serde.rs"),
    },
    Program {
        name: "octocrab",
        dependencies: r#"octocrab = "0.49""#,
        source: include_str!("../../weight/octocrab.rs"),
    },
    Program {
        name: "async-stripe",
        dependencies: r#"async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }"#,
        source: include_str!("../../weight/async_stripe.rs"),
    },
];

impl Program {
    pub(super) fn name(&self) -> String {
        self.name.to_owned()
    }

    pub(super) fn is_ours(&self) -> bool {
        self.dependencies.contains("{root}")
    }

    /// Writes the package into a folder.
    pub(super) fn write(&self, folder: &Path, root: &Path) -> Result<()> {
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text).map_err(|cause| failed("write a package", &cause))
        };
        fs::create_dir_all(folder.join("src")).map_err(|cause| failed("make a folder", &cause))?;
        write("Cargo.toml", &self.manifest(root))?;
        write("src/main.rs", self.source)?;
        if self.is_ours() {
            // The versions that this workspace is tested with.
            let lock = fs::read_to_string(root.join("Cargo.lock"))
                .map_err(|cause| failed("read `Cargo.lock`", &cause))?;
            write("Cargo.lock", &lock)?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::PROGRAMS;

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
