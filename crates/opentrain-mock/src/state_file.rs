//! The file in which a mock keeps its state: one mock's alone, read whole or refused, replaced whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::{MockError, MockErrorKind, SettingError};
use crate::snapshot::Snapshot;

/// Ending of the file that is written before it replaces the state file.
const NEXT: &str = ".next";
/// Ending of the file that is locked while a mock uses the state file. It is never removed: two other mocks could then both lock
/// one.
const LOCK: &str = ".lock";

/// The file, as long as it is this mock's.
pub(crate) struct StateFile {
    /// Path as given, for messages.
    path: PathBuf,
    /// Path without links, so that two mocks with different links find the same lock.
    place: PathBuf,
    /// Closing it unlocks it.
    _lock: File,
}

impl StateFile {
    /// Takes the file for this mock, whether it is there or not.
    pub(crate) fn take(path: PathBuf) -> Result<Self, MockError> {
        let place = place(&path)?;
        let lock_path = beside(&place, LOCK);
        let unwritable = |error| setting(SettingError::UnwritableState(path.clone(), error));
        let options = || {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&lock_path)
        };
        let mut lock = options().map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&lock_path).unwrap_or_default();
                let holder = holder.trim().to_owned();
                return Err(setting(SettingError::StateInUse {
                    path,
                    lock_path,
                    holder,
                }));
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        let name = format!("{}\n", std::process::id());
        let named = lock
            .set_len(0)
            .and_then(|()| lock.write_all(name.as_bytes()));
        named.map_err(unwritable)?;
        Ok(Self {
            path,
            place,
            _lock: lock,
        })
    }

    /// Returns the content of the file; `None` if there is no file.
    pub(crate) fn read(&self) -> Result<Option<Snapshot>, MockError> {
        let path = &self.path;
        let unreadable = |source| setting(SettingError::UnreadableState(path.clone(), source));
        let file = match File::open(&self.place) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(Box::new(error))),
        };
        let snapshot = Snapshot::from_reader(BufReader::new(file));
        snapshot
            .map(Some)
            .map_err(|error| unreadable(Box::new(error)))
    }

    /// Replaces the file. After a failure it holds either its previous content or the whole new state.
    pub(crate) fn write(&self, snapshot: &Snapshot) -> Result<(), MockError> {
        replace(&self.place, snapshot).map_err(|error| self.unwritable(error))
    }

    /// Returns the error for a file that cannot be written.
    pub(crate) fn unwritable(&self, error: io::Error) -> MockError {
        setting(SettingError::UnwritableState(self.path.clone(), error))
    }
}

/// Returns the path of an existing or new file without links. Refuses the names of files beside another state file.
fn place(path: &Path) -> Result<PathBuf, MockError> {
    let place = without_links(path);
    let place =
        place.map_err(|error| setting(SettingError::UnwritableState(path.to_owned(), error)))?;
    match is_beside_another(path) || is_beside_another(&place) {
        true => Err(setting(SettingError::ReservedName(path.to_owned()))),
        false => Ok(place),
    }
}

fn without_links(path: &Path) -> io::Result<PathBuf> {
    match (fs::canonicalize(path), path.file_name()) {
        (Err(error), Some(name)) if error.kind() == ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(path);
            // A name alone has a parent without a name: where the program is.
            let folder = Path::new(".").join(folder);
            Ok(fs::canonicalize(folder)?.join(name))
        }
        (place, _) => place,
    }
}

/// True if another state file may have its next version or its lock there. The case of the ending is ignored.
fn is_beside_another(path: &Path) -> bool {
    let name = path.as_os_str().to_string_lossy().to_lowercase();
    [NEXT, LOCK].iter().any(|ending| name.ends_with(ending))
}

/// Replaces the file by a new state. The state is first written beside the file, since a file cannot be moved over another on a different
/// disk, and always under the same name, so that the next mock removes what a killed one leaves.
fn replace(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let next = beside(path, NEXT);
    let replaced = write_new(&next, snapshot).and_then(|()| fs::rename(&next, path));
    if replaced.is_err() {
        // It may not even be there, and the first error is the one to return.
        let _left = fs::remove_file(&next);
    }
    replaced
}

fn write_new(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut writer = BufWriter::new(create(path)?);
    snapshot.write(&mut writer)?;
    let file = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

/// Creates a file that only its owner may read: it holds tokens.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn setting(setting: SettingError) -> MockError {
    MockError::new(MockErrorKind::Setting(setting))
}
