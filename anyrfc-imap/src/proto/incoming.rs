//! From bytes to responses.

use anyrfc_core::{Requirement, Step, Tolerance};
use bytes::{Buf as _, Bytes, BytesMut};

use super::{
    CommandId, Connection, Event, OwnedEvent, Report, State, event::BodyStart, event::Notice, queue::Entry,
};
use crate::{
    Error,
    codec::{
        Found,
        response::{Context, Response, parse},
    },
    rfc9051, rfc9586,
    types::{Capability, FetchRef, FetchRow, Field, ItemName, RowTables, Sink, StatusResponse, Uid},
    wire::wire,
};

/// What `advance` found, until it is taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    /// The first of the notices; so many bytes are released with it.
    Notice(usize),
    /// The row of so many bytes, which the tables are of.
    Row { len: usize, owner: Option<CommandId> },
    /// So many bytes of a body.
    Chunk { len: usize, owner: Option<CommandId> },
}

/// A body that is being streamed, and whose it seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Streaming {
    /// Nobody is told: nobody may, or nobody cares any more.
    Nobody,
    /// Told to this owner.
    Told(Option<CommandId>),
}

/// Larger rows and pieces are split off rather than copied.
const COPY_UP_TO: usize = 4 << 10;

/// Deviations as the parser finds them.
struct Judge<'a> {
    strict: bool,
    deviations: &'a mut anyrfc_core::Deviations,
    fatal: Option<Error>,
}

impl Sink for Judge<'_> {
    fn deviation(&mut self, requirement: &'static Requirement, sample: &[u8]) {
        if self.strict {
            if self.fatal.is_none() {
                self.fatal = Some(Error::violation(requirement, "it did otherwise").with_unparsed(sample));
            }
            return;
        }
        self.deviations.record(requirement, sample);
    }
}

/// What a response is, once it needs no tables any more.
enum Heard {
    Continue(Bytes),
    Tagged(Bytes, StatusResponse),
    Data(crate::types::Data),
    Row,
}

impl Connection {
    /// Looks at what has arrived, up to the first thing to be told.
    pub(super) fn receive(&mut self, input: &[u8]) -> Result<Step, Error> {
        match self.reader.next(input)? {
            Found::Need(hint) => {
                self.timing.arrived(input.len());
                Ok(Step::Need(hint))
            }
            Found::Response(len) => {
                self.timing.whole();
                self.respond(input, len)
            }
            Found::BodyStart(len) => {
                self.begin_body();
                Ok(self.told(len))
            }
            Found::BodyChunk(len) => {
                self.timing.progress();
                match self.streaming {
                    Some(Streaming::Told(owner)) => {
                        self.pending = Some(Pending::Chunk { len, owner });
                        Ok(Step::Ready)
                    }
                    _ => Ok(Step::Consumed(len)),
                }
            }
            Found::BodyEnd => {
                if let Some(Streaming::Told(owner)) = self.streaming {
                    self.notices.push_back(Notice::BodyEnd { owner });
                }
                Ok(self.told(0))
            }
        }
    }

    /// So many bytes were dealt with; what is to be told of them is among the notices.
    fn told(&mut self, len: usize) -> Step {
        if !self.notices.is_empty() {
            self.pending = Some(Pending::Notice(len));
            return Step::Ready;
        }
        Step::Consumed(len)
    }

    fn respond(&mut self, input: &[u8], len: usize) -> Result<Step, Error> {
        let text = self.reader.text(input, len);
        let context = Context {
            names: self.dialect.names(),
            tolerance: self.config.tolerance,
            nesting: self.config.limits.nesting,
        };
        let mut found = Judge {
            strict: self.config.tolerance == Tolerance::Strict,
            deviations: &mut self.deviations,
            fatal: None,
        };
        let heard = match parse(text, &context, &mut self.tables, &mut found) {
            Response::Continue(text) => Heard::Continue(Bytes::copy_from_slice(text)),
            Response::Tagged { tag, status } => Heard::Tagged(Bytes::copy_from_slice(tag), status),
            Response::Data(data) => Heard::Data(data),
            Response::Fetch(_) => Heard::Row,
        };
        if let Some(fatal) = found.fatal {
            return Err(fatal);
        }
        self.log(input, len, &heard);
        if self.state == State::Greeting && !matches!(heard, Heard::Data(_)) {
            let text = text_of(&self.reader, input, len);
            let error =
                Error::violation(rfc9051::GREETING_IS_OK_PREAUTH_OR_BYE, "it began with something else");
            return Err(error.with_unparsed(text));
        }
        let row = text_of(&self.reader, input, len);
        match heard {
            Heard::Row => return self.row(row.len(), len, input),
            Heard::Continue(text) => self.asked_to_go_on(&text)?,
            Heard::Tagged(tag, status) => {
                let raw = Bytes::copy_from_slice(row);
                self.complete(&tag, status, &raw)?;
            }
            Heard::Data(data) => {
                let size = row.len();
                self.take_data(data, size)?;
            }
        }
        self.plan();
        Ok(self.told(len))
    }

