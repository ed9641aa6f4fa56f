//! How the other parsers are used, and what is looked at in what they give.

use imap_codec::{
    ResponseCodec,
    decode::Decoder as _,
    fragmentizer::Fragmentizer,
    imap_types::{
        body::{self, SpecificFields},
        core::{IString, NString},
        envelope,
        fetch::MessageDataItem,
        response::{Data, Response},
    },
};
use imap_proto::AttributeValue;

use super::{Result, parse::CHUNK, tally::Tally};

/// imap-proto, one response after the other from one buffer.
pub(super) fn imap_proto(mut rows: &[u8]) -> Result<Tally> {
    let mut tally = Tally::default();
    while !rows.is_empty() {
        let (rest, response) =
            imap_proto::Response::parse(rows).map_err(|error| format!("imap-proto: {error}"))?;
        rows = rest;
        let imap_proto::Response::Fetch(_, items) = &response else { return Err("no row".into()) };
        look_at_attributes(items, &mut tally);
    }
    Ok(tally)
}

/// What imap-proto and async-imap give of a row.
pub(super) fn look_at_attributes(items: &[AttributeValue<'_>], tally: &mut Tally) {
    tally.rows += 1;
    for item in items {
        match item {
            AttributeValue::Uid(uid) => tally.uids += u64::from(*uid),
            AttributeValue::Rfc822Size(size) => tally.sizes += u64::from(*size),
            AttributeValue::Flags(flags) => tally.flags += flags.len() as u64,
            AttributeValue::InternalDate(_) => tally.dates += 1,
            AttributeValue::Envelope(envelope) => proto_envelope(envelope, tally),
            AttributeValue::BodyStructure(structure) => proto_structure(structure, tally),
            _ => {}
        }
    }
}

pub(super) fn proto_envelope(envelope: &imap_proto::Envelope<'_>, tally: &mut Tally) {
    let imap_proto::Envelope { date, subject, from, sender, reply_to, to, cc, bcc, in_reply_to, message_id } =
        envelope;
    for text in [date, subject, in_reply_to, message_id] {
        tally.look_at(text.as_deref());
    }
    for address in [from, sender, reply_to, to, cc, bcc].into_iter().flatten().flatten() {
        tally.addresses += 1;
        for text in [&address.name, &address.mailbox, &address.host] {
            tally.look_at(text.as_deref());
        }
    }
}

pub(super) fn proto_structure(structure: &imap_proto::BodyStructure<'_>, tally: &mut Tally) {
    use imap_proto::BodyStructure;

    tally.parts += 1;
    let (BodyStructure::Basic { common, .. }
    | BodyStructure::Text { common, .. }
    | BodyStructure::Message { common, .. }
    | BodyStructure::Multipart { common, .. }) = structure;
    let mut parameters = |list: &imap_proto::BodyParams<'_>| {
        for (_, value) in list.iter().flatten() {
            tally.parameters += 1;
            tally.look(value.as_bytes());
        }
    };
    parameters(&common.ty.params);
    if let Some(disposition) = &common.disposition {
        parameters(&disposition.params);
        tally.look(disposition.ty.as_bytes());
    }
    if !matches!(structure, BodyStructure::Message { .. }) {
        tally.look(common.ty.subtype.as_bytes());
    }
    match structure {
        BodyStructure::Basic { other, .. }
        | BodyStructure::Text { other, .. }
        | BodyStructure::Message { other, .. } => {
            tally.octets += u64::from(other.octets);
            tally.look_at(other.id.as_deref().map(str::as_bytes));
            tally.look_at(other.description.as_deref().map(str::as_bytes));
        }
        BodyStructure::Multipart { bodies, .. } => {
            bodies.iter().for_each(|part| proto_structure(part, tally))
        }
    }
    match structure {
        BodyStructure::Text { lines, .. } => tally.lines += u64::from(*lines),
        BodyStructure::Message { lines, envelope, body, .. } => {
            tally.lines += u64::from(*lines);
            proto_envelope(envelope, tally);
            proto_structure(body, tally);
        }
        _ => {}
    }
}

/// imap-codec, one response after the other from one buffer.
pub(super) fn imap_codec(mut rows: &[u8]) -> Result<Tally> {
    let codec = ResponseCodec::default();
    let mut tally = Tally::default();
    while !rows.is_empty() {
        let (rest, response) = codec.decode(rows).map_err(|error| format!("imap-codec: {error:?}"))?;
        rows = rest;
        look_at_response(&response, &mut tally)?;
    }
    Ok(tally)
}

