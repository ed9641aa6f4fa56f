//! Opening and closing a mailbox (RFC 9051, sections 6.3.2, 6.3.3 and 6.4.1 to 6.4.3; RFC 3691;
//! RFC 4315, section 2.1; RFC 7162, sections 3.1.8 and 3.2.5).

use super::{
    Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes,
    resync::{Resync, SelectParameter},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc3691, rfc4315, rfc5257,
    types::{
        AnnotationSupport, Capability, Code, Data, FetchItem, Flag, ListEntry, MailboxId, MailboxName,
        ModSeq, SequenceNumber, SequenceSet, StatusResponse, Uid, UidSet, UidValidity, UrlKeyMechanism,
    },
};

/// What a server tells of a mailbox when it is opened. What it leaves out has the defaults of
/// RFC 3501, section 6.3.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectAnswer {
    /// How many messages there are.
    pub exists: u32,
    /// How many have `\Recent`, where the server counts them (IMAP4rev1).
    pub recent: Option<u32>,
    /// The flags that messages here can have.
    pub flags: Vec<Flag>,
    /// The flags that can be changed for good; all of them where the server does not say.
    pub permanent_flags: Option<Vec<Flag>>,
    /// The validity of the UIDs; where there is none, they do not outlive the session.
    pub uid_validity: Option<UidValidity>,
    /// The UID that the next message is likely to get.
    pub uid_next: Option<Uid>,
    /// The first message without `\Seen`, where the server says so (IMAP4rev1).
    pub unseen: Option<SequenceNumber>,
    /// Whether the server says that UIDs do not persist (RFC 4315).
    pub uids_not_sticky: bool,
    /// The highest modification sequence (RFC 7162).
    pub highest_mod_seq: Option<ModSeq>,
    /// Whether the server says that the mailbox has no modification sequences (`NOMODSEQ`). Where
    /// it says neither, it says so only once `CONDSTORE` is enabled (RFC 7162, section 3.1.2.2).
    pub no_mod_seq: bool,
    /// What has vanished, where that was asked for by [`Resync`]; it means nothing unless the
    /// UIDVALIDITY is still the same (RFC 7162, section 3.2.5).
    pub vanished: UidSet,
    /// The mechanisms that it has access keys for, where the server says so (RFC 4467, section 8).
    pub url_mechanisms: Option<Vec<UrlKeyMechanism>>,
    /// Which mailbox it is, whatever it is called (RFC 8474).
    pub mailbox_id: Option<MailboxId<'static>>,
    /// What the mailbox can do with annotations of messages (RFC 5257).
    pub annotations: Option<AnnotationSupport>,
    /// Whether nothing can be changed.
    pub read_only: bool,
    /// The mailbox under the name that the server has for it (RFC 9051, section 6.3.2).
    pub listed: Option<ListEntry>,
}

impl SelectAnswer {
    fn collect(data: Collected) -> Self {
        let mut answer = Self::default();
        let mut gone = Vec::new();
        // What came before was of the mailbox that was selected until then (RFC 9051, section 7.1).
        let closed = data.data.iter().rposition(is_closed).map_or(0, |index| index.saturating_add(1));
        for data in data.data.into_iter().skip(closed) {
            match data {
                Data::Exists(exists) => answer.exists = exists,
                Data::Recent(recent) => answer.recent = Some(recent),
                Data::Flags(flags) => answer.flags = flags,
                Data::List(entry) => answer.listed = Some(entry),
                Data::Expunge(_) => answer.exists = answer.exists.saturating_sub(1),
                Data::Vanished { earlier: true, uids } => gone.push(uids),
                Data::Vanished { earlier: false, uids } => {
                    let count = u32::try_from(uids.len()).unwrap_or(u32::MAX);
                    answer.exists = answer.exists.saturating_sub(count);
                    gone.push(uids);
                }
                Data::Status(StatusResponse { code: Some(code), .. }) => answer.code(code),
                _ => {}
            }
        }
        answer.vanished = union(&gone);
        for code in data.completions.into_iter().filter_map(|completion| completion.code) {
            answer.code(code);
        }
        answer
    }

