//! As little of a client as there can be: commands are written, and answers drained unread.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::{PASSWORD, Result, USER};

/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// What one read asks for.
const READ: usize = 128 << 10;

/// An open connection.
pub(super) struct Raw {
    stream: TcpStream,
    buffer: Vec<u8>,
    tags: usize,
}

impl Raw {
    /// Connects and logs in.
    pub(super) fn connect(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut raw = Self { stream, buffer: vec![0; READ], tags: 0 };
        raw.drain_until("* OK")?;
        raw.command(&format!("LOGIN {USER} {PASSWORD}"))?;
        Ok(raw)
    }

    /// One command without literals; how many octets were answered.
    pub(super) fn command(&mut self, command: &str) -> Result<usize> {
        self.send(command.as_bytes())
    }

    /// One command, its literals not waited for.
    pub(super) fn send(&mut self, command: &[u8]) -> Result<usize> {
        self.tags += 1;
        let tag = format!("a{} ", self.tags);
        self.stream.write_all(&[tag.as_bytes(), command, b"\r\n"].concat())?;
        self.drain_until(&tag)
    }

    /// Reads until the last line begins so, and is complete and good.
    pub(super) fn drain_until(&mut self, begin: &str) -> Result<usize> {
        let (mut count, mut tail) = (0, Vec::new());
        loop {
            let some = self.stream.read(&mut self.buffer)?;
            if some == 0 {
                return Err("the server closed the connection".into());
            }
            count += some;
            // The last line is short; what is before it is not looked at.
            tail.extend_from_slice(&self.buffer[some.saturating_sub(1024)..some]);
            tail.drain(..tail.len().saturating_sub(1024));
            let Some(complete) = tail.strip_suffix(b"\r\n") else { continue };
            let start = complete.iter().rposition(|&octet| octet == b'\n').map_or(0, |at| at + 1);
            if let Some(rest) = complete[start..].strip_prefix(begin.as_bytes()) {
                let good = begin.starts_with('*') || rest.starts_with(b"OK");
                let line = || String::from_utf8_lossy(&complete[start..]).into_owned();
                return if good { Ok(count) } else { Err(line().into()) };
            }
        }
    }

    /// Writes all of it, without waiting for an answer.
    pub(super) fn write(&mut self, octets: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(octets)?)
    }
}
