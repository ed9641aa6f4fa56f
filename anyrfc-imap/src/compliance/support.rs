//! What the checks share. Nothing here uses the crate's own codec: a mistake made
//! alike on both sides must not prove itself.

use std::time::{Duration, Instant};

use anyrfc_core::{
    Credentials, Eof, Machine as _, Output, Requirement, Step, TlsInfo, Tolerance,
    testing::{pair, pki::Pki, run_virtual},
};
use anyrfc_sasl::{Exchange, Plain, Preparation};
use bytes::{Buf as _, Bytes, BytesMut};

use crate::{
    Error, ImapClient,
    client::Builder,
    codec::command::{
        Append, Capability, Close, Command, Copy, Create, Delete, Examine, Expunge, Fetch, List, ListReturn,
        ListSelect, Move, Namespace, Noop, Rename, Search, Select, Status, StatusItems, Store, StoreAction,
        Subscribe, UidCopy, UidExpunge, UidFetch, UidMove, UidSearch, UidStore, Unselect, Unsubscribe,
    },
    proto::{Completion, Config, Connection, OwnedEvent, Protection, State, Ticket},
    testing::{CommandReader, Literals, Received, Server, check_command},
    types::{
        AppendForm, AppendOptions, Data, FetchItems, Flag, MailboxName, PartPath, Partial, Pattern,
        SearchQuery, SearchReturn, Section, SequenceSet,
    },
};

/// The seed of every connection unless a check says otherwise.
pub(super) const SEED: [u8; 32] = [7; 32];

/// What a server of IMAP4rev2 alone advertises.
pub(super) const REV2: &str = "IMAP4rev2 LITERAL-";
/// What a server of IMAP4rev1 alone advertises.
pub(super) const REV1: &str = "IMAP4rev1";

/// A connection driven by hand: what the client says is heard as a strict server
/// hears it, what the server says is fed as text in which `{tag}` stands for the tag
/// of the command heard last.
pub(super) struct Talk {
    pub(super) connection: Connection,
    pub(super) now: Instant,
    output: Output,
    input: BytesMut,
    ears: CommandReader,
    /// Everything that the client has sent, byte for byte.
    pub(super) raw: Vec<u8>,
    /// The tags heard so far.
    pub(super) tags: Vec<String>,
    /// What the connection has told and no check has taken.
    pub(super) events: Vec<OwnedEvent>,
    /// What it failed with.
    pub(super) error: Option<Error>,
}