    fn code(&mut self, code: Code) {
        match code {
            Code::PermanentFlags(flags) => self.permanent_flags = Some(flags),
            Code::UidValidity(validity) => self.uid_validity = Some(validity),
            Code::UidNext(next) => self.uid_next = Some(next),
            Code::Unseen(first) => self.unseen = Some(first),
            Code::UidNotSticky => self.uids_not_sticky = true,
            Code::HighestModSeq(highest) => self.highest_mod_seq = Some(highest),
            Code::NoModSeq => self.no_mod_seq = true,
            Code::Annotations(support) => self.annotations = Some(support),
            Code::MailboxId(id) => self.mailbox_id = Some(id),
            Code::UrlMech(mechanisms) => self.url_mechanisms = Some(mechanisms),
            Code::ReadOnly => self.read_only = true,
            Code::ReadWrite => self.read_only = false,
            _ => {}
        }
    }
}

fn is_closed(data: &Data) -> bool {
    matches!(data, Data::Status(StatusResponse { code: Some(Code::Closed), .. }))
}

macro_rules! opening {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $read_only:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Which mailbox.
            pub mailbox: MailboxName,
            parameter: SelectParameter,
            annotate: bool,
        }

        impl $name {
            /// This mailbox.
            #[must_use]
            pub const fn new(mailbox: MailboxName) -> Self {
                Self { mailbox, parameter: SelectParameter::None, annotate: false }
            }

            /// With modification sequences from now on: `CONDSTORE` (RFC 7162, section 3.1.8).
            #[must_use]
            pub fn condstore(mut self) -> Self {
                self.parameter = SelectParameter::Condstore;
                self
            }

            /// Telling what has changed since, once `QRESYNC` is enabled (RFC 7162, section 3.2.5):
            /// by [`SelectAnswer::vanished`] and by rows with UIDs, flags and modification
            /// sequences. Rows that come before
            /// [`Report::Closed`](crate::proto::Report::Closed) are of the mailbox before.
            #[must_use]
            pub fn resync(mut self, known: Resync) -> Self {
                self.parameter = SelectParameter::QResync(known);
                self
            }

            /// Telling which annotations of messages others change, by rows with their names:
            /// `ANNOTATE` (RFC 5257, section 4.2).
            #[must_use]
            pub fn annotate(mut self) -> Self {
                self.annotate = true;
                self
            }

            /// What it says to be known, where it asks what has changed since.
            #[must_use]
            pub const fn known(&self) -> Option<&Resync> {
                match &self.parameter {
                    SelectParameter::QResync(known) => Some(known),
                    SelectParameter::None | SelectParameter::Condstore => None,
                }
            }
        }

        impl Command for $name {
            type Answer = SelectAnswer;

            fn needs(&self) -> Needs {
                let needs = self.parameter.needs(Needs::phase(Phase::Authenticated));
                if !self.annotate {
                    return needs;
                }
                needs.capability(Capability::AnnotateExperiment1).because(rfc5257::ANNOTATE_NEEDS_THE_CAPABILITY)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).mailbox(&self.mailbox)?;
                self.parameter.encode(encoder, self.annotate);
                Ok(())
            }

            fn takes(&self) -> Takes {
                let takes = Takes::kinds([
                    DataKind::Selection,
                    DataKind::Exists,
                    DataKind::Recent,
                    DataKind::Flags,
                    DataKind::List,
                    DataKind::Expunge,
                    DataKind::UrlMech,
                    DataKind::Vanished,
                    DataKind::VanishedEarlier,
                ]);
                if !self.parameter.resynchronises() {
                    return takes;
                }
                takes.rows(SequenceSet::all(), true, FetchItem::Flags.into())
            }

            fn order(&self) -> Order {
                Order::alone()
            }

            fn effect(&self) -> Effect {
                Effect::Select { mailbox: self.mailbox.clone(), read_only: $read_only }
            }

            fn answer(data: Collected) -> Result<SelectAnswer, Error> {
                let mut answer = SelectAnswer::collect(data);
                answer.read_only |= $read_only;
                Ok(answer)
            }
        }
    )*};
}

opening! {
    /// SELECT (RFC 9051, section 6.3.2): opens a mailbox to read and write.
    Select = "SELECT ", false;
    /// EXAMINE (RFC 9051, section 6.3.3): opens a mailbox to read only.
    Examine = "EXAMINE ", true;
}

