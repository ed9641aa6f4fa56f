//! Whole messages.

use anyrfc_mime::{Message, MimeLimits, parse::HeaderEdit, proto::BodyKind};

/// Reads `data` as a message, in every way there is, within usual limits and small ones.
pub fn message(data: &[u8]) {
    let mut small = MimeLimits::default();
    (small.depth, small.parts, small.headers, small.header, small.parameters, small.addresses) =
        (2, 4, 3, 40, 2, 2);
    for limits in [MimeLimits::default(), small] {
        read(data, limits);
    }
}

fn read(data: &[u8], limits: MimeLimits) {
    let message = Message::parse_within(data, limits);
    assert_eq!(message.raw(), data);
    assert_eq!(message.root().range(), 0..data.len());
    for entity in message.entities() {
        let (header, body) = (entity.header_range(), entity.body_range());
        assert!(header.end == body.start && body.end <= data.len());
        let mut at = header.start;
        for field in entity.headers() {
            assert!(field.range().start >= at && field.range().end <= header.end);
            at = field.range().end;
            let _ = (field.content(), field.text(), field.addresses(), field.date_time());
            let _ = (field.message_ids(), field.content_type(), field.content_disposition());
        }
        let mut at = body.start + entity.preamble().len();
        for child in entity.children() {
            assert!(child.range().start >= at && child.range().end <= body.end);
            at = child.range().end;
        }
        assert!(at + entity.epilogue().len() <= body.end);
        if let Some(name) = entity.safe_file_name() {
            assert!(!name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..");
        }
        let _ = (entity.body(), entity.text(), entity.signed(), entity.content_id(), entity.report());
        if let Some(inner) = entity.encoded_message() {
            assert!(inner.raw().len() <= data.len());
        }
        assert_eq!(entity.message().is_some(), entity.kind() == BodyKind::Message);
    }
    let shown = message.text_part().into_iter().chain(message.html_part()).count();
    let data_parts = message.entities().filter(|entity| entity.kind() != BodyKind::Multipart).count();
    assert!(shown + message.attachments().count() <= data_parts);
    let checked = message.check();
    assert!(checked.count() >= message.defects().count());
    assert_eq!(HeaderEdit::new(&message).to_bytes(), data);
    assert_eq!(message.clone().into_owned().raw(), data);
}
