//! Responses (RFC 9051, section 7).

mod admin;
mod data;
mod fetch;
mod item_name;
mod lexer;
mod list;
mod search;
mod status;
mod thread;
mod url;

use anyrfc_core::Tolerance;
use bytes::Bytes;

pub(crate) use self::item_name::ItemNameRef;
use self::lexer::{LexError, Lexer};
use super::{Text, reader::without_padding};
use crate::{
    rfc9051,
    types::{
        Data, FetchRef, Names, ParseError, RowTables, SequenceNumber, Sink, StatusKind, StatusResponse,
        row::tokens::{Token, Tokens, number},
    },
};

/// How responses are to be read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Context {
    /// How the names of mailboxes are written.
    pub names: Names,
    /// What is forgiven.
    pub tolerance: Tolerance,
    /// How deep lists may be nested; a value with deeper ones is kept as it came. Default 512.
    pub nesting: usize,
}

impl Default for Context {
    fn default() -> Self {
        Self { names: Names::default(), tolerance: Tolerance::default(), nesting: 512 }
    }
}

/// A response.
#[derive(Debug)]
#[non_exhaustive]
pub enum Response<'a> {
    /// `+`: the server waits for more of a command (RFC 9051, section 7.6); what stands behind it.
    Continue(&'a [u8]),
    /// A command is complete.
    Tagged {
        /// Which command.
        tag: &'a [u8],
        /// How it went.
        status: StatusResponse,
    },
    /// Something else than a row.
    Data(Data),
    /// A row of FETCH.
    Fetch(FetchRef<'a>),
}

/// Reads one response. It never fails: what is not understood is kept as it came, in its place,
/// and told to the sink, as is every breach of the RFC that is forgiven.
///
/// Where a response is a row, the tables are filled for it.
pub fn parse<'a>(
    text: Text<'a>,
    context: &Context,
    tables: &'a mut RowTables,
    sink: &mut dyn Sink,
) -> Response<'a> {
    tables.clear();
    if let Some(start) = row(text.bytes, tables) {
        let mut lexer = Lexer::new(text.bytes, text.streamed, context.nesting);
        lexer.at = start;
        fetch::msg_att(&mut lexer, tables, sink);
        if tables.number == 0 {
            let requirement = match tables.by_uid {
                true => rfc9051::UID_IS_A_NON_ZERO_32_BIT_NUMBER,
                false => rfc9051::SEQUENCE_NUMBERS_ARE_CONTIGUOUS,
            };
            sink.deviation(requirement, text.bytes);
        }
        return Response::Fetch(FetchRef::new(text.bytes, tables));
    }
    let line = line(text.bytes, sink);
    let lenient = context.tolerance == Tolerance::Lenient;
    let mut cutter = Cutter { tokens: &mut tables.tokens, nesting: context.nesting, lenient };
    let malformed = |error: ParseError, sink: &mut dyn Sink| {
        sink.deviation(error.requirement, line);
        Response::Data(Data::Malformed { raw: Bytes::copy_from_slice(line), error })
    };
    match line {
        [b'+'] => {
            sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, line);
            Response::Continue(&[])
        }
        [b'+', b' ', rest @ ..] => Response::Continue(rest),
        [b'*', b' ', rest @ ..] => match data(line, rest, context, &mut cutter, sink) {
            Ok(data) => Response::Data(data),
            Err(error) => malformed(error, sink),
        },
        _ => match tagged(line, &mut cutter, sink) {
            Some((tag, status)) => Response::Tagged { tag, status },
            None => match untagged_status(line, &mut cutter, sink) {
                Some(status) => Response::Data(Data::Status(status)),
                None => malformed(NOT_A_RESPONSE, sink),
            },
        },
    }
}

const NOT_A_RESPONSE: ParseError =
    ParseError::new(rfc9051::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN, "a tag, * or +");

/// A piece of a response is not as the grammar wants it.
const fn strictly(expected: &'static str) -> ParseError {
    ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, expected)
}

/// Bytes as text; what is not UTF-8 is replaced.
fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Cuts the arguments of a response into tokens.
struct Cutter<'c> {
    tokens: &'c mut Vec<Token>,
    nesting: usize,
    /// Whether quotes need not be escaped.
    lenient: bool,
}

