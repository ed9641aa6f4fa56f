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

use std::{sync::Arc, time::Duration};

use anyrfc_core::Credentials;
use anyrfc_imap::{Builder, Capability, Event, ImapClient, ReconnectingClient, SequenceSet, UidSet};

use crate::{
    connection::ConnectionArgs,
    exit::{Exit, Failure},
    login::{LoginArgs, Server},
    terminal::{self, FormatArgs},
};

/// How long the server may take to say goodbye.
const LEAVE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
The URL is imaps://[USER@]HOST[:PORT]/ for TLS from the first byte, or imap:// for STARTTLS; without \
TLS nothing is done unless --plaintext says so. The password comes from the variable ANYRFC_SECRET, the \
keyring (--secret-keyring), or is asked for. Messages are named by UIDs: 7, 3:9, 120:* (all from 120 \
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
#[command(after_long_help = format!("{EXAMPLES}\n\n{}", crate::exit::HELP), mut_args(anywhere))]
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
    #[command(flatten)]
    Once(Once),
    /// Print what happens in a mailbox while it happens.
    Watch(watch::Args),
}

/// What is done on one connection.
#[derive(Debug, clap::Subcommand)]
enum Once {
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
    let Connected { mut client, builder, url, credentials } = tokio::select! {
        connected = connect(&args) => connected?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    let json = args.format.is_json();
    let command = match &args.command {
        Command::Once(command) => command,
        Command::Watch(watch) => {
            let mail =
                ReconnectingClient::new(builder, &url, credentials, watch.policy())?.with_client(client);
            return watch_and_leave(mail, watch, json).await;
        }
    };
    let outcome = tokio::select! {
        outcome = perform(&mut client, command, json) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
    };
    alerts(&mut client);
    // What was asked for is done, or has failed: how the connection ends changes nothing.
    let _ = tokio::time::timeout(LEAVE, client.logout()).await;
    outcome
}

/// Watches until that is enough, or Ctrl-C, which is how it usually ends.
async fn watch_and_leave(
    mut mail: ReconnectingClient,
    args: &watch::Args,
    json: bool,
) -> Result<Exit, Failure> {
    let outcome = tokio::select! {
        outcome = watch::run(&mut mail, args, json) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Done),
    };
    let _ = tokio::time::timeout(LEAVE, mail.close()).await;
    outcome
}

/// A connection, and what it takes to make it again.
struct Connected {
    client: ImapClient,
    builder: Builder,
    url: String,
    credentials: Arc<Credentials>,
}

async fn connect(args: &Args) -> Result<Connected, Failure> {
    let server = Server::parse(&args.url)?;
    if !["imap", "imaps"].contains(&server.scheme()) {
        // Before a password is asked for.
        return Err(Failure::usage("the URL of a server begins with imaps: or imap:"));
    }
    let credentials = args.login.credentials(&server, args.connection.has_certificate())?;
    if credentials.is_none() && !matches!(args.command, Command::Once(Once::Capabilities)) {
        return Err(Failure::usage("nobody to log in as: name a user, by --user or in the URL"));
    }
    let mut limits = anyrfc_imap::proto::Config::default().limits;
    limits.connect_time = args.connection.limit();
    let mut builder = ImapClient::builder()
        .limits(limits)
        .security(args.login.security(&server, "imaps", args.connection.tls()?))
        .sasl(args.login.policy(&server))
        .transport(args.connection.transport()?);
    if let Command::Watch(watch) = &args.command {
        // Tells which messages have gone by their UIDs.
        builder = builder.enable([Capability::QResync]).poll_interval(watch.interval());
    }
    let turning = terminal::spinner("connecting");
    let mut client = builder.connect(&server.url).await?;
    if let Some(credentials) = &credentials {
        turning.set_message("logging in");
        let login = client.authenticate(credentials).await?;
        tracing::info!(mechanism = %login.mechanism, mutual = login.mutual, "logged in");
    }
    turning.finish_and_clear();
    Ok(Connected { client, builder, url: server.url, credentials: Arc::new(credentials.unwrap_or_default()) })
}

async fn perform(client: &mut ImapClient, command: &Once, json: bool) -> Result<Exit, Failure> {
    match command {
        Once::Capabilities => mailboxes::capabilities(client, json).await,
        Once::List(args) => mailboxes::list(client, args, json).await,
        Once::Status(args) => mailboxes::status(client, args, json).await,
        Once::Search(args) => search::run(client, args, json).await,
        Once::Fetch(args) => fetch::run(client, args, json).await,
        Once::Append(args) => append::run(client, args, json).await,
        Once::Flag(args) => change::flag(client, args, json).await,
        Once::Copy(args) => change::copy(client, args, json).await,
        Once::Move(args) => change::relocate(client, args, json).await,
        Once::Delete(args) => change::delete(client, args, json).await,
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
