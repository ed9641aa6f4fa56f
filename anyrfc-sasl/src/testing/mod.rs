//! The server's side, for tests: accounts, and exchanges that know them.
//!
//! Servers of later protocols embed it. It is strict where a client could be
//! wrong, and not meant to guard anything: accounts hold plain passwords.

mod bearer;
mod password;
mod scram;

use std::{collections::HashMap, fmt};

use crate::{Channel, MechanismName, Nonce, ScramHash};

/// Who may log in.
///
/// ```
/// use anyrfc_sasl::testing::Accounts;
/// let accounts = Accounts::new().password("user", "pencil").token("user", "t0ken");
/// # let _ = accounts;
/// ```
#[derive(Clone, Default)]
pub struct Accounts {
    passwords: HashMap<String, String>,
    /// Tokens, each with its user.
    tokens: HashMap<String, String>,
    /// Who may act as others.
    proxies: Vec<String>,
    iterations: Option<u32>,
}

impl Accounts {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a user and a password.
    #[must_use]
    pub fn password(mut self, user: &str, password: &str) -> Self {
        self.passwords.insert(user.to_owned(), password.to_owned());
        self
    }

    /// With a token that stands for a user.
    #[must_use]
    pub fn token(mut self, user: &str, token: &str) -> Self {
        self.tokens.insert(token.to_owned(), user.to_owned());
        self
    }

    /// With a user who may act as everybody else.
    #[must_use]
    pub fn proxy(mut self, user: &str) -> Self {
        self.proxies.push(user.to_owned());
        self
    }

    /// With so many iterations for SCRAM. Default 4096.
    #[must_use]
    pub const fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = Some(iterations);
        self
    }

    /// Whether `user` may act as `authzid`, and as whom that is.
    fn authorize(&self, user: &str, authzid: Option<&str>) -> Option<Identity> {
        let authzid = authzid.filter(|authzid| !authzid.is_empty());
        let allowed = authzid.is_none_or(|authzid| authzid == user || self.proxies.iter().any(|p| p == user));
        allowed.then(|| Identity { user: user.to_owned(), acts_as: authzid.unwrap_or(user).to_owned() })
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({} passwords, {} tokens)", self.passwords.len(), self.tokens.len())
    }
}

/// Who has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The authentication identity.
    pub user: String,
    /// The authorization identity.
    pub acts_as: String,
}

/// What the server says to a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Another challenge.
    Challenge(Vec<u8>),
    /// The login succeeded, with additional data where there are any and the
    /// protocol carries them.
    Success(Identity, Option<Vec<u8>>),
    /// The login failed.
    Failure,
}

/// One exchange, from the server's side.
#[derive(Debug)]
pub struct Server {
    side: Side,
    /// Whether additional data travel with success, or else as one more challenge.
    data_with_success: bool,
    /// Success, as soon as the last challenge was answered by nothing.
    pending: Option<Identity>,
    over: bool,
}

#[derive(Debug)]
enum Side {
    Plain(Accounts),
    Login(password::Login),
    Bearer(bearer::Bearer),
    Scram(Box<scram::Scram>),
}

/// What a side makes of a response.
enum Verdict {
    Challenge(Vec<u8>),
    Success(Identity, Option<Vec<u8>>),
    Failure,
}

impl Server {
    /// The mechanisms there are, the strongest first; those that bind only where
    /// the channel can be bound.
    #[must_use]
    pub fn mechanisms(channel: &Channel) -> Vec<MechanismName> {
        let scram = |plus| ScramHash::ALL.into_iter().rev().map(move |hash| hash.mechanism(plus));
        let mut names: Vec<_> = if channel.has_binding() { scram(true).collect() } else { Vec::new() };
        names.extend(scram(false));
        names.extend([
            MechanismName::OAUTHBEARER,
            MechanismName::XOAUTH2,
            MechanismName::PLAIN,
            MechanismName::LOGIN,
        ]);
        names
    }

    /// An exchange by one of [`mechanisms`](Self::mechanisms); `None` for any other. The seed makes
    /// the nonce and the salt.
    #[must_use]
    pub fn new(name: MechanismName, accounts: &Accounts, channel: &Channel, seed: [u8; 32]) -> Option<Self> {
        if !Self::mechanisms(channel).contains(&name) {
            return None;
        }
        let accounts = accounts.clone();
        let side = match name {
            MechanismName::PLAIN => Side::Plain(accounts),
            MechanismName::LOGIN => Side::Login(password::Login::new(accounts)),
            MechanismName::OAUTHBEARER | MechanismName::XOAUTH2 => {
                Side::Bearer(bearer::Bearer::new(accounts, name == MechanismName::OAUTHBEARER))
            }
            _ => {
                let hash = ScramHash::ALL.into_iter().find(|hash| hash.mechanism(name.is_plus()) == name)?;
                Side::Scram(Box::new(scram::Scram::new(
                    hash,
                    name.is_plus(),
                    accounts,
                    channel.clone(),
                    Nonce::from_seed(seed),
                )))
            }
        };
        Some(Self { side, data_with_success: true, pending: None, over: false })
    }

    /// For protocols whose success carries no data (IMAP, SMTP): they come as one
    /// more challenge, which the client answers by nothing.
    #[must_use]
    pub const fn data_as_challenge(mut self) -> Self {
        self.data_with_success = false;
        self
    }

    /// Takes the initial response, or `None` where there was none; and then each response.
    pub fn respond(&mut self, response: Option<&[u8]>) -> Reply {
        if let Some(identity) = self.pending.take() {
            let answered_by_nothing = response.is_some_and(<[u8]>::is_empty);
            self.over = true;
            return if answered_by_nothing { Reply::Success(identity, None) } else { Reply::Failure };
        }
        if self.over {
            return Reply::Failure;
        }
        let verdict = match &mut self.side {
            Side::Login(login) => login.respond(response),
            _ if response.is_none() => Verdict::Challenge(Vec::new()),
            Side::Plain(accounts) => password::plain(accounts, response.unwrap_or_default()),
            Side::Bearer(bearer) => bearer.respond(response.unwrap_or_default()),
            Side::Scram(scram) => scram.respond(response.unwrap_or_default()),
        };
        match verdict {
            Verdict::Challenge(challenge) => Reply::Challenge(challenge),
            Verdict::Success(identity, Some(data)) if !self.data_with_success => {
                self.pending = Some(identity);
                Reply::Challenge(data)
            }
            Verdict::Success(identity, data) => {
                self.over = true;
                Reply::Success(identity, data)
            }
            Verdict::Failure => {
                self.over = true;
                Reply::Failure
            }
        }
    }
}
