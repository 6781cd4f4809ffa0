//! The document that a run finds on disk, which the new one is compared with.

use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use crate::input::{Found, Input};
use crate::source_record::RecordState;
use crate::stale_files;
use crate::stand_in;
use crate::workspace::{DOCUMENT, PUBLIC_CLIENT};
use openapi_canonical::document;
use openapi_canonical::{Error, Result};

/// The document before a run.
#[derive(Debug)]
pub(crate) struct Previous {
    pub(crate) input: Rc<Input>,
    /// True for the stand-in, which the service never served.
    pub(crate) is_stand_in: bool,
    /// Name in reports.
    pub(crate) name: String,
    /// Document that the client was generated from, if the file is there.
    pub(crate) client: Option<Value>,
}

/// Returns the document that was on disk. `None` if there was none, and none was served before; or if it was a broken stand-in, which the
/// next run makes anew.
///
/// # Errors
///
/// A document was there before, and it is missing now or cannot be read. A run replaces it, but what changed since is unknown.
pub(crate) fn of(root: &Path, found: &Result<Found>) -> Result<Option<Previous>> {
    let (text, input) = match found.as_ref().map_err(Error::clone)? {
        Found::StandIn(text, input) | Found::Other(text, input) => (text, input),
        Found::Nothing => {
            return match RecordState::read(root).whole() {
                Some(lock) if lock.is_served() => Err(Error::new(format!("{DOCUMENT} is missing"))),
                _ => Ok(None),
            };
        }
    };
    let input = match input {
        Err(_) if text.contains(stand_in::MARK) => return Ok(None),
        input => input.as_ref().map_err(Error::clone)?,
    };
    let is_stand_in = stand_in::is_stand_in(input.document.parsed());
    let name = if is_stand_in {
        "the previous stand-in"
    } else {
        "the previous served document"
    };
    Ok(Some(Previous {
        input: Rc::clone(input),
        is_stand_in,
        name: name.to_owned(),
        client: client(root),
    }))
}

fn client(root: &Path) -> Option<Value> {
    let text = stale_files::read_if_there(&root.join(PUBLIC_CLIENT)).ok()??;
    document::parse(&text, PUBLIC_CLIENT).ok()
}