macro_rules! closing {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $order:expr, $effect:expr, $needs:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Command for $name {
            type Answer = ();

            fn needs(&self) -> Needs {
                let needs: fn(Needs) -> Needs = $needs;
                needs(Needs::phase(Phase::Selected))
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word);
                Ok(())
            }

            fn order(&self) -> Order {
                $order
            }

            fn effect(&self) -> Effect {
                $effect
            }

            fn answer(_: Collected) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

closing! {
    /// CLOSE (RFC 9051, section 6.4.1): leaves the mailbox and removes what is `\Deleted`.
    Close = "CLOSE", Order::alone(), Effect::Unselect, |needs| needs;
    /// UNSELECT (RFC 9051, section 6.4.2): leaves the mailbox and removes nothing.
    Unselect = "UNSELECT", Order::alone(), Effect::Unselect, |needs| {
        needs.or_rev2(Capability::Unselect).because(rfc3691::UNSELECT_NEEDS_THE_CAPABILITY)
    };
    /// CHECK (RFC 3501, section 6.4.1): has the server put things in order; IMAP4rev2 has dropped
    /// it.
    Check = "CHECK", Order::free(), Effect::None, Needs::rev1;
}

/// What an EXPUNGE has removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expunged {
    /// Sequence numbers in the order in which they came: each is of the mailbox as the one before
    /// has left it (RFC 9051, section 7.5.1).
    pub numbers: Vec<SequenceNumber>,
    /// UIDs, once `QRESYNC` or `UIDONLY` is enabled (RFC 7162, section 3.2.10; RFC 9586).
    pub vanished: UidSet,
}

/// The EXPUNGE and VANISHED responses.
pub(super) fn expunged(data: Collected) -> Expunged {
    let number = |data: &Data| match data {
        Data::Expunge(number) => Some(*number),
        _ => None,
    };
    Expunged { numbers: data.data.iter().filter_map(number).collect(), vanished: vanished(data.data) }
}

/// All that VANISHED responses name.
pub(super) fn vanished(data: Vec<Data>) -> UidSet {
    let uids = data.into_iter().filter_map(|data| match data {
        Data::Vanished { uids, .. } => Some(uids),
        _ => None,
    });
    union(&uids.collect::<Vec<_>>())
}

/// All of them, in n log n.
fn union(sets: &[UidSet]) -> UidSet {
    let ranges = sets.iter().flat_map(UidSet::ranges).map(|range| (*range.start(), *range.end()));
    UidSet::from_ranges(ranges.collect())
}

/// EXPUNGE (RFC 9051, section 6.4.3): removes all that is `\Deleted`, whoever has deleted it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expunge;

impl Command for Expunge {
    type Answer = Expunged;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Selected)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("EXPUNGE");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Expunge, DataKind::Vanished])
    }

    fn answer(data: Collected) -> Result<Expunged, Error> {
        Ok(expunged(data.whole()?))
    }
}

/// UID EXPUNGE (RFC 9051, section 6.4.9): removes what is `\Deleted` of these messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UidExpunge {
    /// Which messages, by their UIDs.
    pub uids: SequenceSet,
}

impl UidExpunge {
    /// These messages.
    #[must_use]
    pub fn new(uids: impl Into<SequenceSet>) -> Self {
        Self { uids: uids.into() }
    }
}

impl Command for UidExpunge {
    type Answer = Expunged;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Selected)
            .or_rev2(Capability::UidPlus)
            .because(rfc4315::UID_EXPUNGE_NEEDS_THE_CAPABILITY)
            .set(&self.uids)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("UID EXPUNGE ").sequence_set(&self.uids)?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Expunge, DataKind::Vanished]).strays([DataKind::MessageLimit])
    }

    fn answer(data: Collected) -> Result<Expunged, Error> {
        Ok(expunged(data.whole()?))
    }

    fn split(self, limit: usize) -> Vec<Self> {
        let room = Encoder::room(&self, &self.uids, limit);
        self.uids.split(room).into_iter().map(|uids| Self { uids }).collect()
    }
}
