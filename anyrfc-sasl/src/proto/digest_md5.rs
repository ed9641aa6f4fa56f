//! DIGEST-MD5 (RFC 2831), which RFC 6331 has moved to historic.

use std::mem;

use anyrfc_core::{Credentials, Secret};
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use super::once::{Prepared, no_data};
use crate::{
    Error, Established, Mechanism, MechanismName, Nonce, Preparation, Service, Step,
    codec::digest::{Challenge, quote, response_auth},
    error::Breach,
    rfc2831, rfc4422,
};

/// DIGEST-MD5 (RFC 2831): neither travels the password nor protects it much, which
/// is why RFC 6331 asks for SCRAM instead, and why [`Policy`](crate::Policy) has
/// to name it. Only `auth` is ever offered or accepted: layers made of MD5, DES
/// and RC4 protect nothing.
#[derive(Debug)]
pub struct DigestMd5 {
    user: String,
    password: Secret<String>,
    authorization_id: Option<String>,
    uri: String,
    realm: Option<String>,
    cnonce: Nonce,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Challenge,
    /// What `rspauth` has to be.
    Proof(Secret<String>),
    Verified,
    Over,
}

/// A response below this many bytes (section 2.1.2).
const RESPONSE_BELOW: usize = 4096;

impl DigestMd5 {
    /// A login with the credentials' user and password at `service`.
    ///
    /// # Errors
    /// There is no user or no password, `preparation` refuses one of them, the
    /// authorization identity is empty or has a NUL, or the service has a name or a host that
    /// `digest-uri` cannot have.
    pub fn new(
        credentials: &Credentials,
        preparation: Preparation,
        service: &Service,
        cnonce: Nonce,
    ) -> Result<Self, Error> {
        let Prepared { user, password } = Prepared::new(credentials, preparation)?;
        let is_type = |byte: u8| byte.is_ascii_alphabetic();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
        let fits = |text: &str, allowed: &dyn Fn(u8) -> bool| !text.is_empty() && text.bytes().all(allowed);
        if !fits(&service.name, &is_type) || !fits(&service.host, &is_host) {
            return Err(Error::usage("the service's name or host cannot be in a digest-uri"));
        }
        let authorization_id = credentials.authorization_id.clone();
        if authorization_id.as_ref().is_some_and(|identity| identity.is_empty() || identity.contains('\0')) {
            let what = "the authorization identity is empty or has a NUL";
            return Err(Error::unfit(rfc4422::AUTHORIZATION_ID_HAS_NO_NUL, what));
        }
        Ok(Self {
            user,
            password,
            authorization_id,
            uri: format!("{}/{}", service.name, service.host),
            realm: None,
            cnonce,
            stage: Stage::Challenge,
        })
    }

