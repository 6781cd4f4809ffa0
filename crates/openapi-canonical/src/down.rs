//! Down conversion of an OpenAPI document of any version to 3.0.3, with the meaning kept.
//!
//! All later code supports 3.0 only. The meaning of a keyword decides its rewrite, not the version of the document,
//! since generators emit newer keywords under older versions. Only siblings of `$ref` depend on the version. Keywords
//! without an equivalent in 3.0 are dropped and reported. Data (examples, defaults, constants, extensions) is never
//! read as a schema, and a property with the name of a keyword is a property.

mod choices;
mod constants;
mod conversion;
mod dropped;
mod hoist;
mod impossible;
mod newest;
mod not_comparable;
mod outline;
mod relative;
mod schema;
mod types;
mod values;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

pub use constants::kind_of;
pub use dropped::is_always_met;
pub use impossible::is_anything;

use crate::dangling;
use crate::document;
use crate::error::Result;
use crate::locations;
use crate::losses::Rewrites;
use impossible::Impossible;

/// Version of converted documents; all later code supports only this one.
const VERSION: &str = "3.0.3";

/// Converts the document to its 3.0 form. Parts that need an unresolvable reference are dropped. `place` is the
/// document's name in error messages.
pub fn convert(document: Value, place: &str) -> Result<(Value, Rewrites)> {
    let mut rewrites = Rewrites {
        not_comparable: not_comparable::collect(&document),
        ..Rewrites::default()
    };
    let mut source = document;
    drop_root_reference(&mut source, &mut rewrites);
    relative::make_absolute(&mut source, &mut rewrites);
    dangling::remove(&mut source, &mut rewrites.losses);
    let unresolved = rewrites.losses.iter();
    rewrites.unresolved = unresolved.map(|loss| loss.pointer.clone()).collect();
    document::check_references(&source, place)?;
    let mut converted = source.clone();
    newest::drop(&mut converted, &mut rewrites);
    outline::simplify(&mut converted, &mut rewrites);
    let impossible = Impossible::of(&source);
    locations::for_each_root(&mut converted, &mut |location, root| {
        schema::convert(
            root,
            &location.pointer(),
            &source,
            &impossible,
            &mut rewrites,
        );
    });
    hoist::hoist(&mut converted, &source, &impossible, &mut rewrites);
    converted["openapi"] = json!(VERSION);
    Ok((converted, rewrites))
}

/// Drops a `$ref` at the root of the document: OpenAPI has none there, and its siblings are the document.
fn drop_root_reference(document: &mut Value, rewrites: &mut Rewrites) {
    let members = document.as_object_mut();
    if members.is_some_and(|members| members.remove("$ref").is_some()) {
        rewrites.drop_part("/$ref", "the reference in the place of the whole document");
    }
}
