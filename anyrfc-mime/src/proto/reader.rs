//! The push parser.

mod bodies;
mod headers;

use std::collections::VecDeque;

use super::{
    boundary::Levels,
    described::Described,
    event::{BodyKind, Event, Field},
    header,
    state::State,
};
use crate::types::{Defect, DefectKind, MimeLimits, TransferEncoding};

/// Reads a message a piece at a time, of any size, in bounded memory.
///
/// What is held is no more than one header field, within [`MimeLimits::header`], and the boundaries
/// that are open.
///
/// ```
/// use anyrfc_mime::proto::{Event, MimeReader};
///
/// let mut reader = MimeReader::default();
/// let mut subject = Vec::new();
/// for mut piece in [&b"Subj"[..], b"ect: hi\r\n\r", b"\nbody"] {
///     while let Some(event) = reader.next(&mut piece) {
///         if let Event::HeaderField(field) = event {
///             subject.extend_from_slice(field.value());
///         }
///     }
/// }
/// while let Some(event) = reader.finish() {
///     if let Event::PartEnd { offset, .. } = event {
///         assert_eq!(offset, 19);
///     }
/// }
/// assert_eq!(subject, b" hi\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct MimeReader {
    limits: MimeLimits,
    state: State,
    levels: Levels,
    described: Described,
    /// The number of the entity whose header or body is read.
    part: usize,
    /// How many parts have begun.
    parts: usize,
    /// What is to be told next.
    queue: VecDeque<Queued>,
    /// Octets that mean nothing without those that follow.
    held: Vec<u8>,
    /// How many of them the last event was about: they are done with.
    told: usize,
    /// Where `held`, or else the next input, begins.
    offset: u64,
    /// In a header: octets at a line's beginning that are part of a name.
    known: usize,
    /// In a header: the field that is held in part.
    field: Option<Partial>,
    /// In a header: whether this line is what a mailbox file puts before a message.
    separator: bool,
    /// In a body: whether it stands at the beginning of a line.
    line_start: bool,
    /// On the line of a delimiter: what is known of it.
    delimiter: Delimiter,
    /// Whether nothing will follow the input.
    last: bool,
    seen: Seen,
}

/// A field of which not all has come.
#[derive(Clone, Copy, Debug)]
struct Partial {
    name: usize,
    colon: usize,
    /// Octets beyond the limit, which are not held.
    dropped: usize,
    /// Whether the last octet was the end of a line.
    line_ended: bool,
}

/// The line of a delimiter.
#[derive(Clone, Copy, Debug, Default)]
struct Delimiter {
    closes: bool,
    /// Whether text was seen behind the boundary.
    text: bool,
}

/// What is told once in a message.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    start: bool,
    lone_line_feed: bool,
    too_many_fields: bool,
}

/// An event that borrows nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Queued {
    Start { part: usize, parent: Option<usize>, offset: u64 },
    Body { part: usize, kind: BodyKind, encoding: Option<TransferEncoding>, offset: u64 },
    End { part: usize, offset: u64 },
    Defect(Defect),
}

/// What one step came to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// More input is needed.
    Need,
    /// Nothing to tell yet.
    Again,
    Tell(Queued),
    /// A field: the length of its name, where its value begins, how much is there and how long it is.
    Field {
        name: usize,
        value_at: usize,
        end: usize,
        length: usize,
        offset: u64,
    },
    /// So many octets of a body, a preamble or an epilogue.
    Chunk {
        state: State,
        part: usize,
        end: usize,
        offset: u64,
    },
}

impl Queued {
    const fn event<'a>(self) -> Event<'a> {
        match self {
            Self::Start { part, parent, offset } => Event::PartStart { part, parent, offset },
            Self::Body { part, kind, encoding, offset } => Event::BodyStart { part, kind, encoding, offset },
            Self::End { part, offset } => Event::PartEnd { part, offset },
            Self::Defect(defect) => Event::Defect(defect),
        }
    }
}

impl Step {
    /// The event, where there is one, about the beginning of `data`.
    fn event(self, data: &[u8]) -> Option<Event<'_>> {
        Some(match self {
            Self::Need | Self::Again => return None,
            Self::Tell(queued) => queued.event(),
            Self::Field { name, value_at, end, length, offset } => {
                let raw = data.get(..end).unwrap_or_default();
                Event::HeaderField(Field { raw, name_len: name, value_at, length, offset })
            }
            Self::Chunk { state, part, end, offset } => {
                let data = data.get(..end).unwrap_or_default();
                match state {
                    State::Preamble => Event::Preamble { part, data, offset },
                    State::Epilogue => Event::Epilogue { part, data, offset },
                    _ => Event::BodyChunk { part, data, offset },
                }
            }
        })
    }
}

