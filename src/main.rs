//! The program: arguments in, exit code out.

use std::process::ExitCode;

/// musl's own allocator takes twice as long for `coofit bank audit`.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    coofit::cli::run()
}
