//! A server of IMAP4rev2 and IMAP4rev1, with its mailboxes in memory.

use std::sync::Arc;

use anyrfc_core::tls::TlsServerConfig;
use anyrfc_sasl::{Channel, MechanismName, testing::Accounts};

use super::{
    reader::Literals,
    session::Session,
    store::{Mailbox, Store, canonical},
};

/// What a server is like.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) accounts: Accounts,
    pub(super) rev1: bool,
    pub(super) rev2: bool,
    pub(super) literals: Literals,
    pub(super) tls: Option<TlsServerConfig>,
    pub(super) plaintext_logins: bool,
    pub(super) preauth: Option<String>,
    pub(super) mechanisms: Option<Vec<MechanismName>>,
    /// What there is once a user has logged in.
    pub(super) capabilities: Vec<String>,
    /// Searches that are kept under names (RFC 5466).
    pub(super) filters: std::collections::BTreeMap<String, String>,
    /// The time of day, in the words of `date-time`: it never passes.
    pub(super) now: String,
    pub(super) seed: [u8; 32],
}

/// Extensions of IMAP4rev1 that IMAP4rev2 includes, and a few more.
const CAPABILITIES: &[&str] = &[
    "ENABLE",
    "IDLE",
    "NAMESPACE",
    "UNSELECT",
    "UIDPLUS",
    "ESEARCH",
    "SEARCHRES",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "MOVE",
    "BINARY",
    "CHILDREN",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "STATUS=SIZE",
    "ID",
    "WITHIN",
    "OBJECTID",
    "SAVEDATE",
    "PREVIEW",
    "MULTIAPPEND",
    "CATENATE",
    "URLAUTH",
    "URLAUTH=BINARY",
    "REPLACE",
];

/// A server for tests: strict where a client could be wrong, its mailboxes in
/// memory and shared by all of its sessions.
///
/// It speaks IMAP4rev2 (RFC 9051) and, until that is enabled, IMAP4rev1 (RFC 3501).
/// [`session`](Self::session) is the server without I/O; [`serve`](Self::serve) runs on a stream.
///
/// ```
/// use anyrfc_imap::testing::{Accounts, Server};
///
/// let server = Server::new(Accounts::new().password("alice", "secret"));
/// server.deliver("alice", "INBOX", b"Subject: hello\r\n\r\nworld\r\n");
/// let mut session = server.session(&server.cleartext());
/// assert!(session.take_output().starts_with(b"* OK [CAPABILITY IMAP4rev2 IMAP4rev1 "));
/// session.receive(b"a NOOP\r\n");
/// assert_eq!(session.take_output(), b"a OK NOOP completed\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    config: Arc<Config>,
    store: Store,
}

impl Server {
    /// For these users.
    #[must_use]
    pub fn new(accounts: Accounts) -> Self {
        let config = Config {
            accounts,
            rev1: true,
            rev2: true,
            literals: Literals::Minus,
            tls: None,
            plaintext_logins: true,
            preauth: None,
            mechanisms: None,
            capabilities: CAPABILITIES.iter().map(|&name| name.to_owned()).collect(),
            filters: std::collections::BTreeMap::new(),
            now: "01-Feb-2026 12:00:00 +0000".to_owned(),
            seed: [9; 32],
        };
        Self { config: Arc::new(config), store: Store::default() }
    }

    fn edit(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(Arc::make_mut(&mut self.config));
        self
    }

    /// Without IMAP4rev1: IMAP4rev2 is spoken from the beginning.
    #[must_use]
    pub fn only_rev2(self) -> Self {
        self.edit(|config| config.rev1 = false)
    }

    /// Without IMAP4rev2, and with these extensions alone.
    #[must_use]
    pub fn only_rev1(self, capabilities: &[&str]) -> Self {
        self.edit(|config| {
            config.rev2 = false;
            config.capabilities = capabilities.iter().map(|&name| name.to_owned()).collect();
        })
    }

    /// With this extension as well.
    #[must_use]
    pub fn with(self, capability: &str) -> Self {
        self.edit(|config| config.capabilities.push(capability.to_owned()))
    }

    /// With a search that is kept under this name: the keys as they are written (RFC 5466).
    #[must_use]
    pub fn filter(self, name: &str, keys: &str) -> Self {
        self.edit(|config| {
            config.filters.insert(name.to_owned(), keys.to_owned());
        })
    }

    /// Taking these literals without being asked.
    #[must_use]
    pub fn literals(self, literals: Literals) -> Self {
        self.edit(|config| config.literals = literals)
    }

    /// With STARTTLS, and no plaintext passwords without it.
    #[must_use]
    pub fn starttls(self, tls: TlsServerConfig) -> Self {
        self.edit(|config| {
            config.tls = Some(tls);
            config.plaintext_logins = false;
        })
    }

    /// With LOGINDISABLED, and no mechanism that sends a password, on cleartext connections.
    #[must_use]
    pub fn login_disabled(self) -> Self {
        self.edit(|config| config.plaintext_logins = false)
    }

    /// Greeting with PREAUTH: this user is logged in from the beginning.
    #[must_use]
    pub fn preauth(self, user: &str) -> Self {
        self.edit(|config| config.preauth = Some(user.to_owned()))
    }

    /// With no mechanisms but these.
    #[must_use]
    pub fn mechanisms(self, names: &[MechanismName]) -> Self {
        self.edit(|config| config.mechanisms = Some(names.to_vec()))
    }

    /// The channel of a connection in cleartext.
    #[must_use]
    pub fn cleartext(&self) -> Channel {
        Channel::plaintext()
    }