    /// With the realm of the account. It has to be among those that the server
    /// offers, where it offers any; without one, the first of those is chosen.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    fn choose_realm(&self, offered: Vec<Vec<u8>>) -> Result<Option<Vec<u8>>, Error> {
        let Some(wanted) = self.realm.as_ref().map(|realm| realm.as_bytes()) else {
            return Ok(offered.into_iter().next());
        };
        if !offered.is_empty() && !offered.iter().any(|realm| realm == wanted) {
            return Err(Error::unfit(
                rfc2831::REALM_IS_ONE_OF_THOSE_OFFERED,
                "the server does not offer the realm",
            ));
        }
        Ok(Some(wanted.to_vec()))
    }

    /// `digest-response`, and what the server then has to prove.
    fn respond(&self, challenge: Challenge) -> Result<(Vec<u8>, Secret<String>), Error> {
        let Challenge { realms, nonce, utf_8 } = challenge;
        let realm = self.choose_realm(realms)?;
        let user = if utf_8 {
            self.user.as_bytes().to_vec()
        } else {
            latin_1(&self.user).ok_or_else(no_latin_1)?.expose().clone()
        };
        let password = latin_1(self.password.expose());
        if !utf_8 && password.is_none() {
            return Err(no_latin_1());
        }
        // What fits into ISO 8859-1 is hashed in it (section 2.1.2.1).
        let narrow =
            |text: &str| latin_1(text).map_or_else(|| text.as_bytes().to_vec(), |l| l.expose().clone());
        let realm_hashed = match realm.as_deref().map(std::str::from_utf8) {
            Some(Ok(text)) if utf_8 => narrow(text),
            _ => realm.clone().unwrap_or_default(),
        };
        let password = password.as_ref().map_or(self.password.expose().as_bytes(), |p| p.expose());
        let account = digest(&[&narrow(&self.user), b":", &realm_hashed, b":", password]);
        let cnonce = self.cnonce.as_str().as_bytes();
        let mut a1: Vec<&[u8]> = vec![account.expose(), b":", &nonce, b":", cnonce];
        if let Some(identity) = &self.authorization_id {
            a1.extend([b":", identity.as_bytes()]);
        }
        let a1 = hex(&digest(&a1));
        let value = |method: &[u8]| {
            let a2 = hex(&digest(&[method, b":", self.uri.as_bytes()]));
            let (a1, a2) = (a1.expose().as_bytes(), a2.expose().as_bytes());
            hex(&digest(&[a1, b":", &nonce, b":00000001:", cnonce, b":auth:", a2]))
        };
        let mut response = Vec::new();
        let mut directive = |name: &str, value: &[u8]| {
            let separator: &[u8] = if response.is_empty() { b"" } else { b"," };
            response.extend([separator, name.as_bytes(), b"=", value].concat());
        };
        if utf_8 {
            directive("charset", b"utf-8");
        }
        directive("username", &quote(&user));
        if let Some(realm) = &realm {
            directive("realm", &quote(realm));
        }
        directive("nonce", &quote(&nonce));
        directive("nc", b"00000001");
        directive("cnonce", &quote(cnonce));
        directive("digest-uri", &quote(self.uri.as_bytes()));
        directive("response", value(b"AUTHENTICATE").expose().as_bytes());
        directive("qop", b"auth");
        if let Some(identity) = &self.authorization_id {
            directive("authzid", &quote(identity.as_bytes()));
        }
        if response.len() >= RESPONSE_BELOW {
            return Err(Error::unfit(rfc2831::RESPONSE_BELOW_4096_BYTES, "the response is too long"));
        }
        Ok((response, value(b"")))
    }

    fn verify(&mut self, message: &[u8], expected: &Secret<String>) -> Result<(), Error> {
        if !bool::from(response_auth(message)?.ct_eq(expected.expose().as_bytes())) {
            return Err(Error::not_proved(Breach::DigestProof));
        }
        self.stage = Stage::Verified;
        Ok(())
    }
}

impl Mechanism for DigestMd5 {
    fn name(&self) -> MechanismName {
        MechanismName::DIGEST_MD5
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        None
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Challenge => {
                let (response, proof) = self.respond(Challenge::parse(challenge)?)?;
                self.stage = Stage::Proof(proof);
                Ok(Step::respond(response))
            }
            Stage::Proof(expected) => {
                self.verify(challenge, &expected)?;
                Ok(Step::Done)
            }
            Stage::Verified | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn finish(mut self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        match (mem::replace(&mut self.stage, Stage::Over), additional) {
            (Stage::Verified, data) => no_data(data)?,
            (Stage::Proof(expected), Some(message)) if !message.is_empty() => {
                self.verify(message, &expected)?
            }
            (Stage::Proof(_), _) => return Err(Error::not_proved(Breach::DigestNoProof)),
            _ => return Err(Error::breach(Breach::SuccessTooEarly)),
        }
        Ok(Established::new(MechanismName::DIGEST_MD5).authorized_as(self.authorization_id).mutual())
    }
}

fn digest(parts: &[&[u8]]) -> Secret<Vec<u8>> {
    let mut hash = Md5::new();
    parts.iter().for_each(|part| hash.update(part));
    Secret::new(hash.finalize().to_vec())
}

/// `HEX(n)`: in lower case.
pub(super) fn hex(bytes: &Secret<Vec<u8>>) -> Secret<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // Reserved at once: a buffer that grows leaves its earlier self behind, unwiped.
    let mut text = String::with_capacity(bytes.expose().len().saturating_mul(2));
    for byte in bytes.expose() {
        let digits = [byte >> 4, byte & 15].map(|digit| DIGITS.get(usize::from(digit)).copied());
        text.extend(digits.into_iter().flatten().map(char::from));
    }
    Secret::new(text)
}

