//! Reading everything there is in a message, for what is wrong with it.

use super::{
    Entity, Message,
    header::{Header, Syntax},
};
use crate::{
    codec::{address, content, date_time, encoded_word, message_id},
    proto::BodyKind,
    types::{DefectKind, Defects, TransferEncoding},
};

/// The most octets of a line (RFC 5322, section 2.1.1).
const LINE_MAX: usize = 998;

/// The fields that may stand only once (RFC 5322, section 3.6; RFC 2045, section 3).
const ONCE: &[&str] = &[
    "Date",
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
    "MIME-Version",
    "Content-ID",
    "Content-Description",
    "Content-Disposition",
];

impl Message<'_> {
    /// Reads every field and decodes every body, and says all that is wrong: the defects of the
    /// structure first, then those of each entity in turn, offsets counted from the beginning of the
    /// message.
    #[must_use]
    pub fn check(&self) -> Defects {
        let mut defects = self.defects().clone();
        for entity in self.entities() {
            repeated(&entity, &mut defects);
            for header in entity.headers() {
                field(&header, &mut defects);
            }
            if entity.kind() == BodyKind::Data {
                body(&entity, &mut defects);
            }
        }
        defects
    }
}

/// Fields that stand more than once; `Content-Type` and its like are told of with the structure.
fn repeated(entity: &Entity<'_>, defects: &mut Defects) {
    let mut seen = [false; ONCE.len()];
    for header in entity.headers() {
        let Some(at) = ONCE.iter().position(|name| header.is(name)) else { continue };
        let Some(seen) = seen.get_mut(at) else { continue };
        if *seen {
            defects.record(DefectKind::RepeatedField, header.range().start as u64);
        }
        *seen = true;
    }
}

fn field(header: &Header<'_>, defects: &mut Defects) {
    octets(header.raw(), header.range().start, false, defects);
    let lines = header.value().split(|&byte| byte == b'\n').skip(1);
    let last = lines.clone().count();
    // What stands behind the last line break is no line.
    if lines.take(last.saturating_sub(1)).any(|line| line.trim_ascii().is_empty()) {
        defects.record(DefectKind::BlankFoldedLine, header.range().start as u64);
    }
    let value = header.value();
    let syntax = Syntax::of(header.name().as_bytes());
    let mut reading = header.reading(defects);
    match syntax {
        Syntax::Text => drop(encoded_word::unstructured(value, &mut reading)),
        Syntax::Addresses => drop(address::address_list(value, &mut reading)),
        Syntax::DateTime => drop(date_time::date_time(value, &mut reading)),
        Syntax::MessageIds => drop(message_id::message_ids(value, &mut reading)),
        Syntax::ContentType => drop(content::content_type(value, &mut reading)),
        Syntax::ContentDisposition => drop(content::content_disposition(value, &mut reading)),
    }
}

fn body(entity: &Entity<'_>, defects: &mut Defects) {
    let raw = entity.raw_body();
    let start = entity.body_range().start;
    let is_binary = entity.encoding() == Some(TransferEncoding::Binary);
    if !is_binary {
        octets(raw, start, true, defects);
    }
    let is_ascii_only =
        !matches!(entity.encoding(), Some(TransferEncoding::EightBit | TransferEncoding::Binary));
    if is_ascii_only && let Some(at) = raw.iter().position(|byte| !byte.is_ascii()) {
        defects.record(DefectKind::EightBit, (start + at) as u64);
    }
    let mut own = Defects::new();
    if entity.text_noting(&mut own).is_none() && entity.encoding().is_some() {
        entity.body_noting(&mut own);
    }
    for defect in &own {
        // That the encoding is not known was told with the structure, that octets are not ASCII
        // just now.
        let is_told = defect.kind == DefectKind::UnknownEncoding
            || (defect.kind == DefectKind::EightBit && is_ascii_only && !raw.is_ascii());
        if !is_told {
            defects.record(defect.kind, start as u64 + defect.offset);
        }
    }
}

/// What must not be in lines, each kind once: lone CR and LF, NUL, and what is too long.
fn octets(data: &[u8], start: usize, line_feeds: bool, defects: &mut Defects) {
    let mut tell = |kind, at: usize| defects.record(kind, (start + at) as u64);
    if let Some(at) = memchr::memchr(0, data) {
        tell(DefectKind::Nul, at);
    }
    let lone = |&at: &usize| data.get(at + 1) != Some(&b'\n');
    if let Some(at) = memchr::memchr_iter(b'\r', data).find(lone) {
        // A CR at the end of a body stands before the line break of a delimiter, or before nothing.
        tell(DefectKind::LoneCarriageReturn, at);
    }
    let (mut line, mut lone_seen, mut long_seen) = (0, !line_feeds, false);
    for at in memchr::memchr_iter(b'\n', data).chain([data.len()]) {
        let text = data.get(line..at).unwrap_or_default();
        let ended = at < data.len();
        if ended && !lone_seen && !text.ends_with(b"\r") {
            lone_seen = true;
            tell(DefectKind::LoneLineFeed, at);
        }
        if !long_seen && text.strip_suffix(b"\r").unwrap_or(text).len() > LINE_MAX {
            long_seen = true;
            tell(DefectKind::LongLine, line);
        }
        line = at + 1;
    }
}
