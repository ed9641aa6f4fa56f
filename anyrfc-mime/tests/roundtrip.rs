//! What is built is what is read: random messages, for every kind of receiver.

mod support;

use anyrfc_mime::{
    DateTime, Message,
    build::{Builder, Composed, Part, Receiver},
};
use support::Random;

/// Pieces of text in which things go wrong.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "hello",
    " ",
    "  ",
    "\t",
    "\u{fc}",
    "\u{df}",
    "\u{4f60}\u{597d}",
    "\u{1F600}",
    "=?",
    "?=",
    "=?utf-8?q?x?=",
    "\"",
    "\\",
    "(",
    ")",
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    "[",
    "]",
    ".",
    "_",
    "=",
    "=20",
    "%",
    "'",
    "*",
    "-",
    "--",
    "~",
    "/",
    "\u{300}",
    "\u{200f}",
    "\u{a0}",
    "x.test",
    "+",
    "#",
    "0",
    "supercalifragilisticexpialidocious",
];

fn pieces(random: &mut Random, most: usize) -> String {
    let count = random.below(most + 1);
    (0..count).map(|_| PIECES[random.below(PIECES.len())]).collect()
}

/// A text of several lines, whichever line breaks.
fn lines(random: &mut Random) -> String {
    let breaks = ["\n", "\r\n", "\r", "\n\n"];
    let count = random.below(8);
    let mut text: String =
        (0..count).map(|_| pieces(random, 30) + breaks[random.below(breaks.len())]).collect();
    if random.below(3) == 0 {
        text.push_str(&pieces(random, 10));
    }
    if random.below(10) == 0 {
        text.push_str(&"x".repeat(random.below(3000)));
    }
    text
}

fn canonical(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    unix.replace('\n', "\r\n")
}

fn octets(random: &mut Random) -> Vec<u8> {
    let count = random.below(400);
    (0..count).map(|_| random.below(256) as u8).collect()
}

