//! One connection to a server, without I/O.

use std::sync::Arc;

use anyrfc_sasl::{Channel, MechanismName, testing as sasl};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    command::{self, Command, Permitted, Tagged},
    notify::Telling,
    reader::{CommandReader, Literals, Received},
    selected::Selected,
    server::Config,
    speech::COMPARATORS,
    store::{Store, canonical},
    words,
};

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// More octets from the client.
    Octets,
    /// The TLS handshake, once its answer is sent.
    Tls,
    /// To be [compressed](Session::compressed), once its answer is sent.
    Deflate,
    /// Its output to be sent, and the end of the connection.
    Close,
}

/// One connection to a [`Server`](super::Server), without I/O: octets go in, octets come out.
#[derive(Debug)]
pub struct Session {
    pub(super) config: Arc<Config>,
    pub(super) store: Store,
    channel: Channel,
    reader: CommandReader,
    mode: Mode,
    wants: Wants,
    out: Vec<u8>,
    /// The user who has logged in.
    pub(super) user: Option<String>,
    pub(super) selected: Option<Selected>,
    /// Whether IMAP4rev2 is spoken.
    pub(super) rev2: bool,
    /// Whether UTF8=ACCEPT is enabled.
    pub(super) accept: bool,
    /// Whether rows have modification sequences (RFC 7162).
    pub(super) condstore: bool,
    /// Whether QRESYNC is enabled (RFC 7162).
    pub(super) qresync: bool,
    /// Whether UIDONLY is enabled (RFC 9586).
    pub(super) uid_only: bool,
    compressed: bool,
    /// What the client is told by itself.
    pub(super) telling: Option<Telling>,
    failures: u8,
    /// What the end of the command says besides.
    pub(super) code: Option<String>,
    /// What LANGUAGE has settled.
    pub(super) language: Option<&'static str>,
    /// What COMPARATOR has settled.
    pub(super) comparator: &'static str,
    /// How many of the changes of annotations were told, where they are to be.
    pub(super) changes_told: Option<usize>,
}

#[derive(Debug)]
enum Mode {
    Command,
    Sasl { tag: String, server: Box<sasl::Server> },
    Idle { tag: String },
}

impl Session {
    pub(super) fn new(config: Arc<Config>, store: Store, channel: Channel) -> Self {
        let mut session = Self {
            reader: CommandReader::new(config.literals),
            rev2: !config.rev1,
            config,
            store,
            channel,
            mode: Mode::Command,
            wants: Wants::Octets,
            out: Vec::new(),
            user: None,
            selected: None,
            accept: false,
            condstore: false,
            qresync: false,
            uid_only: false,
            compressed: false,
            telling: None,
            failures: 0,
            code: None,
            language: None,
            comparator: COMPARATORS[0],
            changes_told: None,
        };
        let capabilities = session.capabilities();
        if let Some(user) = &session.config.preauth {
            session.user = Some(user.clone());
            session.line(format!("* PREAUTH [CAPABILITY {capabilities}] Server logged in as {user}"));
        } else {
            session.line(format!("* OK [CAPABILITY {capabilities}] Server ready"));
        }
        session
    }

    /// What is to be sent.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Whether there is something to be sent.
    #[must_use]
    pub const fn has_output(&self) -> bool {
        !self.out.is_empty()
    }

    /// What it waits for.
    #[must_use]
    pub const fn wants(&self) -> Wants {
        self.wants
    }

    /// Whether names and strings are UTF-8.
    pub(super) const fn utf8(&self) -> bool {
        self.rev2 || self.accept
    }

    pub(super) fn line(&mut self, line: impl AsRef<[u8]>) {
        self.out.extend_from_slice(line.as_ref());
        self.out.extend_from_slice(b"\r\n");
    }

    pub(super) fn untagged(&mut self, parts: &[&[u8]]) {
        self.out.extend_from_slice(b"* ");
        self.line(parts.join(&b' '));
    }

    /// TLS has begun.
    pub fn secured(&mut self, channel: Channel) {
        self.channel = channel;
        // Whatever was injected behind STARTTLS is thrown away.
        self.reader = CommandReader::new(self.config.literals);
        self.wants = Wants::Octets;
    }

