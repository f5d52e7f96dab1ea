use super::*;

#[test]
fn without_hard_links_a_new_file_never_replaces_one() {
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
fn only_windows_retries_a_file_that_another_program_holds() {
    for (code, is_tried) in [(32, cfg!(windows)), (5, cfg!(windows)), (2, false)] {
        let mut n = 0;
        let done = patiently(|| {
            n += 1;
            if n < 3 { Err(io::Error::from_raw_os_error(code)) } else { Ok(()) }
        });
        assert_eq!((done.is_ok(), n), (is_tried, if is_tried { 3 } else { 1 }), "{code}");
    }
}

#[test]
fn only_unsupported_means_a_file_system_without_locks() {
    assert!(cannot_lock(&io::ErrorKind::Unsupported.into()));
    for kind in [io::ErrorKind::WouldBlock, io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
        assert!(!cannot_lock(&kind.into()), "{kind:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_a_file_system_lacks_is_not_a_failure() {
    use rustix::io::Errno;
    let check = |errno: Errno, no_sync: bool, no_locks: bool| {
        let error = io::Error::from_raw_os_error(errno.raw_os_error());
        assert_eq!((is_unsupported(&error), cannot_lock(&error)), (no_sync, no_locks), "{errno:?}");
    };
    check(Errno::INVAL, true, false);
    check(Errno::NOTSUP, true, true);
    check(Errno::OPNOTSUPP, true, true);
    check(Errno::NOLCK, false, true);
    for errno in [Errno::IO, Errno::NOSPC, Errno::ACCESS] {
        check(errno, false, false);
    }
}
