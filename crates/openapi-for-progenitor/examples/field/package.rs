//! A package with the code that is generated of some documents, a module each, to be compiled.

use std::path::Path;

use fastrand::Rng;

use super::trial::{self, Trial};
use openapi_canonical::{Error, Result};

/// Manifest of the package: the dependencies of generated code.
const MANIFEST: &str = r#"[package]
name = "field-sample"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["serde", "std"] }
progenitor-client = "=0.15.1"
reqwest = { version = "0.13.4", default-features = false, features = ["form", "json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
uuid = { version = "1", features = ["serde"] }
"#;

/// Draws documents that were taken, and writes the package.
pub(super) fn write(
    package: &Path,
    folder: &Path,
    trials: &[Trial],
    sample: usize,
    seed: u64,
) -> Result<()> {
    let taken: Vec<&Trial> = trials.iter().filter(|trial| trial.is_taken()).collect();
    let drawn = drawn(taken.len(), sample, seed);
    let failed = |cause: std::io::Error| {
        Error::because(
            format!("cannot write the package {}", package.display()),
            &cause,
            "give a folder that is not there yet",
        )
    };
    std::fs::create_dir(package).map_err(failed)?;
    std::fs::create_dir(package.join("src")).map_err(failed)?;
    std::fs::write(package.join("Cargo.toml"), MANIFEST).map_err(failed)?;
    let mut modules = String::from("//! Generated code of documents that were drawn.\n");
    for (number, index) in drawn.into_iter().enumerate() {
        let name = &taken[index].name;
        let mut again = trial::run(folder, &folder.join(name), false);
        let Ok(code) = trial::end(&mut again, &folder.join(name), false) else {
            continue;
        };
        let module = format!("d{:04}", number + 1);
        let text = prettyplease::unparse(&code);
        std::fs::write(package.join(format!("src/{module}.rs")), text).map_err(failed)?;
        println!("{module}: {name}");
        modules.push_str(&format!(
            "/// {name}\n#[allow(warnings, clippy::all)]\npub mod {module};\n"
        ));
    }
    std::fs::write(package.join("src/lib.rs"), modules).map_err(failed)
}

/// Returns the indices to take: as many as wanted, by the seed alone; all of them for zero.
fn drawn(all: usize, wanted: usize, seed: u64) -> Vec<usize> {
    if wanted == 0 {
        return (0..all).collect();
    }
    let mut indices = Rng::with_seed(seed).choose_multiple(0..all, wanted);
    indices.sort_unstable();
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_and_none_twice() {
        let once = drawn(1000, 20, 7);
        assert_eq!(once, drawn(1000, 20, 7));
        assert_ne!(once, drawn(1000, 20, 8));
        assert!(once.len() == 20 && once.is_sorted_by(|one, other| one < other));
        assert_eq!(drawn(3, 20, 7), [0, 1, 2]);
        assert_eq!(drawn(3, 0, 7), [0, 1, 2]);
    }
}
