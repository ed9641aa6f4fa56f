//! Status responses (RFC 9051, section 7.1; section 9: `resp-text`).

use bytes::Bytes;

use super::{Cutter, lossy};
use crate::{
    rfc7162, rfc9051,
    types::{
        AnnotationSupport, AppendUid, Capabilities, Code, CopyUid, Flag, MailboxId, MessageLimit,
        MetadataCode, ModSeq, Progress, SequenceNumber, Sink, StatusKind, StatusResponse, Uid, UidValidity,
        object_id::parenthesised,
        row::tokens::{Kind, NONE, Tokens},
    },
};

/// The word that begins a status response.
pub(super) fn status_kind(word: &[u8]) -> Option<StatusKind> {
    let kinds = [StatusKind::Ok, StatusKind::No, StatusKind::Bad, StatusKind::Bye, StatusKind::Preauth];
    kinds.into_iter().find(|kind| kind.as_str().as_bytes().eq_ignore_ascii_case(word))
}

/// The rule `resp-text`, behind the word and without the line end. The text may be missing, as it
/// is with many servers.
pub(super) fn resp_text(
    kind: StatusKind,
    text: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> StatusResponse {
    let rest = text.strip_prefix(b" ").unwrap_or_else(|| {
        // Without even the space.
        sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, text);
        text
    });
    with_code(kind, rest, cutter, sink)
}

pub(super) fn with_code(
    kind: StatusKind,
    text: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> StatusResponse {
    if text.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
        sink.deviation(rfc9051::NO_NUL_IN_TEXT, text);
    }
    let Some((code, rest)) = bracketed(text) else {
        if text.starts_with(b"[") {
            sink.deviation(rfc9051::RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS, text);
        }
        return StatusResponse::new(kind, None, lossy(text));
    };
    let Some(code) = resp_text_code(code, cutter, sink) else {
        // Not even the name is one: it is text.
        sink.deviation(rfc9051::RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS, text);
        return StatusResponse::new(kind, None, lossy(text));
    };
    if rest.is_empty() {
        sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, text);
    }
    StatusResponse::new(kind, Some(code), lossy(rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// What is within the brackets, and what is behind them. A flag or charset may have a bracket in
/// its name, so that a list ends first.
fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"[")?;
    let name = inner.iter().position(|byte| matches!(byte, b' ' | b']'))?;
    let is_list = inner.get(name..)?.starts_with(b" (");
    let list = if is_list { memchr::memmem::find(inner, b")]") } else { None };
    let end = list.map(|at| at.saturating_add(1)).or_else(|| memchr::memchr(b']', inner))?;
    let (code, rest) = inner.split_at_checked(end)?;
    Some((code, rest.strip_prefix(b"]")?))
}

