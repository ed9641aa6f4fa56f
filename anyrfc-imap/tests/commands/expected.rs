//! What a server must see.

use super::decoder::Token;

/// What a server must see in one place.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// A word, a number, a set, a flag.
    Word(String),
    /// A string, in whatever form but as `NIL`.
    String(Vec<u8>),
    /// So many octets of a literal, or of a literal8.
    Octets(usize, bool),
    /// A list.
    List(Vec<Expected>),
    /// `NAME[…]<…>`.
    Section(String, Vec<Expected>, String),
}

use Expected::{List as ListOf, String as Text};

pub(crate) fn word(text: impl Into<String>) -> Expected {
    Expected::Word(text.into())
}

pub(crate) fn words(text: &str) -> Vec<Expected> {
    text.split(' ').map(word).collect()
}

impl Expected {
    fn is(&self, token: &Token) -> bool {
        match (self, token) {
            (Self::Word(word), Token::Atom(atom)) => word.as_bytes() == atom,
            (Self::String(text), Token::Atom(atom)) => text == atom && !atom.eq_ignore_ascii_case(b"NIL"),
            (Self::String(text), Token::Quoted(value) | Token::Literal(value)) => text == value,
            (Self::Octets(octets, false), Token::Literal(value))
            | (Self::Octets(octets, true), Token::Literal8(value)) => *octets == value.len(),
            (Self::List(items), Token::List(tokens)) => all(items, tokens),
            (Self::Section(name, items, partial), Token::Section { name: found, inside, partial: of }) => {
                name.as_bytes() == found && all(items, inside) && partial.as_bytes() == of
            }
            _ => false,
        }
    }
}

pub(crate) fn all(expected: &[Expected], tokens: &[Token]) -> bool {
    expected.len() == tokens.len() && expected.iter().zip(tokens).all(|(expected, token)| expected.is(token))
}

pub(crate) fn as_expected(token: &Token) -> Expected {
    match token {
        Token::Atom(atom) => word(String::from_utf8_lossy(atom)),
        Token::Quoted(value) | Token::Literal(value) | Token::Literal8(value) => Text(value.clone()),
        Token::List(tokens) => ListOf(tokens.iter().map(as_expected).collect()),
        Token::Section { name, inside, partial } => Expected::Section(
            String::from_utf8_lossy(name).into_owned(),
            inside.iter().map(as_expected).collect(),
            String::from_utf8_lossy(partial).into_owned(),
        ),
    }
}

/// A query as a tree.
pub(crate) enum Tree {
    Key(Vec<Expected>),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

impl Tree {
    pub(crate) fn is_ascii(&self) -> bool {
        match self {
            Self::Key(tokens) => tokens.iter().all(|token| !matches!(token, Text(text) if !text.is_ascii())),
            Self::Not(inner) => inner.is_ascii(),
            Self::And(left, right) | Self::Or(left, right) => left.is_ascii() && right.is_ascii(),
        }
    }

    /// As the grammar has it; `one` where one key is due.
    pub(crate) fn tokens(&self, one: bool) -> Vec<Expected> {
        match self {
            Self::Key(tokens) => tokens.clone(),
            Self::Not(inner) => [word("NOT")].into_iter().chain(inner.tokens(true)).collect(),
            Self::Or(left, right) => {
                [word("OR")].into_iter().chain(left.tokens(true)).chain(right.tokens(true)).collect()
            }
            Self::And(left, right) => {
                let both: Vec<_> = left.tokens(false).into_iter().chain(right.tokens(false)).collect();
                if one { vec![ListOf(both)] } else { both }
            }
        }
    }
}
