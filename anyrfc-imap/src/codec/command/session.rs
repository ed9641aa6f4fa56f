//! What concerns the session as a whole: UNAUTHENTICATE (RFC 8437) and GETJMAPACCESS (RFC 9698).

use super::{Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes, any_state::capabilities};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc8437, rfc9698,
    types::{Capabilities, Capability, Data},
};

/// UNAUTHENTICATE (RFC 8437): nobody is logged in any more, and the connection is as it was
/// before, but for TLS. It takes the place of a new connection for another user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unauthenticate;

impl Command for Unauthenticate {
    /// The capabilities from now on, where the server says them along with it.
    type Answer = Option<Capabilities>;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .capability(Capability::Unauthenticate)
            .because(rfc8437::UNAUTHENTICATE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("UNAUTHENTICATE");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Capability])
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Unauthenticate
    }

    fn answer(data: Collected) -> Result<Self::Answer, Error> {
        Ok(capabilities(data))
    }
}

/// GETJMAPACCESS (RFC 9698): where the same mail is to be had by JMAP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetJmapAccess;

impl Command for GetJmapAccess {
    /// The URL of the JMAP session. It is told and never followed: who does so gives the server
    /// of that URL whatever is sent there.
    type Answer = String;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .capability(Capability::JmapAccess)
            .because(rfc9698::GETJMAPACCESS_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("GETJMAPACCESS");
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::JmapAccess])
    }

    fn answer(data: Collected) -> Result<String, Error> {
        let told = data.pick(|data| match data {
            Data::JmapAccess(url) => Some(url),
            _ => None,
        });
        let nothing = "GETJMAPACCESS was answered without a URL";
        told.last().ok_or_else(|| Error::violation(rfc9698::SESSION_URL_IS_TOLD, nothing))
    }
}
