//! LIST and its kin (RFC 9051, sections 6.3.9 and 6.3.10; RFC 3501, section 6.3.9; RFC 5258;
//! RFC 5819; RFC 6154; RFC 8440; RFC 9590).

use std::{collections::HashMap, mem::discriminant};

use bytes::Bytes;

use super::{
    Collected, Command, DataKind, Needs, Phase, StatusItems, Takes,
    metadata::{encode_entry, join},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc2342, rfc5258, rfc5819, rfc6154, rfc8440, rfc9051, rfc9590,
    types::{
        Capability, Data, ListEntry, MailboxName, MailboxStatus, Metadata, MetadataEntry, MetadataTarget,
        MetadataTold, Namespaces, Pattern, Rights,
    },
};

/// Which mailboxes are listed (RFC 9051, section 6.3.9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListSelect {
    /// `SUBSCRIBED`: those subscribed to, even if they do not exist.
    Subscribed,
    /// `REMOTE`: those on other servers as well.
    Remote,
    /// `RECURSIVEMATCH`: also those whose children are selected.
    RecursiveMatch,
    /// `SPECIAL-USE`: those with a special use (RFC 6154).
    SpecialUse,
}

/// What is told of them (RFC 9051, section 6.3.9.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListReturn {
    /// `SUBSCRIBED`: whether they are subscribed to.
    Subscribed,
    /// `CHILDREN`: whether they have children.
    Children,
    /// `SPECIAL-USE`: what they are for (RFC 6154).
    SpecialUse,
    /// `STATUS`: what is in them (RFC 5819).
    Status(StatusItems),
    /// `METADATA`: these of their annotations, at least one (RFC 9590). It may cost the server much:
    /// list no more mailboxes than are of interest.
    Metadata(Vec<MetadataEntry>),
    /// `MYRIGHTS`: what the user may do (RFC 8440). It may cost the server much: list no more
    /// mailboxes than are of interest.
    MyRights,
}

/// A mailbox of LIST, and what else was asked for of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The mailbox.
    pub entry: ListEntry,
    /// What is in it; a server that cannot tell leaves it out (RFC 5819, section 2).
    pub status: Option<MailboxStatus>,
    /// Its annotations; `None` is an entry without a value. A server that cannot tell leaves them
    /// out (RFC 9590, section 3).
    pub metadata: Vec<(MetadataEntry, Option<Bytes>)>,
    /// What the user may do; a server that cannot tell leaves it out (RFC 8440, section 3).
    pub my_rights: Option<Rights>,
}

/// LIST (RFC 9051, section 6.3.9): which mailboxes there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    reference: Option<MailboxName>,
    patterns: Vec<Pattern>,
    select: Vec<ListSelect>,
    returns: Vec<ListReturn>,
}

impl List {
    /// Those whose names match.
    #[must_use]
    pub fn new(pattern: Pattern) -> Self {
        Self { reference: None, patterns: vec![pattern], select: Vec::new(), returns: Vec::new() }
    }

    /// Or match this, which needs `LIST-EXTENDED`.
    #[must_use]
    pub fn or(mut self, pattern: Pattern) -> Self {
        self.patterns.push(pattern);
        self
    }

    /// With a reference: a level of the hierarchy, the delimiter at its end. What else it means is
    /// the server's affair (RFC 9051, section 6.3.9).
    #[must_use]
    pub fn reference(mut self, reference: MailboxName) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Only these.
    #[must_use]
    pub fn select(mut self, option: ListSelect) -> Self {
        if !self.select.contains(&option) {
            self.select.push(option);
        }
        self
    }

    /// And tell this of them.
    #[must_use]
    pub fn returns(mut self, option: ListReturn) -> Self {
        // What has arguments can be asked for once: the last one counts.
        self.returns.retain(|other| discriminant(other) != discriminant(&option));
        self.returns.push(option);
        self
    }
}

impl Command for List {
    type Answer = Vec<Listed>;

