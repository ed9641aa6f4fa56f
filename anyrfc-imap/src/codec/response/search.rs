//! Results of searches (RFC 9051, section 7.3.4; RFC 3501, section 7.2.5; RFC 5267; RFC 6203;
//! RFC 7377; RFC 9394).

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{Cutter, data::mailbox_name, lossy, strictly};
use crate::{
    rfc7377, rfc9051,
    types::{
        ContextChange, Data, Esearch, ModSeq, Names, Number, NumberList, NumberSet, ParseError, PartialFound,
        SearchData, Sink, UidValidity,
        row::tokens::{Kind, NONE, Tokens, number},
    },
};

/// `SEARCH`, `SORT`: many numbers, one by one, and perhaps the modification sequence (RFC 7162).
pub(super) fn search(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<SearchData, ParseError> {
    const WRONG: ParseError = strictly("numbers of messages");
    let mut data = SearchData::default();
    let mut rest = arguments;
    loop {
        match rest {
            [] => break,
            [b' ', tail @ ..] => {
                if matches!(tail, [] | [b' ', ..]) {
                    sink.deviation(rfc9051::SPACES_ARE_SINGLE, rest);
                }
                rest = tail;
            }
            [b'(', ..] => {
                // Whatever it is, the numbers are what was asked for.
                match mod_seq(rest, cutter, sink) {
                    Ok(value) => data.mod_seq = Some(value),
                    Err(error) => sink.deviation(error.requirement, rest),
                }
                break;
            }
            _ => {
                let mut value = 0_u64;
                let mut tail = rest;
                while let [digit @ b'0'..=b'9', behind @ ..] = tail {
                    // Of 32 bits and a digit more: nothing wraps.
                    value = value.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')));
                    tail = behind;
                    if value > u64::from(u32::MAX) {
                        return Err(WRONG);
                    }
                }
                if tail.len() == rest.len() || !matches!(tail, [] | [b' ' | b'(', ..]) {
                    return Err(WRONG);
                }
                data.numbers.push(u32::try_from(value).map_err(|_| WRONG)?);
                rest = tail;
            }
        }
    }
    Ok(data)
}

/// `(MODSEQ n)`
fn mod_seq(text: &[u8], cutter: &mut Cutter<'_>, sink: &mut dyn Sink) -> Result<ModSeq, ParseError> {
    let tokens = cutter.cut(text, sink)?;
    let list = tokens.only(Kind::List).ok_or(strictly("a modification sequence"))?;
    let mut inside = tokens.children(list);
    let name = inside.next().unwrap_or(NONE);
    let value = inside.next().and_then(|at| tokens.number(at)).and_then(ModSeq::new);
    value
        .filter(|_| tokens.span(name).eq_ignore_ascii_case(b"MODSEQ"))
        .ok_or(strictly("a modification sequence"))
}

/// `ESEARCH` (RFC 9051, section 7.3.4; RFC 7377, section 4)
pub(super) fn esearch(
    arguments: &[u8],
    names: Names,
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut esearch = Esearch::default();
    let mut all = tokens.all().peekable();
    if let Some(list) = all.next_if(|at| tokens.kind(*at) == Some(Kind::List)) {
        let mut correlator = tokens.children(list);
        while let (Some(name), Some(value)) = (correlator.next(), correlator.next()) {
            let seen = match &*tokens.span(name).to_ascii_uppercase() {
                b"TAG" => take(&mut esearch.tag, tokens.string(value).map(|tag| tag.text().into_owned())),
                b"MAILBOX" => take(&mut esearch.mailbox, mailbox_name(tokens, value, names).ok()),
                b"UIDVALIDITY" => {
                    let number = tokens.number(value).and_then(|number| u32::try_from(number).ok());
                    take(&mut esearch.uid_validity, number.and_then(UidValidity::new))
                }
                _ => Taken::Unknown,
            };
            match seen {
                Taken::Again => sink.deviation(rfc7377::CORRELATORS_COME_ONCE, arguments),
                Taken::NotUnderstood => sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, arguments),
                Taken::Yes | Taken::Unknown => {}
            }
        }
    }
    if all.next_if(|at| tokens.span(*at).eq_ignore_ascii_case(b"UID")).is_some() {
        esearch.uid = true;
    }
    while let Some(name) = all.next() {
        let value = all.next().unwrap_or(NONE);
        let name = tokens.span(name);
        let number32 = || {
            tokens.number(value).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
        };
        let upper = name.to_ascii_uppercase();
        let seen = match &*upper {
            b"MIN" => take(&mut esearch.min, number32()),
            b"MAX" => take(&mut esearch.max, number32()),
            b"COUNT" => {
                let count = tokens.number(value).and_then(|number| u32::try_from(number).ok());
                take(&mut esearch.count, count)
            }
            b"ALL" => take(&mut esearch.all, list(tokens.span(value))),
            b"MODSEQ" => take(&mut esearch.mod_seq, tokens.number(value).and_then(ModSeq::new)),
            b"PARTIAL" => take(&mut esearch.partial, partial(tokens, value)),
            b"RELEVANCY" => take(&mut esearch.relevancy, scores(tokens, value)),
            // They are processed in the order in which they come, and may come more than once.
            b"ADDTO" => changes(tokens, value, |position, numbers| {
                esearch.changes.push(ContextChange::Added { position, numbers });
            }),
            b"REMOVEFROM" => changes(tokens, value, |position, numbers| {
                esearch.changes.push(ContextChange::Removed { position, numbers });
            }),
            _ => Taken::Unknown,
        };
        match seen {
            Taken::Yes => continue,
            Taken::Again => sink.deviation(rfc9051::ESEARCH_ITEMS_ARE_NOT_REPEATED, arguments),
            Taken::NotUnderstood => sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, arguments),
            Taken::Unknown => {}
        }
        esearch.other.push((lossy(name), Bytes::copy_from_slice(tokens.raw(value))));
    }
    Ok(Data::Esearch(Box::new(esearch)))
}

