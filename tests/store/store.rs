use super::*;

#[test]
fn only_without_file_locks_may_a_second_copy_run() {
    let store = Store::new(Path::new("data"));
    let tried = |error| store.is_unsupported(Err(error));
    assert!(!store.is_unsupported(Ok(())).expect("locked"));
    assert!(tried(TryLockError::Error(io::ErrorKind::Unsupported.into())).expect("goes on without"));
    let taken = tried(TryLockError::WouldBlock).expect_err("somebody is in");
    assert!(matches!(taken, NotLocked::Taken(_)), "{taken}");
    let failed = tried(TryLockError::Error(io::ErrorKind::PermissionDenied.into())).expect_err("it failed");
    assert!(failed.to_string().starts_with(&store.lock.display().to_string()), "{failed}");
}
