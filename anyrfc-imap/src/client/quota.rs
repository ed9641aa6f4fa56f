//! Quotas (RFC 9208, RFC 2087).

use super::{ImapClient, IntoMailbox};
use crate::{
    Error,
    codec::command::{GetQuota, GetQuotaRoot, QuotaRootAnswer, SetQuota},
    types::{Quota, QuotaRoot},
};

impl ImapClient {
    /// The quota roots of a mailbox, which need not exist yet, and their limits (RFC 9208, section
    /// 4.1.2).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without QUOTA, and nothing has been
    /// sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn quota_roots(&mut self, mailbox: impl IntoMailbox) -> Result<QuotaRootAnswer, Error> {
        self.inner.run(GetQuotaRoot::new(mailbox.into_mailbox()?)).await
    }

    /// The limits of a quota root (RFC 9208, section 4.1.1).
    ///
    /// # Errors
    /// As [`quota_roots`](Self::quota_roots).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn quota(&mut self, root: &QuotaRoot) -> Result<Quota, Error> {
        self.inner.run(GetQuota::new(root.clone())).await
    }

    /// Sets the limits of a quota root (RFC 9208, section 4.1.3); those that are not named are
    /// dropped. Returns what they are now, where the server says so: it may have rounded them.
    ///
    /// # Errors
    /// As [`quota_roots`](Self::quota_roots), also on a server of RFC 9208 without QUOTASET.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn set_quota(&mut self, limits: SetQuota) -> Result<Option<Quota>, Error> {
        self.inner.run(limits).await
    }
}