enum Taken {
    Yes,
    Again,
    NotUnderstood,
    Unknown,
}

/// The first of what may be there once.
fn take<T>(field: &mut Option<T>, value: Option<T>) -> Taken {
    match (&field, value) {
        (_, None) => Taken::NotUnderstood,
        (Some(_), Some(_)) => Taken::Again,
        (None, value) => {
            *field = value;
            Taken::Yes
        }
    }
}

/// The rule `ret-data-partial` (RFC 9394, section 4), behind its name.
fn partial(tokens: Tokens<'_>, value: u32) -> Option<PartialFound> {
    let mut inside = tokens.children(value);
    let (range, results) = (inside.next()?, inside.next()?);
    let range = std::str::from_utf8(tokens.span(range)).ok()?.parse().ok()?;
    let numbers = match tokens.kind(results)? {
        Kind::Nil => NumberList::default(),
        _ => list(tokens.span(results))?,
    };
    inside.next().is_none().then(|| PartialFound::new(range, numbers))
}

/// The rule `score-list` (RFC 6203, section 7).
fn scores(tokens: Tokens<'_>, value: u32) -> Option<Vec<u8>> {
    if tokens.kind(value)? != Kind::List {
        return None;
    }
    let score = |at| tokens.number(at).and_then(|score| u8::try_from(score).ok());
    tokens.children(value).map(|at| score(at).filter(|score| (1..=100).contains(score))).collect()
}

/// The rules `addto-ret-data` and `removefrom-ret-data` (RFC 5267, section 5), behind their names:
/// pairs of a position and a set, all of them or none.
fn changes(tokens: Tokens<'_>, value: u32, mut keep: impl FnMut(u32, NumberList<NonZeroU32>)) -> Taken {
    let mut inside = tokens.children(value);
    let mut pairs = Vec::new();
    while let Some(position) = inside.next() {
        let position = tokens.number(position).and_then(|position| u32::try_from(position).ok());
        let numbers = inside.next().and_then(|at| list(tokens.span(at)));
        let (Some(position), Some(numbers)) = (position, numbers) else { return Taken::NotUnderstood };
        pairs.push((position, numbers));
    }
    if pairs.is_empty() {
        return Taken::NotUnderstood;
    }
    for (position, numbers) in pairs {
        keep(position, numbers);
    }
    Taken::Yes
}

/// The rule `sequence-set`, of numbers alone, taken as a set.
pub(super) fn set(text: &[u8]) -> Option<NumberSet> {
    ranges(text).map(NumberSet::from_ranges)
}

/// The same in its order.
pub(super) fn list<N: Number>(text: &[u8]) -> Option<NumberList<N>> {
    ranges(text).map(NumberList::from_ranges)
}

/// The ranges of a `sequence-set`, each from its lower end.
fn ranges(text: &[u8]) -> Option<Vec<(u32, u32)>> {
    let number = |text: &[u8]| u32::try_from(number(text)?).ok().filter(|number| *number > 0);
    let range = |text: &[u8]| {
        let (from, to) = match memchr::memchr(b':', text) {
            Some(colon) => (number(text.get(..colon)?)?, number(text.get(colon.saturating_add(1)..)?)?),
            None => {
                let number = number(text)?;
                (number, number)
            }
        };
        Some((from.min(to), from.max(to)))
    };
    text.split(|byte| *byte == b',').map(range).collect()
}
