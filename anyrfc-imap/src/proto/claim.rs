//! Which FETCH responses are whose (RFC 9051, sections 5.5 and 7.5.2).

use crate::{
    codec::{
        command::{Rows, Takes},
        response::ItemNameRef,
    },
    types::{
        Bound, FetchItem, FetchItems, FetchRef, ItemName, Section, SequenceNumber, SequenceSet, Uid, Verbatim,
    },
};

/// The rows that a command asked for.
#[derive(Debug)]
pub(super) struct Claim {
    messages: Messages,
    uid: bool,
    /// A bit for each name that was asked for.
    names: u32,
    items: FetchItems,
}

/// Which messages, to be looked up fast.
#[derive(Debug)]
enum Messages {
    /// What they are only the server knows.
    Any,
    /// Ascending, apart from each other.
    Ranges(Vec<(u32, u32)>),
}

impl Messages {
    fn new(set: &SequenceSet) -> Self {
        let Some(bounds) = set.ranges() else { return Self::Any };
        let mut ranges = Vec::with_capacity(bounds.len());
        for (from, to) in bounds {
            let (Bound::Number(from), Bound::Number(to)) = (from, to) else { return Self::Any };
            let (from, to) = (from.get(), to.get());
            ranges.push((from.min(to), from.max(to)));
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
                _ => merged.push((from, to)),
            }
        }
        Self::Ranges(merged)
    }

    fn contain(&self, number: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Ranges(ranges) => {
                let at = ranges.partition_point(|(_, to)| *to < number);
                ranges.get(at).is_some_and(|(from, _)| *from <= number)
            }
        }
    }

    fn overlap(&self, other: &Self) -> bool {
        let (Self::Ranges(mine), Self::Ranges(theirs)) = (self, other) else { return true };
        // The shorter list is looked up in the longer one.
        let mut both = [mine, theirs];
        both.sort_by_key(|ranges| ranges.len());
        let [few, many] = both;
        few.iter().any(|(from, to)| {
            let at = many.partition_point(|(_, end)| end < from);
            many.get(at).is_some_and(|(begin, _)| begin <= to)
        })
    }
}

impl Claim {
    pub(super) fn new(takes: &Takes) -> Option<Self> {
        let Rows { set, uid, items, .. } = takes.fetch()?;
        let names = items.iter().fold(0, |names, item| names | bits(item));
        Some(Self { messages: Messages::new(set), uid: *uid, names, items: items.clone() })
    }

    /// Whether a row of one could be taken for a row of the other.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.uid != other.uid || self.messages.overlap(&other.messages)
    }

    /// Whether the row answers it: the message, and something of it that was asked for.
    pub(super) fn takes(&self, row: FetchRef<'_>, uid: Option<Uid>) -> bool {
        self.names_message(row.sequence(), uid) && self.asks_for_any(row)
    }

    /// Whether a body answers it, as far as that is known before the rest of the row.
    pub(super) fn takes_body(
        &self,
        sequence: Option<SequenceNumber>,
        uid: Option<Uid>,
        section: &Section,
        decoded: bool,
        origin: Option<u64>,
    ) -> bool {
        // Where the UID comes after the body, the row will tell.
        let message = self.uid && uid.is_none() || self.names_message(sequence, uid);
        message && self.asks_for_body(section, decoded, origin)
    }

    fn names_message(&self, sequence: Option<SequenceNumber>, uid: Option<Uid>) -> bool {
        let number = if self.uid { uid.map(Uid::get) } else { sequence.map(SequenceNumber::get) };
        number.is_some_and(|number| self.messages.contain(number))
    }

    fn asks_for_any(&self, row: FetchRef<'_>) -> bool {
        let mut others = false;
        for name in row.item_names() {
            match name {
                ItemName::Uid => {}
                ItemName::BodySection | ItemName::Binary => others = true,
                name if self.names & bit(name) != 0 => return true,
                _ => others = true,
            }
        }
        if !others {
            // Nothing but the UID: that is an answer where nothing else was asked for.
            return self.names == 0;
        }
        row.bodies().any(|body| {
            let decoded = body.name == ItemName::Binary;
            body.section.as_ref().is_some_and(|section| self.asks_for_body(section, decoded, body.origin))
        })
    }

    fn asks_for_body(&self, section: &Section, decoded: bool, origin: Option<u64>) -> bool {
        if decoded {
            return self.items.asks_binary(&section.part, origin);
        }
        self.items.asks_section(section, origin)
            || origin.is_none()
                && self.items.iter().any(|item| match item {
                    FetchItem::Rfc822 => *section == Section::all(),
                    FetchItem::Rfc822Header => *section == Section::header(),
                    FetchItem::Rfc822Text => *section == Section::text(),
                    _ => false,
                })
    }
}

