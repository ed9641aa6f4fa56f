//! Commands on mailboxes as a whole (RFC 9051, sections 6.3.1 and 6.3.4 to 6.3.8; RFC 6154,
//! section 3; RFC 8474, section 4.1).

use super::{Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5161, rfc6154, rfc6855, rfc7162, rfc9586,
    types::{Capabilities, Capability, Code, Data, ListEntry, MailboxAttribute, MailboxId, MailboxName},
};

/// ENABLE (RFC 9051, section 6.3.1): switches extensions on, before any mailbox is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enable {
    /// What is to be switched on.
    pub capabilities: Vec<Capability>,
}

impl Enable {
    /// These, at least one.
    #[must_use]
    pub fn new(capabilities: impl Into<Vec<Capability>>) -> Self {
        Self { capabilities: capabilities.into() }
    }
}

impl Command for Enable {
    /// What the server says is on now; `None` where it says nothing of it.
    type Answer = Option<Capabilities>;

    fn needs(&self) -> Needs {
        // Without the word a server that offers rev2 beside rev1 could never be asked for it.
        let needs = Needs::phase(Phase::Unselected)
            .any_of([Capability::Enable, Capability::Imap4Rev2], true)
            .because(rfc5161::ENABLE_NEEDS_THE_CAPABILITY);
        self.capabilities.iter().fold(needs, |needs, capability| match capability {
            Capability::Condstore => needs.condstore(),
            Capability::QResync => {
                needs.capability(Capability::QResync).because(rfc7162::QRESYNC_NEEDS_THE_CAPABILITY)
            }
            Capability::UidOnly => {
                needs.capability(Capability::UidOnly).because(rfc9586::UIDONLY_NEEDS_THE_CAPABILITY)
            }
            _ => needs,
        })
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.capabilities.is_empty() {
            return Err(Error::usage("nothing is to be enabled"));
        }
        if self.capabilities.contains(&Capability::Utf8Only) {
            return Err(Error::usage("UTF8=ONLY is enabled by UTF8=ACCEPT")
                .with_requirement(rfc6855::UTF8_ONLY_IS_NOT_ENABLED));
        }
        let needless = |capability: &Capability| {
            !matches!(
                capability,
                Capability::Condstore
                    | Capability::Imap4Rev2
                    | Capability::Metadata
                    | Capability::MetadataServer
                    | Capability::QResync
                    | Capability::UidOnly
                    | Capability::Utf8Accept
                    | Capability::Other(_)
            )
        };
        if self.capabilities.iter().any(needless) {
            return Err(Error::usage("what needs no enabling")
                .with_requirement(rfc5161::ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED));
        }
        encoder.word("ENABLE ").spaced(&self.capabilities, |encoder, capability| {
            encoder.atom(&capability.to_string())?;
            Ok(())
        })?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Enabled])
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Enable(self.capabilities.clone())
    }

    fn answer(data: Collected) -> Result<Option<Capabilities>, Error> {
        let mut enabled = data.pick(|data| match data {
            Data::Enabled(capabilities) => Some(capabilities),
            _ => None,
        });
        let Some(first) = enabled.next() else { return Ok(None) };
        Ok(Some(first.into_iter().chain(enabled.flatten()).collect()))
    }
}

/// CREATE (RFC 9051, section 6.3.4), with special uses (RFC 6154, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The new name; with the delimiter at its end, names below it are to be created.
    pub mailbox: MailboxName,
    /// What the mailbox is for.
    pub uses: Vec<MailboxAttribute>,
}

impl Create {
    /// A mailbox of this name.
    #[must_use]
    pub const fn new(mailbox: MailboxName) -> Self {
        Self { mailbox, uses: Vec::new() }
    }

    /// For this use (RFC 6154).
    #[must_use]
    pub fn for_use(mut self, attribute: MailboxAttribute) -> Self {
        self.uses.push(attribute);
        self
    }
}

impl Command for Create {
    type Answer = Created;

    fn needs(&self) -> Needs {
        let needs = Needs::phase(Phase::Authenticated);
        if self.uses.is_empty() {
            return needs;
        }
        needs.capability(Capability::CreateSpecialUse).because(rfc6154::USE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("CREATE ").new_mailbox(&self.mailbox)?;
        if !self.uses.is_empty() {
            encoder.word(" (USE ").list(&self.uses, |encoder, attribute| {
                encoder.attribute(attribute)?;
                Ok(())
            })?;
            encoder.word(")");
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::List])
    }

    fn answer(data: Collected) -> Result<Created, Error> {
        let codes = data.completions.iter().filter_map(|completion| completion.code.as_ref());
        let mailbox_id = codes
            .filter_map(|code| if let Code::MailboxId(id) = code { Some(id.clone()) } else { None })
            .last();
        Ok(Created { listed: renamed(data), mailbox_id })
    }
}

/// What has become of CREATE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Created {
    /// The mailbox under the name that the server has made of it, where it says so (RFC 9051,
    /// section 6.3.4).
    pub listed: Option<ListEntry>,
    /// Which mailbox it is, whatever it is called (RFC 8474, section 4.1).
    pub mailbox_id: Option<MailboxId<'static>>,
}

/// The last LIST response that names an older name.
fn renamed(data: Collected) -> Option<ListEntry> {
    let entries = data.pick(|data| match data {
        Data::List(entry) if entry.old_name.is_some() => Some(entry),
        _ => None,
    });
    entries.last()
}

/// RENAME (RFC 9051, section 6.3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name that it has.
    pub from: MailboxName,
    /// The name that it gets.
    pub to: MailboxName,
}

impl Rename {
    /// From one name to another.
    #[must_use]
    pub const fn new(from: MailboxName, to: MailboxName) -> Self {
        Self { from, to }
    }
}

impl Command for Rename {
    /// The mailbox under the name that the server has made of it, where it says so (RFC 9051,
    /// section 6.3.6).
    type Answer = Option<ListEntry>;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("RENAME ").mailbox(&self.from)?.space().new_mailbox(&self.to)?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::List])
    }

    fn answer(data: Collected) -> Result<Option<ListEntry>, Error> {
        Ok(renamed(data))
    }
}

macro_rules! on_mailbox {
    ($($(#[$meta:meta])* $name:ident = $word:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Which mailbox.
            pub mailbox: MailboxName,
        }

        impl $name {
            /// This mailbox.
            #[must_use]
            pub const fn new(mailbox: MailboxName) -> Self {
                Self { mailbox }
            }
        }

        impl Command for $name {
            type Answer = ();

            fn needs(&self) -> Needs {
                Needs::phase(Phase::Authenticated)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).mailbox(&self.mailbox)?;
                Ok(())
            }

            fn answer(_: Collected) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

on_mailbox! {
    /// DELETE (RFC 9051, section 6.3.5).
    Delete = "DELETE ";
    /// SUBSCRIBE (RFC 9051, section 6.3.7).
    Subscribe = "SUBSCRIBE ";
    /// UNSUBSCRIBE (RFC 9051, section 6.3.8).
    Unsubscribe = "UNSUBSCRIBE ";
}
