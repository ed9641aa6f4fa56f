//! Annotations, access control lists and quotas (RFC 5464, section 4.4; RFC 4314, sections 3.6 to
//! 3.8; RFC 9208, section 4.2).

use bytes::Bytes;

use super::{Cutter, data::mailbox_name, lossy, strictly};
use crate::{
    rfc4314, rfc5464, rfc9208,
    types::{
        Acl, AclIdentifier, Data, ListedRights, MailboxName, Metadata, MetadataEntry, MetadataTarget,
        MetadataTold, MyRights, Names, ParseError, Quota, QuotaResource, QuotaRoot, QuotaRoots, QuotaUsage,
        Rights, Sink,
        acl::NO_RIGHTS,
        row::tokens::{Children, Kind, NONE, Tokens},
    },
};

/// Beyond 63 bits nothing is a number (RFC 9208, section 3.1.2).
const NUMBER_MAX: u64 = i64::MAX as u64;

/// What all of them begin with: the mailbox, and what stands behind it.
fn about<'t>(tokens: Tokens<'t>, names: Names) -> Result<(MailboxName, Children<'t>), ParseError> {
    let mut all = tokens.all();
    let mailbox = all.next().ok_or(strictly("a mailbox"))?;
    Ok((mailbox_name(tokens, mailbox, names)?, all))
}

/// The rule `metadata-resp`.
pub(super) fn metadata(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    const ENTRY: ParseError = ParseError::new(rfc5464::RESPONSE_HAS_ENTRIES, "an entry");
    const VALUE: ParseError = ParseError::new(rfc5464::RESPONSE_HAS_ENTRIES, "a value of an entry");
    let tokens = cutter.cut(arguments, sink)?;
    let (mailbox, mut rest) = about(tokens, names)?;
    let target = MetadataTarget::received(mailbox);
    // `NIL` can be the name of no entry, as it has no slash.
    let entry = |at| tokens.string(at).map(|name| MetadataEntry::received(&name.bytes())).ok_or(ENTRY);
    let first = rest.next().ok_or(ENTRY)?;
    if tokens.kind(first) != Some(Kind::List) {
        let entries = std::iter::once(first).chain(rest).map(entry).collect::<Result<_, _>>()?;
        return Ok(Data::Metadata(Metadata::new(target, MetadataTold::Changed(entries))));
    }
    let mut values = Vec::new();
    let mut inside = tokens.children(first);
    while let Some(name) = inside.next() {
        let value = inside.next().ok_or(VALUE)?;
        let value = match tokens.kind(value) {
            Some(Kind::Nil) => None,
            Some(Kind::List) | None => return Err(VALUE),
            Some(_) => Some(Bytes::from(tokens.string(value).ok_or(VALUE)?.bytes().into_owned())),
        };
        values.push((entry(name)?, value));
    }
    if values.is_empty() || rest.next().is_some() {
        sink.deviation(ENTRY.requirement, arguments);
    }
    Ok(Data::Metadata(Metadata::new(target, MetadataTold::Values(values))))
}

/// The rule `rights`. A server writes them in small letters and digits; others are kept.
fn rights(tokens: Tokens<'_>, at: u32, sink: &mut dyn Sink) -> Result<Rights, ParseError> {
    const WRONG: ParseError = ParseError::new(NO_RIGHTS, "a string of rights");
    // NIL, which can be taken for a string here, is what no server means by it.
    let text = tokens.string(at).ok_or(WRONG)?;
    let (rights, clean) = Rights::received(&text.bytes()).ok_or(WRONG)?;
    if !clean {
        sink.deviation(NO_RIGHTS, tokens.span(at));
    }
    Ok(rights)
}

/// Leaves out what only repeats other rights for old clients (RFC 4314, section 2.1.1): where a
/// server names any of those, it is one of RFC 4314.
fn ignore_virtual<'r>(sets: impl Iterator<Item = &'r mut Rights>) {
    let mut sets: Vec<&mut Rights> = sets.collect();
    if sets.iter().any(|rights| rights.is_of_rfc4314()) {
        for rights in &mut sets {
            **rights = rights.without_virtual();
        }
    }
}

