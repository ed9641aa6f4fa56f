//! Which token of a part is which of its fields.

use super::super::{
    envelope,
    error::{ParseError, Sink},
    row::tokens::{Kind, NONE, Tokens},
};
use crate::rfc9051;

/// The fields of one part, as indexes of tokens.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) is_multipart: bool,
    pub(super) is_text: bool,
    /// The parts of a multipart, from one index to before another.
    pub(super) parts: u32,
    pub(super) parts_end: u32,
    pub(super) media_type: u32,
    pub(super) subtype: u32,
    pub(super) parameters: u32,
    pub(super) id: u32,
    pub(super) description: u32,
    pub(super) encoding: u32,
    pub(super) octets: u32,
    pub(super) lines: u32,
    pub(super) envelope: u32,
    pub(super) body: u32,
    pub(super) md5: u32,
    pub(super) disposition: u32,
    pub(super) language: u32,
    pub(super) location: u32,
    /// Extension data that no RFC defines, up to `end`.
    pub(super) extensions: u32,
    pub(super) end: u32,
}

const EMPTY: Node = Node {
    is_multipart: false,
    is_text: false,
    parts: NONE,
    parts_end: NONE,
    media_type: NONE,
    subtype: NONE,
    parameters: NONE,
    id: NONE,
    description: NONE,
    encoding: NONE,
    octets: NONE,
    lines: NONE,
    envelope: NONE,
    body: NONE,
    md5: NONE,
    disposition: NONE,
    language: NONE,
    location: NONE,
    extensions: NONE,
    end: NONE,
};

const NOT_A_BODY: ParseError = ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a body structure");
const NO_STRING: ParseError =
    ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a string in a body structure");

/// Goes from field to field.
struct Cursor<'a> {
    tokens: Tokens<'a>,
    at: u32,
    end: u32,
}

impl Cursor<'_> {
    fn kind(&self) -> Option<Kind> {
        if self.at < self.end { self.tokens.kind(self.at) } else { None }
    }

    /// The next field, `NONE` where there is none.
    fn take(&mut self) -> u32 {
        let Some(token) = self.tokens.token(self.at).filter(|_| self.at < self.end) else { return NONE };
        std::mem::replace(&mut self.at, token.next)
    }

    /// The next field, which is a string or NIL.
    fn nstring(&mut self) -> Result<u32, ParseError> {
        if self.kind() == Some(Kind::List) { Err(NO_STRING) } else { Ok(self.take()) }
    }

    /// The rule `body-fld-param`: NIL, or a list.
    fn parameters(&mut self) -> Result<u32, ParseError> {
        match self.kind() {
            Some(Kind::List | Kind::Nil) | None => Ok(self.take()),
            Some(Kind::Quoted) if self.tokens.span(self.at).is_empty() => Ok(self.take()),
            Some(_) => Err(ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "parameters or NIL")),
        }
    }

    /// Disposition, language, location and what else there may be.
    fn extensions(&mut self, node: &mut Node) {
        node.disposition = self.take();
        node.language = self.take();
        // Some servers write the language before the disposition.
        if !is_disposition(self.tokens, node.disposition) && is_disposition(self.tokens, node.language) {
            std::mem::swap(&mut node.disposition, &mut node.language);
        }
        node.location = self.take();
        node.extensions = self.at;
        node.end = self.end;
    }
}

/// Whether it is a list of a word and parameters.
fn is_disposition(tokens: Tokens<'_>, at: u32) -> bool {
    let mut children = tokens.children(at);
    let word = children.next().and_then(|word| tokens.kind(word));
    let parameters = children.next().and_then(|parameters| tokens.kind(parameters));
    matches!(word, Some(Kind::Quoted | Kind::Escaped | Kind::Literal | Kind::Atom))
        && matches!(parameters, Some(Kind::List | Kind::Nil))
}

impl Node {
    /// The rule `body`, of this part alone.
    pub(super) fn at(tokens: Tokens<'_>, at: u32) -> Result<Self, ParseError> {
        let Some(list) = tokens.token(at).filter(|token| token.kind == Kind::List) else {
            return Err(NOT_A_BODY);
        };
        let cursor = Cursor { tokens, at: at + 1, end: list.next };
        if cursor.kind() == Some(Kind::List) {
            return multipart(cursor);
        }
        if is_empty_multipart(tokens, at) {
            return empty_multipart(cursor);
        }
        single(cursor)
    }
}

/// The rule `body-type-mpart`.
fn multipart(mut cursor: Cursor<'_>) -> Result<Node, ParseError> {
    let mut node = Node { is_multipart: true, parts: cursor.at, ..EMPTY };
    while cursor.kind() == Some(Kind::List) {
        cursor.take();
    }
    node.parts_end = cursor.at;
    node.subtype = cursor.nstring()?;
    node.parameters = cursor.parameters()?;
    cursor.extensions(&mut node);
    Ok(node)
}