const RECEIVERS: [Receiver; 5] = [
    Receiver::SEVEN_BIT,
    Receiver::SEVEN_BIT.with_8bit(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_utf8(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_binary(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_binary(true).with_utf8(true),
];

/// What a message is to be.
struct Model {
    author: String,
    recipients: Vec<(String, String)>,
    subject: String,
    comments: String,
    text: Option<String>,
    html: Option<String>,
    attachments: Vec<(String, Vec<u8>)>,
    streamed: Vec<Vec<u8>>,
}

impl Model {
    fn random(random: &mut Random) -> Self {
        let recipients =
            (0..random.below(6)).map(|n| (pieces(random, 8), format!("r{n}@example.com"))).collect();
        Self {
            author: pieces(random, 6),
            recipients,
            subject: pieces(random, 40),
            comments: pieces(random, 200),
            text: (random.below(3) > 0).then(|| lines(random)),
            html: (random.below(3) > 0).then(|| lines(random)),
            attachments: (0..random.below(3)).map(|_| (pieces(random, 20), octets(random))).collect(),
            streamed: (0..random.below(2)).map(|_| octets(random)).collect(),
        }
    }

    fn build(&self, streams: bool) -> Composed<'_> {
        let mut builder = Builder::new()
            .from((self.author.as_str(), "author@example.org"))
            .to(self.recipients.clone())
            .bcc("hidden@example.org")
            .subject(self.subject.as_str())
            .comments(self.comments.as_str())
            .date(DateTime::from_unix(1_000_000_000, 60).expect("a date"))
            .seed([3; 32]);
        if let Some(text) = &self.text {
            builder = builder.text(text.as_str());
        }
        if let Some(html) = &self.html {
            builder = builder.html(html.as_str());
        }
        for (name, octets) in &self.attachments {
            builder = builder.attach(Part::new("application/x-test", octets).named(name.as_str()));
        }
        for octets in self.streamed.iter().filter(|_| streams) {
            builder = builder.attach(Part::reader("application/x-stream", octets.as_slice()));
        }
        builder.build().expect("a message")
    }

    fn check(&self, raw: &[u8], streams: bool) {
        let message = Message::parse(raw);
        let shown = String::from_utf8_lossy(raw);
        assert!(message.defects().is_empty(), "{:?}\n{shown}", message.defects());
        // An encoded tab is read as a space: no control character comes out of an encoded-word.
        let spaced = |text: &str| text.replace('\t', " ");
        assert_eq!(spaced(&message.subject().unwrap_or_default()), spaced(&self.subject), "{shown}");
        let comments = message.header("Comments").expect("the field").text();
        assert_eq!(spaced(&comments), spaced(&self.comments), "{shown}");
        let mailbox = |mailbox: &anyrfc_mime::Mailbox| {
            (spaced(mailbox.name().unwrap_or_default()), mailbox.address().as_str().to_owned())
        };
        let authors: Vec<_> = message.from().mailboxes().map(mailbox).collect();
        assert_eq!(authors, [(spaced(&self.author), "author@example.org".to_owned())], "{shown}");
        let recipients: Vec<_> = message.to().mailboxes().map(mailbox).collect();
        let expected: Vec<_> =
            self.recipients.iter().map(|(name, address)| (spaced(name), address.clone())).collect();
        assert_eq!(recipients, expected, "{shown}");
        assert!(message.header("Bcc").is_none() && !shown.contains("hidden"));
        // A message that is text alone ends with a line break that the text may not have.
        let expect = |text: &String| canonical(text);
        let end = |text: &str| text.strip_suffix("\r\n").unwrap_or(text).to_owned();
        let (text, html) = (message.text_body(), message.html_body());
        assert_eq!(html.as_deref().map(end), self.html.as_ref().map(expect).as_deref().map(end), "{shown}");
        if self.text.is_some() || self.html.is_some() || !self.attachments.is_empty() {
            assert_eq!(
                text.as_deref().map(end),
                self.text.as_ref().map(expect).as_deref().map(end),
                "{shown}"
            );
        }
        let attachments: Vec<_> = message.attachments().collect();
        let streamed = if streams { self.streamed.len() } else { 0 };
        assert_eq!(attachments.len(), self.attachments.len() + streamed, "{shown}");
        for ((name, octets), part) in self.attachments.iter().zip(&attachments) {
            assert_eq!(part.filename().as_deref().unwrap_or_default(), name, "{shown}");
            assert_eq!(&*part.body(), octets.as_slice(), "{shown}");
        }
        for (octets, part) in self.streamed.iter().zip(attachments.iter().skip(self.attachments.len())) {
            assert_eq!(&*part.body(), octets.as_slice(), "{shown}");
        }
    }
}

/// What every message keeps to, whatever is in it.
fn check_form(raw: &[u8], receiver: Receiver) {
    let shown = String::from_utf8_lossy(raw);
    if !receiver.binary {
        assert!(raw.ends_with(b"\r\n"));
        for line in raw.split(|octet| *octet == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            assert!(line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0), "{shown}");
        }
        let bare =
            raw.iter().enumerate().any(|(at, octet)| *octet == b'\n' && (at == 0 || raw[at - 1] != b'\r'));
        assert!(!bare, "{shown}");
    }
    assert!(receiver.eight_bit || receiver.binary || raw.is_ascii(), "{shown}");
}

#[test]
fn built_messages_are_read_as_they_were_meant() {
    let mut random = Random::new(7);
    for _ in 0..300 {
        let model = Model::random(&mut random);
        for receiver in RECEIVERS {
            let raw = model.build(false).to_vec_for(receiver).expect("octets");
            check_form(&raw, receiver);
            model.check(&raw, false);
        }
    }
}

#[test]
fn the_writer_writes_the_same() {
    let mut random = Random::new(8);
    for _ in 0..80 {
        let model = Model::random(&mut random);
        for receiver in RECEIVERS {
            let mut pieces = Vec::new();
            let mut writer = model.build(true).into_writer(receiver).expect("a writer");
            while writer.next_chunk(&mut pieces).expect("a chunk") {}
            check_form(&pieces, receiver);
            model.check(&pieces, true);
            let whole = model.build(false).to_vec_for(receiver).expect("octets");
            let mut pieces = Vec::new();
            let mut writer = model.build(false).into_writer(receiver).expect("a writer");
            std::io::Read::read_to_end(&mut writer, &mut pieces).expect("read");
            assert_eq!(whole, pieces);
        }
    }
}

/// Anything at all: refused, or written so that it is what it was.
#[test]
fn hostile_values_are_refused_or_written() {
    const EVIL: &[&str] = &[
        "\r",
        "\n",
        "\r\n",
        "\0",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\r\nBcc: x@evil.test",
        "\r\n\r\n",
        "\u{1b}",
        "\u{b}",
        " ",
        "\r\n ",
        "--",
        "\"",
        "<",
        ">",
        "@",
        ",",
        ";",
        ":",
        "\\",
        "a",
        "=?",
        "?=",
        "x.test",
        "(",
        ")",
        "[",
        "]",
        "\u{fc}",
    ];
    let mut random = Random::new(9);
    let mut built = 0;
    for _ in 0..3000 {
        let mut evil = || -> String {
            let count = 1 + random.below(5);
            (0..count).map(|_| EVIL[random.below(EVIL.len())]).collect()
        };
        let (a, b, c, d, e, f, g, h) = (evil(), evil(), evil(), evil(), evil(), evil(), evil(), evil());
        let base = || Builder::new().from("ann@example.org").seed([1; 32]);
        let attempts = [
            base().to(a.as_str()),
            base().to((b.as_str(), "b@c.test")),
            base().to(("", format!("{c}@c.test"))),
            base().subject(d.as_str()),
            base().message_id(e.as_str()),
            base().attach(Part::new(f.as_str(), b"x").named(g.as_str())),
            base().attach(Part::new("a/b", b"x").description(f.as_str()).content_id(g.as_str())),
            base().attach(Part::new("a/b", b"x").param(f.as_str(), g.as_str())),
            base().field(h.as_str(), a.as_str()),
            base().references(h.as_str()).in_reply_to(a.as_str()),
            base().keywords([b.as_str()]).comments(c.as_str()),
        ];
        for attempt in attempts {
            let Ok(message) = attempt.build() else { continue };
            let Ok(raw) = message.to_vec() else { continue };
            built += 1;
            let shown = String::from_utf8_lossy(&raw);
            let parsed = Message::parse(&raw);
            assert!(parsed.header("Bcc").is_none(), "{shown}");
            for header in parsed.headers() {
                let known = [
                    "Date",
                    "From",
                    "To",
                    "Subject",
                    "Message-ID",
                    "MIME-Version",
                    "Content-Type",
                    "References",
                ];
                let more = ["In-Reply-To", "Keywords", "Comments"];
                let content =
                    ["Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description"];
                let fine = [&known[..], &more, &content].iter().any(|names| names.contains(&header.name()));
                let fine = fine || header.name() == h;
                assert!(fine, "{shown}");
            }
            assert!(parsed.to().mailboxes().count() <= a.matches(',').count() + 1, "{shown}");
            check_form(&raw, Receiver::SEVEN_BIT);
        }
    }
    assert!(built > 500, "only {built} of them could be built");
}
