//! Reading: everything that people look at is decoded, and counted, by everybody.

use std::{cell::RefCell, hint::black_box};

use anyrfc_mime::{Defects, Message, codec::base64, parse::Entity, proto::BodyKind};
use mailparse::{DispositionType, MailAddr, MailHeaderMap as _, ParsedMail, body::Body};

use super::{
    Result,
    corpus::{self, Tally},
    newest::Newest,
    timed, title,
};
use crate::row::{Contestant, Effort, Row, Sample, Who, measure};

/// The rows; each is measured over all of its messages.
const ROWS: &[(&str, usize)] =
    &[("parse-small", 200), ("parse-attachment-13m", 30), ("decode-base64-13m", 30)];

/// Reads one message.
type Reader = fn(&[u8], &mut Tally);

const OURS: (&str, Reader, Reader) = ("ours", ours, our_base64);
const PEERS: &[(&str, Reader, Reader)] =
    &[("mail-parser 0.11", mail_parser, mail_parser_base64), ("mailparse", mailparse, mailparse_base64)];

pub(super) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let wanted: Vec<_> = ROWS.iter().filter(|(name, _)| name.starts_with(wanted)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (small, large) = (corpus::small(), [corpus::large()]);
    let newest = RefCell::new(Newest::start()?);
    let mut rows = Vec::new();
    for &&(name, full) in &wanted {
        eprintln!("  {name}");
        let count = effort.operations(full).max(1);
        let messages: &[Vec<u8>] = if name == "parse-small" { &small } else { &large };
        let expected = tally(messages, reader(OURS, name));
        let run = |reader: Reader| move || round_of(messages, reader, count, expected);
        let mut contestants = vec![Contestant::new(Who::Ours, run(reader(OURS, name)))];
        for &peer in PEERS {
            contestants.push(Contestant::new(Who::Peer(peer.0), run(reader(peer, name))));
        }
        let theirs = || newest.borrow_mut().round(name, count, expected);
        contestants.push(Contestant::new(Who::Peer("mail-parser 1.0"), theirs));
        let octets: usize = messages.iter().map(Vec::len).sum();
        contestants.push(Contestant::new(Who::Limit("copy in memory"), move || {
            let mut copy = Vec::with_capacity(octets);
            timed(count * messages.len(), || {
                for _ in 0..count {
                    for message in messages {
                        copy.clear();
                        copy.extend_from_slice(black_box(message));
                        black_box(&copy);
                    }
                }
                Ok(())
            })
        }));
        let mut row = measure(title(name), effort, &mut contestants)?;
        row.notes = vec![
            "mail-parser 1.0 runs in a process of its own, built with --ignore-rust-version",
            "mail-parser reads Received and the like as well while it parses; nobody looks at them",
        ];
        rows.push(row);
    }
    Ok(rows)
}

fn reader(who: (&str, Reader, Reader), row: &str) -> Reader {
    if row == "decode-base64-13m" { who.2 } else { who.1 }
}

fn tally(messages: &[Vec<u8>], read: Reader) -> Tally {
    let mut tally = Tally::default();
    messages.iter().for_each(|message| read(message, &mut tally));
    tally
}

fn round_of(messages: &[Vec<u8>], read: Reader, count: usize, expected: Tally) -> Result<Sample> {
    let mut seen = Tally::default();
    let sample = timed(count * messages.len(), || {
        for _ in 0..count {
            seen = tally(messages, read);
        }
        Ok(())
    })?;
    agree(seen, expected)?;
    Ok(sample)
}

/// Whether somebody saw what we see.
pub(super) fn agree(seen: Tally, expected: Tally) -> Result<()> {
    if seen == expected { Ok(()) } else { Err(format!("saw {seen:?} instead of {expected:?}").into()) }
}

/// One round, for a profiler.
pub(super) fn round(who: &str, row: &str, count: usize) -> Result<()> {
    let found = std::iter::once(&OURS).chain(PEERS).find(|found| found.0 == who).ok_or("who is that?")?;
    let messages = if row == "parse-small" { corpus::small() } else { vec![corpus::large()] };
    for _ in 0..count {
        black_box(tally(&messages, reader(*found, row)));
    }
    Ok(())
}

fn length(text: &str) -> u64 {
    black_box(text).len() as u64
}

fn ours(octets: &[u8], tally: &mut Tally) {
    let message = Message::parse(octets);
    for list in [message.from(), message.to(), message.cc(), message.reply_to()] {
        for mailbox in list.mailboxes() {
            tally.mailboxes += 1;
            tally.addresses +=
                length(mailbox.name().unwrap_or_default()) + length(mailbox.address().as_str());
        }
    }
    tally.subjects += message.subject().map_or(0, |subject| length(&subject));
    tally.dates += message.date().map_or(0, |date| date.unix_timestamp());
    tally.ids += message.message_id().map_or(0, |id| length(id.as_str()));
    tally.ids += message.references().iter().map(|id| length(id.as_str())).sum::<u64>();
    message.entities().for_each(|entity| our_part(&entity, tally));
}

