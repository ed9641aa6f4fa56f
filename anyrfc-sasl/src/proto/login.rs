//! LOGIN, which no RFC defines (draft-murchison-sasl-login).

use std::mem;

use anyrfc_core::{Credentials, Secret};

use super::once::{Prepared, no_data};
use crate::{Error, Established, Mechanism, MechanismName, Preparation, Step, error::Breach};

/// LOGIN: the user name, and then the password, each after a prompt. Obsolete
/// since PLAIN, and still all that some servers offer. Only for channels that
/// nobody else can read.
#[derive(Debug)]
pub struct Login {
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    User { user: String, password: Secret<String> },
    Password(Secret<String>),
    Sent,
    Over,
}

impl Login {
    /// A login with the credentials' user and password.
    ///
    /// # Errors
    /// There is no user or no password, `preparation` refuses one of them, or the
    /// credentials ask to act as somebody else, which LOGIN cannot say.
    pub fn new(credentials: &Credentials, preparation: Preparation) -> Result<Self, Error> {
        if credentials.authorization_id.is_some() {
            return Err(Error::usage("LOGIN carries no authorization identity"));
        }
        let Prepared { user, password } = Prepared::new(credentials, preparation)?;
        Ok(Self { stage: Stage::User { user, password } })
    }
}

impl Mechanism for Login {
    fn name(&self) -> MechanismName {
        MechanismName::LOGIN
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        None
    }

    /// Whatever the prompts say: every server has its own.
    fn step(&mut self, _prompt: &[u8]) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::User { user, password } => {
                self.stage = Stage::Password(password);
                Ok(Step::respond(user))
            }
            Stage::Password(password) => {
                self.stage = Stage::Sent;
                Ok(Step::respond(password.expose().as_bytes()))
            }
            Stage::Sent | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        if !matches!(self.stage, Stage::Sent) {
            return Err(Error::breach(Breach::SuccessTooEarly));
        }
        no_data(additional)?;
        Ok(Established::new(MechanismName::LOGIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exchange, rfc4422};

    fn exchange() -> Exchange {
        Exchange::new(Login::new(&Credentials::password("tim", "tanstaaf"), Preparation::Saslprep).unwrap())
    }

    #[test]
    fn user_and_password_after_any_prompts() {
        for prompts in [["Username:", "Password:"], ["User Name\0", "Password\0"], ["", ""]] {
            let mut exchange = exchange();
            assert!(exchange.first().unwrap().is_none());
            assert_eq!(exchange.step_blocking(prompts[0].as_bytes()).unwrap().expose(), b"tim");
            assert_eq!(exchange.step_blocking(prompts[1].as_bytes()).unwrap().expose(), b"tanstaaf");
            assert!(!exchange.succeed(None).unwrap().mutual);
        }
    }

    #[test]
    fn two_prompts_and_no_third() {
        let mut twice = exchange();
        for _ in 0..2 {
            twice.step_blocking(b"").unwrap();
        }
        assert_eq!(twice.step(b"").unwrap_err().requirement(), Some(rfc4422::NO_CHALLENGE_AFTER_THE_END));
        let mut once = exchange();
        once.step_blocking(b"").unwrap();
        assert_eq!(once.succeed(None).unwrap_err().requirement(), Some(rfc4422::NO_SUCCESS_BEFORE_THE_END));
    }

    #[test]
    fn nobody_else_can_be_named() {
        let credentials = Credentials::password("tim", "tanstaaf").authorize_as("bob");
        assert!(Login::new(&credentials, Preparation::Saslprep).is_err());
    }
}
