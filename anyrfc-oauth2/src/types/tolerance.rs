//! Deviations of real servers, each taken only where it is chosen.

/// What a server does other than the RFCs say, by name. None is tolerated unless it is chosen:
/// for all of a provider's by its [profile](crate::client::provider), one by one by
/// [`Tolerances::with`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Quirk {
    /// `expires_in` is a string of digits instead of a number (RFC 6749, section 5.1).
    ExpiresInIsText,
    /// An error comes with the status 200 (RFC 6749, section 5.2 asks for 400).
    ErrorWithStatus200,
    /// `scope` is an array of strings instead of one string (RFC 6749, section 5.1).
    ScopeIsAnArray,
    /// `scope` has commas between its tokens instead of spaces (RFC 6749, section 3.3).
    ScopeHasCommas,
    /// `token_type` is missing and means `Bearer` (RFC 6749, section 5.1).
    TokenTypeIsMissing,
    /// The answer is a form instead of JSON (RFC 6749, section 5.1).
    AnswerIsAForm,
    /// The issuer in the metadata holds `{tenantid}` for the tenant that signed in.
    IssuerHasTenant,
    /// The redirection URI of a native app names `localhost` instead of an address (RFC 8252,
    /// section 8.3).
    LoopbackIsLocalhost,
    /// The metadata's issuer and the one that was asked for differ by a slash at the end.
    IssuerSlashDiffers,
    /// Authorization responses name their issuer though the metadata do not announce it (RFC 9207,
    /// section 2.4).
    IssIsNotAnnounced,
    /// `verification_uri` is called `verification_url` (RFC 8628, section 3.2).
    VerificationUrl,
}

/// Which [`Quirk`]s are tolerated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerances(u32);

impl Tolerances {
    /// None.
    pub const NONE: Self = Self(0);

    /// These and `quirk`.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1 << quirk as u8)
    }

    /// Whether `quirk` is tolerated.
    #[must_use]
    pub const fn contains(self, quirk: Quirk) -> bool {
        self.0 & 1 << quirk as u8 != 0
    }
}

impl FromIterator<Quirk> for Tolerances {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        quirks.into_iter().fold(Self::NONE, Self::with)
    }
}