fn our_part(entity: &Entity<'_>, tally: &mut Tally) {
    if entity.kind() != BodyKind::Data {
        return;
    }
    tally.names += entity.filename().map_or(0, |name| length(&name));
    match entity.text() {
        Some(text) => tally.text += length(&text),
        None => tally.binary += black_box(&entity.body()).len() as u64,
    }
}

fn our_base64(octets: &[u8], tally: &mut Tally) {
    let decoded = base64::decode(encoded(octets), &mut Defects::new());
    tally.binary += black_box(&decoded).len() as u64;
}

/// The base64 of the large message.
fn encoded(octets: &[u8]) -> &[u8] {
    let marker = b"base64\r\n\r\n";
    let head = octets.get(..8192).unwrap_or(octets);
    let at = head.windows(marker.len()).position(|window| window == marker).map_or(0, |at| at + marker.len());
    let end = "------=_Part_large--\r\n".len();
    octets.get(at..octets.len().saturating_sub(end)).unwrap_or_default()
}

fn mail_parser(octets: &[u8], tally: &mut Tally) {
    use mail_parser::{MessageParser, MimeHeaders as _, PartType};

    let Some(message) = MessageParser::default().parse(octets) else { return };
    for address in [message.from(), message.to(), message.cc(), message.reply_to()].into_iter().flatten() {
        for mailbox in address.iter() {
            tally.mailboxes += 1;
            tally.addresses += length(mailbox.name().unwrap_or_default());
            tally.addresses += length(mailbox.address().unwrap_or_default());
        }
    }
    tally.subjects += length(message.subject().unwrap_or_default());
    tally.dates += message.date().map_or(0, |date| date.to_timestamp());
    tally.ids += length(message.message_id().unwrap_or_default());
    tally.ids += message.references().as_text_list().map_or(0, |ids| ids.iter().map(|id| length(id)).sum());
    for part in &message.parts {
        tally.names += length(part.attachment_name().unwrap_or_default());
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => tally.text += length(text),
            PartType::Binary(body) | PartType::InlineBinary(body) => {
                tally.binary += black_box(body).len() as u64
            }
            PartType::Message(_) | PartType::Multipart(_) => {}
        }
    }
}

fn mail_parser_base64(octets: &[u8], tally: &mut Tally) {
    let decoded = mail_parser::decoders::base64::base64_decode(encoded(octets)).unwrap_or_default();
    tally.binary += black_box(&decoded).len() as u64;
}

fn mailparse(octets: &[u8], tally: &mut Tally) {
    let Ok(message) = mailparse::parse_mail(octets) else { return };
    for name in ["From", "To", "Cc", "Reply-To"] {
        let Some(header) = message.headers.get_first_header(name) else { continue };
        let Ok(list) = mailparse::addrparse_header(header) else { continue };
        for address in list.iter() {
            let singles = match address {
                MailAddr::Single(single) => std::slice::from_ref(single),
                MailAddr::Group(group) => &group.addrs,
            };
            for single in singles {
                tally.mailboxes += 1;
                tally.addresses +=
                    length(single.display_name.as_deref().unwrap_or_default()) + length(&single.addr);
            }
        }
    }
    let value = |name: &str| message.headers.get_first_value(name).unwrap_or_default();
    tally.subjects += length(&value("Subject"));
    tally.dates += mailparse::dateparse(&value("Date")).unwrap_or_default();
    for name in ["Message-ID", "References"] {
        let ids = mailparse::msgidparse(&value(name));
        tally.ids += ids.map_or(0, |ids| ids.iter().map(|id| length(id)).sum());
    }
    mailparse_part(&message, tally);
}

fn mailparse_part(part: &ParsedMail<'_>, tally: &mut Tally) {
    if !part.subparts.is_empty() {
        part.subparts.iter().for_each(|part| mailparse_part(part, tally));
        return;
    }
    let disposition = part.get_content_disposition();
    if matches!(disposition.disposition, DispositionType::Attachment) || !disposition.params.is_empty() {
        tally.names += length(disposition.params.get("filename").map_or("", String::as_str));
    }
    if part.ctype.mimetype.starts_with("text/") {
        tally.text += part.get_body().map_or(0, |text| length(&text));
    } else {
        tally.binary += part.get_body_raw().map_or(0, |body| black_box(&body).len() as u64);
    }
}

fn mailparse_base64(octets: &[u8], tally: &mut Tally) {
    let Ok(message) = mailparse::parse_mail(octets) else { return };
    let Some(part) = message.subparts.get(1) else { return };
    if let Body::Base64(body) = part.get_body_encoded() {
        tally.binary += body.get_decoded().map_or(0, |body| black_box(&body).len() as u64);
    }
}