    /// A connection, without I/O.
    #[must_use]
    pub fn session(&self, channel: &Channel) -> Session {
        Session::new(Arc::clone(&self.config), self.store.clone(), channel.clone())
    }

    pub(super) fn tls(&self) -> Option<&TlsServerConfig> {
        self.config.tls.as_ref()
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// A message arrives in a mailbox, which is made if it is not there. Idling sessions
    /// are told. Returns its UID.
    pub fn deliver(&self, user: &str, mailbox: &str, message: &[u8]) -> u32 {
        let name = canonical(mailbox);
        let uid = self.store.with(user, |account| {
            account.create(&name);
            let mailbox = account.mailboxes.get_mut(&name);
            mailbox.map(|mailbox| mailbox.append(message.into(), self.config.now.clone(), Vec::new()))
        });
        self.store.changed();
        uid.unwrap_or_default()
    }

    /// Removes a message, as another client would.
    pub fn remove(&self, user: &str, mailbox: &str, uid: u32) {
        self.store.with(user, |account| {
            if let Some(mailbox) = account.mailboxes.get_mut(&canonical(mailbox)) {
                mailbox.remove_if(|message| message.uid == uid);
            }
        });
        self.store.changed();
    }

    /// Sets an annotation of a mailbox, or of the server where it has no name, as another client
    /// would (RFC 5464); or removes it. Sessions that have enabled METADATA are told.
    pub fn annotate(&self, user: &str, mailbox: &str, entry: &str, value: Option<&[u8]>) {
        let target = (!mailbox.is_empty()).then(|| canonical(mailbox));
        self.store.with(user, |account| {
            account.annotate(target.as_deref(), &entry.to_ascii_lowercase(), value.map(<[u8]>::to_vec));
        });
        self.store.changed();
    }

    fn change(&self, user: &str, mailbox: &str, change: impl FnOnce(&mut Mailbox)) {
        self.store.with(user, |account| {
            if let Some(mailbox) = account.mailboxes.get_mut(&canonical(mailbox)) {
                change(mailbox);
            }
        });
        self.store.changed();
    }

    /// An annotation of a mailbox, or of the server where it has no name.
    #[must_use]
    pub fn annotation(&self, user: &str, mailbox: &str, entry: &str) -> Option<Vec<u8>> {
        let target = (!mailbox.is_empty()).then(|| canonical(mailbox));
        self.store.with(user, |account| {
            account.annotations(target.as_deref())?.get(&entry.to_ascii_lowercase()).cloned()
        })
    }

    /// Limits a resource of a user, `STORAGE` or another (RFC 9208).
    pub fn limit(&self, user: &str, resource: &str, limit: u64) {
        self.store.with(user, |account| account.limits.insert(resource.to_ascii_uppercase(), limit));
    }

    /// Sets the flags of a message, as another client would.
    pub fn set_flags(&self, user: &str, mailbox: &str, uid: u32, flags: &[&str]) {
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        self.change(user, mailbox, |mailbox| mailbox.set_flags(uid, flags));
    }

    /// Gives the mailbox another UIDVALIDITY.
    pub fn revalidate(&self, user: &str, mailbox: &str) {
        self.change(user, mailbox, |mailbox| mailbox.uid_validity += 1_000_000);
    }

    /// Remembers no longer what has been removed so far.
    pub fn forget_removed(&self, user: &str, mailbox: &str) {
        self.change(user, mailbox, |mailbox| {
            mailbox.forgotten = mailbox.mod_seq;
            mailbox.vanished.clear();
        });
    }

    /// Has the mailbox keep no modification sequences (`NOMODSEQ` of RFC 7162).
    pub fn without_mod_seq(&self, user: &str, mailbox: &str) {
        self.change(user, mailbox, |mailbox| mailbox.no_mod_seq = true);
    }

    /// The highest modification sequence of a mailbox (RFC 7162).
    #[must_use]
    pub fn mod_seq(&self, user: &str, mailbox: &str) -> u64 {
        self.store.with(user, |account| {
            account.mailboxes.get(&canonical(mailbox)).map_or(0, |mailbox| mailbox.mod_seq)
        })
    }

    /// Every session that tells by itself what happens (NOTIFY) gives up, as servers may that have
    /// too much to do.
    pub fn overflow(&self) {
        self.store.overflow();
    }

    /// Marks a mailbox so that it can only be read.
    pub fn read_only(&self, user: &str, mailbox: &str) {
        let name = canonical(mailbox);
        self.store.with(user, |account| {
            account.create(&name);
            if let Some(mailbox) = account.mailboxes.get_mut(&name) {
                mailbox.read_only = true;
            }
        });
    }

    /// The UID, the flags and the text of each message in a mailbox.
    #[must_use]
    pub fn messages(&self, user: &str, mailbox: &str) -> Vec<(u32, Vec<String>, Vec<u8>)> {
        self.store.with(user, |account| {
            let found = account.mailboxes.get(&canonical(mailbox));
            let messages = found.into_iter().flat_map(|mailbox| &mailbox.messages);
            messages.map(|message| (message.uid, message.flags.clone(), message.text.to_vec())).collect()
        })
    }

    /// Every command that any session has received, with its tag and without its CR LF; literals
    /// in their places.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        self.store.commands()
    }

    /// The names of a user's mailboxes.
    #[must_use]
    pub fn mailboxes(&self, user: &str) -> Vec<String> {
        self.store.with(user, |account| account.mailboxes.keys().cloned().collect())
    }

    /// The names to which a user has subscribed.
    #[must_use]
    pub fn subscribed(&self, user: &str) -> Vec<String> {
        self.store.with(user, |account| account.subscribed.clone())
    }
}
