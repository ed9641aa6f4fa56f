//! As little of a client as there can be: commands are written, and answers drained unread.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use zlib_rs::{Inflate, InflateFlush};

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
    /// Once both sides compress.
    inflater: Option<(Inflate, Vec<u8>)>,
}

impl Raw {
    /// Connects and logs in.
    pub(super) fn connect(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut raw = Self { stream, buffer: vec![0; READ], tags: 0, inflater: None };
        raw.drain_until("* OK")?;
        raw.command(&format!("LOGIN {USER} {PASSWORD}"))?;
        Ok(raw)
    }

    /// Both sides compress from now on.
    pub(super) fn compress(&mut self) -> Result<()> {
        self.command("COMPRESS DEFLATE")?;
        self.inflater = Some((Inflate::new(false, 15), vec![0; READ]));
        Ok(())
    }

    /// One command without literals; how many octets were answered.
    pub(super) fn command(&mut self, command: &str) -> Result<usize> {
        self.send(command.as_bytes())
    }

    /// One command, its literals not waited for.
    pub(super) fn send(&mut self, command: &[u8]) -> Result<usize> {
        self.tags += 1;
        let tag = format!("a{} ", self.tags);
        let mut octets = [tag.as_bytes(), command, b"\r\n"].concat();
        if self.inflater.is_some() {
            // A block that is stored as it is.
            let length = u16::try_from(octets.len())?;
            octets = [&[0][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &octets].concat();
        }
        self.stream.write_all(&octets)?;
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
            match &mut self.inflater {
                None => count += note(&self.buffer[..some], &mut tail),
                Some((inflater, room)) => count += inflate(inflater, room, &self.buffer[..some], &mut tail)?,
            }
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

/// Keeps the end of what came, which is enough: the last line is short.
fn note(octets: &[u8], tail: &mut Vec<u8>) -> usize {
    tail.extend_from_slice(&octets[octets.len().saturating_sub(1024)..]);
    tail.drain(..tail.len().saturating_sub(1024));
    octets.len()
}

/// The same of what comes out of it.
fn inflate(inflater: &mut Inflate, room: &mut [u8], mut octets: &[u8], tail: &mut Vec<u8>) -> Result<usize> {
    let mut count = 0;
    loop {
        let before = (inflater.total_in(), inflater.total_out());
        inflater.decompress(octets, room, InflateFlush::NoFlush).map_err(|error| error.as_str())?;
        octets = &octets[(inflater.total_in() - before.0) as usize..];
        let made = (inflater.total_out() - before.1) as usize;
        count += note(&room[..made], tail);
        if made < room.len() {
            return Ok(count);
        }
    }
}
