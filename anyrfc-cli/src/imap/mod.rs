//! `anyrfc imap`: the mailboxes of a server.

mod append;
mod change;
mod criteria;
mod day;
mod describe;
mod fetch;
mod mailboxes;
mod part;
mod search;
mod sink;
mod watch;

use std::time::Duration;

use anyrfc_imap::{Capability, Event, ImapClient, SequenceSet, UidSet};

use crate::{
    connection::ConnectionArgs,
    exit::{Exit, Failure},
    login::{LoginArgs, Server},
    terminal::{self, FormatArgs},
};

/// How long the server may take to say goodbye.
const LEAVE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
The URL is imaps://[USER@]HOST[:PORT]/ for TLS from the first byte, or imap:// for STARTTLS; without
TLS nothing is done unless --plaintext says so. The password comes from the variable ANYRFC_SECRET, the
keyring (--secret-keyring), or is asked for. Messages are named by UIDs: 7, 3:9, 120:* (all from 120
on), * (the last), and several with commas between.

Examples:
  What is there, and how much of it:
    anyrfc imap imaps://ann@mail.example/ list --status
  The unread mail of this year with large attachments, and what it is about:
    anyrfc imap imaps://ann@mail.example/ search INBOX --unseen --since 2026-01-01 --larger 5M
    anyrfc imap imaps://ann@mail.example/ fetch INBOX 4711:4715
  Save an attachment:
    anyrfc imap imaps://ann@mail.example/ fetch INBOX 4711 --structure
    anyrfc imap imaps://ann@mail.example/ fetch INBOX 4711 --part 2 --decode --out .
  Wait for one message:
    anyrfc imap imaps://ann@mail.example/ watch INBOX --count 1 --json
  With a token:
    anyrfc imap imaps://ann@mail.example/ --token --mechanism OAUTHBEARER list";

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, mut_args(anywhere))]
pub(crate) struct Args {
    /// The server: `imaps://[USER@]HOST[:PORT]/`, or `imap://` for STARTTLS.
    url: String,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    login: LoginArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(subcommand)]
    command: Command,
}

/// Options may stand before and behind what is to be done.
fn anywhere(arg: clap::Arg) -> clap::Arg {
    let named = !arg.is_positional();
    arg.global(named)
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show what the server is, how the connection is secured, and what it can do.
    Capabilities,
    /// List mailboxes.
    List(mailboxes::ListArgs),
    /// Show how much is in mailboxes.
    Status(mailboxes::StatusArgs),
    /// Find messages, and print their UIDs.
    Search(search::Args),
    /// Show messages, or save them.
    Fetch(fetch::Args),
    /// Print what happens in a mailbox while it happens.
    Watch(watch::Args),
    /// Put a message into a mailbox.
    Append(append::Args),
    /// Change the flags of messages.
    Flag(change::FlagArgs),
    /// Copy messages to another mailbox.
    Copy(change::TransferArgs),
    /// Move messages to another mailbox.
    Move(change::TransferArgs),
    /// Delete messages for good: these, and no others that are marked so.
    Delete(change::DeleteArgs),
}

/// Connects, does what is asked, and leaves in order, also upon Ctrl-C.
pub(crate) async fn run(args: Args) -> Result<Exit, Failure> {
    let mut client = tokio::select! {
        client = connect(&args) => client?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    let outcome = tokio::select! {
        outcome = perform(&mut client, &args.command, args.format.is_json()) => outcome,
        // Whoever watches ends it so.
        _ = tokio::signal::ctrl_c() => match args.command {
            Command::Watch(_) => Ok(Exit::Done),
            _ => Ok(Exit::Interrupted),
        },
    };
    alerts(&mut client);
    // What was asked for is done, or has failed: how the connection ends changes nothing.
    let _ = tokio::time::timeout(LEAVE, client.logout()).await;
    outcome
}

async fn connect(args: &Args) -> Result<ImapClient, Failure> {
    let server = Server::parse(&args.url)?;
    let credentials = args.login.credentials(&server, args.connection.has_certificate())?;
    if credentials.is_none() && !matches!(args.command, Command::Capabilities) {
        return Err(Failure::usage("nobody to log in as: name a user, by --user or in the URL"));
    }
    let mut builder = ImapClient::builder()
        .security(args.login.security(&server, "imaps", args.connection.tls()?))
        .sasl(args.login.policy(&server))
        .transport(args.connection.transport()?);
    if let Command::Watch(watch) = &args.command {
        // Tells which messages have gone by their UIDs.
        builder = builder.enable([Capability::QResync]).poll_interval(watch.interval());
    }
    let turning = terminal::spinner("connecting");
    let mut client = builder.connect(&server.url).await?;
    if let Some(credentials) = credentials {
        turning.set_message("logging in");
        let login = client.authenticate(&credentials).await?;
        tracing::info!(mechanism = %login.mechanism, mutual = login.mutual, "logged in");
    }
    turning.finish_and_clear();
    Ok(client)
}

async fn perform(client: &mut ImapClient, command: &Command, json: bool) -> Result<Exit, Failure> {
    match command {
        Command::Capabilities => mailboxes::capabilities(client, json).await,
        Command::List(args) => mailboxes::list(client, args, json).await,
        Command::Status(args) => mailboxes::status(client, args, json).await,
        Command::Search(args) => search::run(client, args, json).await,
        Command::Fetch(args) => fetch::run(client, args, json).await,
        Command::Watch(args) => watch::run(client, args, json).await,
        Command::Append(args) => append::run(client, args, json).await,
        Command::Flag(args) => change::flag(client, args, json).await,
        Command::Copy(args) => change::copy(client, args, json).await,
        Command::Move(args) => change::relocate(client, args, json).await,
        Command::Delete(args) => change::delete(client, args, json).await,
    }
}

/// What the server wants a person to read (RFC 9051, section 7.1).
fn alerts(client: &mut ImapClient) {
    while let Some(event) = client.take_event() {
        if let Event::Alert { text, confidential } = event {
            let whose =
                if confidential { "the server says" } else { "the server, or somebody on the way, says" };
            terminal::note(&format!("{whose}: {}", terminal::plain(&text)));
        }
    }
}

/// UIDs as the command line names them.
fn uids(text: &str) -> Result<SequenceSet, String> {
    match text.parse::<SequenceSet>() {
        Ok(set) if !set.is_saved() => Ok(set),
        _ => Err("UIDs look like 7, 3:9, 120:* or *, with commas between several".to_owned()),
    }
}

/// Those of the messages that are there.
async fn there(mailbox: &mut anyrfc_imap::Selected<'_>, uids: &SequenceSet) -> Result<UidSet, Failure> {
    let found = mailbox.search(&anyrfc_imap::SearchQuery::uids(uids.clone())).await?;
    if found.is_empty() {
        return Err(Failure::new(Exit::Refused, format!("{} has no such message", mailbox.name())));
    }
    Ok(found)
}