/// The names by which a server answers an item. Those with sections are compared one by one.
fn bits(item: &FetchItem) -> u32 {
    match item {
        // Any row may have it.
        FetchItem::Uid => 0,
        FetchItem::Flags => bit(ItemName::Flags) | bit(ItemName::ModSeq),
        FetchItem::InternalDate => bit(ItemName::InternalDate),
        FetchItem::Size => bit(ItemName::Rfc822Size),
        FetchItem::Envelope => bit(ItemName::Envelope),
        // Servers answer one by the other.
        FetchItem::Body | FetchItem::BodyStructure => bit(ItemName::Body) | bit(ItemName::BodyStructure),
        FetchItem::BinarySize(_) => bit(ItemName::BinarySize),
        FetchItem::ModSeq => bit(ItemName::ModSeq),
        FetchItem::EmailId => bit(ItemName::EmailId),
        FetchItem::ThreadId => bit(ItemName::ThreadId),
        FetchItem::SaveDate => bit(ItemName::SaveDate),
        FetchItem::Preview { .. } => bit(ItemName::Preview),
        FetchItem::Annotations(_) => bit(ItemName::Annotation),
        FetchItem::GmailMessageId => bit(ItemName::GmMsgId),
        FetchItem::GmailThreadId => bit(ItemName::GmThrId),
        FetchItem::GmailLabels => bit(ItemName::GmLabels),
        FetchItem::Custom(text) => bit(ItemName::Other) | bit(ItemName::ModSeq) | bit(named(text)),
        _ => 1 << 31,
    }
}

/// The name of what is asked for as it is written, where it is known.
fn named(item: &Verbatim) -> ItemName {
    let name = item.as_str().split(' ').next().unwrap_or_default();
    ItemNameRef::parse(name.as_bytes()).name
}

const fn bit(name: ItemName) -> u32 {
    1 << name as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(set: &str) -> Messages {
        Messages::new(&set.parse().unwrap())
    }

    #[test]
    fn ranges_ascend_apart_from_each_other() {
        for (set, expected) in [
            ("5", &[(5, 5)][..]),
            ("3:1", &[(1, 3)]),
            ("1:3,4", &[(1, 4)]),
            ("1:3,5", &[(1, 3), (5, 5)]),
            ("1:9,2:3,10", &[(1, 10)]),
            ("7,1,7", &[(1, 1), (7, 7)]),
            ("4294967295,1:4294967295", &[(1, u32::MAX)]),
        ] {
            let Messages::Ranges(ranges) = messages(set) else { panic!("{set}") };
            assert_eq!(ranges, expected, "{set}");
        }
        for any in ["*", "1:*", "1,*:3"] {
            assert!(matches!(messages(any), Messages::Any), "{any}");
        }
    }

    #[test]
    fn what_is_in_both_is_found() {
        let sets = ["1", "2", "3", "1:2", "2:3", "1,3", "1:3", "5:7", "1,5:6", "7,3", "8:9", "1:9", "4,6,8"];
        for one in sets {
            let contained: Vec<u32> = (1..=10).filter(|number| messages(one).contain(*number)).collect();
            let Messages::Ranges(ranges) = messages(one) else { panic!("{one}") };
            let meant: Vec<u32> = ranges.iter().flat_map(|(from, to)| *from..=*to).collect();
            assert_eq!(contained, meant, "{one}");
            for other in sets {
                let common = meant.iter().any(|number| messages(other).contain(*number));
                assert_eq!(messages(one).overlap(&messages(other)), common, "{one} and {other}");
            }
            assert!(messages(one).overlap(&messages("*")) && messages("*").overlap(&messages(one)), "{one}");
        }
        assert!(messages("*").contain(1));
    }
}
