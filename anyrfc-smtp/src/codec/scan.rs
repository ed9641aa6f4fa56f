//! What a message needs, found in one pass over it.

use memchr::{memchr2, memrchr};

use super::{
    headers::Headers,
    label::{Label, label},
};
pub use crate::types::content::Facts;
use crate::types::content::{LINE_MAX, LineEnds, LongLine};

/// Octets are looked at in so many at a time, as the sums of one step fit an octet.
const STEP: usize = 240;

/// What a message needs when it is sent as text: each end of a line as CRLF, and one behind the
/// last line.
///
/// ```
/// let facts = anyrfc_smtp::codec::scan::scan("Subject: Grüße\n\nhi".as_bytes());
/// assert!(facts.eight_bit && facts.utf8_header && facts.bare_line_ends && facts.unended);
/// assert_eq!(facts.size, Some(24));
/// ```
#[must_use]
pub fn scan(message: &[u8]) -> Facts {
    scan_as(message, LineEnds::Normalise)
}

/// What a message needs when its line ends are treated like that.
#[must_use]
pub fn scan_as(message: &[u8], line_ends: LineEnds) -> Facts {
    let mut facts = Facts { line_ends, ..Facts::default() };
    let Tally { bare, high, nul } = Tally::of(message);
    facts.eight_bit = high;
    facts.nul = nul;
    facts.utf8_header = high && Headers::default().look(message);
    let label = if high { label(message) } else { Label::Fitting };
    facts.unlabeled = label == Label::Missing;
    facts.unended = !matches!(message.last(), None | Some(b'\r' | b'\n'));
    facts.bare_line_ends = bare;
    facts.long_line =
        if bare || !Reach::default().holds(message, LINE_MAX) { long_line(message) } else { None };
    facts.binary = nul || facts.long_line.is_some() || line_ends == LineEnds::Keep || label == Label::Binary;
    let mut size = message.len() as u64;
    if line_ends == LineEnds::Normalise {
        if bare {
            size = size.saturating_add(count_bare(message));
        }
        if facts.unended {
            size = size.saturating_add(2);
        }
    }
    facts.size = Some(size);
    facts
}

/// What can be seen without looking at lines.
struct Tally {
    /// There are CRs or LFs that are not CRLF.
    bare: bool,
    high: bool,
    nul: bool,
}

impl Tally {
    fn of(text: &[u8]) -> Self {
        let Some((&last, before)) = text.split_last() else {
            return Self { bare: false, high: false, nul: false };
        };
        let behind = text.get(1..).unwrap_or_default();
        let (mut bare, mut high, mut nul) = (text.first() == Some(&b'\n') || last == b'\r', last, last == 0);
        for (chunk, behind) in before.chunks(STEP).zip(behind.chunks(STEP)) {
            let (mut wrong, mut some, mut zero) = (0_u8, 0_u8, 0_u8);
            for (&first, &second) in chunk.iter().zip(behind) {
                wrong |= u8::from(first == b'\r') ^ u8::from(second == b'\n');
                some |= first;
                zero |= u8::from(first == 0);
            }
            bare |= wrong != 0;
            high |= some;
            nul |= zero != 0;
        }
        Self { bare, high: high >= 0x80, nul }
    }
}

/// How many CRs and LFs are not CRLF: each becomes one octet longer.
fn count_bare(text: &[u8]) -> u64 {
    let (mut feeds, mut returns, mut pairs) = (0_u64, 0_u64, 0_u64);
    let behind = text.get(1..).unwrap_or_default();
    for chunk in text.chunks(STEP) {
        let count = |wanted| chunk.iter().map(|octet| u8::from(*octet == wanted)).sum::<u8>();
        feeds = feeds.saturating_add(count(b'\n').into());
        returns = returns.saturating_add(count(b'\r').into());
    }
    for (chunk, behind) in text.chunks(STEP).zip(behind.chunks(STEP)) {
        let both = |(first, second): (&u8, &u8)| u8::from(*first == b'\r') & u8::from(*second == b'\n');
        pairs = pairs.saturating_add(chunk.iter().zip(behind).map(both).sum::<u8>().into());
    }
    feeds.saturating_add(returns).saturating_sub(pairs.saturating_mul(2))
}

/// Whether lines are short, in steps as long as a line may be: nearly every one finds an LF near
/// its end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// How many octets of the present line there are so far.
    pub(super) column: usize,
}

impl Reach {
    /// Whether no line of `text` is over `max`, which holds no CR or LF but CRLF, and none at its
    /// end that an LF may follow; the line that it begins in has [`column`](Self::column) octets.
    pub(super) fn holds(&mut self, text: &[u8], max: usize) -> bool {
        let mut rest = text;
        loop {
            // The line itself and CRLF.
            let most = max.saturating_add(2).saturating_sub(self.column);
            let Some(reach) = rest.get(..most) else { break };
            let Some(end) = memrchr(b'\n', reach) else { return false };
            (_, rest) = rest.split_at_checked(end.saturating_add(1)).unwrap_or_default();
            self.column = 0;
        }
        if let Some(end) = memrchr(b'\n', rest) {
            (_, rest) = rest.split_at_checked(end.saturating_add(1)).unwrap_or_default();
            self.column = 0;
        }
        self.column = self.column.saturating_add(rest.len());
        self.column <= max
    }
}

/// The first line over [`LINE_MAX`], where lines may end in any way.
fn long_line(text: &[u8]) -> Option<LongLine> {
    let (mut rest, mut line) = (text, 1_u64);
    loop {
        let octets = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        if octets > LINE_MAX {
            return Some(LongLine { line, octets });
        }
        rest = match rest.get(octets..) {
            Some([b'\r', b'\n', behind @ ..] | [_, behind @ ..]) => behind,
            _ => return None,
        };
        line = line.saturating_add(1);
    }
}

#[cfg(test)]
mod tests;
