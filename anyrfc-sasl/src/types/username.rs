//! User names as PRECIS has them (RFC 8265, section 3).

use precis_profiles::{
    UsernameCaseMapped, UsernameCasePreserved,
    precis_core::{Error, profile::PrecisFastInvocation as _},
};

use super::{PreparationError, preparation::until_stable};

/// A profile of RFC 8265 for user names. No mechanism here asks for one: they are for
/// protocols and applications that compare user names, or store them.
///
/// ```
/// use anyrfc_sasl::UsernameProfile;
/// assert_eq!(UsernameProfile::CaseMapped.enforce("Juliet@example.com")?, "juliet@example.com");
/// assert!(!UsernameProfile::CasePreserved.matches("Juliet", "juliet")?);
/// assert!(UsernameProfile::CasePreserved.enforce("Juliet Capulet").is_err());
/// # Ok::<(), anyrfc_sasl::PreparationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsernameProfile {
    /// UsernameCaseMapped (RFC 8265, section 3.3): capital letters become small.
    CaseMapped,
    /// UsernameCasePreserved (RFC 8265, section 3.4): they stay.
    CasePreserved,
}

impl UsernameProfile {
    /// Prepares a user name and enforces the profile's rules on it: what comes out, and
    /// only that, conforms to the profile.
    ///
    /// # Errors
    /// It has what none may have, a space say, or nothing is left of it.
    pub fn enforce(self, name: &str) -> Result<String, PreparationError> {
        until_stable(name, |name| {
            let enforced = match self {
                Self::CaseMapped => UsernameCaseMapped::enforce(name),
                Self::CasePreserved => UsernameCasePreserved::enforce(name),
            };
            enforced.map(Into::into).map_err(|error| match error {
                _ if name.is_empty() => PreparationError::Empty,
                Error::Invalid => PreparationError::Bidirectional,
                _ => PreparationError::Prohibited,
            })
        })
    }

    /// Whether two user names are the same once the profile is enforced on both.
    ///
    /// # Errors
    /// One of them cannot be a user name.
    pub fn matches(self, one: &str, other: &str) -> Result<bool, PreparationError> {
        Ok(self.enforce(one)? == self.enforce(other)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use UsernameProfile::{CaseMapped, CasePreserved};

    /// The examples of RFC 8265, section 3.6.
    #[test]
    fn the_examples_of_the_rfc() {
        for name in ["juliet@example.com", "fussball", "fu\u{df}ball", "\u{3c0}", "\u{3c3}", "\u{3c2}"] {
            assert_eq!(CaseMapped.enforce(name).as_deref(), Ok(name));
            assert_eq!(CasePreserved.enforce(name).as_deref(), Ok(name));
        }
        assert_eq!(CaseMapped.enforce("\u{3a3}").as_deref(), Ok("\u{3c3}"));
        assert_eq!(CasePreserved.enforce("\u{3a3}").as_deref(), Ok("\u{3a3}"));
        assert_eq!(CaseMapped.matches("\u{3a3}", "\u{3c3}"), Ok(true));
        assert_eq!(CaseMapped.matches("\u{3a3}", "\u{3c2}"), Ok(false));
        for wrong in ["foo bar", "", "henry\u{2163}", "\u{221e}"] {
            assert!(CaseMapped.enforce(wrong).is_err(), "{wrong}");
            assert!(CasePreserved.enforce(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn width_goes_and_direction_is_checked() {
        assert_eq!(CasePreserved.enforce("\u{ff21}b").as_deref(), Ok("Ab"));
        assert_eq!(CaseMapped.enforce("\u{ff21}b").as_deref(), Ok("ab"));
        assert_eq!(CasePreserved.enforce("\u{5d0}\u{5d1}").as_deref(), Ok("\u{5d0}\u{5d1}"));
        assert!(CasePreserved.enforce("\u{5d0}a").is_err());
    }
}
