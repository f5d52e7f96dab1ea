//! Files that are written whole or not at all, and read only when they are what they seem.

use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;
use tempfile::PersistError;

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

pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
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
