//! Which document everything stands on, and the lock `spec/source.toml` that remembers it.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document;
use crate::error::{Error, Result};
use crate::fetch::{self, Fetched, Limits};
use crate::json;
use crate::reindent::reindent;
use crate::stand_in;
use crate::write;

pub(crate) const DOCUMENT: &str = "spec/openapi.json";
pub(crate) const LOCK: &str = "spec/source.toml";

const SERVED: &str = "served";
const NOT_FETCHED: &str = "not fetched yet: stands in from documented.json";
const HEADER: &str =
    "# Written by `cargo xtask regen`; do not edit. Which document spec/openapi.json is.\n";

/// What `spec/source.toml` holds.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    status: String,
    /// Where the document was fetched, or the name of the file it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fetched_at: Option<String>,
    /// Of the bytes as they were served; of the stand-in as long as there is only that.
    pub(crate) sha256: String,
    /// Of `spec/openapi.json`.
    file_sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// The OpenAPI version that the document says it is.
    openapi: String,
}

impl Lock {
    pub(crate) fn is_served(&self) -> bool {
        self.status == SERVED
    }

    pub(crate) fn render(&self) -> Result<String> {
        let body = toml::to_string(self)
            .map_err(|cause| Error::because(LOCK, &cause, "this is a fault of xtask"))?;
        Ok(format!("{HEADER}{body}"))
    }

    /// One line for a person.
    pub(crate) fn describe(&self) -> String {
        let short = self.sha256.get(..12).unwrap_or(&self.sha256);
        match (self.is_served(), &self.url, &self.fetched_at) {
            (true, Some(url), Some(time)) => format!("stands on the served document: {url}, of {time}, sha256 {short}…"),
            _ => "stands on a stand-in made from spec/documented.json: the served document was not fetched yet".to_owned(),
        }
    }
}

/// The document that everything stands on.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) document: Value,
    /// What `spec/openapi.json` is to say.
    pub(crate) text: String,
    pub(crate) lock: Lock,
}

/// The lock on disk, if there is one.
pub(crate) fn read_lock(root: &Path) -> Result<Option<Lock>> {
    let Some(text) = write::read_if_there(&root.join(LOCK))? else {
        return Ok(None);
    };
    let remedy = "restore it with `git checkout`, or delete it and run `cargo xtask regen`";
    let lock: Lock = toml::from_str(&text).map_err(|cause| {
        Error::because(
            format!("cannot read {LOCK}"),
            &Error::new(cause.message()),
            remedy,
        )
    })?;
    if [SERVED, NOT_FETCHED].contains(&lock.status.as_str()) {
        return Ok(Some(lock));
    }
    Err(Error::new(format!(
        "{LOCK} has an unknown status `{}`; {remedy}",
        lock.status
    )))
}

/// What is wrong with the served document on disk, if it is not the one that was fetched.
pub(crate) fn tampering(root: &Path, lock: &Lock) -> Result<Option<String>> {
    if !lock.is_served() {
        return Ok(None);
    }
    let found = write::read_if_there(&root.join(DOCUMENT))?;
    let is_intact = found
        .as_ref()
        .is_some_and(|text| file_hash(text) == lock.file_sha256);
    let what = match found {
        _ if is_intact => return Ok(None),
        None => "is missing",
        Some(_) => {
            "is not what was fetched (its sha256 is not the one in spec/source.toml): it was edited by hand"
        }
    };
    Ok(Some(format!(
        "{DOCUMENT} {what}; restore it with `git checkout {DOCUMENT} {LOCK}`, or fetch it with `cargo xtask regen`"
    )))
}

fn file_hash(text: &str) -> String {
    json::sha256(text.as_bytes())
}

/// The document on disk if one was ever served, else the stand-in.
pub(crate) fn offline(root: &Path, lock: Option<Lock>, documented: &Value) -> Result<Source> {
    let Some(lock) = lock.filter(Lock::is_served) else {
        return Ok(stand_in(documented));
    };
    if let Some(problem) = tampering(root, &lock)? {
        return Err(Error::new(problem));
    }
    let text = write::read_if_there(&root.join(DOCUMENT))?.unwrap_or_default();
    Ok(Source {
        document: document::parse(&text, DOCUMENT)?,
        text,
        lock,
    })
}

fn stand_in(documented: &Value) -> Source {
    let document = stand_in::from_documented(documented);
    let text = json::pretty(&document);
    let hash = file_hash(&text);
    let lock = Lock {
        status: NOT_FETCHED.to_owned(),
        url: None,
        fetched_at: None,
        sha256: hash.clone(),
        file_sha256: hash,
        etag: None,
        openapi: version(&document),
    };
    Source {
        document,
        text,
        lock,
    }
}

/// The document as a server answers it now. `now` is what a new document is dated with.
pub(crate) fn fetched(
    root: &Path,
    lock: Option<Lock>,
    url: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<Source> {
    let known = lock
        .as_ref()
        .filter(|lock| lock.url.as_deref() == Some(url));
    let is_intact = known.is_some_and(|lock| matches!(tampering(root, lock), Ok(None)));
    let etag = known
        .filter(|_| is_intact)
        .and_then(|lock| lock.etag.clone());
    match (fetch::fetch(url, etag.as_deref(), limits)?, lock) {
        (Fetched::NotModified, Some(lock)) => offline(root, Some(lock), &Value::Null),
        (Fetched::NotModified, None) => Err(Error::new(format!(
            "{url} answered 304 though nothing is here; try again"
        ))),
        (Fetched::Document { bytes, etag }, lock) => {
            served(&bytes, url, url, etag, lock.as_ref(), now)
        }
    }
}

/// A file taken as the served document. Only its name is remembered: where it lies is nobody's business.
pub(crate) fn from_file(
    path: &Path,
    lock: Option<&Lock>,
    limits: &Limits,
    now: Timestamp,
) -> Result<Source> {
    use std::io::Read as _;
    let place = path.display().to_string();
    let unreadable = |cause| {
        Error::because(
            format!("cannot read {place}"),
            &cause,
            "give a file with --from that is there",
        )
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(limits.bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > limits.bytes {
        return Err(fetch::too_large(place, limits.bytes));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    served(&bytes, &place, &name, None, lock, now)
}

/// The lock and text of a document as it came. The date stays if the document is the one we have.
fn served(
    bytes: &[u8],
    place: &str,
    url: &str,
    etag: Option<String>,
    lock: Option<&Lock>,
    now: Timestamp,
) -> Result<Source> {
    let text = std::str::from_utf8(bytes).map_err(|cause| {
        Error::because(
            format!("{place} is not UTF-8 text"),
            &cause,
            "check the address",
        )
    })?;
    // Some servers put a byte order mark in front, which is no JSON.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = document::parse(text, place)?;
    if stand_in::is_stand_in(&document) {
        return Err(Error::new(format!(
            "{place} is our own stand-in, not a served document; give the served one"
        )));
    }
    let text = reindent(text);
    let sha256 = json::sha256(bytes);
    let known = lock.filter(|lock| lock.is_served() && lock.sha256 == sha256);
    let fetched_at = known
        .and_then(|lock| lock.fetched_at.clone())
        .unwrap_or_else(|| to_the_second(now));
    let lock = Lock {
        status: SERVED.to_owned(),
        url: Some(url.to_owned()),
        fetched_at: Some(fetched_at),
        file_sha256: file_hash(&text),
        sha256,
        etag,
        openapi: version(&document),
    };
    Ok(Source {
        document,
        text,
        lock,
    })
}

fn to_the_second(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}

fn version(document: &Value) -> String {
    document
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
