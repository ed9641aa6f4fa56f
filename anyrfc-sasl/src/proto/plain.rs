//! PLAIN (RFC 4616).

use anyrfc_core::{Credentials, Secret};

use crate::{Error, Established, Mechanism, MechanismName, Preparation, Step, codec};

use super::once::{Once, Prepared};

/// PLAIN (RFC 4616): the user name and the password, as they are. Only for
/// channels that nobody else can read.
#[derive(Debug)]
pub struct Plain {
    once: Once,
    authorization_id: Option<String>,
}

impl Plain {
    /// A login with the credentials' user and password.
    ///
    /// # Errors
    /// There is no user or no password, or one of the parts cannot be sent: it is
    /// empty, has a NUL, or `preparation` refuses it.
    pub fn new(credentials: &Credentials, preparation: Preparation) -> Result<Self, Error> {
        let Prepared { user, password } = Prepared::new(credentials, preparation)?;
        let authorization_id = credentials.authorization_id.clone();
        let message = codec::plain::message(authorization_id.as_deref(), &user, password.expose())?;
        Ok(Self { once: Once::new(MechanismName::PLAIN, message), authorization_id })
    }
}

impl Mechanism for Plain {
    fn name(&self) -> MechanismName {
        MechanismName::PLAIN
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
