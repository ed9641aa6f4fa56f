//! Putting messages into mailboxes (RFC 9051, section 6.3.12; RFC 3502; RFC 4469).

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use anyrfc_core::ErrorKind;
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::{ImapClient, IntoMailbox, inner::Inner};
use crate::{
    Error,
    codec::command::{Append, WithLiterals},
    proto::{CommandId, Completion, Connection, Ticket},
    rfc9051,
    types::{AppendMessage, AppendOptions, AppendUid, CatenatePart, ImapUrl},
};

/// So much is read at a time of what is appended.
const PIECE: usize = 64 << 10;

/// A message that is to be appended, and where its octets come from.
///
/// It is to be as it travels: with CRLF at the ends of its lines.
pub struct NewMessage<'a> {
    pub(super) message: AppendMessage,
    pub(super) sources: Vec<Source<'a>>,
}

/// A message that the server joins from texts and from what it has already (RFC 4469).
///
/// The server joins them as they are: the texts hold whatever is between the parts, boundaries
/// and header lines that fit them.
///
/// ```
/// use anyrfc_imap::{AppendOptions, Catenation, MailboxName, Section, Uid, UrlMailbox, UrlMessage};
///
/// let draft = UrlMessage::new(UrlMailbox::new(MailboxName::new("Drafts")?), Uid::new(20).unwrap());
/// let message = Catenation::new(AppendOptions::new())
///     .text("Subject: as before\r\n\r\n")
///     .url(draft.section(Section::text()));
/// # drop(message);
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
pub struct Catenation<'a> {
    options: AppendOptions,
    parts: Vec<CatenatePart>,
    sources: Vec<Source<'a>>,
}

/// Where octets come from.
pub(super) enum Source<'a> {
    Bytes(Bytes),
    Reader(&'a mut (dyn AsyncRead + Send + Unpin), u64),
}

impl<'a> NewMessage<'a> {
    /// A message that is in memory.
    #[must_use]
    pub fn bytes(options: AppendOptions, message: impl Into<Bytes>) -> Self {
        let message = message.into();
        Self {
            message: AppendMessage::new(options, message.len() as u64),
            sources: vec![Source::Bytes(message)],
        }
    }

    /// A message of so many octets, read from `source` as fast as the server takes it.
    #[must_use]
    pub fn reader<R: AsyncRead + Send + Unpin>(
        options: AppendOptions,
        source: &'a mut R,
        length: u64,
    ) -> Self {
        Self { message: AppendMessage::new(options, length), sources: vec![Source::Reader(source, length)] }
    }
}

impl<'a> Catenation<'a> {
    /// Of no part so far.
    #[must_use]
    pub const fn new(options: AppendOptions) -> Self {
        Self { options, parts: Vec::new(), sources: Vec::new() }
    }

    /// And this text.
    #[must_use]
    pub fn text(mut self, text: impl Into<Bytes>) -> Self {
        let text = text.into();
        self.parts.push(CatenatePart::Text(text.len() as u64));
        self.sources.push(Source::Bytes(text));
        self
    }

    /// And so many octets, read from `source` as fast as the server takes them.
    #[must_use]
    pub fn reader<R: AsyncRead + Send + Unpin>(mut self, source: &'a mut R, length: u64) -> Self {
        self.parts.push(CatenatePart::Text(length));
        self.sources.push(Source::Reader(source, length));
        self
    }

    /// And what this names: a message or a part of one at the same server, without the server.
    #[must_use]
    pub fn url(mut self, url: impl Into<ImapUrl>) -> Self {
        self.parts.push(CatenatePart::Url(Box::new(url.into())));
        self
    }
}

impl<'a> From<Catenation<'a>> for NewMessage<'a> {
    fn from(joined: Catenation<'a>) -> Self {
        let Catenation { options, parts, sources } = joined;
        Self { message: AppendMessage::catenate(options, parts), sources }
    }
}

impl fmt::Debug for NewMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMessage").field("message", &self.message).finish_non_exhaustive()
    }
}

