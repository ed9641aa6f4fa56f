//! Messages as people have them, the same in every run: as a server tells of them in `FETCH` rows,
//! and as octets, so that a real server tells the same.

use std::fmt::Write as _;

use super::tally::Tally;

/// What is fetched of each message, in the order in which it is told.
pub(super) const ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)";

/// The time of the first message.
const FIRST: u64 = 1_704_067_200;

const WORDS: &[&str] = &[
    "account",
    "agenda",
    "backlog",
    "budget",
    "build",
    "calendar",
    "contract",
    "delivery",
    "draft",
    "failed",
    "figures",
    "for",
    "from",
    "invoice",
    "meeting",
    "minutes",
    "newsletter",
    "of",
    "order",
    "overdue",
    "plan",
    "quarter",
    "question",
    "release",
    "reminder",
    "report",
    "review",
    "schedule",
    "shipping",
    "summary",
    "the",
    "ticket",
    "to",
    "travel",
    "update",
    "weekly",
    "with",
    "your",
];
const NAMES: &[&str] = &[
    "Ada Lovelace",
    "Blaise Pascal",
    "Christiaan Huygens",
    "Emmy Noether",
    "Grace Hopper",
    "Hedy Lamarr",
    "Katherine Johnson",
    "Leonhard Euler",
    "Lise Meitner",
    "Maria Goeppert Mayer",
    "Niels Bohr",
    "Rosalind Franklin",
    "Sofia Kovalevskaya",
    "Tycho Brahe",
];
const HOSTS: &[&str] =
    &["example.com", "example.net", "example.org", "lists.example.org", "mail.corp.example.com"];
const ENCODED: &[&str] = &[
    "=?UTF-8?Q?R=C3=A9union_de_lundi?=",
    "=?UTF-8?B?5Lya6K2w6K6w5b2V?=",
    "=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=",
    "=?utf-8?B?0J7RgtGH0ZHRgiDQt9CwINC60LLQsNGA0YLQsNC7?=",
];
/// Not allowed in a header without more ado, and there all the same: servers send them as literals.
const RAW: &[&str] = &["Grüße aus Köln", "Réunion de lundi", "会议记录", "Отчёт за квартал"];
const FILES: &[(&str, &str, &str)] = &[
    ("application", "pdf", "invoice"),
    ("image", "png", "screenshot"),
    ("image", "jpeg", "photo"),
    ("application", "zip", "archive"),
    ("text", "csv", "figures"),
    ("application", "octet-stream", "data"),
];
const FLAGS: &[&str] = &["\\Answered", "\\Flagged", "\\Draft", "$Forwarded", "$MDNSent", "NonJunk"];

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    const fn below(&mut self, end: usize) -> usize {
        self.roll() as usize % end
    }

    const fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.pick(WORDS)).collect::<Vec<_>>().join(" ")
    }
}

struct Address {
    name: Option<String>,
    mailbox: String,
    host: &'static str,
}

/// One message.
pub(super) struct Mail {
    number: u64,
    flags: Vec<&'static str>,
    subject: String,
    from: Vec<Address>,
    to: Vec<Address>,
    cc: Vec<Address>,
    in_reply_to: Option<String>,
    id: String,
    root: Part,
}