    fn needs(&self) -> Needs {
        let mut needs = Needs::phase(Phase::Authenticated);
        if self.patterns.len() > 1 {
            needs = needs
                .capability(Capability::ListExtended)
                .because(rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT);
        }
        for option in &self.select {
            needs = match option {
                ListSelect::SpecialUse => special_use(needs),
                _ => extended(needs),
            };
        }
        for option in &self.returns {
            needs = match option {
                ListReturn::SpecialUse => special_use(needs),
                ListReturn::Status(items) => items.needs(
                    extended(needs)
                        .or_rev2(Capability::ListStatus)
                        .because(rfc5819::LIST_STATUS_NEEDS_THE_CAPABILITY),
                ),
                ListReturn::Metadata(_) => extended(needs)
                    .capability(Capability::ListMetadata)
                    .because(rfc9590::METADATA_OPTION_NEEDS_THE_CAPABILITY),
                ListReturn::MyRights => extended(needs)
                    .capability(Capability::ListMyRights)
                    .because(rfc8440::MYRIGHTS_OPTION_NEEDS_THE_CAPABILITY),
                ListReturn::Subscribed | ListReturn::Children => extended(needs),
            };
        }
        needs
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        let only = |option| self.select.iter().all(|other| *other == option || *other == ListSelect::Remote);
        if self.select.contains(&ListSelect::RecursiveMatch) && only(ListSelect::RecursiveMatch) {
            return Err(Error::usage("RECURSIVEMATCH needs another selection option")
                .with_requirement(rfc9051::RECURSIVEMATCH_IS_NOT_ALONE));
        }
        encoder.word("LIST ");
        if !self.select.is_empty() {
            encoder.list(&self.select, |encoder, option| {
                encoder.word(match option {
                    ListSelect::Subscribed => "SUBSCRIBED",
                    ListSelect::Remote => "REMOTE",
                    ListSelect::RecursiveMatch => "RECURSIVEMATCH",
                    ListSelect::SpecialUse => "SPECIAL-USE",
                });
                Ok(())
            })?;
            encoder.space();
        }
        encode_names(encoder, self.reference.as_ref(), &self.patterns)?;
        if self.returns.is_empty() {
            return Ok(());
        }
        encoder.word(" RETURN ").list(&self.returns, |encoder, option| {
            match option {
                ListReturn::Subscribed => encoder.word("SUBSCRIBED"),
                ListReturn::Children => encoder.word("CHILDREN"),
                ListReturn::SpecialUse => encoder.word("SPECIAL-USE"),
                ListReturn::Status(items) => return items.encode(encoder.word("STATUS ")),
                ListReturn::Metadata(entries) if entries.is_empty() => {
                    return Err(Error::usage("no entry is named")
                        .with_requirement(rfc9590::METADATA_OPTION_NAMES_ENTRIES));
                }
                ListReturn::Metadata(entries) => {
                    return encoder.word("METADATA ").list(entries, encode_entry).map(drop);
                }
                ListReturn::MyRights => encoder.word("MYRIGHTS"),
            };
            Ok(())
        })?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        let more = self.returns.iter().filter_map(|option| match option {
            ListReturn::Status(_) => Some(DataKind::MailboxStatus),
            ListReturn::Metadata(_) => Some(DataKind::Metadata),
            ListReturn::MyRights => Some(DataKind::MyRights),
            _ => None,
        });
        let takes = Takes::kinds([DataKind::List].into_iter().chain(more));
        // What a reference makes of a pattern only the server knows.
        if self.reference.is_some() { takes } else { takes.of_patterns(&self.patterns) }
    }

