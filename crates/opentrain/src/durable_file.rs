//! Files that are replaced as a whole, durably, and that their owner alone may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Returns options to write a file that only its owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Returns the path of a file beside another one.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Returns the path of an existing or new file without links.
pub(crate) fn without_links(path: &Path) -> io::Result<PathBuf> {
    match (fs::canonicalize(path), path.file_name()) {
        (Err(error), Some(name)) if error.kind() == ErrorKind::NotFound => {
            // A name alone has a parent without a name: the current folder.
            let folder = Path::new(".").join(path.parent().unwrap_or(path));
            Ok(fs::canonicalize(folder)?.join(name))
        }
        (place, _) => place,
    }
}

/// Replaces a file, or makes it. After a failure it is as it was, or holds the whole new content.
pub(crate) fn replace(place: &Path, content: &[u8]) -> io::Result<()> {
    replace_with(place, |file| file.write_all(content))
}

/// Replaces a file like [`replace`], with a writer.
pub(crate) fn replace_with(
    place: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let next = beside(place, ".next");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().create_new(true).open(&next)?;
    let written = write(&mut file).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| fs::rename(&next, place)) {
        // It may be what fills the disk. The first error says more than a second one.
        let _ = fs::remove_file(&next);
        return Err(error);
    }
    sync_folder(place)
}

/// Has the system write the names in a folder to the disk.
pub(crate) fn sync_folder(place: &Path) -> io::Result<()> {
    // Other systems cannot open a folder, or keep its names by themselves.
    if cfg!(unix)
        && let Some(folder) = place.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
