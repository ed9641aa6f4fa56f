//! What the mechanisms of a single message have in common.

use anyrfc_core::{Credentials, Secret};

use crate::{Error, Established, MechanismName, Preparation, Step, error::Breach};

/// A mechanism's only message.
#[derive(Debug)]
pub(super) struct Once {
    name: MechanismName,
    /// Gone when it was sent.
    message: Option<Secret<Vec<u8>>>,
}

impl Once {
    pub(super) const fn new(name: MechanismName, message: Secret<Vec<u8>>) -> Self {
        Self { name, message: Some(message) }
    }

    pub(super) const fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.message.take()
    }

    /// The empty challenge of a protocol that carries no initial response.
    pub(super) fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        let Some(message) = self.message.take() else {
            return Err(Error::breach(Breach::ChallengeAfterEnd));
        };
        if !challenge.is_empty() {
            return Err(Error::breach(Breach::ChallengeBeforeResponse));
        }
        Ok(Step::Respond(message))
    }

    pub(super) fn finish(
        &self,
        additional: Option<&[u8]>,
        authorization_id: Option<String>,
    ) -> Result<Established, Error> {
        if self.message.is_some() {
            return Err(Error::breach(Breach::SuccessTooEarly));
        }
        no_data(additional)?;
        Ok(Established::new(self.name).authorized_as(authorization_id))
    }
}

/// Success comes without data for a mechanism that has none to come.
pub(super) fn no_data(additional: Option<&[u8]>) -> Result<(), Error> {
    if additional.is_some_and(|data| !data.is_empty()) {
        return Err(Error::breach(Breach::DataWithSuccess));
    }
    Ok(())
}

/// A user and a password, as they are sent or hashed.
pub(super) struct Prepared {
    pub(super) user: String,
    pub(super) password: Secret<String>,
}

impl Prepared {
    pub(super) fn new(credentials: &Credentials, preparation: Preparation) -> Result<Self, Error> {
        let user = credentials.user.as_deref().ok_or_else(|| Error::usage("there is no user name"))?;
        let password = credentials.password.as_ref().ok_or_else(|| Error::usage("there is no password"))?;
        let prepared = |what: &'static str, error| Error::usage(what).with_source(error);
        let user =
            preparation.apply(user).map_err(|error| prepared("the user name cannot be used", error))?;
        let password = preparation
            .apply(password.expose())
            .map_err(|error| prepared("the password cannot be used", error))?;
        Ok(Self { user, password: Secret::new(password) })
    }
}
