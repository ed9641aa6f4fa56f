//! EXTERNAL (RFC 4422, appendix A).

use anyrfc_core::{Credentials, Secret};

use super::once::Once;
use crate::{Error, Established, Mechanism, MechanismName, Step, rfc4422};

/// EXTERNAL (RFC 4422, appendix A): the server knows already who we are, from
/// our TLS certificate say, and is told at most whom to act as.
#[derive(Debug)]
pub struct External {
    once: Once,
    authorization_id: Option<String>,
}

impl External {
    /// Acts as the credentials' authorization identity, or as whoever the server
    /// takes us for: then the response is empty, which is not the same as none.
    ///
    /// # Errors
    /// The authorization identity is empty or has a NUL.
    pub fn new(credentials: &Credentials) -> Result<Self, Error> {
        let authorization_id = credentials.authorization_id.clone();
        if authorization_id.as_ref().is_some_and(|identity| identity.is_empty() || identity.contains('\0')) {
            return Err(Error::unfit(
                rfc4422::AUTHORIZATION_ID_HAS_NO_NUL,
                "the authorization identity is empty or has a NUL",
            ));
        }
        let message = Secret::new(authorization_id.clone().unwrap_or_default().into_bytes());
        Ok(Self { once: Once::new(MechanismName::EXTERNAL, message), authorization_id })
    }
}

impl Mechanism for External {
    fn name(&self) -> MechanismName {
        MechanismName::EXTERNAL
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.once.first()
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        self.once.step(challenge)
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        self.once.finish(additional, self.authorization_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exchange;

    #[test]
    fn an_empty_response_is_one() {
        let mut exchange = Exchange::new(External::new(&Credentials::default()).unwrap());
        assert_eq!(exchange.first().unwrap().unwrap().expose(), b"");
        assert_eq!(exchange.succeed(None).unwrap().authorization_id, None);
    }

    #[test]
    fn whom_to_act_as() {
        let credentials = Credentials::default().authorize_as("fred@example.com");
        let mut exchange = Exchange::new(External::new(&credentials).unwrap());
        assert_eq!(exchange.step_blocking(b"").unwrap().expose(), b"fred@example.com");
        assert_eq!(exchange.succeed(None).unwrap().authorization_id.as_deref(), Some("fred@example.com"));
        for wrong in ["", "a\0b"] {
            assert!(External::new(&Credentials::default().authorize_as(wrong)).is_err());
        }
    }
}
