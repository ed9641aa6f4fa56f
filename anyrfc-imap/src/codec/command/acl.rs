//! Access control lists (RFC 4314).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error, Requirement,
    codec::encode::Encoder,
    rfc4314,
    types::{self, AclIdentifier, Capability, Data, ListedRights, MailboxName, Right, Rights},
};

fn needs() -> Needs {
    Needs::phase(Phase::Authenticated).capability(Capability::Acl).because(rfc4314::ACL_NEEDS_THE_CAPABILITY)
}

/// What SETACL does with the rights that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Change {
    Add,
    Remove,
    Replace,
}

/// SETACL (RFC 4314, section 3.1): gives or takes rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAcl {
    mailbox: MailboxName,
    identifier: AclIdentifier,
    change: Change,
    rights: Rights,
}

impl SetAcl {
    /// Gives these rights beside those that there are.
    #[must_use]
    pub const fn grant(mailbox: MailboxName, identifier: AclIdentifier, rights: Rights) -> Self {
        Self { mailbox, identifier, change: Change::Add, rights }
    }

    /// Takes these rights, and no others.
    #[must_use]
    pub const fn revoke(mailbox: MailboxName, identifier: AclIdentifier, rights: Rights) -> Self {
        Self { mailbox, identifier, change: Change::Remove, rights }
    }

    /// Gives these rights, and no others: those that the caller does not know must be among them to
    /// stay (RFC 4314, section 5.1.2), so take what [`GetAcl`] returns and change that.
    #[must_use]
    pub const fn replace(mailbox: MailboxName, identifier: AclIdentifier, rights: Rights) -> Self {
        Self { mailbox, identifier, change: Change::Replace, rights }
    }

    /// Whether it gives everybody the control of the mailbox, of which users are to be warned before
    /// (RFC 4314, section 6).
    #[must_use]
    pub fn gives_control_to_anyone(&self) -> bool {
        self.identifier.is_anyone() && self.change != Change::Remove && self.rights.has(Right::ADMINISTER)
    }
}

impl Command for SetAcl {
    type Answer = ();

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        let advertised = encoder.dialect().capabilities().iter().find_map(|capability| match capability {
            Capability::Rights(rights) => Some(rights.as_str()),
            _ => None,
        });
        self.rights.check(advertised)?;
        let sign = match self.change {
            Change::Add => "+",
            Change::Remove => "-",
            Change::Replace => "",
        };
        let rights = format!("{sign}{}", self.rights);
        encoder.word("SETACL ").mailbox(&self.mailbox)?.space().astring(self.identifier.as_bytes())?;
        encoder.space().astring(rights.as_bytes())?;
        Ok(())
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

macro_rules! about_somebody {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Of which mailbox.
            pub mailbox: MailboxName,
            /// Whose.
            pub identifier: AclIdentifier,
        }

        impl $name {
            /// Of this mailbox and identifier.
            #[must_use]
            pub const fn new(mailbox: MailboxName, identifier: AclIdentifier) -> Self {
                Self { mailbox, identifier }
            }

            fn encode_arguments(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.mailbox(&self.mailbox)?.space().astring(self.identifier.as_bytes())?;
                Ok(())
            }
        }
    )*};
}

about_somebody! {
    /// DELETEACL (RFC 4314, section 3.2): removes an entry of the list.
    DeleteAcl;
    /// LISTRIGHTS (RFC 4314, section 3.4): what can be granted to somebody.
    ListRights;
}

impl Command for DeleteAcl {
    type Answer = ();

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        self.encode_arguments(encoder.word("DELETEACL "))
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

impl Command for ListRights {
    type Answer = ListedRights;

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        self.encode_arguments(encoder.word("LISTRIGHTS "))
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::ListRights]).of_mailbox(self.mailbox.clone())
    }

    fn answer(data: Collected) -> Result<ListedRights, Error> {
        let listed = data.pick(|data| if let Data::ListRights(rights) = data { Some(rights) } else { None });
        answered(listed, rfc4314::LISTRIGHTS_GETS_LISTRIGHTS)
    }
}

/// What the server owes.
fn answered<T>(all: impl Iterator<Item = T>, owed: &'static Requirement) -> Result<T, Error> {
    all.last().ok_or_else(|| Error::violation(owed, "it answered nothing of this mailbox"))
}

/// GETACL (RFC 4314, section 3.3): who has which rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetAcl {
    /// On which mailbox.
    pub mailbox: MailboxName,
}

impl GetAcl {
    /// On this mailbox.
    #[must_use]
    pub const fn new(mailbox: MailboxName) -> Self {
        Self { mailbox }
    }
}

impl Command for GetAcl {
    type Answer = types::Acl;

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("GETACL ").mailbox(&self.mailbox)?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Acl]).of_mailbox(self.mailbox.clone())
    }

    fn answer(data: Collected) -> Result<types::Acl, Error> {
        let lists = data.pick(|data| if let Data::Acl(acl) = data { Some(acl) } else { None });
        answered(lists, rfc4314::GETACL_GETS_ACL)
    }
}

/// MYRIGHTS (RFC 4314, section 3.5): what the user may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRights {
    /// On which mailbox.
    pub mailbox: MailboxName,
}

impl MyRights {
    /// On this mailbox.
    #[must_use]
    pub const fn new(mailbox: MailboxName) -> Self {
        Self { mailbox }
    }
}

impl Command for MyRights {
    type Answer = Rights;

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("MYRIGHTS ").mailbox(&self.mailbox)?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::MyRights]).of_mailbox(self.mailbox.clone())
    }

    fn answer(data: Collected) -> Result<Rights, Error> {
        let mine = data.pick(|data| if let Data::MyRights(mine) = data { Some(mine.rights) } else { None });
        answered(mine, rfc4314::MYRIGHTS_GETS_MYRIGHTS)
    }
}
