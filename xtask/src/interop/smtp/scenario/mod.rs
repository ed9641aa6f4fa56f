//! What a user of SMTP does, on every peer, as far as what it offers goes. What a peer lacks is a
//! case of its own: a typed error, and nothing sent.

mod commands;
mod connect;
mod corpus;
mod example;
mod extensions;
mod lacking;
mod login;
mod notified;
mod pool;
mod recipients;
mod windows;

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr, path::PathBuf};

use anyrfc_core::{ErrorKind, Security, TlsConfig};
use anyrfc_sasl::{Credentials, KeyCache, MechanismName, Policy};
use anyrfc_smtp::{Capabilities, Envelope, Error, Extension, SendReport, SmtpClient, client::Builder};
use indicatif::ProgressBar;

pub(super) use self::pool::Restarts;
use super::{
    DOMAIN, LMTP, PLAINTEXT, STARTTLS, USERS,
    letters::Letter,
    store::{Reader, Store, Stored},
};
use crate::{
    Result,
    interop::{
        cases::{Certificates, Table, ensure, noted},
        peer::{Outcome, Running},
    },
};

/// How a peer is reached, what it takes, and what it is known for: anything else is a failure.
#[derive(Debug)]
pub(super) struct Ways {
    /// How most cases reach it.
    pub(super) door: Door,
    /// Who may log in.
    pub(super) logins: Logins,
    /// Whether it takes messages from its users alone.
    pub(super) for_users: bool,
    /// Whom it refuses at once, and how: the local part, the code, and the status.
    pub(super) refuses: &'static [Refusal],
    /// Whether it ends a header that nothing ends.
    pub(super) ends_headers: bool,
    /// What it answers instead of what is expected, by what was asked.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

/// Somebody who gets no message, and why.
pub(super) type Refusal = (&'static str, u16, Option<(u8, u16, u16)>);

impl Ways {
    /// Everything is as expected.
    pub(super) const NONE: Self = Self {
        door: Door::Tls,
        logins: Logins::Nobody,
        for_users: false,
        refuses: &[],
        ends_headers: false,
        answers: &[],
    };
}

/// How a peer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// By TLS from the first byte.
    Tls,
    /// Without any.
    Plaintext,
    /// By LMTP, with STARTTLS.
    Lmtp,
}

/// Who may log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logins {
    /// Those whom every peer has, with a token that is a JSON Web Token.
    Users,
    /// Those whom every peer has, with one token that everybody knows.
    KnownToken,
    /// Nobody.
    Nobody,
    /// Whoever wants.
    Anybody,
}

/// One peer, and how it is reached.
pub(super) struct Scene {
    /// Where the peer keeps its files.
    dir: PathBuf,
    ways: &'static Ways,
    /// For everything that is not tried otherwise.
    door: SocketAddr,
    /// Where STARTTLS is offered.
    starttls: Option<SocketAddr>,
    /// Where what is said can be heard.
    plaintext: SocketAddr,
    lmtp: Option<SocketAddr>,
    tls: TlsConfig,
    /// The keys of passwords, which take long to compute.
    cache: KeyCache,
    /// Behind the door.
    capabilities: Capabilities,
    store: Option<Store>,
    /// What the peer said where peers differ, by the name of the case.
    answers: RefCell<BTreeMap<String, String>>,
}

/// Runs every case.
pub(super) async fn drive(running: &Running, ways: &'static Ways, progress: &ProgressBar) -> Result<Outcome> {
    let scene = Scene::new(running, ways).await?;
    let mut table = Table::new(progress, "areas");
    all(&scene, &mut table).await;
    Ok(scene.outcome(table))
}

/// The same for a server that can be restarted.
pub(super) async fn drive_and_restart(
    running: &Running,
    ways: &'static Ways,
    restarts: Restarts,
    progress: &ProgressBar,
) -> Result<Outcome> {
    let scene = Scene::new(running, ways).await?;
    let mut table = Table::new(progress, "areas");
    all(&scene, &mut table).await;
    pool::cases(restarts, &mut table).await;
    Ok(scene.outcome(table))
}

/// The cases of every peer.
async fn all(scene: &Scene, table: &mut Table<'_>) {
    connect::cases(scene, table).await;
    login::cases(scene, table).await;
    commands::cases(scene, table).await;
    recipients::cases(scene, table).await;
    corpus::cases(scene, table).await;
    windows::cases(scene, table).await;
    example::cases(scene, table).await;
    extensions::cases(scene, table).await;
    notified::cases(scene, table).await;
    lacking::cases(scene, table).await;
}

impl Scene {
    /// Looks around at a peer.
    async fn new(running: &Running, ways: &'static Ways) -> Result<Self> {
        let dir = running.dir();
        let door = running.address();
        let starttls = noted(dir, STARTTLS).ok();
        let lmtp = noted(dir, LMTP).ok();
        let mut scene = Self {
            dir: dir.to_owned(),
            ways,
            door,
            starttls,
            plaintext: noted(dir, PLAINTEXT).ok().or(starttls).unwrap_or(door),
            lmtp,
            tls: match ways.door {
                Door::Plaintext => TlsConfig::default(),
                Door::Tls | Door::Lmtp => Certificates::trusting(dir)?,
            },
            cache: KeyCache::new([0; 32]),
            capabilities: Capabilities::default(),
            store: Store::of(dir)?,
            answers: RefCell::default(),
        };
        let client = scene.client().await.map_err(|error| format!("the first connection: {error}"))?;
        scene.capabilities = client.capabilities().cloned().ok_or("no capabilities")?;
        client.quit().await?;
        Ok(scene)
    }

