//! The example messages of RFC 5322, appendix A, and RFC 2049, appendix A, and what each says: the
//! entities with their addresses, subjects, dates, identifiers and texts.

use anyrfc_core::compliance::Vector;

macro_rules! example {
    ($name:literal, $source:literal, $file:literal) => {
        Vector {
            name: $name,
            source: $source,
            input: include_bytes!(concat!($file, ".eml")),
            output: include_bytes!(concat!($file, ".txt")),
        }
    };
}

pub(super) const EXAMPLES: [Vector; 13] = [
    example!("an author and a recipient", "rfc5322#A.1.1", "rfc5322-a-1-1-simple"),
    example!("a sender", "rfc5322#A.1.1", "rfc5322-a-1-1-sender"),
    example!("kinds of mailboxes", "rfc5322#A.1.2", "rfc5322-a-1-2-mailboxes"),
    example!("groups", "rfc5322#A.1.3", "rfc5322-a-1-3-groups"),
    example!("a reply", "rfc5322#A.2", "rfc5322-a-2-reply"),
    example!("a reply to a reply", "rfc5322#A.2", "rfc5322-a-2-reply-to-reply"),
    example!("sent again", "rfc5322#A.3", "rfc5322-a-3-resent"),
    example!("trace fields", "rfc5322#A.4", "rfc5322-a-4-trace"),
    example!("white space and comments", "rfc5322#A.5", "rfc5322-a-5-white-space"),
    example!("obsolete addresses", "rfc5322#A.6.1", "rfc5322-a-6-1-obsolete-addresses"),
    example!("an obsolete date", "rfc5322#A.6.2", "rfc5322-a-6-2-obsolete-dates"),
    example!("obsolete white space and comments", "rfc5322#A.6.3", "rfc5322-a-6-3-obsolete-white-space"),
    example!("a complex multipart", "rfc2049#A", "rfc2049-a"),
];

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::{Address, Mailbox, Message, parse::Entity};

    const ADDRESSES: [&str; 7] = ["From", "To", "Cc", "Sender", "Reply-To", "Resent-From", "Resent-To"];
    const IDS: [&str; 4] = ["Message-ID", "In-Reply-To", "References", "Resent-Message-ID"];

    fn mailbox(mailbox: &Mailbox) -> String {
        let address = format!("<{}>", mailbox.address().as_str());
        mailbox.name().map_or(address.clone(), |name| format!("{name} {address}"))
    }

    /// What an entity says, in the order of the files beside.
    fn told(entity: Entity<'_>, depth: usize, out: &mut Vec<String>) {
        let mut line = |text: String| out.push(format!("{}{text}", "  ".repeat(depth)));
        line(entity.content_type().essence().to_string());
        let addresses = |name: &str| -> Vec<String> {
            let list = entity.header(name).map(|field| field.addresses());
            let list = list.iter().flat_map(|list| list.addresses());
            let one = |address: &Address| match address {
                Address::Mailbox(one) => mailbox(one),
                Address::Group(group) => {
                    let members: Vec<_> = group.members().iter().map(mailbox).collect();
                    format!("{}: {}", group.name(), members.join(", "))
                }
            };
            list.map(|address| format!("{name} {}", one(address))).collect()
        };
        let ids = |name: &str| -> Vec<String> {
            let ids = entity.header(name).map(|field| field.message_ids()).unwrap_or_default();
            ids.iter().map(|id| format!("{name} {}", id.as_str())).collect()
        };
        let date = |name: &str| -> Option<String> {
            entity.header(name).map(|field| format!("{name} {}", field.date_time().expect("a date")))
        };
        ADDRESSES[..3].iter().flat_map(|name| addresses(name)).for_each(&mut line);
        entity
            .header("Subject")
            .map(|field| format!("Subject {}", field.text()))
            .into_iter()
            .for_each(&mut line);
        date("Date").into_iter().for_each(&mut line);
        ids(IDS[0]).into_iter().for_each(&mut line);
        ADDRESSES[3..].iter().flat_map(|name| addresses(name)).for_each(&mut line);
        date("Resent-Date").into_iter().for_each(&mut line);
        IDS[1..].iter().flat_map(|name| ids(name)).for_each(&mut line);
        if let Some(text) = entity.text() {
            let text = text.trim_end_matches(['\r', '\n']);
            text.lines().map(|text| format!("| {text}").trim_end().to_owned()).for_each(&mut line);
        }
        for child in entity.children() {
            told(child, depth + 1, out);
        }
    }

    #[test]
    fn the_examples_say_what_the_rfcs_say() {
        for example in EXAMPLES {
            let input = String::from_utf8_lossy(example.input).replace("\r\n", "\n").replace('\n', "\r\n");
            let mut lines = Vec::new();
            told(Message::parse(input.as_bytes()).root(), 0, &mut lines);
            let shown = lines.iter().fold(String::new(), |mut all, line| {
                writeln!(all, "{line}").expect("memory");
                all
            });
            assert_eq!(shown, String::from_utf8_lossy(example.output), "{}", example.name);
        }
    }
}
