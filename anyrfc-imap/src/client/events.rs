//! What a server tells of itself, kept until somebody takes it.

use std::collections::VecDeque;

use crate::{
    proto::CommandId,
    types::{
        Code, Data, FetchRow, Flag, Progress, SequenceNumber, StatusKind, StatusResponse, Uid, UidSet,
        UidValidity,
    },
};

/// What a server tells without being asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// So many messages are in the selected mailbox now.
    Exists(u32),
    /// A message has gone, and all after it have moved up by one.
    Expunge {
        /// The number that it had.
        sequence: SequenceNumber,
        /// Its UID, where that had been told.
        uid: Option<Uid>,
    },
    /// Messages have gone, by their UIDs: in place of [`Expunge`](Self::Expunge), once `QRESYNC` or
    /// `UIDONLY` is enabled (RFC 7162, section 3.2.10; RFC 9586).
    Vanished {
        /// Whether some time ago: then they may be unknown, and no number changes by it.
        earlier: bool,
        /// Which ones.
        uids: UidSet,
    },
    /// Something about a message has changed: its flags, as a rule.
    Fetch(FetchRow),
    /// The flags that there are in the selected mailbox have changed.
    Flags(Vec<Flag>),
    /// The UIDs of the selected mailbox name nothing any more (RFC 9051, section 2.3.1.1):
    /// what was kept of its messages is to be forgotten, and the mailbox to be selected anew.
    UidValidity {
        /// Until now.
        before: UidValidity,
        /// From now on.
        now: UidValidity,
    },
    /// The server wants the user to read this (RFC 9051, section 7.1).
    Alert {
        /// Its text.
        text: String,
        /// Whether it came by a connection that only the server can write to. Otherwise
        /// it may be anybody's, and is to be shown as such.
        confidential: bool,
    },
    /// How far the server is with a command (RFC 9585). Only the latest of a command is kept.
    Progress {
        /// Which command, as its [ticket](crate::Ticket::id) names it; `None` where the server does
        /// not say and several are under way.
        command: Option<CommandId>,
        /// How far.
        progress: Progress,
    },
    /// An untagged OK, NO or BAD: a remark, or a warning.
    Status(StatusResponse),
    /// The server tells nothing by itself any more, as after NOTIFY NONE: it was too much (RFC 5465,
    /// section 5.8). What is to be watched further has to be asked for anew, or looked at.
    NotifyOverflow(StatusResponse),
    /// The server leaves.
    Bye(StatusResponse),
    /// Anything else that was not asked for.
    Data(Data),
    /// So many events were not taken in time, and are lost: whoever keeps a picture of the
    /// mailbox has to make it anew.
    Missed(u64),
}

impl From<Data> for Event {
    fn from(data: Data) -> Self {
        match data {
            Data::Exists(count) => Self::Exists(count),
            Data::Flags(flags) => Self::Flags(flags),
            Data::Status(status) => match (status.kind, &status.code) {
                (StatusKind::Ok, Some(Code::NotificationOverflow)) => Self::NotifyOverflow(status),
                _ => Self::Status(status),
            },
            Data::Expunge(sequence) => Self::Expunge { sequence, uid: None },
            Data::Vanished { earlier, uids } => Self::Vanished { earlier, uids },
            other => Self::Data(other),
        }
    }
}

/// The events that wait to be taken: not more than so many, and none that the next one
/// makes pointless.
#[derive(Debug)]
pub(super) struct Events {
    queue: VecDeque<Event>,
    most: usize,
    /// About how many bytes those take that can be large.
    held: usize,
    missed: u64,
}

/// Nor do they take more than this.
const HELD_MAX: usize = 16 << 20;

impl Event {
    /// Whether both tell how far the same command is.
    fn is_about_the_same(&self, other: &Self) -> bool {
        let (Self::Progress { command, .. }, Self::Progress { command: others, .. }) = (self, other) else {
            return false;
        };
        command == others
    }

