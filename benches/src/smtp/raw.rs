//! As little of a client as there can be: octets made beforehand, one write a turn, and a look at the codes that come.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::{
    Result,
    client::{Client, Spent, timed},
    mail::{HELLO, RECIPIENT, SENDER},
};

const PATIENCE: Duration = Duration::from_secs(60);
/// What one read asks for: more than all replies of a window.
const READ: usize = 16 << 10;

/// How its turns are made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turns {
    /// `MAIL`, `RCPT`, `DATA`, and the message: four.
    Each,
    /// The envelope in one, the message in another.
    Envelope,
    /// The next envelope goes behind the message (RFC 2920).
    Behind,
    /// So many messages are under way, each with `BDAT` (RFC 3030).
    Window(usize),
}

/// A blocking socket.
pub(super) struct Raw {
    stream: TcpStream,
    buffer: Vec<u8>,
    turns: Turns,
    /// `MAIL`, `RCPT`, `DATA`.
    commands: [String; 3],
    envelope: Vec<u8>,
    /// The message with the line that ends it.
    content: Vec<u8>,
    /// That, and the next envelope.
    both: Vec<u8>,
    /// A whole transaction in one.
    chunked: Vec<u8>,
}

impl Raw {
    pub(super) fn connect(server: SocketAddr, message: &[u8], turns: Turns) -> Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let commands = [
            format!("MAIL FROM:<{SENDER}>\r\n"),
            format!("RCPT TO:<{RECIPIENT}>\r\n"),
            "DATA\r\n".to_owned(),
        ];
        let envelope = commands.concat().into_bytes();
        // No line of it begins with a dot.
        let content = [message, b".\r\n"].concat();
        let both = [&content[..], &envelope].concat();
        let bdat = format!("BDAT {} LAST\r\n", message.len());
        let chunked = [commands[0].as_bytes(), commands[1].as_bytes(), bdat.as_bytes(), message].concat();
        let buffer = vec![0; READ];
        let mut raw = Self { stream, buffer, turns, commands, envelope, content, both, chunked };
        raw.expect(&["220"])?;
        raw.stream.write_all(format!("EHLO {HELLO}\r\n").as_bytes())?;
        raw.expect(&["250"])?;
        Ok(raw)
    }

    fn each(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            for (command, code) in [(0, "250"), (1, "250"), (2, "354")] {
                self.stream.write_all(self.commands[command].as_bytes())?;
                self.expect(&[code])?;
            }
            self.stream.write_all(&self.content)?;
            self.expect(&["250"])?;
        }
        Ok(())
    }

    fn envelope(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.stream.write_all(&self.envelope)?;
            self.expect(&["250", "250", "354"])?;
            self.stream.write_all(&self.content)?;
            self.expect(&["250"])?;
        }
        Ok(())
    }

    fn behind(&mut self, count: usize) -> Result<()> {
        self.stream.write_all(&self.envelope)?;
        self.expect(&["250", "250", "354"])?;
        for _ in 1..count {
            self.stream.write_all(&self.both)?;
            self.expect(&["250", "250", "250", "354"])?;
        }
        self.stream.write_all(&self.content)?;
        self.expect(&["250"])
    }

    fn window(&mut self, count: usize, window: usize) -> Result<()> {
        let (mut sent, mut replies, mut held) = (0, 0, 0);
        let mut out = Vec::new();
        while replies < 3 * count {
            out.clear();
            while sent < count && sent < replies / 3 + window {
                out.extend_from_slice(&self.chunked);
                sent += 1;
            }
            self.stream.write_all(&out)?;
            held += read(&mut self.stream, &mut self.buffer[held..])?;
            let mut at = 0;
            while let Some(length) = self.buffer[at..held].iter().position(|&octet| octet == b'\n') {
                if self.buffer[at] != b'2' {
                    return Err(refused(&self.buffer[at..held]));
                }
                (at, replies) = (at + length + 1, replies + 1);
            }
            self.buffer.copy_within(at..held, 0);
            held -= at;
        }
        Ok(())
    }

    /// Reads until there are as many replies, and looks at their codes.
    fn expect(&mut self, codes: &[&str]) -> Result<()> {
        let mut held = 0;
        loop {
            held += read(&mut self.stream, &mut self.buffer[held..])?;
            let replies = &self.buffer[..held];
            if !replies.ends_with(b"\r\n") {
                continue;
            }
            // All but the last line of a reply have a hyphen behind the code (RFC 5321 §4.2.1).
            let last = |line: &&[u8]| line.get(3) != Some(&b'-');
            let lines = || replies.split_inclusive(|&octet| octet == b'\n').filter(last);
            if lines().count() < codes.len() {
                continue;
            }
            let good = lines().zip(codes).all(|(line, code)| line.starts_with(code.as_bytes()));
            return if good { Ok(()) } else { Err(refused(replies)) };
        }
    }
}

fn read(stream: &mut TcpStream, room: &mut [u8]) -> Result<usize> {
    match stream.read(room)? {
        0 => Err("the server closed the connection".into()),
        some => Ok(some),
    }
}

fn refused(replies: &[u8]) -> Box<dyn std::error::Error> {
    String::from_utf8_lossy(replies).into()
}

impl Client for Raw {
    fn send(&mut self, count: usize) -> Result<Spent> {
        timed(|| match self.turns {
            Turns::Each => self.each(count),
            Turns::Envelope => self.envelope(count),
            Turns::Behind => self.behind(count),
            Turns::Window(window) => self.window(count, window),
        })
    }
}