impl Cutter<'_> {
    /// All values up to the end, with one space between two of them.
    fn cut<'t>(&'t mut self, text: &'t [u8], sink: &mut dyn Sink) -> Result<Tokens<'t>, ParseError> {
        self.tokens.clear();
        let mut lexer = Lexer::new(text, &[], self.nesting);
        lexer.space();
        while !lexer.at_end() {
            let (at, tokens) = (lexer.at, self.tokens.len());
            match lexer.value(self.tokens, false) {
                Err(LexError::Quoted) if self.lenient => {
                    lexer.at = at;
                    self.tokens.truncate(tokens);
                    lexer.value(self.tokens, true)?;
                    lexer.forgive(rfc9051::QUOTED_STRING_IS_ONE_LINE);
                }
                result => {
                    result?;
                }
            }
            lexer.space();
        }
        if let Some((requirement, sample)) = lexer.take_breach() {
            sink.deviation(requirement, sample);
        }
        Ok(Tokens { text, tokens: self.tokens })
    }
}

/// The beginning of a row, `* n FETCH ` or, of a UID, `* n UIDFETCH ` (RFC 9586): where its
/// parenthesis is. This comes first, since rows are what there is most of.
#[inline]
fn row(text: &[u8], tables: &mut RowTables) -> Option<usize> {
    let rest = text.strip_prefix(b"* ").or_else(|| without_padding(text).strip_prefix(b"* "))?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = number(rest.get(..digits)?)?;
    let name = rest.get(digits..)?;
    let begins =
        |head: &[u8]| name.split_at_checked(head.len()).filter(|(word, _)| word.eq_ignore_ascii_case(head));
    let by_number = begins(b" FETCH ");
    let (_, tail) = by_number.or_else(|| begins(b" UIDFETCH "))?;
    tables.by_uid = by_number.is_none();
    tables.number = u32::try_from(number).unwrap_or(0);
    Some(text.len().saturating_sub(tail.len()))
}

/// A response without its line end and without NULs before it.
fn line<'a>(text: &'a [u8], sink: &mut dyn Sink) -> &'a [u8] {
    let line = match text {
        [line @ .., b'\r', b'\n'] => line,
        [line @ .., b'\n'] => {
            sink.deviation(rfc9051::LINES_END_IN_CRLF, text);
            line
        }
        line => line,
    };
    let padded = without_padding(line);
    if padded.len() < line.len() || memchr::memchr(0, padded).is_some() {
        sink.deviation(rfc9051::NO_NUL_IN_TEXT, line);
    }
    padded
}

/// The first word, and what stands behind it, its space included.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

/// The rule `response-tagged`.
fn tagged<'a>(
    line: &'a [u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Option<(&'a [u8], StatusResponse)> {
    let (tag, rest) = word(line);
    let special = |byte: &u8| !byte.is_ascii_graphic() || b"(){%*\"\\+".contains(byte);
    if tag.is_empty() || tag.iter().any(special) {
        return None;
    }
    let (kind, text) = word(rest.strip_prefix(b" ")?);
    let kind = status::status_kind(kind)?;
    if matches!(kind, StatusKind::Bye | StatusKind::Preauth) {
        return None;
    }
    Some((tag, status::resp_text(kind, text, cutter, sink)))
}

/// What some servers send without a tag or an asterisk: a response code alone, or that they are not
/// available.
fn untagged_status(line: &[u8], cutter: &mut Cutter<'_>, sink: &mut dyn Sink) -> Option<StatusResponse> {
    let kind = match line {
        [b'[', ..] => StatusKind::Ok,
        [b'S' | b's', ..] if line.get(..18)?.eq_ignore_ascii_case(b"Server Unavailable") => StatusKind::Bad,
        _ => return None,
    };
    sink.deviation(NOT_A_RESPONSE.requirement, line);
    Some(status::with_code(kind, line, cutter, sink))
}