    /// About how many bytes it takes, where it can be large.
    fn held(&self) -> usize {
        match self {
            Self::Fetch(row) => row.held(),
            Self::Vanished { uids, .. } => uids.ranges().len() * size_of::<(u32, u32)>(),
            Self::Data(Data::Malformed { raw, .. } | Data::Other { raw, .. }) => raw.len(),
            Self::Data(Data::List(entry) | Data::Lsub(entry)) => {
                let before = entry.old_name.as_ref().map_or(0, |name| name.as_bytes().len());
                let extended = entry.extended.iter().map(|(tag, value)| tag.len() + value.len());
                entry.mailbox.as_bytes().len() + before + extended.sum::<usize>()
            }
            Self::Data(Data::MailboxStatus(status)) => {
                let other = status.other.iter().map(|(name, value)| name.len() + value.len());
                status.mailbox.as_bytes().len() + other.sum::<usize>()
            }
            Self::Data(data) => data.held(),
            Self::Alert { text, .. } => text.len(),
            Self::Progress { progress, .. } => progress.tag.as_ref().map_or(0, String::len),
            Self::Status(status) | Self::NotifyOverflow(status) | Self::Bye(status) => status.text.len(),
            _ => 0,
        }
    }
}

impl Events {
    pub(super) fn new(most: usize) -> Self {
        Self { queue: VecDeque::new(), most: most.max(1), held: 0, missed: 0 }
    }

    pub(super) fn push(&mut self, event: Event) {
        match (self.queue.back_mut(), &event) {
            // Only the last count is true, and nothing between them depends on the first.
            (Some(last @ Event::Exists(_)), Event::Exists(_))
            | (Some(last @ Event::Flags(_)), Event::Flags(_)) => {
                *last = event;
                return;
            }
            (Some(last @ Event::Progress { .. }), Event::Progress { .. })
                if last.is_about_the_same(&event) =>
            {
                self.held += event.held();
                self.held -= std::mem::replace(last, event).held();
                return;
            }
            _ => {}
        }
        self.held += event.held();
        self.queue.push_back(event);
        // The last one is kept, however large.
        while self.queue.len() > self.most || self.held > HELD_MAX && self.queue.len() > 1 {
            let Some(lost) = self.queue.pop_front() else { break };
            self.held -= lost.held();
            self.missed += 1;
        }
    }

    pub(super) fn pop(&mut self) -> Option<Event> {
        if self.missed > 0 {
            return Some(Event::Missed(std::mem::take(&mut self.missed)));
        }
        let event = self.queue.pop_front();
        self.held -= event.as_ref().map_or(0, Event::held);
        if self.queue.is_empty() && self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
        event
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.missed == 0
    }
}

/// An idle connection keeps no longer queue than this.
const KEPT: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn expunge(number: u32) -> Event {
        Event::Expunge { sequence: SequenceNumber::new(number).unwrap(), uid: None }
    }

    #[test]
    fn what_the_next_event_makes_pointless_is_not_kept() {
        let mut events = Events::new(8);
        for event in [Event::Exists(1), Event::Exists(2), expunge(1), Event::Exists(3), Event::Exists(4)] {
            events.push(event);
        }
        let kept: Vec<String> =
            std::iter::from_fn(|| events.pop()).map(|event| format!("{event:?}")).collect();
        assert_eq!(kept.len(), 3, "{kept:?}");
        assert_eq!((&*kept[0], &*kept[2]), ("Exists(2)", "Exists(4)"));
    }

    #[test]
    fn large_events_are_fewer() {
        let remark = || {
            let text = "x".repeat(HELD_MAX / 4);
            Event::Status(StatusResponse::new(StatusKind::Ok, None, text))
        };
        let mut events = Events::new(1000);
        for _ in 0..10 {
            events.push(remark());
        }
        assert!(matches!(events.pop(), Some(Event::Missed(6))));
        assert_eq!(std::iter::from_fn(|| events.pop()).count(), 4);
        assert_eq!(events.held, 0);
    }

    #[test]
    fn a_full_queue_says_that_it_is_not_whole() {
        let mut events = Events::new(3);
        for number in 1..=10 {
            events.push(expunge(number));
        }
        assert!(matches!(events.pop(), Some(Event::Missed(7))));
        assert_eq!(std::iter::from_fn(|| events.pop()).count(), 3);
        assert!(events.is_empty());
    }
}
