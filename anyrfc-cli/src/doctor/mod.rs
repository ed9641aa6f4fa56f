//! `anyrfc doctor`: which statements of its RFCs does a server break?
//!
//! The URL's scheme chooses the examination. Each is a row of probes: a probe gives the server the
//! chance to break some statements, mostly on a connection of its own, and says what came of it.
//! What goes wrong in a probe is told of the statements it was for, and never ends the examination.

mod examination;
mod imap;
mod oauth;
mod probe;
mod report;
mod smtp;
mod subject;
mod websocket;
mod wire;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use self::{examination::Examination, report::Report, subject::Subject};
use crate::{
    connection::ConnectionArgs,
    exit::{Exit, Failure},
    secret::SecretArgs,
    terminal,
};

const EXAMPLES: &str = "\
What is examined follows from the URL:
  ws, wss                        a WebSocket server (RFC 6455, RFC 7692)
  imap, imaps                    an IMAP server
  smtp, smtps, submission,
  submissions, lmtp, lmtp+unix   a mail server
  https (http on loopback)       an OAuth 2.0 authorization server, by its issuer

The doctor sends what a conforming client may send, and single small violations that a server \
has to refuse. It sends no floods and nothing large, and leaves nothing behind. Examine servers \
that are yours.

Statements are named by RFC, section and the number of their keyword in it: rfc6455#5.1-4 is the \
fourth capitalised keyword of section 5.1. A broken MUST ends with exit code 9; a SHOULD that is \
not followed is shown, and does so only with --strict.

Examples:
  anyrfc doctor wss://chat.example/socket
  anyrfc doctor --format html --out report.html https://login.example
  ANYRFC_SECRET=… anyrfc doctor --user juliet imaps://mail.example";

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("{EXAMPLES}\n\n{}", crate::exit::HELP))]
pub(crate) struct Args {
    /// The server: ws, wss, imap, imaps, smtp, smtps, submission, submissions, lmtp, lmtp+unix or https.
    url: String,
    /// Log in as this user, for what can be seen only then.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A client that the authorization server knows; with a secret from the keyring or the
    /// environment it authenticates by HTTP Basic, for what can be seen only then.
    #[arg(long, value_name = "ID", conflicts_with = "user")]
    client_id: Option<String>,
    /// A redirect URI of that client, which errors of the authorization endpoint are sent to.
    #[arg(long, value_name = "URI", requires = "client_id")]
    redirect_uri: Option<String>,
    /// How the report is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write the report to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Seconds that one probe may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// End with exit code 9 for a SHOULD that is not followed, too.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person at a terminal; `-v` lists what is kept and untested, too.
    Table,
    /// For a program.
    Json,
    /// One page that needs nothing else.
    Html,
}

/// What a URL's scheme asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    WebSocket,
    Imap,
    Smtp,
    OAuth,
}

impl Protocol {
    fn of(scheme: &str) -> Option<Self> {
        Some(match scheme {
            "ws" | "wss" => Self::WebSocket,
            "imap" | "imaps" => Self::Imap,
            "smtp" | "smtps" | "submission" | "submissions" | "lmtp" | "lmtp+unix" => Self::Smtp,
            "https" | "http" => Self::OAuth,
            _ => return None,
        })
    }

    /// The word of reports.
    const fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Imap => "imap",
            Self::Smtp => "smtp",
            Self::OAuth => "oauth2",
        }
    }
}

/// Examines the server, and writes the report.
///
/// # Errors
/// The examination cannot begin, or the report cannot be written.
pub(crate) async fn run(args: Args, verbose: u8) -> Result<Exit, Failure> {
    let dir = args.out.as_deref().and_then(Path::parent).filter(|dir| !dir.as_os_str().is_empty());
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        // Before minutes are spent on what could not be written.
        return Err(Failure::usage(format!("--out: {} is no directory", dir.display())));
    }
    let subject = Subject::new(&args)?;
    let mut found = Examination::default();
    found.hide(subject.secret());
    match subject.protocol() {
        Protocol::WebSocket => websocket::examine(&subject, &mut found).await?,
        Protocol::Imap => imap::examine(&subject, &mut found).await?,
        Protocol::Smtp => smtp::examine(&subject, &mut found).await?,
        Protocol::OAuth => oauth::examine(&subject, &mut found).await?,
    }
    found.done();
    let report = Report::new(&subject, &found);
    let format = if args.json { Format::Json } else { args.format };
    let text = match format {
        Format::Table => report.table(verbose > 0),
        Format::Json => report.json()?,
        Format::Html => report.html(),
    };
    write(args.out.as_deref(), format, &text)?;
    let broken = if args.strict { report.broken().next() } else { report.broken_absolutely().next() };
    Ok(broken.map_or(Exit::Done, |_| Exit::Broken))
}

/// To the file that was named, or to stdout.
fn write(out: Option<&Path>, format: Format, text: &str) -> Result<(), Failure> {
    match (out, format) {
        (Some(path), _) => std::fs::write(path, anstream::adapter::strip_str(text).to_string())
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display()))),
        (None, Format::Table) => terminal::line(text.trim_end()),
        (None, Format::Json | Format::Html) => terminal::raw(text.as_bytes()),
    }
}
