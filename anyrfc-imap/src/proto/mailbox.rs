//! What is known of the mailbox that is selected.

use super::numbering::Numbering;
use crate::types::{
    AnnotationSupport, Code, Data, Flag, MailboxId, MailboxName, ModSeq, SequenceNumber, Uid, UidSet,
    UidValidity,
};

/// The mailbox that is selected, as far as the server has told (RFC 9051, section 6.3.2).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mailbox {
    /// Its name, as it was asked for.
    pub name: MailboxName,
    /// Whether it can only be read.
    pub read_only: bool,
    /// How many messages there are.
    pub exists: u32,
    /// How many of them are `\Recent` (RFC 3501).
    pub recent: u32,
    /// The flags there are.
    pub flags: Vec<Flag>,
    /// The flags that can be changed for good; `None` where the server said nothing, which
    /// means all of them.
    pub permanent_flags: Option<Vec<Flag>>,
    /// The validity of its UIDs; `None` where the server has no persistent ones.
    pub uid_validity: Option<UidValidity>,
    /// The UID that the next message is likely to get.
    pub uid_next: Option<Uid>,
    /// Whether the server said that its UIDs do not persist.
    pub uid_not_sticky: bool,
    /// The highest modification sequence, as RFC 7162, section 6, has it kept: what the server last
    /// called so, or a higher one of a message that it told of since. `None` where it has told
    /// none.
    pub highest_mod_seq: Option<ModSeq>,
    /// Whether the server said that the mailbox has no modification sequences (`NOMODSEQ`).
    pub no_mod_seq: bool,
    /// The highest of those of messages since the last completion.
    seen_mod_seq: Option<ModSeq>,
    /// Whether the server has called a value the highest since then.
    called: bool,
    /// Which mailbox it is, whatever it is called (RFC 8474), where the server says so.
    pub mailbox_id: Option<MailboxId<'static>>,
    /// What it can do with annotations of messages (RFC 5257), where the server says so.
    pub annotations: Option<AnnotationSupport>,
    numbering: Numbering,
}

/// What a response changes that the caller has to know of by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    /// The UIDs known so far name nothing any more.
    UidValidity {
        before: UidValidity,
        now: UidValidity,
    },
}

impl Mailbox {
    pub(super) fn new(name: MailboxName, read_only: bool) -> Self {
        Self {
            name,
            read_only,
            exists: 0,
            recent: 0,
            flags: Vec::new(),
            permanent_flags: None,
            uid_validity: None,
            uid_next: None,
            uid_not_sticky: false,
            highest_mod_seq: None,
            no_mod_seq: false,
            seen_mod_seq: None,
            called: false,
            mailbox_id: None,
            annotations: None,
            numbering: Numbering::default(),
        }
    }

    /// The UID of a message, where a response has told both numbers of it since the mailbox
    /// was selected.
    #[must_use]
    pub fn uid(&self, sequence: SequenceNumber) -> Option<Uid> {
        self.numbering.uid(sequence)
    }

    /// Takes in a response code about the mailbox.
    pub(super) fn code(&mut self, code: &Code) -> Change {
        match code {
            Code::ReadOnly => self.read_only = true,
            Code::ReadWrite => self.read_only = false,
            Code::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            Code::UidNext(uid) => self.uid_next = Some(*uid),
            Code::UidNotSticky => self.uid_not_sticky = true,
            // It holds even where a message has a higher one: what has vanished in between may
            // not have been told yet (RFC 7162, section 6).
            Code::HighestModSeq(value) => {
                self.highest_mod_seq = Some(*value);
                self.called = true;
                self.no_mod_seq = false;
            }
            Code::NoModSeq => {
                self.highest_mod_seq = None;
                self.no_mod_seq = true;
            }
            Code::Annotations(support) => self.annotations = Some(*support),
            Code::MailboxId(id) => self.mailbox_id = Some(id.clone()),
            Code::UidValidity(now) => {
                let before = self.uid_validity.replace(*now);
                if let Some(before) = before.filter(|before| before != now) {
                    self.numbering = Numbering::default();
                    // RFC 7162, section 3.1.2.1.
                    self.highest_mod_seq = None;
                    self.seen_mod_seq = None;
                    return Change::UidValidity { before, now: *now };
                }
            }
            _ => {}
        }
        Change::Nothing
    }

