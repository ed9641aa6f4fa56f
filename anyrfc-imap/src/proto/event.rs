//! What a connection reports.

use std::{convert::Infallible, sync::Weak};

use bytes::Bytes;

use super::{CommandId, Followed};
use crate::{
    Error,
    codec::command::Collected,
    types::{
        Code, Data, FetchRef, FetchRow, MessageLimit, Progress, Section, SequenceNumber, StatusResponse, Uid,
        UidSet, UidValidity,
    },
};

/// What a connection reports: rows and pieces of bodies borrowed ([`Event`]) or owned
/// ([`OwnedEvent`]).
///
/// What names an `owner` answers that command; everything else came of itself, or answers
/// what nobody asked, and is never part of a command's result.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Report<R, B> {
    /// The server has greeted: commands may go. Not told under
    /// [`Protection::StartTls`](super::Protection::StartTls), where it proves nothing.
    Greeting(StatusResponse),
    /// The server has agreed to TLS: upgrade now. Nothing more is read before.
    Upgrade,
    /// The login has settled a security layer, see
    /// [`Connection::take_login`](super::Connection::take_login): what follows passes through it. Nothing more is
    /// read before [`Connection::layer_installed`](super::Connection::layer_installed).
    Layer,
    /// The server has agreed to compression: what follows, both ways, is raw DEFLATE (RFC 4978).
    /// Nothing more is read before
    /// [`Connection::compression_installed`](super::Connection::compression_installed).
    Compress,
    /// A step of a login is being worked out, in slices: the next one begins when the
    /// connection is driven on. Let others run in between.
    Working,
    /// A command has ended.
    Done(Completion),
    /// The bytes of a literal may be given: [`Connection::feed`](super::Connection::feed).
    Literal(CommandId),
    /// IDLE has begun: the server tells what happens.
    Idling(CommandId),
    /// Data that no command asked for.
    Data(Data),
    /// What becomes of a result that is followed ([`Connection::follow`](super::Connection::follow)).
    Followed {
        /// The search.
        owner: CommandId,
        /// What becomes of it.
        what: Followed,
    },
    /// A row of FETCH.
    Fetch {
        /// The command that asked for it: the message and at least one of the items.
        owner: Option<CommandId>,
        /// The row, of which bodies that were streamed are missing.
        row: R,
    },
    /// A body begins, which is part of the next row. Until that row names the same owner,
    /// it is not certain that the body is of the message that was asked for.
    BodyStart {
        /// The command that seems to have asked for it.
        owner: Option<CommandId>,
        /// Of what.
        body: BodyStart,
    },
    /// A piece of it.
    BodyChunk {
        /// The command that seems to have asked for it.
        owner: Option<CommandId>,
        /// The next bytes.
        bytes: B,
    },
    /// The end of it.
    BodyEnd {
        /// The command that seems to have asked for it.
        owner: Option<CommandId>,
    },
    /// A message is gone, and all after it have moved up (RFC 9051, section 7.5.1).
    Expunge {
        /// The number that it had.
        sequence: SequenceNumber,
        /// Its UID, where that had been told.
        uid: Option<Uid>,
    },
    /// Messages are gone (RFC 7162, section 3.2.10).
    Vanished {
        /// Whether since some time, as told while the mailbox was being selected or asked for by a
        /// FETCH: of messages that may never have been known, and no number changes.
        earlier: bool,
        /// Which ones.
        uids: UidSet,
    },
    /// The UIDs of the selected mailbox name nothing any more (RFC 9051, section 2.3.1.1).
    UidValidity {
        /// Until now.
        before: UidValidity,
        /// From now on.
        now: UidValidity,
    },
    /// The mailbox that was selected is closed; what follows is of the one being selected
    /// (RFC 9051, section 7.1).
    Closed,
    /// What the server wants the user to read (RFC 9051, section 7.1).
    Alert {
        /// Its text, which may be anybody's where it is not confidential.
        text: String,
        /// Whether it came protected. If not, it is to be marked as suspicious.
        confidential: bool,
    },
    /// How far the server is with a command (RFC 9585).
    Progress {
        /// Which command; `None` where the server does not say and several are under way.
        command: Option<CommandId>,
        /// How far.
        progress: Progress,
    },
    /// The server leaves. Nothing follows but the ends of the commands under way.
    Bye(StatusResponse),
}

/// What a connection reports, borrowed.
pub type Event<'a> = Report<FetchRef<'a>, &'a [u8]>;
/// What a connection reports, owning its bytes.
pub type OwnedEvent = Report<FetchRow, Bytes>;
/// What is neither row nor body.
pub(super) type Notice = Report<Infallible, Infallible>;

