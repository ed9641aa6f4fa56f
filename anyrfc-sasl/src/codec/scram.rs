//! The messages of SCRAM (RFC 5802, section 7).

use std::ops::RangeInclusive;

use ::base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{base64, gs2};
use crate::{Error, Nonce, ScramError, error::Breach};

/// `client-first-message-bare = username "," nonce`; we have no extensions.
///
/// # Errors
/// The user name cannot be sent.
pub fn client_first_bare(user: &str, nonce: &Nonce) -> Result<String, Error> {
    Ok(format!("n={},r={}", gs2::saslname(user)?, nonce.as_str()))
}

/// `client-final-message-without-proof = channel-binding "," nonce`
#[must_use]
pub fn client_final_without_proof(gs2_header: &str, binding: &[u8], nonce: &str) -> String {
    let input = [gs2_header.as_bytes(), binding].concat();
    format!("c={},r={nonce}", STANDARD.encode(input))
}

/// `server-first-message`, as far as this version of SCRAM defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerFirst<'a> {
    /// The client's nonce, with the server's behind it.
    pub nonce: &'a str,
    /// The salt.
    pub salt: Vec<u8>,
    /// The iteration count.
    pub iterations: u32,
}

/// The first message of a server: what it asks for, or why it refuses already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First<'a> {
    /// `server-first-message`
    Challenge(ServerFirst<'a>),
    /// `server-error`, which the RFC has in the final message only; servers that
    /// know the user not, or the channel binding, say so at once.
    Error(ScramError),
}

impl<'a> First<'a> {
    /// `server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]`
    ///
    /// # Errors
    /// It is anything else, or has a mandatory extension.
    pub fn parse(message: &'a [u8]) -> Result<Self, Error> {
        let mut attributes = Attributes::of(message, Breach::ScramSyntax)?;
        let (name, value) = attributes.next()?;
        if name == b'e' {
            attributes.extensions()?;
            return Ok(Self::Error(ScramError::from_value(value)));
        }
        let nonce = expect(b'r', (name, value))?;
        let printable = |byte: u8| matches!(byte, 0x21..=0x2b | 0x2d..=0x7e);
        if !nonce.bytes().all(printable) {
            return Err(Error::breach(Breach::ScramNonceSyntax));
        }
        let salt = expect(b's', attributes.next()?)?;
        let salt = base64::decode(salt.as_bytes()).map_err(|_| Error::breach(Breach::ScramBase64))?;
        let iterations = posit_number(expect(b'i', attributes.next()?)?)?;
        attributes.extensions()?;
        Ok(Self::Challenge(ServerFirst { nonce, salt, iterations }))
    }
}

/// `server-final-message = (server-error / verifier) ["," extensions]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFinal {
    /// `verifier`: the server's signature.
    Verifier(Vec<u8>),
    /// `server-error`
    Error(ScramError),
}

impl ServerFinal {
    /// The whole message.
    ///
    /// # Errors
    /// It is neither a verifier nor an error.
    pub fn parse(message: &[u8]) -> Result<Self, Error> {
        let mut attributes = Attributes::of(message, Breach::ScramFinalSyntax)?;
        let outcome = match attributes.next()? {
            (b'e', value) => Self::Error(ScramError::from_value(value)),
            (b'v', value) => {
                let verifier = base64::decode(value.as_bytes());
                Self::Verifier(verifier.map_err(|_| Error::breach(Breach::ScramBase64))?)
            }
            (b'm', _) => return Err(Error::breach(Breach::ScramMandatoryExtension)),
            _ => return Err(Error::breach(Breach::ScramFinalSyntax)),
        };
        attributes.extensions()?;
        Ok(outcome)
    }
}

/// `attr-val *("," attr-val)`
struct Attributes<'a> {
    attributes: std::str::Split<'a, char>,
    /// What it breaks to be anything else.
    syntax: Breach,
}

impl<'a> Attributes<'a> {
    /// The attributes of a message in UTF-8 without NUL.
    fn of(message: &'a [u8], syntax: Breach) -> Result<Self, Error> {
        match std::str::from_utf8(message) {
            Ok(text) if !text.contains('\0') => Ok(Self { attributes: text.split(','), syntax }),
            _ => Err(Error::breach(syntax)),
        }
    }

    /// `attr-val = ALPHA "=" 1*value-char`, of which there has to be one more.
    fn next(&mut self) -> Result<(u8, &'a str), Error> {
        let text = self.attributes.next();
        text.and_then(attribute).ok_or_else(|| Error::breach(self.syntax))
    }

    /// Whatever follows is optional, unless it says that it is not.
    fn extensions(self) -> Result<(), Error> {
        for text in self.attributes {
            match attribute(text) {
                Some((b'm', _)) => return Err(Error::breach(Breach::ScramMandatoryExtension)),
                Some(_) => {}
                None => return Err(Error::breach(self.syntax)),
            }
        }
        Ok(())
    }
}

fn attribute(text: &str) -> Option<(u8, &str)> {
    match text.as_bytes() {
        [name, b'=', _, ..] if name.is_ascii_alphabetic() => Some((*name, text.get(2..)?)),
        _ => None,
    }
}