    /// Takes in data about the mailbox.
    pub(super) fn data(&mut self, data: &Data) {
        match data {
            Data::Flags(flags) => self.flags.clone_from(flags),
            Data::Exists(count) => self.exist(*count),
            Data::Recent(count) => self.recent = *count,
            _ => {}
        }
    }

    fn exist(&mut self, count: u32) {
        // It may only grow but by EXPUNGE (section 7.4.1). Where it shrinks all the same,
        // nobody knows which messages are gone.
        if count < self.exists {
            self.numbering = Numbering::default();
        }
        self.exists = count;
    }

    /// A message is gone: its UID, where that was known.
    pub(super) fn expunge(&mut self, sequence: SequenceNumber) -> Option<Uid> {
        self.exists = self.exists.saturating_sub(1);
        self.numbering.expunge(sequence)
    }

    /// These are gone. `false` where that cannot be: there were not so many.
    pub(super) fn vanish(&mut self, uids: &UidSet) -> bool {
        let gone = u32::try_from(uids.len()).unwrap_or(u32::MAX);
        let left = self.exists.checked_sub(gone);
        self.exists = left.unwrap_or(0);
        self.numbering.vanish(uids);
        left.is_some()
    }

    /// Something has happened to the numbers that nobody understood.
    pub(super) fn forget_numbers(&mut self) {
        self.numbering = Numbering::default();
    }

    /// The modification sequence of a message was told.
    pub(super) fn see_mod_seq(&mut self, value: ModSeq) {
        self.seen_mod_seq = self.seen_mod_seq.max(Some(value));
    }

    /// A command has ended, and with it what was told of messages counts (RFC 7162, section 6):
    /// unless the server itself has called a value the highest meanwhile.
    pub(super) fn settle_mod_seq(&mut self) {
        let seen = self.seen_mod_seq.take();
        if !std::mem::take(&mut self.called) && !self.no_mod_seq && seen > self.highest_mod_seq {
            self.highest_mod_seq = seen;
        }
    }

    /// A FETCH response names both numbers of a message. `false` where that cannot be, since
    /// they were told otherwise before.
    pub(super) fn number(&mut self, sequence: SequenceNumber, uid: Uid) -> bool {
        self.numbering.learn(sequence, uid)
    }

    /// Whether a message of this number was announced.
    pub(super) fn has(&self, sequence: SequenceNumber) -> bool {
        sequence.get() <= self.exists
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(n: u32) -> SequenceNumber {
        SequenceNumber::new(n).unwrap()
    }

    fn uid(n: u32) -> Uid {
        Uid::new(n).unwrap()
    }

    #[test]
    fn an_expunge_renumbers_what_follows() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        mailbox.data(&Data::Exists(4));
        for n in 1..=4 {
            assert!(mailbox.number(sequence(n), uid(10 * n)));
        }
        assert_eq!(mailbox.expunge(sequence(2)), Some(uid(20)));
        assert_eq!(mailbox.exists, 3);
        let uids: Vec<Option<Uid>> = (1..=4).map(|n| mailbox.uid(sequence(n))).collect();
        assert_eq!(uids, [Some(uid(10)), Some(uid(30)), Some(uid(40)), None]);
        assert!(!mailbox.number(sequence(2), uid(31)), "told otherwise before");
        assert!(mailbox.has(sequence(3)) && !mailbox.has(sequence(4)));
        assert_eq!(mailbox.expunge(sequence(9)), None);
    }

