//! CRAM-MD5 (RFC 2195).

use anyrfc_core::{Credentials, Deviations, Secret, Tolerance};
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;

use super::{
    digest_md5::hex,
    once::{Prepared, no_data},
};
use crate::{Error, Established, Mechanism, MechanismName, Preparation, Step, error::Breach, rfc2195};

/// CRAM-MD5 (RFC 2195): the password does not travel, but whoever sees the
/// exchange can guess it offline, and the server proves nothing. A
/// [`Policy`](crate::Policy) has to name it.
#[derive(Debug)]
pub struct CramMd5 {
    user: String,
    password: Secret<String>,
    tolerance: Tolerance,
    deviations: Deviations,
    sent: bool,
}

impl CramMd5 {
    /// A login with the credentials' user and password.
    ///
    /// # Errors
    /// There is no user or no password, `preparation` refuses one of them, or the
    /// credentials ask to act as somebody else, which CRAM-MD5 cannot say.
    pub fn new(credentials: &Credentials, preparation: Preparation) -> Result<Self, Error> {
        if credentials.authorization_id.is_some() {
            return Err(Error::usage("CRAM-MD5 carries no authorization identity"));
        }
        let Prepared { user, password } = Prepared::new(credentials, preparation)?;
        let (tolerance, deviations) = (Tolerance::default(), Deviations::default());
        Ok(Self { user, password, tolerance, deviations, sent: false })
    }

    /// How a challenge that is no message identifier is taken: with a note,
    /// unless this is [`Tolerance::Strict`].
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// `HMAC-MD5`, which takes keys of any length.
    fn digest(&self, challenge: &[u8]) -> Secret<Vec<u8>> {
        let mac = Hmac::<Md5>::new_from_slice(self.password.expose().as_bytes());
        Secret::new(
            mac.map_or_else(
                |_| Vec::new(),
                |mac| mac.chain_update(challenge).finalize().into_bytes().to_vec(),
            ),
        )
    }
}

/// `msg-id = "<" addr-spec ">"` (RFC 822), as far as it matters here.
fn is_message_id(challenge: &[u8]) -> bool {
    let inside = challenge.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    let sides = inside.and_then(|inside| std::str::from_utf8(inside).ok()?.rsplit_once('@'));
    let plain = |side: &str| !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_graphic());
    sides.is_some_and(|(local, domain)| plain(local) && plain(domain) && !domain.contains(['<', '>']))
}

impl Mechanism for CramMd5 {
    fn name(&self) -> MechanismName {
        MechanismName::CRAM_MD5
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        None
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        if self.sent {
            return Err(Error::breach(Breach::ChallengeAfterEnd));
        }
        if challenge.is_empty() {
            return Err(Error::breach(Breach::CramEmpty));
        }
        if !is_message_id(challenge) {
            if self.tolerance == Tolerance::Strict {
                return Err(Error::breach(Breach::CramChallenge));
            }
            self.deviations.record(rfc2195::CHALLENGE_IS_A_MSG_ID, challenge);
        }
        self.sent = true;
        Ok(Step::respond(format!("{} {}", self.user, hex(&self.digest(challenge)).expose())))
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        if !self.sent {
            return Err(Error::breach(Breach::SuccessTooEarly));
        }
        no_data(additional)?;
        let mut established = Established::new(MechanismName::CRAM_MD5);
        established.deviations = self.deviations;
        Ok(established)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exchange, rfc4422};

    fn mechanism() -> CramMd5 {
        CramMd5::new(&Credentials::password("tim", "tanstaaftanstaaf"), Preparation::Saslprep).unwrap()
    }

    /// RFC 2195, section 2.
    #[test]
    fn the_example_of_the_rfc() {
        let mut exchange = Exchange::new(mechanism());
        assert!(exchange.first().unwrap().is_none());
        let answer = exchange.step_blocking(b"<1896.697170952@postoffice.reston.mci.net>").unwrap();
        assert_eq!(answer.expose(), b"tim b913a602c7eda7a495b4e6e7334d3890");
        let established = exchange.succeed(None).unwrap();
        assert!(!established.mutual && established.deviations.is_empty());
    }

    #[test]
    fn long_passwords_are_hashed_first() {
        let credentials = Credentials::password("u", "k".repeat(80));
        let mechanism = CramMd5::new(&credentials, Preparation::Raw).unwrap();
        let hashed = Secret::new(<Md5 as md5::Digest>::digest([b'k'; 80]).to_vec());
        let short = Hmac::<Md5>::new_from_slice(hashed.expose()).unwrap().chain_update(b"<a@b>");
        assert_eq!(mechanism.digest(b"<a@b>").expose(), short.finalize().into_bytes().as_slice());
    }

    #[test]
    fn challenges_of_another_form() {
        for challenge in ["x", "<>", "<a>", "<@b>", "<a@>", "a@b", "<a@b", "<a b@c>", "<a@b>>", "\0\u{ff}"] {
            let mut exchange = Exchange::new(mechanism());
            exchange.step_blocking(challenge.as_bytes()).unwrap();
            let deviations = exchange.succeed(None).unwrap().deviations;
            let seen: Vec<_> = deviations.iter().map(|deviation| deviation.requirement).collect();
            assert_eq!(seen, [rfc2195::CHALLENGE_IS_A_MSG_ID], "{challenge:?}");
            let mut strict = Exchange::new(mechanism().tolerance(Tolerance::Strict));
            let error = strict.step(challenge.as_bytes()).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc2195::CHALLENGE_IS_A_MSG_ID));
        }
        let error = Exchange::new(mechanism()).step(b"").unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2195::SERVER_SPEAKS_FIRST));
    }

    #[test]
    fn one_challenge_and_no_second() {
        let mut exchange = Exchange::new(mechanism());
        exchange.step_blocking(b"<a@b>").unwrap();
        let error = exchange.step(b"<a@b>").unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4422::NO_CHALLENGE_AFTER_THE_END));
        let error = Exchange::new(mechanism()).succeed(None).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4422::NO_SUCCESS_BEFORE_THE_END));
    }
}
