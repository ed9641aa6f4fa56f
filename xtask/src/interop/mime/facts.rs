//! What we see of a message, in the words that peers can be asked in.

use anyrfc_mime::{
    Address, Mailbox, Message, codec::charset, parse::Entity, proto::BodyKind, types::Parameters,
};

/// Octets as a short text that tells them apart.
pub(super) fn digest(octets: &[u8]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &octet in octets {
        hash = (hash ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let begun: Vec<u8> = octets.iter().copied().take(40).collect();
    format!("{} octets, {hash:016x}, \"{}\"", octets.len(), begun.escape_ascii())
}

/// A mailbox: its name and its address.
pub(super) fn mailbox(name: &str, local_part: &str, domain: &str) -> String {
    format!("[{name}|{local_part}@{domain}]")
}

fn of_mailbox(found: &Mailbox) -> String {
    mailbox(found.name().unwrap_or_default(), &found.address().local_part(), found.address().domain())
}

/// The addresses of every field of a name, groups and all.
pub(super) fn addresses(entity: &Entity<'_>, name: &str) -> String {
    let mut all = Vec::new();
    for header in entity.headers_named(name) {
        for address in header.addresses().addresses() {
            match address {
                Address::Mailbox(found) => all.push(of_mailbox(found)),
                Address::Group(group) => {
                    let members: Vec<_> = group.members().iter().map(of_mailbox).collect();
                    all.push(format!("{}:{};", group.name(), members.join(",")));
                }
            }
        }
    }
    all.join(",")
}

/// Parameters in the order of their names, which are in lower case.
pub(super) fn parameters(all: &Parameters) -> String {
    let mut pairs: Vec<_> =
        all.iter().map(|one| (one.name().to_lowercase(), one.value().to_owned())).collect();
    pairs.sort();
    joined(&pairs)
}

pub(super) fn joined(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// A value on one line, as it is written.
pub(super) fn unfolded(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.trim().replace("\r\n", "").replace('\n', "")
}

/// Calls with each entity and the number that IMAP gives its body (RFC 9051, section 6.4.5).
pub(super) fn walk<'m>(message: &'m Message<'_>, mut each: impl FnMut(&Entity<'m>, &str)) {
    // An entity, the section it is in, and whether it is the root of a message there.
    let mut open = vec![(message.root(), String::new(), true)];
    while let Some((entity, section, is_root)) = open.pop() {
        let is_multipart = entity.kind() == BodyKind::Multipart;
        let dotted = |number: usize| {
            if section.is_empty() { number.to_string() } else { format!("{section}.{number}") }
        };
        let own = match (is_root, is_multipart) {
            (true, false) => dotted(1),
            // A multipart that is all of a message inside has no number of its own.
            (true, true) if !section.is_empty() => format!("{section} inside"),
            _ => section.clone(),
        };
        each(&entity, &own);
        let inside = |number: usize, child: Entity<'m>| match entity.kind() {
            BodyKind::Message => (child, own.clone(), true),
            _ => (child, dotted(number), false),
        };
        let children: Vec<_> = entity.children().enumerate().map(|(n, child)| inside(n + 1, child)).collect();
        open.extend(children.into_iter().rev());
    }
}

/// Octets in a charset as text, as a peer's own answer needs to be read.
pub(super) fn decoded(label: &str, octets: &[u8]) -> String {
    charset::decode(label, octets, &mut anyrfc_mime::Defects::new()).into_owned()
}
