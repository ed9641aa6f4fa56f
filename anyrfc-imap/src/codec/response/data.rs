//! Data that are neither rows, lists nor results of searches (RFC 9051, sections 7.2 to 7.4).

use bytes::Bytes;

use super::{Cutter, lossy, strictly};
use crate::{
    rfc7162, rfc9051,
    types::{
        ActiveComparator, Capabilities, Capability, Data, Id, MailboxId, MailboxName, MailboxStatus, ModSeq,
        Names, Namespace, Namespaces, ParseError, Sink, Uid, UidValidity,
        object_id::parenthesised,
        row::tokens::{Children, Kind, NONE, Tokens},
    },
};

/// The rule `capability-data`, behind its name.
pub(super) fn capabilities(
    tokens: Tokens<'_>,
    names: Children<'_>,
    text: &[u8],
    sink: &mut dyn Sink,
) -> Capabilities {
    let mut all: Vec<String> = Vec::new();
    for at in names {
        let name = lossy(tokens.span(at));
        // `LITERAL +` for `LITERAL+`.
        match all.last_mut() {
            Some(last) if name == "+" && last.eq_ignore_ascii_case("LITERAL") => {
                last.push('+');
                sink.deviation(rfc9051::SPACES_ARE_SINGLE, text);
            }
            _ => all.push(name),
        }
    }
    all.iter().map(String::as_str).collect()
}

/// `CAPABILITY`
pub(super) fn capability(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    Ok(Data::Capability(capabilities(tokens, tokens.all(), arguments, sink)))
}

/// `ENABLED`
pub(super) fn enabled(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    Ok(Data::Enabled(tokens.all().map(|at| Capability::from(&*lossy(tokens.span(at)))).collect()))
}

/// `FLAGS`
pub(super) fn flags(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let list = tokens.only(Kind::List).ok_or(strictly("a list of flags"))?;
    Ok(Data::Flags(super::status::flags(tokens, list)))
}

/// `ID` (RFC 2971, section 3.2)
pub(super) fn id(arguments: &[u8], cutter: &mut Cutter<'_>, sink: &mut dyn Sink) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut id = Id::new();
    if tokens.only(Kind::Nil).is_none() {
        let list = tokens.only(Kind::List).ok_or(strictly("a list of names and values, or NIL"))?;
        let mut fields = tokens.children(list);
        while let Some(name) = fields.next() {
            let name = tokens.string(name).ok_or(strictly("the name of a field"))?;
            let value = fields.next().and_then(|value| tokens.string(value));
            id.push(name.text().into_owned(), value.map(|value| value.text().into_owned()));
        }
    }
    Ok(Data::Id(id))
}

/// `LANGUAGE` (RFC 5255, section 3.3)
pub(super) fn language(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    const WRONG: ParseError = strictly("a list of languages");
    let tokens = cutter.cut(arguments, sink)?;
    let list = tokens.only(Kind::List).ok_or(WRONG)?;
    let tags: Option<Vec<String>> = tokens.children(list).map(|at| name(tokens, at)).collect();
    tags.filter(|tags| !tags.is_empty()).map(Data::Language).ok_or(WRONG)
}

/// `COMPARATOR` (RFC 5255, section 4.8)
pub(super) fn comparator(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    const WRONG: ParseError = strictly("a comparator");
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all();
    let active = all.next().and_then(|at| name(tokens, at)).ok_or(WRONG)?;
    let matching = all.next().map(|list| tokens.children(list).filter_map(|at| name(tokens, at)).collect());
    Ok(Data::Comparator(ActiveComparator::new(active, matching.unwrap_or_default())))
}

/// `JMAPACCESS` (RFC 9698)
pub(super) fn jmap_access(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all();
    let url = all.next().filter(|_| all.next().is_none()).and_then(|at| name(tokens, at));
    url.map(Data::JmapAccess).ok_or(strictly("the URL of a JMAP session"))
}

/// An `astring` in which there is nothing but printable ASCII.
fn name(tokens: Tokens<'_>, at: u32) -> Option<String> {
    let name = tokens.string(at)?.text().into_owned();
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())).then_some(name)
}

/// `NAMESPACE` (RFC 9051, section 7.3.2)
pub(super) fn namespace(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut classes = tokens.all();
    let mut class = || match classes.next() {
        Some(at) => namespaces(tokens, at, names),
        None => Err(strictly("three kinds of namespaces")),
    };
    Ok(Data::Namespace(Namespaces { personal: class()?, other_users: class()?, shared: class()? }))
}

/// The rule `namespace`.
fn namespaces(tokens: Tokens<'_>, at: u32, names: Names) -> Result<Vec<Namespace>, ParseError> {
    if !matches!(tokens.kind(at), Some(Kind::Nil | Kind::List)) {
        return Err(strictly("a list of namespaces, or NIL"));
    }
    let describe = |at| {
        let mut fields = tokens.children(at);
        let prefix = fields.next().and_then(|at| tokens.string(at)).ok_or(strictly("a namespace"))?;
        let prefix = (!prefix.is_empty()).then(|| MailboxName::received(&prefix.bytes(), names));
        let delimiter = delimiter(tokens, fields.next().unwrap_or(NONE))?;
        let mut namespace = Namespace::new(prefix, delimiter);
        while let (Some(name), Some(values)) = (fields.next(), fields.next()) {
            let text = |at| tokens.string(at).map(|text| text.text().into_owned());
            let values = tokens.children(values).filter_map(text).collect();
            namespace.extensions.push((text(name).unwrap_or_default(), values));
        }
        Ok(namespace)
    };
    tokens.children(at).map(describe).collect()
}

