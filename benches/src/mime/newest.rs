//! mail-parser 1, in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Result, corpus::Tally, parse::agree};
use crate::row::Sample;

/// That process, which runs on the same core as everybody else and only while it is asked.
#[derive(Debug)]
pub(super) struct Newest {
    process: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Newest {
    /// Starts the program that `cargo xtask bench` has built beside this one.
    pub(super) fn start() -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("bench-mail-parser-1");
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let ask = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().ok_or("no output")?);
        Ok(Self { process, ask, answers })
    }

    /// One round.
    pub(super) fn round(&mut self, row: &str, count: usize, expected: Tally) -> Result<Sample> {
        let ask = self.ask.as_mut().ok_or("no input")?;
        writeln!(ask, "{row} {count}")?;
        ask.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let (nanoseconds, tally) = line.trim().split_once(' ').ok_or("mail-parser 1 gave no answer")?;
        let value: f64 = nanoseconds.parse()?;
        agree(Tally::from_line(tally).ok_or("mail-parser 1 gave no tally")?, expected)?;
        Ok(Sample { value, rate: Some(1e9 / value) })
    }
}

impl Drop for Newest {
    fn drop(&mut self) {
        // Without questions it ends by itself.
        self.ask = None;
        let _ = self.process.wait();
    }
}
