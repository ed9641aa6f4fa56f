//! SCRAM (RFC 5802).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Accounts, Identity, Verdict};
use crate::{
    Channel, Nonce, Preparation, ScramError, ScramHash, codec::gs2, proto::Keys, types::BindingType,
};

/// One exchange.
#[derive(Debug)]
pub(super) struct Scram {
    hash: ScramHash,
    plus: bool,
    accounts: Accounts,
    channel: Channel,
    nonce: Nonce,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    ClientFirst,
    ClientFinal(Box<Begun>),
    /// An error was sent: whatever comes, the exchange fails.
    Refused,
}

/// What the client's first message said.
#[derive(Debug)]
struct Begun {
    identity: Option<Identity>,
    /// `c`, before it is encoded.
    binding: Vec<u8>,
    nonce: String,
    /// `client-first-message-bare "," server-first-message ","`
    transcript: String,
    salt: Vec<u8>,
}

impl Scram {
    pub(super) const fn new(
        hash: ScramHash,
        plus: bool,
        accounts: Accounts,
        channel: Channel,
        nonce: Nonce,
    ) -> Self {
        Self { hash, plus, accounts, channel, nonce, stage: Stage::ClientFirst }
    }

    pub(super) fn respond(&mut self, response: &[u8]) -> Verdict {
        let Ok(text) = std::str::from_utf8(response) else { return Verdict::Failure };
        let outcome = match std::mem::replace(&mut self.stage, Stage::Refused) {
            Stage::ClientFirst => self.client_first(text),
            Stage::ClientFinal(begun) => self.client_final(&begun, text),
            Stage::Refused => return Verdict::Failure,
        };
        // An error that the client is told comes as a challenge.
        outcome.unwrap_or_else(|error| Verdict::Challenge(format!("e={error}").into_bytes()))
    }

    fn iterations(&self) -> u32 {
        self.accounts.iterations.unwrap_or(4096)
    }

    /// `client-first-message = gs2-header client-first-message-bare`
    fn client_first(&mut self, message: &str) -> Result<Verdict, ScramError> {
        let encoding = || ScramError::InvalidEncoding;
        let (flag, rest) = message.split_once(',').ok_or_else(encoding)?;
        let (authzid, bare) = rest.split_once(',').ok_or_else(encoding)?;
        let authzid = match authzid.strip_prefix("a=") {
            Some(name) => Some(gs2::name_of(name).ok_or_else(encoding)?),
            None if authzid.is_empty() => None,
            None => return Err(encoding()),
        };
        let binding = self.binding(flag)?;
        let (user, nonce) = bare.split_once(',').ok_or_else(encoding)?;
        if user.starts_with("m=") {
            return Err(ScramError::ExtensionsNotSupported);
        }
        let user = user.strip_prefix("n=").and_then(gs2::name_of);
        let user = user.ok_or(ScramError::InvalidUsernameEncoding)?;
        let nonce = nonce.strip_prefix("r=").filter(|nonce| !nonce.is_empty() && !nonce.contains(','));
        let nonce = format!("{}{}", nonce.ok_or_else(encoding)?, self.nonce.as_str());
        // The same salt for the same account, and one for users that do not exist, too.
        let mut salt = self.hash.hash(format!("salt of {user}").as_bytes()).expose().to_vec();
        salt.truncate(16);
        let (encoded, iterations) = (STANDARD.encode(&salt), self.iterations());
        let server_first = format!("r={nonce},s={encoded},i={iterations}");
        let known = self.accounts.passwords.contains_key(&user);
        self.stage = Stage::ClientFinal(Box::new(Begun {
            identity: self.accounts.authorize(&user, authzid.as_deref()).filter(|_| known),
            binding: [&message.as_bytes()[..message.len() - bare.len()], &binding].concat(),
            nonce,
            transcript: format!("{bare},{server_first},"),
            salt,
        }));
        Ok(Verdict::Challenge(server_first.into_bytes()))
    }

    /// The binding data that the flag asks for (RFC 5802, section 6).
    fn binding(&self, flag: &str) -> Result<Vec<u8>, ScramError> {
        match (flag, flag.strip_prefix("p=")) {
            ("n", _) if !self.plus => Ok(Vec::new()),
            ("y", _) if !self.plus && !self.channel.has_binding() => Ok(Vec::new()),
            ("y", _) if !self.plus => Err(ScramError::ServerDoesSupportChannelBinding),
            (_, Some(_)) if !self.plus => Err(ScramError::ChannelBindingNotSupported),
            (_, Some(name)) => {
                let kind = BindingType::ALL.into_iter().find(|kind| kind.as_str() == name);
                let binding = kind.and_then(|kind| self.channel.binding(kind));
                let binding = binding.ok_or(ScramError::UnsupportedChannelBindingType)?;
                Ok(binding.data().to_vec())
            }
            _ => Err(ScramError::InvalidEncoding),
        }
    }

    /// `client-final-message = client-final-message-without-proof "," proof`
    fn client_final(&self, begun: &Begun, message: &str) -> Result<Verdict, ScramError> {
        let encoding = || ScramError::InvalidEncoding;
        let (without_proof, proof) = message.rsplit_once(",p=").ok_or_else(encoding)?;
        let proof = STANDARD.decode(proof).map_err(|_| encoding())?;
        let (binding, nonce) = without_proof.split_once(',').ok_or_else(encoding)?;
        let binding = binding.strip_prefix("c=").and_then(|binding| STANDARD.decode(binding).ok());
        if binding.ok_or_else(encoding)? != begun.binding {
            return Err(ScramError::ChannelBindingsDontMatch);
        }
        if nonce.strip_prefix("r=") != Some(&begun.nonce) {
            return Err(ScramError::OtherError);
        }
        let identity = begun.identity.as_ref().ok_or(ScramError::UnknownUser)?;
        let password = self.accounts.passwords.get(&identity.user).ok_or(ScramError::UnknownUser)?;
        let password = Preparation::Saslprep.apply(password).unwrap_or_else(|_| password.clone());
        let salted = self.hash.derive(password.as_bytes(), &begun.salt, self.iterations());
        let keys = Keys::of(self.hash, salted.expose());
        let auth_message: [&[u8]; 2] = [begun.transcript.as_bytes(), without_proof.as_bytes()];
        if keys.proof(&auth_message).expose() != proof {
            return Err(ScramError::InvalidProof);
        }
        let signature = keys.signature(&auth_message);
        let data = format!("v={}", STANDARD.encode(signature.expose()));
        Ok(Verdict::Success(identity.clone(), Some(data.into_bytes())))
    }
}