/// The rule `response-data`, behind the asterisk.
fn data(
    line: &[u8],
    rest: &[u8],
    context: &Context,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let (name, arguments) = word(rest);
    if let Some(kind) = status::status_kind(name) {
        return Ok(Data::Status(status::resp_text(kind, arguments, cutter, sink)));
    }
    if let Some(number) = number(name) {
        return numbered(line, number, arguments, sink);
    }
    let upper = name.to_ascii_uppercase();
    let names = context.names;
    match &*upper {
        b"CAPABILITY" => data::capability(arguments, cutter, sink),
        b"ACL" => admin::acl(arguments, names, cutter, sink),
        b"LISTRIGHTS" => admin::list_rights(arguments, names, cutter, sink),
        b"METADATA" => admin::metadata(arguments, names, cutter, sink),
        b"MYRIGHTS" => admin::my_rights(arguments, names, cutter, sink),
        b"QUOTA" => admin::quota(arguments, cutter, sink),
        b"QUOTAROOT" => admin::quota_roots(arguments, names, cutter, sink),
        b"ENABLED" => data::enabled(arguments, cutter, sink),
        b"FLAGS" => data::flags(arguments, cutter, sink),
        b"ID" => data::id(arguments, cutter, sink),
        b"LIST" | b"XLIST" => list::mailbox_list(arguments, names, cutter, sink).map(Data::List),
        b"LSUB" => list::mailbox_list(arguments, names, cutter, sink).map(Data::Lsub),
        b"NAMESPACE" => data::namespace(arguments, names, cutter, sink),
        b"STATUS" => data::status(arguments, names, cutter, sink),
        b"SEARCH" => search::search(arguments, cutter, sink).map(Data::Search),
        b"SORT" => search::search(arguments, cutter, sink).map(Data::Sort),
        b"THREAD" => thread::thread(arguments, sink),
        b"LANGUAGE" => data::language(arguments, cutter, sink),
        b"COMPARATOR" => data::comparator(arguments, cutter, sink),
        b"JMAPACCESS" => data::jmap_access(arguments, cutter, sink),
        b"GENURLAUTH" => url::gen_url_auth(arguments, cutter, sink),
        b"URLFETCH" => url::url_fetch(arguments, cutter, sink),
        b"VANISHED" => data::vanished(arguments, cutter, sink),
        b"ESEARCH" => search::esearch(arguments, names, cutter, sink),
        _ => other(line, &upper),
    }
}

/// A response that is not known, if its name can be one.
fn other(line: &[u8], name: &[u8]) -> Result<Data, ParseError> {
    if name.contains(&b'\n') {
        return Err(ParseError::new(rfc9051::LINES_END_IN_CRLF, "a response on one line"));
    }
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return Err(strictly("the name of a response"));
    }
    Ok(Data::Other { name: lossy(name), raw: Bytes::copy_from_slice(line) })
}

/// Responses that begin with a number, rows excepted.
fn numbered(line: &[u8], number: u64, arguments: &[u8], sink: &mut dyn Sink) -> Result<Data, ParseError> {
    const WRONG: ParseError = ParseError::new(rfc9051::NUMBERS_ARE_DIGITS, "a number of 32 bits");
    let (name, tail) = word(arguments.strip_prefix(b" ").ok_or(strictly("the name of a response"))?);
    let upper = name.to_ascii_uppercase();
    let known = matches!(&*upper, b"EXISTS" | b"RECENT" | b"EXPUNGE");
    if known && !tail.is_empty() {
        sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, line);
    }
    let number = u32::try_from(number);
    match &*upper {
        b"EXISTS" => Ok(Data::Exists(number.map_err(|_| WRONG)?)),
        b"RECENT" => Ok(Data::Recent(number.map_err(|_| WRONG)?)),
        b"EXPUNGE" => {
            let number = SequenceNumber::new(number.map_err(|_| WRONG)?);
            let error = ParseError::new(rfc9051::EXPUNGE_NAMES_A_MESSAGE, "a sequence number");
            number.map(Data::Expunge).ok_or(error)
        }
        b"FETCH" | b"UIDFETCH" => Err(strictly("the items of a row")),
        _ => other(line, &upper),
    }
}

#[cfg(test)]
mod tests;
