//! `anyrfc smtp`: mail, sent.

mod compose;
mod examine;
mod media;
mod report;
mod send;

use std::time::Duration;

use anyrfc_smtp::{SmtpClient, TransferPreference};

use crate::{
    connection::ConnectionArgs,
    exit::{Exit, Failure},
    login::{LoginArgs, Server},
    terminal::{self, FormatArgs},
};

/// How long the server may take to say goodbye.
const LEAVE: Duration = Duration::from_secs(5);

const EXAMPLES: &str = "\
The URL of a server is smtps://[USER@]HOST[:PORT] for TLS from the first byte, smtp:// for STARTTLS, \
lmtp://HOST:PORT or lmtp+unix:/PATH; without TLS nothing is done unless --plaintext says so. Ports are 465 \
and 587 where none is named. The password comes from the variable ANYRFC_SECRET, the keyring \
(--secret-keyring), or is asked for.

Examples:
  Write and send:
    anyrfc smtp send --server smtps://ann@mail.example --from ann@x.example --to bob@y.example \\
        --subject 'Grüße' --body 'See you there.' --attach map.pdf
  Send what is there, and ask for a notification:
    anyrfc smtp send --server smtp://ann@mail.example --from ann@x.example --to bob@y.example \\
        --data message.eml --dsn-notify success,failure --dsn-ret hdrs --envid offer-17
  Only look at it:
    anyrfc smtp send --dry-run --from ann@x.example --to bob@y.example --subject hello --body hello
  What a server can do:
    anyrfc smtp capabilities smtp://mail.example";

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("{EXAMPLES}\n\n{}", crate::exit::HELP), mut_args(|arg| arg.global(true)))]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    login: LoginArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Say hello under this name, rather than by our address.
    #[arg(long, value_name = "NAME")]
    helo: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Send a message, and tell of each recipient what became of it.
    #[command(after_long_help = format!("{EXAMPLES}\n\n{}", crate::exit::HELP))]
    Send(Box<send::Args>),
    /// Show what the server is, how the connection is secured, and what it can do.
    Capabilities(examine::CapabilitiesArgs),
    /// Ask the server about an address (VRFY).
    Verify(examine::VerifyArgs),
}

pub(crate) async fn run(args: Args) -> Result<Exit, Failure> {
    let mut work = std::pin::pin!(perform(&args));
    tokio::select! {
        outcome = &mut work => outcome,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
    }
}

async fn perform(args: &Args) -> Result<Exit, Failure> {
    let json = args.format.is_json();
    match &args.command {
        Command::Send(send) => send::run(args, send, json).await,
        Command::Capabilities(capabilities) => examine::capabilities(args, capabilities, json).await,
        Command::Verify(verify) => examine::verify(args, verify, json).await,
    }
}

/// Who was connected to, and how.
struct Session {
    client: SmtpClient,
    /// The mechanism, where somebody has logged in.
    mechanism: Option<String>,
}

impl Session {
    async fn open(args: &Args, url: &str, transfer: TransferPreference) -> Result<Self, Failure> {
        let server = Server::parse(url)?;
        if !["lmtp", "lmtp+unix", "smtp", "smtps"].contains(&server.scheme()) {
            // Before a password is asked for.
            return Err(Failure::usage("the URL of a server begins with smtps:, smtp:, lmtp: or lmtp+unix:"));
        }
        let credentials = args.login.credentials(&server, args.connection.has_certificate())?;
        let mut builder = SmtpClient::builder()
            .sasl(args.login.policy(&server))
            .transfer(transfer)
            .connect_timeout(args.connection.limit())
            .transport(args.connection.transport()?);
        // A socket of this host has nobody between.
        if server.scheme() != "lmtp+unix" {
            builder = builder.security(args.login.security(&server, "smtps", args.connection.tls()?));
        }
        if let Some(name) = &args.helo {
            let name: anyrfc_smtp::EhloName = name.parse().map_err(said)?;
            builder = builder.name(name);
        }
        let turning = terminal::spinner("connecting");
        let mut client = builder.connect(&server.url).await?;
        let mut mechanism = None;
        if let Some(credentials) = credentials {
            turning.set_message("logging in");
            let login = client.authenticate(&credentials).await?;
            tracing::info!(mechanism = %login.mechanism, mutual = login.mutual, "logged in");
            mechanism = Some(login.mechanism.to_string());
        }
        turning.finish_and_clear();
        Ok(Self { client, mechanism })
    }

    /// Leaves in order. What was asked for is done, or has failed: how the connection ends changes
    /// nothing.
    async fn close(self) {
        let _ = tokio::time::timeout(LEAVE, self.client.quit()).await;
    }
}

/// What cannot be said to a server.
fn said(invalid: anyrfc_smtp::Invalid) -> Failure {
    anyrfc_smtp::Error::from(invalid).into()
}
