//! Servers as processes: started aside, watched until they answer, and always stopped.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::Result;

/// How long a server may take until it accepts connections.
const START: Duration = Duration::from_secs(60);
/// How long a server may take to stop when it is asked to.
const STOP: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// A process of a peer, the leader of a process group of its own. Dropping it stops the whole group.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
    running: bool,
}

/// A command that the operating system stops when we die, however we die; where it can do that.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if cfg!(target_os = "linux") && on_path("setpriv") {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        return command;
    }
    Command::new(program)
}

/// Whether a program of this name is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// A port of the loopback address that is free at this moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Server {
    /// Starts `command`, with everything that it prints in `log`.
    pub(crate) fn spawn(mut command: Command, log: PathBuf) -> Result<Self> {
        let out = File::create(&log)?;
        let err = out.try_clone()?;
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", command.get_program().to_string_lossy()))?;
        Ok(Self { child, log, running: true })
    }

    /// Waits until `address` accepts connections.
    pub(crate) fn ready(&mut self, address: SocketAddr) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            let accepts = TcpStream::connect_timeout(&address, POLL * 10).is_ok();
            // Asked after connecting: the port could be somebody else's by now.
            if let Some(status) = self.child.try_wait()? {
                self.running = false;
                return Err(format!("the server ended at once, {status}:\n{}", self.last_words()).into());
            }
            if accepts {
                return Ok(());
            }
            if Instant::now() > deadline {
                let words = self.last_words();
                return Err(
                    format!("the server does not listen on {address} after {START:?}:\n{words}").into()
                );
            }
            sleep(POLL);
        }
    }

    /// Where its output goes.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    fn last_words(&self) -> String {
        tail(&std::fs::read_to_string(&self.log).unwrap_or_default(), 20)
    }

    /// Asks it to stop, insists after a while, and waits until it is gone.
    pub(crate) fn stop(&mut self) {
        if !std::mem::replace(&mut self.running, false) {
            return;
        }
        self.signal(Signal::Ask);
        let deadline = Instant::now() + STOP;
        while self.status().is_none() && Instant::now() < deadline {
            sleep(POLL);
        }
        // Whatever it left behind in its group goes with it.
        self.signal(Signal::Insist);
        // Killed, or gone already: this cannot hang.
        let _ = self.child.wait();
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    #[cfg(unix)]
    fn signal(&self, signal: Signal) {
        use rustix::process::{Pid, Signal as Number, kill_process_group};

        let number = match signal {
            Signal::Ask => Number::TERM,
            Signal::Insist => Number::KILL,
        };
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            // An error means that nobody is left in the group.
            let _ = kill_process_group(group, number);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _: Signal) {
        // There is only one way to stop a process here.
        let _ = self.child.kill();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[derive(Clone, Copy, Debug)]
enum Signal {
    Ask,
    Insist,
}

/// The last `count` lines.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Runs a command to its end without a terminal; its output only matters when it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("cannot run {program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let all = text + &String::from_utf8_lossy(&output.stderr);
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    Err(format!("{program} {} failed, {}:\n{}", arguments.join(" "), output.status, tail(&all, 20)).into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, dir: &Path) -> Server {
        let mut command = command("sh");
        command.args(["-c", script]).current_dir(dir);
        Server::spawn(command, dir.join("log")).unwrap()
    }

    fn alive(server: &Server) -> bool {
        let group = rustix::process::Pid::from_raw(server.child.id().cast_signed()).unwrap();
        rustix::process::test_kill_process_group(group).is_ok()
    }

    #[test]
    fn dropping_stops_the_whole_group() {
        let dir = tempfile::tempdir().unwrap();
        let mut server = shell("sleep 1000 & sleep 1000 & wait", dir.path());
        assert!(alive(&server));
        server.stop();
        // The killed children of the shell are there until init has collected them.
        let collected = (0..1000).any(|_| {
            sleep(Duration::from_millis(10));
            !alive(&server)
        });
        assert!(collected, "somebody of the group lives on");
    }

    #[test]
    fn a_server_that_ends_at_once_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let mut server = shell("echo no such configuration; exit 3", dir.path());
        let error = server.ready(free_address().unwrap()).unwrap_err().to_string();
        assert!(error.contains("no such configuration") && error.contains("3"), "{error}");
    }

    #[test]
    fn a_failing_command_shows_its_last_lines() {
        let error = quietly(Command::new("sh").args(["-c", "echo out; echo why >&2; exit 1"])).unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
        assert_eq!(quietly(Command::new("sh").args(["-c", "echo fine"])).unwrap(), "fine\n");
    }
}
