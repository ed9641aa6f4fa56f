//! Envelopes of messages of `anyrfc-mime`.

use std::collections::HashSet;

use anyrfc_mime::{
    AddressList, DamagedAddress, Message,
    build::{self, Composed, Resent},
    parse::Header,
};

use super::{Envelope, Invalid, Problem, Recipient, ReversePath, Subject};

impl TryFrom<build::Envelope<'_>> for Envelope {
    type Error = Invalid;

    /// The same addresses.
    fn try_from(envelope: build::Envelope<'_>) -> Result<Self, Invalid> {
        Self::new(envelope.sender().unwrap_or_default(), envelope.recipients().iter().copied())
    }
}

/// From its sender, or from its first author, to all in `To`, `Cc` and `Bcc`.
impl TryFrom<&Composed<'_>> for Envelope {
    type Error = Invalid;

    fn try_from(message: &Composed<'_>) -> Result<Self, Invalid> {
        Self::try_from(message.envelope())
    }
}

/// From whoever resends it, to those it is sent to now.
impl TryFrom<&Resent<'_>> for Envelope {
    type Error = Invalid;

    fn try_from(message: &Resent<'_>) -> Result<Self, Invalid> {
        Self::try_from(message.envelope())
    }
}

impl TryFrom<&Message<'_>> for Envelope {
    type Error = Invalid;

    fn try_from(message: &Message<'_>) -> Result<Self, Invalid> {
        Self::of(message)
    }
}

impl Envelope {
    /// The envelope of a message that was read: from its `Sender`, or from its first author, to all
    /// in `To`, `Cc` and `Bcc`, each once. Where it has been sent again, the same of the fields
    /// `Resent-`, of their first block alone: that is the last time (RFC 5322, section 3.6.6).
    ///
    /// What is in the header is what its author has written: this is for a message of one's own, as
    /// one written to a file, not for one that came from elsewhere.
    ///
    /// ```
    /// use anyrfc_mime::Message;
    /// use anyrfc_smtp::Envelope;
    ///
    /// let message = Message::parse(b"From: ann@example.org\r\nTo: Bob <bob@example.com>\r\nBcc: carol@example.net\r\n\r\nhi\r\n");
    /// assert_eq!(Envelope::of(&message)?, Envelope::new("ann@example.org", ["bob@example.com", "carol@example.net"])?);
    /// # Ok::<(), anyrfc_smtp::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when there is no sender or no recipient, or one that is no mailbox.
    pub fn of(message: &Message<'_>) -> Result<Self, Invalid> {
        let resent = resent_block(message);
        let lists = if resent.is_empty() { original(message) } else { resent };
        let of = |wanted: &'static str| lists.iter().filter(move |(name, _)| *name == wanted);
        let first = |name| of(name).flat_map(|(_, list)| list.mailboxes()).next();
        let Some(sender) = first("Sender").or_else(|| first("From")) else {
            return Err(Invalid::new(Subject::Path, Problem::Empty, 0));
        };
        let sender = ReversePath::try_from(sender.address().as_str())?;
        let (mut recipients, mut seen) = (Vec::new(), HashSet::new());
        for (_, list) in ["To", "Cc", "Bcc"].into_iter().flat_map(of) {
            // What was to be an address is not left out silently.
            let damaged = list.damaged().iter().map(DamagedAddress::text);
            let addresses = list.mailboxes().map(|mailbox| mailbox.address().as_str());
            for address in addresses.chain(damaged) {
                if seen.insert(address) {
                    recipients.push(Recipient::new(address)?);
                }
            }
        }
        Self::new(sender, recipients)
    }
}

/// The fields of an envelope, and of one that is sent again.
const FIELDS: [(&str, &str); 5] = [
    ("From", "Resent-From"),
    ("Sender", "Resent-Sender"),
    ("To", "Resent-To"),
    ("Cc", "Resent-Cc"),
    ("Bcc", "Resent-Bcc"),
];

