//! How memory that was given back is kept for what comes next.

/// Records are made on one thread and freed on another, which the allocator of the system pays with
/// locks and system calls (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's own variable: milliseconds after which freed memory goes back to the system.
#[cfg(unix)]
const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Twenty seconds. The allocator's one second gives back, and has cleared again, what the next group of rows or the next
/// archived block needs at once: an eighth of an import's CPU time and a quarter of an analysis's (`docs/performance.md`).
#[cfg(unix)]
const KEPT: &str = "20000";

/// Has freed memory kept for twenty seconds, unless the user's environment says how long.
///
/// The allocator reads this once, from the environment and before `main`, so the process becomes the same program anew
/// with the variable set. Where it cannot, and on Windows, which knows no such change, all goes on as it is.
pub(crate) fn keep_freed() {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;

        if std::env::var_os(DELAY).is_some() {
            return;
        }
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let mut anew = std::process::Command::new(program);
        let mut words = std::env::args_os();
        if let Some(name) = words.next() {
            anew.arg0(name);
        }
        // Comes back only with an error.
        drop(anew.args(words).env(DELAY, KEPT).exec());
    }
}