    /// What is reported beside the counts.
    fn outcome(self, table: Table<'_>) -> Outcome {
        let mut outcome = table.outcome();
        let told =
            |(keyword, arguments): (&str, &str)| format!("{keyword} {arguments}").trim_end().to_owned();
        let mut features: Vec<_> = self.capabilities.keywords().map(told).collect();
        features.sort_unstable();
        outcome.extra.insert("features", serde_json::json!(features));
        outcome.extra.insert("answers", serde_json::json!(self.answers.into_inner()));
        outcome
    }

    /// Whether the peer can do this.
    fn has(&self, extension: Extension) -> bool {
        self.capabilities.has(extension)
    }

    /// Remembers what the peer said where peers differ.
    fn answered(&self, case: impl Into<String>, answer: impl Into<String>) {
        self.answers.borrow_mut().insert(case.into(), answer.into());
    }

    /// What a peer answers is what is expected, or what this peer is known for.
    fn agrees(&self, what: &str, found: &str, expected: &str) -> Result<()> {
        if found == expected {
            return Ok(());
        }
        self.answered(what, found);
        let known = self.ways.answers.contains(&(what, found));
        ensure(known, || format!("{what}: {found:?} instead of {expected:?}"))
    }

    /// What is stored is what was sent, as far as this peer keeps it.
    fn compare(&self, letter: &Letter, stored: &Stored) -> Result<()> {
        if matches!(self.store, Some(Store::Queue(_))) {
            return letter.check_body(&stored.octets);
        }
        if self.ways.ends_headers {
            return letter.with_header_ended().check(&stored.octets);
        }
        letter.check(&stored.octets)
    }

    /// A client that trusts the peer.
    fn builder(&self) -> Builder {
        let builder = SmtpClient::builder().key_cache(&self.cache);
        match self.ways.door {
            Door::Tls => builder.tls(self.tls.clone()),
            Door::Plaintext => builder.security(Security::Plaintext),
            Door::Lmtp => builder.start_tls(self.tls.clone()),
        }
    }

    /// A client in plaintext, which may show its password: this is loopback.
    fn bare_builder(&self) -> Builder {
        let policy = [MechanismName::PLAIN, MechanismName::LOGIN]
            .into_iter()
            .fold(Policy::default(), Policy::danger_reveal_in_plaintext);
        SmtpClient::builder().security(Security::Plaintext).sasl(policy).key_cache(&self.cache)
    }

    /// Where most cases go.
    fn url(&self) -> String {
        let scheme = match self.ways.door {
            Door::Tls => "smtps",
            Door::Plaintext => "smtp",
            Door::Lmtp => "lmtp",
        };
        format!("{scheme}://localhost:{}", self.door.port())
    }

    /// Where what is said can be heard, by way of this address.
    fn bare_url(&self, address: SocketAddr) -> String {
        let scheme = if self.ways.door == Door::Lmtp { "lmtp" } else { "smtp" };
        format!("{scheme}://localhost:{}", address.port())
    }

    /// A client that may send.
    async fn client(&self) -> Result<SmtpClient> {
        self.connected(&self.builder()).await
    }

    /// The same by a builder with options.
    async fn connected(&self, builder: &Builder) -> Result<SmtpClient> {
        let mut client = builder.connect(&self.url()).await?;
        if self.ways.for_users {
            client.authenticate(&password(0)).await?;
        }
        Ok(client)
    }

    /// Where messages come to, opened before they are sent.
    async fn reader(&self) -> Result<Option<Reader>> {
        match &self.store {
            Some(store) => Ok(Some(store.open().await?)),
            None => Ok(None),
        }
    }
}

/// What lets a user in.
fn password(index: usize) -> Credentials {
    let (user, password) = USERS[index];
    Credentials::password(user, password.to_owned())
}

/// Where a user gets mail.
fn address(index: usize) -> String {
    at_home(USERS[index].0)
}

/// Somebody in the domain.
fn at_home(user: &str) -> String {
    format!("{user}@{DOMAIN}")
}

/// From somebody to one recipient.
fn envelope(sender: &str, recipient: &str) -> Result<Envelope> {
    Ok(Envelope::new(sender, [recipient])?)
}

/// Sends, and every recipient is accepted.
async fn deliver(client: &mut SmtpClient, envelope: Envelope, octets: &[u8]) -> Result<SendReport> {
    let report = client.send(envelope, octets).await?;
    ensure(report.is_complete(), || format!("{report:?}"))?;
    Ok(report)
}

/// The error that there must be.
fn failed<T>(result: std::result::Result<T, Error>) -> Result<Error> {
    result.err().ok_or_else(|| "nothing was refused".into())
}

/// An error of this kind.
fn is(error: &Error, kind: ErrorKind) -> Result<()> {
    ensure(error.kind() == kind, || format!("{:?} instead of {kind:?}: {error}", error.kind()))
}

/// Two values that must be the same.
fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<()> {
    ensure(found == expected, || format!("{found:?} instead of {expected:?}"))
}