type Parameters = Vec<(&'static str, String)>;

struct Leaf {
    media: &'static str,
    subtype: &'static str,
    parameters: Parameters,
    id: Option<String>,
    description: Option<String>,
    encoding: &'static str,
    disposition: Option<(&'static str, Parameters)>,
    body: String,
}

enum Part {
    Leaf(Leaf),
    Multi { subtype: &'static str, boundary: String, parts: Vec<Part> },
    Message { mail: Box<Mail>, octets: String },
}

/// So many messages, beginning with the first.
pub(super) fn mails(count: usize) -> impl Iterator<Item = Mail> {
    let mut dice = Dice(9051);
    (1..=count as u64).map(move |number| mail(&mut dice, number, 0))
}

/// The rows of so many messages, and what everybody must see in them.
pub(super) fn rows(count: usize) -> (Vec<u8>, Tally) {
    let (mut out, mut tally) = (String::new(), Tally::default());
    for mail in mails(count) {
        mail.row(&mut out);
        mail.tally(&mut tally);
    }
    (out.into_bytes(), tally)
}

fn mail(dice: &mut Dice, number: u64, depth: usize) -> Mail {
    let mut flags = if dice.percent(70) { vec!["\\Seen"] } else { Vec::new() };
    if dice.percent(25) {
        flags.push(dice.pick(FLAGS));
    }
    let several = if dice.percent(10) { 6 } else { 2 };
    let (to, cc) = (1 + dice.below(several), if dice.percent(20) { 1 + dice.below(several) } else { 0 });
    Mail {
        number,
        flags,
        subject: subject(dice),
        from: vec![address(dice)],
        to: (0..to).map(|_| address(dice)).collect(),
        cc: (0..cc).map(|_| address(dice)).collect(),
        in_reply_to: dice.percent(35).then(|| message_id(dice)),
        id: message_id(dice),
        root: root(dice, number, depth),
    }
}

fn subject(dice: &mut Dice) -> String {
    let reply = if dice.percent(30) { "Re: " } else { "" };
    let words = match dice.below(100) {
        0..65 => {
            let count = 3 + dice.below(7);
            dice.words(count)
        }
        65..75 => dice.words(30),
        75..92 => format!("{} {}", dice.pick(ENCODED), dice.pick(ENCODED)),
        92..96 => dice.pick(RAW).to_owned(),
        _ => format!("the \"{}\" of {}", dice.pick(WORDS), dice.words(3)),
    };
    format!("{reply}{words}")
}

fn address(dice: &mut Dice) -> Address {
    let name = dice.pick(NAMES);
    let mailbox = name.to_lowercase().replace(' ', ".");
    let name = match dice.below(100) {
        0..20 => None,
        20..95 => Some(name.to_owned()),
        _ => Some(format!("{name} \"{}\"", dice.pick(WORDS))),
    };
    Address { name, mailbox, host: dice.pick(HOSTS) }
}

fn message_id(dice: &mut Dice) -> String {
    format!("<{:08x}.{:08x}@{}>", dice.roll(), dice.roll(), dice.pick(HOSTS))
}

fn root(dice: &mut Dice, number: u64, depth: usize) -> Part {
    match dice.below(100) {
        0..35 => text(dice, "plain"),
        35..62 => alternative(dice),
        62..80 => {
            let count = 1 + dice.below(3);
            let files = (0..count).map(|_| file(dice)).collect();
            multi(dice, "mixed", files)
        }
        80..92 => {
            let related = vec![alternative(dice), inline(dice), inline(dice)];
            let parts = vec![multi(dice, "related", related), file(dice), file(dice)];
            multi(dice, "mixed", parts)
        }
        // No deeper: one of the parsers that are compared gives up at eight levels.
        _ if depth == 0 => {
            let mail = Box::new(mail(dice, number, depth + 1));
            let forwarded = Part::Message { octets: mail.octets(), mail };
            let parts = vec![text(dice, "plain"), forwarded];
            multi(dice, "mixed", parts)
        }
        _ => text(dice, "plain"),
    }
}

fn multi(dice: &mut Dice, subtype: &'static str, mut parts: Vec<Part>) -> Part {
    if subtype == "mixed"
        && !matches!(parts[0], Part::Leaf(Leaf { disposition: None, .. }) | Part::Multi { .. })
    {
        parts.insert(0, alternative(dice));
    }
    let boundary = format!("----=_Part_{:08x}_{:08x}", dice.roll(), dice.roll());
    Part::Multi { subtype, boundary, parts }
}

fn alternative(dice: &mut Dice) -> Part {
    let parts = vec![text(dice, "plain"), text(dice, "html")];
    multi(dice, "alternative", parts)
}

fn text(dice: &mut Dice, subtype: &'static str) -> Part {
    let lines = 2 + dice.below(12);
    let mut body = String::new();
    for _ in 0..lines {
        body.push_str(&dice.words(8));
        body.push_str("\r\n");
    }
    let mut parameters = vec![("charset", dice.pick(&["utf-8", "us-ascii", "iso-8859-1"]).to_owned())];
    if dice.percent(20) {
        parameters.push(("format", "flowed".into()));
    }
    let encoding = dice.pick(&["7bit", "quoted-printable", "8bit"]);
    Part::Leaf(Leaf {
        media: "text",
        subtype,
        parameters,
        id: None,
        description: None,
        encoding,
        disposition: None,
        body,
    })
}

fn file(dice: &mut Dice) -> Part {
    let (media, subtype, stem) = dice.pick(FILES);
    let name = format!("{stem}-{}.{subtype}", dice.below(10_000));
    let disposition =
        Some(("attachment", vec![("filename", name.clone()), ("size", dice.below(90_000).to_string())]));
    let description = dice.percent(10).then(|| dice.words(4));
    let body = base64(dice);
    let mut parameters = vec![("name", name)];
    if media == "text" {
        parameters.insert(0, ("charset", "utf-8".into()));
    }
    Part::Leaf(Leaf {
        media,
        subtype,
        parameters,
        id: None,
        description,
        encoding: "base64",
        disposition,
        body,
    })
}

fn inline(dice: &mut Dice) -> Part {
    let name = format!("image{:03}.png", dice.below(1000));
    let id = Some(format!("<{name}@{:08x}>", dice.roll()));
    let (parameters, disposition) =
        (vec![("name", name.clone())], Some(("inline", vec![("filename", name)])));
    let body = base64(dice);
    let (media, subtype, encoding) = ("image", "png", "base64");
    Part::Leaf(Leaf { media, subtype, parameters, id, description: None, encoding, disposition, body })
}

fn base64(dice: &mut Dice) -> String {
    let mut body = String::new();
    for _ in 0..2 + dice.below(8) {
        body.extend((0..76).map(|_| char::from(b'A' + dice.below(26) as u8)));
        body.push_str("\r\n");
    }
    body
}

impl Mail {
    /// As a server tells of it.
    fn row(&self, out: &mut String) {
        let Self { number, .. } = self;
        let size = self.octets().len();
        let _ = write!(
            out,
            "* {number} FETCH (UID {number} FLAGS ({}) INTERNALDATE \"{}\" RFC822.SIZE {size} ENVELOPE ",
            self.flags.join(" "),
            self.internal_date(),
        );
        self.envelope(out);
        out.push_str(" BODYSTRUCTURE ");
        self.root.structure(out);
        out.push_str(")\r\n");
    }

    /// What goes before it in `APPEND`: its flags and the time of its arrival.
    pub(super) fn appended(&self) -> String {
        format!("({}) \"{}\"", self.flags.join(" "), self.internal_date())
    }

    const fn arrival(&self) -> u64 {
        FIRST + self.number * 3617
    }

    fn internal_date(&self) -> String {
        let (year, month, day) = civil(self.arrival());
        format!("{day:2}-{month}-{year} {} +0000", clock(self.arrival()))
    }

    fn date(&self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        let at = self.arrival() - 30;
        let (year, month, day) = civil(at);
        let weekday = DAYS[(at / 86_400 % 7) as usize];
        format!("{weekday}, {day:02} {month} {year} {} +0000", clock(at))
    }

    fn envelope(&self, out: &mut String) {
        out.push('(');
        string(out, &self.date());
        out.push(' ');
        string(out, &self.subject);
        for list in [&self.from, &self.from, &self.from, &self.to, &self.cc, &Vec::new()] {
            out.push(' ');
            addresses(out, list);
        }
        out.push(' ');
        nstring(out, self.in_reply_to.as_deref());
        out.push(' ');
        string(out, &self.id);
        out.push(')');
    }

    /// The message itself.
    pub(super) fn octets(&self) -> String {
        let mut out = format!("Date: {}\r\nSubject: {}\r\n", self.date(), self.subject);
        for (field, list) in [("From", &self.from), ("To", &self.to), ("Cc", &self.cc)] {
            if !list.is_empty() {
                let list: Vec<_> = list.iter().map(Address::header).collect();
                let _ = write!(out, "{field}: {}\r\n", list.join(",\r\n "));
            }
        }
        if let Some(id) = &self.in_reply_to {
            let _ = write!(out, "In-Reply-To: {id}\r\n");
        }
        let _ = write!(out, "Message-ID: {}\r\nMIME-Version: 1.0\r\n", self.id);
        self.root.octets(&mut out);
        out
    }

    /// What there is to see.
    fn tally(&self, tally: &mut Tally) {
        tally.rows += 1;
        tally.uids += self.number;
        tally.sizes += self.octets().len() as u64;
        tally.flags += self.flags.len() as u64;
        tally.dates += 1;
        self.envelope_tally(tally);
        self.root.tally(tally);
    }

    fn envelope_tally(&self, tally: &mut Tally) {
        tally.expect(&self.date());
        tally.expect(&self.subject);
        for address in self.from.iter().chain(&self.from).chain(&self.from).chain(&self.to).chain(&self.cc) {
            tally.addresses += 1;
            tally.expect(address.name.as_deref().unwrap_or_default());
            tally.expect(&address.mailbox);
            tally.expect(address.host);
        }
        tally.expect(self.in_reply_to.as_deref().unwrap_or_default());
        tally.expect(&self.id);
    }
}

impl Address {
    fn header(&self) -> String {
        let Self { name, mailbox, host } = self;
        match name {
            Some(name) => format!("\"{}\" <{mailbox}@{host}>", escaped(name)),
            None => format!("{mailbox}@{host}"),
        }
    }
}

impl Part {
    fn structure(&self, out: &mut String) {
        match self {
            Self::Leaf(leaf) => leaf.structure(out),
            Self::Multi { subtype, boundary, parts } => {
                out.push('(');
                parts.iter().for_each(|part| part.structure(out));
                out.push(' ');
                string(out, subtype);
                out.push(' ');
                parameters(out, &[("boundary", boundary.clone())]);
                out.push_str(" NIL NIL NIL)");
            }
            Self::Message { mail, octets } => {
                let _ = write!(out, "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" {} ", octets.len());
                mail.envelope(out);
                out.push(' ');
                mail.root.structure(out);
                let _ = write!(out, " {} NIL NIL NIL NIL)", lines(octets));
            }
        }
    }

    /// Its header fields, an empty line and its body.
    fn octets(&self, out: &mut String) {
        match self {
            Self::Leaf(leaf) => leaf.octets(out),
            Self::Multi { subtype, boundary, parts } => {
                let _ = write!(out, "Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
                for part in parts {
                    let _ = write!(out, "--{boundary}\r\n");
                    part.octets(out);
                    out.push_str("\r\n");
                }
                let _ = write!(out, "--{boundary}--\r\n");
            }
            Self::Message { octets, .. } => {
                out.push_str("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
                out.push_str(octets);
            }
        }
    }

    fn tally(&self, tally: &mut Tally) {
        tally.parts += 1;
        match self {
            Self::Leaf(leaf) => leaf.tally(tally),
            Self::Multi { subtype, boundary, parts } => {
                tally.expect(subtype);
                tally.parameters += 1;
                tally.expect(boundary);
                parts.iter().for_each(|part| part.tally(tally));
            }
            Self::Message { mail, octets } => {
                tally.octets += octets.len() as u64;
                tally.lines += lines(octets);
                mail.envelope_tally(tally);
                mail.root.tally(tally);
            }
        }
    }
}

impl Leaf {
    fn structure(&self, out: &mut String) {
        out.push('(');
        string(out, self.media);
        out.push(' ');
        string(out, self.subtype);
        out.push(' ');
        parameters(out, &self.parameters);
        out.push(' ');
        nstring(out, self.id.as_deref());
        out.push(' ');
        nstring(out, self.description.as_deref());
        let _ = write!(out, " \"{}\" {}", self.encoding, self.body.len());
        if self.media == "text" {
            let _ = write!(out, " {}", lines(&self.body));
        }
        out.push_str(" NIL ");
        match &self.disposition {
            Some((kind, list)) => {
                out.push('(');
                string(out, kind);
                out.push(' ');
                parameters(out, list);
                out.push(')');
            }
            None => out.push_str("NIL"),
        }
        out.push_str(" NIL NIL)");
    }

    fn octets(&self, out: &mut String) {
        let _ = write!(out, "Content-Type: {}/{}", self.media, self.subtype);
        let mut list = |list: &Parameters| {
            for (name, value) in list {
                let _ = write!(out, ";\r\n {name}=\"{value}\"");
            }
            out.push_str("\r\n");
        };
        list(&self.parameters);
        if let Some((kind, parameters)) = &self.disposition {
            let _ = write!(out, "Content-Disposition: {kind}");
            for (name, value) in parameters {
                let _ = write!(out, ";\r\n {name}=\"{value}\"");
            }
            out.push_str("\r\n");
        }
        for (field, value) in [("ID", &self.id), ("Description", &self.description)] {
            if let Some(value) = value {
                let _ = write!(out, "Content-{field}: {value}\r\n");
            }
        }
        let _ = write!(out, "Content-Transfer-Encoding: {}\r\n\r\n{}", self.encoding, self.body);
    }

    fn tally(&self, tally: &mut Tally) {
        tally.expect(self.subtype);
        tally.octets += self.body.len() as u64;
        tally.lines += if self.media == "text" { lines(&self.body) } else { 0 };
        let mut all = |list: &Parameters| {
            tally.parameters += list.len() as u64;
            list.iter().for_each(|(_, value)| tally.expect(value));
        };
        all(&self.parameters);
        if let Some((kind, list)) = &self.disposition {
            all(list);
            tally.expect(kind);
        }
        tally.expect(self.id.as_deref().unwrap_or_default());
        tally.expect(self.description.as_deref().unwrap_or_default());
    }
}

fn lines(body: &str) -> u64 {
    body.matches('\n').count() as u64
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn string(out: &mut String, text: &str) {
    if text.is_ascii() {
        let _ = write!(out, "\"{}\"", escaped(text));
    } else {
        let _ = write!(out, "{{{}}}\r\n{text}", text.len());
    }
}

fn nstring(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => string(out, text),
        None => out.push_str("NIL"),
    }
}

fn addresses(out: &mut String, list: &[Address]) {
    if list.is_empty() {
        return out.push_str("NIL");
    }
    out.push('(');
    for Address { name, mailbox, host } in list {
        out.push('(');
        nstring(out, name.as_deref());
        out.push_str(" NIL ");
        string(out, mailbox);
        out.push(' ');
        string(out, host);
        out.push(')');
    }
    out.push(')');
}

fn parameters(out: &mut String, list: &[(&str, String)]) {
    out.push('(');
    for (at, (name, value)) in list.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        string(out, name);
        out.push(' ');
        string(out, value);
    }
    out.push(')');
}

fn clock(at: u64) -> String {
    let (hours, minutes, seconds) = (at / 3600 % 24, at / 60 % 60, at % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// The date in the calendar.
fn civil(at: u64) -> (u64, &'static str, u64) {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = |year: u64, month: usize| match month {
        1 => 28 + u64::from(leap(year)),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    let (mut year, mut month, mut day) = (1970, 0, at / 86_400);
    while day >= length(year, month) {
        day -= length(year, month);
        (year, month) = if month == 11 { (year + 1, 0) } else { (year, month + 1) };
    }
    (year, MONTHS[month], day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_long_as_those_of_a_real_mailbox() {
        let (rows, tally) = rows(1000);
        let mean = rows.len() as u64 / tally.rows;
        assert!((850..1010).contains(&mean), "{mean}");
        assert!(tally.escapes > 0 && rows.windows(3).any(|octets| octets == b"}\r\n"));
    }

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(civil(0), (1970, "Jan", 1));
        assert_eq!(civil(1_709_164_800), (2024, "Feb", 29));
        assert_eq!(civil(1_735_603_200), (2024, "Dec", 31));
    }
}
