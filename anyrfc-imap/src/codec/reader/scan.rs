//! Which item of a row a literal belongs to.

use std::ops::Range;

use super::BodyStart;
use crate::{
    codec::response::ItemNameRef,
    types::{ItemName, SequenceNumber, Uid, row::tokens::number},
};

/// Follows a row from literal to literal; the octets of literals are never looked at, and nothing
/// else is looked at twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowScan {
    depth: usize,
    in_quotes: bool,
    escaped: bool,
    in_brackets: bool,
    /// Where the present token begins.
    token: Option<usize>,
    /// The token before was `UID`.
    uid_follows: bool,
    uid: Option<Uid>,
    /// The first number of the row.
    number: Option<u32>,
    /// Whether that is the UID (RFC 9586).
    by_uid: bool,
}

impl RowScan {
    /// Goes over the input from the beginning of a line to the announcement of a literal at its
    /// end. Returns the name of the item whose value the literal is, where that is a body.
    pub(super) fn line(&mut self, input: &[u8], line: usize, announcement: usize) -> Option<Range<usize>> {
        let mut last = None;
        for (at, byte) in input.iter().enumerate().take(announcement).skip(line) {
            match byte {
                _ if self.in_quotes => self.quoted(*byte),
                b'"' if self.in_brackets => self.in_quotes = true,
                b']' if self.in_brackets => self.in_brackets = false,
                _ if self.in_brackets => {}
                b'"' => {
                    self.in_quotes = true;
                    (self.token, last) = (None, None);
                }
                b'[' if has_section(self.token.and_then(|start| input.get(start..at))) => {
                    self.in_brackets = true
                }
                b' ' => last = self.end_token(input, at),
                b'(' => {
                    self.end_token(input, at);
                    last = None;
                    self.depth = self.depth.saturating_add(1);
                }
                b')' => {
                    self.end_token(input, at);
                    last = None;
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {
                    self.token.get_or_insert(at);
                }
            }
        }
        if self.in_brackets {
            return None;
        }
        self.token = None;
        let name = last.filter(|_| !self.in_quotes && self.depth == 1)?;
        ItemNameRef::parse(input.get(name.clone())?).name.is_body().then_some(name)
    }

    fn quoted(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_quotes = false,
            _ => {}
        }
    }

    fn end_token(&mut self, input: &[u8], end: usize) -> Option<Range<usize>> {
        let start = self.token.take()?;
        let token = input.get(start..end)?;
        if std::mem::take(&mut self.uid_follows) {
            let uid = number(token).and_then(|uid| u32::try_from(uid).ok());
            self.uid = uid.and_then(Uid::new);
        }
        if self.depth == 0 && self.number.is_none() {
            self.number = number(token).and_then(|number| u32::try_from(number).ok());
        } else if self.depth == 0 {
            self.by_uid |= token.eq_ignore_ascii_case(b"UIDFETCH");
        }
        self.uid_follows = self.depth == 1 && token.eq_ignore_ascii_case(b"UID");
        Some(start..end)
    }

    /// The body whose item's name this is.
    pub(super) fn body(&self, name: &[u8], octets: u64) -> BodyStart {
        let name = ItemNameRef::parse(name);
        let sequence = self.number.filter(|_| !self.by_uid);
        BodyStart {
            sequence: sequence.and_then(SequenceNumber::new),
            uid: if self.by_uid { self.number.and_then(Uid::new) } else { self.uid },
            name: name.name,
            section: name.section(),
            origin: name.origin(),
            octets,
        }
    }
}

/// Whether a bracket behind this begins a section.
fn has_section(token: Option<&[u8]>) -> bool {
    let names: [&[u8]; 3] = [b"BODY", b"BINARY", b"BINARY.SIZE"];
    token.is_some_and(|token| names.iter().any(|name| name.eq_ignore_ascii_case(token)))
}

impl ItemName {
    /// Whether its value is a body, or a piece of one.
    pub(crate) const fn is_body(self) -> bool {
        matches!(
            self,
            Self::BodySection | Self::Binary | Self::Rfc822 | Self::Rfc822Header | Self::Rfc822Text
        )
    }
}
