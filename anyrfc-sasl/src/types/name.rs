//! The names of mechanisms (RFC 4422, section 3.1).

use std::{fmt, str::FromStr};

/// The most characters of a name.
const LONGEST: usize = 20;

/// The name of a SASL mechanism: one to twenty capital letters, digits, hyphens
/// and underscores (`mech-name` of RFC 4422, section 3.1).
///
/// ```
/// use anyrfc_sasl::MechanismName;
/// let name: MechanismName = "SCRAM-SHA-256-PLUS".parse()?;
/// assert_eq!(name, MechanismName::SCRAM_SHA_256_PLUS);
/// assert!(name.is_plus());
/// assert!("SCRAM SHA".parse::<MechanismName>().is_err());
/// # Ok::<(), anyrfc_sasl::NameError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MechanismName {
    /// What lies behind the end is zero.
    bytes: [u8; LONGEST],
    length: u8,
}

/// What is no name of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing at all.
    Empty,
    /// More than twenty characters.
    TooLong,
    /// A character that is neither a capital letter nor a digit, hyphen or underscore.
    Character,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the name of a mechanism is empty",
            Self::TooLong => "the name of a mechanism is longer than 20 characters",
            Self::Character => "the name of a mechanism has a character that none may have",
        })
    }
}

impl std::error::Error for NameError {}

/// Declares the names this crate knows.
macro_rules! names {
    ($($constant:ident = $text:literal;)+) => {
        impl MechanismName {
            $(#[doc = concat!("`", $text, "`")] pub const $constant: Self = Self::known($text);)+
        }
    };
}

names! {
    EXTERNAL = "EXTERNAL";
    SCRAM_SHA_512_PLUS = "SCRAM-SHA-512-PLUS";
    SCRAM_SHA_384_PLUS = "SCRAM-SHA-384-PLUS";
    SCRAM_SHA_256_PLUS = "SCRAM-SHA-256-PLUS";
    SCRAM_SHA_1_PLUS = "SCRAM-SHA-1-PLUS";
    GS2_KRB5_PLUS = "GS2-KRB5-PLUS";
    GS2_KRB5 = "GS2-KRB5";
    GSSAPI = "GSSAPI";
    OAUTHBEARER = "OAUTHBEARER";
    XOAUTH2 = "XOAUTH2";
    SCRAM_SHA_512 = "SCRAM-SHA-512";
    SCRAM_SHA_384 = "SCRAM-SHA-384";
    SCRAM_SHA_256 = "SCRAM-SHA-256";
    SCRAM_SHA_1 = "SCRAM-SHA-1";
    DIGEST_MD5 = "DIGEST-MD5";
    CRAM_MD5 = "CRAM-MD5";
    PLAIN = "PLAIN";
    LOGIN = "LOGIN";
    ANONYMOUS = "ANONYMOUS";
}

impl MechanismName {
    /// A name that is written in this crate.
    const fn known(text: &str) -> Self {
        match Self::from_bytes(text.as_bytes()) {
            Ok(name) => name,
            Err(_) => panic!("no name of a mechanism"), // tidy: constants only, so the compiler judges them
        }
    }

    /// `mech-name` of RFC 4422, section 3.1, exactly as it stands there.
    ///
    /// # Errors
    /// The bytes are none.
    pub const fn from_bytes(bytes: &[u8]) -> Result<Self, NameError> {
        if bytes.is_empty() {
            return Err(NameError::Empty);
        }
        if bytes.len() > LONGEST {
            return Err(NameError::TooLong);
        }
        let mut name = Self { bytes: [0; LONGEST], length: bytes.len() as u8 };
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at]; // tidy: below the length, which the loop compares
            if !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_') {
                return Err(NameError::Character);
            }
            name.bytes[at] = byte; // tidy: at most 20, which was compared above
            at += 1;
        }
        Ok(name)
    }

    /// A name in a server's list, where some protocols do not tell small letters
    /// from capital ones.
    ///
    /// # Errors
    /// It is none even so.
    pub fn from_offer(bytes: &[u8]) -> Result<Self, NameError> {
        let mut capitals = [0; LONGEST];
        let capitals = capitals.get_mut(..bytes.len()).ok_or(NameError::TooLong)?;
        capitals.copy_from_slice(bytes);
        capitals.make_ascii_uppercase();
        Self::from_bytes(capitals)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Whether the name says that the channel is bound (RFC 5801, section 4).
    #[must_use]
    pub fn is_plus(&self) -> bool {
        self.as_str().ends_with("-PLUS")
    }

    /// The name without `-PLUS`.
    #[must_use]
    pub fn without_plus(&self) -> Self {
        self.as_str().strip_suffix("-PLUS").and_then(|text| text.parse().ok()).unwrap_or(*self)
    }
}

impl FromStr for MechanismName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::from_bytes(text.as_bytes())
    }
}

impl fmt::Display for MechanismName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MechanismName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for MechanismName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for MechanismName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_judged() {
        for byte in 0..=u8::MAX {
            let allowed = byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
            assert_eq!(MechanismName::from_bytes(&[b'A', byte]).is_ok(), allowed, "{byte:#x}");
        }
    }

    #[test]
    fn from_one_to_twenty_characters() {
        assert_eq!(MechanismName::from_bytes(b""), Err(NameError::Empty));
        assert_eq!(MechanismName::from_bytes(&[b'A'; 20]).unwrap().as_str().len(), 20);
        assert_eq!(MechanismName::from_bytes(&[b'A'; 21]), Err(NameError::TooLong));
    }

    #[test]
    fn plus_comes_off() {
        assert_eq!(MechanismName::SCRAM_SHA_1_PLUS.without_plus(), MechanismName::SCRAM_SHA_1);
        assert_eq!(MechanismName::PLAIN.without_plus(), MechanismName::PLAIN);
        assert!(!MechanismName::PLAIN.is_plus());
        // What would be empty stays as it is.
        let plus: MechanismName = "-PLUS".parse().unwrap();
        assert_eq!(plus.without_plus(), plus);
    }
}
