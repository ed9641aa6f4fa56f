use serde_json::json;

use super::*;
use crate::{
    ErrorKind,
    codec::json::Object,
    proto::{
        AccessTokenValidation, SigningKey, encode, encrypt_jwt,
        jwe::{DecryptionKey, EncryptionKey},
    },
    rfc8725, rfc9068,
    types::{ContentEncryption, JweAlgorithm, JwsAlgorithm},
};

const NOW: NumericDate = NumericDate::new(600);
const ENC: ContentEncryption = ContentEncryption::A256Gcm;

struct Keys {
    signing: SigningKey,
    encryption: EncryptionKey,
    decryption: DecryptionKey,
}

impl Keys {
    fn new() -> Self {
        Self {
            signing: SigningKey::generate(JwsAlgorithm::Es256).unwrap(),
            encryption: EncryptionKey::symmetric(JweAlgorithm::A256Kw, [1; 32]).unwrap(),
            decryption: DecryptionKey::symmetric(JweAlgorithm::A256Kw, [1; 32]).unwrap(),
        }
    }

    fn signed(&self, header: &Header) -> String {
        let claims = json!({"iss": "https://as.example", "sub": "user", "aud": ["us", "them"], "exp": 1000});
        encode(&claims, header, &self.signing).unwrap()
    }

    /// Encrypted as it is, whatever it is.
    fn encrypt(&self, plaintext: impl AsRef<[u8]>, header: &Header) -> String {
        jwe::encrypt(plaintext.as_ref(), header, &self.encryption, ENC).unwrap()
    }

    fn verify(&self, token: &str) -> Result<Jwt, Error> {
        let validation = Validation::new().issuer("https://as.example").audience("us");
        let verifying = self.signing.verifying_key();
        let jwt = validation.decrypt_and_verify(token, &self.decryption, verifying, NOW);
        let of_type =
            validation.decrypt_and_verify_as::<Object, _, _>(token, &self.decryption, verifying, NOW);
        match (&jwt, &of_type) {
            (Ok(_), Ok(of_type)) => assert_eq!(of_type.claims().len(), 4),
            (Err(one), Err(other)) => {
                assert_eq!((one.kind(), one.rejection()), (other.kind(), other.rejection()));
            }
            _ => panic!("{jwt:?}, {of_type:?}"),
        }
        jwt
    }

    fn malformed(&self, token: &str) -> Error {
        let error = self.verify(token).unwrap_err();
        assert_eq!((error.kind(), error.rejection()), (ErrorKind::Protocol, None), "{error}");
        error
    }
}

fn outer() -> Header {
    Header::new(JweAlgorithm::A256Kw)
}

fn inner() -> Header {
    Header::new(JwsAlgorithm::Es256)
}

