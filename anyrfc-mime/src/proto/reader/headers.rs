//! Headers: their fields, and what they say about the body.

use memchr::memchr;

use super::{
    super::{
        boundary::Line,
        described::Content,
        event::BodyKind,
        header::{self, Start},
    },
    MimeReader, Partial, Queued, State, Step,
};
use crate::types::{DefectKind, TransferEncoding, chars::is_wsp};

impl MimeReader {
    /// A line of a header, or a field of several.
    pub(super) fn header_line(&mut self, data: &[u8]) -> (usize, Step) {
        if data.is_empty() {
            return if self.last { self.end_header(0) } else { (0, Step::Need) };
        }
        if self.separator {
            let end = memchr(b'\n', data);
            self.separator = end.is_none();
            return (end.map_or(data.len(), |at| at.saturating_add(1)), Step::Again);
        }
        if !self.levels.is_free() && data.first() == Some(&b'-') {
            match self.levels.line(data, self.last) {
                Line::Content => {}
                Line::Unknown => return (0, Step::Need),
                Line::Delimiter { .. } => {
                    self.defect(DefectKind::NoBlankLine, self.offset);
                    return self.end_header(0);
                }
            }
        }
        match header::start(data, &mut self.known, self.last) {
            Start::Unknown => (0, Step::Need),
            Start::Empty(length) => {
                self.line_feed(length == 1, self.offset);
                self.end_header(length)
            }
            Start::Other => self.no_field(data),
            Start::Field { name, colon } => match header::field_end(data, colon, self.last) {
                Some(end) => {
                    let kept = data.get(..end.min(self.field_limit(colon))).unwrap_or_default();
                    (end, self.tell_field(kept, name, colon, end))
                }
                None => {
                    let line_ended = data.last() == Some(&b'\n');
                    let dropped = data.len().saturating_sub(self.field_limit(colon));
                    self.field = Some(Partial { name, colon, dropped, line_ended });
                    (0, Step::Need)
                }
            },
        }
    }

