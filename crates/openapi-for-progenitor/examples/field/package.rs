//! A package with the code that is generated of some documents, a module each, to be compiled.

use std::path::Path;

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

/// Which of so many to take: as many as are wanted, none twice, by the seed alone. All of them for zero.
fn drawn(all: usize, wanted: usize, seed: u64) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..all).collect();
    if wanted == 0 || wanted >= all {
        return indices;
    }
    let mut state = seed;
    for place in 0..wanted {
        let left = u64::try_from(all - place).unwrap_or(u64::MAX);
        let step = usize::try_from(next(&mut state) % left).unwrap_or_default();
        indices.swap(place, place + step);
    }
    indices.truncate(wanted);
    indices.sort_unstable();
    indices
}

/// The generator `SplitMix64`.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
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
