//! A message that has been built: its envelope, and writing it for a receiver.

use std::{collections::HashSet, fmt, sync::OnceLock};

use super::{
    address::{AddrSpec, Entry, mailboxes},
    field::{Field, Value},
    part::{Body, Part},
    plan::{Plan, plan},
    transfer::{Domain, Receiver},
    unique::Seed,
    writer::Writer,
};
use crate::error::Error;

/// A complete message. What it looks like is decided when it is written for a [`Receiver`]:
/// transfer encodings, encoded-words, the forms of domains.
///
/// `Bcc` recipients are in the [envelope](Self::envelope) and nowhere else.
pub struct Composed<'a> {
    pub(super) fields: Vec<Field<'a>>,
    pub(super) bcc: Vec<Entry<'a>>,
    /// The null return path, whatever the fields say (RFC 8098, section 3).
    pub(super) null_sender: bool,
    pub(super) root: Part<'a>,
    /// What boundaries are made from; chosen when the first is.
    pub(super) seed: OnceLock<Seed>,
}

/// Who sends the message and who gets it, for the transport (RFC 5321, section 2.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'m> {
    sender: Option<&'m str>,
    recipients: Vec<&'m str>,
}

impl<'m> Envelope<'m> {
    /// The envelope of these addresses, each recipient once.
    pub(super) fn of(sender: Option<&'m AddrSpec<'_>>, to: impl Iterator<Item = &'m AddrSpec<'m>>) -> Self {
        let mut seen = HashSet::new();
        let recipients = to.map(AddrSpec::as_str).filter(|address| seen.insert(*address)).collect();
        Self { sender: sender.map(AddrSpec::as_str), recipients }
    }

    /// The return path; none is the null path `<>`.
    #[must_use]
    pub const fn sender(&self) -> Option<&'m str> {
        self.sender
    }

    /// Every recipient once, those of `Bcc` too, in the order given.
    #[must_use]
    pub fn recipients(&self) -> &[&'m str] {
        &self.recipients
    }
}

impl<'a> Composed<'a> {
    /// The addresses of a field, if it is there.
    fn addresses(&self, name: &str) -> &[Entry<'a>] {
        let found = self.fields.iter().find_map(|field| match &field.value {
            Value::Addresses(list) if field.name == name => Some(list.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// The envelope: the sender (the first author, where there is no `Sender`) and all recipients.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        let first = |name| mailboxes(self.addresses(name)).next().map(|mailbox| &mailbox.address);
        let sender = if self.null_sender { None } else { first("Sender").or_else(|| first("From")) };
        let to = [self.addresses("To"), self.addresses("Cc"), &self.bcc];
        Envelope::of(sender, to.into_iter().flat_map(mailboxes).map(|mailbox| &mailbox.address))
    }

    /// Whether only a receiver that takes UTF-8 can have it: an address in its header has a
    /// local-part beyond ASCII, which nothing can stand for.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        let wide = |field: &Field<'_>| match &field.value {
            Value::Addresses(list) => mailboxes(list).any(|mailbox| mailbox.address.needs_utf8()),
            Value::Id(id) => !id.as_str().is_ascii(),
            Value::Ids(ids) => ids.iter().any(|id| !id.as_str().is_ascii()),
            _ => false,
        };
        self.fields.iter().any(wide) || part_needs_utf8(&self.root)
    }

    /// Whether it holds streams, which can be written only once.
    #[must_use]
    pub fn has_streams(&self) -> bool {
        has_streams(&self.root)
    }

    /// The message in seven bits, for any receiver.
    ///
    /// # Errors
    /// As [`to_vec_for`](Self::to_vec_for).
    pub fn to_vec(&self) -> Result<Vec<u8>, Error> {
        self.to_vec_for(Receiver::default())
    }

    /// The message as `receiver` takes it.
    ///
    /// # Errors
    /// It holds streams (use [`into_writer`](Self::into_writer)), needs UTF-8 or eight bits that
    /// the receiver does not take, or holds something that no line of 998 octets can hold.
    pub fn to_vec_for(&self, receiver: Receiver) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        self.write_for(receiver, &mut out)?;
        Ok(out)
    }

