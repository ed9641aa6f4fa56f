//! What programs keep from one session to the next, with serde's traits: numbers as numbers,
//! sets as IMAP writes them (RFC 9051, section 9: `sequence-set`), flags by their names.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Flag, ModSeq, Number, Numbers, SequenceNumber, Uid, UidValidity};

macro_rules! as_numbers {
    ($($name:ident: $number:ty, $serialize:ident, $wrong:literal;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(self.get())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <$number>::deserialize(deserializer)?;
                Self::new(value).ok_or_else(|| de::Error::custom($wrong))
            }
        }
    )+};
}

as_numbers! {
    Uid: u32, serialize_u32, "zero names nothing";
    SequenceNumber: u32, serialize_u32, "zero names nothing";
    UidValidity: u32, serialize_u32, "zero names nothing";
    ModSeq: u64, serialize_u64, "a modification sequence is positive and has 63 bits";
}

impl<N> Serialize for Numbers<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, N: Number> Deserialize<'de> for Numbers<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        set(&text).ok_or_else(|| de::Error::custom("not a set of numbers such as 2:4,9"))
    }
}

/// A set as its `Display` writes it; empty where the text is.
fn set<N: Number>(text: &str) -> Option<Numbers<N>> {
    let number = |text: &str| text.parse().ok().and_then(N::from_u32);
    let mut set = Numbers::new();
    if text.is_empty() {
        return Some(set);
    }
    for range in text.split(',') {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        set.insert_range(number(from)?, number(to)?);
    }
    Some(set)
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(&*Cow::<'de, str>::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::UidSet;

    #[test]
    fn what_is_kept_comes_back() {
        let set: UidSet = [4, 2, 3, 9, u32::MAX].into_iter().filter_map(Uid::new).collect();
        let kept = (UidValidity::new(7), set, vec![Flag::Seen, Flag::JUNK, Flag::from("\\XNew")]);
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(json, r#"[7,"2:4,9,4294967295",["\\Seen","$Junk","\\XNew"]]"#);
        assert_eq!(serde_json::from_str::<(Option<UidValidity>, UidSet, Vec<Flag>)>(&json).unwrap(), kept);
        assert_eq!(serde_json::from_str::<UidSet>("\"\"").unwrap(), UidSet::default());
    }

    #[test]
    fn what_names_nothing_is_refused() {
        assert!(serde_json::from_str::<Uid>("0").is_err());
        assert!(serde_json::from_str::<Uid>("4294967296").is_err());
        assert!(serde_json::from_str::<ModSeq>("0").is_err());
        assert!(serde_json::from_str::<ModSeq>("9223372036854775808").is_err());
        assert_eq!(serde_json::from_str("9223372036854775807").ok(), Some(ModSeq::MAX));
        for text in ["0", "1:0", "1,", ",1", "1:2:3", "*", "a", "-1"] {
            assert!(serde_json::from_str::<UidSet>(&format!("\"{text}\"")).is_err(), "{text}");
        }
    }
}
