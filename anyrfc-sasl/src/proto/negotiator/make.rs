//! Mechanisms by their names.

use std::ops::RangeInclusive;

use super::Negotiator;
use crate::{
    Anonymous, Binding, Channel, ChannelBinding, CramMd5, DigestMd5, Error, External, Gs2Krb5, GssContext,
    Gssapi, Login, Mechanism, MechanismName as M, Nonce, OauthBearer, Plain, Scram, ScramHash, Xoauth2,
};

impl Negotiator {
    /// The mechanism of that name, which was judged fit.
    pub(super) fn make(
        &self,
        name: M,
        binding: Option<ChannelBinding>,
        channel: &Channel,
        nonce: Nonce,
    ) -> Result<Box<dyn Mechanism>, Error> {
        let (credentials, service) = (&self.credentials, &self.service);
        if let Some(custom) = self.custom.iter().find(|custom| custom.name == name) {
            let mechanism = (custom.make)(credentials, service, channel)?;
            return if mechanism.name() == name {
                Ok(mechanism)
            } else {
                Err(Error::usage(format!("{} was registered as {name}", mechanism.name())))
            };
        }
        let preparation = self.policy.preparation;
        if let Some(hash) = ScramHash::ALL.into_iter().find(|hash| hash.mechanism(name.is_plus()) == name) {
            let flag = self.flag(binding, channel);
            let scram =
                Scram::new(hash, credentials, preparation, flag, nonce)?.iterations(self.iterations());
            return Ok(match &self.cache {
                Some(cache) => Box::new(scram.cache(cache)),
                None => Box::new(scram),
            });
        }
        if let M::GSSAPI | M::GS2_KRB5 | M::GS2_KRB5_PLUS = name {
            return self.ticket(name, binding, channel);
        }
        Ok(match name {
            M::EXTERNAL => Box::new(External::new(credentials)?),
            M::OAUTHBEARER => Box::new(OauthBearer::new(credentials, service)?),
            M::XOAUTH2 => Box::new(Xoauth2::new(credentials)?),
            M::DIGEST_MD5 => {
                let digest = DigestMd5::new(credentials, preparation, service, nonce)?;
                match &self.policy.realm {
                    Some(realm) => Box::new(digest.realm(realm)),
                    None => Box::new(digest),
                }
            }
            M::CRAM_MD5 => Box::new(CramMd5::new(credentials, preparation)?.tolerance(self.policy.tolerance)),
            M::PLAIN => Box::new(Plain::new(credentials, preparation)?),
            M::LOGIN => Box::new(Login::new(credentials, preparation)?),
            M::ANONYMOUS => Box::new(Anonymous::new(self.policy.trace.as_deref().unwrap_or_default())?),
            _ => return Err(Error::new(crate::ErrorKind::Unsupported, format!("{name} is not built in"))),
        })
    }

    /// The mechanisms that stand on a ticket. The user, where one is named, is
    /// whom to act as: a ticket of somebody else's does not log that one in.
    fn ticket(
        &self,
        name: M,
        binding: Option<ChannelBinding>,
        channel: &Channel,
    ) -> Result<Box<dyn Mechanism>, Error> {
        let identity = self.credentials.authorization_id.as_ref().or(self.credentials.user.as_ref()).cloned();
        let context = self.context()?;
        if name != M::GSSAPI {
            let flag = self.flag(binding, channel);
            return Ok(Box::new(Gs2Krb5::new(context, identity, &flag, self.policy.tolerance)?));
        }
        let gssapi = if self.policy.layer && !channel.is_confidential() {
            Gssapi::with_layer(context, identity)?
        } else {
            Gssapi::new(context, identity)?
        };
        Ok(Box::new(gssapi.tolerance(self.policy.tolerance)))
    }

    fn context(&self) -> Result<Box<dyn GssContext>, Error> {
        if let Some(make) = &self.contexts {
            return make(&self.service);
        }
        #[cfg(feature = "gssapi")]
        return Ok(Box::new(crate::Kerberos::new(&self.service)?));
        #[cfg(not(feature = "gssapi"))]
        Err(Error::new(crate::ErrorKind::Unsupported, "built without the feature gssapi"))
    }

    /// `y` exactly where there are binding data and the server offers nothing that takes them.
    fn flag(&self, binding: Option<ChannelBinding>, channel: &Channel) -> Binding {
        match binding {
            Some(binding) => Binding::Bound(binding),
            // Had the server offered a bound variant, this one would not have been chosen.
            None if self.can_bind(channel) => Binding::NotOffered,
            None => Binding::Unsupported,
        }
    }

    /// What the policy allows, and not less than was seen of the account, whatever the hash: a
    /// stronger one iterated less may well be easier to guess from.
    fn iterations(&self) -> RangeInclusive<u32> {
        let (least, most) = (*self.policy.iterations.start(), *self.policy.iterations.end());
        least.max(self.policy.pin.and_then(|pin| pin.iterations).unwrap_or_default())..=most
    }
}
