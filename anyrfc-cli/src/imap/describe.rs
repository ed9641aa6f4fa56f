//! Messages as people and programs read them: everything decoded.

use anyrfc_imap::{Addresses, Envelope, FetchItems, FetchRow, StringRef};
use anyrfc_mime::{
    Defects,
    codec::{Reading, encoded_word::unstructured},
};
use serde::Serialize;

use super::day;
use crate::terminal::plain;

/// What is asked of a message for a line on it.
pub(super) fn items() -> FetchItems {
    FetchItems::new().envelope().flags().size().internal_date()
}

/// A message, on a line.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) uid: u32,
    /// When it was sent, as its header says.
    date: Option<String>,
    /// When the server received it.
    received: Option<String>,
    from: Vec<Person>,
    subject: Option<String>,
    octets: Option<u64>,
    flags: Vec<String>,
}

/// An address of a header.
#[derive(Debug, Serialize)]
struct Person {
    name: Option<String>,
    address: String,
}

impl Person {
    /// As it is shown where there is little room.
    fn short(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.address)
    }

    fn long(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} <{}>", self.address),
            None => self.address.clone(),
        }
    }
}

/// Text of a header, its encoded words decoded.
pub(super) fn decoded(text: StringRef<'_>) -> String {
    let mut defects = Defects::default();
    unstructured(&text.bytes(), &mut Reading::new(&mut defects)).into_owned()
}

fn people(addresses: Addresses<'_>) -> Vec<Person> {
    let person = |address: anyrfc_imap::Address<'_>| {
        let text =
            |text: Option<StringRef<'_>>| text.map(|text| text.text().into_owned()).unwrap_or_default();
        let (mailbox, host) = (text(address.mailbox), text(address.host));
        let address_text = if host.is_empty() { mailbox } else { format!("{mailbox}@{host}") };
        let name = address.name.map(decoded).filter(|name| !name.is_empty());
        Person { name, address: address_text }
    };
    addresses.mailboxes().map(person).collect()
}

impl Summary {
    /// Nothing where the server does not say which message it is of.
    pub(super) fn of(row: &FetchRow) -> Option<Self> {
        let envelope = row.envelope().and_then(|envelope| envelope.parsed());
        let flags = row.flags().and_then(|flags| flags.parsed());
        Some(Self {
            uid: row.uid()?.get(),
            date: envelope.and_then(|envelope| day::sent(&envelope.date()?.bytes())),
            received: row.internal_date().and_then(|time| time.parsed()).map(day::received),
            from: envelope.map(|envelope| people(envelope.from())).unwrap_or_default(),
            subject: envelope.and_then(|envelope| envelope.subject()).map(decoded),
            octets: row.size().and_then(|size| size.parsed()),
            flags: flags.into_iter().flatten().map(|flag| flag.to_string()).collect(),
        })
    }

    /// The heads of the columns.
    pub(super) fn heads() -> Vec<String> {
        ["UID", "DATE", "SIZE", "FLAGS", "FROM", "SUBJECT"].map(str::to_owned).into()
    }

    /// The cells below them, safe to print.
    pub(super) fn cells(&self) -> Vec<String> {
        let date = self.date.as_deref().or(self.received.as_deref()).unwrap_or("-");
        // To the minute: the rest is for programs.
        let date = date.get(..16).unwrap_or(date).replace('T', " ");
        let octets = self.octets.map(|octets| octets.to_string()).unwrap_or_default();
        let from = self.from.first().map(Person::short).unwrap_or("-");
        let subject = self.subject.as_deref().unwrap_or_default();
        vec![self.uid.to_string(), date, octets, plain(&self.flags.join(" ")), plain(from), plain(subject)]
    }
}

/// All that an envelope says.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    uid: u32,
    date: Option<String>,
    /// As it stands in the header, where it is no date that is understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    date_text: Option<String>,
    subject: Option<String>,
    from: Vec<Person>,
    sender: Vec<Person>,
    reply_to: Vec<Person>,
    to: Vec<Person>,
    cc: Vec<Person>,
    bcc: Vec<Person>,
    in_reply_to: Option<String>,
    message_id: Option<String>,
}

impl Whole {
    pub(super) fn of(uid: u32, envelope: Envelope<'_>) -> Self {
        let date = envelope.date().and_then(|date| day::sent(&date.bytes()));
        Self {
            uid,
            date_text: envelope.date().filter(|_| date.is_none()).map(decoded),
            date,
            subject: envelope.subject().map(decoded),
            from: people(envelope.from()),
            sender: people(envelope.sender()),
            reply_to: people(envelope.reply_to()),
            to: people(envelope.to()),
            cc: people(envelope.cc()),
            bcc: people(envelope.bcc()),
            in_reply_to: envelope.in_reply_to().map(decoded),
            message_id: envelope.message_id().map(decoded),
        }
    }

    /// A line for each thing it says, safe to print.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("UID: {}", self.uid)];
        let mut say = |what: &str, value: &str| lines.push(format!("{what}: {}", plain(value)));
        if let Some(date) = self.date.as_ref().or(self.date_text.as_ref()) {
            say("Date", date);
        }
        let all = [
            ("From", &self.from),
            ("Sender", &self.sender),
            ("Reply-To", &self.reply_to),
            ("To", &self.to),
            ("Cc", &self.cc),
            ("Bcc", &self.bcc),
        ];
        for (what, people) in all {
            if !people.is_empty() {
                say(what, &people.iter().map(Person::long).collect::<Vec<_>>().join(", "));
            }
        }
        let texts = [
            ("Subject", &self.subject),
            ("In-Reply-To", &self.in_reply_to),
            ("Message-ID", &self.message_id),
        ];
        for (what, text) in texts {
            if let Some(text) = text {
                say(what, text);
            }
        }
        lines
    }
}