/// imap-codec as it is meant to be used on a stream.
pub(super) fn fragmentizer(rows: &[u8]) -> Result<Tally> {
    chunked(rows, CHUNK, look_at_response)
}

/// Every response, of chunks of this size.
pub(super) fn chunked(
    octets: &[u8],
    size: usize,
    look: impl Fn(&Response<'_>, &mut Tally) -> Result<()>,
) -> Result<Tally> {
    let codec = ResponseCodec::default();
    let mut fragmentizer = Fragmentizer::new(8 << 20);
    let mut tally = Tally::default();
    for chunk in octets.chunks(size) {
        fragmentizer.enqueue_bytes(chunk);
        while fragmentizer.progress().is_some() {
            if fragmentizer.is_message_complete() {
                let response =
                    fragmentizer.decode_message(&codec).map_err(|error| format!("imap-codec: {error:?}"))?;
                look(&response, &mut tally)?;
            }
        }
    }
    Ok(tally)
}

pub(super) fn look_at_response(response: &Response<'_>, tally: &mut Tally) -> Result<()> {
    let Response::Data(Data::Fetch { items, .. }) = response else { return Err("no row".into()) };
    tally.rows += 1;
    for item in items.as_ref() {
        match item {
            MessageDataItem::Uid(uid) => tally.uids += u64::from(uid.get()),
            MessageDataItem::Rfc822Size(size) => tally.sizes += u64::from(*size),
            MessageDataItem::Flags(flags) => tally.flags += flags.len() as u64,
            MessageDataItem::InternalDate(_) => tally.dates += 1,
            MessageDataItem::Envelope(envelope) => codec_envelope(envelope, tally),
            MessageDataItem::BodyStructure(structure) => codec_structure(structure, tally),
            _ => {}
        }
    }
    Ok(())
}

fn nstring(text: &NString<'_>, tally: &mut Tally) {
    tally.look_at(text.0.as_ref().map(AsRef::as_ref));
}

fn codec_envelope(envelope: &envelope::Envelope<'_>, tally: &mut Tally) {
    let envelope::Envelope { date, subject, from, sender, reply_to, to, cc, bcc, in_reply_to, message_id } =
        envelope;
    for text in [date, subject, in_reply_to, message_id] {
        nstring(text, tally);
    }
    for address in [from, sender, reply_to, to, cc, bcc].into_iter().flatten() {
        tally.addresses += 1;
        for text in [&address.name, &address.mailbox, &address.host] {
            nstring(text, tally);
        }
    }
}

fn parameters(list: &[(IString<'_>, IString<'_>)], tally: &mut Tally) {
    for (_, value) in list {
        tally.parameters += 1;
        tally.look(value.as_ref());
    }
}

fn codec_structure(structure: &body::BodyStructure<'_>, tally: &mut Tally) {
    tally.parts += 1;
    let disposition = match structure {
        body::BodyStructure::Multi { bodies, subtype, extension_data } => {
            tally.look(subtype.as_ref());
            bodies.as_ref().iter().for_each(|part| codec_structure(part, tally));
            extension_data.as_ref().and_then(|data| {
                parameters(&data.parameter_list, tally);
                data.tail.as_ref()
            })
        }
        body::BodyStructure::Single { body, extension_data } => {
            let basic = &body.basic;
            parameters(&basic.parameter_list, tally);
            nstring(&basic.id, tally);
            nstring(&basic.description, tally);
            tally.octets += u64::from(basic.size);
            match &body.specific {
                SpecificFields::Basic { subtype, .. } => tally.look(subtype.as_ref()),
                SpecificFields::Text { subtype, number_of_lines } => {
                    tally.look(subtype.as_ref());
                    tally.lines += u64::from(*number_of_lines);
                }
                SpecificFields::Message { envelope, body_structure, number_of_lines } => {
                    tally.lines += u64::from(*number_of_lines);
                    codec_envelope(envelope, tally);
                    codec_structure(body_structure, tally);
                }
            }
            extension_data.as_ref().and_then(|data| data.tail.as_ref())
        }
    };
    if let Some((kind, list)) = disposition.and_then(|disposition| disposition.disposition.as_ref()) {
        tally.look(kind.as_ref());
        parameters(list, tally);
    }
}
