//! Which mechanism it is to be.

mod make;
mod strength;
#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeSet, fmt, sync::Arc};

use anyrfc_core::{Credentials, ErrorKind, Fault};
use chacha20::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

pub use self::strength::Strength;
use self::strength::{Rank, rank};
use super::policy::{BindingRule, Policy, Reason, Refusal};
use crate::{
    BindingType, Channel, ChannelBinding, Detail, Error, Established, Exchange, GssContext, KeyCache,
    Mechanism, MechanismName, Nonce, Pin, ScramError, Service, rfc4422, wire::wire,
};

/// Chooses among the mechanisms that a server offers, for one login that may
/// take several attempts and connections.
///
/// ```
/// use anyrfc_sasl::{BindingType, Channel, Credentials, Negotiator, Policy, Service};
///
/// let credentials = Credentials::password("user", "pencil");
/// let seed = [7; 32]; // from the system's randomness, that is
/// let service = Service::new("imap", "mail.example").port(993);
/// let mut negotiator = Negotiator::new(credentials, service, Policy::default(), seed);
///
/// let channel = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
/// let offered = ["LOGIN", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];
/// let exchange = negotiator.begin(offered, &channel)?;
/// assert_eq!(exchange.name().as_str(), "SCRAM-SHA-256-PLUS");
/// # Ok::<(), anyrfc_sasl::Error>(())
/// ```
pub struct Negotiator {
    credentials: Credentials,
    service: Service,
    policy: Policy,
    seeds: ChaCha20Rng,
    cache: Option<KeyCache>,
    custom: Vec<Custom>,
    contexts: Option<Arc<MakeContext>>,
    /// What was tried in vain.
    failed: Vec<MechanismName>,
    /// Whether something failed that reveals nothing: from there on, nothing may reveal a secret.
    guarded: bool,
    /// What the server has said that it cannot bind to.
    refused_bindings: Vec<BindingType>,
    /// The exporter that an exchange was bound to: no other may be (RFC 9266, section 4.1).
    spent: Option<ChannelBinding>,
    /// Why nothing more may be tried.
    over: Option<Error>,
    attempt: Option<Attempt>,
    /// What was offered last.
    offered: Vec<MechanismName>,
}

/// The exchange under way.
struct Attempt {
    name: MechanismName,
    rank: Rank,
    binding: Option<BindingType>,
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Begin again: another mechanism may do.
    Again,
    /// Begin again on a new connection: the channel binding has been used up, or
    /// the server wants another one.
    Reconnect,
    /// Ask for other credentials, since the server does not take these, and
    /// [`renew`](Negotiator::renew) them; on a new connection where this one's
    /// channel binding has been used up.
    Credentials {
        /// Whether that takes a new connection.
        reconnect: bool,
    },
    /// Leave it: the server broke the protocol, could not prove who it is, or
    /// somebody stands between.
    GiveUp,
}

type Make = dyn Fn(&Credentials, &Service, &Channel) -> Result<Box<dyn Mechanism>, Error> + Send + Sync;

type MakeContext = dyn Fn(&Service) -> Result<Box<dyn GssContext>, Error> + Send + Sync;

/// A mechanism of the application's own.
#[derive(Clone)]
struct Custom {
    name: MechanismName,
    strength: Strength,
    make: Arc<Make>,
}

/// The most names of a list that are looked at.
const OFFERED_MAX: usize = 1024;

impl Negotiator {
    /// A login with these credentials at a service. The seed makes nonces: it is
    /// to be random, and used for nothing else.
    #[must_use]
    pub fn new(credentials: Credentials, service: Service, policy: Policy, seed: [u8; 32]) -> Self {
        Self {
            credentials,
            service,
            policy,
            seeds: ChaCha20Rng::from_seed(seed),
            cache: None,
            custom: Vec::new(),
            contexts: None,
            failed: Vec::new(),
            guarded: false,
            refused_bindings: Vec::new(),
            spent: None,
            over: None,
            attempt: None,
            offered: Vec::new(),
        }
    }