    /// What it says and hears from now on is compressed on its way (RFC 4978).
    pub fn compressed(&mut self) {
        self.compressed = true;
        self.wants = Wants::Octets;
    }

    /// Reports what others have changed, to a client that idles.
    pub fn update(&mut self) {
        if matches!(self.mode, Mode::Idle { .. }) || self.tells_at_once() {
            self.report(true);
        }
        self.tell();
    }

    /// Octets from the client.
    pub fn receive(&mut self, octets: &[u8]) {
        if self.wants != Wants::Octets {
            return;
        }
        self.reader.feed(octets);
        while self.wants == Wants::Octets {
            match &self.mode {
                Mode::Command => match self.reader.next() {
                    None => break,
                    Some(Received::Continue(_)) => self.line("+ Ready for literal data"),
                    Some(Received::Wrong(error)) => self.line(format!("* BAD {error}")),
                    Some(Received::Command(octets)) => self.command(&octets),
                },
                Mode::Sasl { .. } => match self.reader.next_line() {
                    None => break,
                    Some(line) => self.sasl_response(&line),
                },
                Mode::Idle { .. } => match self.reader.next_line() {
                    None => break,
                    Some(line) => self.idle_line(&line),
                },
            }
        }
        if !matches!(self.mode, Mode::Sasl { .. }) && self.user.is_some() {
            self.update();
        }
    }

    fn capabilities(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        if self.config.rev2 {
            all.push("IMAP4rev2".into());
        }
        if self.config.rev1 {
            all.push("IMAP4rev1".into());
        }
        if self.user.is_none() {
            let secured = self.channel.is_confidential();
            if self.config.tls.is_some() && !secured {
                all.push("STARTTLS".into());
            }
            if !secured && !self.config.plaintext_logins {
                all.push("LOGINDISABLED".into());
            }
            all.extend(self.mechanisms().iter().map(|name| format!("AUTH={name}")));
            all.push("SASL-IR".into());
            // RFC 5255, section 3.1: before authentication too.
            all.extend(
                ["LANGUAGE", "NAMESPACE"].iter().filter(|_| self.offers("LANGUAGE")).map(ToString::to_string),
            );
        } else {
            all.extend(self.config.capabilities.iter().cloned());
        }
        match self.config.literals {
            Literals::Synchronizing => {}
            Literals::Minus => all.push("LITERAL-".into()),
            Literals::Plus => all.push("LITERAL+".into()),
        }
        all.join(" ")
    }

    fn mechanisms(&self) -> Vec<MechanismName> {
        let plain =
            [MechanismName::PLAIN, MechanismName::LOGIN, MechanismName::XOAUTH2, MechanismName::OAUTHBEARER];
        let allowed = self.channel.is_confidential() || self.config.plaintext_logins;
        let mut names = sasl::Server::mechanisms(&self.channel);
        names.retain(|name| allowed || !plain.contains(name));
        if let Some(only) = &self.config.mechanisms {
            names.retain(|name| only.contains(name));
        }
        names
    }

    fn command(&mut self, octets: &[u8]) {
        let shown = String::from_utf8_lossy(octets);
        self.store.note(shown.trim_end_matches("\r\n").to_owned());
        let Tagged { tag, command } = match command::parse(octets, self.utf8()) {
            Ok(tagged) => tagged,
            Err((tag, error)) => {
                self.line(format!("{} BAD {error}", tag.as_deref().unwrap_or("*")));
                return;
            }
        };
        let permitted = match command.permitted() {
            Permitted::Always => true,
            Permitted::NotAuthenticated => self.user.is_none(),
            Permitted::Authenticated => self.user.is_some(),
            Permitted::NotSelected => self.user.is_some() && self.selected.is_none(),
            Permitted::Selected => self.selected.is_some(),
        };
        if !permitted {
            self.line(format!("{tag} BAD not in this state"));
            return;
        }
        // What others have done is told before what this client does, which is not.
        self.tell();
        if !self.refuses(&tag, &command) {
            self.perform(&tag, command);
        }
        self.take_note();
        self.store.changed();
    }

