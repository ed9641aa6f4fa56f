//! Messages that the builder makes, the same ones every time.

use anyrfc_mime::{
    DateTime,
    build::{Addresses, Builder, DispositionType, MultiPart, Notification, Part, Receiver},
};

use super::Case;
use crate::Result;

const MESSAGES: u64 = 200;

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or_default()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    fn octets(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<_> = (0..count).map(|_| self.pick(WORDS)).collect();
        words.join(" ")
    }

    /// Text in lines, some of them odd.
    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(12) {
            match self.below(12) {
                0 => text.push_str("From here"),
                1 => text.push('.'),
                2 => text.push_str("  indented, with a blank at the end "),
                3 => text.push_str(&"long ".repeat(250)),
                4 => text.push_str("-- "),
                5 => text.push_str("--boundary-like--"),
                6 => text.push_str("tab\tand = and =3D"),
                7 => {}
                _ => {
                    let count = 1 + self.below(14);
                    text.push_str(&self.words(count));
                }
            }
            text.push('\n');
        }
        text
    }

    fn mailbox(&mut self) -> (String, String) {
        (self.pick(NAMES).to_owned(), self.pick(ADDRESSES).to_owned())
    }

    fn file(&mut self) -> Part<'static> {
        let media_type = self.pick(&["application/pdf", "image/png", "application/octet-stream", "text/csv"]);
        let length = self.pick(&[0, 1, 2, 3, 56, 57, 58, 100, 3000]);
        let content = if media_type == "text/csv" { self.text().into_bytes() } else { self.octets(length) };
        Part::new(media_type, content).named(self.pick(FILES))
    }
}

const WORDS: &[&str] = &[
    "alpha",
    "Größe",
    "naïve",
    "日本語",
    "the",
    "a",
    "mail",
    "=?utf-8?q?not_a_word?=",
    "\"quoted\"",
    "(comment)",
    "x@y",
    "résumé",
    "Привет",
    "מייל",
    "😀",
    "semi;colon",
    "comma,",
    "back\\slash",
    "=20",
    "_",
    "?",
    "e\u{301}",
];

const NAMES: &[&str] = &[
    "",
    "Ann",
    "Ann Example",
    "Zoë Müller",
    "Smith, John",
    "O'Neil \"Bob\" (x)",
    "山田太郎",
    "Dr. A. B.",
    "x=?y?=",
    "A very long name that does not end soon and has to be folded somewhere between its many words",
    "Ein sehr länger Näme der ünbedingt kodiert und dann aüf mehrere kodierte Wörter verteilt wird",
];

const ADDRESSES: &[&str] = &[
    "ann@example.org",
    "bob.builder+tag@mail.example.com",
    "a@[192.0.2.1]",
    "\"john doe\"@example.net",
    "!#$%&'*+-/=?^_`{|}~@example.org",
    "UPPER.lower@Example.ORG",
];

const FILES: &[&str] = &[
    "a.txt",
    "Übersicht.pdf",
    "a b c.dat",
    "quote\".bin",
    "日本語のとても長いファイル名がここにあります、そしてまだ続きます.txt",
    "very-long-name-that-needs-to-be-continued-over-several-sections-because-it-is-longer-than-a-line.tar.gz",
    "semi;colon=equals'quote%percent*star.x",
    "back\\slash.txt",
];

/// The messages.
pub(super) fn cases() -> Result<Vec<Case>> {
    (0..MESSAGES).map(case).collect()
}

fn case(number: u64) -> Result<Case> {
    let numbers = &mut Numbers(number);
    let builder = if number % 20 == 19 { notification(numbers) } else { message(numbers, 0)? };
    let date = DateTime::from_unix(
        1_000_000_000 + i64::try_from(number)? * 86_477,
        numbers.pick(&[0, 60, -360, 345]),
    )?;
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let message = builder.date(date).message_id(format!("{number}@gen.example")).seed(seed).build()?;
    let receiver = Receiver::default().with_8bit(numbers.one_in(2));
    Ok(Case { name: format!("generated {number}"), octets: message.to_vec_for(receiver)? })
}

fn notification(numbers: &mut Numbers) -> Builder<'static> {
    let kind = numbers.pick(&[DispositionType::Displayed, DispositionType::Deleted]);
    Notification::new("joe@example.com", kind)
        .reporting_ua("pc.example.com", "Mailer 1.0")
        .original_message_id("<1@example.org>")
        .text(numbers.text())
        .to("ann@example.org")
        .subject(numbers.words(3))
}

fn message(numbers: &mut Numbers, depth: usize) -> Result<Builder<'static>> {
    let mut builder = Builder::new().from(numbers.mailbox()).subject({
        let count = numbers.pick(&[1, 3, 8, 30]);
        numbers.words(count)
    });
    for _ in 0..=numbers.below(4) {
        builder = builder.to(numbers.mailbox());
    }
    if numbers.one_in(3) {
        builder = builder.cc(vec![numbers.mailbox(), numbers.mailbox()]);
    }
    if numbers.one_in(4) {
        let members: Vec<_> = (0..numbers.below(3)).map(|_| numbers.mailbox()).collect();
        let mut group = Addresses::default();
        group.group(numbers.pick(&["Friends", "Größe, alle"]), members)?;
        builder = builder.cc(group);
    }
    if numbers.one_in(4) {
        builder = builder.sender("secretary@example.org").reply_to(numbers.mailbox());
    }
    if numbers.one_in(3) {
        builder = builder.in_reply_to("<q@example.org>").references("<p@example.org> <q@example.org>");
    }
    if numbers.one_in(5) {
        let many: Vec<_> = (0..30).map(|n| format!("<reference-number-{n}@example.org>")).collect();
        builder = builder.references(&many.join(" "));
    }
    if numbers.one_in(8) {
        return Ok(builder.body(multipart(numbers, depth)?));
    }
    builder = match numbers.below(4) {
        0 => builder.text(numbers.text()),
        1 => builder.html(format!("<p>{}</p>\n", numbers.text())),
        2 => builder.text(numbers.text()).html(format!("<p>{}</p>\n", numbers.text())),
        _ => builder.flowed_text(&numbers.text()),
    };
    if numbers.one_in(4) {
        builder =
            builder.html("<img src=\"cid:logo\">").inline("logo", Part::new("image/png", numbers.octets(80)));
    }
    if numbers.one_in(6) {
        builder = builder.calendar("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    }
    for _ in 0..numbers.pick(&[0, 0, 1, 2]) {
        builder = builder.attach(numbers.file());
    }
    if depth < 2 && numbers.one_in(5) {
        let date = DateTime::from_unix(1_100_000_000, 0)?;
        let inner = message(numbers, depth + 1)?.date(date).message_id(format!("inner-{depth}@gen.example"));
        builder = builder.attach(Part::message(inner.seed([depth as u8; 32]).build()?));
    }
    Ok(builder)
}

fn multipart(numbers: &mut Numbers, depth: usize) -> Result<MultiPart<'static>> {
    let mut multipart = MultiPart::new(numbers.pick(&["mixed", "alternative", "related", "x-unknown"]));
    for _ in 0..=numbers.below(3) {
        multipart = match numbers.below(if depth < 3 { 4 } else { 3 }) {
            0 => multipart.part(numbers.file().description(numbers.words(2))),
            1 => multipart.part(Part::text(numbers.text()).inline()),
            2 => multipart.part(Part::html(numbers.text()).param("x-a", numbers.words(2))),
            _ => multipart.part(self::multipart(numbers, depth + 1)?),
        };
    }
    Ok(multipart)
}
