//! `cargo xtask interop`: the clients against real servers.

mod account;
mod autobahn;
mod cases;
mod doctor;
mod imap;
mod install;
mod matrix;
mod mime;
mod oauth2;
mod peer;
mod process;
mod report;
mod sasl;
mod smtp;
mod websocket;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

pub(crate) use self::install::apt_install;
use self::{
    install::Site,
    peer::{Failure, Form, Outcome, Peer},
    report::{PeerReport, Report},
};
use crate::Result;

pub(crate) use self::{
    peer::Running,
    report::align,
    sasl::{KerberosLogin, kerberos_login},
};

/// A peer that takes longer than this to be driven hangs.
const fn longest(form: Form) -> Duration {
    match form {
        Form::Quick => Duration::from_secs(20 * 60),
        Form::Long => Duration::from_secs(90 * 60),
    }
}

/// Every peer there is.
const PEERS: &[&dyn Peer] = &[
    &autobahn::Autobahn,
    &websocket::Hypercorn,
    &websocket::Haproxy,
    &websocket::Websockets,
    &websocket::Microsocks,
    &websocket::Tinyproxy,
    &sasl::GnuSasl,
    &sasl::CyrusSasl,
    &sasl::Krb5,
    &sasl::Dovecot,
    &mime::DovecotMime,
    &mime::CpythonEmail,
    &imap::Dovecot,
    &imap::Cyrus,
    &imap::Courier,
    &imap::Pymap,
    &imap::Scripted,
    &imap::StalwartLite,
    &smtp::Postfix,
    &smtp::Exim,
    &smtp::Sendmail,
    &smtp::SmtpServer,
    &smtp::Aiosmtpd,
    &smtp::DovecotLmtp,
    &smtp::DovecotSubmission,
    &oauth2::OidcProvider,
    &oauth2::Glewlwyd,
    &oauth2::Mock,
    &smtp::SmtpSink { pipelining: true },
    &smtp::SmtpSink { pipelining: false },
    &smtp::PostfixDiscard { chunking: true },
    &smtp::PostfixDiscard { chunking: false },
];

/// The options of `cargo xtask interop`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The peers to drive; none means all but those that `--list` says are driven by name only.
    #[arg(value_name = "PEER")]
    peers: Vec<String>,
    /// Show the peers, and which of them are installed.
    #[arg(long)]
    list: bool,
    /// Install what is missing first.
    #[arg(long)]
    install: bool,
    /// Run the long form.
    #[arg(long)]
    all: bool,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write which extensions the peers have shown into the READMEs of their crates: the columns of
    /// the peers driven, if all their cases passed. Without it, a README that says otherwise is a
    /// failure.
    #[arg(long, conflicts_with = "list")]
    write_readme: bool,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table.
    #[default]
    Table,
    /// JSON, and nothing else on standard output.
    Json,
}