    fn perform(&mut self, tag: &str, command: Command) {
        match command {
            Command::Capability => {
                let capabilities = self.capabilities();
                self.line(format!("* CAPABILITY {capabilities}"));
                self.done(tag, "CAPABILITY");
            }
            Command::Noop | Command::Check => {
                self.report(true);
                self.done(tag, "NOOP");
            }
            Command::Logout => {
                self.line("* BYE logging out");
                self.done(tag, "LOGOUT");
                self.wants = Wants::Close;
            }
            Command::StartTls => match &self.config.tls {
                Some(_) if !self.channel.is_confidential() => {
                    self.line(format!("{tag} OK begin TLS negotiation now"));
                    self.wants = Wants::Tls;
                }
                _ => self.line(format!("{tag} BAD no STARTTLS here")),
            },
            Command::Authenticate { mechanism, initial } => self.authenticate(tag, &mechanism, initial),
            Command::Login { user, password } => self.login(tag, &user, &password),
            Command::Enable(names) => self.enable(tag, &names),
            Command::Notify(notify) => self.notify(tag, notify),
            Command::Compress(mechanism) => self.compress(tag, &mechanism),
            Command::Id(_) => {
                self.line("* ID (\"name\" \"anyrfc\")");
                self.done(tag, "ID");
            }
            Command::Language(ranges) => self.speak(tag, &ranges),
            Command::Comparator(orders) => self.compare(tag, &orders),
            Command::Unauthenticate => self.unauthenticate(tag),
            Command::GetJmapAccess => self.jmap_access(tag),
            Command::Idle => {
                self.line("+ idling");
                self.mode = Mode::Idle { tag: tag.to_owned() };
            }
            other => self.on_mailboxes(tag, other),
        }
    }

    pub(super) fn done(&mut self, tag: &str, name: &str) {
        let completed = if self.language == Some("de") { "ausgeführt" } else { "completed" };
        match self.code.take() {
            Some(code) => self.line(format!("{tag} OK [{code}] {name} {completed}")),
            None => self.line(format!("{tag} OK {name} {completed}")),
        }
    }

    pub(super) fn no(&mut self, tag: &str, why: &str) {
        self.line(format!("{tag} NO {why}"));
    }

    fn authenticate(&mut self, tag: &str, mechanism: &str, initial: Option<Vec<u8>>) {
        let offered = self.mechanisms();
        // Where nothing that binds is offered, a client that could have bound has lost nothing.
        let binds = offered.iter().any(MechanismName::is_plus);
        let channel =
            if binds || !self.channel.is_confidential() { self.channel.clone() } else { Channel::tls() };
        let name = offered.into_iter().find(|name| name.as_str() == mechanism);
        let server =
            name.and_then(|name| sasl::Server::new(name, &self.config.accounts, &channel, self.config.seed));
        let Some(server) = server else {
            self.no(tag, "no such mechanism");
            return;
        };
        let mut server = server.data_as_challenge();
        let reply = server.respond(initial.as_deref());
        self.mode = Mode::Sasl { tag: tag.to_owned(), server: Box::new(server) };
        self.sasl_reply(reply);
    }

    fn sasl_response(&mut self, line: &[u8]) {
        let Mode::Sasl { tag, server } = &mut self.mode else { return };
        match STANDARD.decode(line) {
            Ok(response) => {
                let reply = server.respond(Some(&response));
                self.sasl_reply(reply);
            }
            // An asterisk cancels; anything else that is no base64 as well.
            Err(_) => {
                let tag = tag.clone();
                self.mode = Mode::Command;
                self.line(format!("{tag} BAD exchange cancelled"));
            }
        }
    }

    fn sasl_reply(&mut self, reply: sasl::Reply) {
        let Mode::Sasl { tag, .. } = &self.mode else { return };
        let tag = tag.clone();
        match reply {
            sasl::Reply::Challenge(challenge) => self.line(format!("+ {}", STANDARD.encode(challenge))),
            sasl::Reply::Success(identity, _) => {
                self.mode = Mode::Command;
                self.logged_in(&tag, identity.acts_as);
            }
            sasl::Reply::Failure => {
                self.mode = Mode::Command;
                self.refused(&tag);
            }
        }
    }

