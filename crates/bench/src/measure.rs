//! What a process costs, as the kernel counts it.
//!
//! It takes a command and gives its CPU time, wall time and peak memory. A process between ours and the
//! command asks for the resources of its only child: so no two measurements are mixed, and no memory of
//! ours is counted. It must never know what is measured.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use cpu_time::{ProcessTime, ThreadTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wait4::Wait4;

/// What the kernel counted for a process and its children.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// Seconds of CPU time, user and system.
    pub(crate) cpu: f64,
    /// Seconds by the clock.
    pub(crate) wall: f64,
    /// Most memory at once, in MiB.
    pub(crate) peak_mib: f64,
}

/// What a measured command cost and, where it printed a JSON object last, said.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) cost: Cost,
    pub(crate) said: Value,
}

/// Measures a command. Exit status 1 of it is as good as 0: something in the corpus needs attention.
pub(crate) fn command(words: &[String]) -> anyhow::Result<Measured> {
    let own = std::env::current_exe()?;
    let mut measuring = Command::new(&own);
    measuring.args(["measure", "--"]).args(words);
    if words.first().map(Path::new) == Some(own.as_path()) {
        // What the program sets for itself (`memory.rs` of the command line), for the pieces that run in this one.
        measuring.env("MIMALLOC_PURGE_DELAY", "20000");
        measuring.env("MIMALLOC_ALLOW_THP", "0");
    }
    let output = measuring.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "not measured: {}", words.join(" "));
    let mut last = text.lines().rev();
    let cost = last.next().context("the measuring process said nothing")?;
    let said = last.next().map(serde_json::from_str);
    Ok(Measured {
        cost: serde_json::from_str(cost)?,
        said: said.and_then(Result::ok).unwrap_or_default(),
    })
}

/// In the process between: runs the command and prints its last line and its cost.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(crate) fn child(words: &[String]) -> anyhow::Result<()> {
    let (program, arguments) = words.split_first().context("no command")?;
    let begin = Instant::now();
    let mut started = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .with_context(|| program.clone())?;
    let mut output = Vec::new();
    if let Some(mut stdout) = started.stdout.take() {
        stdout.read_to_end(&mut output)?;
    }
    let used = started.wait4()?;
    let wall = begin.elapsed().as_secs_f64();
    if !matches!(used.status.code(), Some(0 | 1)) {
        bail!("{}: {}", words.join(" "), used.status);
    }
    let cost = Cost {
        cpu: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        wall,
        // Bytes, whatever the system counts in.
        peak_mib: used.rusage.maxrss as f64 / f64::from(1 << 20),
    };
    let text = String::from_utf8_lossy(&output);
    println!("{}", text.lines().last().unwrap_or_default());
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}

/// CPU seconds of this process so far, and those of the calling thread.
pub(crate) fn own() -> anyhow::Result<(f64, f64)> {
    let process = ProcessTime::try_now()?.as_duration();
    let thread = ThreadTime::try_now()?.as_duration();
    Ok((process.as_secs_f64(), thread.as_secs_f64()))
}
