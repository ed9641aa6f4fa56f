//! The two hundred messages that every peer is given, and what must be left of each.

use anyrfc_mime::build::{Builder, Part, Receiver};
use bytes::Bytes;

use super::{DOMAIN, EAI_USER, USERS};
use crate::Result;

/// How many there are.
pub(super) const COUNT: usize = 200;

/// How large the largest is, at least.
const LARGEST: usize = 30_000_000;

/// A message, and its envelope.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) name: String,
    /// Nobody else has this reverse path.
    pub(super) sender: String,
    pub(super) recipient: String,
    pub(super) octets: Bytes,
}

impl Letter {
    /// One with a name and octets of its own.
    pub(super) fn new(name: impl Into<String>, id: &str, octets: impl Into<Bytes>) -> Self {
        Self {
            name: name.into(),
            sender: format!("{id}@sender.test"),
            recipient: format!("{}@{DOMAIN}", USERS[0].0),
            octets: octets.into(),
        }
    }

    /// The same to somebody who needs SMTPUTF8.
    fn international(mut self) -> Self {
        self.recipient = EAI_USER.to_owned();
        self
    }

    /// The same once more, which is another message.
    pub(super) fn again(&self, word: &str) -> Self {
        Self { sender: format!("{word}-{}", self.sender), ..self.clone() }
    }

    /// The same of the body alone, for a peer that keeps nothing else as it was.
    pub(super) fn check_body(&self, stored: &[u8]) -> Result<()> {
        let sent = canonical(&self.octets);
        let header = header(&sent).len();
        let begin = if sent.starts_with(b"\r\n") { 2 } else { (header + 4).min(sent.len()) };
        let body = sent.get(begin..).unwrap_or_default();
        if body == stored {
            return Ok(());
        }
        let same = body.iter().zip(stored).take_while(|(a, b)| a == b).count();
        Err(format!("of {} octets {} are stored, the first {same} alike", body.len(), stored.len()).into())
    }

    /// What is left of it where a header always ends with an empty line.
    pub(super) fn with_header_ended(&self) -> Self {
        let mut octets = canonical(&self.octets);
        if !octets.starts_with(b"\r\n") && !octets.windows(4).any(|four| four == b"\r\n\r\n") {
            octets.extend_from_slice(b"\r\n");
        }
        Self { octets: octets.into(), ..self.clone() }
    }

    /// Whether it can be sent only with SMTPUTF8.
    pub(super) fn needs_utf8(&self) -> bool {
        let header = header(&self.octets);
        !(self.sender.is_ascii() && self.recipient.is_ascii() && header.is_ascii())
    }

    /// What is stored is what was sent, every line of it ended by CRLF, after fields that servers
    /// prepend.
    pub(super) fn check(&self, stored: &[u8]) -> Result<()> {
        let sent = canonical(&self.octets);
        let Some(before) = stored.strip_suffix(&*sent) else {
            let same = stored.iter().rev().zip(sent.iter().rev()).take_while(|(a, b)| a == b).count();
            let around = |octets: &[u8]| {
                let end = octets.len().saturating_sub(same.saturating_sub(20));
                String::from_utf8_lossy(&octets[end.saturating_sub(60)..end]).into_owned()
            };
            return Err(format!(
                "{} octets were sent and {} stored, the last {same} alike; stored {:?} and sent {:?}",
                sent.len(),
                stored.len(),
                around(stored),
                around(&sent)
            )
            .into());
        };
        // What is not a field ends the header that the peer has made.
        let before = match before.strip_suffix(b"\r\n\r\n") {
            Some(fields) if !begins_with_field(&sent) => &before[..fields.len() + 2],
            _ => before,
        };
        let lines = before.split_inclusive(|&octet| octet == b'\n');
        let mut lines = lines.map(|line| line.strip_suffix(b"\r\n"));
        let prepended = lines.all(|line| line.is_some_and(is_prepended));
        if prepended {
            return Ok(());
        }
        Err(format!("before it there is {:?}", String::from_utf8_lossy(before)).into())
    }
}

