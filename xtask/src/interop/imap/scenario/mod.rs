//! What a user of mail does, on every peer, as far as its capabilities go. What a peer lacks is a
//! case of its own: a typed error, and nothing sent.

mod append;
mod change;
mod connect;
mod examples;
mod extensions;
mod fetch;
mod lacking;
mod login;
mod mailboxes;
mod search;
mod session;
mod watch;

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use anyrfc_core::{ErrorKind, Security, TlsConfig};
use anyrfc_imap::{
    AppendOptions, Capabilities, Capability, Error, ImapClient, SearchQuery, Selected, Uid, UidSet,
    client::Builder,
};
use anyrfc_sasl::{Credentials, KeyCache, MechanismName, Policy};
use indicatif::ProgressBar;

use super::{PLAINTEXT, PREAUTH, STARTTLS, USERS};
use crate::{
    Result,
    interop::{
        cases::{Certificates, Table, ensure, noted},
        peer::{Outcome, Running},
    },
};

pub(super) use self::examples::run as examples;
use self::extensions::Shown;

/// One peer, and how it is reached.
pub(super) struct Scene {
    /// Where the peer keeps its files.
    pub(super) dir: PathBuf,
    imaps: SocketAddr,
    starttls: SocketAddr,
    plaintext: SocketAddr,
    preauth: Option<SocketAddr>,
    tls: TlsConfig,
    /// The keys of passwords, which take long to compute.
    cache: KeyCache,
    /// What names of mailboxes begin with, and what divides their levels.
    prefix: String,
    delimiter: char,
    /// Once a user has logged in.
    capabilities: Capabilities,
    /// Before that.
    greeted: Capabilities,
    /// Whether IMAP4rev2 is spoken then.
    rev2: bool,
    own_ways: &'static OwnWays,
    /// What the peer said where peers differ, by the name of the case.
    answers: RefCell<BTreeMap<String, String>>,
    /// How it went with each extension.
    extensions: RefCell<BTreeMap<&'static str, Shown>>,
}

/// Where a peer has ways of its own, and is known for it: anything else is a failure.
#[derive(Debug)]
pub(super) struct OwnWays {
    /// It binds logins to TLS by `tls-unique` (RFC 5929) alone, which TLS 1.3 does not have.
    pub(super) binds_in_vain: bool,
    /// It believes only tokens that it has made itself.
    pub(super) own_tokens: bool,
    /// Texts are found a while after they have come.
    pub(super) indexes_later: bool,
    /// So many messages are in the mailbox that is synchronised.
    pub(super) synchronised: u32,
    /// What it answers instead of what is expected, by what was asked.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

impl OwnWays {
    /// None.
    pub(super) const NONE: Self = Self {
        binds_in_vain: false,
        own_tokens: false,
        indexes_later: false,
        synchronised: 200,
        answers: &[],
    };
}

/// Runs every case.
pub(super) async fn drive(
    running: &Running,
    own_ways: &'static OwnWays,
    progress: &ProgressBar,
) -> Result<Outcome> {
    let scene = Scene::new(running, own_ways).await?;
    let mut table = Table::new(progress, "areas");
    all(&scene, &mut table).await;
    Ok(scene.outcome(table))
}

/// The cases of every peer.
pub(super) async fn all(scene: &Scene, table: &mut Table<'_>) {
    connect::cases(scene, table).await;
    login::cases(scene, table).await;
    session::cases(scene, table).await;
    mailboxes::cases(scene, table).await;
    search::cases(scene, table).await;
    fetch::cases(scene, table).await;
    change::cases(scene, table).await;
    watch::cases(scene, table).await;
    lacking::cases(scene, table).await;
    append::cases(scene, table).await;
    extensions::cases(scene, table).await;
}

impl Scene {
    /// Looks around at a peer.
    pub(super) async fn new(running: &Running, own_ways: &'static OwnWays) -> Result<Self> {
        let dir = running.dir();
        let starttls = noted(dir, STARTTLS)?;
        let mut scene = Self {
            dir: dir.to_owned(),
            imaps: running.address(),
            starttls,
            plaintext: noted(dir, PLAINTEXT).unwrap_or(starttls),
            preauth: noted(dir, PREAUTH).ok(),
            tls: Certificates::trusting(dir)?,
            cache: KeyCache::new([0; 32]),
            prefix: String::new(),
            delimiter: '/',
            capabilities: Capabilities::default(),
            greeted: Capabilities::default(),
            rev2: false,
            own_ways,
            answers: RefCell::default(),
            extensions: RefCell::default(),
        };
        let greeted = scene.builder().connect(&scene.tls_url()).await?;
        scene.greeted = greeted.capabilities().cloned().unwrap_or_default();
        greeted.logout().await?;
        let mut client = scene.alice().await.map_err(|error| format!("the first login: {error}"))?;
        scene.capabilities = client.capabilities().cloned().ok_or("no capabilities after the login")?;
        scene.rev2 = client.is_rev2();
        if scene.has(&Capability::Namespace) {
            let namespaces = client.namespace().await?;
            let own = namespaces.personal.first().ok_or("no namespace of the user's own")?;
            scene.prefix = own.prefix.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
            scene.delimiter = own.delimiter.unwrap_or('/');
        }
        client.logout().await?;
        Ok(scene)
    }