/// The rule `resp-text-code`. `None` where it does not begin with an atom.
pub(super) fn resp_text_code(text: &[u8], cutter: &mut Cutter<'_>, sink: &mut dyn Sink) -> Option<Code> {
    let name_end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    let (name, arguments) = text.split_at_checked(name_end)?;
    let special = |byte: &u8| !byte.is_ascii_graphic() || b"(){%*\"\\]=".contains(byte);
    if name.is_empty() || name.iter().any(special) {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    let arguments = arguments.strip_prefix(b" ").unwrap_or(arguments);
    let known = match arguments.is_empty() {
        true => plain(&upper),
        false => with_arguments(&upper, arguments, cutter, sink),
    };
    Some(known.unwrap_or_else(|| {
        if takes_arguments(&upper) {
            sink.deviation(rfc9051::RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS, text);
        }
        Code::Other { name: lossy(name), raw: Bytes::copy_from_slice(arguments) }
    }))
}

/// Codes that stand alone.
fn plain(name: &[u8]) -> Option<Code> {
    Some(match name {
        b"ALERT" => Code::Alert,
        b"ALREADYEXISTS" => Code::AlreadyExists,
        b"AUTHENTICATIONFAILED" => Code::AuthenticationFailed,
        b"AUTHORIZATIONFAILED" => Code::AuthorizationFailed,
        b"BADCHARSET" => Code::BadCharset(Vec::new()),
        b"BADCOMPARATOR" => Code::BadComparator,
        b"CANNOT" => Code::Cannot,
        b"CAPABILITY" => Code::Capability(Capabilities::default()),
        b"CLIENTBUG" => Code::ClientBug,
        b"CLOSED" => Code::Closed,
        b"COMPRESSIONACTIVE" => Code::CompressionActive,
        b"CONTACTADMIN" => Code::ContactAdmin,
        b"CORRUPTION" => Code::Corruption,
        b"EXPIRED" => Code::Expired,
        b"EXPUNGEISSUED" => Code::ExpungeIssued,
        b"HASCHILDREN" => Code::HasChildren,
        b"INPROGRESS" => Code::InProgress(Progress::default()),
        b"INUSE" => Code::InUse,
        b"LIMIT" => Code::Limit,
        b"NOMODSEQ" => Code::NoModSeq,
        b"NONEXISTENT" => Code::Nonexistent,
        b"NOPERM" => Code::NoPerm,
        b"NOTIFICATIONOVERFLOW" => Code::NotificationOverflow,
        b"NOTSAVED" => Code::NotSaved,
        b"OVERQUOTA" => Code::OverQuota,
        b"PARSE" => Code::Parse,
        b"PRIVACYREQUIRED" => Code::PrivacyRequired,
        b"READ-ONLY" => Code::ReadOnly,
        b"READ-WRITE" => Code::ReadWrite,
        b"SERVERBUG" => Code::ServerBug,
        b"TOOBIG" => Code::TooBig,
        b"TRYCREATE" => Code::TryCreate,
        b"UIDNOTSTICKY" => Code::UidNotSticky,
        b"UIDREQUIRED" => Code::UidRequired,
        b"UNAVAILABLE" => Code::Unavailable,
        b"UNKNOWN-CTE" => Code::UnknownCte,
        b"USEATTR" => Code::UseAttr,
        _ => return None,
    })
}

/// Codes that mean nothing without arguments.
fn takes_arguments(name: &[u8]) -> bool {
    let names: &[&[u8]] = &[
        b"ANNOTATE",
        b"ANNOTATIONS",
        b"APPENDUID",
        b"BADCHARSET",
        b"BADEVENT",
        b"BADURL",
        b"CAPABILITY",
        b"COPYUID",
        b"HIGHESTMODSEQ",
        b"INPROGRESS",
        b"METADATA",
        b"MAILBOXID",
        b"MESSAGELIMIT",
        b"MODIFIED",
        b"NOUPDATE",
        b"PERMANENTFLAGS",
        b"UIDNEXT",
        b"UIDVALIDITY",
        b"UNDEFINED-FILTER",
        b"UNSEEN",
        b"URLMECH",
    ];
    names.contains(&name)
}

/// Codes with arguments. `None` where these are not understood.
fn with_arguments(
    name: &[u8],
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Option<Code> {
    if name == b"REFERRAL" {
        return Some(Code::Referral(lossy(arguments)));
    }
    if !takes_arguments(name) {
        return None;
    }
    match name {
        // Whatever it is, up to the bracket (RFC 4469, section 5).
        b"BADURL" => {
            // Some servers quote it; no URL has a quote of its own.
            let quoted = arguments.strip_prefix(b"\"").and_then(|url| url.strip_suffix(b"\""));
            return Some(Code::BadUrl(lossy(quoted.unwrap_or(arguments))));
        }
        b"URLMECH" => return super::url::mechanisms(arguments).map(Code::UrlMech),
        _ => {}
    }
    let tokens = cutter.cut(arguments, sink).ok()?;
    let mut all = tokens.all();
    let (first, second, third) = (all.next()?, all.next().unwrap_or(NONE), all.next().unwrap_or(NONE));
    let single = second == NONE;
    let number32 = |at| tokens.number(at).and_then(|number| u32::try_from(number).ok());
    Some(match name {
        b"ANNOTATE" if single => match &*tokens.span(first).to_ascii_uppercase() {
            b"TOOBIG" => Code::AnnotateTooBig,
            b"TOOMANY" => Code::AnnotateTooMany,
            _ => return None,
        },
        b"ANNOTATIONS" if third == NONE => Code::Annotations(annotations(tokens, first, second)?),
        b"APPENDUID" if third == NONE => {
            let uids = super::search::list(tokens.span(second))?;
            if tokens.span(second).contains(&b':') && uids.len() == 1 {
                sink.deviation(rfc9051::APPENDUID_OF_ONE_IS_NO_RANGE, arguments);
            }
            Code::AppendUid(AppendUid::new(UidValidity::new(number32(first)?)?, uids))
        }
        b"COPYUID" if all.next().is_none() => {
            let (source, destination) =
                (super::search::list(tokens.span(second))?, super::search::list(tokens.span(third))?);
            if source.len() != destination.len() {
                sink.deviation(rfc9051::UID_SETS_OF_COPYUID_CORRESPOND, arguments);
                return None;
            }
            Code::CopyUid(CopyUid::new(UidValidity::new(number32(first)?)?, source, destination))
        }
        b"BADCHARSET" if single => Code::BadCharset(words(tokens, first)),
        b"BADEVENT" if single && tokens.kind(first) == Some(Kind::List) => {
            Code::BadEvent(words(tokens, first))
        }
        b"CAPABILITY" => Code::Capability(super::data::capabilities(tokens, tokens.all(), arguments, sink)),
        b"METADATA" if third == NONE => Code::Metadata(metadata(tokens, first, second)?),
        b"HIGHESTMODSEQ" if single => match ModSeq::new(tokens.number(first)?) {
            Some(highest) => Code::HighestModSeq(highest),
            // As in STATUS (RFC 7162, section 3.1.7): there are none.
            None if tokens.number(first) == Some(0) => {
                sink.deviation(rfc7162::MOD_SEQUENCES_HAVE_63_BITS, arguments);
                Code::NoModSeq
            }
            None => return None,
        },
        b"INPROGRESS" if single => Code::InProgress(progress(tokens, first)?),
        b"MESSAGELIMIT" if third == NONE => {
            let limit = number32(first).filter(|limit| *limit > 0)?;
            let lowest = if single { None } else { Some(Uid::new(number32(second)?)?) };
            Code::MessageLimit(MessageLimit::new(limit, lowest))
        }
        b"NOUPDATE" if single => Code::NoUpdate(tokens.string(first)?.text().into_owned()),
        b"UNDEFINED-FILTER" if single => Code::UndefinedFilter(tokens.string(first)?.text().into_owned()),
        b"MAILBOXID" if single => {
            Code::MailboxId(MailboxId::checked(parenthesised(tokens, first)?).into_owned())
        }
        b"MODIFIED" if single => Code::Modified(super::search::set(tokens.span(first))?),
        b"PERMANENTFLAGS" if single && tokens.kind(first) == Some(Kind::List) => {
            Code::PermanentFlags(flags(tokens, first))
        }
        b"UIDNEXT" if single => Code::UidNext(Uid::new(number32(first)?)?),
        b"UIDVALIDITY" if single => Code::UidValidity(UidValidity::new(number32(first)?)?),
        b"UNSEEN" if single => Code::Unseen(SequenceNumber::new(number32(first)?)?),
        _ => return None,
    })
}

/// The rule `inprogress-code` (RFC 9585, section 5), behind the name: the tag, how much is done, and
/// how much there is. Nothing is known of the goal where nothing is known of what is done.
fn progress(tokens: Tokens<'_>, list: u32) -> Option<Progress> {
    let mut fields = tokens.children(list);
    let (tag, done, goal) = (fields.next()?, fields.next()?, fields.next()?);
    let nullable = |at| match tokens.kind(at)? {
        Kind::Nil => Some(None),
        _ => tokens.number(at).and_then(|number| u32::try_from(number).ok()).map(Some),
    };
    let tag = match tokens.kind(tag)? {
        Kind::Nil => None,
        _ => Some(tokens.string(tag)?.text().into_owned()),
    };
    let (done, goal) = (nullable(done)?, nullable(goal)?);
    let consistent = fields.next().is_none() && goal != Some(0) && (done.is_some() || goal.is_none());
    consistent.then(|| Progress::new(tag, done, goal))
}

/// What stands behind `METADATA` (RFC 5464, section 5).
fn metadata(tokens: Tokens<'_>, what: u32, number: u32) -> Option<MetadataCode> {
    match &*tokens.span(what).to_ascii_uppercase() {
        b"LONGENTRIES" => Some(MetadataCode::LongEntries(tokens.number(number)?)),
        b"MAXSIZE" => Some(MetadataCode::MaxSize(tokens.number(number)?)),
        b"TOOMANY" if number == NONE => Some(MetadataCode::TooMany),
        b"NOPRIVATE" if number == NONE => Some(MetadataCode::NoPrivate),
        _ => None,
    }
}

/// Words in a list.
fn words(tokens: Tokens<'_>, list: u32) -> Vec<String> {
    tokens.children(list).filter_map(|at| Some(tokens.string(at)?.text().into_owned())).collect()
}

/// The rule `ann-size` (RFC 5257, section 5).
fn annotations(tokens: Tokens<'_>, first: u32, second: u32) -> Option<AnnotationSupport> {
    let private = match second {
        NONE => true,
        _ if tokens.span(second).eq_ignore_ascii_case(b"NOPRIVATE") => false,
        _ => return None,
    };
    match &*tokens.span(first).to_ascii_uppercase() {
        b"NONE" => Some(AnnotationSupport::None),
        b"READ-ONLY" => Some(AnnotationSupport::ReadOnly { private }),
        _ => {
            // Servers without a limit say so by more than there is room for.
            let largest = tokens.number(first).filter(|largest| *largest > 0)?;
            Some(AnnotationSupport::Writable { largest: u32::try_from(largest).unwrap_or(u32::MAX), private })
        }
    }
}

/// The rule `flag-list`.
pub(super) fn flags(tokens: Tokens<'_>, list: u32) -> Vec<Flag> {
    tokens.children(list).map(|at| Flag::from(&*lossy(tokens.span(at)))).collect()
}