/// Whether a line may stand before what was sent: a field that servers prepend, or more of one.
fn is_prepended(line: &[u8]) -> bool {
    const NAMES: &[&str] =
        &["return-path", "delivered-to", "received", "x-original-to", "envelope-to", "delivery-date"];
    if line.first().is_some_and(|octet| matches!(octet, b' ' | b'\t')) {
        return true;
    }
    let Some(end) = line.iter().position(|&octet| octet == b':') else { return false };
    NAMES.iter().any(|name| line[..end].eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether the first line is a field of a header, or the end of one without any.
fn begins_with_field(octets: &[u8]) -> bool {
    let line = octets.split(|&octet| octet == b'\n').next().unwrap_or_default().trim_ascii_end();
    let name = line.split(|&octet| octet == b':').next().unwrap_or_default();
    line.is_empty() || (name.len() < line.len() && name.iter().all(u8::is_ascii_graphic))
}

/// Everything before the first empty line.
fn header(octets: &[u8]) -> &[u8] {
    let end = octets.windows(4).position(|four| four == b"\r\n\r\n");
    &octets[..end.unwrap_or(octets.len())]
}

/// The same octets with CRLF where a CR or an LF is alone, and at the end.
pub(super) fn canonical(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + 2);
    let mut octets = octets.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' => {
                octets.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or_default()
    }

    /// One of these.
    fn choose<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A text of this many octets, in lines of up to `width`.
    fn text(&mut self, octets: usize, width: usize) -> String {
        let mut text = String::with_capacity(octets + 80);
        while text.len() < octets {
            let length = 1 + self.below(width);
            text.extend((0..length).map(|_| *self.choose(&LETTERS)));
            text.push_str("\r\n");
        }
        text
    }
}

/// What texts are made of; a dot is often the first.
const LETTERS: [char; 16] = ['.', '.', 'a', 'e', 'n', 'r', 's', 't', ' ', ' ', '-', '=', '>', '0', 'F', '\t'];

/// What ends a message for somebody who takes more than CRLF for the end of a line, and in pieces.
const SMUGGLERS: [&str; 10] = [
    "\n.\n",
    "\r.\r",
    "\n.\r\n",
    "\r\n.\n",
    "\r\n.\r",
    "\r.\r\n",
    "\n.\r",
    "\r.\n",
    "\r\n\r.\r\n",
    "\n\n.\n\n",
];

/// Dots in places where they mean something, or do not.
const DOTS: [&str; 15] = [
    ".\r\n",
    "..\r\n",
    "\r\n.\r\n",
    "\r\n..\r\n",
    "\r\n.\r\n.\r\n.\r\n",
    ".a\r\n..b\r\n...c\r\n",
    "a.\r\n",
    "a\r\n.",
    "a\r\n..",
    ". \r\n",
    ".\t.\r\n",
    "a\r\n.\r\nQUIT\r\n",
    ".\r\n\r\n.\r\n",
    "\r\n.\r\r\n",
    ".\n.\n.\n",
];

/// Messages of which there is hardly anything.
const SMALL: [(&str, &str); 10] = [
    ("an empty line", "\r\n"),
    ("one field", "Subject:\r\n"),
    ("one field, and the end of the header", "Subject: x\r\n\r\n"),
    ("one octet", "Subject: x\r\n\r\na"),
    ("two empty lines", "Subject: x\r\n\r\n\r\n"),
    ("a blank", "Subject: x\r\n\r\n \r\n"),
    ("no field", "\r\nonly a text\r\n"),
    ("a tabulator", "Subject: x\r\n\r\n\t\r\n\r\n"),
    ("a folded field", "Subject: x\r\n\ty\r\n\r\n"),
    ("an empty field", "X-Empty:\r\n\r\n"),
];

/// Says that there are octets beyond ASCII.
pub(super) const LABEL: &str = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
                                Content-Transfer-Encoding: 8bit\r\n";