    /// With keys from earlier logins.
    #[must_use]
    pub fn cache(mut self, cache: &KeyCache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// With security contexts of Kerberos V from elsewhere than the system's library.
    #[must_use]
    pub fn contexts(
        mut self,
        make: impl Fn(&Service) -> Result<Box<dyn GssContext>, Error> + Send + Sync + 'static,
    ) -> Self {
        self.contexts = Some(Arc::new(make));
        self
    }

    /// With a mechanism of the application's own, which comes after those of its
    /// strength that this crate has. One that is named like ours replaces it.
    #[must_use]
    pub fn register(
        mut self,
        name: MechanismName,
        strength: Strength,
        make: impl Fn(&Credentials, &Service, &Channel) -> Result<Box<dyn Mechanism>, Error>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.custom.retain(|custom| custom.name != name);
        self.custom.push(Custom { name, strength, make: Arc::new(make) });
        self
    }

    /// Begins an exchange by the best of the mechanisms that the server offers,
    /// as it wrote them. What is no name of a mechanism is passed over. An attempt
    /// before of which [`failed`](Self::failed) was not told counts as cut off: what
    /// it was by may be used again, but nothing that reveals a secret in its place.
    ///
    /// # Errors
    /// None can be used: [`Error::refusals`] says why, for each. Or the list is
    /// longer than any server's, or an earlier attempt was the last.
    pub fn begin<N: AsRef<[u8]>>(
        &mut self,
        offered: impl IntoIterator<Item = N>,
        channel: &Channel,
    ) -> Result<Exchange, Error> {
        if let Some(error) = &self.over {
            return Err(error.clone());
        }
        // An attempt of which nothing more was heard was cut off, maybe by somebody who waits
        // for a weaker one.
        if let Some(attempt) = self.attempt.take() {
            self.guarded |= !attempt.rank.0.reveals();
        }
        self.offered = names(offered)?;
        let mut refusals = Vec::new();
        let mut candidates: Vec<(Rank, MechanismName)> = Vec::new();
        for &mechanism in &self.offered {
            match self.judge(mechanism, &self.offered, channel) {
                Ok(rank) => candidates.push((rank, mechanism)),
                Err(reason) => refusals.push(Refusal { mechanism, reason }),
            }
        }
        candidates.sort_by_key(|candidate| Reverse(*candidate));
        let mut cause = None;
        for (rank, name) in candidates {
            let binding = self.binding_for(name, channel).cloned();
            let nonce = self.nonce();
            match self.make(name, binding.clone(), channel, nonce) {
                Ok(mechanism) => {
                    wire!(mechanism = %name, binding = ?binding, "chosen");
                    let kind = binding.as_ref().map(ChannelBinding::kind);
                    if kind == Some(BindingType::TlsExporter) {
                        self.spent = binding;
                    }
                    self.attempt = Some(Attempt { name, rank, binding: kind });
                    return Ok(Exchange::from_box(mechanism));
                }
                Err(error) => {
                    let unavailable = error.kind() != ErrorKind::Usage;
                    let reason = if unavailable { Reason::Unavailable } else { Reason::Unfit };
                    refusals.push(Refusal { mechanism: name, reason });
                    cause.get_or_insert(error);
                }
            }
        }
        Err(no_mechanism(refusals, cause))
    }

    /// The attempt failed, by this error of the exchange (for a refusal of the
    /// protocol's own, the one of [`Exchange::refused`]) or of the network. What
    /// to do next.
    pub fn failed(&mut self, error: &Error) -> Next {
        let Some(attempt) = self.attempt.take() else { return Next::GiveUp };
        let reconnect = attempt.binding == Some(BindingType::TlsExporter);
        let attacked = matches!(
            error.scram(),
            Some(ScramError::ChannelBindingsDontMatch | ScramError::ServerDoesSupportChannelBinding)
        );
        // What the server was to prove and has not comes with the statement that asks for it.
        let unproved = error.kind() == ErrorKind::Auth && error.requirement().is_some();
        if attacked || unproved || error.kind() == ErrorKind::Protocol {
            self.over = Some(error.clone());
            return Next::GiveUp;
        }
        self.guarded |= !attempt.rank.0.reveals();
        if let ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Tls | ErrorKind::Closed = error.kind() {
            // Nobody has refused anything: the same mechanism again.
            return Next::Reconnect;
        }
        let unbindable = matches!(
            error.scram(),
            Some(ScramError::UnsupportedChannelBindingType | ScramError::ChannelBindingNotSupported)
        );
        if let (true, Some(kind)) = (unbindable, attempt.binding) {
            // Another binding may do; none at all never does.
            self.refused_bindings.push(kind);
            return Next::Reconnect;
        }
        self.failed.push(attempt.name);
        match error.kind() {
            ErrorKind::Auth => Next::Credentials { reconnect },
            _ if reconnect => Next::Reconnect,
            _ => Next::Again,
        }
    }

    /// Goes on with other credentials for the same account: what has failed may
    /// be tried again. Where that was a mechanism that reveals nothing, one that
    /// reveals a secret still is not.
    pub fn renew(&mut self, credentials: Credentials) {
        self.credentials = credentials;
        self.failed.clear();
    }

    /// The attempt succeeded: what to remember of this account, for
    /// [`Policy::pin`]. It never holds less than the pin before.
    pub fn succeeded(&mut self, established: &Established) -> Pin {
        let now = Pin::new(established.mechanism, established.iterations);
        let Some(before) = self.policy.pin else { return now };
        let stronger = self.rank(now.mechanism) > self.rank(before.mechanism);
        let mechanism = if stronger { now.mechanism } else { before.mechanism };
        Pin::new(mechanism, before.iterations.max(now.iterations))
    }

    /// Compares the list that the server gave before a security layer with the
    /// one that it gives inside of it (RFC 4422, section 6.1.2).
    ///
    /// # Errors
    /// The first list lacked a stronger mechanism that could have been used:
    /// somebody took it out. The connection is to be closed.
    pub fn verify_offer<N: AsRef<[u8]>>(
        &self,
        offered: impl IntoIterator<Item = N>,
        channel: &Channel,
    ) -> Result<(), Error> {
        let Some(attempt) = &self.attempt else { return Err(Error::usage("there was no login")) };
        let now = names(offered)?;
        let stronger = now.iter().find(|name| {
            let is_new = !self.offered.contains(name);
            is_new && self.judge(**name, &now, channel).is_ok_and(|rank| rank > attempt.rank)
        });
        match stronger {
            Some(name) => Err(Error::violation(
                rfc4422::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES,
                format!("{name} was taken out of the first list"),
            )),
            None => Ok(()),
        }
    }

    /// Whether a mechanism may be used, and how strong it is.
    fn judge(
        &self,
        name: MechanismName,
        offered: &[MechanismName],
        channel: &Channel,
    ) -> Result<Rank, Reason> {
        let rank = self.rank(name).ok_or(Reason::Unknown)?;
        let (strength, _) = rank;
        let custom = self.custom.iter().any(|custom| custom.name == name);
        if self.policy.only.as_ref().is_some_and(|only| !only.contains(&name)) {
            return Err(Reason::NotAmongThose);
        }
        if !custom {
            self.judge_known(name, strength, channel)?;
        }
        if self.policy.layer && !channel.is_confidential() && name != MechanismName::GSSAPI {
            return Err(Reason::NoLayer);
        }
        if self.failed.contains(&name) {
            return Err(Reason::Failed);
        }
        if strength.reveals() {
            if !channel.is_confidential() && !self.policy.revealing_in_plaintext.contains(&name) {
                return Err(Reason::Reveals);
            }
            if self.guarded || !self.failed.is_empty() {
                return Err(Reason::RevealsAfterFailure);
            }
        }
        let bound = name.is_plus() || strength == Strength::Certificate;
        if self.policy.bindings == BindingRule::Require && !bound {
            return Err(Reason::Unbound);
        }
        if let Some(plus) = plus_of(name) {
            self.judge_binding(name, offered.iter().any(|other| plus.contains(other)), channel)?;
        }
        if self.policy.pin.is_some_and(|pin| self.rank(pin.mechanism) > Some(rank)) {
            return Err(Reason::WeakerThanPinned);
        }
        Ok(rank)
    }

    /// What the credentials and the policy say of a mechanism of ours.
    fn judge_known(&self, name: MechanismName, strength: Strength, channel: &Channel) -> Result<(), Reason> {
        let credentials = &self.credentials;
        let password = credentials.user.is_some() && credentials.password.is_some();
        let has = match strength {
            Strength::Certificate => credentials.client_certificate && channel.is_confidential(),
            Strength::Bound | Strength::Proof | Strength::Digest | Strength::Password => password,
            Strength::Token => {
                let named = credentials.user.is_some() || credentials.authorization_id.is_some();
                credentials.token.is_some() && (name == MechanismName::OAUTHBEARER || named)
            }
            Strength::Ticket => self.policy.kerberos,
            Strength::Anonymous => {
                self.policy.trace.is_some() && credentials.password.is_none() && credentials.token.is_none()
            }
        };
        if !has {
            return Err(Reason::Credentials);
        }
        let named = |names: &[MechanismName]| names.contains(&name);
        let only = self.policy.only.as_deref().is_some_and(named);
        if strength == Strength::Digest && !only && !named(&self.policy.allowed) {
            return Err(Reason::NotNamed);
        }
        Ok(())
    }

    /// What channel binding says of a mechanism that has a variant with it.
    fn judge_binding(
        &self,
        name: MechanismName,
        plus_offered: bool,
        channel: &Channel,
    ) -> Result<(), Reason> {
        if name.is_plus() {
            return match self.binding(channel) {
                Some(_) => Ok(()),
                None if self.is_spent(channel) => Err(Reason::BindingSpent),
                None => Err(Reason::NoBinding(self.refused_bindings.last().copied())),
            };
        }
        if plus_offered && self.can_bind(channel) {
            return Err(Reason::BindingOffered);
        }
        Ok(())
    }

    /// Whether there are binding data at all, whatever the server made of them.
    fn can_bind(&self, channel: &Channel) -> bool {
        self.policy.bindings != BindingRule::Ignore && channel.has_binding()
    }

    /// The strongest binding that is left. None is, of a connection whose exporter was used:
    /// another binding takes another connection, too.
    fn binding<'a>(&self, channel: &'a Channel) -> Option<&'a ChannelBinding> {
        if !self.can_bind(channel) || self.is_spent(channel) {
            return None;
        }
        let left = |kind: &BindingType| !self.refused_bindings.contains(kind);
        BindingType::ALL.into_iter().filter(left).find_map(|kind| channel.binding(kind))
    }

    fn binding_for<'a>(&self, name: MechanismName, channel: &'a Channel) -> Option<&'a ChannelBinding> {
        if name.is_plus() { self.binding(channel) } else { None }
    }

    fn is_spent(&self, channel: &Channel) -> bool {
        self.spent.is_some() && channel.binding(BindingType::TlsExporter) == self.spent.as_ref()
    }

    fn rank(&self, name: MechanismName) -> Option<Rank> {
        let custom = self.custom.iter().find(|custom| custom.name == name);
        custom.map(|custom| (custom.strength, 0)).or_else(|| rank(name))
    }

    fn nonce(&mut self) -> Nonce {
        let mut seed = [0; 32];
        self.seeds.fill_bytes(&mut seed);
        Nonce::from_seed(seed)
    }
}

