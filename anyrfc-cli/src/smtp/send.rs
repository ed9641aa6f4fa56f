//! `anyrfc smtp send`.

use anyrfc_smtp::{
    DeliverBy, Envelope, EnvelopeId, Error, ErrorKind, Extension, Hold, HoldFor, Invalid, Notify, Priority,
    Recipient, Return, ReversePath, Timestamp, TransferPreference,
};
use clap::ValueEnum;
use serde_json::json;

use super::{
    Session,
    compose::{self, Letter, MessageArgs, Outgoing},
    report::{Row, Sent},
    said,
};
use crate::{
    connection::Secured,
    exit::{Exit, Failure},
    terminal::{self, STRONG, plain, styled},
};

/// Sends a message. The exit code is 0 where every recipient was accepted, and 1 where some were refused.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server: `smtps://[USER@]HOST[:PORT]`, `smtp://`, `lmtp://HOST:PORT` or `lmtp+unix:/PATH`.
    #[arg(long, value_name = "URL", required_unless_present = "dry_run")]
    server: Option<String>,
    /// Speak LMTP, whatever the URL begins with.
    #[arg(long)]
    lmtp: bool,
    /// Who sends it; with --data `<>` is nobody, and the message's own sender where this is missing.
    #[arg(long, value_name = "ADDR", allow_hyphen_values = true)]
    from: Option<String>,
    /// Who gets it; may be given several times; with --data those that the message names where this is missing.
    #[arg(long, value_name = "ADDR", required_unless_present_any = ["data", "cc", "bcc"])]
    to: Vec<String>,
    /// Only print the envelope and the message, and connect nowhere.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    asked: Asked,
    /// When the message goes by BDAT rather than DATA (RFC 3030): `auto` is where only that can carry it.
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Transfer")]
    bdat: Bdat,
    /// Whether commands are sent before the answers to the ones before have come (RFC 2920).
    #[arg(long, value_name = "HOW", default_value = "on", help_heading = "Transfer")]
    pipelining: Pipelining,
}