/// All of them.
pub(super) fn all() -> Result<Vec<Letter>> {
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    let mut letters = Vec::with_capacity(COUNT);
    let mut add = |kind: &str, number: usize, octets: Vec<u8>| {
        letters.push(Letter::new(format!("{kind} {number}"), &format!("{kind}-{number}"), octets));
    };
    for (number, (_, text)) in SMALL.iter().enumerate() {
        add("small", number, text.as_bytes().to_vec());
    }
    for (number, dots) in DOTS.iter().enumerate() {
        add("dots", number, format!("Subject: dots\r\n\r\n{dots}").into_bytes());
        add("dots-amid", number, format!("Subject: dots\r\n\r\nbefore\r\n{dots}after\r\n").into_bytes());
    }
    for (number, end) in SMUGGLERS.iter().enumerate() {
        let inner = format!(
            "MAIL FROM:<smuggler@sender.test>\r\nRCPT TO:<{}@{DOMAIN}>\r\nDATA\r\nSubject: inner\r\n\r\nx\r\n.\r\n",
            USERS[0].0
        );
        add("smuggling", number, format!("Subject: outer\r\n\r\nbefore{end}{inner}after\r\n").into_bytes());
    }
    // Up to the longest line that there may be, and that one.
    for (number, width) in [1, 2, 76, 78, 79, 500, 990, 996, 997, 998].into_iter().enumerate() {
        let line = format!(".{}", "x".repeat(width - 1));
        let lines = format!("Subject: lines\r\n\r\n{line}\r\n{line}\r\n");
        add("lines", number, lines.into_bytes());
        let text = numbers.text(8_000, width);
        add("lines-of-many", number, format!("Subject: lines\r\n\r\n{text}").into_bytes());
    }
    for number in 0..30 {
        let size = [0, 1, 100, 1_000, 4_095, 4_096, 4_097, 16_384, 65_536, 200_000][number % 10];
        let text = numbers.text(size, 120);
        add(
            "text",
            number,
            format!("Subject: text {number}\r\nX-Number: {number}\r\n\r\n{text}").into_bytes(),
        );
    }
    for number in 0..40 {
        let octets = [1, 998, 5_000, 70_000][number % 4];
        let mut message = format!("Subject: eight bits {number}\r\n{LABEL}\r\n").into_bytes();
        for column in 0..octets {
            // Neither NUL, CR nor LF; every octet in turn.
            let octet = 128 + u8::try_from((column * 7 + number) % 128)?;
            message.push(octet);
            if column % 900 == 899 {
                message.extend_from_slice(b"\r\n");
            }
        }
        add("eight-bit", number, message);
    }
    for number in 0..28 {
        add("built", number, built(number, &mut numbers)?);
    }
    let text = numbers.text(LARGEST, 76);
    add("largest", 0, format!("Subject: 30 MB\r\n\r\n{text}").into_bytes());
    let rest = COUNT - letters.len();
    for number in 0..rest {
        let sender =
            if number.is_multiple_of(3) { format!("Jürgen-{number}") } else { format!("utf8-{number}") };
        let subject = *numbers.choose(&["Grüße", "你好", "приветствую", "plain"]);
        let text = numbers.text(300, 70);
        let message = format!("Subject: {subject} {number}\r\n\r\n{text}");
        letters.push(Letter::new(format!("international {number}"), &sender, message).international());
    }
    Ok(letters)
}

/// One that this project writes, with attachments.
fn built(number: usize, numbers: &mut Numbers) -> Result<Vec<u8>> {
    let attached: Vec<u8> = (0..numbers.below(60_000)).map(|_| numbers.next().to_le_bytes()[0]).collect();
    let mut builder = Builder::new()
        .from(("Ann Example", "ann@sender.test"))
        .to([format!("{}@{DOMAIN}", USERS[0].0)])
        .subject(format!("Grüße, die {number}. ausführliche Fassung einer Nachricht mit Anhang"))
        .text(format!("Guten Tag,\n\n. {}\n", numbers.text(400, 90)));
    if number.is_multiple_of(2) {
        builder = builder.html("<p>Guten Tag");
    }
    if !number.is_multiple_of(3) {
        builder =
            builder.attach(Part::new("application/octet-stream", attached).named("Anhang für alle.bin"));
    }
    let receiver = Receiver::default().with_8bit(number.is_multiple_of(4));
    let mut writer = builder.build()?.into_writer(receiver)?;
    let mut octets = Vec::new();
    while writer.next_chunk(&mut octets)? {}
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_as_many_as_were_asked_for_and_each_has_its_sender() {
        let letters = all().unwrap();
        assert_eq!(letters.len(), COUNT);
        let senders: HashSet<_> = letters.iter().map(|letter| &letter.sender).collect();
        assert_eq!(senders.len(), COUNT);
        assert!(letters.iter().filter(|letter| letter.needs_utf8()).count() >= 20);
        assert!(letters.iter().any(|letter| letter.octets.len() >= LARGEST));
        for letter in &letters {
            letter.check(&canonical(&letter.octets)).unwrap();
            let lines = canonical(&letter.octets);
            assert!(lines.split(|&octet| octet == b'\n').all(|line| line.len() <= 999), "{}", letter.name);
        }
    }

    #[test]
    fn what_was_changed_added_or_lost_is_seen() {
        let letter = Letter::new("x", "x", &b"Subject: x\r\n\r\nabc\r\n"[..]);
        let check = |stored: &str| letter.check(stored.as_bytes());
        check("Return-Path: <x>\r\nReceived: a\r\n\tb\r\nSubject: x\r\n\r\nabc\r\n").unwrap();
        assert!(check("Subject: x\r\n\r\nabd\r\n").is_err());
        assert!(check("Subject: x\r\n\r\nabc\r\n\r\n").is_err());
        assert!(check("X-Else: y\r\nSubject: x\r\n\r\nabc\r\n").is_err());
        assert!(check("Received: x\r\n\r\nSubject: x\r\n\r\nabc\r\n").is_err());
        let bare = Letter::new("x", "x", &b".\nabc"[..]);
        bare.check(b"Received: x\r\n\r\n.\r\nabc\r\n").unwrap();
    }
}
