//! The README of openapi-for-progenitor shows the build script of this package.

#[test]
fn the_readme_shows_this_build_script() {
    let readme = include_str!("../../../crates/openapi-for-progenitor/README.md");
    let (_, script) = include_str!("../build.rs").split_once("\n\n").unwrap();
    assert!(readme.contains(script), "{readme}");
}
