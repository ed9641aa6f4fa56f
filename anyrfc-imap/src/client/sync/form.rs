//! A state as text.

use std::{fmt, str::FromStr};

use anyrfc_core::escape::Escaped;

use super::state::SyncState;
use crate::{
    Error,
    types::{Flag, ModSeq, Uid, UidSet, UidValidity},
};

/// The first word, up to its number.
const NAME: &str = "anyrfc-sync-";
/// The form that is written, and the only one there has been.
const VERSION: &str = "1";

/// Why a text is not taken for the state of a synchronisation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncStateError {
    /// It is none.
    Foreign,
    /// It is one, in a form that this version does not know: its number.
    Version(String),
    /// It is damaged: the first field that is not what it should be, counted from 1.
    Malformed(usize),
}

impl fmt::Display for SyncStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("not the state of a synchronisation"),
            Self::Version(version) => {
                write!(f, "the state of a synchronisation in the form {}", Escaped(version.as_bytes()))
            }
            Self::Malformed(field) => write!(f, "a damaged state of a synchronisation, in field {field}"),
        }
    }
}

impl std::error::Error for SyncStateError {}

impl From<SyncStateError> for Error {
    fn from(error: SyncStateError) -> Self {
        Self::usage(error.to_string()).with_source(error)
    }
}

impl fmt::Display for SyncState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME}{VERSION}")?;
        optional(f, self.uid_validity.map(|validity| u64::from(validity.get())))?;
        optional(f, self.mod_seq.map(ModSeq::get))?;
        f.write_str(" ")?;
        write_set(f, &self.known)?;
        f.write_str(if self.told.is_empty() { " -" } else { " " })?;
        let (mut end, base) = (0, self.mod_seq.map_or(0, ModSeq::get));
        for (uid, mod_seq) in &self.told {
            let comma = if end > 0 { "," } else { "" };
            write!(f, "{comma}{}:{}", uid.get() - end, mod_seq.get().saturating_sub(base))?;
            end = uid.get();
        }
        f.write_str(" ")?;
        write_set(f, &self.unsure)?;
        let mut flags: Vec<_> = self.flags.0.iter().filter(|(_, uids)| !uids.is_empty()).collect();
        flags.sort_by_key(|(flag, _)| flag.as_str());
        for (flag, uids) in flags {
            write!(f, " {flag}=")?;
            write_set(f, uids)?;
        }
        Ok(())
    }
}

fn optional(f: &mut fmt::Formatter<'_>, number: Option<u64>) -> fmt::Result {
    match number {
        Some(number) => write!(f, " {number}"),
        None => f.write_str(" -"),
    }
}

fn write_set(f: &mut fmt::Formatter<'_>, uids: &UidSet) -> fmt::Result {
    if uids.is_empty() {
        return f.write_str("-");
    }
    let mut end = 0;
    for range in uids.ranges() {
        let comma = if end > 0 { "," } else { "" };
        write!(f, "{comma}{}", range.start() - end)?;
        if range.end() > range.start() {
            write!(f, ":{}", u64::from(range.end() - range.start()) + 1)?;
        }
        end = *range.end();
    }
    Ok(())
}

impl FromStr for SyncState {
    type Err = SyncStateError;