    fn login(&mut self, tag: &str, user: &[u8], password: &[u8]) {
        let allowed = self.channel.is_confidential() || self.config.plaintext_logins;
        let message = [b"", user, password].join(&0);
        let server =
            sasl::Server::new(MechanismName::PLAIN, &self.config.accounts, &self.channel, self.config.seed);
        match server.map(|mut server| server.respond(Some(&message))) {
            Some(sasl::Reply::Success(identity, _)) if allowed => self.logged_in(tag, identity.acts_as),
            _ if allowed => self.refused(tag),
            _ => self.no(tag, "[PRIVACYREQUIRED] LOGIN is disabled"),
        }
    }

    fn logged_in(&mut self, tag: &str, user: String) {
        self.user = Some(user);
        let capabilities = self.capabilities();
        self.line(format!("{tag} OK [CAPABILITY {capabilities}] logged in"));
    }

    fn refused(&mut self, tag: &str) {
        self.failures += 1;
        self.no(tag, "[AUTHENTICATIONFAILED] authentication failed");
        if self.failures >= 3 {
            self.line("* BYE too many failures");
            self.wants = Wants::Close;
        }
    }

    fn compress(&mut self, tag: &str, mechanism: &str) {
        let name = format!("COMPRESS={mechanism}");
        if !self.has(&name) {
            self.line(format!("{tag} BAD no such mechanism"));
        } else if self.compressed || self.has("X-COMPRESSED-BELOW") {
            self.no(tag, "[COMPRESSIONACTIVE] something compresses already");
        } else if self.reader.pending().is_empty() {
            self.line(format!("{tag} OK DEFLATE active"));
            self.wants = Wants::Deflate;
        } else {
            self.line(format!("{tag} BAD a command came before the answer"));
        }
    }

    /// Whether the client was told of this.
    pub(super) fn has(&self, capability: &str) -> bool {
        self.config.capabilities.iter().any(|known| known == capability)
    }

    fn enable(&mut self, tag: &str, names: &[String]) {
        let mut enabled = Vec::new();
        for name in names {
            let known = match name.as_str() {
                "IMAP4REV2" if self.config.rev2 => !std::mem::replace(&mut self.rev2, true),
                "UTF8=ACCEPT" if self.config.capabilities.iter().any(|known| known == "UTF8=ACCEPT") => {
                    !std::mem::replace(&mut self.accept, true)
                }
                "METADATA" | "METADATA-SERVER" if self.config.capabilities.contains(name) => {
                    let changes = self.account(|account| account.changes.len());
                    self.changes_told.replace(changes).is_none()
                }
                other => self.enable_mod_seq(other),
            };
            if known {
                enabled.push(if name == "IMAP4REV2" { "IMAP4rev2" } else { name.as_str() });
            }
        }
        self.line(["* ENABLED", &enabled.iter().map(|name| format!(" {name}")).collect::<String>()].concat());
        self.done(tag, "ENABLE");
    }

    fn idle_line(&mut self, line: &[u8]) {
        let Mode::Idle { tag } = &self.mode else { return };
        let tag = tag.clone();
        self.mode = Mode::Command;
        if line.eq_ignore_ascii_case(b"DONE") {
            self.report(true);
            self.done(&tag, "IDLE");
        } else {
            self.line(format!("{tag} BAD DONE expected"));
        }
    }

    /// Whether the server has this extension.
    pub(super) fn offers(&self, capability: &str) -> bool {
        self.config.capabilities.iter().any(|known| known.eq_ignore_ascii_case(capability))
    }

    /// A name that the client has written, or the answer that it cannot be one.
    pub(super) fn name(&mut self, tag: &str, written: &[u8]) -> Option<String> {
        let name = words::name(written, self.utf8());
        if name.is_none() {
            self.no(tag, "[CANNOT] not a name");
        }
        name.map(|name| canonical(&name))
    }

    /// The user's mailboxes.
    pub(super) fn account<T>(&self, work: impl FnOnce(&mut super::store::Account) -> T) -> T {
        self.store.with(self.user.as_deref().unwrap_or_default(), work)
    }
}