/// Whether it is what servers write for a multipart without parts, which the grammar has no form
/// for: fewer fields than a single part has, the subtype first or behind NIL, then parameters.
fn is_empty_multipart(tokens: Tokens<'_>, at: u32) -> bool {
    let mut fields = tokens.children(at).map(|field| tokens.kind(field));
    let (first, second) = (fields.next().flatten(), fields.next().flatten());
    let parameters = |kind| matches!(kind, None | Some(Kind::List | Kind::Nil));
    let so_far = match first {
        Some(Kind::Nil) => second == Some(Kind::Quoted) && parameters(fields.clone().next().flatten()),
        Some(Kind::Quoted) => parameters(second),
        _ => false,
    };
    so_far && fields.nth(4).is_none()
}

fn empty_multipart(mut cursor: Cursor<'_>) -> Result<Node, ParseError> {
    if cursor.kind() == Some(Kind::Nil) {
        cursor.take();
    }
    let mut node = Node { is_multipart: true, subtype: cursor.nstring()?, ..EMPTY };
    node.parameters = cursor.parameters()?;
    cursor.extensions(&mut node);
    Ok(node)
}

/// The rule `body-type-1part`.
fn single(mut cursor: Cursor<'_>) -> Result<Node, ParseError> {
    let tokens = cursor.tokens;
    let mut node = Node { media_type: cursor.nstring()?, subtype: cursor.nstring()?, ..EMPTY };
    node.parameters = cursor.parameters()?;
    node.id = cursor.nstring()?;
    node.description = cursor.nstring()?;
    node.encoding = cursor.nstring()?;
    if cursor.kind().is_none() {
        return Err(NOT_A_BODY);
    }
    node.octets = cursor.nstring()?;
    let is = |at, name: &str| tokens.string(at).is_some_and(|text| text.eq_ignore_ascii_case(name));
    let is_message = is(node.media_type, "message") && cursor.kind() == Some(Kind::List);
    node.is_text = is(node.media_type, "text");
    if is_message {
        node.envelope = cursor.take();
        node.body = cursor.take();
        if tokens.kind(node.body) != Some(Kind::List) {
            return Err(NOT_A_BODY);
        }
        node.lines = cursor.nstring()?;
    } else if node.is_text && cursor.kind() == Some(Kind::Atom) {
        node.lines = cursor.take();
    }
    node.md5 = cursor.nstring()?;
    cursor.extensions(&mut node);
    Ok(node)
}

/// Looks at a structure and all that is in it, without recursion: `open` is the stack. Deviations
/// go to the sink; an error is one that makes the whole structure unusable.
pub(crate) fn check(
    tokens: Tokens<'_>,
    at: u32,
    open: &mut Vec<u32>,
    sink: &mut dyn Sink,
) -> Result<(), ParseError> {
    open.clear();
    open.push(at);
    while let Some(at) = open.pop() {
        let node = Node::at(tokens, at)?;
        deviations(tokens, at, &node, sink);
        if node.body != NONE {
            open.push(node.body);
        }
        if node.is_multipart {
            let mut part = node.parts;
            while part < node.parts_end {
                open.push(part);
                part = tokens.token(part).map_or(NONE, |token| token.next);
            }
        }
    }
    Ok(())
}

/// What is wrong in one part and can be forgiven.
fn deviations(tokens: Tokens<'_>, at: u32, node: &Node, sink: &mut dyn Sink) {
    let strictly = rfc9051::ABNF_IS_FOLLOWED_STRICTLY;
    let mut wrong = |wrong: bool, requirement| {
        if wrong {
            sink.deviation(requirement, tokens.span(at));
        }
    };
    let kind = |at: u32| tokens.kind(at);
    let string = |at: u32| matches!(kind(at), Some(Kind::Quoted | Kind::Escaped | Kind::Literal));
    if node.is_multipart {
        wrong(node.parts == NONE || !string(node.subtype), strictly);
    } else {
        let strings = string(node.media_type) && string(node.subtype) && string(node.encoding);
        let counts = tokens.number(node.octets).is_some()
            && (tokens.number(node.lines).is_some() || !node.is_text && node.body == NONE);
        wrong(!(strings && counts), strictly);
        let is = |at, name: &str| tokens.string(at).is_some_and(|text| text.eq_ignore_ascii_case(name));
        if node.body == NONE && is(node.media_type, "message") {
            let message = is(node.subtype, "rfc822") || is(node.subtype, "global");
            wrong(message, rfc9051::BASIC_TYPE_IS_NO_MESSAGE);
        }
    }
    if node.body != NONE {
        wrong(envelope::check(tokens, node.envelope) != Ok(true), strictly);
    }
    wrong(!parameters_are_pairs(tokens, node.parameters), strictly);
    let disposition =
        matches!(kind(node.disposition), None | Some(Kind::Nil)) || is_disposition(tokens, node.disposition);
    wrong(!disposition, strictly);
}

/// The rule `body-fld-param`, of strings in pairs.
fn parameters_are_pairs(tokens: Tokens<'_>, at: u32) -> bool {
    match tokens.kind(at) {
        None | Some(Kind::Nil) => true,
        Some(Kind::List) => {
            let mut count = 0_usize;
            let mut strings = true;
            for parameter in tokens.children(at) {
                count += 1;
                strings &=
                    matches!(tokens.kind(parameter), Some(Kind::Quoted | Kind::Escaped | Kind::Literal));
            }
            strings && count > 0 && count.is_multiple_of(2)
        }
        Some(_) => false,
    }
}
