//! Messages that are gone (RFC 9051, section 7.5.1; RFC 7162, section 3.2.10).

use super::{Connection, State, counts::Counts, event::Notice, queue::Entry};
use crate::{
    Error, Requirement,
    codec::command::{DataKind, Notifying},
    rfc7162, rfc9051, rfc9586,
    types::{Capability, Data, SequenceNumber},
};

impl Connection {
    /// A message is gone (section 7.5.1).
    pub(super) fn expunge(&mut self, sequence: SequenceNumber, data: Data, size: usize) -> Result<(), Error> {
        if !self.sees_mailbox() || self.is_untrusted() {
            return self.unasked(size);
        }
        let Some(mailbox) = &mut self.mailbox else { return Ok(()) };
        if !mailbox.has(sequence) && self.state == State::Selected {
            return self.forgive(rfc9051::EXPUNGE_NAMES_A_MESSAGE, sequence.to_string().as_bytes());
        }
        let uid = mailbox.expunge(sequence);
        if let Some(requirement) = self.vanishing() {
            self.forgive(requirement, sequence.to_string().as_bytes())?;
        }
        if self.is_untimely() {
            self.forgive(rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME, sequence.to_string().as_bytes())?;
        }
        let owner = self.under_way.iter_mut().find(|entry| entry.takes_kind(DataKind::Expunge));
        match owner {
            Some(entry) => {
                self.held = self.held.saturating_add(entry.keep(data, size));
                self.timing.progress();
            }
            None => self.unasked(size)?,
        }
        self.renumber(Notice::Expunge { sequence, uid });
        Ok(())
    }

    /// Whether messages may not go now: no command is under way, or only such that use the numbers
    /// that it changes; unless that is to be told at any time (RFC 5465, section 5.3).
    fn is_untimely(&self) -> bool {
        self.notifying != Notifying::AtOnce && self.under_way.iter().all(Entry::keeps_sequence_numbers)
    }

    /// Sequence numbers stand for something else from here on.
    pub(super) fn renumber(&mut self, notice: Notice) {
        if matches!(notice, Notice::UidValidity { .. }) {
            self.leave_contexts();
        }
        Counts::next(&mut self.counts.renumbered);
        self.notices.push_back(notice);
    }

    /// What forbids EXPUNGE at present, since VANISHED takes its place.
    fn vanishing(&self) -> Option<&'static Requirement> {
        if self.dialect.enabled(&Capability::UidOnly) {
            return Some(rfc9586::VANISHED_REPLACES_EXPUNGE);
        }
        self.dialect.enabled(&Capability::QResync).then_some(rfc7162::VANISHED_REPLACES_EXPUNGE)
    }

    /// Messages are gone, by their UIDs: now, or, `(EARLIER)`, at some time before.
    pub(super) fn vanished(&mut self, data: Data, size: usize) -> Result<(), Error> {
        let Data::Vanished { earlier, uids } = &data else { return Ok(()) };
        if !self.sees_mailbox() || self.is_untrusted() {
            return self.unasked(size);
        }
        let (earlier, uids) = (*earlier, uids.clone());
        let kind = DataKind::of(&data);
        if !earlier {
            let sample = |uids: &crate::types::UidSet| {
                let first = uids.ranges().next();
                first.map(|range| format!("{}:{}", range.start(), range.end())).unwrap_or_default()
            };
            let possible = self.mailbox.as_mut().is_none_or(|mailbox| mailbox.vanish(&uids));
            if !possible && self.state == State::Selected {
                let sample = sample(&uids);
                self.forgive(rfc7162::PLAIN_VANISHED_NAMES_VISIBLE_MESSAGES, sample.as_bytes())?;
            }
            if self.is_untimely() {
                let sample = sample(&uids);
                self.forgive(rfc7162::VANISHED_COMES_DURING_A_COMMAND, sample.as_bytes())?;
            }
        }
        let owner = self.under_way.iter_mut().find(|entry| entry.has_begun() && entry.takes_kind(kind));
        let owned = owner.is_some();
        match owner {
            Some(entry) => {
                self.timing.progress();
                self.held = self.held.saturating_add(entry.keep(data, size));
                self.check_held()?;
            }
            None => self.unasked(size)?,
        }
        match earlier {
            // Whoever asked is told so with the answer.
            true if owned => {}
            true => self.notices.push_back(Notice::Vanished { earlier, uids }),
            false => self.renumber(Notice::Vanished { earlier, uids }),
        }
        Ok(())
    }

    /// An answer of this kind was not understood: whoever waits for it is not to think that there
    /// was none. Whether anybody waits for it.
    pub(super) fn spoil(
        &mut self,
        kind: DataKind,
        message: &'static str,
        requirement: &'static Requirement,
        raw: &[u8],
    ) -> bool {
        let asks = |entry: &&mut Entry| entry.has_begun() && entry.is_answered_by(kind);
        let Some(entry) = self.under_way.iter_mut().find(asks) else { return false };
        entry.fault.get_or_insert_with(|| Error::violation(requirement, message).with_unparsed(raw));
        true
    }
}