    /// Appends the message as `receiver` takes it, and tells what its body demands of the transport
    /// (`BODY=7BIT`, `8BITMIME` or `BINARYMIME`).
    ///
    /// # Errors
    /// As [`to_vec_for`](Self::to_vec_for); some of it may have been appended.
    pub fn write_for(&self, receiver: Receiver, out: &mut Vec<u8>) -> Result<Domain, Error> {
        if self.has_streams() {
            return Err(Error::usage("a message with streams is written by its writer"));
        }
        out.reserve(1024 + estimate(&self.root));
        self.write_whole(receiver, out)
    }

    /// Starts writing it as `receiver` takes it, a piece at a time.
    ///
    /// # Errors
    /// As [`to_vec_for`](Self::to_vec_for), streams apart.
    pub fn into_writer(self, receiver: Receiver) -> Result<Writer<'a>, Error> {
        Writer::new(self, receiver)
    }

    /// Whether it is written in UTF-8 for `receiver`.
    pub(super) fn internationalized(&self, receiver: Receiver) -> bool {
        receiver.utf8 && self.needs_utf8()
    }

    /// Writes the fields before those of the content.
    pub(super) fn write_fields(&self, out: &mut Vec<u8>, utf8: bool) -> Result<(), Error> {
        for field in &self.fields {
            field.write(out, utf8)?;
        }
        out.extend_from_slice(b"MIME-Version: 1.0\r\n");
        Ok(())
    }

    /// Plans the content.
    pub(super) fn plan(&self, receiver: Receiver) -> Result<Plan, Error> {
        let mut count = 0;
        plan(&self.root, receiver, &self.seed, &mut count)
    }

    pub(super) fn write_whole(&self, receiver: Receiver, out: &mut Vec<u8>) -> Result<Domain, Error> {
        let utf8 = self.internationalized(receiver);
        self.write_fields(out, utf8)?;
        let plan = self.plan(receiver)?;
        super::whole::part(&self.root, &plan, receiver, utf8, out)?;
        // The last line ends, as transports want it (RFC 5321, section 4.1.1.4); binary has no lines.
        if plan.encoding.domain() != Domain::Binary && !out.ends_with(b"\r\n") {
            out.extend_from_slice(b"\r\n");
        }
        Ok(plan.encoding.domain())
    }
}

fn part_needs_utf8(part: &Part<'_>) -> bool {
    let id = part.id.as_ref().is_some_and(|id| !id.as_str().is_ascii());
    id || match &part.body {
        Body::Parts { parts, .. } => parts.iter().any(part_needs_utf8),
        // A message inside has a media type of its own for that (RFC 6532, section 3.7), and it
        // must be understood by whoever gets this one.
        Body::Message(message) => message.needs_utf8(),
        _ => false,
    }
}

pub(super) fn has_streams(part: &Part<'_>) -> bool {
    match &part.body {
        Body::Stream { .. } => true,
        Body::Parts { parts, .. } => parts.iter().any(has_streams),
        Body::Message(message) => message.has_streams(),
        Body::Octets { .. } => false,
    }
}

/// About how long it will be, so that writing it all need not grow the buffer.
fn estimate(part: &Part<'_>) -> usize {
    match &part.body {
        Body::Octets { octets, scan: None } => super::transfer::base64_len(octets.as_slice().len()) + 512,
        Body::Octets { octets, .. } => octets.as_slice().len() + octets.as_slice().len() / 8 + 512,
        Body::Parts { parts, .. } => parts.iter().map(estimate).sum::<usize>() + 512,
        Body::Message(message) => 1024 + estimate(&message.root),
        Body::Stream { .. } => 512,
    }
}

impl fmt::Debug for Composed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composed")
            .field("envelope", &self.envelope())
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
