//! Whether one response costs in proportion to its length, however it is cut.

use std::{fmt::Write as _, hint::black_box};

use anyrfc_imap::{codec, types::Data};
use imap_codec::imap_types::response;

use super::{Result, SUBJECT, instructions, ours, peers, tally::Tally};
use crate::{
    row::{Better, Contestant, Effort, Row, Title, Who, measure},
    valgrind,
};

pub(super) const NAME: &str = "parse-chunked-4n";
/// What one read gives: the less, the more often somebody could begin anew.
const CHUNK: usize = 512;
const N: usize = 32 << 10;
const SHAPES: &[&str] = &["quoted", "literals", "numbers"];
const READERS: &[Who] = &[Who::Ours, Who::Peer("imap-codec + Fragmentizer"), Who::Peer("imap-proto")];

pub(super) fn row(effort: Effort) -> Result<Option<Row>> {
    if !valgrind::is_there() {
        return Ok(None);
    }
    let mut contestants = vec![Contestant::new(Who::Limit("in proportion"), || Ok(4.0.into()))];
    for &who in READERS {
        let mut worst = 0_f64;
        for shape in SHAPES {
            worst = worst.max(counted(who, shape, 4 * N)? / counted(who, shape, N)?);
        }
        // A count is the same every time.
        contestants.push(Contestant::new(who, move || Ok(worst.into())));
    }
    let title = Title { subject: SUBJECT, name: NAME, unit: "t(4n)/t(n)", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec![
        "instructions for one response of 128 KiB in reads of 512 bytes over those for one of 32 KiB; the worst of \
         an envelope of quoted strings, one of literals, and a SEARCH",
        "imap-proto is asked anew with every read, as async-imap does",
    ];
    Ok(Some(row))
}

/// Instructions of reading it once, nothing else counted.
fn counted(who: Who, shape: &str, size: usize) -> Result<f64> {
    let size = size.to_string();
    let times = |passes| instructions::collected(&["scaling", who.name(), shape, &size, passes]);
    Ok(times("2")?.saturating_sub(times("1")?) as f64)
}

/// What is counted.
pub(super) fn helper(who: &str, shape: &str, size: usize, passes: usize) -> Result<()> {
    let (response, entries) = response(shape, size);
    for _ in 0..passes {
        let octets = black_box(&response);
        let seen = match who {
            "ours" => ours::in_chunks(octets, CHUNK, look)?,
            "imap-proto" => anew(octets)?,
            _ => peers::chunked(octets, CHUNK, look_at_codec)?,
        };
        if seen.rows != 1 || seen.addresses != entries {
            return Err(format!("saw {seen:?} instead of {entries} entries").into());
        }
    }
    Ok(())
}

/// One response of about so many bytes, and how many entries it has.
fn response(shape: &str, size: usize) -> (Vec<u8>, u64) {
    let (begin, end) = match shape {
        "numbers" => ("* SEARCH", "\r\n"),
        _ => ("* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL (", ") NIL NIL NIL NIL))\r\n"),
    };
    let (mut text, mut entries) = (begin.to_owned(), 0);
    while text.len() < size {
        entries += 1;
        let _ = match shape {
            "numbers" => write!(text, " {entries}"),
            "quoted" => write!(text, "(\"Number {entries}\" NIL \"number.{entries}\" \"example.com\")"),
            _ => write!(text, "({{4}}\r\nname NIL {{6}}\r\nnumber {{11}}\r\nexample.com)"),
        };
    }
    text.push_str(end);
    (text.into_bytes(), entries)
}

fn look(response: &codec::Response<'_>, tally: &mut Tally) -> Result<()> {
    tally.rows += 1;
    tally.addresses += match response {
        codec::Response::Fetch(row) => {
            row.envelope().ok_or("no envelope")?.into_result()?.to().mailboxes().count() as u64
        }
        codec::Response::Data(Data::Search(found)) => found.numbers.len() as u64,
        _ => return Err("another response".into()),
    };
    Ok(())
}

fn look_at_codec(response: &response::Response<'_>, tally: &mut Tally) -> Result<()> {
    match response {
        response::Response::Data(response::Data::Search(found, ..)) => {
            tally.rows += 1;
            tally.addresses += found.len() as u64;
            Ok(())
        }
        _ => peers::look_at_response(response, tally),
    }
}

/// From the beginning with every read, until it is all there.
fn anew(octets: &[u8]) -> Result<Tally> {
    let (mut input, mut tally) = (Vec::new(), Tally::default());
    for chunk in octets.chunks(CHUNK) {
        input.extend_from_slice(chunk);
        match imap_proto::Response::parse(&input) {
            Ok((_, imap_proto::Response::Fetch(_, items))) => peers::look_at_attributes(&items, &mut tally),
            Ok((_, imap_proto::Response::MailboxData(imap_proto::MailboxDatum::Search(found)))) => {
                tally.rows += 1;
                tally.addresses += found.len() as u64;
            }
            Ok(_) => return Err("another response".into()),
            // There is more to come.
            Err(error) if error.is_incomplete() => {}
            Err(error) => return Err(error.to_string().into()),
        }
    }
    Ok(tally)
}
