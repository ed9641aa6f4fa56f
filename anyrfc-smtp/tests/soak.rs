//! Two hundred thousand messages to a server that is killed again and again. `cargo xtask soak` runs it, with `--quick`
//! in a shorter form; `cargo test` passes it by.
#![cfg(unix)]

use std::{
    fmt::Write as _,
    fs::Permissions,
    net::TcpListener,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyrfc_core::testing::random::Random;
use anyrfc_smtp::{Envelope, ErrorKind, Outcome, Pool, Security, SmtpClient};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    // Only `cargo xtask soak` has the time.
    if let Some(wanted) = std::env::var_os("ANYRFC_SOAK") {
        let messages = if wanted == "quick" { 20_000 } else { 200_000 };
        trials.push(Trial::test("every_message_has_one_end", move || {
            soak(messages);
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    // Where the system does not tell, nothing grows.
    pages.unwrap_or(0) * 4096
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    None,
    Accepted,
    Rejected,
    NotSent,
    Unknown,
}

fn soak(messages: usize) {
    const SENDERS: usize = 16;
    let dir = tempfile::tempdir().unwrap();
    // The sink gives up its privileges before it writes.
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o777)).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let killer = Killer::begin(program(), dir.path(), port);
    let started = Instant::now();
    let ends = Arc::new(Mutex::new(vec![End::None; messages]));
    let next = Arc::new(AtomicUsize::new(0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let sending = async {
        let builder = SmtpClient::builder().security(Security::Plaintext);
        let pool = Pool::new(builder, &format!("smtp://127.0.0.1:{port}")).connections(8);
        let sender = || tokio::spawn(send(pool.clone(), Arc::clone(&next), Arc::clone(&ends)));
        let senders: Vec<_> = (0..SENDERS).map(|_| sender()).collect();
        let mut memory = Vec::new();
        for quarter in 1..=4 {
            // The last look comes before anybody goes.
            while next.load(Relaxed) < messages * quarter / 4 - SENDERS {
                tokio::time::sleep(Duration::from_millis(20)).await;
                assert!(pool.used() <= 8 && pool.idle() <= 8, "more connections than there may be");
            }
            memory.push(resident());
            println!("quarter {quarter}: {} KiB, {:.0?}", resident() >> 10, started.elapsed());
        }
        for sender in senders {
            sender.await.unwrap();
        }
        pool.close().await;
        memory
    };
    let memory = runtime.block_on(async {
        tokio::select! {
            memory = sending => memory,
            // Without a server they would try for ever.
            () = killer.gone() => panic!("nobody starts the sink any more"),
        }
    });
    let kills = killer.end();
    let ends = ends.lock().unwrap();
    let count = |end| ends.iter().filter(|known| **known == end).count();
    let counts = [End::Accepted, End::Rejected, End::NotSent, End::Unknown].map(|end| (end, count(end)));
    println!("{counts:?}, the sink was killed {kills} times, {:.0?}", started.elapsed());
    compare(dir.path(), &ends);
    assert_eq!(count(End::None), 0, "a message without an end");
    assert!(count(End::Accepted) > messages / 2 && count(End::Rejected) > 0 && kills > messages / 10_000);
    // The first quarter has seen everything that the others see.
    assert!(memory[3] <= memory[0] + memory[0] / 10, "memory grows: {memory:?}");
}

/// Sends one message after the other until there are no more.
async fn send(pool: Pool, next: Arc<AtomicUsize>, ends: Arc<Mutex<Vec<End>>>) {
    loop {
        let number = next.fetch_add(1, Relaxed);
        if number >= ends.lock().unwrap().len() {
            return;
        }
        let end = loop {
            let envelope = Envelope::new("sender@example.com", ["recipient@example.com"]).unwrap();
            match pool.send(envelope, message(number)).await {
                Ok(report) => {
                    let [recipient] = report.recipients() else { panic!("one recipient: {report:?}") };
                    break match recipient.outcome() {
                        Outcome::Accepted(_) => End::Accepted,
                        Outcome::Rejected(_) => End::Rejected,
                        Outcome::NotSent => End::NotSent,
                        Outcome::Unknown => End::Unknown,
                        other => panic!("{other:?}"),
                    };
                }
                // Nothing was sent, for want of a connection: another try cannot arrive twice.
                Err(error) => {
                    use ErrorKind::{Closed, Io, Refused, Timeout};
                    assert!(matches!(error.kind(), Io | Closed | Refused | Timeout), "{error}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        ends.lock().unwrap()[number] = end;
    }
}

/// Each has its number at its beginning and at its end, and some lines that begin with dots. It fits into one write of
/// the sink, which may be killed between two.
fn message(number: usize) -> String {
    let mut text = format!("Subject: soak\r\nX-Number: {number}\r\n\r\n");
    for line in 0..number % 20 {
        let _ = write!(text, "{}line {line}\r\n", ".".repeat((number + line) % 3));
    }
    let _ = write!(text, "end of {number}\r\n");
    text
}

/// Everything that the sink has written, beside what was reported.
fn compare(dir: &Path, ends: &[End]) {
    let dump = String::from_utf8(std::fs::read(dir.join("dump")).unwrap()).unwrap();
    let mut seen = vec![0_u32; ends.len()];
    for text in dump.split("X-Client-Addr: ").skip(1) {
        let (_, message_part) = text.split_once("Subject: soak\n").expect("every message has its subject");
        let number = message_part.strip_prefix("X-Number: ").and_then(|rest| rest.split_once('\n'));
        let number: usize = number.expect("every message has its number").0.parse().unwrap();
        let (_, whole) = message(number).replace("\r\n", "\n").split_once('\n').map(own).unwrap();
        assert_eq!(message_part.trim_end_matches('\n'), whole.trim_end_matches('\n'), "another message");
        seen[number] += 1;
    }
    for (number, (&seen, end)) in seen.iter().zip(ends).enumerate() {
        let right = match end {
            End::Accepted => seen == 1,
            End::Unknown => seen <= 1,
            End::Rejected | End::NotSent | End::None => seen == 0,
        };
        assert!(right, "message {number} ended as {end:?}, and the sink has it {seen} times");
    }
}

fn own((first, second): (&str, &str)) -> (String, String) {
    (first.to_owned(), second.to_owned())
}

/// The thread that starts the sink and kills it; it ends with this, and with it the sink.
struct Killer {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<usize>>,
}

impl Killer {
    fn begin(program: PathBuf, dir: &Path, port: u16) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (seen, dir) = (Arc::clone(&over), dir.to_owned());
        let thread = thread::spawn(move || kill_again_and_again(&program, &dir, port, &seen));
        Self { over, thread: Some(thread) }
    }

    /// Waits until it has ended by itself, which is a failure.
    async fn gone(&self) {
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often the sink was killed.
    fn end(mut self) -> usize {
        self.over.store(true, Relaxed);
        self.thread.take().map_or(0, |thread| thread.join().unwrap())
    }
}

impl Drop for Killer {
    fn drop(&mut self) {
        self.over.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Starts the sink in many moods, and kills it every few seconds. How often it was killed.
fn kill_again_and_again(program: &Path, dir: &Path, port: u16, over: &AtomicBool) -> usize {
    let (mut dice, mut kills) = (Random::new(port.into()), 0);
    while !over.load(Relaxed) {
        let (mood, life): (&[&str], usize) = match dice.below(8) {
            0 => (&["-r", "rcpt"], 100),
            1 => (&["-f", "data"], 100),
            2 => (&["-q", "."], 200),
            3 => (&["-Q", "data"], 200),
            4 => (&["-p"], 3000),
            _ => (&[], 4000),
        };
        let mut sink = sink(program, dir, port, mood);
        let end = Instant::now() + Duration::from_millis(50 + dice.below(life) as u64);
        while Instant::now() < end && !over.load(Relaxed) {
            assert!(sink.try_wait().unwrap().is_none(), "the sink has ended by itself");
            thread::sleep(Duration::from_millis(10));
        }
        sink.kill().unwrap();
        sink.wait().unwrap();
        kills += 1;
        thread::sleep(Duration::from_millis(dice.below(200) as u64));
    }
    kills
}

fn sink(program: &Path, dir: &Path, port: u16, mood: &[&str]) -> Child {
    let mut command = Command::new(program);
    // It wants to be somebody else where it could be anybody.
    if std::fs::metadata(dir).unwrap().uid() == 0 {
        command.args(["-u", "nobody"]);
    }
    command.args(mood).args(["-D", "dump", &format!("127.0.0.1:{port}"), "128"]).current_dir(dir);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// smtp-sink, which comes with Postfix.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = places.map(|place| place.join("smtp-sink")).find(|program| program.is_file());
    found.expect("the soak needs smtp-sink: `cargo xtask interop smtp-sink --install` installs it")
}
