//! OAUTHBEARER (RFC 7628) and XOAUTH2.

use super::{Accounts, Verdict};
use crate::codec::gs2;

/// What is said of a token that is not known.
const INVALID: &[u8] = br#"{"status":"invalid_token","scope":"mail","openid-configuration":"https://issuer.example/.well-known/openid-configuration"}"#;

/// One exchange.
#[derive(Debug)]
pub(super) struct Bearer {
    accounts: Accounts,
    oauthbearer: bool,
    refused: bool,
}

impl Bearer {
    pub(super) const fn new(accounts: Accounts, oauthbearer: bool) -> Self {
        Self { accounts, oauthbearer, refused: false }
    }

    pub(super) fn respond(&mut self, response: &[u8]) -> Verdict {
        if self.refused {
            // RFC 7628, section 3.2.3, whether the client has answered as it should or not.
            return Verdict::Failure;
        }
        let identity = std::str::from_utf8(response)
            .ok()
            .and_then(|text| if self.oauthbearer { oauthbearer(text) } else { xoauth2(text) })
            .and_then(|(authzid, token)| {
                let user = self.accounts.tokens.get(token)?;
                self.accounts.authorize(user, authzid.as_deref())
            });
        match identity {
            Some(identity) => Verdict::Success(identity, None),
            None => {
                self.refused = true;
                Verdict::Challenge(INVALID.to_vec())
            }
        }
    }
}

/// `gs2-header kvsep *kvpair kvsep`
fn oauthbearer(text: &str) -> Option<(Option<String>, &str)> {
    let (header, pairs) = text.split_once('\x01')?;
    let authzid = header.strip_prefix("n,")?.strip_suffix(',')?;
    let authzid = match authzid.strip_prefix("a=") {
        Some(name) => Some(gs2::name_of(name)?),
        None if authzid.is_empty() => None,
        None => return None,
    };
    let pairs = pairs.strip_suffix("\x01\x01")?;
    let is_pair = |pair: &str| pair.split_once('=').is_some_and(|(key, _)| !key.is_empty());
    if !pairs.split('\x01').all(is_pair) {
        return None;
    }
    let token = pairs.split('\x01').find_map(|pair| pair.strip_prefix("auth=Bearer "))?;
    Some((authzid, token))
}

/// `user=… ^A auth=Bearer … ^A ^A`
fn xoauth2(text: &str) -> Option<(Option<String>, &str)> {
    let (user, rest) = text.strip_prefix("user=")?.split_once('\x01')?;
    let token = rest.strip_prefix("auth=Bearer ")?.strip_suffix("\x01\x01")?;
    Some((Some(user.to_owned()), token))
}