    fn from_str(text: &str) -> Result<Self, SyncStateError> {
        let mut fields = text.split(' ');
        let version = fields.next().and_then(|word| word.strip_prefix(NAME));
        match version {
            None => return Err(SyncStateError::Foreign),
            Some(VERSION) => {}
            Some(other) => return Err(SyncStateError::Version(other.chars().take(SHOWN).collect())),
        }
        let mut fields = fields.enumerate().map(|(at, field)| (at + 2, field));
        let mut field = |read: &mut dyn FnMut(&str) -> Option<()>| {
            let (at, field) = fields.next().unwrap_or((0, ""));
            let read = read(field);
            read.ok_or(SyncStateError::Malformed(at))
        };
        let mut state = Self::new();
        field(&mut |field| {
            state.uid_validity = match read_optional(field)? {
                Some(number) => Some(UidValidity::new(u32::try_from(number).ok()?)?),
                None => None,
            };
            Some(())
        })?;
        field(&mut |field| {
            state.mod_seq = match read_optional(field)? {
                Some(number) => Some(ModSeq::new(number)?),
                None => None,
            };
            Some(())
        })?;
        field(&mut |field| {
            state.known = read_set(field)?;
            Some(())
        })?;
        field(&mut |field| {
            state.told = read_told(field, state.mod_seq)?;
            state.told.iter().all(|(uid, _)| state.known.contains(*uid)).then_some(())
        })?;
        field(&mut |field| {
            state.unsure = read_set(field)?;
            state.unsure.difference(&state.known).is_empty().then_some(())
        })?;
        for (at, field) in fields {
            let sure = state.known.difference(&state.unsure);
            let read = read_flag(field, &sure).filter(|(flag, _)| !state.flags.has(flag));
            let flag = read.filter(|_| state.mod_seq.is_none()).ok_or(SyncStateError::Malformed(at))?;
            state.flags.0.push(flag);
        }
        Ok(state)
    }
}

/// So much of an unknown version is shown.
const SHOWN: usize = 20;

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| digits && canonical)
}

fn read_optional(field: &str) -> Option<Option<u64>> {
    if field == "-" { Some(None) } else { number(field).map(Some) }
}

/// The UID so far behind another one.
fn behind(end: u32, gap: &str) -> Option<Uid> {
    let gap = u32::try_from(number(gap)?).ok().filter(|gap| *gap > 0)?;
    Uid::new(end.checked_add(gap)?)
}

fn read_set(field: &str) -> Option<UidSet> {
    let (mut set, mut end) = (UidSet::new(), 0);
    if field == "-" {
        return Some(set);
    }
    for range in field.split(',') {
        let (gap, length) = range.split_once(':').unwrap_or((range, "1"));
        let first = behind(end, gap)?;
        let more = u32::try_from(number(length)?.checked_sub(1)?).ok()?;
        let last = Uid::new(first.get().checked_add(more)?)?;
        set.insert_range(first, last);
        end = last.get();
    }
    Some(set)
}

fn read_told(field: &str, mod_seq: Option<ModSeq>) -> Option<Vec<(Uid, ModSeq)>> {
    let (mut told, mut end) = (Vec::new(), 0);
    if field == "-" {
        return Some(told);
    }
    let base = mod_seq?.get();
    for pair in field.split(',') {
        let (gap, above) = pair.split_once(':')?;
        let uid = behind(end, gap)?;
        told.push((uid, ModSeq::new(base.checked_add(number(above)?)?)?));
        end = uid.get();
    }
    Some(told)
}

fn read_flag(field: &str, known: &UidSet) -> Option<(Flag, UidSet)> {
    let (name, uids) = field.rsplit_once('=').filter(|(name, _)| !name.is_empty())?;
    let uids = read_set(uids)?;
    uids.difference(known).is_empty().then(|| (Flag::from(name), uids))
}

#[cfg(feature = "serde")]
mod serialised {
    use std::borrow::Cow;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::SyncState;

    impl Serialize for SyncState {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for SyncState {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::flags::FlagTable, *};

