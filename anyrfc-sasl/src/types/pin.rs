//! What was seen of an account before.

use crate::MechanismName;

/// The strongest login that an account has seen. Kept by the application and
/// given to [`Policy::pin`](crate::Policy::pin), it refuses whatever is weaker:
/// whoever stands between cannot take the strong mechanisms out of the list, or
/// make the server ask for fewer iterations, once one login was not under attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pin {
    /// The mechanism.
    pub mechanism: MechanismName,
    /// How often a hash was iterated at most, where a mechanism did that. No SCRAM
    /// mechanism is taken with fewer, whatever its hash.
    pub iterations: Option<u32>,
}

impl Pin {
    /// A login by `mechanism`, with so many iterations where it has any.
    #[must_use]
    pub const fn new(mechanism: MechanismName, iterations: Option<u32>) -> Self {
        Self { mechanism, iterations }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn written_down_and_read_again() {
        let pin = Pin::new(MechanismName::SCRAM_SHA_256_PLUS, Some(15_000));
        let text = serde_json::to_string(&pin).unwrap();
        assert_eq!(text, r#"{"mechanism":"SCRAM-SHA-256-PLUS","iterations":15000}"#);
        assert_eq!(serde_json::from_str::<Pin>(&text).unwrap(), pin);
        assert!(serde_json::from_str::<Pin>(r#"{"mechanism":"sha","iterations":1}"#).is_err());
    }
}
