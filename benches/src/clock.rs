//! One core, and the processor time spent on it.

use std::{io, time::Duration};

/// Pins this process to one core, and with it the servers it starts: on a
/// virtual machine a wake-up across cores costs more than what is measured.
#[cfg(target_os = "linux")]
pub(crate) fn pin() -> io::Result<()> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    // The last core allowed: interrupts and everybody else's work tend to be on the first.
    let Some(core) = (0..CpuSet::MAX_CPU).rev().find(|&core| allowed.is_set(core)) else {
        return Err(io::Error::other("no core to run on"));
    };
    let mut one = CpuSet::new();
    one.set(core);
    Ok(sched_setaffinity(None, &one)?)
}

/// Elsewhere the scheduler decides; the processor time below still holds.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin() -> io::Result<()> {
    eprintln!("note: not pinned to one core on this system; expect more noise");
    Ok(())
}

/// The processor time that this thread has used: what others do on the machine does not count.
#[cfg(unix)]
pub(crate) fn spent() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Elsewhere: the time on the wall.
#[cfg(not(unix))]
pub(crate) fn spent() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