    fn answer(data: Collected) -> Result<Vec<Listed>, Error> {
        let (mut entries, mut statuses) = (Vec::new(), Vec::new());
        let mut annotations: HashMap<MailboxName, Vec<MetadataTold>> = HashMap::new();
        let mut rights = HashMap::new();
        for data in data.data {
            match data {
                Data::List(entry) => entries.push(entry),
                Data::MailboxStatus(status) => statuses.push(status),
                Data::Metadata(Metadata { target: MetadataTarget::Mailbox(mailbox), told }) => {
                    annotations.entry(mailbox).or_default().push(told);
                }
                Data::MyRights(mine) => {
                    rights.insert(mine.mailbox, mine.rights);
                }
                _ => {}
            }
        }
        let statuses = MailboxStatus::merge(statuses).into_iter();
        let mut statuses: HashMap<_, _> = statuses.map(|status| (status.mailbox.clone(), status)).collect();
        let listed = entries.into_iter().map(|entry| {
            let status = statuses.remove(&entry.mailbox);
            let metadata = join(annotations.remove(&entry.mailbox).unwrap_or_default().into_iter());
            let my_rights = rights.remove(&entry.mailbox);
            Listed { entry, status, metadata, my_rights }
        });
        Ok(listed.collect())
    }
}

fn extended(needs: Needs) -> Needs {
    needs.or_rev2(Capability::ListExtended).because(rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT)
}

/// An option, which only the extended form of LIST can carry (RFC 6154, section 2).
fn special_use(needs: Needs) -> Needs {
    extended(needs)
        .capability(Capability::SpecialUse)
        .because(rfc6154::SPECIAL_USE_OPTIONS_NEED_THE_CAPABILITY)
}

fn encode_names(
    encoder: &mut Encoder<'_>,
    reference: Option<&MailboxName>,
    patterns: &[Pattern],
) -> Result<(), Error> {
    match reference {
        Some(reference) => encoder.mailbox(reference)?,
        None => encoder.word("\"\""),
    };
    encoder.space();
    match patterns {
        [pattern] => encoder.pattern(pattern)?,
        patterns => encoder.list(patterns, |encoder, pattern| {
            encoder.pattern(pattern)?;
            Ok(())
        })?,
    };
    Ok(())
}

macro_rules! plain_list {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $kind:ident, $needs:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// The level of the hierarchy at which to begin.
            pub reference: Option<MailboxName>,
            /// What the names match.
            pub pattern: Pattern,
        }

        impl $name {
            /// Those whose names match.
            #[must_use]
            pub const fn new(pattern: Pattern) -> Self {
                Self { reference: None, pattern }
            }
        }

        impl Command for $name {
            type Answer = Vec<ListEntry>;

            fn needs(&self) -> Needs {
                let needs: fn(Needs) -> Needs = $needs;
                needs(Needs::phase(Phase::Authenticated))
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word);
                encode_names(encoder, self.reference.as_ref(), std::slice::from_ref(&self.pattern))
            }

            fn takes(&self) -> Takes {
                Takes::kinds([DataKind::$kind])
            }

            fn answer(data: Collected) -> Result<Vec<ListEntry>, Error> {
                let entries = data.pick(|data| match data {
                    Data::$kind(entry) => Some(entry),
                    _ => None,
                });
                Ok(entries.collect())
            }
        }
    )*};
}

plain_list! {
    /// LSUB (RFC 3501, section 6.3.9): the subscriptions; IMAP4rev2 has dropped it.
    Lsub = "LSUB ", Lsub, Needs::rev1;
    /// XLIST: Gmail's forerunner of SPECIAL-USE.
    Xlist = "XLIST ", List, |needs| needs.capability(Capability::Xlist);
}

/// NAMESPACE (RFC 9051, section 6.3.10): where whose mailboxes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Namespace;

impl Command for Namespace {
    type Answer = Namespaces;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .or_rev2(Capability::Namespace)
            .because(rfc2342::NAMESPACE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("NAMESPACE");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Namespace])
    }

    fn answer(data: Collected) -> Result<Namespaces, Error> {
        let namespaces = data.pick(|data| match data {
            Data::Namespace(namespaces) => Some(namespaces),
            _ => None,
        });
        namespaces.last().ok_or_else(|| {
            Error::violation(rfc9051::NAMESPACE_IS_ANSWERED, "NAMESPACE was answered without namespaces")
        })
    }
}