/// The text in ISO 8859-1, where it is all in that set.
fn latin_1(text: &str) -> Option<Secret<Vec<u8>>> {
    let mut bytes = Secret::new(Vec::with_capacity(text.len()));
    for c in text.chars() {
        bytes.expose_mut().push(u8::try_from(u32::from(c)).ok()?);
    }
    Some(bytes)
}

fn no_latin_1() -> Error {
    Error::unfit(
        rfc2831::LATIN_1_WITHOUT_CHARSET,
        "the server takes ISO 8859-1 only, and the name or the password is not in it",
    )
}

#[cfg(test)]
mod tests {
    use anyrfc_core::ErrorKind;

    use super::*;
    use crate::Exchange;

    const CHALLENGE: &str =
        r#"realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8"#;
    const PROOF: &str = "rspauth=ea40f60335c427b5527b84dbabcdfffd";

    fn mechanism(credentials: &Credentials) -> DigestMd5 {
        let service = Service::new("imap", "elwood.innosoft.com");
        let cnonce = Nonce::from_text("OA6MHXh6VqTrRk").unwrap();
        DigestMd5::new(credentials, Preparation::Saslprep, &service, cnonce).unwrap()
    }

    fn chris() -> Credentials {
        Credentials::password("chris", "secret")
    }

    fn answer(exchange: &mut Exchange, challenge: &str) -> Result<String, Error> {
        exchange
            .step_blocking(challenge.as_bytes())
            .map(|answer| String::from_utf8(answer.expose().clone()).unwrap())
    }

    fn answered() -> Exchange {
        let mut exchange = Exchange::new(mechanism(&chris()));
        answer(&mut exchange, CHALLENGE).unwrap();
        exchange
    }

    /// RFC 2831, section 4.
    #[test]
    fn the_example_of_the_rfc() {
        let mut exchange = Exchange::new(mechanism(&chris()));
        assert!(exchange.first().unwrap().is_none());
        assert_eq!(
            answer(&mut exchange, CHALLENGE).unwrap(),
            concat!(
                r#"charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,"#,
                r#"cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com","#,
                r"response=d388dad90d4bbd760a152321f2143af7,qop=auth"
            )
        );
        assert!(matches!(exchange.step(PROOF.as_bytes()).unwrap(), Step::Done));
        assert!(exchange.succeed(None).unwrap().mutual);
        assert!(answered().succeed(Some(PROOF.as_bytes())).unwrap().mutual);
    }

