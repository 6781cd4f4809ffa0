//! Paths of the repository that the commands read and write.

use std::path::Path;

use crate::stale_files;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json;

pub(crate) const DOCUMENT: &str = "spec/openapi.json";
pub(crate) const LOCK: &str = "spec/source.toml";
pub(crate) const DOCUMENTED: &str = "spec/documented.json";
pub(crate) const AGENT: &str = "spec/agent-auth.json";
pub(crate) const PUBLIC_CLIENT: &str = "crates/opentrain-api/public.json";
pub(crate) const AGENT_CLIENT: &str = "crates/opentrain-api/agent.json";

pub(crate) const SURFACE: &str = "spec/surface.txt";
pub(crate) const DIVERGENCE: &str = "spec/divergence.txt";

/// Documents that are written by hand.
pub(crate) const HAND_WRITTEN: [&str; 2] = [DOCUMENTED, AGENT];

/// Files that are derived. The record of the source is written last, so that it never describes a file that is not there yet.
pub(crate) const DERIVED: [&str; 6] = [
    DOCUMENT,
    SURFACE,
    DIVERGENCE,
    PUBLIC_CLIENT,
    AGENT_CLIENT,
    LOCK,
];

/// True if the generated client of a workspace comes from a served document.
pub(crate) fn is_client_served(root: &Path) -> bool {
    let text = stale_files::read_if_there(&root.join(PUBLIC_CLIENT));
    let document = text.ok().flatten().and_then(|text| json::parse(&text).ok());
    document.is_some_and(|document| document["info"][keys::SOURCE]["served"] == true)
}