impl Talk {
    pub(super) fn with(config: Config, seed: [u8; 32]) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(config, seed, now),
            now,
            output: Output::new(),
            input: BytesMut::new(),
            ears: CommandReader::new(Literals::Plus),
            raw: Vec::new(),
            tags: Vec::new(),
            events: Vec::new(),
            error: None,
        }
    }

    /// On a connection that TLS protects; not yet greeted.
    pub(super) fn new() -> Self {
        Self::with(Config::default(), SEED)
    }

    pub(super) fn strict() -> Self {
        Self::with(Config { tolerance: Tolerance::Strict, ..Config::default() }, SEED)
    }

    /// On a connection in cleartext, or one that begins there.
    pub(super) fn unprotected(protection: Protection) -> Self {
        Self::with(Config { protection, ..Config::default() }, SEED)
    }

    /// Greeted; nobody is logged in.
    pub(super) fn greeted(capabilities: &str) -> Self {
        Self::new().greet(capabilities)
    }

    pub(super) fn greet(mut self, capabilities: &str) -> Self {
        self.says(&format!("* OK [CAPABILITY {capabilities}] ready"));
        self.events.clear();
        self
    }

    /// Logged in from the beginning.
    pub(super) fn authenticated(capabilities: &str) -> Self {
        Self::new().preauth(capabilities)
    }

    pub(super) fn preauth(mut self, capabilities: &str) -> Self {
        self.says(&format!("* PREAUTH [CAPABILITY {capabilities}] ready"));
        self.events.clear();
        assert_eq!(self.phase(), State::Authenticated);
        self
    }

    /// With INBOX selected, in which there are ten messages with the UIDs 101 to 110.
    pub(super) fn selected(capabilities: &str) -> Self {
        Self::authenticated(capabilities).select()
    }

    pub(super) fn select(mut self) -> Self {
        let ticket = self.submit(Select::new(mailbox("INBOX")));
        assert_eq!(self.hears(), "SELECT INBOX");
        self.says(SELECTED);
        self.says("{tag} OK [READ-WRITE] selected");
        ticket.answer(self.done()).expect("selected");
        self.events.clear();
        assert_eq!(self.phase(), State::Selected);
        self
    }

    pub(super) fn phase(&self) -> State {
        self.connection.phase()
    }

    /// Hands over a command that may be sent.
    #[track_caller]
    pub(super) fn submit<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> Ticket<C::Answer> {
        let ticket = self.connection.submit(command).unwrap_or_else(|error| panic!("refused: {error}"));
        self.pump();
        ticket
    }

    /// Hands over a command that must not be sent; why.
    #[track_caller]
    pub(super) fn refuses<C: Command + std::fmt::Debug + Send + 'static>(&mut self, command: C) -> Error {
        let before = self.raw.len();
        let error = match self.connection.submit(command) {
            Err(error) => error,
            Ok(ticket) => {
                self.pump();
                let done = self.events.iter().any(|event| matches!(event, OwnedEvent::Done(_)));
                assert!(done, "sent: {}", self.raw[before..].escape_ascii());
                ticket.answer(self.done()).err().expect("it was refused")
            }
        };
        assert_eq!(self.raw.len(), before, "sent: {}", self.raw[before..].escape_ascii());
        error
    }

    /// Lets the client say what it has to say, and tell what it has to tell.
    pub(super) fn pump(&mut self) {
        loop {
            self.connection.transmit(&mut self.output, self.now);
            let said = self.output.take();
            self.raw.extend_from_slice(&said);
            self.ears.feed(&said);
            if self.error.is_some() {
                return;
            }
            match self.connection.advance(&self.input, self.now) {
                Ok(Step::Ready) => self.events.push(self.connection.event_owned(&mut self.input)),
                Ok(Step::Consumed(count)) => self.input.advance(count),
                Ok(Step::Need(_)) if self.connection.wants_write() => {}
                Ok(Step::Need(_)) => return,
                Err(error) => self.error = Some(error),
            }
        }
    }

    /// Bytes from the server.
    pub(super) fn feed(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.input.extend_from_slice(bytes.as_ref());
        self.pump();
        self
    }

    /// Lines from the server.
    pub(super) fn says(&mut self, lines: &str) -> &mut Self {
        for line in lines.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            let tag = self.tags.last().map_or("", String::as_str);
            let line = format!("{}\r\n", line.replace("{tag}", tag));
            self.feed(line);
        }
        self
    }

    /// The next command that the client has sent whole, without its tag and its last CR LF.
    #[track_caller]
    pub(super) fn hears(&mut self) -> String {
        self.heard().unwrap_or_else(|| {
            panic!(
                "nothing is heard, only {:?}; {:?}",
                self.ears.pending().escape_ascii().to_string(),
                self.error
            )
        })
    }

    /// The same, if there is one. Literals that wait are told to come.
    #[track_caller]
    pub(super) fn heard(&mut self) -> Option<String> {
        self.pump();
        loop {
            match self.ears.next()? {
                Received::Command(octets) => {
                    let utf8 = self.connection.dialect().utf8();
                    check_command(&octets, utf8).unwrap_or_else(|error| panic!("{error}"));
                    let text = String::from_utf8_lossy(&octets).into_owned();
                    let (tag, command) = text.split_once(' ').expect("a tag");
                    self.tags.push(tag.to_owned());
                    return Some(command.strip_suffix("\r\n").expect("CR LF").to_owned());
                }
                Received::Continue(_) => {
                    self.feed("+ go on\r\n");
                }
                Received::Wrong(error) => panic!("{error}"),
            }
        }
    }

    /// The announcement of a literal, for which the client waits: how many octets.
    #[track_caller]
    pub(super) fn waits(&mut self) -> u64 {
        self.pump();
        match self.ears.next() {
            Some(Received::Continue(octets)) => octets,
            other => panic!("no literal that waits: {other:?}"),
        }
    }

    /// A line that is no command: DONE, or a SASL response.
    #[track_caller]
    pub(super) fn hears_line(&mut self) -> String {
        self.pump();
        let line = self.ears.next_line().expect("a line");
        String::from_utf8(line).expect("ASCII")
    }

    /// Nothing has been said.
    #[track_caller]
    pub(super) fn is_silent(&mut self) -> &mut Self {
        self.pump();
        assert_eq!(self.ears.pending().escape_ascii().to_string(), "", "nothing should be said");
        self
    }

    /// The completion that the connection has told.
    #[track_caller]
    pub(super) fn done(&mut self) -> Completion {
        let at = self.events.iter().position(|event| matches!(event, OwnedEvent::Done(_)));
        match at.map(|at| self.events.remove(at)) {
            Some(OwnedEvent::Done(completion)) => completion,
            _ => panic!("nothing is completed: {:?}, {:?}", self.events, self.error),
        }
    }

    /// What a command has brought, once the server has said these lines.
    #[track_caller]
    pub(super) fn answered<T>(&mut self, ticket: Ticket<T>, lines: &str) -> Result<T, Error> {
        self.says(lines);
        ticket.answer(self.done())
    }

    /// Whole exchanges: the command, what is heard of it, and what it brings.
    #[track_caller]
    pub(super) fn ask<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
        heard: &str,
        lines: &str,
    ) -> Result<C::Answer, Error> {
        let ticket = self.submit(command);
        assert_eq!(self.hears(), heard);
        self.answered(ticket, lines)
    }

    /// The data that no command has taken.
    pub(super) fn data(&mut self) -> Vec<Data> {
        let mut data = Vec::new();
        self.events.retain(|event| match event {
            OwnedEvent::Data(one) => {
                data.push(one.clone());
                false
            }
            _ => true,
        });
        data
    }

    /// The requirement of the violation that has ended the connection.
    #[track_caller]
    pub(super) fn broken(&mut self) -> &'static Requirement {
        let error = self.error.take().unwrap_or_else(|| panic!("nothing is wrong: {:?}", self.events));
        error.requirement().unwrap_or_else(|| panic!("no requirement: {error}"))
    }

    /// The connection lives on.
    #[track_caller]
    pub(super) fn is_fine(&mut self) -> &mut Self {
        if let Some(error) = &self.error {
            panic!("refused: {error}");
        }
        self
    }

    /// Whether a deviation from this requirement was counted.
    pub(super) fn forgave(&self, requirement: &'static Requirement) -> bool {
        self.connection.deviations().iter().any(|deviation| deviation.requirement == requirement)
    }

    /// Time passes.
    pub(super) fn wait(&mut self, time: Duration) -> &mut Self {
        let end = self.now + time;
        while let Some(due) = self.connection.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            if let Err(error) = self.connection.handle_timeout(self.now) {
                self.error = Some(error);
                return self;
            }
            self.pump();
        }
        self.now = end;
        self
    }

    /// The server closes.
    pub(super) fn closes(&mut self) -> Result<(), Error> {
        let end = self.connection.handle_eof(Eof::Clean);
        if self.error.is_none() {
            self.pump();
        }
        end
    }

    /// TLS has been negotiated.
    pub(super) fn secured(&mut self) -> &mut Self {
        self.connection.handle_secured(&TlsInfo::default());
        self.ears = CommandReader::new(Literals::Plus);
        self.pump();
        self
    }
}

