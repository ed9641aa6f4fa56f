//! smtplib of Python's standard library, in a process of its own that measures itself.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use super::{
    Result,
    client::{Client, Spent},
    mail::{HELLO, RECIPIENT, SENDER},
};

const PROGRAM: &str = include_str!("smtplib.py");

/// A running interpreter. It ends when its standard input does.
pub(super) struct Smtplib {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Smtplib {
    pub(super) fn connect(server: SocketAddr, message: &[u8]) -> Result<Self> {
        let (host, port, octets) =
            (server.ip().to_string(), server.port().to_string(), message.len().to_string());
        let mut child = Command::new("python3")
            .args(["-c", PROGRAM, &host, &port, HELLO, SENDER, RECIPIENT, &octets])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("smtplib needs python3: {error}"))?;
        let (Some(mut orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("smtplib: no pipes".into());
        };
        orders.write_all(message)?;
        Ok(Self { child, orders: Some(orders), answers: BufReader::new(answers) })
    }
}

impl Client for Smtplib {
    fn send(&mut self, count: usize) -> Result<Spent> {
        let orders = self.orders.as_mut().ok_or("smtplib has ended")?;
        writeln!(orders, "{count}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let (processor, wall) = answer.trim().split_once(' ').ok_or("smtplib did not send")?;
        let nanoseconds = |text: &str| Ok::<_, std::num::ParseIntError>(Duration::from_nanos(text.parse()?));
        Ok(Spent { processor: nanoseconds(processor)?, wall: nanoseconds(wall)? })
    }
}

impl Drop for Smtplib {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.child.wait();
    }
}
