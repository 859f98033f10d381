//! How memory that was given back is kept for what comes next.

/// Records are made on one thread and freed on another, which the allocator of the system pays with
/// locks and system calls (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's own variables and what they are given: how long freed memory is kept before it goes back to the system, in
/// milliseconds, and that pages have the system's ordinary size.
///
/// The allocator's one second gives back, and has cleared again, what the next group of rows or the next archived block needs at
/// once: an eighth of an import's CPU time and a quarter of an analysis's. Pages of 2 MiB are cleared whole on first use, which a
/// virtual machine that lends its free memory to its host pays with up to a second of the system's time for each start
/// (`docs/performance.md`).
#[cfg(unix)]
const SETTINGS: [(&str, &str); 2] = [
    ("MIMALLOC_PURGE_DELAY", "20000"),
    ("MIMALLOC_ALLOW_THP", "0"),
];

/// Has freed memory kept for twenty seconds, in ordinary pages, unless the user's environment says otherwise.
///
/// The allocator reads this once, from the environment and before `main`, so the process becomes the same program anew
/// with the variables set. Where it cannot, and on Windows, which knows no such change, all goes on as it is.
pub(crate) fn keep_freed() {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;

        let missing =
            SETTINGS.map(|(name, value)| std::env::var_os(name).is_none().then_some((name, value)));
        let missing: Vec<(&str, &str)> = missing.into_iter().flatten().collect();
        if missing.is_empty() {
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
        drop(anew.args(words).envs(missing).exec());
    }
}
