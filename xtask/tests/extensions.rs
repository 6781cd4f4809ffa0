//! The extension keys that the build script of `opentrain-api` knows are those of the preparation.

#[path = "../../crates/opentrain-api/build/extensions.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod build_script;

use std::collections::BTreeSet;

use openapi_for_progenitor::extensions::{self, opentrain};

#[test]
fn the_build_script_knows_each_extension_and_no_other() {
    let known: BTreeSet<&str> = build_script::ALL.into_iter().collect();
    assert_eq!(known, opentrain::ALL.iter().copied().collect());
    assert_eq!(build_script::PREFIX, opentrain::PREFIX);
    let keys = extensions::ALL
        .iter()
        .map(|name| extensions::key(opentrain::PREFIX, name));
    assert_eq!(keys.collect::<Vec<_>>(), opentrain::ALL);
}
