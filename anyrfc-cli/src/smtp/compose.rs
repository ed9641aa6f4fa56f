//! The message: written from options, or given.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyrfc_mime::{
    Message,
    build::{Builder, Composed, Part, Receiver},
};
use anyrfc_smtp::{Content, Error, Offered, WireMessage};
use indicatif::ProgressBar;
use tokio::io::AsyncReadExt as _;

use super::media::media_type;
use crate::{exit::Failure, terminal};

/// What the message says.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Message")]
pub(super) struct MessageArgs {
    /// Send this file as it is (line ends that are no CRLF become such, and Bcc is left out); `-` is stdin.
    #[arg(long, value_name = "FILE", conflicts_with_all = WRITTEN)]
    pub(super) data: Option<PathBuf>,
    /// The subject.
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// The text.
    #[arg(long, value_name = "TEXT", conflicts_with = "body_file")]
    body: Option<String>,
    /// The text, from this file; `-` is stdin.
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
    /// The same in HTML, from this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Attach this file; may be given several times.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// To these as well, whom all can see.
    #[arg(long, value_name = "ADDR")]
    cc: Vec<String>,
    /// To these as well, whom nobody can see.
    #[arg(long, value_name = "ADDR")]
    bcc: Vec<String>,
    /// Where answers are to go.
    #[arg(long, value_name = "ADDR")]
    reply_to: Vec<String>,
    /// Another header field: `X-Priority: 5`.
    #[arg(long, value_name = "NAME: TEXT")]
    header: Vec<String>,
}

/// What is not said of a message that is given.
const WRITTEN: [&str; 9] =
    ["subject", "body", "body_file", "html", "attach", "cc", "bcc", "reply_to", "header"];

/// A message to be sent.
pub(super) enum Letter {
    /// From the options; attachments are read while it is sent.
    Written(Box<Composed<'static>>),
    Given(Message<'static>),
}

async fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let said = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    if path == Path::new("-") {
        let mut octets = Vec::new();
        tokio::io::stdin().read_to_end(&mut octets).await.map_err(said)?;
        return Ok(octets);
    }
    std::fs::read(path).map_err(said)
}

async fn read_text(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(path).await?);
    text.map_err(|_| Failure::usage(format!("{}: that is no UTF-8", path.display())))
}

/// The message that the options describe. `bar` shows how much of the attachments was read.
pub(super) async fn letter(
    args: &MessageArgs,
    from: Option<&str>,
    to: &[String],
    bar: &ProgressBar,
) -> Result<Letter, Failure> {
    if let Some(path) = &args.data {
        let octets = read(path).await?;
        if octets.is_empty() {
            return Err(Failure::usage("the message is empty"));
        }
        return Ok(Letter::Given(Message::from_bytes(octets.into())));
    }
    let from = from.ok_or_else(|| Failure::usage("nobody to send it: give --from"))?;
    let mut builder = Builder::new()
        .from(from.to_owned())
        .to(to.to_vec())
        .cc(args.cc.clone())
        .bcc(args.bcc.clone())
        .reply_to(args.reply_to.clone());
    if let Some(subject) = &args.subject {
        builder = builder.subject(subject.clone());
    }
    for field in &args.header {
        let Some((name, text)) = field.split_once(':') else {
            return Err(Failure::usage("--header: a field is written NAME: TEXT"));
        };
        builder = builder.field(name.trim_end().to_owned(), text.trim().to_owned());
    }
    let text = match (&args.body, &args.body_file) {
        (Some(text), _) => Some(text.clone()),
        (None, Some(path)) => Some(read_text(path).await?),
        (None, None) => None,
    };
    if text.is_some() || args.html.is_none() && args.attach.is_empty() {
        builder = builder.text(text.unwrap_or_default());
    }
    if let Some(path) = &args.html {
        builder = builder.html(read_text(path).await?);
    }
    for path in &args.attach {
        builder = builder.attach(attachment(path, bar).await?);
    }
    let composed = builder.build()?;
    Ok(Letter::Written(Box::new(composed)))
}

async fn attachment(path: &Path, bar: &ProgressBar) -> Result<Part<'static>, Failure> {
    let media_type = media_type(path);
    let part = if media_type.starts_with("text/") {
        let octets = read(path).await?;
        // Text of a charset that nobody has named is no text.
        match String::from_utf8(octets) {
            Ok(text) => Part::new(media_type, text),
            Err(other) => Part::new("application/octet-stream", other.into_bytes()),
        }
    } else {
        let said = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(said)?;
        let length = file.metadata().map_err(said)?.len();
        bar.inc_length(length);
        Part::sized_reader(media_type, length, bar.wrap_read(file))
    };
    Ok(match path.file_name() {
        Some(name) => part.named(name.to_string_lossy().into_owned()),
        None => part,
    })
}

impl Letter {
    /// The whole message as a server without any extension would get it.
    pub(super) fn into_octets(self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Given(message) => Ok(message.raw().to_vec()),
            Self::Written(composed) => {
                let mut writer = composed.into_writer(Receiver::default()).map_err(Error::from)?;
                let mut octets = Vec::new();
                while writer.next_chunk(&mut octets).map_err(Error::from)? {}
                Ok(octets)
            }
        }
    }
}

/// A message, and whether it may be written in any octets, which only BDAT can carry.
pub(super) struct Outgoing {
    pub(super) letter: Letter,
    pub(super) binary: bool,
}

impl WireMessage<'static> for Outgoing {
    fn content(self, to: Offered) -> Result<Content<'static>, Error> {
        let to = to.with_binary(to.binary && self.binary);
        match self.letter {
            Letter::Written(composed) => composed.content(to),
            Letter::Given(message) => message.content(to),
        }
    }
}

/// Shows the octets on stdout: to a person without what could control the terminal.
pub(super) fn show(octets: &[u8]) -> Result<(), Failure> {
    use std::io::IsTerminal as _;
    if !std::io::stdout().is_terminal() {
        return terminal::raw(octets);
    }
    for line in octets.split_inclusive(|byte| *byte == b'\n') {
        terminal::line(&terminal::plain_line(line))?;
    }
    Ok(())
}
