//! Random OpenAPI documents, and claims about all of them, for the property tests of the workspace.

mod chance;
mod documents;
mod property;
mod schemas;
mod shuffle;
mod smallest;

pub use chance::Chance;
pub use documents::{damaged, document, pointers};
pub use property::{DOCUMENTS, Verdict, for_all, for_so_many, number, same};
pub use schemas::MARK;
pub use shuffle::shuffle;
pub use smallest::part as smallest_part;
