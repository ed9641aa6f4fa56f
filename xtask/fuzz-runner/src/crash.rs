//! What becomes of an input on which a target panics, or never ends.

use std::{
    cell::RefCell,
    panic,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::Target;

/// One input may take so long; every target is done in milliseconds.
const HANG: Duration = Duration::from_secs(20);
/// The most attempts to make an input smaller.
const ATTEMPTS: u32 = 20_000;

/// The input that is being run, and how many there were.
#[derive(Debug, Default)]
struct Current {
    input: Vec<u8>,
    count: u64,
}

/// Runs inputs, and keeps the first that goes wrong.
pub(crate) struct Watch {
    target: Target,
    artifacts: PathBuf,
    current: Arc<Mutex<Current>>,
}

thread_local! {
    /// What the last panic of this thread said, and where, while it runs a target.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Watch {
    /// Starts watching; the thread that does so ends with the process.
    pub(crate) fn start(target: Target, artifacts: PathBuf) -> Self {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let told = PANIC.with_borrow_mut(|panic| panic.as_mut().map(|told| *told = info.to_string()));
            if told.is_none() {
                usual(info);
            }
        }));
        let current = Arc::new(Mutex::new(Current::default()));
        let (seen, directory) = (Arc::clone(&current), artifacts.clone());
        thread::spawn(move || {
            let mut last = None;
            loop {
                thread::sleep(HANG);
                let Current { input, count } = &*seen.lock().unwrap_or_else(PoisonError::into_inner);
                if last.replace(*count) != Some(*count) {
                    continue;
                }
                let why = format!("one input took more than {} s", HANG.as_secs());
                eprintln!("{}", keep(target, &directory, "hang", input, &why));
                std::process::exit(1);
            }
        });
        Self { target, artifacts, current }
    }

    /// Runs one input.
    ///
    /// # Errors
    /// The target panicked: what it said, and where the input is kept.
    pub(crate) fn run(&mut self, input: &[u8]) -> Result<(), String> {
        {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.input.clear();
            current.input.extend_from_slice(input);
            current.count += 1;
        }
        if passes(self.target, input) {
            return Ok(());
        }
        let smallest = shrink(input, |candidate| !passes(self.target, candidate));
        // The message of the very input that is kept.
        PANIC.set(Some(String::new()));
        let _ = panic::catch_unwind(|| (self.target.run)(&smallest));
        let why = PANIC.take().unwrap_or_default();
        Err(keep(self.target, &self.artifacts, "crash", &smallest, &why))
    }
}

fn passes(target: Target, input: &[u8]) -> bool {
    PANIC.set(Some(String::new()));
    let passes = panic::catch_unwind(|| (target.run)(input)).is_ok();
    PANIC.set(None);
    passes
}

/// The smallest input found by leaving out parts, and by making bytes plain, that still `fails`.
fn shrink(input: &[u8], mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut best = input.to_vec();
    let mut attempts = ATTEMPTS;
    let mut part = best.len().max(1);
    while part > 0 && attempts > 0 {
        let mut at = 0;
        while at < best.len() && attempts > 0 {
            let end = (at + part).min(best.len());
            let mut shorter = best.clone();
            shorter.drain(at..end);
            attempts -= 1;
            if fails(&shorter) {
                best = shorter;
            } else {
                at = end;
            }
        }
        part /= 2;
    }
    for index in 0..best.len() {
        let mut plainer = best.clone();
        plainer[index] = b'0';
        if attempts > 0 && plainer != best && fails(&plainer) {
            best = plainer;
        }
        attempts = attempts.saturating_sub(1);
    }
    best
}

/// Keeps an input under a name made of its bytes, and says what went wrong.
fn keep(target: Target, directory: &Path, kind: &str, input: &[u8], why: &str) -> String {
    // FNV-1a: a name, not a proof.
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let path = directory.join(format!("{kind}-{hash:016x}"));
    let written = std::fs::create_dir_all(directory).and_then(|()| std::fs::write(&path, input));
    let place = match written {
        Ok(()) => format!(
            "kept as {}\nrun it again with: cargo xtask fuzz {} --input {}",
            path.display(),
            target.name,
            path.display()
        ),
        Err(error) => format!("which could not be kept as {}: {error}", path.display()),
    };
    format!("{}: {why}\nthe input of {} bytes: {}\n{place}", target.name, input.len(), input.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn parts_that_do_not_matter_go() {
        let needs = |input: &[u8]| input.windows(2).any(|w| w == b"AB") && input.contains(&7);
        let smallest = shrink(b"xxxxAByyyyyyyyyyyy\x07zzz", needs);
        assert_eq!(smallest, b"AB\x07");
    }

    #[test]
    fn bytes_that_do_not_matter_become_plain() {
        assert_eq!(shrink(b"qrs", |input| input.len() >= 2), b"00");
    }
}