    /// What is reported beside the counts.
    pub(super) fn outcome(self, table: Table<'_>) -> Outcome {
        let mut outcome = table.outcome();
        let mut capabilities: Vec<_> = self.capabilities.iter().map(ToString::to_string).collect();
        capabilities.sort_unstable();
        outcome.extra.insert("capabilities", serde_json::json!(capabilities));
        outcome
            .extra
            .insert("revision", serde_json::json!(if self.rev2 { "IMAP4rev2" } else { "IMAP4rev1" }));
        outcome.extra.insert("answers", serde_json::json!(self.answers.into_inner()));
        let extensions = self.extensions.into_inner();
        let extensions: BTreeMap<_, _> =
            extensions.iter().map(|(name, shown)| (name, shown.word())).collect();
        outcome.extra.insert("extensions", serde_json::json!(extensions));
        outcome
    }

    /// Whether the peer can do this.
    pub(super) fn has(&self, capability: &Capability) -> bool {
        self.capabilities.has(capability)
    }

    /// Remembers what the peer said where peers differ.
    pub(super) fn answered(&self, case: impl Into<String>, answer: impl Into<String>) {
        self.answers.borrow_mut().insert(case.into(), answer.into());
    }

    /// What a peer answers is what is expected, or what this peer is known for.
    pub(super) fn agrees(&self, what: &str, found: &str, expected: &str) -> Result<()> {
        if found == expected {
            return Ok(());
        }
        self.answered(what, found);
        let known = self.own_ways.answers.contains(&(what, found));
        ensure(known, || format!("{what}: {found:?} instead of {expected:?}"))
    }

    /// How users log in unless it is said otherwise.
    fn policy(&self) -> Policy {
        if self.own_ways.binds_in_vain {
            Policy::default().danger_without_channel_binding()
        } else {
            Policy::default()
        }
    }

    /// Where TLS begins with the first byte.
    fn tls_url(&self) -> String {
        format!("imaps://localhost:{}", self.imaps.port())
    }

    /// Where STARTTLS is offered.
    fn starttls_url(&self) -> String {
        format!("imap://localhost:{}", self.starttls.port())
    }

    /// A client that trusts the peer, by TLS.
    fn builder(&self) -> Builder {
        ImapClient::builder().tls(self.tls.clone()).sasl(self.policy()).key_cache(&self.cache)
    }

    /// A client in plaintext, which may show its password: this is loopback.
    fn bare_builder(&self) -> Builder {
        let policy = [MechanismName::PLAIN, MechanismName::LOGIN]
            .into_iter()
            .fold(self.policy(), Policy::danger_reveal_in_plaintext);
        ImapClient::builder().security(Security::Plaintext).sasl(policy).key_cache(&self.cache)
    }

    /// Alice, logged in.
    pub(super) async fn alice(&self) -> Result<ImapClient> {
        self.user(0).await
    }

    async fn user(&self, index: usize) -> Result<ImapClient> {
        let mut client = self.builder().connect(&self.tls_url()).await?;
        client.authenticate(&password(index)).await?;
        Ok(client)
    }

    /// The full name of a mailbox.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// What a query finds, once it is as many as there must be where a peer takes its time.
    pub(super) async fn search(
        &self,
        mailbox: &mut Selected<'_>,
        query: &SearchQuery,
        count: u64,
    ) -> Result<UidSet> {
        let mut found = mailbox.search(query).await?;
        let mut turns = if self.own_ways.indexes_later { 50 } else { 0 };
        while found.len() != count && turns > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            found = mailbox.search(query).await?;
            turns -= 1;
        }
        Ok(found)
    }

    /// A new mailbox with these messages; their UIDs.
    pub(super) async fn filled(
        &self,
        client: &mut ImapClient,
        name: &str,
        messages: &[&[u8]],
    ) -> Result<(String, Vec<Uid>)> {
        let name = self.name(name);
        client.create(&*name).await?;
        let mut uids = Vec::new();
        for message in messages {
            let appended = client.append_bytes(&*name, AppendOptions::new(), message.to_vec()).await?;
            uids.push(appended.and_then(|appended| appended.uid()).ok_or("no UID of what was appended")?);
        }
        Ok((name, uids))
    }
}

/// What lets a user in.
fn password(index: usize) -> Credentials {
    let (user, password) = USERS[index];
    Credentials::password(user, password.to_owned())
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

/// The octets of a message or of a part of it.
async fn read(mailbox: &mut Selected<'_>, uid: Uid, section: anyrfc_imap::Section) -> Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;

    let mut octets = Vec::new();
    let mut body = mailbox.fetch_body(uid, section).await?.ok_or("no such body")?;
    body.read_to_end(&mut octets).await?;
    Ok(octets)
}
