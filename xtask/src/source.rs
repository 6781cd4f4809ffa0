//! Selects the document that everything is derived from: the served one, as it was fetched or is fetched now, or the stand-in.

use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;

use crate::fetch::{self, FetchOptions, Fetched, Limits};
use crate::flags::fallback_of;
use crate::input::{Found, Input};
use crate::source_record::{RecordState, Served, SourceRecord};
use crate::stand_in;
use crate::workspace::{DOCUMENT, LOCK, PUBLIC_CLIENT, is_client_served};
use openapi_canonical::json;
use openapi_canonical::plain_text;
use openapi_canonical::reindent::reindent;
use openapi_canonical::yaml::Form;
use openapi_canonical::{Error, Result};

/// Document that everything is derived from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) input: Rc<Input>,
    /// Content for `spec/openapi.json`.
    pub(crate) text: String,
    pub(crate) lock: SourceRecord,
}

impl Source {
    /// Returns the name of the document in messages.
    pub(crate) fn name(&self) -> &str {
        self.lock.url.as_deref().unwrap_or(DOCUMENT)
    }
}

/// State of the files on disk, as far as it can be determined without a network.
#[derive(Debug)]
pub(crate) enum OnDisk {
    /// The files belong together: the served document as it was fetched, or the stand-in, derived again.
    Consistent(Box<Source>),
    /// The document and its record do not belong together. The sentence names the wrong one and the fix.
    Inconsistent(String),
}

/// Returns the served document if one was ever fetched, else the stand-in. A stand-in never replaces a served document.
pub(crate) fn on_disk(
    root: &Path,
    lock: &RecordState,
    found: &Result<Found>,
    documented: &Value,
) -> Result<OnDisk> {
    let found = found.as_ref().map_err(Error::clone)?;
    let problem = problem(lock, found).or_else(|| forgotten(root, lock, found));
    if let Some(problem) = problem {
        return Ok(OnDisk::Inconsistent(problem));
    }
    let source = match standing(lock, found) {
        Some(source) => source?,
        None => stand_in(found, documented)?,
    };
    Ok(OnDisk::Consistent(Box::new(source)))
}

/// Returns the reason why this document cannot be used with this record.
fn problem(lock: &RecordState, found: &Found) -> Option<String> {
    let restore_lock =
        format!("restore it with `git checkout {LOCK}`, or fetch anew with `cargo xtask regen`");
    let restore_both = format!(
        "restore it with `git checkout {DOCUMENT} {LOCK}`, or fetch it with `cargo xtask regen`"
    );
    let served_beside = |fault: &str| {
        Some(format!(
            "{LOCK} {fault}, but {DOCUMENT} is not a stand-in; {restore_lock}"
        ))
    };
    match (lock, found) {
        (RecordState::Missing, Found::Other(..)) => served_beside("is missing"),
        (RecordState::Unreadable(why), Found::Other(..)) => {
            served_beside(&format!("cannot be read ({why})"))
        }
        (RecordState::Edited(_), Found::Other(..)) => Some(format!(
            "{LOCK} was edited by hand (its digest does not match); {restore_lock}"
        )),
        (RecordState::Whole(lock), Found::Other(..)) if !lock.is_served() => {
            served_beside("records no served document")
        }
        (RecordState::Whole(lock) | RecordState::Edited(lock), Found::StandIn(..))
            if lock.is_served() =>
        {
            Some(format!(
                "{LOCK} records a served document, but {DOCUMENT} is a stand-in; {restore_both}"
            ))
        }
        (RecordState::Whole(lock) | RecordState::Edited(lock), Found::Nothing)
            if lock.is_served() =>
        {
            Some(format!("{DOCUMENT} is missing; {restore_both}"))
        }
        (RecordState::Whole(lock), Found::Other(text, _)) if !lock.is_of(text) => Some(format!(
            "{DOCUMENT} was edited by hand: its sha256 is not the one in {LOCK}; {restore_both}"
        )),
        _ => None,
    }
}

/// Returns the reason why a stand-in would replace a served document that only the generated client is evidence of.
fn forgotten(root: &Path, lock: &RecordState, found: &Found) -> Option<String> {
    let is_recorded = matches!(lock, RecordState::Whole(_) | RecordState::Edited(_));
    if is_recorded || matches!(found, Found::Other(..)) || !is_client_served(root) {
        return None;
    }
    Some(format!(
        "{PUBLIC_CLIENT} was made from a served document, but {LOCK} records none and {DOCUMENT} is not one; restore \
         both with `git checkout {DOCUMENT} {LOCK}`, or fetch anew with `cargo xtask regen`; to use a stand-in again, \
         delete {PUBLIC_CLIENT} too"
    ))
}

/// Returns the served document on disk, if there is one. Its record takes the version from the document.
fn standing(lock: &RecordState, found: &Found) -> Option<Result<Source>> {
    let (RecordState::Whole(lock), Found::Other(text, input)) = (lock, found) else {
        return None;
    };
    let of_input = |input: &Rc<Input>| Source {
        input: Rc::clone(input),
        text: text.clone(),
        lock: lock.clone().of_version(input.version()),
    };
    let source = input.as_ref().map(of_input).map_err(Error::clone);
    lock.is_served().then_some(source)
}

