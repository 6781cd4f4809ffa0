//! The file in which a mock keeps its state: read whole or refused, replaced whole or not at all.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Kind, MockError, Setting};
use crate::snapshot::Snapshot;

/// What is in the file; none if there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Snapshot>, MockError> {
    let unreadable = |source| setting(Setting::UnreadableState(path.to_owned(), source));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(Box::new(error))),
    };
    let snapshot = Snapshot::from_reader(BufReader::new(file));
    snapshot
        .map(Some)
        .map_err(|error| unreadable(Box::new(error)))
}

/// Replaces the file. Whatever goes wrong, it holds either what it held or all of the new state.
pub(crate) fn write(path: &Path, snapshot: &Snapshot) -> Result<(), MockError> {
    let written = replace(path, snapshot);
    written.map_err(|error| setting(Setting::UnwritableState(path.to_owned(), error)))
}

fn replace(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    // Beside it, since a file cannot be moved over another on a different disk. Only its owner may read it: it holds tokens.
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let file = NamedTempFile::new_in(folder.unwrap_or(&PathBuf::from(".")))?;
    let mut writer = BufWriter::new(file);
    serde_json::to_writer(&mut writer, snapshot)?;
    writer.flush()?;
    let file = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn setting(setting: Setting) -> MockError {
    MockError::new(Kind::Setting(setting))
}
