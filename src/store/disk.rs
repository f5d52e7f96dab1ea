//! Files that are written whole or not at all, and read only when they are what they seem.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use tempfile::{NamedTempFile, TempPath};

use crate::store::envelope::Unreadable;

pub(super) const TEMPORARY: &str = ".coofit-";
const MAX_BYTES: u64 = 4 << 20;

/// Writes a file whole or not at all: temporary file, sync, rename, sync of the directory. Only its owner
/// may read it. A link in its place is replaced, never followed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, persist)
}

/// The same, but fails if something is there.
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

/// A temporary file next to `path` that only its owner may read. Dropping the path removes it.
pub fn temporary_for(path: &Path) -> io::Result<(File, TempPath)> {
    let open = |path: &Path| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        owner_only(&mut options);
        options.open(path)
    };
    let made = temporary_name().make_in(directory_of(path), open);
    made.map(NamedTempFile::into_parts).map_err(|error| without_temporary(&error))
}

/// The error without the temporary name that tempfile adds.
pub fn without_temporary(error: &io::Error) -> io::Error {
    let said = error.to_string();
    io::Error::new(error.kind(), said.split(" at path \"").next().unwrap_or_default().to_owned())
}

/// A second name for an earlier file, so that it can be put back. Not every file system has them.
pub fn second_name(path: &Path) -> Option<TempPath> {
    let link = |name: &Path| fs::hard_link(path, name);
    temporary_name().make_in(directory_of(path), link).ok().map(NamedTempFile::into_temp_path)
}

fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut name = tempfile::Builder::new();
    name.prefix(TEMPORARY).suffix(".tmp");
    name
}

pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a temporary file its name, and replaces what has it now.
pub fn persist(file: TempPath, path: &Path) -> io::Result<()> {
    let mut left = Some(file);
    patiently(|| {
        let Some(file) = left.take() else { return Ok(()) };
        file.persist(path).map_err(|error| {
            left = Some(error.path);
            error.error
        })
    })
}

/// Tries again a few times while a virus scanner or a sync program on Windows holds the file open.
#[expect(clippy::disallowed_methods, reason = "nothing tells when the other program is done")]
pub(super) fn patiently<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    /// Access denied, a sharing violation, a lock.
    const HELD: [Option<i32>; 3] = [Some(5), Some(32), Some(33)];
    for pause in [20, 100, 400] {
        match work() {
            Err(error) if cfg!(windows) && HELD.contains(&error.raw_os_error()) => {
                std::thread::sleep(Duration::from_millis(pause));
            }
            done => return done,
        }
    }
    work()
}

/// Gives a temporary file its name, or fails if something has it.
pub fn persist_new(file: TempPath, path: &Path) -> io::Result<()> {
    match file.persist_noclobber(path) {
        Ok(()) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(error.error),
        // USB sticks have neither hard links nor a rename that spares what is there.
        Err(error) => persist_over_empty(error.path, path),
    }
}

/// Takes the name with an empty file, which only one process can create, and replaces that.
fn persist_over_empty(file: TempPath, path: &Path) -> io::Result<()> {
    File::create_new(path)?;
    persist(file, path).inspect_err(|_| {
        // The empty file is ours.
        let _ = fs::remove_file(path);
    })
}

/// Makes a rename, a new file or a removal survive a power cut. Some network file systems cannot sync
/// directories; the file itself is safe anyway.
#[cfg_attr(windows, expect(unused_variables, clippy::unnecessary_wraps, reason = "only Unix has it"))]
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

#[cfg(unix)]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(windows)]
pub(super) fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Makes a directory and those above it. Each is synced in its parent: if a power cut removes a directory,
/// its files are lost too.
pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let above = directory_of(directory);
    if above != directory {
        make_private(above)?;
    }
    #[cfg_attr(windows, expect(unused_mut, reason = "only Unix has modes to set"))]
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

/// Whether something has this name, a broken link included.
pub(super) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg_attr(windows, expect(unused_variables, reason = "other systems keep a home private by themselves"))]
pub(super) fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// What something is, where it is not a regular file.
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
    if kind.is_dir() { Some("a directory") } else { kind.is_symlink().then_some("a link") }
}

/// What Windows takes a name for, in any folder: `NUL` and `con.txt` are devices.
pub fn odd_name(path: &Path) -> Option<&'static str> {
    if !cfg!(windows) {
        return None;
    }
    let name = path.file_name()?.to_string_lossy();
    if name.contains(':') {
        return Some("a part inside another file, because of its colon");
    }
    is_device(&name).then_some("a device")
}

/// Whether Windows takes a name for a device, whatever ending it has.
pub fn is_device(name: &str) -> bool {
    let name = name.to_uppercase();
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let port = ["COM", "LPT"].iter().find_map(|kind| stem.strip_prefix(kind));
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem)
        || port.is_some_and(|number| {
            number.chars().count() == 1 && "123456789\u{b9}\u{b2}\u{b3}".contains(number)
        })
}

pub(super) fn read_text(path: &Path) -> Result<String, Unreadable> {
    let metadata = fs::symlink_metadata(path)?;
    if let Some(kind) = other_kind(&metadata) {
        return Err(Unreadable::Damaged(format!("it is not a regular file but {kind}")));
    }
    if metadata.len() > MAX_BYTES {
        return Err(Unreadable::Damaged(format!(
            "it has {} bytes; coofit reads up to {MAX_BYTES}",
            metadata.len()
        )));
    }
    let mut bytes = Vec::new();
    patiently(|| File::open(path))?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| Unreadable::Damaged("it is not text".to_owned()))
}

#[cfg(test)]
#[path = "../../tests/store/disk.rs"]
mod tests;