/// Runs `cargo xtask interop`.
///
/// # Errors
/// An unknown peer was named. A peer that cannot be had is a failure in the report.
pub(crate) fn run(args: Args) -> Result {
    let peers = choose(&args.peers)?;
    let site = Site::new()?;
    if args.list {
        let peers = if args.peers.is_empty() { PEERS } else { &peers };
        list(peers, &site, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // From here on an interrupt ends the run in order: servers are stopped, files removed.
    let mut interrupted = Box::pin(interrupt());
    let form = if args.all { Form::Long } else { Form::Quick };
    let mut reports = Vec::new();
    for peer in peers {
        let start = Instant::now();
        let work = async {
            tokio::select! {
                biased;
                () = &mut interrupted => None,
                outcome = visit(peer, &site, args.install, form) => Some(outcome),
            }
        };
        let Some(outcome) = runtime.block_on(work) else { return Err("interrupted".into()) };
        // Asked for and not to be had: a failure, never a silent skip.
        let outcome = outcome.unwrap_or_else(|error| Outcome {
            failures: vec![Failure { case: "peer".into(), why: error.to_string() }],
            ..Outcome::default()
        });
        let version = peer.version(&site).unwrap_or_default();
        reports.push(PeerReport::new(peer.name(), peer.subject(), version, outcome, start.elapsed()));
    }
    let mut report = Report::new(reports);
    let root = crate::workspace::root();
    if args.write_readme {
        let peers: Vec<_> = PEERS.iter().map(|peer| peer.name()).collect();
        let extensions: Vec<_> = imap::EXTENSIONS.iter().map(|one| (one.name, one.rfc)).collect();
        matrix::write(&root, &report, matrix::Order { peers: &peers, extensions: &extensions })?;
    } else {
        matrix::compare(&root, &mut report);
    }
    match args.format {
        Format::Table => println!("{}", report.table()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn choose(names: &[String]) -> Result<Vec<&'static dyn Peer>> {
    if names.is_empty() {
        return Ok(PEERS.iter().copied().filter(|peer| !peer.only_by_name()).collect());
    }
    let mut chosen: Vec<&'static dyn Peer> = Vec::new();
    for name in names {
        let peer = PEERS.iter().find(|peer| peer.name() == name).ok_or_else(|| {
            let known: Vec<_> = PEERS.iter().map(|peer| peer.name()).collect();
            format!("no peer is called {name}; there are: {}", known.join(", "))
        })?;
        if !chosen.iter().any(|chosen| chosen.name() == name) {
            chosen.push(*peer);
        }
    }
    Ok(chosen)
}

fn list(peers: &[&dyn Peer], site: &Site, format: Format) -> Result<()> {
    if format == Format::Json {
        let peers: Vec<_> = peers
            .iter()
            .map(|peer| {
                serde_json::json!({
                    "peer": peer.name(), "crate": peer.subject(), "version": peer.version(site),
                    "only_by_name": peer.only_by_name(),
                })
            })
            .collect();
        let list = serde_json::json!({ "schema": 1, "peers": peers });
        println!("{}", serde_json::to_string_pretty(&list)?);
        return Ok(());
    }
    let mut rows = vec![["peer", "crate", "installed", "driven", "what it is"].map(String::from)];
    rows.extend(peers.iter().map(|peer| {
        let version = peer.version(site).unwrap_or_else(|| "no".into());
        let driven = if peer.only_by_name() { "by name only" } else { "with all" };
        [peer.name().into(), peer.subject().into(), version, driven.into(), peer.about().into()]
    }));
    println!("{}", align(&rows));
    Ok(())
}

/// A peer by its name, installed if it is not and started, for whoever wants its server only.
///
/// # Errors
/// There is no such peer, or it cannot be had.
pub(crate) fn running(name: &str) -> Result<Running> {
    let peer =
        PEERS.iter().find(|peer| peer.name() == name).ok_or_else(|| format!("no peer is called {name}"))?;
    let site = Site::new()?;
    if peer.version(&site).is_none() {
        let _lock = site.lock()?;
        peer.install(&site).map_err(|error| format!("cannot be installed: {error}"))?;
    }
    Running::start(*peer, &site).map_err(|error| format!("cannot be started: {error}").into())
}

/// Installs, starts, drives and stops one peer.
async fn visit(peer: &dyn Peer, site: &Site, install: bool, form: Form) -> Result<Outcome> {
    let progress = ProgressBar::new_spinner().with_prefix(peer.name());
    let style = "{prefix} {msg} {wide_bar} {pos}/{len} {elapsed}";
    progress.set_style(ProgressStyle::with_template(style)?);
    if peer.version(site).is_none() {
        if !install {
            return Err("not installed; `--install` does that".into());
        }
        progress.set_message("is installed");
        progress.tick();
        let _lock = site.lock()?;
        peer.install(site).map_err(|error| format!("cannot be installed: {error}"))?;
    }
    progress.set_message("starts");
    progress.tick();
    let mut running = Running::start(peer, site).map_err(|error| format!("cannot be started: {error}"))?;
    progress.set_message("is driven");
    let longest = longest(form);
    let driven = tokio::time::timeout(longest, peer.drive(&running, form, &progress)).await;
    progress.finish_and_clear();
    running.stop();
    let logs = site.logs(peer.name());
    let outcome = driven.unwrap_or_else(|_| Err(format!("still not done after {longest:?}").into()));
    let evidence: &[_] = match &outcome {
        Ok(done) if done.failures.is_empty() => return outcome,
        Ok(done) => &done.evidence,
        Err(_) => &[],
    };
    running.keep(evidence, &logs)?;
    eprintln!("{}: logs are kept in {}", peer.name(), logs.display());
    outcome
}

/// Ready when somebody wants us to stop.
#[cfg(unix)]
async fn interrupt() {
    use tokio::signal::unix::{SignalKind, signal};

    let streams = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = streams else { return std::future::pending().await };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Ready when somebody wants us to stop.
#[cfg(not(unix))]
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_everybody_and_an_unknown_one_is_an_error() {
        let everybody = choose(&[]).unwrap();
        assert!(PEERS.iter().all(|peer| {
            peer.only_by_name() != everybody.iter().any(|chosen| chosen.name() == peer.name())
        }));
        assert_eq!(choose(&["stalwart-lite".to_owned()]).unwrap().len(), 1);
        let twice = ["autobahn".to_owned(), "autobahn".to_owned()];
        assert_eq!(choose(&twice).unwrap().len(), 1);
        assert!(choose(&["nobody".to_owned()]).is_err());
    }
}
