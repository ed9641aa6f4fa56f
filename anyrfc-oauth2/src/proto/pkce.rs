//! Proof Key for Code Exchange (RFC 7636), by `S256` alone.

use std::{fmt, sync::Arc};

use anyrfc_core::Secret;
use anyrfc_jwt::codec::base64url;
use sha2::{Digest as _, Sha256};

use super::Random;
use crate::{Error, ErrorKind, ServerMetadata, rfc7636};

/// The one method that is used (RFC 7636, section 4.2).
pub(crate) const S256: &str = "S256";

/// What proves that whoever redeems a code is who asked for it (RFC 7636, section 4.1). It is sent
/// to the token endpoint and nowhere else.
#[derive(Clone)]
pub struct CodeVerifier(Arc<Secret<String>>);

impl CodeVerifier {
    /// A new one: 256 random bits as 43 characters (RFC 7636, section 4.1).
    #[must_use]
    pub fn new(random: &mut Random) -> Self {
        Self(Arc::new(Secret::new(random.token())))
    }

    /// One that was kept.
    ///
    /// # Errors
    /// Of kind `Usage` unless it is made of 43 to 128 unreserved characters (RFC 7636, section 4.1).
    pub fn from_text(text: impl Into<Secret<String>>) -> Result<Self, Error> {
        let text = text.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if (43..=128).contains(&text.expose().len()) && text.expose().bytes().all(fits) {
            return Ok(Self(Arc::new(text)));
        }
        Err(Error::unfit(
            rfc7636::VERIFIER_IS_43_TO_128_UNRESERVED,
            "a code verifier is too short, too long, or holds characters that cannot stand in it",
        ))
    }

    /// The challenge, which tells nothing of the verifier (RFC 7636, section 4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        s256(self.expose())
    }

    /// The text itself. Every call is a place to look at in a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

/// `BASE64URL(SHA256(ASCII(text)))`: the transformation of a challenge (RFC 7636, section 4.2), and of
/// a token's hash in a proof (RFC 9449, section 4.2).
pub(crate) fn s256(text: &str) -> String {
    base64url::encode(&Sha256::digest(text.as_bytes()))
}

/// Whether the server may be trusted with a code: one that lists its methods has to list `S256`, for
/// nothing weaker is ever sent. One that lists none gets the parameters all the same (RFC 7636,
/// section 5).
pub(crate) fn check_support(server: &ServerMetadata) -> Result<(), Error> {
    let methods = &server.code_challenge_methods_supported;
    if methods.is_empty() || methods.contains(S256) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Unsupported, "the server's methods of PKCE are all weaker than S256")
        .with_requirement(rfc7636::NO_DOWNGRADE_TO_PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn the_appendix_s_example() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105,
            214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = CodeVerifier::from_text(base64url::encode(&octets)).unwrap();
        assert_eq!(verifier.expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_fresh_and_of_256_bits() {
        let mut random = Random::new([7; 32]);
        let [first, second] = [(); 2].map(|()| CodeVerifier::new(&mut random));
        assert_ne!(first.expose(), second.expose());
        for verifier in [first, second] {
            assert_eq!(base64url::decode(verifier.expose()).unwrap().len(), 32);
            assert!(CodeVerifier::from_text(verifier.expose()).is_ok());
            assert_eq!(format!("{verifier:?}"), "CodeVerifier(..)");
        }
    }

    #[test]
    fn the_verifier_s_grammar_is_kept() {
        let long = "a".repeat(129);
        for text in ["", &"a".repeat(42), &long, &format!("{}+", &long[..60]), &format!("{} ", &long[..60])] {
            assert_eq!(CodeVerifier::from_text(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
        }
        for text in ["a".repeat(43), "-._~".repeat(32)] {
            assert!(CodeVerifier::from_text(text).is_ok());
        }
    }

    #[test]
    fn a_server_with_weaker_methods_alone_is_refused() {
        let listing = |methods: &[&str]| {
            let mut server = ServerMetadata::nameless();
            server.code_challenge_methods_supported = methods.iter().map(|&method| method.into()).collect();
            check_support(&server)
        };
        assert!(listing(&[]).is_ok());
        assert!(listing(&["S256"]).is_ok());
        assert!(listing(&["plain", "S256"]).is_ok());
        for weak in [&["plain"][..], &["s256"], &["S512", "plain"], &[""]] {
            let error = listing(weak).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.requirement(), Some(rfc7636::NO_DOWNGRADE_TO_PLAIN));
        }
    }
}
