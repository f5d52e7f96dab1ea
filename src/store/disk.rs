//! Files that are written whole or not at all, and read only when they are what they seem.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::{fs, io};

use tempfile::{NamedTempFile, PersistError};

use crate::store::envelope::Unreadable;

/// How the names of our temporary files begin.
pub(super) const TEMPORARY: &str = ".coofit-";
/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// Writes a file whole or not at all: temporary file, sync, rename, sync of the directory. The file is
/// its owner's alone, and a link in its place is replaced, never followed.
///
/// # Errors
/// The disk refused; what was there before is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, |file| file.persist(path))
}

/// The same for a file that is not there yet.
///
/// # Errors
/// Something is there, or the disk refused.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, |file| file.persist_noclobber(path))
}

fn write(
    path: &Path,
    bytes: &[u8],
    put: impl FnOnce(NamedTempFile) -> Result<File, PersistError>,
) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).suffix(".tmp").tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    put(file).map_err(|error| error.error)?;
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(())
}

/// Makes a directory and those above it. Each new one is synced into the one that holds it: a file
/// in a directory that a power cut takes away is lost as well.
pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let above = directory.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if above != directory {
        make_private(above)?;
    }
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => {}
        made => made?,
    }
    #[cfg(unix)]
    File::open(above)?.sync_all()?;
    Ok(())
}

/// Whether a file system has no locks at all; some network ones say so with an error of their own.
pub(super) fn cannot_lock(cause: &io::Error) -> bool {
    #[cfg(unix)]
    if cause.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) {
        return true;
    }
    cause.kind() == io::ErrorKind::Unsupported
}

/// Whether something has this name. What cannot be looked at is an error: it may be somebody's.
pub(super) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "other systems keep a home private by themselves"))]
pub(super) fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

pub(super) fn read_text(path: &Path) -> Result<String, Unreadable> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Err(Unreadable::Damaged("it is not a regular file".to_owned()));
    }
    if metadata.len() > MAX_BYTES {
        return Err(Unreadable::Damaged(format!("it has {} bytes", metadata.len())));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| Unreadable::Damaged("it is not text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_locks_is_told_from_one_that_fails() {
        assert!(cannot_lock(&io::ErrorKind::Unsupported.into()));
        for kind in [io::ErrorKind::WouldBlock, io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
            assert!(!cannot_lock(&kind.into()), "{kind:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_network_file_system_that_has_no_locks_available_counts_as_one_without() {
        use rustix::io::Errno;
        for (errno, expect) in [(Errno::NOLCK, true), (Errno::IO, false), (Errno::ACCESS, false)] {
            assert_eq!(cannot_lock(&io::Error::from_raw_os_error(errno.raw_os_error())), expect, "{errno:?}");
        }
    }
}
