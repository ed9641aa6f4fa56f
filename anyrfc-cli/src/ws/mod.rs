//! `anyrfc ws`: a WebSocket from a shell.

mod input;
mod session;
mod show;

use std::time::Duration;

use anyrfc_core::{Limits, Tolerance};
use anyrfc_websocket::{Builder, Deflate, Error, HttpVersion, KeepAlive, WebSocketClient, WebSocketUri};
use clap::ValueEnum;

use crate::{
    connection::ConnectionArgs,
    exit::{Exit, Failure},
    login,
    secret::{self, SecretArgs},
};

/// The text below `--help`.
const HELP: &str = "\
Each line of stdin is sent as one text message, the last one too where no line end follows it. What \
arrives goes to stdout: on a terminal so that it cannot do anything to the terminal, in a pipe as it \
is, with a line end after each message.

When stdin has ended, the connection is closed; what the server still sends before it says Close, the \
answers to what was sent, is printed. Servers that answer later are waited for with --wait or --count.

The exit code is 0 where the server closed with 1000, 1001 or without a code, or was closed by us. It \
is 1 where it closed with any other code, refused the handshake, or sent less than --count. Ctrl-C says \
Close before it ends the program.

Examples:
  anyrfc ws wss://ws.example/chat                          talk; Ctrl-D closes
  echo hello | anyrfc ws --count 1 wss://ws.example/echo   one question, one answer
  anyrfc ws --listen --json wss://ws.example/ticker        one JSON object for each event
  anyrfc ws --binary wss://ws.example/ < request > answer  one binary message, and what comes back
  ANYRFC_SECRET=token anyrfc ws --bearer wss://ws.example  with a bearer token";

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("{HELP}\n\n{}", crate::exit::HELP))]
pub(crate) struct Args {
    /// Where to connect: `ws://[USER@]HOST[:PORT]/…` or `wss://`.
    url: String,
    /// Send this as a text message, instead of what stdin holds; may be repeated.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["binary", "listen"])]
    send: Vec<String>,
    /// Do not read stdin: print what arrives until the server closes.
    #[arg(long)]
    listen: bool,
    /// Send all of stdin as one binary message, and write what arrives as it is, with nothing between.
    #[arg(long)]
    binary: bool,
    /// Print one JSON object on a line of its own for each event.
    #[arg(long)]
    json: bool,
    /// Close as soon as so many messages have arrived.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// When everything is sent, wait until nothing has arrived for so long; for ever with --listen or
    /// --count, else not at all.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait: Option<Duration>,
    /// Send pings so often, and give up where one is not answered within 20 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = interval)]
    ping: Option<Duration>,
    /// The largest message that is taken: bytes, or as `5M` for so many MiB (64M; also K and G).
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    max_message: Option<usize>,
    #[command(flatten)]
    handshake: HandshakeArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

/// What the opening handshake says.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Handshake")]
struct HandshakeArgs {
    /// Offer a subprotocol; may be repeated, the preferred one first.
    #[arg(long, value_name = "NAME")]
    subprotocol: Vec<String>,
    /// Send a header field; may be repeated.
    #[arg(long, value_name = "NAME:VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// Send a header field whose value an environment variable holds: for cookies and other secrets.
    #[arg(long, value_name = "NAME:VARIABLE", value_parser = pair)]
    header_env: Vec<(String, String)>,
    /// The Origin that a browser would send.
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// Log in with this name, whoever the URL names, and a password (Basic); with --bearer, whose token it is.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Log in with a bearer token.
    #[arg(long)]
    bearer: bool,
    /// Follow up to so many redirects, never from wss to ws.
    #[arg(long, value_name = "N", default_value_t = 0)]
    redirects: u8,
    /// Offer compression (permessage-deflate, RFC 7692).
    #[arg(long)]
    compress: bool,
    /// Connect by HTTP/2 (RFC 8441).
    #[arg(long)]
    http2: bool,
    /// How strictly the server is held to the RFC.
    #[arg(long, value_name = "HOW", default_value = "field")]
    tolerance: Strictness,
}

/// [`Tolerance`], as an option.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Strictness {
    /// Nothing is forgiven.
    Strict,
    /// The harmless deviations of real servers are forgiven, and told at the end.
    Field,
    /// More is forgiven.
    Lenient,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "no number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn interval(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("no time at all".to_owned()),
        interval => Ok(interval),
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let units = [(['K', 'k'], 10), (['M', 'm'], 20), (['G', 'g'], 30)];
    let unit = units.into_iter().find_map(|(names, shift)| Some((text.strip_suffix(names)?, shift)));
    let (digits, shift) = unit.unwrap_or((text, 0));
    let number: usize = digits.parse().map_err(|_| "no number of bytes".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more than there can be".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("no colon between name and value")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// Fields that hold nothing but secrets, which no argument may.
const SECRET_FIELDS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = pair(text)?;
    if SECRET_FIELDS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        return Err(format!("every user of this machine could read it; see --header-env {name}:VARIABLE"));
    }
    Ok((name, value))
}

