//! Results of searches (RFC 9051, section 7.3.4; RFC 3501, section 7.2.5).

use bytes::Bytes;

use super::{Cutter, lossy, strictly};
use crate::{
    rfc9051,
    types::{
        Data, Esearch, ModSeq, Number, NumberList, NumberSet, ParseError, SearchData, Sink,
        row::tokens::{Kind, NONE, number},
    },
};

/// `SEARCH`: many numbers, one by one, and perhaps the modification sequence (RFC 7162).
pub(super) fn search(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
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
                let mut digits = 0;
                while let Some(digit) =
                    rest.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
                {
                    value = value * 10 + u64::from(digit);
                    digits += 1;
                    if value > u64::from(u32::MAX) {
                        return Err(WRONG);
                    }
                }
                if digits == 0 || !matches!(rest.get(digits), None | Some(b' ' | b'(')) {
                    return Err(WRONG);
                }
                data.numbers.push(u32::try_from(value).map_err(|_| WRONG)?);
                rest = rest.get(digits..).unwrap_or_default();
            }
        }
    }
    Ok(Data::Search(data))
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

/// `ESEARCH` (RFC 9051, section 7.3.4)
pub(super) fn esearch(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let mut esearch = Esearch::default();
    let mut all = tokens.all().peekable();
    if let Some(list) = all.next_if(|at| tokens.kind(*at) == Some(Kind::List)) {
        let mut correlator = tokens.children(list);
        while let (Some(name), Some(value)) = (correlator.next(), correlator.next()) {
            if tokens.span(name).eq_ignore_ascii_case(b"TAG") {
                esearch.tag = tokens.string(value).map(|tag| tag.text().into_owned());
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
    Ok(Data::Esearch(esearch))
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
            Some(colon) => (number(text.get(..colon)?)?, number(text.get(colon + 1..)?)?),
            None => {
                let number = number(text)?;
                (number, number)
            }
        };
        Some((from.min(to), from.max(to)))
    };
    text.split(|byte| *byte == b',').map(range).collect()
}
