//! A server of SMTP and LMTP, as its users set it up.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use anyrfc_core::tls::TlsServerConfig;
use anyrfc_sasl::{Channel, MechanismName, testing::Accounts};

use super::{
    answer::Answer,
    breach::Breach,
    command::Command,
    offers::{Offers, Profile, When},
    session::Session,
    store::{DeliveredTo, Delivery, Ended, Said, Speaker, Store},
};

/// What is known when a command comes, for [`Server::on`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct View<'a> {
    /// The connection, counted from 1.
    pub connection: u64,
    /// How often this verb has come on this connection, this time included.
    pub nth: u64,
    /// How often this verb has come to the server, this time included.
    pub total: u64,
    /// Whether the connection is under TLS.
    pub secured: bool,
    /// Who has logged in.
    pub user: Option<&'a str>,
    /// The recipients accepted so far.
    pub recipients: &'a [DeliveredTo],
}

pub(super) type OnCommand = Arc<dyn Fn(&Command, &View<'_>) -> Answer + Send + Sync>;
pub(super) type OnContent = Arc<dyn Fn(&Delivery, Option<&DeliveredTo>) -> Answer + Send + Sync>;
pub(super) type OnResponse = Arc<dyn Fn(&[u8], &View<'_>) -> Answer + Send + Sync>;

/// When TLS begins.
#[derive(Clone, Debug, Default)]
pub(super) enum Tls {
    #[default]
    Never,
    Upon(TlsServerConfig),
    AtOnce(TlsServerConfig),
}

/// What a server is like.
#[derive(Clone)]
pub(super) struct Config {
    pub(super) accounts: Accounts,
    pub(super) lmtp: bool,
    pub(super) name: String,
    pub(super) offers: Offers,
    pub(super) tls: Tls,
    pub(super) users: bool,
    pub(super) mechanisms: Option<Vec<MechanismName>>,
    pub(super) plaintext_passwords: bool,
    pub(super) ehlo: bool,
    pub(super) greeting: Answer,
    pub(super) commands: Vec<(String, OnCommand)>,
    pub(super) contents: Vec<OnContent>,
    pub(super) responses: Vec<OnResponse>,
    pub(super) swallows_chunks: bool,
    pub(super) windows: bool,
    pub(super) bare_line_ends: bool,
    pub(super) data_without_recipients: bool,
    pub(super) needs_login: bool,
    pub(super) idle: Option<Duration>,
    pub(super) midway: Vec<(u64, Answer)>,
    pub(super) resources: HashMap<String, Vec<u8>>,
    pub(super) seed: [u8; 32],
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("lmtp", &self.lmtp)
            .field("offers", &self.offers)
            .field("rules", &(self.commands.len() + self.contents.len() + self.responses.len()))
            .finish_non_exhaustive()
    }
}

/// A server of SMTP or LMTP for tests: it keeps what it is sent in memory, judges whatever the
/// client writes, and answers as a script says.
///
/// Everything a client does that it must not do is kept in [`faults`](Self::faults) with the
/// statement of the RFC that it breaks; the server goes on as well as it can.
/// [`session`](Self::session) is the server without I/O; [`serve`](Self::serve) runs on a stream.
/// A clone is another handle on the same server; set otherwise, it still shares what was delivered,
/// said and found.
///
/// ```
/// use anyrfc_smtp::testing::{Accounts, Answer, Server};
///
/// let server = Server::new(Accounts::new())
///     .on("RCPT", |command, _| match command.path() {
///         Some("nobody@example.org") => Answer::reply(550, "5.1.1 no such user"),
///         _ => Answer::as_usual(),
///     });
/// let mut session = server.session();
/// assert_eq!(session.take_output(), b"220 mail.example.org ESMTP ready\r\n");
/// session.receive(b"EHLO client.example.org\r\n");
/// assert!(session.take_output().starts_with(b"250-mail.example.org "));
/// session.receive(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<nobody@example.org>\r\n");
/// assert_eq!(session.take_output(), b"250 2.1.0 sender ok\r\n550 5.1.1 no such user\r\n");
/// session.receive(b"MAIL FROM:<b@example.org>\r\n");
/// assert_eq!(server.faults()[0].id(), "rfc5321#4.1.4-13");
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    config: Arc<Config>,
    store: Store,
}

impl Server {
    /// With everything ([`Profile::Full`]), AUTH for these users among it.
    #[must_use]
    pub fn new(accounts: Accounts) -> Self {
        let config = Config {
            accounts,
            lmtp: false,
            name: "mail.example.org".to_owned(),
            offers: Profile::Full.offers(),
            tls: Tls::Never,
            users: true,
            mechanisms: None,
            plaintext_passwords: false,
            ehlo: true,
            greeting: Answer::as_usual(),
            commands: Vec::new(),
            contents: Vec::new(),
            responses: Vec::new(),
            swallows_chunks: true,
            windows: false,
            bare_line_ends: false,
            data_without_recipients: false,
            needs_login: false,
            idle: None,
            midway: Vec::new(),
            resources: HashMap::new(),
            seed: [7; 32],
        };
        Self { config: Arc::new(config), store: Store::default() }
    }