impl Event<'_> {
    /// The same, owning its bytes.
    #[must_use]
    pub fn into_owned(self) -> OwnedEvent {
        match self {
            Report::Greeting(status) => Report::Greeting(status),
            Report::Upgrade => Report::Upgrade,
            Report::Layer => Report::Layer,
            Report::Compress => Report::Compress,
            Report::Working => Report::Working,
            Report::Done(completion) => Report::Done(completion),
            Report::Literal(id) => Report::Literal(id),
            Report::Idling(id) => Report::Idling(id),
            Report::Data(data) => Report::Data(data),
            Report::Followed { owner, what } => Report::Followed { owner, what },
            Report::Fetch { owner, row } => Report::Fetch { owner, row: row.to_row() },
            Report::BodyStart { owner, body } => Report::BodyStart { owner, body },
            Report::BodyChunk { owner, bytes } => {
                Report::BodyChunk { owner, bytes: Bytes::copy_from_slice(bytes) }
            }
            Report::BodyEnd { owner } => Report::BodyEnd { owner },
            Report::Expunge { sequence, uid } => Report::Expunge { sequence, uid },
            Report::Vanished { earlier, uids } => Report::Vanished { earlier, uids },
            Report::UidValidity { before, now } => Report::UidValidity { before, now },
            Report::Closed => Report::Closed,
            Report::Alert { text, confidential } => Report::Alert { text, confidential },
            Report::Progress { command, progress } => Report::Progress { command, progress },
            Report::Bye(status) => Report::Bye(status),
        }
    }
}

/// Which body it is that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyStart {
    /// The message's number; `None` where it is named by its UID alone (RFC 9586).
    pub sequence: Option<SequenceNumber>,
    /// The message's UID, as far as it is known already.
    pub uid: Option<Uid>,
    /// Which part of it; `None` where that was not understood.
    pub section: Option<Section>,
    /// Whether its transfer encoding was removed (`BINARY`).
    pub decoded: bool,
    /// Where a partial body begins (RFC 9051, section 6.4.5).
    pub origin: Option<u64>,
    /// How many bytes follow.
    pub octets: u64,
}

impl Notice {
    /// Whether sequence numbers stand for something else from here on.
    pub(super) const fn renumbers(&self) -> bool {
        matches!(
            self,
            Self::Expunge { .. } | Self::UidValidity { .. } | Self::Vanished { earlier: false, .. }
        )
    }

    pub(super) fn widen<R, B>(self) -> Report<R, B> {
        match self {
            Self::Greeting(status) => Report::Greeting(status),
            Self::Upgrade => Report::Upgrade,
            Self::Layer => Report::Layer,
            Self::Compress => Report::Compress,
            Self::Working => Report::Working,
            Self::Done(completion) => Report::Done(completion),
            Self::Literal(id) => Report::Literal(id),
            Self::Idling(id) => Report::Idling(id),
            Self::Data(data) => Report::Data(data),
            Self::Followed { owner, what } => Report::Followed { owner, what },
            Self::BodyStart { owner, body } => Report::BodyStart { owner, body },
            Self::BodyEnd { owner } => Report::BodyEnd { owner },
            Self::Expunge { sequence, uid } => Report::Expunge { sequence, uid },
            Self::Vanished { earlier, uids } => Report::Vanished { earlier, uids },
            Self::UidValidity { before, now } => Report::UidValidity { before, now },
            Self::Closed => Report::Closed,
            Self::Alert { text, confidential } => Report::Alert { text, confidential },
            Self::Progress { command, progress } => Report::Progress { command, progress },
            Self::Bye(status) => Report::Bye(status),
            Self::Fetch { row, .. } => match row {},
            Self::BodyChunk { bytes, .. } => match bytes {},
        }
    }
}

/// How a command ended, with the data that answer it. Rows of FETCH and bodies were
/// reported before, as they came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Completion {
    /// Which command.
    pub id: CommandId,
    /// The tagged OK; for LOGOUT it may be the BYE. Else why the command has failed.
    pub outcome: Result<StatusResponse, Error>,
    /// The data that answer it.
    pub data: Vec<Data>,
    pub(super) caller: Weak<()>,
}

impl Completion {
    /// Whether somebody still holds the ticket.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.caller.strong_count() > 0
    }

    /// How far the server got, where it has worked on some of the messages only (RFC 9738).
    #[must_use]
    pub fn message_limit(&self) -> Option<MessageLimit> {
        let limit = |status: &StatusResponse| match &status.code {
            Some(Code::MessageLimit(limit)) => Some(*limit),
            _ => None,
        };
        let untagged = self.data.iter().find_map(|data| match data {
            Data::Status(status) => limit(status),
            _ => None,
        });
        match &self.outcome {
            Ok(status) => limit(status).or(untagged),
            Err(error) => error.message_limit().or(untagged),
        }
    }

    /// The same without what it says of how far the server got.
    #[cfg(feature = "client")]
    pub(crate) fn without_limit(mut self) -> Self {
        if let Ok(status) = &mut self.outcome
            && matches!(status.code, Some(Code::MessageLimit(_)))
        {
            status.code = None;
        }
        self.data.retain(|data| {
            !matches!(data, Data::Status(StatusResponse { code: Some(Code::MessageLimit(_)), .. }))
        });
        self
    }

    pub(super) fn into_collected(self) -> Result<Collected, Error> {
        Ok(Collected::new(self.outcome?, self.data))
    }
}
