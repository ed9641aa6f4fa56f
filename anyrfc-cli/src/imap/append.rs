//! `anyrfc imap URL append`.

use std::{
    fs::File,
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
};

use anyrfc_imap::{AppendOptions, DateTime, Flag, ImapClient};
use indicatif::ProgressBar;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use super::day;
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Puts a message into a mailbox. Line ends that are no CRLF become such.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to.
    mailbox: String,
    /// The message; `-` is stdin, which is read to its end first.
    file: PathBuf,
    /// With this flag: `\Seen`, `$Junk`; may be given several times.
    #[arg(long, value_name = "FLAG")]
    flag: Vec<String>,
    /// As if it had been received at this time.
    #[arg(long, value_name = "TIME", value_parser = day::time)]
    date: Option<DateTime>,
}

/// How much of a file is read at a time.
const PIECE: usize = 64 << 10;

pub(super) async fn run(client: &mut ImapClient, args: &Args, json: bool) -> Result<Exit, Failure> {
    let mut options = AppendOptions::new();
    for flag in &args.flag {
        options = options.flag(Flag::from(flag.as_str()));
    }
    if let Some(date) = args.date {
        options = options.internal_date(date);
    }
    let (octets, appended) = if args.file == Path::new("-") {
        let mut message = Vec::new();
        tokio::io::stdin().read_to_end(&mut message).await?;
        let octets = length(&mut message.as_slice())?;
        let mut source = CrLf::new(message.as_slice(), terminal::bytes_bar(octets, "appending"));
        (octets, client.append(&args.mailbox, options, &mut source, octets).await?)
    } else {
        let said = |error: std::io::Error| Failure::usage(format!("{}: {error}", args.file.display()));
        let octets = length(&mut File::open(&args.file).map_err(said)?)
            .map_err(|error| Failure::usage(format!("{}: {error}", args.file.display())))?;
        let file = tokio::fs::File::open(&args.file).await.map_err(said)?;
        let mut source = CrLf::new(file, terminal::bytes_bar(octets, "appending"));
        (octets, client.append(&args.mailbox, options, &mut source, octets).await?)
    };
    let uid = appended.as_ref().and_then(|appended| appended.uid()).map(|uid| uid.get());
    let validity = appended.map(|appended| appended.uid_validity.get());
    if json {
        let value =
            json!({ "mailbox": args.mailbox, "octets": octets, "uid": uid, "uid_validity": validity });
        terminal::json(&value)?;
    } else if let Some(uid) = uid {
        terminal::line(&uid.to_string())?;
    } else {
        terminal::note("the server does not say under which UID");
    }
    Ok(Exit::Done)
}

/// How long a message is with CRLF at the ends of its lines.
fn length(source: &mut impl std::io::Read) -> Result<u64, Failure> {
    let (mut ends, mut octets) = (LineEnds::default(), 0);
    let (mut piece, mut written) = (vec![0; PIECE], Vec::new());
    loop {
        let read = source.read(&mut piece)?;
        if read == 0 {
            break;
        }
        ends.mend(piece.get(..read).unwrap_or_default(), &mut written);
        octets += written.len() as u64;
        written.clear();
    }
    if octets == 0 {
        return Err(Failure::usage("the message is empty"));
    }
    Ok(octets)
}

/// Puts a CR before each LF that has none.
#[derive(Debug, Default)]
struct LineEnds {
    after_cr: bool,
}

impl LineEnds {
    fn mend(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for line in piece.split_inclusive(|byte| *byte == b'\n') {
            let Some(text) = line.strip_suffix(b"\n") else {
                out.extend_from_slice(line);
                self.after_cr = line.ends_with(b"\r");
                continue;
            };
            out.extend_from_slice(text);
            let has = if text.is_empty() { self.after_cr } else { text.ends_with(b"\r") };
            out.extend_from_slice(if has { b"\n" } else { b"\r\n" });
            self.after_cr = false;
        }
    }
}

/// A message with CRLF at the ends of its lines, while it is read.
struct CrLf<R> {
    source: R,
    ends: LineEnds,
    raw: Vec<u8>,
    mended: Vec<u8>,
    taken: usize,
    bar: ProgressBar,
}

impl<R> CrLf<R> {
    fn new(source: R, bar: ProgressBar) -> Self {
        Self { source, ends: LineEnds::default(), raw: vec![0; PIECE], mended: Vec::new(), taken: 0, bar }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for CrLf<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let Self { source, ends, raw, mended, taken, bar } = self.get_mut();
        while *taken == mended.len() {
            let mut window = ReadBuf::new(raw);
            ready!(Pin::new(&mut *source).poll_read(cx, &mut window))?;
            if window.filled().is_empty() {
                bar.finish_and_clear();
                return Poll::Ready(Ok(()));
            }
            mended.clear();
            *taken = 0;
            ends.mend(window.filled(), mended);
        }
        let rest = mended.get(*taken..).unwrap_or_default();
        let most = rest.len().min(out.remaining());
        out.put_slice(rest.get(..most).unwrap_or_default());
        *taken += most;
        bar.inc(most as u64);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_mended_wherever_pieces_end() {
        let text = b"a\nb\r\nc\r\r\n\n\r\nd\r";
        let whole = b"a\r\nb\r\nc\r\r\n\r\n\r\nd\r";
        for size in 1..=text.len() {
            let (mut ends, mut out) = (LineEnds::default(), Vec::new());
            text.chunks(size).for_each(|piece| ends.mend(piece, &mut out));
            assert_eq!(out.escape_ascii().to_string(), whole.escape_ascii().to_string(), "{size}");
        }
        assert_eq!(length(&mut text.as_slice()).unwrap(), whole.len() as u64);
        assert!(length(&mut b"".as_slice()).is_err());
    }
}