    /// With everything, and no users.
    #[must_use]
    pub fn full() -> Self {
        Self::new(Accounts::new()).edit(|config| config.users = false)
    }

    /// Without any extension, and no users.
    #[must_use]
    pub fn bare() -> Self {
        Self::full().profile(Profile::Bare)
    }

    /// Of LMTP, with everything.
    #[must_use]
    pub fn lmtp() -> Self {
        Self::full().profile(Profile::Lmtp)
    }

    fn edit(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(Arc::make_mut(&mut self.config));
        self
    }

    /// With the protocol and the offers of this profile; all other settings stay.
    #[must_use]
    pub fn profile(self, profile: Profile) -> Self {
        self.edit(|config| {
            config.lmtp = profile.is_lmtp();
            config.offers = profile.offers();
        })
    }

    /// With this line in the answer to EHLO, in place of what it has said under that keyword.
    #[must_use]
    pub fn offer(self, line: &str) -> Self {
        let keyword = line.split([' ', '=']).next().unwrap_or_default().to_owned();
        self.without(&keyword).offer_also(line, When::Always)
    }

    /// With this line in the answer to EHLO besides what it says anyway, at such times.
    #[must_use]
    pub fn offer_also(self, line: &str, when: When) -> Self {
        self.edit(|config| config.offers.add(line, when))
    }

    /// Without this keyword in the answer to EHLO.
    #[must_use]
    pub fn without(self, keyword: &str) -> Self {
        self.edit(|config| config.offers.remove(keyword))
    }

