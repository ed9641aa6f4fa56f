//! The parts of a message: which there are, and what is in one.

use std::borrow::Cow;

use anyrfc_imap::{BodyStructure, FetchItems, PartPath, Section, SectionText, Selected, StringRef, Uid};
use anyrfc_mime::{
    Defects, Message, TransferEncoding,
    codec::{Reading, base64, charset, content::transfer_encoding, quoted_printable, safe_file_name},
};
use serde::Serialize;

use super::describe::decoded;
use crate::{exit::Failure, terminal::plain};

/// A part, on a line.
#[derive(Debug, Serialize)]
pub(super) struct PartLine {
    part: String,
    #[serde(rename = "type")]
    media_type: String,
    octets: Option<u64>,
    encoding: Option<String>,
    disposition: Option<String>,
    name: Option<String>,
}

fn text(text: StringRef<'_>) -> String {
    text.text().to_ascii_lowercase()
}

/// The name of the file, as far as the structure tells.
fn name(part: &BodyStructure<'_>) -> Option<String> {
    let disposition = part.disposition();
    let plain = disposition.and_then(|disposition| disposition.filename()).or_else(|| part.parameter("name"));
    if let Some(name) = plain {
        return Some(decoded(name));
    }
    let extended = disposition.and_then(|disposition| disposition.parameters.value("filename*"));
    let extended = extended.or_else(|| part.parameter("name*"))?.text().into_owned();
    // RFC 2231, section 4: charset, language, and the text in percent-encoding.
    let mut fields = extended.splitn(3, '\'');
    let (label, encoded) = (fields.next()?, fields.nth(1)?);
    let octets = anyrfc_core::uri::percent_decode(encoded);
    Some(charset::decode(label, &octets, &mut Defects::default()).into_owned())
}

/// All parts, those within others too.
pub(super) fn lines(structure: &BodyStructure<'_>) -> Vec<PartLine> {
    let line = |(path, part): (PartPath, BodyStructure<'_>)| PartLine {
        part: path.to_string(),
        media_type: format!("{}/{}", text(part.media_type()), text(part.subtype())),
        octets: part.octets(),
        encoding: part.encoding().map(text),
        disposition: part.disposition().map(|disposition| text(disposition.kind)),
        name: name(&part),
    };
    structure.walk().map(line).collect()
}

impl PartLine {
    pub(super) fn heads() -> Vec<String> {
        ["UID", "PART", "TYPE", "OCTETS", "ENCODING", "NAME"].map(str::to_owned).into()
    }

    pub(super) fn cells(&self, uid: Uid) -> Vec<String> {
        let part = if self.part.is_empty() { "-" } else { &self.part };
        let octets = self.octets.map(|octets| octets.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| plain(text.as_deref().unwrap_or_default());
        vec![
            uid.get().to_string(),
            part.to_owned(),
            plain(&self.media_type),
            octets,
            text(&self.encoding),
            text(&self.name),
        ]
    }
}

/// What is to be known of a part before it is read.
#[derive(Debug)]
pub(super) struct About {
    pub(super) encoding: Option<TransferEncoding>,
    /// The name of a file that can be written safely.
    pub(super) file_name: Option<String>,
}

/// Asks the server; nothing where there is no such part.
pub(super) async fn about(
    mailbox: &mut Selected<'_>,
    uid: Uid,
    path: &PartPath,
) -> Result<Option<About>, Failure> {
    let mime = Section { part: path.clone(), text: SectionText::Mime };
    let mut items = FetchItems::new().body_structure().peek(mime.clone());
    let first = path.numbers().eq([1]);
    if first {
        items = items.peek(Section::header());
    }
    let mut rows = mailbox.fetch(uid, items)?;
    let mut about = None;
    while let Some(row) = rows.next().await? {
        let Some(structure) = row.body_structure() else { continue };
        let structure = structure.parsed();
        let part = structure.and_then(|structure| structure.part(path));
        if structure.is_some() && part.is_none() {
            continue;
        }
        // A message that is one part has the fields in its own header (RFC 9051, section 6.4.5.1).
        let alone = structure.is_some_and(|structure| !structure.is_multipart());
        let header = if first && alone { row.body_bytes(&Section::header()) } else { row.body_bytes(&mime) };
        let header: Cow<'_, [u8]> = header.unwrap_or_default();
        let described = Message::parse(&header);
        let told = part.and_then(|part| part.encoding()).and_then(|encoding| {
            let mut defects = Defects::default();
            transfer_encoding(&encoding.bytes(), &mut Reading::new(&mut defects))
        });
        let named = described.root().safe_file_name();
        let file_name = named.or_else(|| Some(safe_file_name(&name(&part?)?).into_owned()));
        about = Some(About { encoding: told.or_else(|| described.root().encoding()), file_name });
    }
    Ok(about)
}

/// Removes a transfer encoding, a piece at a time.
pub(super) enum Decoder {
    Identity,
    Base64(base64::Decoder),
    QuotedPrintable(quoted_printable::Decoder),
}

impl Decoder {
    pub(super) fn new(encoding: Option<TransferEncoding>) -> Self {
        match encoding {
            Some(TransferEncoding::Base64) => Self::Base64(base64::Decoder::new()),
            Some(TransferEncoding::QuotedPrintable) => {
                Self::QuotedPrintable(quoted_printable::Decoder::new())
            }
            _ => Self::Identity,
        }
    }

    pub(super) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        // What is damaged is read as well as it can be.
        let mut defects = Defects::default();
        match self {
            Self::Identity => out.extend_from_slice(octets),
            Self::Base64(decoder) => decoder.push(octets, out, &mut defects),
            Self::QuotedPrintable(decoder) => decoder.push(octets, out, &mut defects),
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        let mut defects = Defects::default();
        match self {
            Self::Identity => {}
            Self::Base64(decoder) => decoder.finish(out, &mut defects),
            Self::QuotedPrintable(decoder) => decoder.finish(out, &mut defects),
        }
    }
}
