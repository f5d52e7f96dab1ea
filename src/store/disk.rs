//! Files that are written whole or not at all, and read only when they are what they seem.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::{fs, io};

use tempfile::{NamedTempFile, TempPath};

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
    write(path, bytes, persist)
}

/// The same for a file that is not there yet.
///
/// # Errors
/// Something is there, or the disk refused.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, persist_new)
}

fn write(path: &Path, bytes: &[u8], put: impl FnOnce(TempPath, &Path) -> io::Result<()>) -> io::Result<()> {
    let (mut file, temporary) = temporary_for(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    put(temporary, path)?;
    sync_directory(directory_of(path))
}

/// A temporary file next to `path`, its owner's alone; it goes with the path that is returned.
///
/// # Errors
/// The disk refused.
pub fn temporary_for(path: &Path) -> io::Result<(File, TempPath)> {
    let open = |path: &Path| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        owner_only(&mut options);
        options.open(path)
    };
    temporary_name().make_in(directory_of(path), open).map(NamedTempFile::into_parts)
}

/// A second name for an earlier file, so that it can be put back; none where files have one name only.
#[must_use]
pub fn second_name(path: &Path) -> Option<TempPath> {
    let link = |name: &Path| fs::hard_link(path, name);
    temporary_name().make_in(directory_of(path), link).ok().map(NamedTempFile::into_temp_path)
}

fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut name = tempfile::Builder::new();
    name.prefix(TEMPORARY).suffix(".tmp");
    name
}

/// The directory that holds a file.
#[must_use]
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a temporary file its name, whatever file has it now.
///
/// # Errors
/// The disk refused.
pub fn persist(file: TempPath, path: &Path) -> io::Result<()> {
    file.persist(path).map_err(|error| error.error)
}

/// Gives a temporary file a name that is free.
///
/// # Errors
/// Something has the name, or the disk refused.
pub fn persist_new(file: TempPath, path: &Path) -> io::Result<()> {
    match file.persist_noclobber(path) {
        Ok(()) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(error.error),
        // USB sticks have neither hard links nor a rename that spares what is there.
        Err(error) => persist_over_empty(error.path, path),
    }
}

/// Takes the name with an empty file, which only one process can make, and puts the file in its place.
fn persist_over_empty(file: TempPath, path: &Path) -> io::Result<()> {
    File::create_new(path)?;
    persist(file, path).inspect_err(|_| {
        // The empty file is ours.
        let _ = fs::remove_file(path);
    })
}

/// Makes what was renamed, made or removed in a directory last through a power cut. Some network file
/// systems cannot do that for directories; the file is safe all the same.
#[cfg_attr(not(unix), expect(unused_variables, clippy::unnecessary_wraps, reason = "only Unix has it"))]
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match File::open(directory)?.sync_all() {
        Err(error) if is_unsupported(&error) => {}
        synced => synced?,
    }
    Ok(())
}

/// Whether a file system says that it lacks something, rather than that it failed.
#[cfg(unix)]
fn is_unsupported(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let lacking = [Errno::INVAL, Errno::NOTSUP, Errno::OPNOTSUPP];
    lacking.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Whether two names lead to one file.
#[cfg(unix)]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
pub(super) fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
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
    sync_directory(above)
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

/// What something is, where it is not a regular file.
#[must_use]
pub fn other_kind(metadata: &Metadata) -> Option<&'static str> {
    #[cfg(unix)]
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    #[cfg(unix)]
    if kind.is_fifo() {
        return Some("a pipe");
    } else if kind.is_socket() {
        return Some("a socket");
    } else if kind.is_char_device() || kind.is_block_device() {
        return Some("a device");
    }
    if kind.is_dir() {
        Some("a directory")
    } else if kind.is_symlink() {
        Some("a link")
    } else {
        None
    }
}

pub(super) fn read_text(path: &Path) -> Result<String, Unreadable> {
    let metadata = fs::symlink_metadata(path)?;
    if let Some(kind) = other_kind(&metadata) {
        return Err(Unreadable::Damaged(format!("it is not a regular file but {kind}")));
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
    fn a_new_file_also_goes_where_there_are_no_hard_links() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("new");
        let file = |text: &[u8]| {
            let (mut file, temporary) = temporary_for(&path).expect("a file");
            file.write_all(text).expect("written");
            temporary
        };
        persist_over_empty(file(b"first"), &path).expect("a free name");
        let error = persist_over_empty(file(b"second"), &path).expect_err("the name is taken");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("the file"), b"first");
        assert_eq!(fs::read_dir(&home).expect("listed").count(), 1, "a temporary file was left");
    }

    #[test]
    fn a_file_system_without_locks_is_told_from_one_that_fails() {
        assert!(cannot_lock(&io::ErrorKind::Unsupported.into()));
        for kind in [io::ErrorKind::WouldBlock, io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
            assert!(!cannot_lock(&kind.into()), "{kind:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_cannot_be_synced_is_no_failure_and_a_broken_disk_is() {
        use rustix::io::Errno;
        for (errno, expect) in [
            (Errno::INVAL, true),
            (Errno::NOTSUP, true),
            (Errno::OPNOTSUPP, true),
            (Errno::IO, false),
            (Errno::NOSPC, false),
            (Errno::ACCESS, false),
        ] {
            assert_eq!(
                is_unsupported(&io::Error::from_raw_os_error(errno.raw_os_error())),
                expect,
                "{errno:?}"
            );
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
