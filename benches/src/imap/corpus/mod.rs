//! Messages as people have them, the same in every run: as a server tells of them in `FETCH` rows,
//! and as octets, so that a real server tells the same.

mod told;

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
}