    /// With another name than `mail.example.org`.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.edit(|config| name.clone_into(&mut config.name))
    }

    /// With STARTTLS.
    #[must_use]
    pub fn starttls(self, tls: TlsServerConfig) -> Self {
        self.edit(|config| config.tls = Tls::Upon(tls))
    }

    /// With TLS from the first octet on.
    #[must_use]
    pub fn implicit_tls(self, tls: TlsServerConfig) -> Self {
        self.edit(|config| config.tls = Tls::AtOnce(tls))
    }

    /// With no mechanisms of authentication but these.
    #[must_use]
    pub fn mechanisms(self, names: &[MechanismName]) -> Self {
        self.edit(|config| config.mechanisms = Some(names.to_vec()))
    }

    /// Offering mechanisms that show passwords and tokens in cleartext too, and finding no fault
    /// with clients that use them there.
    #[must_use]
    pub fn plaintext_passwords(self) -> Self {
        self.edit(|config| config.plaintext_passwords = true)
    }

    /// Taking mail of those alone who have logged in (RFC 6409).
    #[must_use]
    pub fn login_required(self) -> Self {
        self.edit(|config| config.needs_login = true)
    }

    /// Not knowing EHLO, as servers did before there were extensions.
    #[must_use]
    pub fn without_ehlo(self) -> Self {
        self.edit(|config| config.ehlo = false)
    }

    /// Greeting so.
    #[must_use]
    pub fn greeting(self, answer: Answer) -> Self {
        self.edit(|config| config.greeting = answer)
    }

    /// Asks `script` what to do upon each command with this verb. Of several the last is asked
    /// first; [`Answer::as_usual`] leaves it to the one before, and in the end to the server.
    ///
    /// For BDAT the answer goes out behind the chunk.
    #[must_use]
    pub fn on(
        self,
        verb: &str,
        script: impl Fn(&Command, &View<'_>) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.edit(|config| config.commands.push((verb.to_ascii_uppercase(), Arc::new(script))))
    }

    /// Answers so to the first command with this verb that comes to the server, and to no other.
    #[must_use]
    pub fn once(self, verb: &str, answer: Answer) -> Self {
        self.on(verb, move |_, view| if view.total == 1 { answer.clone() } else { Answer::as_usual() })
    }

    /// Asks `script` for each reply to a message that has come whole, with what would be delivered:
    /// once in SMTP; once for each recipient in LMTP (RFC 2033); and for each and then for all
    /// (`None`) where PRDR was asked for.
    #[must_use]
    pub fn on_content(
        self,
        script: impl Fn(&Delivery, Option<&DeliveredTo>) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.edit(|config| config.contents.push(Arc::new(script)))
    }

    /// Asks `script` what to do upon each response of an authentication, which it gets as it came.
    #[must_use]
    pub fn on_response(self, script: impl Fn(&[u8], &View<'_>) -> Answer + Send + Sync + 'static) -> Self {
        self.edit(|config| config.responses.push(Arc::new(script)))
    }

    /// Doing this as soon as so many octets of a message have come, counted from 1, dots and chunks
    /// as they are on the wire: cutting the connection, reading no more, or answering before it may.
    #[must_use]
    pub fn midway(self, octets: u64, answer: Answer) -> Self {
        self.edit(|config| config.midway.push((octets.max(1), answer)))
    }

    /// Refusing this recipient so.
    #[must_use]
    pub fn refuse(self, recipient: &str, code: u16, text: &str) -> Self {
        let (recipient, answer) = (recipient.to_owned(), Answer::reply(code, text));
        self.on(
            "RCPT",
            move |command, _| {
                if command.path() == Some(&recipient) { answer.clone() } else { Answer::as_usual() }
            },
        )
    }

    /// Refusing each recipient for now when it is first heard of (greylisting).
    #[must_use]
    pub fn greylist(self) -> Self {
        let store = self.store.clone();
        self.on("RCPT", move |command, _| {
            let new = command.path().is_some_and(|path| store.is_new(path.to_owned()));
            if new { Answer::reply(451, "4.7.1 greylisted, come back later") } else { Answer::as_usual() }
        })
    }

    /// Not reading the octets of a chunk that it refuses, against RFC 3030: they are taken for
    /// commands.
    #[must_use]
    pub fn without_swallowing(self) -> Self {
        self.edit(|config| config.swallows_chunks = false)
    }

    /// Finding no fault with chunks and commands that come behind a refused chunk before the client
    /// can have read of it.
    #[must_use]
    pub fn windows(self) -> Self {
        self.edit(|config| config.windows = true)
    }

    /// Taking bare CR and LF for ends of lines in messages, as servers do through which mail can be
    /// smuggled.
    #[must_use]
    pub fn bare_line_ends(self) -> Self {
        self.edit(|config| config.bare_line_ends = true)
    }

    /// Answering 354 to DATA though there are no recipients (RFC 2920, section 3.1).
    #[must_use]
    pub fn data_without_recipients(self) -> Self {
        self.edit(|config| config.data_without_recipients = true)
    }

    /// Ending connections by 421 on which nothing has come for so long.
    #[must_use]
    pub fn idle_limit(self, limit: Duration) -> Self {
        self.edit(|config| config.idle = Some(limit))
    }

    /// With what is to be found under a URL, for BURL.
    #[must_use]
    pub fn resource(self, url: &str, content: impl Into<Vec<u8>>) -> Self {
        self.edit(|config| {
            config.resources.insert(url.to_owned(), content.into());
        })
    }

    /// A connection in cleartext, without I/O.
    #[must_use]
    pub fn session(&self) -> Session {
        self.session_on(Channel::plaintext())
    }

    /// A connection on this channel, without I/O.
    #[must_use]
    pub fn session_on(&self, channel: Channel) -> Session {
        Session::new(Arc::clone(&self.config), self.store.clone(), channel)
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Says this on every connection that is open, without having been asked; on how many that is.
    /// `Answer::reset()` cuts them all off.
    pub fn interject(&self, answer: &Answer) -> usize {
        self.store.interject(answer)
    }

    /// The messages it has taken.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.store.deliveries()
    }

    /// The messages it has taken, which it forgets.
    #[must_use]
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        self.store.take_deliveries()
    }

    /// What clients did that they must not do.
    #[must_use]
    pub fn faults(&self) -> Vec<Breach> {
        self.store.breaches()
    }

    /// All that was said, line by line.
    #[must_use]
    pub fn transcript(&self) -> Vec<Said> {
        self.store.transcript()
    }

    /// The lines of the clients, commands and responses; without their messages.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        let mut lines = self.store.transcript();
        lines.retain(|said| said.by == Speaker::Client);
        lines.iter().map(|said| String::from_utf8_lossy(&said.line).into_owned()).collect()
    }

    /// How many times the server has answered, having read all there was: as many round trips a
    /// client has waited for. The greeting is one.
    #[must_use]
    pub fn turns(&self) -> u64 {
        self.store.turns(None)
    }

    /// The same of one connection.
    #[must_use]
    pub fn turns_of(&self, connection: u64) -> u64 {
        self.store.turns(Some(connection))
    }

    /// How many chunks have come before an accepted recipient could be known.
    #[must_use]
    pub fn eager_chunks(&self) -> u64 {
        self.store.eager_chunks()
    }

    /// How many connections there have been.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.store.connections()
    }

    /// How a connection, counted from 1, has ended; `None` while it is open.
    #[must_use]
    pub fn ended(&self, connection: u64) -> Option<Ended> {
        self.store.how_ended(connection)
    }
}
