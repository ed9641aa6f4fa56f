//! Sending a message again (RFC 5322, section 3.6.6).

use std::{borrow::Cow, fmt};

use super::{
    address::{Addresses, Entry, IntoAddresses, Mailbox, mailboxes},
    builder::generated_id,
    composed::Envelope,
    content::{IntoContent, Octets},
    field::{Field, MessageId, Value},
    transfer::Receiver,
    unique::{Seed, date, now},
};
use crate::{error::Error, rfc5322 as r, types::DateTime};

/// Sends a message again as it is, to others: a block of `Resent-` fields in front of it, for the
/// record of those who get it.
///
/// ```
/// use anyrfc_mime::build::Resend;
/// let raw = b"From: ann@example.org\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\nhi\r\n";
/// let resent = Resend::new().from("bob@example.com").to("carol@example.net").message(raw.as_slice())?;
/// assert_eq!(resent.envelope().recipients(), ["carol@example.net"]);
/// assert!(resent.to_vec()?.ends_with(raw));
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Resend<'a> {
    from: Vec<Entry<'a>>,
    sender: Vec<Entry<'a>>,
    to: Vec<Entry<'a>>,
    cc: Vec<Entry<'a>>,
    bcc: Vec<Entry<'a>>,
    date: Option<DateTime>,
    message_id: Option<MessageId<'a>>,
    seed: Option<[u8; 32]>,
    fault: Option<Error>,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, addresses: impl IntoAddresses<'a>) -> Self {
            let mut list = Addresses { entries: std::mem::take(&mut self.$name) };
            let result = addresses.append_to(&mut list);
            self.$name = list.entries;
            self.noting(result)
        }
    )*};
}

impl<'a> Resend<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    lists! {
        /// Who resends it.
        from;
        /// Who does so for them; needed where they are several.
        sender;
        /// To whom it goes now.
        to;
        /// Who gets a copy.
        cc;
        /// Who gets a copy that nobody sees.
        bcc;
    }

    fn noting(mut self, result: Result<(), Error>) -> Self {
        if self.fault.is_none() {
            self.fault = result.err();
        }
        self
    }

    /// When it is resent. Without it, the system's clock in UTC.
    pub fn date(mut self, date: DateTime) -> Self {
        self.date = Some(date);
        self
    }

    /// The identifier of the resending. Without it one is made.
    pub fn message_id(mut self, id: impl Into<Cow<'a, str>>) -> Self {
        match MessageId::new(id.into()) {
            Ok(id) => {
                self.message_id = Some(id);
                self
            }
            Err(error) => self.noting(Err(error)),
        }
    }

    /// What a generated identifier is made from. Never use one twice.
    pub fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The message with its new block in front.
    ///
    /// # Errors
    /// The first mistake that was made; nobody resends it; several do and none is the sender.
    pub fn message(mut self, raw: impl IntoContent<'a>) -> Result<Resent<'a>, Error> {
        if let Some(error) = self.fault.take() {
            return Err(error);
        }
        let single = |list: &[Entry<'_>]| list.iter().all(|entry| matches!(entry, Entry::Mailbox(_)));
        if !single(&self.from) || !single(&self.sender) || self.sender.len() > 1 {
            return Err(Error::usage("Resent-From lists mailboxes, and Resent-Sender is one")
                .with_requirement(r::FIELD_BODIES_CONFORM));
        }
        let Some(Entry::Mailbox(first)) = self.from.first() else {
            return Err(Error::usage("nobody resends the message").with_requirement(r::RESENT_FROM_AND_DATE));
        };
        if self.from.len() > 1 && self.sender.is_empty() {
            return Err(Error::usage("several who resend need a sender")
                .with_requirement(r::RESENT_SENDER_WITH_SEVERAL_AUTHORS));
        }
        if self.from.len() == 1
            && let Some(Entry::Mailbox(Mailbox { address, .. })) = self.sender.first()
            && *address == first.address
        {
            self.sender.clear();
        }
        let now = now();
        let seed = self.seed.map_or_else(|| Seed::unique(now), Seed::from_bytes);
        let date = match self.date {
            Some(date) => date,
            None => date(now)?,
        };
        let id = match self.message_id.take() {
            Some(id) => id,
            None => generated_id(seed, first.address.ascii_domain()?.as_ref()),
        };
        let mut fields = vec![Field { name: "Resent-Date".into(), value: Value::Date(date) }];
        let lists = [
            ("Resent-From", self.from),
            ("Resent-Sender", self.sender),
            ("Resent-To", self.to),
            ("Resent-Cc", self.cc),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                fields.push(Field { name: name.into(), value: Value::Addresses(list) });
            }
        }
        fields.push(Field { name: "Resent-Message-ID".into(), value: Value::Id(id) });
        Ok(Resent { fields, bcc: self.bcc, raw: raw.into_content().octets })
    }
}

/// A message that is sent again.
pub struct Resent<'a> {
    fields: Vec<Field<'a>>,
    bcc: Vec<Entry<'a>>,
    raw: Octets<'a>,
}

impl Resent<'_> {
    fn addresses(&self, name: &str) -> &[Entry<'_>] {
        let found = self.fields.iter().find_map(|field| match &field.value {
            Value::Addresses(list) if field.name == name => Some(list.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Who resends it, and who gets it now.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        let first = |name| mailboxes(self.addresses(name)).next().map(|mailbox| &mailbox.address);
        let sender = first("Resent-Sender").or_else(|| first("Resent-From"));
        let to = [self.addresses("Resent-To"), self.addresses("Resent-Cc"), &self.bcc];
        Envelope::of(sender, to.into_iter().flat_map(mailboxes).map(|mailbox| &mailbox.address))
    }

    /// The block and the message, octet by octet as it was given.
    ///
    /// # Errors
    /// As [`to_vec_for`](Self::to_vec_for).
    pub fn to_vec(&self) -> Result<Vec<u8>, Error> {
        self.to_vec_for(Receiver::default())
    }

    /// The block as `receiver` takes it, and the message as it was given.
    ///
    /// # Errors
    /// An address of the block needs UTF-8, which the receiver does not take.
    pub fn to_vec_for(&self, receiver: Receiver) -> Result<Vec<u8>, Error> {
        let raw = self.raw.as_slice();
        let mut out = Vec::with_capacity(512 + raw.len());
        for field in &self.fields {
            field.write(&mut out, receiver.utf8)?;
        }
        out.extend_from_slice(raw);
        Ok(out)
    }
}

impl fmt::Debug for Resend<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend").finish_non_exhaustive()
    }
}

impl fmt::Debug for Resent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resent").field("envelope", &self.envelope()).finish_non_exhaustive()
    }
}
