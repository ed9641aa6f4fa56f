//! The server everybody talks to: a process of its own that polls, and does
//! nothing it can leave out.
//!
//! `/echo` sends every frame back; `/blast/KIND/SIZE/COUNT` sends so many
//! messages once it has heard something; `/sink/SIZE/COUNT` answers once it has
//! counted so many.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    rc::Rc,
};

use anyrfc_websocket::codec::{FrameHeader, OpCode, mask};
use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, Interest},
    net::{TcpListener, TcpStream},
    task::LocalSet,
};

use super::{
    KIB, Result,
    memory::{answer, server_frame},
};
use crate::row;

/// The sink's answer.
pub(super) const COUNTED: &[u8] = b"counted";

/// What is written back waits up to so many bytes before the server reads on.
const BACKLOG: usize = 8 << 20;
/// What one read asks for.
const READ: usize = 256 * KIB;

/// The process; it ends with its handle.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts this program again, on the same core.
    pub(super) fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["helper", "server"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, process })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its input ends it; waiting leaves no zombie behind.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The process's own life: until its input ends.
pub(super) fn main() -> Result<()> {
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    row::raise_file_limit()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        io::stdout().flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::task::spawn_local(async move {
                // The client finds out by itself what it did not get.
                let _ = serve(stream).await;
            });
        }
    })
}

async fn serve(mut stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    let answer = loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        if let Some(answer) = answer(&request) {
            break answer;
        }
    };
    let line = String::from_utf8(request)?;
    let path = line.split(' ').nth(1).ok_or("no path")?.to_owned();
    stream.write_all(answer.as_bytes()).await?;
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match *parts.as_slice() {
        ["echo"] => echo(stream).await,
        ["blast", kind, size, count] => blast(stream, kind == "text", size.parse()?, count.parse()?).await,
        ["sink", size, count] => sink(stream, size.parse()?, count.parse()?).await,
        _ => Err("no such path".into()),
    }
}

/// The frame of which a part has come.
#[derive(Debug, Default)]
struct Frames {
    /// The payload bytes that are still missing, the key, and how many have come.
    current: Option<(usize, [u8; 4], usize)>,
    messages: usize,
    bytes: usize,
}

impl Frames {
    /// Takes what has come off `input`; `out` gets it back unmasked.
    fn take(&mut self, input: &mut BytesMut, mut out: Option<&mut Vec<u8>>) -> Result<()> {
        loop {
            let Some((missing, key, offset)) = self.current else {
                let decoded = FrameHeader::decode(input).map_err(|fault| format!("{fault:?}"))?;
                let Some((header, used)) = decoded else { return Ok(()) };
                input.advance(used);
                let key = header.mask.ok_or("not masked")?;
                if header.opcode == OpCode::Close || !header.fin {
                    return Err("not expected here".into());
                }
                self.current = Some((usize::try_from(header.length)?, key, 0));
                if let Some(out) = &mut out {
                    let mut head = BytesMut::new();
                    FrameHeader { mask: None, ..header }.encode(&mut head);
                    out.extend_from_slice(&head);
                }
                continue;
            };
            let some = missing.min(input.len());
            if let Some(out) = &mut out {
                let start = out.len();
                out.extend_from_slice(&input[..some]);
                mask::apply(&mut out[start..], key, offset);
            }
            input.advance(some);
            self.bytes += some;
            if some < missing {
                self.current = Some((missing - some, key, offset + some));
                return Ok(());
            }
            self.messages += 1;
            self.current = None;
        }
    }
}

/// Reads what there is; whether that was anything. `None` at the end.
fn read(stream: &TcpStream, input: &mut BytesMut) -> io::Result<Option<bool>> {
    input.reserve(READ);
    match stream.try_read_buf(input) {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(true)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Some(false)),
        Err(error) => Err(error),
    }
}

/// Writes what the peer takes.
fn write(stream: &TcpStream, out: &mut Vec<u8>, from: &mut usize) -> io::Result<bool> {
    if *from == out.len() {
        return Ok(false);
    }
    match stream.try_write(&out[*from..]) {
        Ok(count) => {
            *from += count;
            if *from == out.len() {
                out.clear();
                *from = 0;
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error),
    }
}

async fn echo(stream: TcpStream) -> Result<()> {
    let (mut input, mut out, mut from) = (BytesMut::new(), Vec::new(), 0);
    let mut frames = Frames::default();
    loop {
        let waiting = out.len() - from;
        let may_read = waiting < BACKLOG;
        let mut moved = false;
        if may_read {
            let Some(some) = read(&stream, &mut input)? else { return Ok(()) };
            moved = some;
            frames.take(&mut input, Some(&mut out))?;
        }
        moved |= write(&stream, &mut out, &mut from)?;
        if moved {
            continue;
        }
        let mut interest = if may_read { Interest::READABLE } else { Interest::WRITABLE };
        if out.len() > from {
            interest = interest.add(Interest::WRITABLE);
        } else {
            // An idle connection holds nothing.
            (input, out) = (BytesMut::new(), Vec::new());
        }
        stream.ready(interest).await?;
    }
}

async fn blast(mut stream: TcpStream, text: bool, size: usize, count: usize) -> Result<()> {
    let opcode = if text { OpCode::Text } else { OpCode::Binary };
    let payload: Vec<u8> = (0..size).map(|at| b'a' + (at % 23) as u8).collect();
    let frame = server_frame(opcode, &payload);
    let block: Rc<[u8]> = frame.repeat((READ / frame.len()).max(1)).into();
    while stream.read(&mut [0; 64]).await? > 0 {
        let mut left = count * frame.len();
        while left > 0 {
            let some = block.len().min(left);
            stream.write_all(&block[..some]).await?;
            left -= some;
        }
    }
    Ok(())
}

async fn sink(mut stream: TcpStream, size: usize, count: usize) -> Result<()> {
    let mut input = BytesMut::new();
    let mut frames = Frames::default();
    while frames.messages < count {
        match read(&stream, &mut input)? {
            None => return Ok(()),
            Some(true) => frames.take(&mut input, None)?,
            Some(false) => stream.readable().await?,
        }
    }
    if (frames.messages, frames.bytes) == (count, count * size) {
        stream.write_all(&server_frame(OpCode::Binary, COUNTED)).await?;
    }
    // The client goes first.
    while stream.read(&mut [0; 64]).await? > 0 {}
    Ok(())
}
