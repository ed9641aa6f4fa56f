//! What programs keep and configure, with serde's traits: as the text or the number that it is
//! written as, and checked again when it is read.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    Domain, EhloName, EnvelopeId, ForwardPath, Mailbox, Notify, Priority, Return, ReversePath, Timestamp,
};

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

as_text!(Domain, EhloName, ForwardPath, Mailbox, Notify, Return, ReversePath, Timestamp);

impl Serialize for EnvelopeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Whatever is one, wherever it was given.
impl<'de> Deserialize<'de> for EnvelopeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::foreign(&Cow::<'de, str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i8(self.get())
    }
}

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i8::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn kept<T: Serialize + de::DeserializeOwned + PartialEq + Debug>(value: T, json: &str) {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
    }

    #[test]
    fn what_is_kept_comes_back() {
        kept(Domain::new("bücher.example").unwrap(), r#""bücher.example""#);
        kept(EhloName::address([192, 0, 2, 1]), r#""[192.0.2.1]""#);
        kept(EnvelopeId::new("Q 1").unwrap(), r#""Q 1""#);
        kept(EnvelopeId::foreign(&"a".repeat(94)).unwrap(), &format!("\"{}\"", "a".repeat(94)));
        kept(ForwardPath::Postmaster, r#""<Postmaster>""#);
        kept(Mailbox::new("\"a b\"@c").unwrap(), r#""\"a b\"@c""#);
        kept(Notify::SUCCESS | Notify::DELAY, r#""SUCCESS,DELAY""#);
        kept(Notify::NEVER, r#""NEVER""#);
        kept(Return::Headers, r#""HDRS""#);
        kept(ReversePath::Null, r#""<>""#);
        kept(ReversePath::try_from("a@b").unwrap(), r#""<a@b>""#);
        kept(Timestamp::from_unix(0).unwrap(), r#""1970-01-01T00:00:00Z""#);
        kept(Priority::new(-9).unwrap(), "-9");
    }

    #[test]
    fn what_is_read_is_checked() {
        for json in [r#""a\r\n@b""#, r#""a""#, r#""""#, "1"] {
            assert!(serde_json::from_str::<Mailbox>(json).is_err(), "{json}");
        }
        assert!(serde_json::from_str::<Priority>("10").is_err());
        for json in [r#""NEVER,DELAY""#, r#""""#, r#""DELAY,""#, r#""LATE""#] {
            assert!(serde_json::from_str::<Notify>(json).is_err(), "{json}");
        }
    }
}