impl fmt::Debug for Negotiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Negotiator")
            .field("service", &self.service)
            .field("policy", &self.policy)
            .field("failed", &self.failed)
            .field("refused_bindings", &self.refused_bindings)
            .finish_non_exhaustive()
    }
}

/// The names of a list, in capitals, each once.
fn names<N: AsRef<[u8]>>(offered: impl IntoIterator<Item = N>) -> Result<Vec<MechanismName>, Error> {
    // A list of another's making: looking each name up in it would take the square of its length.
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    for (index, name) in offered.into_iter().enumerate() {
        if index >= OFFERED_MAX {
            let message = format!("the server offers more than {OFFERED_MAX} mechanisms");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        if let Ok(name) = MechanismName::from_offer(name.as_ref())
            && seen.insert(name)
        {
            names.push(name);
        }
    }
    Ok(names)
}

/// The mechanisms that say that the server can bind those of this family.
fn plus_of(name: MechanismName) -> Option<&'static [MechanismName]> {
    const SCRAM: &[MechanismName] = &[
        MechanismName::SCRAM_SHA_1_PLUS,
        MechanismName::SCRAM_SHA_256_PLUS,
        MechanismName::SCRAM_SHA_384_PLUS,
        MechanismName::SCRAM_SHA_512_PLUS,
    ];
    const GS2: &[MechanismName] = &[MechanismName::GS2_KRB5_PLUS];
    let family = |plus: &[MechanismName]| plus.iter().any(|plus| plus.without_plus() == name.without_plus());
    [SCRAM, GS2].into_iter().find(|plus| family(plus))
}

fn no_mechanism(refusals: Vec<Refusal>, cause: Option<Error>) -> Error {
    let mut message = String::from("no mechanism can be used");
    for (index, refusal) in refusals.iter().take(8).enumerate() {
        message.push_str(if index == 0 { ": " } else { "; " });
        message.push_str(&refusal.to_string());
    }
    if refusals.len() > 8 {
        message.push_str("; and so on");
    }
    // The server's fault only where nothing that it offers is known here.
    let unknown = refusals.iter().all(|refusal| refusal.reason == Reason::Unknown);
    let fault = if unknown { Fault::Peer } else { Fault::Policy };
    let error = Error::new(ErrorKind::Unsupported, message)
        .with_fault(fault)
        .with_detail(Detail::NoMechanism(refusals));
    match cause {
        Some(cause) => error.with_source(cause),
        None => error,
    }
}