impl Args {
    fn builder(&self, uri: &WebSocketUri) -> Result<Builder, Failure> {
        let handshake = &self.handshake;
        let mut limits = Limits::default();
        if let Some(bytes) = self.max_message {
            (limits.message, limits.frame) = (bytes, bytes);
            limits.buffered = limits.buffered.max(bytes.saturating_mul(2));
        }
        limits.connect_time = self.connection.limit();
        let mut builder = WebSocketClient::builder()
            .limits(limits)
            .redirects(handshake.redirects)
            .keep_alive(self.ping.map(KeepAlive::every))
            .transport(self.connection.transport()?)
            .tolerance(match handshake.tolerance {
                Strictness::Strict => Tolerance::Strict,
                Strictness::Field => Tolerance::Field,
                Strictness::Lenient => Tolerance::Lenient,
            });
        if uri.is_secure() {
            builder = builder.tls(self.connection.tls()?);
        }
        for name in &handshake.subprotocol {
            builder = builder.subprotocol(name);
        }
        for (name, value) in &handshake.header {
            builder = builder.header(name, value);
        }
        for (name, variable) in &handshake.header_env {
            let value = secret::kept(None, variable, name)?
                .ok_or_else(|| Failure::usage(format!("--header-env: {variable} is not set or empty")))?;
            builder = builder.header(name, value.expose());
        }
        if let Some(origin) = &handshake.origin {
            builder = builder.origin(origin);
        }
        if handshake.compress {
            builder = builder.compression(Deflate::default());
        }
        if handshake.http2 {
            builder = builder.http(HttpVersion::Http2);
        }
        let host = uri.host().to_string();
        let named = uri.credentials().and_then(|credentials| credentials.user.as_deref());
        builder = match (handshake.user.as_deref().or(named), handshake.bearer) {
            (user, true) => {
                let user = user.unwrap_or(&host);
                builder.bearer_auth(self.secret.read("token", user)?)
            }
            (Some(user), false) => builder.basic_auth(user, self.secret.read("password", user)?),
            (None, false) => builder,
        };
        Ok(builder)
    }
}

/// What the URL names.
///
/// # Errors
/// It is none, or holds a password, which everybody on this machine could read.
fn target(url: &str) -> Result<WebSocketUri, Failure> {
    let uri = WebSocketUri::parse(url).map_err(Error::from)?;
    if uri.credentials().is_some_and(|credentials| credentials.password.is_some()) {
        return Err(Failure::usage(login::PASSWORD_IN_URL));
    }
    Ok(uri)
}

pub(crate) async fn run(args: Args) -> Result<Exit, Failure> {
    let uri = target(&args.url)?;
    let builder = args.builder(&uri)?;
    let client = builder.connect_uri(uri.without_credentials()).await?;
    session::run(&args, client).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_no_arguments() {
        assert_eq!(header("X-A: b:c").unwrap(), ("X-A".to_owned(), "b:c".to_owned()));
        assert!(header("Cookie: a=b").unwrap_err().contains("--header-env"));
        assert!(header("AUTHORIZATION:x").is_err());
        assert!(header("no colon").is_err());
        let failure = target("wss://ann:pencil@ws.example/").unwrap_err();
        assert_eq!((failure.exit(), failure.to_string().contains("pencil")), (Exit::Usage, false));
        assert!(target("wss://ann@ws.example/").is_ok());
    }

    #[test]
    fn seconds_have_fractions_and_no_sign() {
        assert_eq!(seconds("0.25").unwrap(), Duration::from_millis(250));
        for bad in ["-1", "x", "inf", "nan", "1e300"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
        assert!(interval("0").is_err() && interval("0.5").is_ok() && seconds("0").is_ok());
    }

    #[test]
    fn bytes_may_be_said_in_thousands_of_1024() {
        for (text, number) in [("0", 0), ("5", 5), ("5k", 5 << 10), ("64M", 64 << 20), ("1G", 1 << 30)] {
            assert_eq!(bytes(text), Ok(number), "{text}");
        }
        for bad in ["", "M", "-1", "1.5M", "5 M", "5MB", "18446744073709551615K"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
    }
}
