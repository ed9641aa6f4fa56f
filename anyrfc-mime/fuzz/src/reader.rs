//! The push parser, beside reading all at once.

use anyrfc_mime::{
    Message, MimeLimits,
    proto::{BodyKind, Event, MimeReader},
};

/// What is known of an entity.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    parent: Option<usize>,
    start: u64,
    fields: Vec<(Vec<u8>, u64, usize)>,
    kind: Option<BodyKind>,
    body: u64,
    end: u64,
    data: Vec<u8>,
    preamble: Vec<u8>,
    epilogue: Vec<u8>,
}

/// Reads `data` in pieces of many sizes: the parts, fields, bodies and defects are those of
/// [`Message::parse`].
pub fn reader(data: &[u8]) {
    let mut small = MimeLimits::default();
    (small.depth, small.parts, small.headers, small.header) = (2, 4, 3, 40);
    for limits in [MimeLimits::default(), small] {
        let whole = of_message(&Message::parse_within(data, limits));
        for size in [1, 2, 3, 7, 61, 1460] {
            assert_eq!(of_reader(data, size, limits), whole, "in pieces of {size}");
        }
    }
}

fn of_message(message: &Message<'_>) -> (Vec<Seen>, Vec<String>) {
    let seen = message.entities().map(|entity| {
        let is_data = entity.kind() == BodyKind::Data;
        Seen {
            parent: entity.parent().map(|parent| parent.index()),
            start: entity.range().start as u64,
            fields: entity
                .headers()
                .map(|field| (field.value().to_vec(), field.range().start as u64, field.range().len()))
                .collect(),
            kind: Some(entity.kind()),
            body: entity.body_range().start as u64,
            end: entity.body_range().end as u64,
            data: if is_data { entity.raw_body().to_vec() } else { Vec::new() },
            preamble: entity.preamble().to_vec(),
            epilogue: entity.epilogue().to_vec(),
        }
    });
    (seen.collect(), message.defects().iter().map(ToString::to_string).collect())
}

fn of_reader(data: &[u8], size: usize, limits: MimeLimits) -> (Vec<Seen>, Vec<String>) {
    let (mut seen, mut defects): (Vec<Seen>, Vec<String>) = (Vec::new(), Vec::new());
    let mut take = |event: Event<'_>| match event {
        Event::PartStart { part, parent, offset } => {
            assert_eq!(part, seen.len());
            seen.push(Seen { parent, start: offset, ..Seen::default() });
        }
        Event::HeaderField(field) => {
            let last = seen.last_mut().expect("a part has begun");
            last.fields.push((field.value().to_vec(), field.offset(), field.length()));
        }
        Event::BodyStart { part, kind, offset, .. } => {
            (seen[part].kind, seen[part].body) = (Some(kind), offset);
        }
        Event::BodyChunk { part, data, .. } => seen[part].data.extend_from_slice(data),
        Event::Preamble { part, data, .. } => seen[part].preamble.extend_from_slice(data),
        Event::Epilogue { part, data, .. } => seen[part].epilogue.extend_from_slice(data),
        Event::PartEnd { part, offset } => seen[part].end = offset.max(seen[part].body),
        Event::Defect(defect) => defects.push(defect.to_string()),
        other => panic!("{other:?}"),
    };
    let mut reader = MimeReader::new(limits);
    for mut piece in data.chunks(size) {
        while let Some(event) = reader.next(&mut piece) {
            take(event);
        }
        assert!(piece.is_empty() && reader.held() <= limits.header.max(4096));
    }
    while let Some(event) = reader.finish() {
        take(event);
    }
    defects.truncate(anyrfc_mime::Defects::KEPT);
    (seen, defects)
}