/// The rule `identifier`; `NIL` is one.
fn identifier(tokens: Tokens<'_>, at: u32) -> Result<AclIdentifier, ParseError> {
    match tokens.kind(at) {
        Some(Kind::Nil) => Ok(AclIdentifier::received(tokens.span(at))),
        _ => match tokens.string(at) {
            Some(name) => Ok(AclIdentifier::received(&name.bytes())),
            None => Err(strictly("an identifier")),
        },
    }
}

/// The rule `acl-data`.
pub(super) fn acl(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let (mailbox, mut rest) = about(tokens, names)?;
    let mut entries = Vec::new();
    while let Some(name) = rest.next() {
        entries.push((identifier(tokens, name)?, rights(tokens, rest.next().unwrap_or(NONE), sink)?));
    }
    ignore_virtual(entries.iter_mut().map(|(_, rights)| rights));
    Ok(Data::Acl(Acl::new(mailbox, entries)))
}

/// The rule `listrights-data`.
pub(super) fn list_rights(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let (mailbox, mut rest) = about(tokens, names)?;
    let who = identifier(tokens, rest.next().unwrap_or(NONE))?;
    let mut sets = rest.map(|at| rights(tokens, at, sink)).collect::<Result<Vec<_>, _>>()?;
    if sets.is_empty() {
        return Err(ParseError::new(NO_RIGHTS, "the rights that are always granted"));
    }
    let mut seen = Rights::NONE;
    for group in &sets {
        if !seen.difference(seen.difference(*group)).is_empty() {
            sink.deviation(rfc4314::LISTRIGHTS_LISTS_A_RIGHT_ONCE, arguments);
        }
        seen = seen.union(*group);
    }
    ignore_virtual(sets.iter_mut());
    let required = sets.remove(0);
    sets.retain(|group| !group.is_empty());
    Ok(Data::ListRights(ListedRights::new(mailbox, who, required, sets)))
}

/// The rule `myrights-data`.
pub(super) fn my_rights(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let (mailbox, mut rest) = about(tokens, names)?;
    let mut mine = rights(tokens, rest.next().unwrap_or(NONE), sink)?;
    ignore_virtual(std::iter::once(&mut mine));
    Ok(Data::MyRights(MyRights::new(mailbox, mine)))
}

/// The rule `quota-root-name`; `NIL` is one.
fn root(tokens: Tokens<'_>, at: u32) -> Result<QuotaRoot, ParseError> {
    match tokens.kind(at) {
        Some(Kind::Nil) => Ok(QuotaRoot::new(tokens.span(at).to_vec())),
        _ => match tokens.string(at) {
            Some(name) => Ok(QuotaRoot::new(name.bytes().into_owned())),
            None => Err(strictly("the name of a quota root")),
        },
    }
}

/// The rule `quota-response`.
pub(super) fn quota(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all();
    let mut quota = Quota::new(root(tokens, all.next().unwrap_or(NONE))?);
    let list = all.next().filter(|at| tokens.kind(*at) == Some(Kind::List));
    let mut inside = tokens.children(list.ok_or(strictly("a list of resources"))?);
    let number = |at| tokens.number(at).filter(|number| *number <= NUMBER_MAX);
    while let Some(name) = inside.next() {
        let resource = tokens.string(name).ok_or(strictly("the name of a resource"))?;
        let resource = QuotaResource::from(&*resource.text());
        let (usage, limit) = (inside.next().unwrap_or(NONE), inside.next().unwrap_or(NONE));
        if let (Some(usage), Some(limit)) = (number(usage), number(limit)) {
            quota.resources.push(QuotaUsage::new(resource, usage, limit));
            continue;
        }
        sink.deviation(rfc9208::USAGE_HAS_63_BITS, arguments);
        let raw = format!("{} {}", lossy(tokens.raw(usage)), lossy(tokens.raw(limit)));
        quota.odd.push((resource, raw.trim().to_owned().into()));
    }
    Ok(Data::Quota(quota))
}

/// The rule `quotaroot-response`.
pub(super) fn quota_roots(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let (mailbox, rest) = about(tokens, names)?;
    let roots = rest.map(|at| root(tokens, at)).collect::<Result<_, _>>()?;
    Ok(Data::QuotaRoots(QuotaRoots::new(mailbox, roots)))
}