/// What a server sends before its OK to SELECT.
pub(super) const SELECTED: &str = "* 10 EXISTS
    * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
    * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] limited
    * OK [UIDVALIDITY 1700000000] valid
    * OK [UIDNEXT 111] next
    * LIST () \"/\" INBOX";

/// A name that is known to be valid.
#[track_caller]
pub(super) fn mailbox(name: &str) -> MailboxName {
    MailboxName::new(name).expect("a name")
}

/// A command of any kind.
pub(super) struct AnyCommand(Box<Submit>);

type Submit = dyn Fn(&mut Connection) -> Result<(), Error>;

impl AnyCommand {
    fn new<C: Command + std::fmt::Debug + Clone + Send + 'static>(command: C) -> Self {
        Self(Box::new(move |connection| connection.submit(command.clone()).map(drop)))
    }

    /// Hands it over; it must be taken.
    #[track_caller]
    pub(super) fn submit_to(&self, talk: &mut Talk) {
        (self.0)(&mut talk.connection).unwrap_or_else(|error| panic!("refused: {error}"));
        talk.pump();
    }

    /// Hands it over; whether it was taken. If not, nothing has been said.
    pub(super) fn submit_if_possible(&self, talk: &mut Talk) -> bool {
        let before = talk.raw.len();
        let taken = (self.0)(&mut talk.connection).is_ok();
        talk.pump();
        assert!(
            taken || talk.raw.len() == before,
            "refused, and sent: {}",
            talk.raw[before..].escape_ascii()
        );
        taken
    }
}

