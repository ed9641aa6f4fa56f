//! Text to tokens: atoms, strings, literals and lists, without recursion.

use std::num::NonZeroU64;

use anyrfc_core::Requirement;

use crate::{
    rfc9051,
    types::{
        ParseError,
        row::tokens::{Kind, NONE, Token, number},
    },
};

/// Why a value cannot be cut into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexError {
    /// There is none.
    Missing,
    /// Lists are nested deeper than allowed.
    TooDeep,
    /// A quoted string does not end where it should.
    Quoted,
    /// A list does not end.
    Unbalanced,
    /// A literal is not announced well, or cut off.
    Literal,
}

impl From<LexError> for ParseError {
    fn from(error: LexError) -> Self {
        match error {
            LexError::Missing => Self::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a value"),
            LexError::TooDeep => {
                Self::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "lists that are nested less deeply")
            }
            LexError::Quoted => Self::new(rfc9051::QUOTED_STRING_IS_ONE_LINE, "the end of a quoted string"),
            LexError::Unbalanced => Self::new(rfc9051::LISTS_ARE_BALANCED, "the end of a list"),
            LexError::Literal => Self::new(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH, "a literal"),
        }
    }
}

/// Cuts text into tokens.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t [u8],
    /// Where literals are announced whose octets were streamed, ascending.
    pub(super) streamed: &'t [u32],
    pub(super) at: usize,
    pub(super) nesting: usize,
    /// A breach that was forgiven while cutting, and where.
    pub(super) breach: Option<(&'static Requirement, usize)>,
}

/// Whether a byte ends an atom.
#[inline]
const fn ends_atom(byte: u8) -> bool {
    matches!(byte, b' ' | b'(' | b')' | b'"' | b'\r' | b'\n')
}

/// A word of which each byte is `byte`.
#[inline]
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bits of the bytes of a word that are less than `bound`: right up to the lowest that is
/// set, and none is set where no byte is less.
#[inline]
const fn less(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(each(bound)) & !word & each(0x80)
}

