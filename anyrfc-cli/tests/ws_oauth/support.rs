//! The program, run.

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStderr, Command},
    time::timeout,
};

/// Far longer than anything takes here.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The program with nothing of this process's environment that it reads.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anyrfc"));
    command.args(arguments).kill_on_drop(true);
    for name in ["ANYRFC_SECRET", "ANYRFC_TOKEN", "ANYRFC_STORE_KEY", "RUST_LOG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is text")
    }

    /// The whole of stdout as one value.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Each line of stdout as a value.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:?}");
        self
    }

    /// Neither stream shows it.
    #[track_caller]
    pub(crate) fn hides(self, secret: &str) -> Self {
        assert!(!self.stderr.contains(secret), "{secret:?} in {self:?}");
        assert!(!String::from_utf8_lossy(&self.stdout).contains(secret), "{secret:?} in {self:?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Gives it `input`, and waits for its end.
pub(crate) async fn feed(mut child: Child, input: Vec<u8>) -> Ran {
    let mut stdin = child.stdin.take().unwrap();
    let writing = async move {
        // It may end before it has read everything.
        let _ = stdin.write_all(&input).await;
        drop(stdin);
    };
    let (output, ()) = timeout(LIMIT, async { tokio::join!(child.wait_with_output(), writing) })
        .await
        .expect("the program does not end");
    output.unwrap().into()
}

/// Runs it with `input` on stdin.
pub(crate) async fn run_with(input: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
    feed(program(arguments).spawn().unwrap(), input.into()).await
}

/// Runs it with nothing on stdin.
pub(crate) async fn run(arguments: &[&str]) -> Ran {
    run_with("", arguments).await
}

/// Runs it with these variables.
pub(crate) async fn run_env(variables: &[(&str, &str)], input: &str, arguments: &[&str]) -> Ran {
    feed(program(arguments).envs(variables.iter().copied()).spawn().unwrap(), input.into()).await
}

/// A command that tells its user something on stderr.
pub(crate) struct Telling {
    child: Child,
    stderr: BufReader<ChildStderr>,
    told: String,
}

impl Telling {
    pub(crate) fn start(arguments: &[String], variables: &[(&str, &str)]) -> Self {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = program(&arguments);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, told: String::new() }
    }

    /// What follows `before` on the first line that begins so.
    pub(crate) async fn told(&mut self, before: &str) -> String {
        loop {
            let mut line = String::new();
            let length = self.stderr.read_line(&mut line).await.unwrap();
            assert_ne!(length, 0, "no {before:?} in {}", self.told);
            self.told.push_str(&line);
            if let Some(rest) = line.trim_end().strip_prefix(before) {
                return rest.to_owned();
            }
        }
    }

    pub(crate) async fn end(mut self) -> Ran {
        let mut rest = String::new();
        let (output, _) = tokio::join!(self.child.wait_with_output(), self.stderr.read_to_string(&mut rest));
        let mut ran = Ran::from(output.unwrap());
        ran.stderr = self.told + &rest;
        ran
    }
}
