//! How a server tells of the messages, what they are as octets, and what there is to see in them.

use std::fmt::Write as _;

use super::{Address, FIRST, Leaf, Mail, Parameters, Part};
use crate::imap::tally::Tally;

impl Mail {
    /// As a server tells of it.
    pub(super) fn row(&self, out: &mut String) {
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
    pub(in crate::imap) fn appended(&self) -> String {
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
    pub(in crate::imap) fn octets(&self) -> String {
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
    pub(super) fn tally(&self, tally: &mut Tally) {
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
    fn days_of_the_calendar() {
        assert_eq!(civil(0), (1970, "Jan", 1));
        assert_eq!(civil(1_709_164_800), (2024, "Feb", 29));
        assert_eq!(civil(1_735_603_200), (2024, "Dec", 31));
    }
}