    fn log(&self, input: &[u8], len: usize, heard: &Heard) {
        #[cfg(feature = "tracing")]
        {
            let hidden = self.state == State::Authenticating || matches!(heard, Heard::Continue(_));
            let told = match heard {
                Heard::Data(crate::types::Data::UrlFetch(_) | crate::types::Data::GenUrlAuth(_)) => {
                    Some("received authorized URLs")
                }
                Heard::Data(crate::types::Data::Metadata(_)) => Some("received annotations"),
                _ => None,
            };
            if let Some(told) = told {
                wire!(bytes = len, "{told}");
            } else if hidden {
                wire!(bytes = len, "received, while logging in or in answer to a command's beginning");
            } else if matches!(heard, Heard::Row) {
                wire!(bytes = len, "received a row");
            } else {
                let text = input.get(..len).unwrap_or(input);
                wire!(bytes = len, text = %anyrfc_core::escape::Escaped(text), "received");
            }
        }
        let _ = (input, len, heard);
    }

    /// A body begins that is large enough to be streamed.
    fn begin_body(&mut self) {
        self.timing.progress();
        let Some(body) = self.reader.body() else { return };
        wire!(octets = body.octets, "received the beginning of a body");
        let section = body.section.clone();
        let decoded = body.name == ItemName::Binary;
        let sequence = body.sequence;
        let known = || sequence.and_then(|sequence| self.mailbox.as_ref()?.uid(sequence));
        let uid = body.uid.or_else(known);
        if sequence.is_none() && uid.is_none() || !self.sees_mailbox() {
            self.streaming = Some(Streaming::Nobody);
            return;
        }
        let (origin, octets) = (body.origin, body.octets);
        let takes = |entry: &&Entry| {
            let asks = |section| {
                entry.claim().is_some_and(|claim| claim.takes_body(sequence, uid, section, decoded, origin))
            };
            section.as_ref().is_some_and(asks)
        };
        let owner = self.under_way.iter().find(takes);
        let owner = owner.map(|entry| (entry.id, entry.is_awaited()));
        if let Some((id, false)) = owner {
            self.streaming = Some(Streaming::Nobody);
            self.row_seems_of = Some(id);
            return;
        }
        let owner = owner.map(|(id, _)| id);
        if owner.is_some() {
            self.row_seems_of = owner;
        }
        self.streaming = Some(Streaming::Told(owner));
        self.body_told = true;
        let body = BodyStart { sequence, uid, section, decoded, origin, octets };
        self.notices.push_back(Notice::BodyStart { owner, body });
    }

    /// Whether FETCH responses mean anything now (RFC 9051, section 11.3).
    pub(super) fn sees_mailbox(&self) -> bool {
        matches!(self.state, State::Selected | State::Selecting)
    }

