//! How ours is used, and what is looked at in what it gives.

use anyrfc_imap::{
    codec::{Context, Found, Reader, Response, parse},
    types::{AddressEntry, BodyStructure, BodyType, Envelope, FetchRef, Parameters, RowTables, StringRef},
};
use bytes::{Buf as _, BytesMut};

use super::{Result, parse::CHUNK, tally::Tally};

/// One response after the other from one buffer.
pub(super) fn oneshot(mut rows: &[u8]) -> Result<Tally> {
    let (mut reader, context, mut tables) = (Reader::default(), Context::default(), RowTables::new());
    let mut tally = Tally::default();
    while !rows.is_empty() {
        let Found::Response(length) = reader.next(rows)? else { return Err("no whole response".into()) };
        look_at_response(&parse(reader.text(rows, length), &context, &mut tables, &mut ()), &mut tally)?;
        rows = rows.get(length..).unwrap_or_default();
    }
    Ok(tally)
}

/// As they come from a socket.
pub(super) fn chunked(rows: &[u8]) -> Result<Tally> {
    in_chunks(rows, CHUNK, look_at_response)
}

/// Every response, of chunks of this size.
pub(super) fn in_chunks(
    octets: &[u8],
    size: usize,
    look: impl Fn(&Response<'_>, &mut Tally) -> Result<()>,
) -> Result<Tally> {
    let (mut reader, context, mut tables) = (Reader::default(), Context::default(), RowTables::new());
    let (mut input, mut tally) = (BytesMut::new(), Tally::default());
    for chunk in octets.chunks(size) {
        input.extend_from_slice(chunk);
        loop {
            match reader.next(&input)? {
                Found::Need(_) => break,
                Found::Response(length) => {
                    look(&parse(reader.text(&input, length), &context, &mut tables, &mut ()), &mut tally)?;
                    input.advance(length);
                }
                _ => return Err("a body where there is none".into()),
            }
        }
    }
    Ok(tally)
}

fn look_at_response(response: &Response<'_>, tally: &mut Tally) -> Result<()> {
    let Response::Fetch(row) = response else { return Err(format!("no row: {response:?}").into()) };
    look_at_row(row, tally)
}

/// Everything that a row holds.
pub(super) fn look_at_row(row: &FetchRef<'_>, tally: &mut Tally) -> Result<()> {
    tally.rows += 1;
    tally.uids += u64::from(row.uid().ok_or("no UID")?.get());
    tally.sizes += row.size().ok_or("no size")?.into_result()?;
    tally.flags += row.flags().ok_or("no flags")?.into_result()?.count() as u64;
    row.internal_date().ok_or("no date")?.into_result()?;
    tally.dates += 1;
    look_at_envelope(&row.envelope().ok_or("no envelope")?.into_result()?, tally);
    look_at_structure(&row.body_structure().ok_or("no structure")?.into_result()?, tally);
    Ok(())
}

fn look(text: Option<StringRef<'_>>, tally: &mut Tally) {
    if let Some(text) = text {
        tally.look(&text.bytes());
    }
}

fn look_at_envelope(envelope: &Envelope<'_>, tally: &mut Tally) {
    for text in [envelope.date(), envelope.subject(), envelope.in_reply_to(), envelope.message_id()] {
        look(text, tally);
    }
    let lists = [
        envelope.from(),
        envelope.sender(),
        envelope.reply_to(),
        envelope.to(),
        envelope.cc(),
        envelope.bcc(),
    ];
    for entry in lists.into_iter().flatten() {
        let AddressEntry::Mailbox(address) = entry else { continue };
        tally.addresses += 1;
        for text in [address.name, address.mailbox, address.host] {
            look(text, tally);
        }
    }
}

fn look_at_parameters(parameters: Parameters<'_>, tally: &mut Tally) {
    for (_, value) in parameters {
        tally.parameters += 1;
        look(value, tally);
    }
}

fn look_at_structure(part: &BodyStructure<'_>, tally: &mut Tally) {
    tally.parts += 1;
    look_at_parameters(part.parameters(), tally);
    if let Some(disposition) = part.disposition() {
        look(Some(disposition.kind), tally);
        look_at_parameters(disposition.parameters, tally);
    }
    look(part.id(), tally);
    look(part.description(), tally);
    tally.octets += part.octets().unwrap_or_default();
    match part.body_type() {
        BodyType::Multipart => {
            look(Some(part.subtype()), tally);
            part.parts().for_each(|part| look_at_structure(&part, tally));
        }
        BodyType::Message { envelope, body, lines } => {
            tally.lines += lines.unwrap_or_default();
            if let Some(envelope) = envelope {
                look_at_envelope(&envelope, tally);
            }
            look_at_structure(&body, tally);
        }
        BodyType::Text { lines } => {
            look(Some(part.subtype()), tally);
            tally.lines += lines.unwrap_or_default();
        }
        _ => look(Some(part.subtype()), tally),
    }
}
