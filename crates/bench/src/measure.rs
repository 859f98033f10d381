//! What a process costs, as the kernel counts it.
//!
//! It takes a command and gives its CPU time, wall time and peak memory. A process between ours and the
//! command asks for the resources of its only child: so no two measurements are mixed, and no memory of
//! ours is counted. It must never know what is measured.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    let output = Command::new(own)
        .args(["measure", "--"])
        .args(words)
        .stderr(Stdio::inherit())
        .output()?;
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
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| program.clone())?;
    let wall = begin.elapsed().as_secs_f64();
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("{}: {}", words.join(" "), output.status);
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds =
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let cost = Cost {
        cpu: microseconds as f64 / 1e6,
        wall,
        peak_mib: usage.max_rss() as f64 / 1024.0,
    };
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{}", text.lines().last().unwrap_or_default());
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}

/// CPU seconds of this process so far, and those of the calling thread.
pub(crate) fn own() -> anyhow::Result<(f64, f64)> {
    let of = |who| -> anyhow::Result<f64> {
        let usage = getrusage(who)?;
        let sum = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        Ok(sum as f64 / 1e6)
    };
    Ok((of(UsageWho::RUSAGE_SELF)?, of(UsageWho::RUSAGE_THREAD)?))
}