/// The value of the attribute that has to stand here.
fn expect(wanted: u8, (name, value): (u8, &str)) -> Result<&str, Error> {
    match name {
        _ if name == wanted => Ok(value),
        b'm' => Err(Error::breach(Breach::ScramMandatoryExtension)),
        _ => Err(Error::breach(Breach::ScramSyntax)),
    }
}

/// What can be an iteration count at all.
const COUNTS: RangeInclusive<u32> = 1..=u32::MAX;

/// `posit-number = %x31-39 *DIGIT`
fn posit_number(text: &str) -> Result<u32, Error> {
    let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| COUNTS.contains(number)).ok_or_else(|| Error::breach(Breach::ScramIterations))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(message: &str) -> Result<First<'_>, Error> {
        First::parse(message.as_bytes())
    }

    /// The example of RFC 5802, section 5.
    #[test]
    fn the_example_of_the_rfc() {
        let nonce = Nonce::from_text("fyko+d2lbbFgONRv9qkxdawL").unwrap();
        assert_eq!(client_first_bare("user", &nonce).unwrap(), "n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        let message = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        let First::Challenge(challenge) = first(message).unwrap() else { panic!("an error") };
        assert_eq!(challenge.nonce, "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j");
        assert_eq!((challenge.salt.len(), challenge.iterations), (12, 4096));
        assert_eq!(
            client_final_without_proof("n,,", b"", challenge.nonce),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
        );
        let verifier = ServerFinal::parse(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").unwrap();
        assert!(matches!(verifier, ServerFinal::Verifier(signature) if signature.len() == 20));
    }

    #[test]
    fn optional_extensions_are_ignored() {
        for message in ["r=ab,s=c2FsdA==,i=1,x=y", "r=ab,s=c2FsdA==,i=1,d=a=b,q=é"] {
            let parsed = first(message).unwrap();
            assert!(matches!(parsed, First::Challenge(challenge) if challenge.iterations == 1));
        }
        assert!(ServerFinal::parse(b"v=AAAA,x=1").is_ok());
        assert!(ServerFinal::parse(b"e=other-error,x=1").is_ok());
    }

    #[test]
    fn mandatory_extensions_end_it() {
        for message in ["m=1,r=ab,s=c2FsdA==,i=1", "r=ab,s=c2FsdA==,i=1,m=x", "r=ab,m=x,s=c2FsdA==,i=1"] {
            let told = first(message).unwrap_err().to_string();
            assert!(told.contains("mandatory"), "{message}: {told}");
        }
        for message in ["m=1,v=AAAA", "v=AAAA,m=1"] {
            assert!(ServerFinal::parse(message.as_bytes()).unwrap_err().to_string().contains("mandatory"));
        }
    }

    #[test]
    fn what_is_no_server_first_message() {
        for message in [
            "",
            ",",
            "r=ab",
            "r=ab,s=c2FsdA==",
            "r=,s=c2FsdA==,i=1",
            "r=a b,s=c2FsdA==,i=1",
            "r=é,s=c2FsdA==,i=1",
            "s=c2FsdA==,r=ab,i=1",
            "r=ab,i=1,s=c2FsdA==",
            "r=ab,s=c2FsdA,i=1",
            "r=ab,s=c2Fs dA==,i=1",
            "r=ab,s=,i=1",
            "r=ab,s=c2FsdA==,i=",
            "r=ab,s=c2FsdA==,i=0",
            "r=ab,s=c2FsdA==,i=-1",
            "r=ab,s=c2FsdA==,i=+1",
            "r=ab,s=c2FsdA==,i=01",
            "r=ab,s=c2FsdA==,i=1.0",
            "r=ab,s=c2FsdA==,i=4294967296",
            "r=ab,s=c2FsdA==,i=99999999999999999999999",
            "r=ab,s=c2FsdA==,i=1,",
            "r=ab,s=c2FsdA==,i=1,x",
            "r=ab,s=c2FsdA==,i=1,x=",
            "r=ab,s=c2FsdA==,i=1,1=2",
            "r=ab,s=c2FsdA==,i=1\0",
            "R=ab,s=c2FsdA==,i=1",
            " r=ab,s=c2FsdA==,i=1",
        ] {
            assert!(first(message).is_err(), "{message:?}");
        }
        assert!(First::parse(b"r=\xff,s=c2FsdA==,i=1").is_err());
    }

    #[test]
    fn an_error_may_come_at_once() {
        assert_eq!(first("e=unknown-user").unwrap(), First::Error(ScramError::UnknownUser));
        assert!(first("e=").is_err());
    }

    #[test]
    fn what_is_no_server_final_message() {
        for message in ["", "v=", "v=!", "v=AAA", "e=", "x=AAAA", "v=AAAA,", "v=AAAA,x", "V=AAAA", "v=AA\0AA"]
        {
            assert!(ServerFinal::parse(message.as_bytes()).is_err(), "{message:?}");
        }
    }
}
