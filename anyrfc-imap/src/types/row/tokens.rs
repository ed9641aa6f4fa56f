//! The tokens of a row: spans over its text, lists and strings alike, in one flat table.

use super::super::string_ref::StringRef;

/// No token.
pub(crate) const NONE: u32 = u32::MAX;

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An atom or a number, or whatever else is neither of the following.
    Atom,
    /// `NIL`
    Nil,
    /// A quoted string without a backslash; the span is within the quotes.
    Quoted,
    /// A quoted string with a backslash.
    Escaped,
    /// A literal; the span is its octets.
    Literal,
    /// A literal whose octets were streamed; the span is the digits of its announcement.
    Streamed,
    /// A list; the span has its parentheses.
    List,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The token after this one and all that is in it.
    pub(crate) next: u32,
}

/// Tokens and the text they are spans of.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) tokens: &'a [Token],
}

impl<'a> Tokens<'a> {
    /// The token at an index.
    #[inline]
    pub(crate) fn token(self, at: u32) -> Option<Token> {
        self.tokens.get(at as usize).copied()
    }

    /// The kind of the token at an index.
    #[inline]
    pub(crate) fn kind(self, at: u32) -> Option<Kind> {
        self.token(at).map(|token| token.kind)
    }

    /// The bytes of its span.
    #[inline]
    pub(crate) fn span(self, at: u32) -> &'a [u8] {
        let Some(token) = self.token(at) else { return &[] };
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// The outermost tokens.
    pub(crate) fn all(self) -> Children<'a> {
        Children { tokens: self.tokens, at: 0, end: u32::try_from(self.tokens.len()).unwrap_or(NONE) }
    }

    /// The outermost token, where there is only one, of this kind.
    pub(crate) fn only(self, kind: Kind) -> Option<u32> {
        let mut all = self.all();
        all.next().filter(|at| self.kind(*at) == Some(kind) && all.next().is_none())
    }

    /// The bytes of its span, with the quotes of a quoted string.
    pub(crate) fn raw(self, at: u32) -> &'a [u8] {
        match self.token(at) {
            Some(Token { kind: Kind::Quoted | Kind::Escaped, start, end, .. }) => {
                self.text.get(start.saturating_sub(1) as usize..end as usize + 1).unwrap_or_default()
            }
            _ => self.span(at),
        }
    }

    /// What is in a list.
    #[inline]
    pub(crate) fn children(self, at: u32) -> Children<'a> {
        match self.token(at) {
            Some(Token { kind: Kind::List, next, .. }) => {
                Children { tokens: self.tokens, at: at + 1, end: next }
            }
            _ => Children { tokens: self.tokens, at: 0, end: 0 },
        }
    }

    /// A string, or an atom in the place of one; `None` for NIL, a list, or nothing.
    #[inline]
    pub(crate) fn string(self, at: u32) -> Option<StringRef<'a>> {
        match self.kind(at)? {
            Kind::Nil | Kind::List | Kind::Streamed => None,
            Kind::Escaped => Some(StringRef::new(self.span(at), true)),
            Kind::Atom | Kind::Quoted | Kind::Literal => Some(StringRef::new(self.span(at), false)),
        }
    }

    /// A number.
    #[inline]
    pub(crate) fn number(self, at: u32) -> Option<u64> {
        (self.kind(at)? == Kind::Atom).then(|| number(self.span(at)))?
    }
}

/// The rule `number64`.
#[inline]
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// The indexes of what is in a list.
#[derive(Clone, Copy)]
pub(crate) struct Children<'a> {
    tokens: &'a [Token],
    at: u32,
    end: u32,
}

impl<'a> Children<'a> {
    /// Those from one index to before another.
    pub(crate) fn between(tokens: Tokens<'a>, at: u32, end: u32) -> Self {
        Children { tokens: tokens.tokens, at, end: if at == NONE { NONE } else { end } }
    }
}

impl Iterator for Children<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        let at = self.at;
        self.at = self.tokens.get(at as usize)?.next;
        Some(at)
    }
}
