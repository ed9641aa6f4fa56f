//! Quotas (RFC 9208, RFC 2087).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc9208,
    types::{Capability, Data, MailboxName, Quota, QuotaResource, QuotaRoot},
};

fn needs() -> Needs {
    Needs::phase(Phase::Authenticated)
        .capability(Capability::Quota)
        .because(rfc9208::QUOTA_NEEDS_THE_CAPABILITY)
}

/// GETQUOTA (RFC 9208, section 4.1.1): the limits of a quota root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetQuota {
    /// Which root.
    pub root: QuotaRoot,
}

impl GetQuota {
    /// Of this root.
    #[must_use]
    pub const fn new(root: QuotaRoot) -> Self {
        Self { root }
    }
}

impl Command for GetQuota {
    type Answer = Quota;

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("GETQUOTA ").astring(self.root.as_bytes())?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Quota]).of_root(self.root.clone())
    }

    fn answer(data: Collected) -> Result<Quota, Error> {
        quotas(data).last().ok_or_else(|| {
            Error::violation(rfc9208::GETQUOTA_GETS_QUOTA, "GETQUOTA was answered without that root's quota")
        })
    }
}

fn quotas(data: Collected) -> impl Iterator<Item = Quota> {
    data.pick(|data| if let Data::Quota(quota) = data { Some(quota) } else { None })
}

/// GETQUOTAROOT (RFC 9208, section 4.1.2): the quota roots of a mailbox, which need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetQuotaRoot {
    /// Of which mailbox.
    pub mailbox: MailboxName,
}

impl GetQuotaRoot {
    /// Of this mailbox.
    #[must_use]
    pub const fn new(mailbox: MailboxName) -> Self {
        Self { mailbox }
    }
}

/// The quota roots of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaRootAnswer {
    /// None, one or several.
    pub roots: Vec<QuotaRoot>,
    /// The limits of each, as far as the server has told them.
    pub quotas: Vec<Quota>,
}

impl QuotaRootAnswer {
    /// The limits of a root.
    #[must_use]
    pub fn quota(&self, root: &QuotaRoot) -> Option<&Quota> {
        self.quotas.iter().find(|quota| quota.root == *root)
    }
}

impl Command for GetQuotaRoot {
    type Answer = QuotaRootAnswer;

    fn needs(&self) -> Needs {
        needs()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("GETQUOTAROOT ").mailbox(&self.mailbox)?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::QuotaRoots, DataKind::Quota]).of_mailbox(self.mailbox.clone())
    }

    fn answer(data: Collected) -> Result<QuotaRootAnswer, Error> {
        let mut answer = QuotaRootAnswer::default();
        let mut told = false;
        let mut places = std::collections::HashMap::new();
        for data in data.data {
            match data {
                Data::QuotaRoots(roots) => {
                    told = true;
                    answer.roots = roots.roots;
                }
                Data::Quota(quota) => {
                    // What came last of a root holds.
                    let place = *places.entry(quota.root.clone()).or_insert(answer.quotas.len());
                    match answer.quotas.get_mut(place) {
                        Some(known) => *known = quota,
                        None => answer.quotas.push(quota),
                    }
                }
                _ => {}
            }
        }
        if !told {
            return Err(Error::violation(
                rfc9208::GETQUOTAROOT_GETS_QUOTAROOT,
                "GETQUOTAROOT was answered without the roots of that mailbox",
            ));
        }
        Ok(answer)
    }
}

/// SETQUOTA (RFC 9208, section 4.1.3): sets the limits of a quota root. Those that are not named are
/// dropped, so begin [from](Self::from) what there is to change one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetQuota {
    root: QuotaRoot,
    limits: Vec<(QuotaResource, u64)>,
}

impl SetQuota {
    /// No limits at all for this root.
    #[must_use]
    pub const fn new(root: QuotaRoot) -> Self {
        Self { root, limits: Vec::new() }
    }

    /// A limit to this resource.
    #[must_use]
    pub fn limit(mut self, resource: QuotaResource, limit: u64) -> Self {
        self.limits.retain(|(known, _)| *known != resource);
        self.limits.push((resource, limit));
        self
    }

    /// No limit to this resource.
    #[must_use]
    pub fn without(mut self, resource: &QuotaResource) -> Self {
        self.limits.retain(|(known, _)| known != resource);
        self
    }
}

impl From<&Quota> for SetQuota {
    /// The limits that there are.
    fn from(quota: &Quota) -> Self {
        let limits = quota.resources.iter().map(|usage| (usage.resource.clone(), usage.limit));
        limits
            .fold(Self::new(quota.root.clone()), |command, (resource, limit)| command.limit(resource, limit))
    }
}

impl Command for SetQuota {
    /// What the limits are now, where the server says so: it may have rounded them.
    type Answer = Option<Quota>;

    fn needs(&self) -> Needs {
        needs().quota_set()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("SETQUOTA ").astring(self.root.as_bytes())?.space();
        encoder.list(&self.limits, |encoder, (resource, limit)| {
            if *limit > i64::MAX as u64 {
                return Err(Error::usage("a limit of more than 63 bits")
                    .with_requirement(rfc9208::LIMIT_IS_AN_INTEGER));
            }
            encoder.atom(resource.as_str())?.space().number64(*limit);
            Ok(())
        })?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Quota]).of_root(self.root.clone())
    }

    fn answer(data: Collected) -> Result<Option<Quota>, Error> {
        Ok(quotas(data).last())
    }
}