#[test]
fn signed_and_then_encrypted() {
    let keys = Keys::new();
    let token = encrypt_jwt(&keys.signed(&inner()), &outer(), &keys.encryption, ENC).unwrap();
    assert_eq!(keys.verify(&token).unwrap().claims().subject.as_deref(), Some("user"));
    // Neither passes for the other.
    let validation = Validation::new().issuer("https://as.example").audience("us");
    assert!(validation.verify(&token, keys.signing.verifying_key(), NOW).is_err());
    assert!(keys.verify(&keys.signed(&inner())).is_err());
    // How long it gets when it is compressed tells of what is in it.
    let compressed = encrypt_jwt(&keys.signed(&inner()), &outer().with_compression(), &keys.encryption, ENC);
    assert_eq!(compressed.unwrap_err().requirement(), Some(rfc8725::NOTHING_IS_COMPRESSED));
    // What is encrypted has to be a signed token.
    for other in [&*token, "", "a.b", "a.b.c.d"] {
        let error = encrypt_jwt(other, &outer(), &keys.encryption, ENC).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

#[test]
fn no_deeper_than_once() {
    let keys = Keys::new();
    let once = encrypt_jwt(&keys.signed(&inner()), &outer(), &keys.encryption, ENC).unwrap();
    keys.malformed(&keys.encrypt(&once, &outer().with_content_type("JWT")));
    let says_so = crate::testing::forged(r#"{"alg":"ES256","cty":"JWT"}"#, b"{}", &keys.signing).unwrap();
    let error = keys.malformed(&keys.encrypt(says_so, &outer().with_content_type("JWT")));
    assert_eq!(error.requirement(), Some(rfc7519::CTY_IS_ABSENT_UNLESS_NESTED));
}

#[test]
fn what_was_encrypted_says_that_it_is_a_token_and_is_one() {
    let keys = Keys::new();
    let signed = keys.signed(&inner());
    for cty in ["JWT", "jwt", "application/jwt"] {
        assert!(keys.verify(&keys.encrypt(&signed, &outer().with_content_type(cty))).is_ok(), "{cty}");
    }
    let error = keys.malformed(&keys.encrypt(&signed, &outer()));
    assert_eq!(error.requirement(), Some(rfc7519::CTY_IS_PRESENT_WHEN_NESTED));
    let error = keys.malformed(&keys.encrypt(&signed, &outer().with_content_type("json")));
    assert_eq!(error.requirement(), Some(rfc7519::NESTED_CTY_IS_JWT));
    let claims = r#"{"iss":"https://as.example","sub":"user","aud":"us","exp":1000}"#;
    keys.malformed(&keys.encrypt(claims, &outer().with_content_type("JWT")));
    keys.malformed(&keys.encrypt([0xff; 16], &outer().with_content_type("JWT")));
}

#[test]
fn the_type_is_that_of_the_token_within() {
    let keys = Keys::new();
    let token = encrypt_jwt(
        &keys.signed(&inner().with_typ("at+jwt")),
        &outer().with_typ("JWT"),
        &keys.encryption,
        ENC,
    );
    let error = keys.verify(&token.unwrap()).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Type));
    assert_eq!(error.requirement(), Some(rfc8725::KINDS_OF_JWT_ARE_NOT_CONFUSED));
    let token = encrypt_jwt(&keys.signed(&inner()), &outer().with_typ("at+jwt"), &keys.encryption, ENC);
    assert!(keys.verify(&token.unwrap()).is_ok());
}

#[test]
fn both_steps_are_checked() {
    let keys = Keys::new();
    let token = encrypt_jwt(&keys.signed(&inner()), &outer(), &keys.encryption, ENC).unwrap();
    let stranger = Keys { signing: SigningKey::generate(JwsAlgorithm::Es256).unwrap(), ..Keys::new() };
    assert_eq!(stranger.verify(&token).unwrap_err().rejection(), Some(Rejection::Signature));
    let decryption = DecryptionKey::symmetric(JweAlgorithm::A256Kw, [2; 32]).unwrap();
    let stranger = Keys { decryption, ..keys };
    assert_eq!(stranger.verify(&token).unwrap_err().rejection(), Some(Rejection::Decryption));
}

#[test]
fn claims_in_the_header_are_the_same_within() {
    let keys = Keys::new();
    let verify = |name: &str, value: Value| {
        let header = outer().with_other(name, value).unwrap();
        keys.verify(&encrypt_jwt(&keys.signed(&inner()), &header, &keys.encryption, ENC).unwrap())
    };
    for (name, value) in [
        ("iss", json!("https://as.example")),
        ("sub", json!("user")),
        ("aud", json!(["us", "them"])),
        ("x", json!(7)),
    ] {
        assert!(verify(name, value).is_ok(), "{name}");
    }
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!(7)),
        ("sub", json!("User")),
        ("sub", json!(null)),
        ("aud", json!("us")),
        ("aud", json!(["us"])),
        ("aud", json!(["them", "us"])),
        ("aud", json!({})),
    ] {
        let error = verify(name, value).unwrap_err();
        assert!(matches!(error.rejection(), Some(Rejection::Claim(claim)) if claim == name), "{error:?}");
        assert_eq!(error.requirement(), Some(rfc7519::REPLICATED_CLAIMS_AGREE));
    }
}

#[test]
fn access_tokens_are_encrypted_where_that_was_agreed_on() {
    let keys = Keys::new();
    let claims = json!({"iss": "https://as.example", "sub": "user", "aud": "us", "exp": 1000, "iat": 1, "jti": "1", "client_id": "c"});
    let signed = encode(&claims, &inner().with_typ("at+jwt"), &keys.signing).unwrap();
    let token = encrypt_jwt(&signed, &outer(), &keys.encryption, ENC).unwrap();
    let validation = AccessTokenValidation::new("https://as.example", "us");
    let verify = |token: &str| {
        validation.decrypt_and_verify(token, &keys.decryption, keys.signing.verifying_key(), NOW)
    };
    assert_eq!(verify(&token).unwrap().client_id, "c");
    let error = verify(&signed).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Decryption));
    assert_eq!(error.requirement(), Some(rfc9068::UNENCRYPTED_TOKEN_IS_REFUSED));
}