    #[test]
    fn what_a_server_announces_takes_no_memory() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        mailbox.data(&Data::Exists(u32::MAX));
        assert!(mailbox.number(sequence(u32::MAX), uid(7)));
        assert!(mailbox.number(sequence(1_000_000), uid(7)));
        assert_eq!(mailbox.numbering.capacity(), 0);
        assert!(mailbox.number(sequence(1), uid(1)));
        assert_eq!(mailbox.uid(sequence(1)), Some(uid(1)));
    }

    #[test]
    fn another_validity_makes_every_number_unknown() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        let [one, two] = [1, 2].map(|n| UidValidity::new(n).unwrap());
        assert_eq!(mailbox.code(&Code::UidValidity(one)), Change::Nothing);
        assert!(mailbox.number(sequence(1), uid(5)));
        assert_eq!(mailbox.code(&Code::UidValidity(one)), Change::Nothing);
        assert_eq!(mailbox.uid(sequence(1)), Some(uid(5)));
        assert_eq!(mailbox.code(&Code::UidValidity(two)), Change::UidValidity { before: one, now: two });
        assert_eq!(mailbox.uid(sequence(1)), None);
    }

    #[test]
    fn what_vanishes_is_gone_from_the_count_and_the_numbers() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        mailbox.data(&Data::Exists(5));
        for n in 1..=4 {
            assert!(mailbox.number(sequence(n), uid(10 * n)));
        }
        assert!(mailbox.vanish(&[20, 50].into_iter().filter_map(Uid::new).collect()));
        assert_eq!(mailbox.exists, 3);
        let uids: Vec<Option<Uid>> = (1..=4).map(|n| mailbox.uid(sequence(n))).collect();
        assert_eq!(uids, [Some(uid(10)), Some(uid(30)), Some(uid(40)), None]);
        let all = UidSet::from_ranges(vec![(1, u32::MAX)]);
        assert!(!mailbox.vanish(&all), "more than there were");
        assert_eq!((mailbox.exists, mailbox.uid(sequence(1))), (0, None));
    }

    #[test]
    fn the_highest_modification_sequence_is_kept_as_section_6_asks() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        let value = |n| ModSeq::new(n).unwrap();
        mailbox.code(&Code::HighestModSeq(value(90)));
        mailbox.settle_mod_seq();
        mailbox.see_mod_seq(value(103));
        mailbox.see_mod_seq(value(101));
        assert_eq!(mailbox.highest_mod_seq, Some(value(90)), "not before a command has ended");
        mailbox.code(&Code::HighestModSeq(value(99)));
        mailbox.settle_mod_seq();
        assert_eq!(mailbox.highest_mod_seq, Some(value(99)), "the server's word holds");
        mailbox.settle_mod_seq();
        assert_eq!(mailbox.highest_mod_seq, Some(value(99)), "what it held against is forgotten");
        mailbox.see_mod_seq(value(104));
        mailbox.settle_mod_seq();
        mailbox.see_mod_seq(value(98));
        mailbox.settle_mod_seq();
        assert_eq!(mailbox.highest_mod_seq, Some(value(104)));
        mailbox.code(&Code::NoModSeq);
        mailbox.see_mod_seq(value(105));
        mailbox.settle_mod_seq();
        assert_eq!((mailbox.highest_mod_seq, mailbox.no_mod_seq), (None, true));
    }

    #[test]
    fn a_mailbox_that_stays_as_it_is_keeps_every_number() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        for exists in [2, 2, 3] {
            mailbox.data(&Data::Exists(exists));
            assert!(mailbox.number(sequence(1), uid(5)));
        }
        mailbox.data(&Data::Exists(3));
        assert_eq!((mailbox.uid(sequence(1)), mailbox.exists), (Some(uid(5)), 3));
    }

    #[test]
    fn a_mailbox_that_shrinks_without_expunge_makes_every_number_unknown() {
        let mut mailbox = Mailbox::new(MailboxName::inbox(), false);
        mailbox.data(&Data::Exists(2));
        assert!(mailbox.number(sequence(1), uid(5)));
        mailbox.data(&Data::Exists(1));
        assert_eq!(mailbox.uid(sequence(1)), None);
    }
}
