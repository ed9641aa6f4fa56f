//! What the application allows.

use std::{fmt, ops::RangeInclusive};

use anyrfc_core::Tolerance;

use crate::{MechanismName, Pin, Preparation, types::BindingType};

/// What may be used to log in. The default refuses whatever gives a password or
/// a token away on a channel that others can read, mechanisms built on MD5, and
/// keys of less than 4096 or more than 600 000 iterations.
///
/// ```
/// use anyrfc_sasl::{MechanismName, Policy};
/// let policy = Policy::default().allow(MechanismName::CRAM_MD5).iterations(15_000..=600_000);
/// # let _ = policy;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) allowed: Vec<MechanismName>,
    pub(crate) only: Option<Vec<MechanismName>>,
    pub(crate) revealing_in_plaintext: Vec<MechanismName>,
    pub(crate) iterations: RangeInclusive<u32>,
    pub(crate) pin: Option<Pin>,
    pub(crate) preparation: Preparation,
    pub(crate) bindings: BindingRule,
    pub(crate) realm: Option<String>,
    pub(crate) trace: Option<String>,
    pub(crate) kerberos: bool,
    pub(crate) layer: bool,
    pub(crate) tolerance: Tolerance,
}

/// What is done with channel binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingRule {
    /// Bound where both sides can.
    Use,
    /// Bound, or not at all.
    Require,
    /// As if there were no binding data.
    Ignore,
}

/// How often a hash may be iterated: RFC 5802, section 5.1, asks for 4096 at
/// least, and no server is allowed to burn more than 600 000 on our side.
pub(crate) const ITERATIONS: RangeInclusive<u32> = 4096..=600_000;

impl Default for Policy {
    fn default() -> Self {
        Self {
            allowed: Vec::new(),
            only: None,
            revealing_in_plaintext: Vec::new(),
            iterations: ITERATIONS,
            pin: None,
            preparation: Preparation::Saslprep,
            bindings: BindingRule::Use,
            realm: None,
            trace: None,
            kerberos: false,
            layer: false,
            tolerance: Tolerance::default(),
        }
    }
}

impl Policy {
    /// Allows a mechanism that is too weak to be used unasked: CRAM-MD5 or DIGEST-MD5.
    #[must_use]
    pub fn allow(mut self, mechanism: MechanismName) -> Self {
        self.allowed.push(mechanism);
        self
    }

    /// Allows these mechanisms and no others; the weak ones among them count as named.
    #[must_use]
    pub fn only(mut self, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        self.only = Some(mechanisms.into_iter().collect());
        self
    }

    /// Allows this mechanism to reveal the password or the token on a channel
    /// that everybody on the way can read.
    #[must_use]
    pub fn danger_reveal_in_plaintext(mut self, mechanism: MechanismName) -> Self {
        self.revealing_in_plaintext.push(mechanism);
        self
    }

    /// How often SCRAM may iterate its hash: fewer are too easily guessed from,
    /// more burn the processor. Default 4096 to 600 000.
    #[must_use]
    pub const fn iterations(mut self, range: RangeInclusive<u32>) -> Self {
        self.iterations = range;
        self
    }

    /// Refuses what is weaker than the strongest login this account has seen.
    #[must_use]
    pub const fn pin(mut self, pin: Pin) -> Self {
        self.pin = Some(pin);
        self
    }