    #[test]
    fn the_server_has_to_prove_itself() {
        for additional in [
            None,
            Some(&b""[..]),
            Some(b"rspauth=ea40f60335c427b5527b84dbabcdfffe"),
            Some(b"x=1"),
            Some(b"rspauth=EA40F60335C427B5527B84DBABCDFFFD"),
        ] {
            let error = answered().succeed(additional).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Auth, Some(rfc2831::RSPAUTH_IS_VERIFIED))
            );
        }
        let error = answered().step(b"rspauth=00").unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2831::RSPAUTH_IS_VERIFIED));
        let error = Exchange::new(mechanism(&chris())).succeed(None).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4422::NO_SUCCESS_BEFORE_THE_END));
    }

    #[test]
    fn nothing_comes_after_the_proof() {
        let verified = || {
            let mut exchange = answered();
            assert!(matches!(exchange.step(PROOF.as_bytes()).unwrap(), Step::Done));
            exchange
        };
        assert_eq!(
            verified().step(b"").unwrap_err().requirement(),
            Some(rfc4422::NO_CHALLENGE_AFTER_THE_END)
        );
        assert!(verified().succeed(Some(PROOF.as_bytes())).is_err());
    }

    #[test]
    fn realms() {
        let several = "realm=\"a\",realm=\"b\",nonce=n,algorithm=md5-sess,charset=utf-8";
        let none = "nonce=n,algorithm=md5-sess,charset=utf-8";
        for (challenge, wanted, sent) in [
            (several, None, "realm=\"a\""),
            (several, Some("b"), "realm=\"b\""),
            (none, Some("c"), "realm=\"c\""),
        ] {
            let mechanism = mechanism(&chris());
            let mechanism = if let Some(realm) = wanted { mechanism.realm(realm) } else { mechanism };
            assert!(answer(&mut Exchange::new(mechanism), challenge).unwrap().contains(sent));
        }
        assert!(!answer(&mut Exchange::new(mechanism(&chris())), none).unwrap().contains("realm"));
        let error = answer(&mut Exchange::new(mechanism(&chris()).realm("c")), several).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2831::REALM_IS_ONE_OF_THOSE_OFFERED));
    }

    #[test]
    fn in_iso_8859_1_and_in_utf_8() {
        let of = |user: &str, password: &str, charset: &str| {
            let mut exchange = Exchange::new(mechanism(&Credentials::password(user, password)));
            let challenge = format!("nonce=n,algorithm=md5-sess{charset}");
            exchange.step_blocking(challenge.as_bytes()).map(|answer| answer.expose().clone())
        };
        let response = |message: &[u8]| {
            let at = message.windows(9).position(|window| window == b"response=").unwrap();
            message[at..at + 41].to_vec()
        };
        let (latin, utf) = (of("jürgen", "Ä", "").unwrap(), of("jürgen", "Ä", ",charset=utf-8").unwrap());
        assert!(
            latin.windows(6).any(|w| w == b"j\xfcrgen") && utf.windows(7).any(|w| w == "jürgen".as_bytes())
        );
        // Both are hashed alike, since both are in ISO 8859-1.
        assert_eq!(response(&latin), response(&utf));
        // So is the realm, with which the hash of an account is stored.
        let in_realm = |challenge: &[u8]| {
            let mut exchange = Exchange::new(mechanism(&chris()));
            response(exchange.step_blocking(challenge).unwrap().expose())
        };
        assert_eq!(
            in_realm(b"realm=\"\xe9\",nonce=n,algorithm=md5-sess"),
            in_realm(b"realm=\"\xc3\xa9\",nonce=n,algorithm=md5-sess,charset=utf-8")
        );
        // What is not said to be in UTF-8 is not read as such.
        assert_ne!(
            in_realm(b"realm=\"\xc3\xa9\",nonce=n,algorithm=md5-sess"),
            in_realm(b"realm=\"\xc3\xa9\",nonce=n,algorithm=md5-sess,charset=utf-8")
        );
        assert!(of("漢", "x", ",charset=utf-8").is_ok() && of("x", "漢", ",charset=utf-8").is_ok());
        for (user, password) in [("漢", "x"), ("x", "漢")] {
            let error = of(user, password, "").unwrap_err();
            assert_eq!(error.requirement(), Some(rfc2831::LATIN_1_WITHOUT_CHARSET));
        }
    }

    #[test]
    fn whom_to_act_as_is_sent_and_hashed() {
        let plain = answer(&mut Exchange::new(mechanism(&chris())), CHALLENGE).unwrap();
        let acting = chris().authorize_as("a\"b");
        let acting = answer(&mut Exchange::new(mechanism(&acting)), CHALLENGE).unwrap();
        assert!(acting.ends_with(",authzid=\"a\\\"b\""));
        assert!(
            !acting.contains("d388dad90d4bbd760a152321f2143af7")
                && plain.contains("d388dad90d4bbd760a152321f2143af7")
        );
    }

    #[test]
    fn what_cannot_be_sent() {
        let nonce = || Nonce::from_text("abc").unwrap();
        for (name, host) in [("im/ap", "a"), ("", "a"), ("imap", ""), ("imap", "a/b"), ("imap", "a\"b")] {
            let service = Service::new(name, host);
            assert!(DigestMd5::new(&chris(), Preparation::Saslprep, &service, nonce()).is_err());
        }
        for identity in ["", "a\0b"] {
            let service = Service::new("imap", "a");
            let acting = chris().authorize_as(identity);
            assert!(DigestMd5::new(&acting, Preparation::Saslprep, &service, nonce()).is_err());
        }
        let response = |length: usize| {
            let long = Credentials::password("u".repeat(length), "p");
            answer(&mut Exchange::new(mechanism(&long)), CHALLENGE)
        };
        let rest = response(1).unwrap().len() - 1;
        assert_eq!(response(4095 - rest).unwrap().len(), 4095);
        let error = response(4096 - rest).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2831::RESPONSE_BELOW_4096_BYTES));
    }
}
