//! A store in a file.

use std::fmt;
use std::fs::{self, File};
use std::future::ready;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{SavedToken, StoreError, StoreFuture, TokenStore};
use crate::durable_file::{beside, private, replace, without_links};

/// Store in a file of JSON that only its owner may read and write (mode 0600 where there are modes).
///
/// The file is replaced as a whole: what is there is always a whole value, whenever the power fails. Several processes may share
/// it. While it is replaced, `NAME.lock` beside it is locked, and `NAME.next` is the replacement. A link is followed first. The folder
/// must exist. Its calls block the thread until the disk has the file.
///
/// A file that was cut or changed by hand is an error, and so is an empty one: see [`TokenStore::load`].
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    path: PathBuf,
}

impl FileTokenStore {
    /// Returns the store in this file, which need not exist yet. Nothing is read or written here.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn read(&self) -> Result<Option<SavedToken>, FileFault> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileFault::new("cannot be read", &self.path, error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| FileFault::damaged(&self.path, &error))
    }

    fn write(&self, expected: Option<&SavedToken>, new: &SavedToken) -> Result<bool, StoreError> {
        let place = without_links(&self.path)
            .map_err(|error| FileFault::new("cannot be found", &self.path, error))?;
        let _lock = lock(&beside(&place, ".lock"))?;
        if self.read()?.as_ref() != expected {
            return Ok(false);
        }
        let text = serde_json::to_string(new)?;
        let written = replace(&place, text.as_bytes());
        written.map_err(|error| FileFault::new("cannot be replaced", &self.path, error))?;
        Ok(true)
    }
}

impl TokenStore for FileTokenStore {
    fn load(&self) -> StoreFuture<'_, Option<SavedToken>> {
        Box::pin(ready(self.read().map_err(StoreError::from)))
    }

    fn replace<'a>(
        &'a self,
        expected: Option<&'a SavedToken>,
        new: &'a SavedToken,
    ) -> StoreFuture<'a, bool> {
        Box::pin(ready(self.write(expected, new)))
    }
}

/// Waits until no other process replaces the file. The lock ends when the handle is closed.
fn lock(path: &Path) -> Result<File, FileFault> {
    let file = private().create(true).truncate(false).open(path);
    let locked = file.and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| FileFault::new("cannot be locked", path, error))
}

/// Failure with a file, without a word of its content.
#[derive(Debug)]
struct FileFault {
    message: String,
    source: Option<io::Error>,
}

impl FileFault {
    fn new(what: &str, path: &Path, source: io::Error) -> Self {
        Self {
            message: format!("`{}` {what}", path.display()),
            source: Some(source),
        }
    }

    /// Returns the failure of a file that holds something else. The parser's own message could repeat a secret.
    fn damaged(path: &Path, error: &serde_json::Error) -> Self {
        let (path, line, column) = (path.display(), error.line(), error.column());
        let message =
            format!("`{path}` holds no saved token: it is damaged at line {line}, column {column}");
        Self {
            message,
            source: None,
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FileFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_ref();
        source.map(|source| source as _)
    }
}
