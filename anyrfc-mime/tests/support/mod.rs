//! What several tests need: transcripts of readers, and messages out of a seed.
#![allow(dead_code, reason = "each test uses a part of it")]

use anyrfc_mime::{
    Message, MimeLimits,
    proto::{BodyKind, Event, MimeReader, State},
};

/// All that a reader told, chunks that follow one another joined.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Transcript {
    pub(crate) lines: Vec<String>,
    /// The states it went through.
    pub(crate) states: Vec<State>,
    /// The most that was held.
    pub(crate) held: usize,
    open: Option<(&'static str, usize, u64, Vec<u8>)>,
}

impl Transcript {
    fn flush(&mut self) {
        if let Some((what, part, offset, data)) = self.open.take() {
            self.lines.push(format!("{what} {part} at {offset}: {}", data.escape_ascii()));
        }
    }

    fn chunk(&mut self, what: &'static str, part: usize, data: &[u8], offset: u64) {
        assert!(!data.is_empty(), "an empty chunk");
        match &mut self.open {
            Some((same, same_part, start, before)) if (*same, *same_part) == (what, part) => {
                assert_eq!(*start + before.len() as u64, offset, "chunks follow one another");
                before.extend_from_slice(data);
            }
            _ => {
                self.flush();
                self.open = Some((what, part, offset, data.to_vec()));
            }
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::BodyChunk { part, data, offset } => return self.chunk("body", part, data, offset),
            Event::Preamble { part, data, offset } => return self.chunk("preamble", part, data, offset),
            Event::Epilogue { part, data, offset } => return self.chunk("epilogue", part, data, offset),
            _ => self.flush(),
        }
        self.lines.push(match event {
            Event::HeaderField(field) => format!(
                "field {} at {} of {}: {}",
                field.name(),
                field.offset(),
                field.length(),
                field.raw().escape_ascii()
            ),
            other => format!("{other:?}"),
        });
    }
}

/// Feeds `data` in pieces of `size`.
pub(crate) fn transcript(data: &[u8], size: usize, limits: MimeLimits) -> Transcript {
    let mut transcript = Transcript::default();
    let mut reader = MimeReader::new(limits);
    let mut state = reader.state();
    transcript.states.push(state);
    for mut piece in data.chunks(size.max(1)) {
        while let Some(event) = reader.next(&mut piece) {
            transcript.take(event);
            if reader.state() != state {
                state = reader.state();
                transcript.states.push(state);
            }
        }
        assert!(piece.is_empty(), "nothing is left over");
        transcript.held = transcript.held.max(reader.held());
    }
    while let Some(event) = reader.finish() {
        transcript.take(event);
    }
    transcript.flush();
    assert_eq!(reader.state(), State::End);
    transcript
}

/// What [`transcript`] would say, out of the tables of a message.
pub(crate) fn of_message(message: &Message<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for entity in message.entities() {
        lines.push(format!(
            "start {} in {:?} at {}",
            entity.index(),
            entity.parent().map(|p| p.index()),
            entity.range().start
        ));
        for header in entity.headers() {
            lines.push(format!(
                "field {} at {} of {}",
                header.name(),
                header.range().start,
                header.range().len()
            ));
        }
        let (body, raw) = (entity.body_range(), entity.raw_body());
        lines.push(format!(
            "body {:?} {:?} at {} to {}",
            entity.kind(),
            entity.encoding(),
            body.start,
            body.end
        ));
        if entity.kind() == BodyKind::Data {
            lines.push(format!("data {}", raw.escape_ascii()));
        } else {
            lines.push(format!(
                "around {} {}",
                entity.preamble().escape_ascii(),
                entity.epilogue().escape_ascii()
            ));
        }
    }
    lines.extend(message.defects().iter().map(ToString::to_string));
    lines
}

/// What [`of_message`] would say, out of a push parser that is fed in pieces of `size`.
pub(crate) fn of_reader(data: &[u8], size: usize, limits: MimeLimits) -> Vec<String> {
    #[derive(Default)]
    struct Seen {
        lines: Vec<String>,
        kind: Option<BodyKind>,
        body: (String, u64, u64),
        data: Vec<u8>,
        around: [Vec<u8>; 2],
    }
    let (mut all, mut defects): (Vec<Seen>, Vec<String>) = (Vec::new(), Vec::new());
    let mut take = |event: Event<'_>| match event {
        Event::PartStart { part, parent, offset } => {
            assert_eq!(part, all.len());
            let line = format!("start {part} in {parent:?} at {offset}");
            all.push(Seen { lines: vec![line], ..Seen::default() });
        }
        Event::HeaderField(field) => {
            let line = format!("field {} at {} of {}", field.name(), field.offset(), field.length());
            all.last_mut().unwrap().lines.push(line);
        }
        Event::BodyStart { part, kind, encoding, offset } => {
            all[part].kind = Some(kind);
            all[part].body = (format!("body {kind:?} {encoding:?}"), offset, offset);
        }
        Event::BodyChunk { part, data, .. } => all[part].data.extend_from_slice(data),
        Event::Preamble { part, data, .. } => all[part].around[0].extend_from_slice(data),
        Event::Epilogue { part, data, .. } => all[part].around[1].extend_from_slice(data),
        Event::PartEnd { part, offset } => all[part].body.2 = offset.max(all[part].body.1),
        Event::Defect(defect) => defects.push(defect.to_string()),
        other => panic!("{other:?}"),
    };
    let mut reader = MimeReader::new(limits);
    for mut piece in data.chunks(size.max(1)) {
        while let Some(event) = reader.next(&mut piece) {
            take(event);
        }
    }
    while let Some(event) = reader.finish() {
        take(event);
    }
    let mut lines = Vec::new();
    for seen in all {
        lines.extend(seen.lines);
        let (what, start, end) = seen.body;
        lines.push(format!("{what} at {start} to {end}"));
        let [preamble, epilogue] = &seen.around;
        lines.push(match seen.kind {
            Some(BodyKind::Data) => format!("data {}", seen.data.escape_ascii()),
            _ => format!("around {} {}", preamble.escape_ascii(), epilogue.escape_ascii()),
        });
    }
    lines.extend(defects);
    lines
}

/// Numbers out of a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Pieces of which messages, good and bad, are made.
const PIECES: &[&str] = &[
    "Subject: x\r\n",
    "Content-Type: multipart/mixed; boundary=a\r\n",
    "Content-Type: multipart/digest; boundary=\"b\"\r\n",
    "content-type: multipart/alternative;\r\n boundary=\"aa\"\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: text/plain\n",
    "Content-Type: multipart/mixed\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: x\r\n",
    "To : y\r\n z\r\n\tw\r\n",
    "no field\r\n",
    "\r\n",
    "\n",
    "\r",
    "--a\r\n",
    "--a--\r\n",
    "\r\n--a\r\n",
    "\r\n--a--\r\n",
    "\n--b\n",
    "--b--",
    "--aa \t\r\n",
    "--aa--x\r\n",
    "-",
    "--",
    "--ab\r\n",
    "text",
    "\r\n-\r\n--\r\n",
    "From x\r\n",
    "\u{feff}",
    " ",
    ":",
    "a:",
    "\0",
];

/// A message, or something like one.
pub(crate) fn message(random: &mut Random) -> Vec<u8> {
    let mut data = Vec::new();
    if random.below(2) == 0 {
        data.extend_from_slice(PIECES[1 + random.below(4)].as_bytes());
        data.extend_from_slice(b"\r\n");
    }
    for _ in 0..random.below(24) {
        data.extend_from_slice(random.pick(PIECES).as_bytes());
    }
    data
}
