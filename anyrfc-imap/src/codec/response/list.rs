//! Listed mailboxes (RFC 9051, section 7.3.1).

use bytes::Bytes;

use super::{
    Cutter,
    data::{delimiter, mailbox_name},
    lossy, strictly,
};
use crate::{
    rfc9051,
    types::{
        ListEntry, MailboxAttribute, MailboxName, Names, ParseError, Sink,
        row::tokens::{Kind, NONE, Tokens},
    },
};

/// The rule `mailbox-list`.
pub(super) fn mailbox_list(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<ListEntry, ParseError> {
    let lenient = cutter.lenient;
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all();
    let attributes = all.next().filter(|at| tokens.kind(*at) == Some(Kind::List));
    let attributes = attributes.ok_or(strictly("a list of mailbox attributes"))?;
    let delimiter = delimiter(tokens, all.next().unwrap_or(NONE))?;
    let mailbox = all.next().ok_or(strictly("a mailbox"))?;
    let mut entry = ListEntry::new(mailbox_name(tokens, mailbox, names)?);
    entry.delimiter = delimiter;
    let attribute = |at| MailboxAttribute::from(&*lossy(tokens.span(at)));
    entry.attributes = tokens.children(attributes).map(attribute).collect();
    if let Some(extended) = all.next() {
        if lenient && tokens.kind(extended) != Some(Kind::List) {
            // A name with spaces and without quotes.
            let start = tokens.token(mailbox).map(|name| name.start as usize);
            let name = start.and_then(|start| tokens.text.get(start..)).unwrap_or_default();
            sink.deviation(rfc9051::ATOMS_HOLD_NO_SPECIALS, name);
            entry.mailbox = MailboxName::received(name, names);
            return Ok(entry);
        }
        if tokens.kind(extended) != Some(Kind::List) {
            return Err(strictly("extended fields"));
        }
        let mut fields = tokens.children(extended);
        while let Some(tag) = fields.next() {
            let value = fields.next().unwrap_or(NONE);
            extended_item(&mut entry, tokens, (tag, value), names);
        }
    }
    Ok(entry)
}

/// The rule `mbox-list-extended-item`.
fn extended_item(entry: &mut ListEntry, tokens: Tokens<'_>, (tag, value): (u32, u32), names: Names) {
    let tag = tokens.string(tag).map(|tag| tag.text().into_owned()).unwrap_or_default();
    let mut inside = tokens.children(value);
    if tag.eq_ignore_ascii_case("CHILDINFO") && tokens.kind(value) == Some(Kind::List) {
        entry.child_info = inside.filter_map(|at| Some(tokens.string(at)?.text().into_owned())).collect();
        return;
    }
    if tag.eq_ignore_ascii_case("OLDNAME")
        && let Some(name) = inside.next().and_then(|at| tokens.string(at))
    {
        entry.old_name = Some(MailboxName::received(&name.bytes(), names));
        return;
    }
    entry.extended.push((tag, Bytes::copy_from_slice(tokens.raw(value))));
}
