//! SCRAM (RFC 5802, RFC 7677).

mod cache;
mod derivation;
mod hash;
#[cfg(test)]
mod tests;

use std::{fmt, mem, ops::RangeInclusive, sync::Arc};

use anyrfc_core::{Credentials, ErrorKind, Fault, Secret};
use base64::{Engine as _, encoded_len, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq as _;

pub(crate) use self::hash::Keys;
pub use self::{cache::KeyCache, hash::ScramHash};
use self::{cache::Tag, derivation::Derivation, hash::Digest};
use super::{
    once::{Prepared, no_data},
    policy::ITERATIONS,
};
use crate::{
    Binding, Detail, Error, Established, Mechanism, MechanismName, Nonce, Preparation, ScramError, Step,
    codec::{
        gs2,
        scram::{First, ServerFinal, ServerFirst, client_final_without_proof, client_first_bare},
    },
    error::Breach,
    rfc5802,
};

/// SCRAM with any of its hash functions, bound to the channel or not (RFC 5802,
/// RFC 7677): the password never travels, and the server has to prove that it
/// knows it, too.
///
/// ```
/// use anyrfc_sasl::{Binding, Credentials, Exchange, Nonce, Preparation, Scram, ScramHash};
/// let credentials = Credentials::password("user", "pencil");
/// let nonce = Nonce::from_seed([7; 32]); // from the system's randomness, that is
/// let scram = Scram::new(ScramHash::Sha256, &credentials, Preparation::Saslprep, Binding::Unsupported, nonce)?;
/// let first = Exchange::new(scram).first()?.expect("the client speaks first");
/// assert!(first.expose().starts_with(b"n,,n=user,r="));
/// # Ok::<(), anyrfc_sasl::Error>(())
/// ```
pub struct Scram {
    hash: ScramHash,
    name: MechanismName,
    authorization_id: Option<String>,
    gs2_header: String,
    binding: Vec<u8>,
    nonce: Nonce,
    client_first_bare: String,
    password: Secret<String>,
    iterations: RangeInclusive<u32>,
    cache: Option<KeyCache>,
    stage: Stage,
}

/// Whose turn it is.
enum Stage {
    /// Ours: nothing was sent yet.
    Start,
    /// The server's, with its first message.
    ServerFirst,
    /// Ours, and it takes a while.
    Deriving(Box<Deriving>),
    /// The server's, with its signature.
    ServerFinal(Box<Expected>),
    /// Only the outcome is due.
    Verified {
        iterations: u32,
    },
    Over,
}

/// A client-final-message in the making.
struct Deriving {
    derivation: Derivation,
    /// The server's first message, byte for byte: it is what both sides sign.
    message: Vec<u8>,
    nonce: String,
    iterations: u32,
    tag: Option<Tag>,
}

/// What the server has to prove.
struct Expected {
    signature: Digest,
    iterations: u32,
    /// To be kept when it has.
    keep: Option<(Tag, Arc<Keys>)>,
}

impl Scram {
    /// A login with the credentials' user and password. [`Binding::Bound`] makes
    /// it the mechanism whose name ends in `-PLUS`.
    ///
    /// # Errors
    /// There is no user or no password, or one of the identities cannot be sent:
    /// it is empty, has a NUL, or `preparation` refuses it. The binding has no data.
    pub fn new(
        hash: ScramHash,
        credentials: &Credentials,
        preparation: Preparation,
        binding: Binding,
        nonce: Nonce,
    ) -> Result<Self, Error> {
        let Prepared { user, password } = Prepared::new(credentials, preparation)?;
        let authorization_id = credentials.authorization_id.clone();
        let gs2_header = gs2::header(&binding, authorization_id.as_deref())?;
        let name = hash.mechanism(matches!(binding, Binding::Bound(_)));
        let binding = match binding {
            Binding::Bound(binding) if binding.data().is_empty() => {
                return Err(Error::usage("the channel binding has no data"));
            }
            Binding::Bound(binding) => binding.data().to_vec(),
            Binding::Unsupported | Binding::NotOffered => Vec::new(),
        };
        Ok(Self {
            hash,
            name,
            authorization_id,
            gs2_header,
            binding,
            client_first_bare: client_first_bare(&user, &nonce)?,
            nonce,
            password,
            iterations: ITERATIONS,
            cache: None,
            stage: Stage::Start,
        })
    }

    /// How often the server may let the hash be iterated. Default 4096 to 600 000.
    #[must_use]
    pub const fn iterations(mut self, range: RangeInclusive<u32>) -> Self {
        self.iterations = range;
        self
    }

    /// Takes keys from this cache, and leaves those that the server has taken in it.
    #[must_use]
    pub fn cache(mut self, cache: &KeyCache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    fn client_first(&mut self) -> Secret<Vec<u8>> {
        self.stage = Stage::ServerFirst;
        Secret::new([self.gs2_header.as_bytes(), self.client_first_bare.as_bytes()].concat())
    }

    /// The server's first message: judged before anything is worked out.
    fn server_first(&mut self, message: &[u8]) -> Result<Step, Error> {
        let ServerFirst { nonce, salt, iterations, .. } = match First::parse(message)? {
            First::Challenge(challenge) => challenge,
            First::Error(error) => return Err(refused(error)),
        };
        match nonce.strip_prefix(self.nonce.as_str()) {
            None => return Err(Error::breach(Breach::ScramNonce)),
            Some("") => return Err(Error::breach(Breach::ScramNonceNotExtended)),
            Some(_) => {}
        }
        self.judge_iterations(iterations)?;
        let password = self.password.expose().as_bytes();
        let tag = self.cache.as_ref().map(|cache| cache.tag(self.hash, password, &salt, iterations));
        if let Some(keys) = self.cache.as_ref().zip(tag.as_ref()).and_then(|(cache, tag)| cache.find(tag)) {
            return Ok(self.client_final(message, nonce, iterations, &keys, None));
        }
        let derivation = Derivation::new(self.hash, password, &salt, iterations);
        let (message, nonce) = (message.to_vec(), nonce.to_owned());
        self.stage = Stage::Deriving(Box::new(Deriving { derivation, message, nonce, iterations, tag }));
        Ok(Step::Working)
    }

    fn judge_iterations(&self, iterations: u32) -> Result<(), Error> {
        let (least, most) = (*self.iterations.start(), *self.iterations.end());
        if iterations < least {
            let message = format!("{iterations} iterations, fewer than the {least} that are asked for");
            return Err(Error::new(ErrorKind::Limit, message)
                .with_requirement(rfc5802::ITERATION_COUNT_OF_4096)
                .with_fault(Fault::Policy));
        }
        if iterations > most {
            let message = format!("{iterations} iterations, more than the {most} that are allowed");
            return Err(Error::new(ErrorKind::Limit, message).with_fault(Fault::Policy));
        }
        Ok(())
    }

    /// `client-final-message`, and what the server then has to prove; a tag has the
    /// keys kept when it has.
    fn client_final(
        &mut self,
        message: &[u8],
        nonce: &str,
        iterations: u32,
        keys: &Arc<Keys>,
        tag: Option<Tag>,
    ) -> Step {
        let mut response = client_final_without_proof(&self.gs2_header, &self.binding, nonce);
        let bare = self.client_first_bare.as_bytes();
        let auth_message: [&[u8]; 5] = [bare, b",", message, b",", response.as_bytes()];
        let (proof, signature) = (keys.proof(&auth_message), keys.signature(&auth_message));
        response.reserve(
            encoded_len(proof.expose().len(), true).unwrap_or_default().saturating_add(b",p=".len()),
        );
        response.push_str(",p=");
        STANDARD.encode_string(proof.expose(), &mut response);
        let keep = tag.map(|tag| (tag, Arc::clone(keys)));
        self.stage = Stage::ServerFinal(Box::new(Expected { signature, iterations, keep }));
        Step::respond(response)
    }

    /// The server's final message: its signature, or why it refuses.
    fn server_final(&mut self, message: &[u8], expected: Expected) -> Result<(), Error> {
        let signature = match ServerFinal::parse(message)? {
            ServerFinal::Verifier(signature) => signature,
            ServerFinal::Error(error) => return Err(refused(error)),
        };
        if !bool::from(signature.ct_eq(expected.signature.expose())) {
            return Err(Error::not_proved(Breach::ScramSignature));
        }
        if let (Some(cache), Some((tag, keys))) = (&self.cache, expected.keep) {
            cache.keep(tag, keys);
        }
        self.stage = Stage::Verified { iterations: expected.iterations };
        Ok(())
    }
}

impl Mechanism for Scram {
    fn name(&self) -> MechanismName {
        self.name
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        matches!(self.stage, Stage::Start).then(|| self.client_first())
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start if challenge.is_empty() => Ok(Step::Respond(self.client_first())),
            Stage::Start => Err(Error::breach(Breach::ChallengeBeforeResponse)),
            Stage::ServerFirst => self.server_first(challenge),
            Stage::ServerFinal(expected) => {
                self.server_final(challenge, *expected)?;
                Ok(Step::Done)
            }
            Stage::Deriving(_) => Err(Error::usage("the last challenge is still being worked on")),
            Stage::Verified { .. } | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn work(&mut self) -> Result<Step, Error> {
        let Stage::Deriving(mut deriving) = mem::replace(&mut self.stage, Stage::Over) else {
            return Err(Error::usage("there is nothing to work on"));
        };
        match deriving.derivation.work() {
            Some(salted) => {
                let keys = Arc::new(Keys::of(self.hash, salted.expose()));
                let Deriving { message, nonce, iterations, tag, .. } = *deriving;
                Ok(self.client_final(&message, &nonce, iterations, &keys, tag))
            }
            None => {
                self.stage = Stage::Deriving(deriving);
                Ok(Step::Working)
            }
        }
    }

    fn finish(mut self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        let iterations = match (mem::replace(&mut self.stage, Stage::Over), additional) {
            (Stage::Verified { iterations }, data) => {
                no_data(data)?;
                iterations
            }
            (Stage::ServerFinal(expected), Some(message)) if !message.is_empty() => {
                let iterations = expected.iterations;
                self.server_final(message, *expected)?;
                iterations
            }
            (Stage::ServerFinal(_), _) => return Err(Error::not_proved(Breach::ScramNoSignature)),
            _ => return Err(Error::breach(Breach::SuccessTooEarly)),
        };
        let mut established = Established::new(self.name).authorized_as(self.authorization_id).mutual();
        established.iterations = Some(iterations);
        Ok(established)
    }
}

/// The server ends the exchange with a word.
fn refused(error: ScramError) -> Error {
    let kind = match error {
        ScramError::InvalidProof
        | ScramError::UnknownUser
        | ScramError::InvalidUsernameEncoding
        | ScramError::ChannelBindingsDontMatch
        | ScramError::ServerDoesSupportChannelBinding => ErrorKind::Auth,
        ScramError::UnsupportedChannelBindingType | ScramError::ChannelBindingNotSupported => {
            ErrorKind::Unsupported
        }
        _ => ErrorKind::Refused,
    };
    Error::new(kind, format!("the server refuses: {error}")).with_detail(Detail::Scram(error))
}

impl fmt::Debug for Scram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Start => "Start",
            Stage::ServerFirst => "ServerFirst",
            Stage::Deriving(_) => "Deriving",
            Stage::ServerFinal(_) => "ServerFinal",
            Stage::Verified { .. } => "Verified",
            Stage::Over => "Over",
        };
        f.debug_struct("Scram").field("name", &self.name).field("stage", &stage).finish_non_exhaustive()
    }
}