impl fmt::Debug for Catenation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catenation").field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl ImapClient {
    /// Puts a message of `length` bytes into a mailbox, read from `source` as fast as the server
    /// takes it; what `source` holds beyond is left there. The message is to be as it travels:
    /// with CRLF at the ends of its lines. Returns where it is, if the server says so (UIDPLUS, IMAP4rev2).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not take it ([`Error::code`]: `TRYCREATE`,
    /// `OVERQUOTA`, `TOOBIG` …), and already before anything is sent where its
    /// APPENDLIMIT says so; [`ErrorKind::Io`] with the source's error and [`ErrorKind::Usage`] when
    /// `source` ends early: the connection is gone then, since what was announced
    /// cannot be taken back.
    ///
    /// # Cancel safety
    /// A command that was not sent yet is not sent. Afterwards dropping the future ends the
    /// connection, unless the whole message was read: what was announced cannot be taken
    /// back. The server then keeps nothing of it.
    pub async fn append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
        length: u64,
    ) -> Result<Option<AppendUid>, Error> {
        let command = Append::new(mailbox.into_mailbox()?, options, length);
        let ticket = self.inner.submit(command)?;
        let mut one = One { source, left: length, piece: BytesMut::new() };
        let completion = self.inner.send_literals(ticket.id(), &mut one).await?;
        ticket.answer(completion)
    }

    /// Puts several messages into a mailbox by one command: all of them, or none (MULTIAPPEND,
    /// RFC 3502), and messages that the server joins from parts (CATENATE, RFC 4469). Each may be
    /// in memory or be read as fast as the server takes it. Returns where they are, in their order,
    /// if the server says so.
    ///
    /// An empty message makes the server add none of them.
    ///
    /// # Errors
    /// As [`append`](Self::append); [`ErrorKind::Unsupported`] for more than one message without
    /// MULTIAPPEND and for parts without CATENATE, where nothing has been sent:
    /// [`submit_append`](Self::submit_append) sends many messages together, of which some may be
    /// refused. A URL that the server cannot use is named by its code
    /// [`BadUrl`](crate::Code::BadUrl).
    ///
    /// # Cancel safety
    /// As [`append`](Self::append): of all messages none is added.
    pub async fn append_all<'a, M: Into<NewMessage<'a>>>(
        &mut self,
        mailbox: impl IntoMailbox,
        messages: impl IntoIterator<Item = M>,
    ) -> Result<Option<AppendUid>, Error> {
        let (mut sources, mut described) = (Vec::new(), Vec::new());
        for message in messages {
            let message: NewMessage<'a> = message.into();
            described.push(message.message);
            sources.extend(message.sources);
        }
        let count = described.len();
        let ticket = self.inner.submit(Append::several(mailbox.into_mailbox()?, described))?;
        let completion = self.inner.send_literals(ticket.id(), &mut Many::new(sources)).await?;
        let appended = ticket.answer(completion)?;
        Ok(self.one_uid_each(appended, count))
    }

    /// UIDs that are not as many as the messages belong to none of them.
    fn one_uid_each(&mut self, appended: Option<AppendUid>, count: usize) -> Option<AppendUid> {
        let appended = appended?;
        if appended.uids.len() == count as u64 {
            return Some(appended);
        }
        let sample = format!("{} UIDs for {count} messages", appended.uids.len());
        let told = self.inner.order(|connection| {
            connection.record_deviation(crate::rfc4315::UID_SETS_HAVE_NO_ASTERISK, sample.as_bytes());
            Ok(())
        });
        // The connection may be over already: what it has forgiven nobody asks any more.
        drop(told);
        None
    }

    /// Puts a message that is in memory into a mailbox. Otherwise as [`append`](Self::append).
    ///
    /// # Errors
    /// As [`append`](Self::append).
    ///
    /// # Cancel safety
    /// The message goes in whole, or was refused: what is left of it is sent by whatever uses the
    /// connection next.
    pub async fn append_bytes(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl Into<Bytes>,
    ) -> Result<Option<AppendUid>, Error> {
        let ticket = self.submit_append(mailbox, options, message)?;
        self.inner.finish(ticket).await
    }

    /// Submits a message that is in memory without waiting for the answer, as
    /// [`submit`](Self::submit) does with other commands: many of them travel together.
    ///
    /// # Errors
    /// As [`submit`](Self::submit), and [`ErrorKind::Refused`] for more than the server's
    /// APPENDLIMIT. Nothing has been sent then.
    pub fn submit_append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl Into<Bytes>,
    ) -> Result<Ticket<Option<AppendUid>>, Error> {
        let message = message.into();
        let command = Append::new(mailbox.into_mailbox()?, options, message.len() as u64);
        self.inner.submit_with(command, VecDeque::from([message]))
    }

    /// Submits a command whose literals are in memory, in their order: an APPEND of several
    /// messages or parts, a REPLACE. What is left of them is sent by whatever uses the connection
    /// next.
    ///
    /// # Errors
    /// As [`submit`](Self::submit), and [`ErrorKind::Usage`] for literals that are not those of
    /// the command. Nothing has been sent then.
    pub fn submit_with_literals<C>(
        &mut self,
        command: C,
        literals: impl IntoIterator<Item = Bytes>,
    ) -> Result<Ticket<C::Answer>, Error>
    where
        C: WithLiterals + fmt::Debug + Send + 'static,
    {
        let literals: VecDeque<Bytes> = literals.into_iter().collect();
        let lengths = literals.iter().map(|literal| literal.len() as u64);
        if !lengths.eq(command.literals()) {
            return Err(Error::usage("the literals are not those of the command")
                .with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH)
                .unsent());
        }
        self.inner.submit_with(command, literals)
    }
}

/// What the literals of a command are made of.
pub(super) trait Supply {
    /// How many octets are left of all of them.
    fn left(&self) -> u64;