    /// A line of a header that is no field: it begins the body, but before the header there may be
    /// what is not of the message.
    fn no_field(&mut self, data: &[u8]) -> (usize, Step) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.described.fields == 0 {
            if self.offset == 0 && data.starts_with(MARK) {
                self.defect(DefectKind::NotOfTheMessage, 0);
                self.known = 0;
                return (MARK.len(), Step::Again);
            }
            if self.offset == 0 && MARK.starts_with(data) && !self.last {
                return (0, Step::Need);
            }
            let is_separator = data.starts_with(b"From ") || data.starts_with(b">From ");
            if is_separator && self.offset <= MARK.len() as u64 {
                self.defect(DefectKind::NotOfTheMessage, self.offset);
                self.separator = true;
                self.known = 0;
                return (0, Step::Again);
            }
        }
        self.defect(DefectKind::NotAField, self.offset);
        self.end_header(0)
    }

    /// Adds to the field that is held in part, until a line ends that no white space follows.
    pub(super) fn more_of_field(&mut self, input: &[u8]) -> (usize, Step) {
        let Some(mut field) = self.field else { return (0, Step::Again) };
        let mut taken = 0;
        let whole = loop {
            let rest = input.get(taken..).unwrap_or_default();
            match rest.first() {
                None => break self.last,
                Some(&byte) if field.line_ended && !is_wsp(byte) => break true,
                Some(_) => {}
            }
            let end = memchr(b'\n', rest);
            let line = end.map_or(rest.len(), |at| at.saturating_add(1));
            let room = self.field_limit(field.colon).saturating_sub(self.held.len()).min(line);
            self.held.extend_from_slice(rest.get(..room).unwrap_or_default());
            field.dropped = field.dropped.saturating_add(line.saturating_sub(room));
            field.line_ended = end.is_some();
            taken = taken.saturating_add(line);
        };
        if !whole {
            self.field = Some(field);
            return (taken, Step::Need);
        }
        self.field = None;
        let held = std::mem::take(&mut self.held);
        let length = held.len().saturating_add(field.dropped);
        let step = self.tell_field(&held, field.name, field.colon, length);
        self.offset = self.offset.saturating_add(length as u64);
        if matches!(step, Step::Field { .. }) {
            self.told = held.len();
            self.held = held;
        }
        (taken, step)
    }

    /// How much of a field is kept: its name is never cut.
    pub(super) fn field_limit(&self, colon: usize) -> usize {
        self.limits.header.max(colon.saturating_add(1))
    }

    /// A field of which `raw` is kept, and its defects after it.
    fn tell_field(&mut self, raw: &[u8], name: usize, colon: usize, length: usize) -> Step {
        let offset = self.offset;
        self.known = 0;
        self.described.fields = self.described.fields.saturating_add(1);
        if self.described.fields > self.limits.headers {
            if !self.seen.too_many_fields {
                self.seen.too_many_fields = true;
                self.defect(DefectKind::TooManyFields, offset);
            }
            return Step::Again;
        }
        if colon > name {
            self.defect(DefectKind::SpaceBeforeColon, offset.saturating_add(name as u64));
        }
        if length > raw.len() {
            self.defect(DefectKind::LongField, offset);
        } else {
            let lone = matches!(raw, [.., before, b'\n'] if *before != b'\r');
            self.line_feed(lone, offset.saturating_add(length.saturating_sub(1) as u64));
        }
        let value_at = colon.saturating_add(1);
        let (name_octets, value) =
            (raw.get(..name).unwrap_or_default(), raw.get(value_at..).unwrap_or_default());
        if let Some(kind) = self.described.field(name_octets, value) {
            self.defect(kind, offset);
        }
        Step::Field { name, value_at, end: raw.len(), length, offset }
    }

    fn line_feed(&mut self, is_lone: bool, offset: u64) {
        if is_lone && !self.seen.lone_line_feed {
            self.seen.lone_line_feed = true;
            self.defect(DefectKind::LoneLineFeed, offset);
        }
    }

    /// The header has ended with these octets; what the body is made of is known now.
    fn end_header(&mut self, used: usize) -> (usize, Step) {
        let mut described = std::mem::take(&mut self.described);
        let (part, offset) = (self.part, self.offset.saturating_add(used as u64));
        let in_digest = self.levels.last().is_some_and(|level| level.is_digest);
        let encoding = described.encoding();
        let is_identity = encoding.is_some_and(TransferEncoding::is_identity);
        let mut content = described.content(in_digest);
        match content {
            Content::Message { is_global: true } if !is_identity => content = Content::Data,
            Content::Message { .. } if !is_identity => {
                self.defect(DefectKind::EncodedComposite, offset);
                content = Content::Data;
            }
            Content::Multipart { .. } if !is_identity => self.defect(DefectKind::EncodedComposite, offset),
            _ => {}
        }
        if !matches!(content, Content::Data) {
            let kind = if self.levels.len() >= self.limits.depth {
                Some(DefectKind::TooDeep)
            } else if matches!(content, Content::Message { .. }) && self.parts >= self.limits.parts {
                Some(DefectKind::TooManyParts)
            } else {
                None
            };
            if let Some(kind) = kind {
                self.defect(kind, offset);
                content = Content::Data;
            }
        }
        self.line_start = true;
        self.known = 0;
        let body = |kind| Step::Tell(Queued::Body { part, kind, encoding, offset });
        let kind = match content {
            Content::Data => {
                self.go(State::Body);
                BodyKind::Data
            }
            Content::Multipart { boundary, is_digest } => {
                self.levels.push_multipart(part, &boundary, is_digest);
                self.go(State::Preamble);
                BodyKind::Multipart
            }
            Content::Message { .. } => {
                self.levels.push_message(part);
                self.go(State::Header);
                self.start_part(offset);
                BodyKind::Message
            }
        };
        (used, body(kind))
    }

    /// Another entity begins, inside of the innermost one that is open.
    pub(super) fn start_part(&mut self, offset: u64) {
        self.part = self.parts;
        self.parts = self.parts.saturating_add(1);
        let parent = self.levels.last().map(|level| level.part);
        self.queue.push_back(Queued::Start { part: self.part, parent, offset });
    }
}