type Lists = Vec<(&'static str, AddressList)>;

/// What the author has written.
fn original(message: &Message<'_>) -> Lists {
    FIELDS.iter().map(|(name, _)| (*name, message.addresses(name))).collect()
}

/// The first block of `Resent-` fields, under the names of those of the author. It ends with another
/// field, or with the beginning of the block before it, which has the same fields.
fn resent_block(message: &Message<'_>) -> Lists {
    let is_resent = |header: &Header<'_>| {
        header.name().get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("Resent-"))
    };
    let (mut lists, mut seen) = (Vec::new(), HashSet::new());
    for header in message.headers().skip_while(|header| !is_resent(header)).take_while(is_resent) {
        if !seen.insert(header.name().to_ascii_lowercase()) {
            break;
        }
        if let Some((name, _)) = FIELDS.iter().find(|(_, resent)| header.is(resent)) {
            lists.push((*name, header.addresses()));
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use anyrfc_mime::build::{Builder, Resend};

    use super::*;

    fn of(header: &str) -> Result<Envelope, Invalid> {
        Envelope::of(&Message::parse(format!("{header}\r\n\r\nTo: nobody@example.org\r\n").as_bytes()))
    }

    fn is(header: &str, sender: &str, recipients: &[&str]) {
        assert_eq!(of(header), Envelope::new(sender, recipients.iter().copied()), "{header}");
    }

    #[test]
    fn from_the_author_to_everybody_once() {
        let to =
            "To: B <b@x.org>, c@x.org\r\nCc: b@x.org, g: d@x.org, e@x.org;\r\nBcc: f@x.org\r\nTo: h@x.org";
        let all = ["b@x.org", "c@x.org", "h@x.org", "d@x.org", "e@x.org", "f@x.org"];
        is(&format!("From: a@x.org, z@x.org\r\n{to}"), "a@x.org", &all);
        is(&format!("From: a@x.org, z@x.org\r\nSender: s@x.org\r\n{to}"), "s@x.org", &all);
        is("From: a@x.org\r\nTo: undisclosed:;\r\nbcc: f@x.org", "a@x.org", &["f@x.org"]);
        is("From: a@x.org\r\nTo: postmaster", "a@x.org", &["postmaster"]);
    }

    #[test]
    fn sent_again_by_the_last_who_did_so() {
        let first = "From: a@x.org\r\nSender: s@x.org\r\nTo: b@x.org\r\nBcc: c@x.org";
        let block =
            |who: &str, to: &str| format!("Resent-Date: x\r\nResent-From: {who}\r\nResent-To: {to}\r\n");
        let one = block("d@x.org", "e@x.org");
        is(&format!("{one}{first}"), "d@x.org", &["e@x.org"]);
        let two = block("f@x.org", "g@x.org");
        is(&format!("{two}Resent-Bcc: h@x.org\r\n{one}{first}"), "f@x.org", &["g@x.org", "h@x.org"]);
        is(&format!("Received: x\r\n{two}Received: y\r\n{one}{first}"), "f@x.org", &["g@x.org"]);
        let block = "Resent-Sender: i@x.org\r\nResent-From: j@x.org, k@x.org\r\nRESENT-CC: l@x.org\r\n";
        is(&format!("{block}{first}"), "i@x.org", &["l@x.org"]);
    }

    #[test]
    fn nobody_is_left_out_silently() {
        for header in [
            "To: b@x.org",
            "From: a@x.org",
            "From: a@x.org\r\nTo: undisclosed:;",
            "From: a@x.org\r\nTo: root, b@x.org",
            "From: root\r\nTo: b@x.org",
            "From: a@x.org\r\nTo: b@x.org\r\nResent-From: c@x.org",
            "",
        ] {
            assert!(of(header).is_err(), "{header}");
        }
    }

    #[test]
    fn of_what_is_built() {
        let built =
            Builder::new().from(["a@x.org", "z@x.org"]).sender("s@x.org").to("b@x.org").bcc("c@x.org");
        let built = built.text("hi").build().unwrap();
        assert_eq!(Envelope::try_from(&built), Envelope::new("s@x.org", ["b@x.org", "c@x.org"]));
        let resent = Resend::new().from("d@x.org").to("e@x.org").bcc("f@x.org");
        let resent = resent.message("From: a@x.org\r\nTo: b@x.org\r\n\r\nhi\r\n").unwrap();
        let envelope = Envelope::new("d@x.org", ["e@x.org", "f@x.org"]);
        assert_eq!(Envelope::try_from(&resent), envelope);
        assert_eq!(
            Envelope::of(&Message::parse(&resent.to_vec().unwrap())),
            Envelope::new("d@x.org", ["e@x.org"])
        );
        let nobody = Builder::new().from("a@x.org").text("hi").build().unwrap();
        assert!(Envelope::try_from(&nobody).is_err());
    }
}
