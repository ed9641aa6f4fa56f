//! GSSAPI (RFC 4752) and GS2-KRB5 (RFC 5801).

mod context;
mod gs2;
#[cfg(feature = "gssapi")]
mod kerberos;
mod layer;
#[cfg(test)]
mod tests;

use std::mem;

use anyrfc_core::{Deviations, ErrorKind, Secret, Tolerance};

#[cfg(feature = "gssapi")]
pub use self::kerberos::Kerberos;
use self::layer::Layer;
pub use self::{
    context::{GssContext, GssFlags, GssToken},
    gs2::Gs2Krb5,
};
use super::once::no_data;
use crate::{Error, Established, Mechanism, MechanismName, Step, error::Breach, rfc4422, rfc4752};

/// The bits of the layers (RFC 4752, section 3.3).
const NO_LAYER: u8 = 1;
const INTEGRITY: u8 = 2;
const CONFIDENTIALITY: u8 = 4;

/// The most bytes of a token that we take inside a layer.
const RECEIVE_MAX: usize = 65_536;

/// GSSAPI (RFC 4752): a Kerberos ticket, and a layer that protects what follows
/// where there is no TLS and the application asks for one.
#[derive(Debug)]
pub struct Gssapi {
    stage: Stage,
    asked: GssFlags,
    authorization_id: Option<String>,
    layer: bool,
    tolerance: Tolerance,
    deviations: Deviations,
}

#[derive(Debug)]
enum Stage {
    /// The first token waits to be sent.
    Start(Box<dyn GssContext>, GssToken),
    /// It is the server's turn with a token.
    Establishing(Box<dyn GssContext>),
    /// It is the server's turn with the layers that it has.
    Layers(Box<dyn GssContext>),
    /// Only the outcome is due.
    Chosen {
        layer: Option<Layer>,
    },
    Over,
}

impl Gssapi {
    /// A login with the context's ticket, without a layer: everything else than
    /// TLS below would be a reason to ask for [`with_layer`](Self::with_layer).
    ///
    /// The library may have to ask for a ticket, which blocks.
    ///
    /// # Errors
    /// There is no ticket, or the authorization identity is empty or has a NUL.
    pub fn new(context: Box<dyn GssContext>, authorization_id: Option<String>) -> Result<Self, Error> {
        let asked = GssFlags { integrity: true, ..GssFlags::MUTUAL };
        Self::begin(context, authorization_id, asked, false)
    }

    /// A login with a security layer, encrypted where the server can: for
    /// connections without TLS.
    ///
    /// # Errors
    /// As of [`new`](Self::new).
    pub fn with_layer(context: Box<dyn GssContext>, authorization_id: Option<String>) -> Result<Self, Error> {
        Self::begin(context, authorization_id, GssFlags::ALL, true)
    }

    fn begin(
        mut context: Box<dyn GssContext>,
        authorization_id: Option<String>,
        asked: GssFlags,
        layer: bool,
    ) -> Result<Self, Error> {
        if authorization_id.as_ref().is_some_and(|identity| identity.is_empty() || identity.contains('\0')) {
            return Err(Error::unfit(
                rfc4422::AUTHORIZATION_ID_HAS_NO_NUL,
                "the authorization identity is empty or has a NUL",
            ));
        }
        let first = context.init(asked, None, None)?;
        Ok(Self {
            stage: Stage::Start(context, first),
            asked,
            authorization_id,
            layer,
            tolerance: Tolerance::default(),
            deviations: Deviations::default(),
        })
    }

    /// How a server is taken that has no layer and names a size for its buffer:
    /// with a note, unless this is [`Tolerance::Strict`].
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What is sent of a token, and what then is to come.
    fn sent(&mut self, context: Box<dyn GssContext>, token: GssToken) -> Vec<u8> {
        self.stage = if token.complete { Stage::Layers(context) } else { Stage::Establishing(context) };
        token.token
    }

    /// The server's layers, and our choice.
    fn choose(&mut self, mut context: Box<dyn GssContext>, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        let (offer, _) = context
            .unwrap_token(challenge)
            .map_err(|error| Error::breach(Breach::GssUnwrap).with_source(error))?;
        let &[layers, high, middle, low] = offer.as_slice() else {
            return Err(Error::breach(Breach::GssOffer));
        };
        let server_max = u32::from_be_bytes([0, high, middle, low]) as usize;
        let has = context.flags();
        if !has.mutual {
            // It was asked for, and nothing else shows that the server has a key.
            return Err(Error::not_proved(Breach::GssNotMutual));
        }
        if layers & (INTEGRITY | CONFIDENTIALITY) == 0 && server_max != 0 {
            // Harmless, and what GNU SASL and Dovecot send.
            if self.tolerance == Tolerance::Strict {
                return Err(Error::breach(Breach::GssMaximum));
            }
            self.deviations.record(rfc4752::NO_LAYER_MEANS_NO_BUFFER, &offer);
        }
        let chosen = if !self.layer {
            NO_LAYER & layers
        } else if has.confidentiality && has.integrity && layers & CONFIDENTIALITY != 0 {
            CONFIDENTIALITY
        } else if has.integrity {
            INTEGRITY & layers
        } else {
            0
        };
        if chosen == 0 {
            let what = if self.layer { "a security layer" } else { "to do without a security layer" };
            let message = format!("the server does not offer {what}");
            return Err(
                Error::new(ErrorKind::Unsupported, message).with_requirement(rfc4752::OFFER_HOLDS_THE_CHOICE)
            );
        }
        let receive_max = if chosen == NO_LAYER { 0 } else { RECEIVE_MAX };
        let [_, size @ ..] = (receive_max as u32).to_be_bytes();
        let identity = self.authorization_id.as_deref().unwrap_or_default();
        let answer = [&[chosen], &size[..], identity.as_bytes()].concat();
        let answer = context.wrap(&answer, false)?;
        let confidential = chosen == CONFIDENTIALITY;
        let layer = if chosen == NO_LAYER {
            None
        } else {
            let plain_max = context.wrap_size_limit(confidential, server_max)?;
            if plain_max == 0 {
                return Err(Error::breach(Breach::GssNoRoom));
            }
            Some(Layer::new(context, confidential, receive_max, plain_max))
        };
        self.stage = Stage::Chosen { layer };
        Ok(answer)
    }
}

impl Mechanism for Gssapi {
    fn name(&self) -> MechanismName {
        MechanismName::GSSAPI
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start(context, token) => Some(Secret::new(self.sent(context, token))),
            other => {
                self.stage = other;
                None
            }
        }
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start(context, token) if challenge.is_empty() => {
                Ok(Step::respond(self.sent(context, token)))
            }
            Stage::Start(..) => Err(Error::breach(Breach::ChallengeBeforeResponse)),
            Stage::Establishing(mut context) => {
                let token = context.init(self.asked, None, Some(challenge))?;
                Ok(Step::respond(self.sent(context, token)))
            }
            Stage::Layers(context) => self.choose(context, challenge).map(Step::respond),
            Stage::Chosen { .. } | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        let Stage::Chosen { layer } = self.stage else {
            return Err(Error::breach(Breach::SuccessTooEarly));
        };
        no_data(additional)?;
        let mut established =
            Established::new(MechanismName::GSSAPI).authorized_as(self.authorization_id).mutual();
        established.deviations = self.deviations;
        Ok(match layer {
            Some(layer) => established.with_layer(Box::new(layer)),
            None => established,
        })
    }
}