/// A delimiter: one character in quotes, or NIL.
pub(super) fn delimiter(tokens: Tokens<'_>, at: u32) -> Result<Option<char>, ParseError> {
    match tokens.kind(at) {
        Some(Kind::Nil) => Ok(None),
        Some(Kind::List) | None => Err(strictly("a delimiter")),
        Some(_) => {
            let text = tokens.string(at).map(|text| text.text().into_owned()).unwrap_or_default();
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (delimiter, None) => Ok(delimiter),
                _ => Err(strictly("a delimiter of one character")),
            }
        }
    }
}

/// `STATUS` (RFC 9051, section 7.3.3)
pub(super) fn status(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all();
    let mailbox = all.next().ok_or(strictly("a mailbox"))?;
    let list = all.next().filter(|at| tokens.kind(*at) == Some(Kind::List));
    let list = list.ok_or(strictly("a list of status items"))?;
    let mut status = MailboxStatus::new(mailbox_name(tokens, mailbox, names)?);
    let mut items = tokens.children(list);
    while let Some(name) = items.next() {
        let value = items.next().unwrap_or(NONE);
        let name = tokens.span(name);
        if !status_item(&mut status, &name.to_ascii_uppercase(), tokens, value) {
            if is_status_item(name) {
                sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, arguments);
            }
            status.other.push((lossy(name), Bytes::copy_from_slice(tokens.span(value))));
        }
    }
    Ok(Data::MailboxStatus(status))
}

fn is_status_item(name: &[u8]) -> bool {
    let names: [&[u8]; 11] = [
        b"MESSAGES",
        b"RECENT",
        b"UIDNEXT",
        b"UIDVALIDITY",
        b"UNSEEN",
        b"DELETED",
        b"DELETED-STORAGE",
        b"SIZE",
        b"APPENDLIMIT",
        b"HIGHESTMODSEQ",
        b"MAILBOXID",
    ];
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The rule `status-att-val`. Whether it was understood.
fn status_item(status: &mut MailboxStatus, name: &[u8], tokens: Tokens<'_>, value: u32) -> bool {
    let number = tokens.number(value);
    let number32 = number.and_then(|number| u32::try_from(number).ok());
    /// Sets what was understood.
    fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
        let known = value.is_some();
        if known {
            *field = value;
        }
        known
    }
    match name {
        b"MESSAGES" => set(&mut status.messages, number32),
        b"RECENT" => set(&mut status.recent, number32),
        b"UIDNEXT" => set(&mut status.uid_next, number32.and_then(Uid::new)),
        b"UIDVALIDITY" => set(&mut status.uid_validity, number32.and_then(UidValidity::new)),
        b"UNSEEN" => set(&mut status.unseen, number32),
        b"DELETED" => set(&mut status.deleted, number32),
        b"DELETED-STORAGE" => {
            set(&mut status.deleted_storage, number.filter(|octets| *octets <= i64::MAX as u64))
        }
        b"SIZE" => set(&mut status.size, number),
        b"APPENDLIMIT" if tokens.kind(value) == Some(Kind::Nil) => set(&mut status.append_limit, Some(None)),
        b"APPENDLIMIT" => set(&mut status.append_limit, number.map(Some)),
        // RFC 7162, section 3.1.7: `mod-sequence-valzer`.
        b"HIGHESTMODSEQ" if number == Some(0) => set(&mut status.highest_mod_seq, Some(None)),
        b"HIGHESTMODSEQ" => set(&mut status.highest_mod_seq, number.and_then(ModSeq::new).map(Some)),
        b"MAILBOXID" => {
            let id = parenthesised(tokens, value).map(MailboxId::checked).map(MailboxId::into_owned);
            set(&mut status.mailbox_id, id)
        }
        _ => false,
    }
}

/// `VANISHED` (RFC 7162, section 3.2.10): no `*`, and each range as it comes.
pub(super) fn vanished(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all().peekable();
    let tag = all.next_if(|at| tokens.kind(*at) == Some(Kind::List));
    if let Some(tag) = tag {
        let mut words = tokens.children(tag);
        let earlier = words.next().is_some_and(|at| tokens.span(at).eq_ignore_ascii_case(b"EARLIER"));
        if !earlier || words.next().is_some() {
            return Err(strictly("EARLIER alone"));
        }
    }
    let set = all.next().and_then(|at| super::search::set(tokens.span(at)));
    let set = set.filter(|_| all.next().is_none());
    let uids = set.ok_or(ParseError::new(rfc7162::VANISHED_HAS_NO_STAR, "a set of UIDs"))?.cast();
    Ok(Data::Vanished { earlier: tag.is_some(), uids })
}

/// The rule `mailbox`. `NIL` is a name here.
pub(super) fn mailbox_name(tokens: Tokens<'_>, at: u32, names: Names) -> Result<MailboxName, ParseError> {
    match tokens.kind(at) {
        Some(Kind::Nil) => Ok(MailboxName::received(tokens.span(at), names)),
        _ => match tokens.string(at) {
            Some(name) => Ok(MailboxName::received(&name.bytes(), names)),
            None => Err(strictly("a mailbox")),
        },
    }
}