/// One command of each kind that is permitted while a mailbox is selected, with arguments that
/// are not the plainest. The last ones leave the mailbox.
pub(super) fn every_command() -> Vec<AnyCommand> {
    let uids = || "1:3,7,110:*".parse::<SequenceSet>().expect("a set");
    let odd = || mailbox("Entw\u{fc}rfe & \"more\"/(1)");
    let query = || {
        (SearchQuery::from("a b") | !SearchQuery::subject("x\"y"))
            & SearchQuery::unseen()
            & SearchQuery::larger(1000)
    };
    let items = || {
        FetchItems::new()
            .uid()
            .flags()
            .internal_date()
            .size()
            .envelope()
            .body_structure()
            .header_fields(["Date", "X Odd"])
            .peek_partial(Section::text(), Partial::new(0, 100).expect("a range"))
    };
    vec![
        AnyCommand::new(Capability),
        AnyCommand::new(Noop),
        AnyCommand::new(Create::new(odd())),
        AnyCommand::new(Delete::new(odd())),
        AnyCommand::new(Rename::new(odd(), mailbox("new"))),
        AnyCommand::new(Subscribe::new(odd())),
        AnyCommand::new(Unsubscribe::new(odd())),
        AnyCommand::new(List::new(Pattern::new("a%/*").expect("a pattern"))),
        AnyCommand::new(
            List::new(Pattern::all()).select(ListSelect::Subscribed).returns(ListReturn::Children),
        ),
        AnyCommand::new(Namespace),
        AnyCommand::new(Status::new(odd(), StatusItems::common())),
        AnyCommand::new(Search::new(query())),
        AnyCommand::new(UidSearch::new(query()).returning(SearchReturn::new().min().count())),
        AnyCommand::new(Fetch::new(uids(), items())),
        AnyCommand::new(UidFetch::new(uids(), items())),
        AnyCommand::new(UidFetch::new(
            uids(),
            FetchItems::new().binary_size(part(&[1, 2])).binary(part(&[1])),
        )),
        AnyCommand::new(Store::new(uids(), StoreAction::Add, [Flag::Seen, Flag::FORWARDED])),
        AnyCommand::new(UidStore::new(uids(), StoreAction::Replace, Vec::new()).silent()),
        AnyCommand::new(Copy::new(uids(), odd())),
        AnyCommand::new(UidCopy::new(uids(), odd())),
        AnyCommand::new(Move::new(uids(), odd())),
        AnyCommand::new(UidMove::new(uids(), odd())),
        AnyCommand::new(Expunge),
        AnyCommand::new(UidExpunge::new(uids())),
        AnyCommand::new(Close),
        AnyCommand::new(Unselect),
        AnyCommand::new(Examine::new(odd())),
        AnyCommand::new(Select::new(odd())),
    ]
}

/// A part by its numbers.
pub(super) fn part(numbers: &[u32]) -> PartPath {
    PartPath::new(numbers).expect("a part")
}

/// What is heard of an APPEND of these octets to INBOX.
pub(super) fn append(capabilities: &str, octets: &'static [u8], binary: bool) -> Result<String, Error> {
    let mut talk = Talk::authenticated(capabilities);
    let form = if binary { AppendForm::Binary } else { AppendForm::Literal };
    append_with(&mut talk, AppendOptions::new().form(form), octets)
}

/// The same with options, over a connection that there is.
pub(super) fn append_with(
    talk: &mut Talk,
    options: AppendOptions,
    octets: &'static [u8],
) -> Result<String, Error> {
    let ticket = talk.connection.submit(Append::new(mailbox("INBOX"), options, octets.len() as u64))?;
    talk.pump();
    // A literal that waits is asked for.
    if talk.raw.ends_with(b"}\r\n") && !talk.raw.ends_with(b"+}\r\n") {
        talk.waits();
        talk.feed("+ go on\r\n");
    }
    let asked =
        talk.events.iter().any(|event| matches!(event, OwnedEvent::Literal(id) if *id == ticket.id()));
    assert!(asked, "the message is not asked for: {:?}", talk.events);
    talk.connection.feed(ticket.id(), Bytes::from_static(octets))?;
    talk.pump();
    Ok(talk.hears())
}

/// An exchange by PLAIN.
pub(super) fn plain(user: &str, password: &str) -> Exchange {
    let credentials = Credentials::password(user, password.to_owned());
    Exchange::new(Plain::new(&credentials, Preparation::Saslprep).expect("what PLAIN takes"))
}

/// Runs a client against a server, over Implicit TLS on a stream in memory.
pub(super) fn over_tls(server: &Server, builder: Builder, work: impl AsyncFnOnce(ImapClient)) {
    let (tls, trust) = Pki::new().pair(&["imap.example.org"]);
    run_virtual(async {
        let (near, far) = pair(1 << 16);
        let client = async {
            let builder = builder.tls(trust);
            work(builder.connect_over("imaps://imap.example.org", near).await.expect("greeted")).await;
        };
        // However the connection ends, the server has nothing to complain of.
        let ((), _) = tokio::join!(client, server.serve_tls(far, &tls));
    });
}
