//! The record `spec/source.toml`: the origin of `spec/openapi.json`, and its digests.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::stale_files;
use crate::workspace::LOCK;
use openapi_canonical::json;
use openapi_canonical::yaml::Form;
use openapi_canonical::{Error, Result};

const SERVED: &str = "served";
const NOT_FETCHED: &str = "not fetched yet: stands in from documented.json";
const YAML: &str = "YAML; spec/openapi.json is its JSON form";
const HEADER: &str =
    "# Written by `cargo xtask regen`; do not edit. Which document spec/openapi.json is.\n";

/// Content of `spec/source.toml`: where the document comes from, and its digests.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceRecord {
    status: String,
    /// Address from which the document was fetched, or the name of its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fetched_at: Option<String>,
    /// SHA-256 of the bytes as served; of the stand-in as long as no document was fetched.
    pub(crate) sha256: String,
    /// SHA-256 of `spec/openapi.json`.
    file_sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    /// OpenAPI version that the document declares.
    pub(crate) openapi: String,
    /// Format of the served document, if `spec/openapi.json` is its JSON form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    served_as: Option<String>,
    /// SHA-256 of all the fields above, so that an edit by hand is detected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock_sha256: Option<String>,
}

/// Served document with the properties that its record needs.
#[derive(Debug)]
pub(crate) struct Served<'a> {
    pub(crate) url: String,
    pub(crate) etag: Option<String>,
    /// Bytes as they were served.
    pub(crate) bytes: &'a [u8],
    /// Content for `spec/openapi.json`.
    pub(crate) text: &'a str,
    pub(crate) openapi: String,
    /// Format of the bytes.
    pub(crate) form: Form,
}

impl SourceRecord {
    /// Returns the record of a served document. It keeps the known date if the document is the same.
    pub(crate) fn of_served(
        served: Served<'_>,
        known: Option<&SourceRecord>,
        date: impl FnOnce() -> String,
    ) -> SourceRecord {
        let sha256 = json::sha256(served.bytes);
        let same = known.filter(|lock| lock.is_served() && lock.sha256 == sha256);
        SourceRecord {
            status: SERVED.to_owned(),
            url: Some(served.url),
            fetched_at: same
                .and_then(|lock| lock.fetched_at.clone())
                .or_else(|| Some(date())),
            sha256,
            file_sha256: json::sha256(served.text.as_bytes()),
            etag: served.etag,
            openapi: served.openapi,
            served_as: (served.form == Form::Yaml).then(|| YAML.to_owned()),
            lock_sha256: None,
        }
    }

    pub(crate) fn of_stand_in(text: &str, openapi: String) -> SourceRecord {
        let hash = json::sha256(text.as_bytes());
        SourceRecord {
            status: NOT_FETCHED.to_owned(),
            url: None,
            fetched_at: None,
            sha256: hash.clone(),
            file_sha256: hash,
            etag: None,
            openapi,
            served_as: None,
            lock_sha256: None,
        }
    }

    /// Returns the record with another OpenAPI version.
    pub(crate) fn of_version(mut self, openapi: String) -> SourceRecord {
        self.openapi = openapi;
        self
    }

    pub(crate) fn is_served(&self) -> bool {
        self.status == SERVED
    }

    pub(crate) fn is_served_by(&self, url: &str) -> bool {
        self.is_served() && self.url.as_deref() == Some(url)
    }

    /// True if `spec/openapi.json` is unchanged since the record was written.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        self.file_sha256 == json::sha256(text.as_bytes())
    }

    /// Returns the text of the file, with the digest of all fields.
    pub(crate) fn render(&self) -> Result<String> {
        let sealed = SourceRecord {
            lock_sha256: Some(self.digest()?),
            ..self.clone()
        };
        Ok(format!("{HEADER}{}", sealed.fields()?))
    }

    fn digest(&self) -> Result<String> {
        let open = SourceRecord {
            lock_sha256: None,
            ..self.clone()
        };
        Ok(json::sha256(open.fields()?.as_bytes()))
    }

    fn fields(&self) -> Result<String> {
        toml::to_string(self)
            .map_err(|cause| Error::because(LOCK, &cause, "this is a fault of xtask"))
    }

    /// Returns one line about the source of the derived files.
    pub(crate) fn describe(&self) -> String {
        let short = self.sha256.get(..12).unwrap_or(&self.sha256);
        match (self.is_served(), &self.url, &self.fetched_at) {
            (true, Some(url), Some(time)) => format!("source: the served document {url}, fetched {time}, sha256 {short}…"),
            _ => "source: a stand-in made from spec/documented.json; no served document was fetched yet".to_owned(),
        }
    }
}

/// State of the record on disk.
#[derive(Debug)]
pub(crate) enum RecordState {
    Missing,
    /// The file is no record; the text is the reason.
    Unreadable(String),
    /// A record whose digest does not match: it was edited by hand. None of its fields is relied on.
    Edited(SourceRecord),
    Whole(SourceRecord),
}

impl RecordState {
    pub(crate) fn read(root: &Path) -> RecordState {
        match stale_files::read_if_there(&root.join(LOCK)) {
            Ok(Some(text)) => RecordState::parse(&text),
            Ok(None) => RecordState::Missing,
            Err(cause) => RecordState::Unreadable(cause.to_string()),
        }
    }

    fn parse(text: &str) -> RecordState {
        let lock: SourceRecord = match toml::from_str(text) {
            Ok(lock) => lock,
            Err(cause) => {
                let first_line = cause.message().lines().next().unwrap_or_default();
                return RecordState::Unreadable(first_line.to_owned());
            }
        };
        if ![SERVED, NOT_FETCHED].contains(&lock.status.as_str()) {
            return RecordState::Unreadable("its status is unknown".to_owned());
        }
        match (lock.digest(), &lock.lock_sha256) {
            (Ok(digest), Some(stated)) if digest == *stated => RecordState::Whole(lock),
            _ => RecordState::Edited(lock),
        }
    }

    pub(crate) fn whole(&self) -> Option<&SourceRecord> {
        match self {
            RecordState::Whole(lock) => Some(lock),
            RecordState::Missing | RecordState::Unreadable(_) | RecordState::Edited(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_of_any_field_breaks_the_digest() {
        let served = Served {
            url: "https://h/openapi.json".to_owned(),
            etag: Some("\"v1\"".to_owned()),
            bytes: b"{}",
            text: "{}\n",
            openapi: "3.0.3".to_owned(),
            form: Form::Yaml,
        };
        let lock = SourceRecord::of_served(served, None, || "2001-02-03T04:05:06Z".to_owned());
        let text = lock.render().unwrap();
        assert!(RecordState::parse(&text).whole().is_some(), "{text}");
        for line in text.lines().skip(1) {
            let (name, value) = line.split_once(" = ").unwrap();
            let other = value.replacen('"', "\"7", 1);
            let found = RecordState::parse(&text.replace(line, &format!("{name} = {other}")));
            assert!(found.whole().is_none(), "{line}");
            let found = RecordState::parse(&text.replace(line, ""));
            assert!(found.whole().is_none(), "{line}");
        }
    }
}