impl Default for MimeReader {
    fn default() -> Self {
        Self::new(MimeLimits::default())
    }
}

impl MimeReader {
    /// A reader at the beginning of a message.
    #[must_use]
    pub fn new(limits: MimeLimits) -> Self {
        let depth = limits.depth.min(MimeLimits::DEPTH_MAX);
        Self {
            limits: MimeLimits { depth, ..limits },
            state: State::Header,
            levels: Levels::default(),
            described: Described::default(),
            part: 0,
            parts: 1,
            queue: VecDeque::new(),
            held: Vec::new(),
            told: 0,
            offset: 0,
            known: 0,
            field: None,
            separator: false,
            line_start: true,
            delimiter: Delimiter::default(),
            last: false,
            seen: Seen::default(),
        }
    }

    /// A reader that is given all of a message at once.
    pub(crate) fn whole(limits: MimeLimits) -> Self {
        Self { last: true, ..Self::new(limits) }
    }

    /// Where in the message the reader is.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// How many octets are held for want of those that follow.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Takes from `input` what makes the next event; `None` when all of it was taken and more is
    /// needed.
    pub fn next<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<Event<'a>> {
        self.held.drain(..self.told);
        self.told = 0;
        let (data, step) = loop {
            let data: &'i [u8] = input;
            let (taken, step) = self.advance(data);
            *input = data.get(taken..).unwrap_or_default();
            match step {
                Step::Need => return None,
                Step::Again => {}
                step => break (data, step),
            }
        };
        step.event(if self.told > 0 { &self.held } else { data })
    }

    /// Says that no more input will come, and tells what is left; to be called until it is `None`.
    pub fn finish(&mut self) -> Option<Event<'_>> {
        self.last = true;
        self.next(&mut &[][..])
    }

    /// One step, and how much of the input it takes. An event is about what is held where `told`
    /// says so, else about the input.
    fn advance(&mut self, input: &[u8]) -> (usize, Step) {
        if let Some(queued) = self.queue.pop_front() {
            return (0, Step::Tell(queued));
        }
        if self.field.is_some() {
            return self.more_of_field(input);
        }
        if self.held.is_empty() {
            let (used, step) = self.step(input);
            if matches!(step, Step::Need) {
                self.hold(input);
                return (input.len(), step);
            }
            return (used, step);
        }
        // Together with as much as tells what it is.
        let before = self.held.len();
        let wanted = self.lookahead().saturating_sub(before).max(1).min(input.len());
        let mut data = std::mem::take(&mut self.held);
        data.extend_from_slice(input.get(..wanted).unwrap_or_default());
        let (used, step) = self.step(&data);
        if matches!(step, Step::Need) {
            self.hold(&data);
            return (wanted, if wanted == input.len() { step } else { Step::Again });
        }
        // What was not used goes back to the input, or stays held if it was.
        let kept = used.max(before);
        data.truncate(kept);
        if matches!(step, Step::Field { .. } | Step::Chunk { .. }) {
            self.told = used;
        } else {
            data.drain(..used);
        }
        self.held = data;
        (kept.saturating_sub(before), step)
    }

    /// How much of a line tells what it is.
    const fn lookahead(&self) -> usize {
        if matches!(self.state, State::Header) && self.levels.lookahead() < header::LOOKAHEAD {
            return header::LOOKAHEAD;
        }
        self.levels.lookahead()
    }

    /// Keeps `data` for when more comes; of a field, as much as the limit allows.
    fn hold(&mut self, data: &[u8]) {
        let dropped = self.field.map(|field| field.dropped).unwrap_or_default();
        self.held.clear();
        self.held.extend_from_slice(data.get(..data.len().saturating_sub(dropped)).unwrap_or_default());
    }

    /// One step over `data`, which begins at `offset`, and how many octets it uses.
    pub(crate) fn step(&mut self, data: &[u8]) -> (usize, Step) {
        if let Some(queued) = self.queue.pop_front() {
            return (0, Step::Tell(queued));
        }
        if !self.seen.start {
            self.seen.start = true;
            return (0, Step::Tell(Queued::Start { part: 0, parent: None, offset: 0 }));
        }
        let (used, step) = match self.state {
            State::Header => self.header_line(data),
            State::Body | State::Preamble | State::Epilogue => self.body(data),
            State::Delimiter => self.delimiter_line(data),
            State::End => (data.len(), if data.is_empty() { Step::Need } else { Step::Again }),
        };
        self.offset = self.offset.saturating_add(used as u64);
        (used, step)
    }

    fn go(&mut self, next: State) {
        debug_assert!(self.state.may_become(next), "{:?} to {next:?}", self.state);
        self.state = next;
    }

    fn defect(&mut self, kind: DefectKind, offset: u64) {
        self.queue.push_back(Queued::Defect(Defect { kind, offset }));
    }
}
