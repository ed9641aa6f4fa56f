//! Building, beside reading.

use anyrfc_mime::{
    Address, DateTime, DefectKind, Mailbox, Message,
    build::{Addresses, Builder, Composed, MultiPart, Part, Receiver},
};

/// What stands between two instructions.
const SEPARATOR: u8 = 0x1e;

const RECEIVERS: [Receiver; 5] = [
    Receiver::SEVEN_BIT,
    Receiver::SEVEN_BIT.with_8bit(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_utf8(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_binary(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_binary(true).with_utf8(true),
];

/// The longest display name or file name: with more, a field would reach the limit of the reader.
const NAME_MAX: usize = 400;

/// What the message is to be.
#[derive(Default)]
struct Model<'d> {
    from: Option<&'d str>,
    to: Vec<(Option<&'d str>, &'d str, String)>,
    subject: Option<&'d str>,
    comments: Option<&'d str>,
    description: Option<&'d str>,
    text: Option<&'d str>,
    html: Option<&'d str>,
    files: Vec<(&'d str, &'d [u8])>,
    parts: Vec<&'d [u8]>,
    boundary: Option<&'d str>,
    list: Option<&'d str>,
}

/// Follows `data`, instructions of one octet and what it is about, to build a message: refused, or
/// what is read is what was meant, whoever receives it.
pub fn builder(data: &[u8]) {
    let model = Model::new(data);
    for receiver in RECEIVERS {
        let Ok(message) = model.composed() else { return };
        let Ok(raw) = message.to_vec_for(receiver) else { continue };
        form(&raw, receiver);
        model.check(&raw);
        let mut pieces = Vec::new();
        let mut writer = message.into_writer(receiver).expect("it was written");
        while writer.next_chunk(&mut pieces).expect("it was written") {}
        assert_eq!(pieces, raw, "whole and in pieces");
    }
}

impl<'d> Model<'d> {
    fn new(data: &'d [u8]) -> Self {
        let mut model = Self::default();
        for instruction in data.split(|octet| *octet == SEPARATOR).take(40) {
            let Some((kind, octets)) = instruction.split_first() else { continue };
            if *kind == b'p' {
                model.parts.push(octets);
                continue;
            }
            if *kind == b'a' {
                let at = octets.iter().position(|octet| *octet == b'|').unwrap_or(octets.len());
                let (name, content) = (octets.get(..at), octets.get(at + 1..));
                if let Some(Ok(name)) = name.map(std::str::from_utf8)
                    && name.len() <= NAME_MAX
                {
                    model.files.push((name, content.unwrap_or_default()));
                }
                continue;
            }
            let Ok(text) = std::str::from_utf8(octets) else { continue };
            match kind {
                b'f' => model.from = Some(text),
                b't' | b'g' if text.len() <= NAME_MAX => {
                    let address = format!("r{}@example.com", model.to.len());
                    let (group, name) = match text.split_once('|') {
                        Some((group, name)) if *kind == b'g' => (Some(group), name),
                        _ => (None, text),
                    };
                    model.to.push((group.filter(|group| !group.is_empty()), name, address));
                }
                b'l' => model.list = Some(text),
                b's' => model.subject = Some(text),
                b'c' => model.comments = Some(text),
                b'd' => model.description = Some(text),
                b'x' => model.text = Some(text),
                b'h' => model.html = Some(text),
                b'b' => model.boundary = Some(text),
                _ => {}
            }
        }
        model
    }

    fn composed(&self) -> Result<Composed<'_>, anyrfc_mime::Error> {
        let mut builder = Builder::new()
            .from((self.from.unwrap_or_default(), "author@example.org"))
            .bcc("hidden@example.org")
            .date(DateTime::from_unix(1_000_000_000, 60).expect("a date"))
            .message_id("1@example.org")
            .seed([3; 32]);
        for (group, name, address) in &self.to {
            let mut list = Addresses::default();
            match group {
                Some(group) => list.group(*group, (*name, address.as_str()))?,
                None => list.mailbox(*name, address.as_str())?,
            }
            builder = builder.to(list);
        }
        if let Some(list) = self.list {
            builder = builder.cc(list);
        }
        if let Some(subject) = self.subject {
            builder = builder.subject(subject);
        }
        if let Some(comments) = self.comments {
            builder = builder.comments(comments);
        }
        if let Some(boundary) = self.boundary {
            let parts = self.parts.iter().map(|octets| Part::new("application/x-part", *octets));
            let body = parts.fold(MultiPart::mixed().boundary(boundary), MultiPart::part);
            return builder.body(body).build();
        }
        if let Some(text) = self.text {
            builder = builder.text(text);
        }
        if let Some(html) = self.html {
            builder = builder.html(html);
        }
        for (name, octets) in &self.files {
            let part = Part::new("application/x-file", *octets).named(*name);
            builder = builder.attach(match self.description {
                Some(description) => part.description(description),
                None => part,
            });
        }
        builder.build()
    }

    fn check(&self, raw: &[u8]) {
        let shown = raw.escape_ascii();
        let message = Message::parse(raw);
        // Only a Cc that was a damaged list could have one, and that is refused.
        let wrong = message.check().iter().find(|defect| defect.kind != DefectKind::LongLine).copied();
        assert!(wrong.is_none(), "{wrong:?}: {shown}");
        assert!(message.header("Bcc").is_none(), "{shown}");
        assert_eq!(names(&message), self.names(), "{shown}");
        assert_eq!(spaced(&message.subject().unwrap_or_default()), spaced(self.subject.unwrap_or_default()));
        let comments = message.header("Comments").map(|field| field.text().into_owned());
        assert_eq!(comments.as_deref().map(spaced), self.comments.map(spaced), "{shown}");
        let from: Vec<_> = message.from().mailboxes().map(mailbox).collect();
        let author = spaced(self.from.unwrap_or_default());
        assert_eq!(from, [(author, "author@example.org".to_owned())], "{shown}");
        self.check_recipients(&message, &shown.to_string());
        if self.boundary.is_some() {
            let parts: Vec<_> = message.root().children().map(|part| part.body().into_owned()).collect();
            assert_eq!(parts, self.parts, "{shown}");
            return;
        }
        self.check_bodies(&message, &shown.to_string());
    }

    /// The fields that there are to be.
    fn names(&self) -> Vec<&'static str> {
        let mut names = vec!["From"];
        names.extend((!self.to.is_empty()).then_some("To"));
        names.extend(self.subject.map(|_| "Subject"));
        names.extend(self.comments.map(|_| "Comments"));
        names.sort_unstable();
        names
    }

    fn check_recipients(&self, message: &Message<'_>, shown: &str) {
        let (list, mut mailboxes) = (message.to(), Vec::new());
        for address in list.addresses() {
            match address {
                Address::Mailbox(one) => mailboxes.push((None, mailbox(one))),
                Address::Group(group) => {
                    let name = spaced(group.name());
                    mailboxes.extend(group.members().iter().map(|one| (Some(name.clone()), mailbox(one))));
                }
            }
        }
        let expected: Vec<_> = (self.to.iter())
            .map(|(group, name, address)| (group.map(spaced), (spaced(name), address.clone())))
            .collect();
        assert_eq!(mailboxes, expected, "{shown}");
    }

    fn check_bodies(&self, message: &Message<'_>, shown: &str) {
        // A message that is text alone ends with a line break that the text may not have.
        let end = |text: &str| text.strip_suffix("\r\n").unwrap_or(text).to_owned();
        let expect = |text: Option<&str>| text.map(canonical).as_deref().map(end);
        assert_eq!(message.html_body().as_deref().map(end), expect(self.html), "{shown}");
        if self.text.is_some() || self.html.is_some() || !self.files.is_empty() {
            assert_eq!(message.text_body().as_deref().map(end), expect(self.text), "{shown}");
        }
        let attachments: Vec<_> = message.attachments().collect();
        assert_eq!(attachments.len(), self.files.len(), "{shown}");
        for ((name, octets), part) in self.files.iter().zip(&attachments) {
            assert_eq!(part.filename().as_deref().unwrap_or_default(), *name, "{shown}");
            assert_eq!(&*part.body(), *octets, "{shown}");
            let description = part.header("Content-Description").map(|field| spaced(&field.text()));
            assert_eq!(description, self.description.map(spaced), "{shown}");
        }
    }
}