    /// A row of FETCH.
    fn row(&mut self, size: usize, len: usize, input: &[u8]) -> Result<Step, Error> {
        let seemed = self.row_seems_of.take();
        let body_told = std::mem::take(&mut self.body_told);
        self.streaming = None;
        if !self.sees_mailbox() {
            self.unasked(size)?;
            return Ok(self.told(len));
        }
        let text = self.reader.text(input, len);
        let row = FetchRef::new(text.as_bytes(), &self.tables);
        let (sequence, told) = (row.sequence(), row.uid());
        let known = || sequence.and_then(|sequence| self.mailbox.as_ref()?.uid(sequence));
        let uid: Option<Uid> = told.or_else(known);
        let takes = |entry: &&Entry| entry.claim().is_some_and(|claim| claim.takes(row, uid));
        let owner = self.under_way.iter().find(takes).map(|entry| (entry.id, entry.is_awaited()));
        let (by_uid, mod_seq) = (row.is_by_uid(), row.mod_seq().and_then(Field::parsed));
        if let (Some(mod_seq), Some(mailbox)) = (mod_seq, &mut self.mailbox) {
            mailbox.see_mod_seq(mod_seq);
        }
        if by_uid != self.dialect.enabled(&Capability::UidOnly) {
            let sample = Bytes::copy_from_slice(text_of(&self.reader, input, len));
            self.forgive(rfc9586::UIDFETCH_REPLACES_FETCH, &sample)?;
        }
        let text = self.reader.text(input, len);
        if let (Some(sequence), Some(uid), Some(mailbox)) = (sequence, told, &mut self.mailbox)
            && !mailbox.number(sequence, uid)
        {
            let sample = text.as_bytes();
            let sample =
                Bytes::copy_from_slice(sample.get(..anyrfc_core::Deviation::SAMPLE).unwrap_or(sample));
            self.forgive(rfc9051::UID_IS_CONSTANT_IN_A_SESSION, &sample)?;
        }
        if let Some(seemed) = seemed
            && owner.map(|(id, _)| id) != Some(seemed)
            && let Some(entry) = self.under_way.iter_mut().find(|entry| entry.id == seemed)
        {
            let error =
                Error::violation(rfc9051::UNSOLICITED_FETCH_HAS_UID, "a body of another message came");
            entry.fault.get_or_insert(error);
        }
        match owner {
            // Abandoned: read, and thrown away. Whoever was told of a body of it is to know where
            // it ends, or it would be taken for a part of the next row.
            Some((_, false)) if !body_told => {
                self.timing.progress();
                Ok(self.told(len))
            }
            Some((id, _)) => {
                self.timing.progress();
                self.pending = Some(Pending::Row { len, owner: Some(id) });
                Ok(Step::Ready)
            }
            None => {
                if told.is_none() && self.dialect.rev2() {
                    let requirement = if self.is_idling() {
                        rfc9051::FETCH_UNDER_IDLE_HAS_UID
                    } else {
                        rfc9051::UNSOLICITED_FETCH_HAS_UID
                    };
                    // Counted, however strict: that it is missing shows in the row itself.
                    self.deviations.record(requirement, text_of(&self.reader, input, len));
                }
                self.unasked(size)?;
                self.pending = Some(Pending::Row { len, owner: None });
                Ok(Step::Ready)
            }
        }
    }

    pub(super) fn take(&mut self, pending: Option<Pending>) -> Option<Notice> {
        match pending? {
            Pending::Notice(_) => {
                let notice = self.notices.pop_front();
                if notice.as_ref().is_some_and(Notice::renumbers) {
                    // Of those that still wait the caller has not been told.
                    let left = self.notices.iter().filter(|notice| notice.renumbers()).count() as u64;
                    self.counts.renumbered_told = self.counts.renumbered.saturating_sub(left);
                }
                notice
            }
            Pending::Row { .. } | Pending::Chunk { .. } => None,
        }
    }

    pub(super) fn borrowed<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        let pending = self.pending.take();
        match pending {
            Some(Pending::Row { len, owner }) => {
                let text = self.reader.text(input, len).as_bytes();
                let row = FetchRef::new(text, &self.tables);
                (len, Report::Fetch { owner, row })
            }
            Some(Pending::Chunk { len, owner }) => {
                let bytes = input.get(..len).unwrap_or(input);
                (len, Report::BodyChunk { owner, bytes })
            }
            Some(Pending::Notice(len)) => (len, self.take(pending).unwrap_or(Notice::Working).widen()),
            None => (0, Report::Working),
        }
    }

    pub(super) fn owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        let pending = self.pending.take();
        match pending {
            Some(Pending::Row { len, owner }) => {
                let row = own_row(&self.reader, &self.tables, input, len);
                Report::Fetch { owner, row }
            }
            Some(Pending::Chunk { len, owner }) => {
                let len = len.min(input.len());
                let bytes = if len > COPY_UP_TO {
                    input.split_to(len).freeze()
                } else {
                    let bytes = Bytes::copy_from_slice(input.get(..len).unwrap_or_default());
                    input.advance(len);
                    bytes
                };
                Report::BodyChunk { owner, bytes }
            }
            Some(Pending::Notice(len)) => {
                input.advance(len.min(input.len()));
                self.take(pending).unwrap_or(Notice::Working).widen()
            }
            None => Report::Working,
        }
    }
}

fn text_of<'a>(reader: &'a crate::codec::Reader, input: &'a [u8], len: usize) -> &'a [u8] {
    reader.text(input, len).as_bytes()
}

/// The row with its bytes: small ones are copied, so that they do not pin the read window.
fn own_row(reader: &crate::codec::Reader, tables: &RowTables, input: &mut BytesMut, len: usize) -> FetchRow {
    let len = len.min(input.len());
    let text = reader.text(input, len).as_bytes();
    let apart = !std::ptr::eq(text, input.get(..len).unwrap_or_default());
    if apart || len <= COPY_UP_TO {
        let row = FetchRow::new(Bytes::copy_from_slice(text), tables);
        input.advance(len);
        return row;
    }
    FetchRow::new(input.split_to(len).freeze(), tables)
}
