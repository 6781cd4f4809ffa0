//! The document that a run finds on disk, to tell what changed since.

use std::path::Path;

use serde_json::Value;

use crate::source_record::RecordState;
use crate::stale_files;
use crate::stand_in;
use crate::workspace::{DOCUMENT, PUBLIC_CLIENT};
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::losses::Rewrites;
use openapi_canonical::{Error, Result};
use openapi_drift::comparable;

/// The document before a run, in its 3.0 form.
#[derive(Debug)]
pub(crate) struct Previous {
    pub(crate) document: Value,
    /// The document in the form that is compared with others.
    pub(crate) comparable: Value,
    /// Rewrites that turned the document into one of 3.0.
    pub(crate) rewrites: Rewrites,
    /// True for the stand-in, which the service never served.
    pub(crate) is_stand_in: bool,
    /// Name in reports.
    pub(crate) name: String,
    /// Document that the client was generated from, if the file is there.
    pub(crate) client: Option<Value>,
}

/// Returns the document on disk. `None` if there is none, and none was served before; or if it is a broken stand-in, which the next run
/// makes anew.
///
/// # Errors
///
/// A document was there before, and it is missing now or cannot be read. A run replaces it, but what changed since is unknown.
pub(crate) fn read(root: &Path) -> Result<Option<Previous>> {
    let Some(text) = stale_files::read_if_there(&root.join(DOCUMENT))? else {
        return match RecordState::read(root).whole() {
            Some(lock) if lock.is_served() => Err(Error::new(format!("{DOCUMENT} is missing"))),
            _ => Ok(None),
        };
    };
    match parsed(root, &text) {
        Err(_) if text.contains(stand_in::MARK) => Ok(None),
        previous => previous.map(Some),
    }
}

fn parsed(root: &Path, text: &str) -> Result<Previous> {
    let document = document::parse_served(text, DOCUMENT)?;
    let is_stand_in = stand_in::is_stand_in(&document);
    let comparable = comparable::convert(&document, DOCUMENT)?;
    let (document, rewrites) = down::convert(document, DOCUMENT)?;
    let what = if is_stand_in {
        "the stand-in of before"
    } else {
        "the served document of before"
    };
    Ok(Previous {
        document,
        comparable,
        rewrites,
        is_stand_in,
        name: what.to_owned(),
        client: client(root),
    })
}

fn client(root: &Path) -> Option<Value> {
    let text = stale_files::read_if_there(&root.join(PUBLIC_CLIENT)).ok()??;
    document::parse(&text, PUBLIC_CLIENT).ok()
}