/// What is asked of the server along with it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Asked of the server")]
struct Asked {
    /// Which notifications are wanted (RFC 3461): `never`, or `success`, `failure`, `delay` with commas between.
    #[arg(long, value_name = "NOTIFY", value_parser = notify)]
    dsn_notify: Option<Notify>,
    /// How much of the message comes back with a notification: `full` or `hdrs`.
    #[arg(long, value_name = "RET", value_parser = content)]
    dsn_ret: Option<Return>,
    /// How the message is recognised in notifications.
    #[arg(long, value_name = "ENVID")]
    envid: Option<EnvelopeId>,
    /// Pass it on by TLS alone (RFC 8689).
    #[arg(long)]
    require_tls: bool,
    /// Hold it for so many seconds (RFC 4865).
    #[arg(long, value_name = "SECONDS", conflicts_with = "hold_until")]
    hold_for: Option<u32>,
    /// Hold it until then: `2026-01-31T12:00:00Z` (RFC 4865).
    #[arg(long, value_name = "TIME")]
    hold_until: Option<Timestamp>,
    /// Deliver it within so many seconds, or return it (`120;R`), or tell of the delay (`120;N`); a `T` at the
    /// end traces it (RFC 2852).
    #[arg(long, value_name = "SECONDS;MODE", value_parser = deliver_by, allow_hyphen_values = true)]
    deliver_by: Option<DeliverBy>,
    /// How urgent it is, from -9 to 9 (RFC 6710).
    #[arg(long, value_name = "PRIORITY", allow_negative_numbers = true)]
    mt_priority: Option<i8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Bdat {
    Never,
    Auto,
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Pipelining {
    On,
    /// One command at a time.
    Off,
}

fn notify(text: &str) -> Result<Notify, String> {
    text.parse().map_err(|_| "say never, or success, failure and delay with commas between".to_owned())
}

fn content(text: &str) -> Result<Return, String> {
    text.parse().map_err(|_| "say full or hdrs".to_owned())
}

/// `by-value` of RFC 2852, section 4; `R` where the mode is missing.
fn deliver_by(text: &str) -> Result<DeliverBy, String> {
    let (seconds, mode) = text.split_once(';').unwrap_or((text, "R"));
    let wrong = || "that looks like 120;R, -60;N or 120;RT".to_owned();
    let seconds: i32 = seconds.parse().map_err(|_| wrong())?;
    let mode = mode.to_ascii_uppercase();
    let (mode, trace) = mode.strip_suffix('T').map_or((mode.as_str(), false), |mode| (mode, true));
    let by = match mode {
        "R" => u32::try_from(seconds)
            .map_err(|_| wrong())
            .and_then(|seconds| DeliverBy::or_return(seconds).map_err(|invalid| invalid.to_string()))?,
        "N" => DeliverBy::or_notify(seconds).map_err(|invalid| invalid.to_string())?,
        _ => return Err(wrong()),
    };
    Ok(if trace { by.trace() } else { by })
}

impl Asked {
    fn put(&self, mut envelope: Envelope) -> Result<Envelope, Invalid> {
        if let Some(content) = self.dsn_ret {
            envelope = envelope.return_content(content);
        }
        if let Some(id) = &self.envid {
            envelope = envelope.envelope_id(id.clone());
        }
        if self.require_tls {
            envelope = envelope.require_tls();
        }
        if let Some(seconds) = self.hold_for {
            envelope = envelope.hold(Hold::For(HoldFor::new(seconds)?));
        }
        if let Some(until) = self.hold_until {
            envelope = envelope.hold(until.into());
        }
        if let Some(by) = self.deliver_by {
            envelope = envelope.deliver_by(by);
        }
        if let Some(priority) = self.mt_priority {
            envelope = envelope.priority(Priority::new(priority)?);
        }
        Ok(envelope)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |keyword: &str, value: Option<String>| {
            lines.extend(value.map(|value| format!("{keyword}={value}")));
        };
        say("RET", self.dsn_ret.map(|content| content.to_string()));
        say("ENVID", self.envid.as_ref().map(ToString::to_string));
        say("HOLDFOR", self.hold_for.map(|seconds| seconds.to_string()));
        say("HOLDUNTIL", self.hold_until.map(|until| until.to_string()));
        say("BY", self.deliver_by.map(|by| by.to_string()));
        say("MT-PRIORITY", self.mt_priority.map(|priority| priority.to_string()));
        lines.extend(self.require_tls.then(|| "REQUIRETLS".to_owned()));
        lines
    }
}

/// From whom, and to whom: as the options say, otherwise as the message does.
fn addresses(args: &Args, letter: &Letter) -> Result<(ReversePath, Vec<Recipient>), Invalid> {
    let named = match letter {
        Letter::Written(composed) => Envelope::try_from(&**composed)?,
        Letter::Given(message) => {
            if let (Some(from), false) = (&args.from, args.to.is_empty()) {
                Envelope::new(from, &args.to)?
            } else {
                let own = Envelope::of(message)?;
                let sender = match &args.from {
                    Some(from) => ReversePath::try_from(from.as_str())?,
                    None => own.sender().clone(),
                };
                if args.to.is_empty() {
                    Envelope::new(sender, own.recipients().to_vec())?
                } else {
                    Envelope::new(sender, &args.to)?
                }
            }
        }
    };
    let recipients = named.recipients().iter().cloned();
    let recipients = recipients.map(|recipient| match args.asked.dsn_notify {
        Some(notify) => recipient.notify(notify),
        None => recipient,
    });
    Ok((named.sender().clone(), recipients.collect()))
}

/// The URL, for LMTP where that was asked for.
fn url(args: &Args) -> Result<String, Failure> {
    let url = args.server.clone().unwrap_or_default();
    if !args.lmtp || url.to_ascii_lowercase().starts_with("lmtp") {
        return Ok(url);
    }
    match url.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => Ok(format!("lmtp:{rest}")),
        _ => Err(Failure::usage("LMTP is spoken by lmtp:// and lmtp+unix: alone")),
    }
}

pub(super) async fn run(all: &super::Args, args: &Args, json: bool) -> Result<Exit, Failure> {
    let url = url(args)?;
    let bar = if args.dry_run { indicatif::ProgressBar::hidden() } else { terminal::bytes_bar(0, "sending") };
    let letter = compose::letter(&args.message, args.from.as_deref(), &args.to, &bar).await?;
    let (sender, recipients) = addresses(args, &letter).map_err(said)?;
    if args.dry_run {
        return dry(args, &sender, &recipients, letter, json);
    }
    let transfer = match args.bdat {
        Bdat::Always => TransferPreference::Chunked,
        Bdat::Never | Bdat::Auto => TransferPreference::Data,
    };
    let mut session = Session::open(all, &url, transfer).await?;
    if args.bdat == Bdat::Always && !session.client.has(Extension::Chunking) {
        session.close().await;
        return Err(Failure::new(Exit::Unsupported, "the server does not offer CHUNKING, and so no BDAT"));
    }
    let mut sent = Sent {
        server: session.client.capabilities().map(|all| all.domain().to_owned()).unwrap_or_default(),
        mechanism: session.mechanism.clone(),
        tls: session.client.tls_info().map(Secured::from),
        queue_id: None,
        recipients: Vec::new(),
        error: None,
        failure: None,
    };
    let message = Outgoing { letter, binary: args.bdat != Bdat::Never };
    // Where nothing is read meanwhile, there is nothing to measure.
    let turning = (bar.length() == Some(0)).then(|| terminal::spinner("sending"));
    let outcome = match args.pipelining {
        Pipelining::On => {
            let envelope = Envelope::new(sender, recipients).and_then(|envelope| args.asked.put(envelope));
            let report = session.client.send(envelope.map_err(said)?, message).await;
            report.map(|report| sent.add(&report))
        }
        Pipelining::Off => {
            let envelope = args.asked.put(Envelope::open(sender)).map_err(said)?;
            one_by_one(&mut session, envelope, recipients, message, &mut sent).await
        }
    };
    bar.finish_and_clear();
    if let Some(turning) = turning {
        turning.finish_and_clear();
    }
    session.close().await;
    outcome?;
    sent.print(json)
}

/// Each command only once the one before was answered.
async fn one_by_one(
    session: &mut Session,
    envelope: Envelope,
    recipients: Vec<Recipient>,
    message: Outgoing,
    sent: &mut Sent,
) -> Result<(), Error> {
    let mut transaction = match session.client.transaction(envelope, message).await {
        Ok(transaction) => transaction,
        Err(error) => {
            let Some(reply) = error.reply() else { return Err(error) };
            sent.recipients.extend(recipients.iter().map(|one| Row::refused(one, reply, "MAIL")));
            return Ok(());
        }
    };
    let mut refused = Vec::new();
    for recipient in recipients {
        match transaction.recipient(recipient.clone()).await {
            Ok(_) => {}
            Err(error) => match error.reply() {
                Some(reply) if error.kind() != ErrorKind::Closed => {
                    refused.push(Row::refused(&recipient, reply, "RCPT"));
                }
                _ => return Err(error),
            },
        }
    }
    if transaction.accepted() == 0 {
        sent.recipients.extend(refused);
        return Ok(());
    }
    let report = transaction.send().await?;
    sent.add(&report);
    Ok(())
}

/// Shows what would be sent.
fn dry(
    args: &Args,
    sender: &ReversePath,
    recipients: &[Recipient],
    letter: Letter,
    json: bool,
) -> Result<Exit, Failure> {
    let sender = sender.mailbox().map_or("<>", |mailbox| mailbox.as_str());
    let notify = args.asked.dsn_notify.map(|notify| notify.to_string());
    // So that nothing is shown that no server could be asked for.
    args.asked.put(Envelope::open(ReversePath::Null)).map_err(said)?;
    let octets = letter.into_octets()?;
    if json {
        let recipients: Vec<_> = recipients
            .iter()
            .map(|recipient| json!({ "recipient": recipient.path().as_str(), "notify": notify }))
            .collect();
        let text = std::str::from_utf8(&octets).ok();
        terminal::json(&json!({
            "sender": sender,
            "recipients": recipients,
            "parameters": args.asked.lines(),
            "octets": octets.len(),
            "message": text,
            "message_escaped": text.is_none().then(|| octets.escape_ascii().to_string()),
        }))?;
        return Ok(Exit::Done);
    }
    let say = |what: &str, value: &str| terminal::line(&format!("{} {}", styled(STRONG, what), plain(value)));
    say("sender   ", sender)?;
    for recipient in recipients {
        let notify = notify.as_ref().map(|notify| format!("  NOTIFY={notify}")).unwrap_or_default();
        say("recipient", &format!("{}{notify}", recipient.path().as_str()))?;
    }
    for line in args.asked.lines() {
        say("parameter", &line)?;
    }
    terminal::line("")?;
    compose::show(&octets)?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliver_by_is_written_as_the_rfc_has_it() {
        let by = |text| deliver_by(text).map(|by| by.to_string());
        assert_eq!(by("120").as_deref(), Ok("120;R"));
        assert_eq!(by("120;rt").as_deref(), Ok("120;RT"));
        assert_eq!(by("-60;N").as_deref(), Ok("-60;N"));
        for wrong in ["", "R", "0;R", "-1;R", "120;X", "120;T", "1000000000;N"] {
            assert!(deliver_by(wrong).is_err(), "{wrong}");
        }
    }
}