    /// The next octets, at most so many; never none.
    fn poll_piece(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<Result<Bytes, Error>>;
}

/// One reader.
struct One<'s, R: ?Sized> {
    source: &'s mut R,
    left: u64,
    piece: BytesMut,
}

impl<R: AsyncRead + Unpin + ?Sized> Supply for One<'_, R> {
    fn left(&self) -> u64 {
        self.left
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<Result<Bytes, Error>> {
        poll_read(cx, self.source, &mut self.piece, &mut self.left, most)
    }
}

/// Several sources, one after the other.
pub(super) struct Many<'a> {
    sources: VecDeque<Source<'a>>,
    piece: BytesMut,
}

impl<'a> Many<'a> {
    pub(super) fn new(sources: impl IntoIterator<Item = Source<'a>>) -> Self {
        let mut sources: VecDeque<_> = sources.into_iter().collect();
        sources.retain(|source| source.left() > 0);
        Self { sources, piece: BytesMut::new() }
    }
}

impl Source<'_> {
    fn left(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Reader(_, left) => *left,
        }
    }
}

impl Supply for Many<'_> {
    fn left(&self) -> u64 {
        self.sources.iter().map(Source::left).fold(0, u64::saturating_add)
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<Result<Bytes, Error>> {
        let Some(source) = self.sources.front_mut() else {
            return Poll::Ready(Err(Error::usage("there is no literal left to give")));
        };
        let bytes = match source {
            Source::Bytes(bytes) => bytes.split_to(most.min(bytes.len())),
            Source::Reader(reader, left) => ready!(poll_read(cx, *reader, &mut self.piece, left, most))?,
        };
        if source.left() == 0 {
            self.sources.pop_front();
        }
        Poll::Ready(Ok(bytes))
    }
}

impl Inner {
    /// Gives the literals of a command that was submitted, and waits for its end.
    pub(super) async fn send_literals(
        &mut self,
        id: CommandId,
        supply: &mut impl Supply,
    ) -> Result<Completion, Error> {
        self.sending = Some(id);
        let mut sending = Sending { inner: self, id, left: supply.left() };
        poll_fn(|cx| sending.poll_sent(cx, supply)).await
    }

    /// How much of the present literal is to be given.
    fn literal_left(&self) -> u64 {
        self.connection().map_or(0, Connection::literal_left)
    }
}

/// Literals on their way. Dropped in the middle of them, it takes the connection along.
struct Sending<'a> {
    inner: &'a mut Inner,
    id: CommandId,
    left: u64,
}

impl Sending<'_> {
    fn poll_sent(
        &mut self,
        cx: &mut Context<'_>,
        supply: &mut impl Supply,
    ) -> Poll<Result<Completion, Error>> {
        let mut starving = false;
        loop {
            if let Some(completion) = self.inner.take_ended(self.id) {
                self.left = 0;
                return Poll::Ready(Ok(completion));
            }
            if !starving && self.has_room() {
                let most = self.inner.literal_left().min(PIECE as u64);
                match supply.poll_piece(cx, usize::try_from(most).unwrap_or(PIECE)) {
                    Poll::Ready(piece) => {
                        let piece = piece?;
                        self.left -= piece.len() as u64;
                        self.inner.order(|connection| connection.feed(self.id, piece))?;
                        continue;
                    }
                    // What was given is sent meanwhile, and the server may say no.
                    Poll::Pending => starving = true,
                }
            }
            match self.inner.poll_on(cx) {
                Poll::Ready(result) => result?,
                // What was written meanwhile may have made room.
                Poll::Pending if !starving && self.has_room() => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn has_room(&self) -> bool {
        self.left > 0 && self.inner.has_room(self.id)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.inner.sending = None;
        if self.left > 0 {
            self.inner.forsake(self.id);
        }
    }
}

fn early(missing: u64) -> Error {
    Error::usage(format!("the message ends {missing} bytes early"))
        .with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH)
}

/// The next octets of a reader that has so many left.
fn poll_read(
    cx: &mut Context<'_>,
    source: &mut (impl AsyncRead + Unpin + ?Sized),
    piece: &mut BytesMut,
    left: &mut u64,
    most: usize,
) -> Poll<Result<Bytes, Error>> {
    piece.resize(most.min(usize::try_from(*left).unwrap_or(usize::MAX)), 0);
    let mut buffer = ReadBuf::new(piece);
    let polled = Pin::new(source).poll_read(cx, &mut buffer);
    let count = buffer.filled().len();
    piece.truncate(count);
    match ready!(polled) {
        Err(error) => {
            Poll::Ready(Err(Error::new(ErrorKind::Io, "reading the message failed").with_source(error)))
        }
        Ok(()) if count == 0 => Poll::Ready(Err(early(*left))),
        Ok(()) => {
            *left -= count as u64;
            Poll::Ready(Ok(piece.split().freeze()))
        }
    }
}