    fn uids(numbers: &[u32]) -> UidSet {
        numbers.iter().copied().filter_map(Uid::new).collect()
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        let with_flags = SyncState {
            uid_validity: UidValidity::new(u32::MAX),
            known: uids(&[1, 2, 3, 9, u32::MAX]),
            unsure: uids(&[9]),
            flags: FlagTable(vec![
                (Flag::Seen, uids(&[1, 3, u32::MAX])),
                (Flag::from("a=b"), uids(&[2])),
                (Flag::Answered, UidSet::new()),
            ]),
            ..SyncState::new()
        };
        let with_mod_seq = SyncState {
            uid_validity: UidValidity::new(1),
            mod_seq: ModSeq::new(i64::MAX as u64 - 3),
            known: uids(&[1, 2, 3, 9, u32::MAX]),
            told: vec![
                (Uid::new(2).unwrap(), ModSeq::MAX),
                (Uid::MAX, ModSeq::new(i64::MAX as u64 - 2).unwrap()),
            ],
            ..SyncState::new()
        };
        for (state, text) in [
            (SyncState::new(), "anyrfc-sync-1 - - - - -"),
            (with_flags, "anyrfc-sync-1 4294967295 - 1:3,6,4294967286 - 9 \\Seen=1,2,4294967292 a=b=2"),
            (with_mod_seq, "anyrfc-sync-1 1 9223372036854775804 1:3,6,4294967286 2:3,4294967293:1 -"),
        ] {
            assert_eq!(state.to_string(), text);
            assert_eq!(text.parse::<SyncState>().unwrap(), state);
            #[cfg(feature = "serde")]
            {
                let json = serde_json::to_string(&state).unwrap();
                assert_eq!(serde_json::from_str::<SyncState>(&json).unwrap(), state);
            }
        }
    }

    #[test]
    fn what_is_none_is_told_apart() {
        for text in ["", "x", "anyrfc-sync", " anyrfc-sync-1", "ANYRFC-SYNC-1 - - - - -"] {
            assert_eq!(text.parse::<SyncState>(), Err(SyncStateError::Foreign), "{text:?}");
        }
        for (text, version) in [("anyrfc-sync-2 - -", "2"), ("anyrfc-sync-", ""), ("anyrfc-sync-01 -", "01")]
        {
            assert_eq!(text.parse::<SyncState>(), Err(SyncStateError::Version(version.into())), "{text:?}");
        }
        let error = Error::from(SyncStateError::Version("\u{1b}[2J".into()));
        assert_eq!(error.kind(), crate::ErrorKind::Usage);
        assert!(!error.to_string().contains('\u{1b}'));
        for (field, rest) in [
            (2, "0 - - - -"),
            (2, "4294967296 - - - -"),
            (2, "x - - - -"),
            (3, "7 9223372036854775808 - - -"),
            (3, "7 0 - - -"),
            (3, "7 +1 - - -"),
            (4, "7 - 0 - -"),
            (4, "7 - 1:0 - -"),
            (4, "7 - 1,0 - -"),
            (4, "7 - 4294967295:2 - -"),
            (4, "7 - 1, - -"),
            (4, "7 - 1,,2 - -"),
            (4, "7 - 01 - -"),
            (5, "7 - 1 1:1 -"),
            (5, "7 9 1 2:1 -"),
            (5, "7 9 1 1 -"),
            (5, "7 9223372036854775807 1 1:1 -"),
            (6, "7 9 1 - 2"),
            (7, "7 9 1 - - \\Seen=1"),
            (7, "7 - 1 - - \\Seen=2"),
            (7, "7 - 1 - 1 \\Seen=1"),
            (7, "7 - 1 - - =1"),
            (7, "7 - 1 - - "),
            (8, "7 - 1 - - \\Seen=1 \\SEEN=1"),
            (0, "7 - 1 -"),
            (0, "7"),
        ] {
            let text = format!("anyrfc-sync-1 {rest}");
            let found = text.parse::<SyncState>();
            assert!(
                matches!(found, Err(SyncStateError::Malformed(at)) if at == field || field == 0),
                "{text:?}: {found:?}"
            );
        }
    }

    #[test]
    fn twenty_thousand_messages_are_small() {
        let known: UidSet = (1..=20_000).filter_map(Uid::new).collect();
        // The worst that one flag can be: every other message has it.
        let seen: UidSet = (1..=20_000).step_by(2).filter_map(Uid::new).collect();
        let state = SyncState {
            uid_validity: UidValidity::new(1_700_000_000),
            known,
            flags: FlagTable(vec![(Flag::Seen, seen)]),
            ..SyncState::new()
        };
        assert!(state.to_string().len() < 20_200, "{}", state.to_string().len());
        let state = SyncState { mod_seq: ModSeq::new(1 << 60), flags: FlagTable::default(), ..state };
        assert!(state.to_string().len() < 80);
    }
}
