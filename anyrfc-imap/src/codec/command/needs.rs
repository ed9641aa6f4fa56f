//! What a command needs.

use crate::{
    Error, ErrorKind, Requirement,
    codec::encode::Dialect,
    rfc5182, rfc5256, rfc5257, rfc6855, rfc7162, rfc7889, rfc9208, rfc9586, rfc9738,
    types::{AnnotationUse, Capability, SequenceSet},
};

/// The states of a connection in which a command may be sent (RFC 9051, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Any.
    Any,
    /// Before authentication only.
    NotAuthenticated,
    /// After authentication, a mailbox selected or not.
    Authenticated,
    /// After authentication, and no mailbox has ever been selected.
    Unselected,
    /// A mailbox is selected.
    Selected,
}

/// What a command needs: a state, and what the server must be able to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Needs {
    phase: Phase,
    all: Vec<Need>,
    understood: bool,
    mod_sequences: bool,
    condstore: bool,
    annotations: Option<AnnotationUse>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Need {
    /// One of these, or IMAP4rev2 in force if that includes it.
    Any { capabilities: Vec<Capability>, or_rev2: bool, requirement: Option<&'static Requirement> },
    /// Not this.
    Not(Capability, &'static Requirement),
    /// This was enabled.
    Enabled(Capability, &'static Requirement),
    /// Messages have numbers.
    Numbers(&'static Requirement),
    /// IMAP4rev1, whose server has not switched to rev2.
    Rev1,
    /// `APPENDLIMIT`, whatever the limit.
    AppendLimit,
    /// `QUOTASET`, where the server follows RFC 9208.
    QuotaSet,
    /// `MESSAGELIMIT`, whatever the limit.
    MessageLimit,
    /// `SORT`, or what begins with it.
    Sort,
}

impl Needs {
    /// A state, and nothing that not every server can do.
    pub fn phase(phase: Phase) -> Self {
        Self {
            phase,
            all: Vec::new(),
            understood: true,
            mod_sequences: false,
            condstore: false,
            annotations: None,
        }
    }

    /// And this capability.
    pub fn capability(self, capability: Capability) -> Self {
        self.any_of([capability], false)
    }

    /// And this capability, which IMAP4rev2 includes.
    pub fn or_rev2(self, capability: Capability) -> Self {
        self.any_of([capability], true)
    }

    /// And one of these capabilities, which IMAP4rev2 includes or not.
    pub fn any_of(mut self, capabilities: impl Into<Vec<Capability>>, or_rev2: bool) -> Self {
        let capabilities = capabilities.into();
        self.all.push(Need::Any { capabilities, or_rev2, requirement: None });
        self
    }

    /// And that this capability is absent.
    pub fn without(mut self, capability: Capability, requirement: &'static Requirement) -> Self {
        self.all.push(Need::Not(capability, requirement));
        self
    }

    /// And that this was enabled before: beside the capability itself.
    pub fn enabled(mut self, capability: Capability, requirement: &'static Requirement) -> Self {
        self.all.push(Need::Enabled(capability, requirement));
        self
    }

    /// And that messages may be named by their numbers, which ends with `UIDONLY` (RFC 9586).
    pub fn numbers(mut self, requirement: &'static Requirement) -> Self {
        self.all.push(Need::Numbers(requirement));
        self
    }

    /// And `CONDSTORE`, by this or as a part of `QRESYNC`, in a mailbox that has modification
    /// sequences (RFC 7162, section 3.1.2.2).
    pub fn mod_sequences(mut self) -> Self {
        self.mod_sequences = true;
        self.condstore()
    }

    /// And `CONDSTORE`, by this or as a part of `QRESYNC`, which the command enables (RFC 7162,
    /// section 3.1).
    pub fn condstore(mut self) -> Self {
        self.condstore = true;
        self.any_of([Capability::Condstore, Capability::QResync], false)
            .because(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY)
    }

    /// And annotations of messages, in a mailbox that has such (RFC 5257, section 4.1).
    pub(crate) fn annotations(mut self, used: AnnotationUse) -> Self {
        let before = self.annotations.unwrap_or_default();
        self.annotations = Some(AnnotationUse {
            private: used.private || before.private,
            stores: used.stores.max(before.stores),
        });
        self.capability(Capability::AnnotateExperiment1).because(rfc5257::ANNOTATE_NEEDS_THE_CAPABILITY)
    }

    /// What it does with annotations of messages.
    pub(crate) const fn annotations_used(&self) -> Option<AnnotationUse> {
        self.annotations
    }

    /// And what IMAP4rev2 has dropped.
    pub fn rev1(mut self) -> Self {
        self.all.push(Need::Rev1);
        self
    }

    /// And `APPENDLIMIT`, whatever the limit (RFC 7889).
    pub fn append_limit(mut self) -> Self {
        self.all.push(Need::AppendLimit);
        self
    }

    /// And `QUOTASET`, on a server of RFC 9208; one of RFC 2087 does not know the word.
    pub fn quota_set(mut self) -> Self {
        self.all.push(Need::QuotaSet);
        self
    }

    /// And `MESSAGELIMIT`, whatever the limit (RFC 9738).
    pub fn message_limit(mut self) -> Self {
        self.all.push(Need::MessageLimit);
        self
    }

    /// And `SORT`, or a capability whose name begins with it (RFC 5256).
    pub fn sort(mut self) -> Self {
        self.all.push(Need::Sort);
        self
    }

    /// The statement that asks for the capability named last.
    pub fn because(mut self, statement: &'static Requirement) -> Self {
        if let Some(Need::Any { requirement, .. }) = self.all.last_mut() {
            *requirement = Some(statement);
        }
        self
    }

    /// And what this set needs: `$` is not known to every server.
    pub fn set(self, set: &SequenceSet) -> Self {
        if !set.is_saved() {
            return self;
        }
        self.or_rev2(Capability::SearchRes).because(rfc5182::SAVE_NEEDS_THE_CAPABILITY)
    }

    /// And what a command needs that names messages by their UIDs or by their numbers. Those that a
    /// search has saved have no number, but the command's answer has.
    pub(crate) fn named(self, uid: bool) -> Self {
        if uid { self } else { self.numbers(rfc9586::NO_MESSAGE_NUMBERS_ARE_SENT) }
    }

    /// The server may not know the command, so no literal goes to it without waiting: it would
    /// take the octets for commands.
    pub fn not_understood(mut self) -> Self {
        self.understood = false;
        self
    }

    /// The states in which the command may be sent.
    #[must_use]
    pub fn state(&self) -> Phase {
        self.phase
    }

    /// Whether the mailbox must have modification sequences.
    #[must_use]
    pub fn wants_mod_sequences(&self) -> bool {
        self.mod_sequences
    }

    /// Whether the command enables `CONDSTORE`.
    #[must_use]
    pub fn enables_condstore(&self) -> bool {
        self.condstore
    }

    /// Whether a server that has all that is needed understands the command.
    #[must_use]
    pub fn understood(&self) -> bool {
        self.understood
    }

    /// Whether the server can do it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] with the name of what it lacks.
    pub fn check(&self, dialect: &Dialect) -> Result<(), Error> {
        let begun = matches!(self.phase, Phase::Authenticated | Phase::Selected);
        if begun && dialect.has(&Capability::Utf8Only) && !dialect.utf8() {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "the server knows UTF-8 only, which has to be enabled first",
            )
            .with_requirement(rfc6855::UTF8_ONLY_NEEDS_ENABLE));
        }
        self.all.iter().try_for_each(|need| need.check(dialect))
    }
}

impl Need {
    fn check(&self, dialect: &Dialect) -> Result<(), Error> {
        match self {
            Self::Any { capabilities, or_rev2, requirement } => {
                if *or_rev2 && dialect.rev2() || capabilities.iter().any(|capability| dialect.has(capability))
                {
                    return Ok(());
                }
                let names: Vec<_> = capabilities.iter().map(ToString::to_string).collect();
                let error =
                    Error::new(ErrorKind::Unsupported, format!("the server lacks {}", names.join(" or ")));
                Err(match requirement {
                    Some(requirement) => error.with_requirement(requirement),
                    None => error,
                })
            }
            Self::Not(capability, requirement) if dialect.has(capability) => {
                Err(Error::new(ErrorKind::Unsupported, format!("the server says {capability}"))
                    .with_requirement(requirement))
            }
            Self::Enabled(capability, requirement) if !dialect.enabled(capability) => {
                Err(Error::usage(format!("{capability} has to be enabled first"))
                    .with_requirement(requirement))
            }
            Self::Numbers(requirement) if dialect.enabled(&Capability::UidOnly) => {
                Err(Error::usage("UIDONLY is enabled: messages have no numbers")
                    .with_requirement(requirement))
            }
            Self::Rev1 if dialect.rev2() => {
                Err(Error::new(ErrorKind::Unsupported, "IMAP4rev2 is in force, which has dropped this"))
            }
            Self::AppendLimit if dialect.capabilities().append_limit().is_none() => {
                Err(Error::new(ErrorKind::Unsupported, "the server lacks APPENDLIMIT")
                    .with_requirement(rfc7889::STATUS_APPENDLIMIT_NEEDS_THE_CAPABILITY))
            }
            Self::QuotaSet if is_of_rfc9208(dialect) && !dialect.has(&Capability::QuotaSet) => {
                Err(Error::new(ErrorKind::Unsupported, "the server lacks QUOTASET")
                    .with_requirement(rfc9208::SETQUOTA_NEEDS_QUOTASET))
            }
            Self::MessageLimit if dialect.capabilities().message_limit().is_none() => {
                Err(Error::new(ErrorKind::Unsupported, "the server lacks MESSAGELIMIT")
                    .with_requirement(rfc9738::UID_BOUNDS_NEED_THE_CAPABILITY))
            }
            Self::Sort if !dialect.capabilities().can_sort() => {
                Err(Error::new(ErrorKind::Unsupported, "the server lacks SORT")
                    .with_requirement(rfc5256::SORT_NEEDS_THE_CAPABILITY))
            }
            Self::Not(..)
            | Self::Enabled(..)
            | Self::Numbers(_)
            | Self::Rev1
            | Self::AppendLimit
            | Self::MessageLimit
            | Self::QuotaSet
            | Self::Sort => Ok(()),
        }
    }
}

/// Whether the server says so (RFC 9208, section 1).
fn is_of_rfc9208(dialect: &Dialect) -> bool {
    dialect.capabilities().iter().any(|capability| matches!(capability, Capability::QuotaResource(_)))
}