    /// How user names and passwords are prepared. Default SASLprep.
    #[must_use]
    pub const fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }

    /// Uses only mechanisms that are bound to the channel.
    #[must_use]
    pub const fn require_channel_binding(mut self) -> Self {
        self.bindings = BindingRule::Require;
        self
    }

    /// Acts as if there were no binding data, for servers that offer a binding
    /// and can do none that we can. Whoever holds a certificate for the server's
    /// name can then stand between unnoticed.
    #[must_use]
    pub const fn danger_without_channel_binding(mut self) -> Self {
        self.bindings = BindingRule::Ignore;
        self
    }

    /// The realm for DIGEST-MD5, where the server offers several.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Logs in as nobody where that is offered and the credentials hold nothing
    /// to prove: ANONYMOUS, with this trace for the server's log, which may be
    /// empty or a mail address (RFC 4505, section 2).
    #[must_use]
    pub fn anonymous(mut self, trace: impl Into<String>) -> Self {
        self.trace = Some(trace.into());
        self
    }

    /// How harmless breaches of the RFCs by the server are taken.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Logs in by the Kerberos ticket that this process has, where that is
    /// offered: GS2-KRB5 and GSSAPI (feature `gssapi`). Whose ticket that is, the
    /// system decides; a user in the credentials is sent as whom to act as, so
    /// that nobody else is logged in by chance. The library may have to fetch a
    /// ticket, which blocks [`Negotiator::begin`](crate::Negotiator::begin).
    #[must_use]
    pub const fn kerberos(mut self) -> Self {
        self.kerberos = true;
        self
    }

    /// Where there is no TLS, uses nothing but GSSAPI, and that only with its
    /// security layer, encrypted where the server can. The protocol has to pass
    /// everything through [`Established::layer`](crate::Established::layer)
    /// then. Under TLS this changes nothing: there, no layer is ever asked for.
    #[must_use]
    pub const fn require_security_layer(mut self) -> Self {
        self.layer = true;
        self
    }
}

/// A mechanism that the server offers and that is not used, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The mechanism.
    pub mechanism: MechanismName,
    /// Why it is not used.
    pub reason: Reason,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.mechanism, self.reason)
    }
}

/// Why a mechanism that the server offers is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// This crate does not know it, or was built without it.
    Unknown,
    /// The policy names others only.
    NotAmongThose,
    /// It is too weak to be used unless the policy names it.
    NotNamed,
    /// The credentials lack what it takes.
    Credentials,
    /// The credentials cannot be sent by it: a character that none may have, say.
    Unfit,
    /// It would give the password or the token away on a channel that others can read.
    Reveals,
    /// It would give the password or the token away after another mechanism
    /// failed, which may be what an attacker waits for.
    RevealsAfterFailure,
    /// It binds to the channel, of which there are no binding data (left).
    NoBinding(Option<BindingType>),
    /// It binds to the channel, and another exchange was bound to this connection
    /// already (RFC 9266, section 4.1).
    BindingSpent,
    /// It does not bind to the channel, and the policy asks for that.
    Unbound,
    /// It does not bind to the channel, though both sides can (RFC 5802, section 6).
    BindingOffered,
    /// It is weaker than what this account has seen before.
    WeakerThanPinned,
    /// It has no security layer, and the policy asks for one where there is no TLS.
    NoLayer,
    /// It was tried, and failed.
    Failed,
    /// What it needs of this system is not there.
    Unavailable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("is not known here"),
            Self::NotAmongThose => f.write_str("is not among those that the policy names"),
            Self::NotNamed => f.write_str("is too weak to be used without being named"),
            Self::Credentials => f.write_str("takes other credentials"),
            Self::Unfit => f.write_str("cannot carry these credentials"),
            Self::Reveals => f.write_str("reveals the secret, and the channel is not confidential"),
            Self::RevealsAfterFailure => {
                f.write_str("reveals the secret, which is not done after a failed attempt")
            }
            Self::NoBinding(None) => f.write_str("binds to the channel, which has no binding data"),
            Self::NoBinding(Some(last)) => {
                write!(f, "binds to the channel, and the server did not take even {last}")
            }
            Self::BindingSpent => f.write_str("binds to the channel, which was bound to already"),
            Self::Unbound => f.write_str("does not bind to the channel"),
            Self::BindingOffered => f.write_str("does not bind to the channel, though both sides can"),
            Self::WeakerThanPinned => f.write_str("is weaker than what this account has used before"),
            Self::NoLayer => f.write_str("has no security layer"),
            Self::Failed => f.write_str("has failed"),
            Self::Unavailable => f.write_str("needs what this system does not have"),
        }
    }
}
