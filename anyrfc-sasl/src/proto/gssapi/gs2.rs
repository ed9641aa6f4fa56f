//! GS2-KRB5 (RFC 5801).

use std::mem;

use anyrfc_core::{Fault, Secret, Tolerance};

use super::context::{GssContext, GssFlags, GssToken};
use crate::{
    Binding, Error, Established, Mechanism, MechanismName, Step, codec, error::Breach, proto::once::no_data,
};

/// GS2-KRB5 and GS2-KRB5-PLUS (RFC 5801): a Kerberos ticket, bound to the
/// channel where both sides can. There is no security layer.
#[derive(Debug)]
pub struct Gs2Krb5 {
    name: MechanismName,
    authorization_id: Option<String>,
    asked: GssFlags,
    /// The header, and the channel's data behind it: what the context is bound to.
    bound_to: Secret<Vec<u8>>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The first message waits to be sent.
    Start(Box<dyn GssContext>, Secret<Vec<u8>>),
    /// It is the server's turn with a token.
    Establishing(Box<dyn GssContext>),
    /// The context is established; only the outcome is due.
    Established,
    Over,
}

impl Gs2Krb5 {
    /// A login with the context's ticket. [`Binding::Bound`] makes it the
    /// mechanism whose name ends in `-PLUS`.
    ///
    /// No message is ever protected by the context, so RFC 5801, section 8, asks
    /// for no service but mutual authentication. Servers that insist on
    /// sequencing get it nevertheless, unless `tolerance` is [`Tolerance::Strict`].
    ///
    /// The library may have to ask for a ticket, which blocks.
    ///
    /// # Errors
    /// There is no ticket, the authorization identity cannot be sent, or the
    /// binding has no data.
    pub fn new(
        mut context: Box<dyn GssContext>,
        authorization_id: Option<String>,
        binding: &Binding,
        tolerance: Tolerance,
    ) -> Result<Self, Error> {
        let asked = GssFlags { sequence: tolerance != Tolerance::Strict, ..GssFlags::MUTUAL };
        let header = codec::gs2::header(binding, authorization_id.as_deref())?;
        let (name, data) = match binding {
            Binding::Bound(binding) if binding.data().is_empty() => {
                return Err(Error::usage("the channel binding has no data"));
            }
            Binding::Bound(binding) => (MechanismName::GS2_KRB5_PLUS, binding.data()),
            Binding::Unsupported | Binding::NotOffered => (MechanismName::GS2_KRB5, &[][..]),
        };
        let bound_to = [header.as_bytes(), data].concat();
        let first = context.init(asked, Some(&bound_to), None)?;
        if first.complete {
            // The server has not said a word yet: it cannot have proved anything.
            return Err(Error::not_proved(Breach::Gs2NotMutual).with_fault(Fault::Caller));
        }
        let message = match codec::gs2::without_token_header(&first.token) {
            Some(bare) => [header.as_bytes(), bare].concat(),
            // RFC 5801, section 4: the flag says that there was nothing to remove.
            None => [b"F,", header.as_bytes(), &first.token].concat(),
        };
        let (bound_to, stage) = (Secret::new(bound_to), Stage::Start(context, Secret::new(message)));
        Ok(Self { name, authorization_id, asked, bound_to, stage })
    }

    /// What is sent of a token, and what then is to come.
    fn sent(&mut self, context: Box<dyn GssContext>, token: GssToken) -> Result<Vec<u8>, Error> {
        self.stage = if !token.complete {
            Stage::Establishing(context)
        } else if context.flags().mutual {
            Stage::Established
        } else {
            return Err(Error::not_proved(Breach::Gs2NotMutual));
        };
        Ok(token.token)
    }
}

impl Mechanism for Gs2Krb5 {
    fn name(&self) -> MechanismName {
        self.name
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start(context, message) => {
                self.stage = Stage::Establishing(context);
                Some(message)
            }
            other => {
                self.stage = other;
                None
            }
        }
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start(context, message) if challenge.is_empty() => {
                self.stage = Stage::Establishing(context);
                Ok(Step::Respond(message))
            }
            Stage::Start(..) => Err(Error::breach(Breach::ChallengeBeforeResponse)),
            Stage::Establishing(mut context) => {
                let token = context.init(self.asked, Some(self.bound_to.expose()), Some(challenge))?;
                let through = token.complete && token.token.is_empty();
                let response = self.sent(context, token)?;
                Ok(if through { Step::Done } else { Step::respond(response) })
            }
            Stage::Established | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn finish(mut self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        match (mem::replace(&mut self.stage, Stage::Over), additional) {
            (Stage::Established, data) => no_data(data)?,
            (Stage::Establishing(mut context), Some(token)) if !token.is_empty() => {
                let answer = context.init(self.asked, Some(self.bound_to.expose()), Some(token))?;
                if !answer.complete || !answer.token.is_empty() {
                    return Err(Error::breach(Breach::SuccessTooEarly));
                }
                self.sent(context, answer)?;
            }
            (Stage::Establishing(_), _) => return Err(Error::not_proved(Breach::Gs2NotMutual)),
            _ => return Err(Error::breach(Breach::SuccessTooEarly)),
        }
        Ok(Established::new(self.name).authorized_as(self.authorization_id).mutual())
    }
}