/// Derives the stand-in, in the version that the documentation is written in.
fn stand_in(found: &Found, documented: &Value) -> Result<Source> {
    let text = json::pretty(&stand_in::from_documented(documented));
    let input = match found {
        Found::StandIn(known, Ok(input)) if *known == text => Rc::clone(input),
        _ => Input::read(text.as_bytes(), DOCUMENT)?,
    };
    let lock = SourceRecord::of_stand_in(&text, input.version());
    Ok(Source { input, text, lock })
}

/// Fetches the document. `now` is the date of a new document.
pub(crate) fn fetched(
    lock: &RecordState,
    found: &Result<Found>,
    url: &str,
    options: &FetchOptions,
    now: Timestamp,
) -> Result<Source> {
    let fallback = fallback_of(url);
    for url in [Some(url), fallback.as_deref()].into_iter().flatten() {
        if let Some(source) = fetched_at(lock, found, url, options, now)? {
            return Ok(source);
        }
    }
    let also = fallback.map_or_else(String::new, |url| format!(", and so did {url}"));
    Err(Error::new(format!(
        "{url} responded with 404 Not Found{also}; check the address, or try again later"
    )))
}

/// Fetches the document at one address; `None` if the server responds with 404.
fn fetched_at(
    lock: &RecordState,
    found: &Result<Found>,
    url: &str,
    options: &FetchOptions,
    now: Timestamp,
) -> Result<Option<Source>> {
    // Only what is whole may be confirmed by the server: an edited lock would be confirmed with its edits.
    let is_known = lock.whole().is_some_and(|lock| lock.is_served_by(url));
    let found = found.as_ref().ok().filter(|_| is_known);
    let consistent = found.filter(|found| problem(lock, found).is_none());
    let standing = consistent.and_then(|found| standing(lock, found)?.ok());
    let etag = standing
        .as_ref()
        .and_then(|source| source.lock.etag.clone());
    match (fetch::fetch(url, etag.as_deref(), options)?, standing) {
        (Fetched::NotFound, _) => Ok(None),
        (Fetched::NotModified, Some(source)) => Ok(Some(source)),
        (Fetched::NotModified, None) => Err(Error::new(format!(
            "{url} responded with 304 Not Modified, but no document is here; try again"
        ))),
        (Fetched::Document { bytes, etag }, _) => {
            let origin = Origin {
                place: url,
                remembered: url,
                etag,
            };
            served(&bytes, origin, lock.whole(), now).map(Some)
        }
    }
}

/// Reads a file as the served document. Only its name is recorded, without its folder.
pub(crate) fn from_file(
    path: &Path,
    lock: &RecordState,
    limits: &Limits,
    now: Timestamp,
) -> Result<Source> {
    let place = path.display().to_string();
    let bytes = read_bounded(path, &place, limits)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let origin = Origin {
        place: &place,
        remembered: &name,
        etag: None,
    };
    served(&bytes, origin, lock.whole(), now)
}

/// Reads a file, unless it is larger than any document.
pub(crate) fn read_bounded(path: &Path, place: &str, limits: &Limits) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let unreadable =
        |cause| Error::because(format!("cannot read {place}"), &cause, "check the path");
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
    Ok(bytes)
}

/// Origin of a document.
#[derive(Debug)]
struct Origin<'a> {
    /// Name of the document in messages.
    place: &'a str,
    /// Value in the record.
    remembered: &'a str,
    etag: Option<String>,
}

/// Returns the record and text of a document as it was received. The date stays if the document is the known one.
fn served(
    bytes: &[u8],
    origin: Origin<'_>,
    known: Option<&SourceRecord>,
    now: Timestamp,
) -> Result<Source> {
    let input = Input::read(bytes, origin.place)?;
    let parsed = input.document.parsed();
    if stand_in::is_stand_in(parsed) {
        return Err(Error::new(format!(
            "{} is a stand-in, not a served document; pass the served one",
            origin.place
        )));
    }
    let text = plain_text::decoded(bytes, origin.place)?;
    let form = Form::of(text);
    let text = match form {
        Form::Json => reindent(text),
        Form::Yaml => json::pretty(parsed),
    };
    let date = || to_the_second(now);
    let lock = SourceRecord::of_served(
        Served {
            url: origin.remembered.to_owned(),
            etag: origin.etag,
            bytes,
            text: &text,
            openapi: input.version(),
            form,
        },
        known,
        date,
    );
    Ok(Source { input, text, lock })
}

fn to_the_second(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_stays_while_the_document_is_the_same() {
        let text = r#"{"openapi": "3.0.3", "paths": {}}"#;
        let served = |text: &str, etag: &str, known: Option<&SourceRecord>, time: &str| {
            let origin = Origin {
                place: "It",
                remembered: "https://h/openapi.json",
                etag: Some(etag.to_owned()),
            };
            served(text.as_bytes(), origin, known, time.parse().unwrap())
                .unwrap()
                .lock
        };
        let first = served(text, "v1", None, "2001-02-03T04:05:06.7Z");
        assert_eq!(first.fetched_at.as_deref(), Some("2001-02-03T04:05:06Z"));
        let second = served(text, "v2", Some(&first), "2026-01-01T00:00:00Z");
        assert_eq!(second.fetched_at, first.fetched_at);
        assert_eq!(second.etag.as_deref(), Some("v2"));
        let changed = served(
            &format!("{text} "),
            "v3",
            Some(&second),
            "2026-01-01T00:00:00Z",
        );
        assert_eq!(changed.fetched_at.as_deref(), Some("2026-01-01T00:00:00Z"));
    }
}
