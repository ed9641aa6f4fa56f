//! PLAIN (RFC 4616) and LOGIN.

use super::{Accounts, Verdict};
use crate::Preparation;

/// Whether that is the user's password, once both are prepared.
fn is_password(accounts: &Accounts, user: &str, password: &str) -> bool {
    let known = accounts.passwords.get(user);
    known.is_some_and(|known| Preparation::Saslprep.matches(known, password).unwrap_or(false))
}

/// `[authzid] UTF8NUL authcid UTF8NUL passwd`
pub(super) fn plain(accounts: &Accounts, message: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(message) else { return Verdict::Failure };
    let parts: Vec<&str> = text.split('\0').collect();
    let [authzid, user, password] = parts[..] else { return Verdict::Failure };
    if user.is_empty() || !is_password(accounts, user, password) {
        return Verdict::Failure;
    }
    match accounts.authorize(user, Some(authzid)) {
        Some(identity) => Verdict::Success(identity, None),
        None => Verdict::Failure,
    }
}

/// Two prompts.
#[derive(Debug)]
pub(super) struct Login {
    accounts: Accounts,
    prompted: u8,
    user: Option<String>,
}

impl Login {
    pub(super) const fn new(accounts: Accounts) -> Self {
        Self { accounts, prompted: 0, user: None }
    }

    pub(super) fn respond(&mut self, response: Option<&[u8]>) -> Verdict {
        self.prompted += 1;
        let text = response.and_then(|response| std::str::from_utf8(response).ok());
        match (self.prompted, text) {
            (1, None) => Verdict::Challenge(b"Username:".to_vec()),
            (2, Some(user)) => {
                self.user = Some(user.to_owned());
                Verdict::Challenge(b"Password:".to_vec())
            }
            (3, Some(password)) => {
                let user = self.user.take().unwrap_or_default();
                match self.accounts.authorize(&user, None) {
                    Some(identity) if is_password(&self.accounts, &user, password) => {
                        Verdict::Success(identity, None)
                    }
                    _ => Verdict::Failure,
                }
            }
            _ => Verdict::Failure,
        }
    }
}