/// The high bits of the bytes of a word that are `byte`, in the same way.
#[inline]
const fn equal(word: u64, byte: u8) -> u64 {
    less(word ^ each(byte), 1)
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t [u8], streamed: &'t [u32], nesting: usize) -> Self {
        Self { text, streamed, at: 0, nesting, breach: None }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Whether the byte behind the next is `byte`.
    fn second_is(&self, byte: u8) -> bool {
        self.text.get(self.at.saturating_add(1)) == Some(&byte)
    }

    /// Goes behind the next byte.
    #[inline]
    pub(super) const fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Notes a breach that is forgiven.
    #[cold]
    pub(super) fn forgive(&mut self, requirement: &'static Requirement) {
        self.breach.get_or_insert((requirement, self.at));
    }

    /// What was forgiven since this was asked before, with the text around it.
    #[inline]
    pub(super) fn take_breach(&mut self) -> Option<(&'static Requirement, &'t [u8])> {
        let (requirement, at) = self.breach.take()?;
        Some((requirement, self.text.get(at.saturating_sub(16)..).unwrap_or_default()))
    }

    /// Whether nothing but the line end is left.
    #[inline]
    pub(super) fn at_end(&self) -> bool {
        matches!(self.text.get(self.at..), None | Some([] | [b'\r', b'\n'] | [b'\n']))
    }

    /// The space before the next value. More than one, or one before the end, is forgiven.
    pub(super) fn space(&mut self) {
        let spaces = self.text.iter().skip(self.at).take_while(|byte| **byte == b' ').count();
        self.at = self.at.saturating_add(spaces);
        if spaces > 1 || (spaces == 1 && self.at_end()) {
            self.forgive(rfc9051::SPACES_ARE_SINGLE);
        }
    }

    /// Cuts one value and all that is in it, and returns its token. `loose` takes a quote for the
    /// end of a string only where a string can end, as some servers do not escape quotes.
    pub(super) fn value(&mut self, tokens: &mut Vec<Token>, loose: bool) -> Result<u32, LexError> {
        let root = index(tokens.len());
        // The innermost list that is open; the next token of a list that is open is the list around it.
        let mut open = NONE;
        // How many more lists may be in it.
        let mut left = self.nesting;
        loop {
            let Some(byte) = self.peek() else {
                return Err(if open == NONE { LexError::Missing } else { LexError::Unbalanced });
            };
            // What there is most of comes first.
            if byte == b'"' {
                self.quoted(tokens, loose, open != NONE)?;
            } else if byte == b'(' {
                left = left.checked_sub(1).ok_or(LexError::TooDeep)?;
                let (list, start) = (index(tokens.len()), index(self.at));
                tokens.push(Token { kind: Kind::List, start, end: start, next: open });
                open = list;
                self.step();
                if self.peek() == Some(b' ') {
                    self.forgive(rfc9051::SPACES_ARE_SINGLE);
                }
                continue;
            } else if byte == b')' {
                let next = index(tokens.len());
                let Some(list) = tokens.get_mut(open as usize) else { return Err(LexError::Missing) };
                self.step();
                list.end = index(self.at);
                open = std::mem::replace(&mut list.next, next);
                left = left.saturating_add(1);
            } else if byte == b' ' {
                self.step();
                self.forgive(rfc9051::SPACES_ARE_SINGLE);
                continue;
            } else {
                self.rarer(byte, tokens, open == NONE)?;
            }
            if open == NONE {
                return Ok(root);
            }
            if self.peek() == Some(b' ') {
                self.step();
                if matches!(self.peek(), Some(b' ' | b')')) {
                    self.forgive(rfc9051::SPACES_ARE_SINGLE);
                }
            }
        }
    }

    /// A literal, an atom, or the end of the line.
    #[inline]
    fn rarer(&mut self, byte: u8, tokens: &mut Vec<Token>, outermost: bool) -> Result<(), LexError> {
        match byte {
            b'{' => self.literal(tokens),
            b'~' if self.second_is(b'{') => self.literal(tokens),
            b'\r' | b'\n' if outermost => Err(LexError::Missing),
            b'\r' | b'\n' => Err(LexError::Unbalanced),
            _ => {
                self.atom(tokens);
                Ok(())
            }
        }
    }

    /// The rule `atom`, and whatever else is neither string nor list.
    #[inline(always)]
    fn atom(&mut self, tokens: &mut Vec<Token>) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if let Some([b'N' | b'n', b'I' | b'i', b'L' | b'l', end]) = rest.first_chunk()
            && ends_atom(*end)
        {
            let end = self.at.saturating_add(3);
            return self.push(tokens, Kind::Nil, self.at, end, end);
        }
        let len = rest.iter().position(|byte| ends_atom(*byte)).unwrap_or(rest.len());
        let kind = if rest.eq_ignore_ascii_case(b"NIL") { Kind::Nil } else { Kind::Atom };
        let end = self.at.saturating_add(len);
        self.push(tokens, kind, self.at, end, end);
    }

    /// A token that holds no others, and what comes behind it.
    #[inline]
    fn push(&mut self, tokens: &mut Vec<Token>, kind: Kind, start: usize, end: usize, behind: usize) {
        let next = index(tokens.len()).saturating_add(1);
        tokens.push(Token { kind, start: index(start), end: index(end), next });
        self.at = behind;
    }

    /// The rule `quoted`.
    #[inline(always)]
    fn quoted(&mut self, tokens: &mut Vec<Token>, loose: bool, in_list: bool) -> Result<(), LexError> {
        let start = self.at.saturating_add(1);
        let mut rest = self.text.get(start..).unwrap_or_default();
        while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*chunk);
            let stop = equal(word, b'"') | equal(word, b'\\') | less(word, b' ');
            let Some(stop) = NonZeroU64::new(stop) else {
                rest = tail;
                continue;
            };
            rest = rest.get((stop.trailing_zeros() / u8::BITS) as usize..).unwrap_or_default();
            if !loose && let [b'"', b' ' | b')', ..] = rest {
                let end = self.text.len().saturating_sub(rest.len());
                self.push(tokens, Kind::Quoted, start, end, end.saturating_add(1));
                return Ok(());
            }
            break;
        }
        let end = self.text.len().saturating_sub(rest.len());
        self.quoted_slowly(tokens, end, loose, in_list)
    }

    /// The same for a string that is not as most are, up to `at`.
    #[inline(never)]
    fn quoted_slowly(
        &mut self,
        tokens: &mut Vec<Token>,
        mut at: usize,
        loose: bool,
        in_list: bool,
    ) -> Result<(), LexError> {
        let start = self.at.saturating_add(1);
        let mut kind = Kind::Quoted;
        let end = loop {
            let next = at.saturating_add(1);
            match self.text.get(at) {
                Some(b'"') if loose && !self.must_end_string(next, in_list) => at = next,
                Some(b'"') => break at,
                Some(b'\\') => {
                    if !matches!(self.text.get(next), Some(b'"' | b'\\')) {
                        self.forgive(rfc9051::QUOTED_STRING_IS_ONE_LINE);
                        if matches!(self.text.get(next), None | Some(b'\r' | b'\n')) {
                            return Err(LexError::Quoted);
                        }
                    }
                    kind = Kind::Escaped;
                    at = next.saturating_add(1);
                }
                None | Some(b'\r' | b'\n') => return Err(LexError::Quoted),
                Some(_) => at = next,
            }
        };
        let behind = end.saturating_add(1);
        if !self.may_end_string(behind) {
            return Err(LexError::Quoted);
        }
        self.push(tokens, kind, start, end, behind);
        Ok(())
    }

    /// Whether what stands here may follow a string.
    #[inline]
    fn may_end_string(&self, at: usize) -> bool {
        matches!(self.text.get(at), None | Some(b' ' | b')' | b'\r' | b'\n' | b'('))
    }

    /// Whether what stands here is hardly a part of a string in which quotes are not escaped: in a
    /// list, another value follows.
    fn must_end_string(&self, at: usize, in_list: bool) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        match rest {
            [b' ', b'"' | b'(' | b'{' | b'~' | b'0'..=b'9', ..] => true,
            [b' ', nil @ ..] if in_list => {
                let nil = nil.split_at_checked(3);
                let is_nil = |(nil, rest): (&[u8], &[u8])| {
                    nil.eq_ignore_ascii_case(b"NIL") && matches!(rest, [b' ' | b')', ..])
                };
                nil.is_some_and(is_nil)
            }
            _ => self.may_end_string(at),
        }
    }

    /// The rules `literal` and `literal8`.
    fn literal(&mut self, tokens: &mut Vec<Token>) -> Result<(), LexError> {
        let announcement = self.announcement().ok_or(LexError::Literal)?;
        let next = index(tokens.len()).saturating_add(1);
        if self.streamed.binary_search(&index(self.at)).is_ok() {
            let (start, end) = announcement.digits;
            self.at = announcement.data;
            tokens.push(Token { kind: Kind::Streamed, start: index(start), end: index(end), next });
            return Ok(());
        }
        let end = usize::try_from(announcement.octets)
            .ok()
            .and_then(|octets| announcement.data.checked_add(octets));
        let end = end.filter(|end| *end <= self.text.len()).ok_or(LexError::Literal)?;
        if announcement.has_plus {
            self.forgive(rfc9051::SERVER_LITERALS_HAVE_NO_PLUS);
        }
        self.at = end;
        tokens.push(Token { kind: Kind::Literal, start: index(announcement.data), end: index(end), next });
        Ok(())
    }

    /// `{n}`, `{n+}` or `~{n}` with the line end behind it.
    fn announcement(&self) -> Option<Announcement> {
        let rest = self.text.get(self.at..)?;
        let inner = rest.strip_prefix(b"~").unwrap_or(rest).get(1..)?;
        let digits = inner.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, tail) = inner.split_at_checked(digits)?;
        let octets = number(digits)?;
        let (tail, has_plus) = match tail {
            [b'+', tail @ ..] => (tail, true),
            tail => (tail, false),
        };
        let ([b'}', b'\r', b'\n', data @ ..] | [b'}', b'\n', data @ ..]) = tail else { return None };
        let at = |rest: &[u8]| self.text.len().saturating_sub(rest.len());
        let start = at(inner);
        let digits = (start, start.saturating_add(digits.len()));
        Some(Announcement { octets, has_plus, digits, data: at(data) })
    }

    /// Goes behind a value without cutting it: lists may be nested as deeply as they like.
    /// `None` where the value does not end before the response does.
    pub(super) fn skip_value(&mut self, loose: bool) -> Option<()> {
        let mut depth = 0_usize;
        let mut scratch = Vec::new();
        loop {
            match self.peek()? {
                b' ' if depth == 0 => return None,
                b' ' => self.step(),
                b'(' => {
                    depth = depth.saturating_add(1);
                    self.step();
                }
                b')' => {
                    depth = depth.checked_sub(1)?;
                    self.step();
                }
                b'"' => self.quoted(&mut scratch, loose, depth != 0).ok()?,
                b'{' => self.literal(&mut scratch).ok()?,
                b'~' if self.second_is(b'{') => self.literal(&mut scratch).ok()?,
                b'\r' | b'\n' => return None,
                _ => self.atom(&mut scratch),
            }
            scratch.clear();
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Goes behind what stands in brackets. `None` where they are not closed.
    pub(super) fn skip_brackets(&mut self) -> Option<()> {
        let mut scratch = Vec::new();
        self.step();
        loop {
            match self.peek()? {
                b']' => {
                    self.step();
                    return Some(());
                }
                b'"' => {
                    // A quote in brackets may be followed by the bracket.
                    self.bracketed_quoted()?;
                }
                b'{' => self.literal(&mut scratch).ok()?,
                b'\r' | b'\n' => return None,
                _ => self.step(),
            }
            scratch.clear();
        }
    }

    fn bracketed_quoted(&mut self) -> Option<()> {
        self.step();
        loop {
            match self.peek()? {
                b'"' => {
                    self.step();
                    return Some(());
                }
                b'\\' => {
                    self.step();
                    self.step();
                }
                b'\r' | b'\n' => return None,
                _ => self.step(),
            }
        }
    }
}

struct Announcement {
    octets: u64,
    has_plus: bool,
    digits: (usize, usize),
    /// Where the octets begin.
    data: usize,
}

/// Texts are limited to far less than 4 GiB; beyond that there would be no token.
#[inline]
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a quoted string, found byte by byte.
    fn slowly(text: &[u8]) -> Option<(usize, bool)> {
        let (mut at, mut escaped) = (1, false);
        loop {
            match text.get(at)? {
                b'"' => return Some((at, escaped)),
                b'\\' => (at, escaped) = (at + 2, true),
                b'\r' | b'\n' => return None,
                _ => at += 1,
            }
        }
    }

    #[test]
    fn quoted_strings_end_where_they_end() {
        for len in 0..20 {
            for place in 0..=len {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'"'];
                    text.extend((0..len).map(|n| [b'a', 0xff, b' ', b'!', 0x80, b'#'][n % 6]));
                    text.insert(place + 1, byte);
                    text.extend_from_slice(b"\" \r\n");
                    let mut tokens = Vec::new();
                    let found = Lexer::new(&text, &[], 9).value(&mut tokens, false).ok();
                    let expected = slowly(&text)
                        .filter(|(end, _)| matches!(text.get(end + 1), Some(b' ' | b'(' | b')')));
                    let token = found.and_then(|at| tokens.get(at as usize));
                    let seen = token.map(|token| (token.end as usize, token.kind == Kind::Escaped));
                    assert_eq!(seen, expected, "{}", text.escape_ascii());
                }
            }
        }
    }

    #[test]
    fn lists_that_have_ended_make_room_for_as_many_others() {
        for (text, fits) in [
            ("(())", true),
            ("((()))", false),
            ("(()())", true),
            ("(()(()))", false),
            ("((a) (b) (c) (d))", true),
            ("((a) (b) (c) (d (e)))", false),
        ] {
            let found = Lexer::new(text.as_bytes(), &[], 2).value(&mut Vec::new(), false);
            assert_eq!(found, if fits { Ok(0) } else { Err(LexError::TooDeep) }, "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_told_from_what_does_not_end() {
        for end in ["", "\r\n", "\n"] {
            for (text, error) in
                [("", LexError::Missing), ("(", LexError::Unbalanced), ("(a", LexError::Unbalanced)]
            {
                let text = format!("{text}{end}");
                let found = Lexer::new(text.as_bytes(), &[], 2).value(&mut Vec::new(), false);
                assert_eq!(found, Err(error), "{text:?}");
            }
        }
        assert_eq!(Lexer::new(b")", &[], 2).value(&mut Vec::new(), false), Err(LexError::Missing));
    }
}
