//! An OpenAPI document of any version as a 3.0.3 document, with the meaning kept.
//!
//! Everything after this knows 3.0 only. What a keyword means decides how it is rewritten, not the version that the document
//! gives itself: generators write newer spellings under older versions. Only siblings of `$ref` go by the version. What 3.0 cannot say is left out, and each such place is told. Data (examples,
//! defaults, constants, extensions) is never read as a schema, and a property called like a keyword is a property.

mod beyond;
mod choices;
mod constants;
mod hoist;
mod impossible;
mod left_out;
mod newest;
mod outline;
mod place;
mod relative;
mod schema;
mod types;
mod values;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

pub use constants::kind_of;
pub use left_out::is_always_met;

use crate::dangling;
use crate::document;
use crate::error::Result;
use crate::losses::Rewrites;

/// The version that everything after this knows.
const VERSION: &str = "3.0.3";

/// The document in its 3.0 form. What needs a reference that leads nowhere is left out. `place` is what sentences call it.
pub fn convert(document: Value, place: &str) -> Result<(Value, Rewrites)> {
    let mut rewrites = Rewrites {
        beyond: beyond::gather(&document),
        ..Rewrites::default()
    };
    let mut source = document;
    drop_root_reference(&mut source, &mut rewrites);
    relative::make_absolute(&mut source, &mut rewrites);
    dangling::take_out(&mut source, &mut rewrites.left_out);
    let unresolved = rewrites.left_out.iter();
    rewrites.unresolved = unresolved
        .map(|left_out| left_out.pointer.clone())
        .collect();
    document::check_references(&source, place)?;
    let mut converted = source.clone();
    newest::drop(&mut converted, &mut rewrites);
    outline::simplify(&mut converted, &mut rewrites);
    outline::for_each_root(&mut converted, &mut |root, pointer| {
        schema::convert(root, pointer, &source, &mut rewrites);
    });
    hoist::hoist(&mut converted, &source, &mut rewrites);
    converted["openapi"] = json!(VERSION);
    Ok((converted, rewrites))
}

/// Drops a reference in the place of the whole document: OpenAPI has none there, and what stands beside it is the document.
fn drop_root_reference(document: &mut Value, rewrites: &mut Rewrites) {
    let members = document.as_object_mut();
    if members.is_some_and(|members| members.remove("$ref").is_some()) {
        rewrites.leave_out("/$ref", "the reference in the place of the whole document");
    }
}