/// The fields that tell of more than how the message was written, sorted.
fn names(message: &Message<'_>) -> Vec<String> {
    const OTHERS: [&str; 7] = [
        "Cc",
        "Content-Description",
        "Content-Disposition",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "MIME-Version",
    ];
    let names = message.headers().map(|field| field.name().to_owned());
    let mut names: Vec<_> =
        names.filter(|name| !OTHERS.contains(&name.as_str()) && name != "Message-ID").collect();
    names.sort_unstable();
    names
}

/// An encoded tab is read as a space: no control character comes out of an encoded-word.
fn spaced(text: &str) -> String {
    text.replace('\t', " ")
}

fn mailbox(mailbox: &Mailbox) -> (String, String) {
    (spaced(mailbox.name().unwrap_or_default()), mailbox.address().as_str().to_owned())
}

fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// What every message keeps to, whatever is in it.
fn form(raw: &[u8], receiver: Receiver) {
    assert!(receiver.eight_bit || receiver.binary || raw.is_ascii(), "{}", raw.escape_ascii());
    if receiver.binary {
        return;
    }
    assert!(raw.ends_with(b"\r\n"));
    for line in raw.split(|octet| *octet == b'\n') {
        assert!(line.is_empty() || line.ends_with(b"\r"), "{}", raw.escape_ascii());
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0), "{}", raw.escape_ascii());
    }
}
