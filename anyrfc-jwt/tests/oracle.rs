//! Whether this crate and `jsonwebtoken` believe the same tokens: thousands of them, good, strange
//! and broken, judged by both.
//!
//! What that crate takes and this one refuses is on a list of named strictnesses, and is refused
//! for just that reason. What this one takes and that one refuses is on a list as well, and never
//! has anything to do with the signature.

use std::{collections::BTreeMap, time::SystemTime};

use anyrfc_jwt::{
    Error, ErrorKind, Rejection, Secret,
    codec::base64url,
    proto::{SigningKey, Validation, VerifyingKey, encode},
    types::{Header, JwsAlgorithm, NumericDate},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair as _, RsaKeyPair,
    },
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, errors::ErrorKind as TheirKind};
use serde_json::{Value, json};

const ISSUER: &str = "https://as.example";
const AUDIENCE: &str = "https://rs.example";

const ALGORITHMS: [JwsAlgorithm; 12] = [
    JwsAlgorithm::Hs256,
    JwsAlgorithm::Hs384,
    JwsAlgorithm::Hs512,
    JwsAlgorithm::Rs256,
    JwsAlgorithm::Rs384,
    JwsAlgorithm::Rs512,
    JwsAlgorithm::Ps256,
    JwsAlgorithm::Ps384,
    JwsAlgorithm::Ps512,
    JwsAlgorithm::Es256,
    JwsAlgorithm::Es384,
    JwsAlgorithm::EdDsa,
];

/// One algorithm's keys on both sides.
struct Keys {
    algorithm: JwsAlgorithm,
    signing: SigningKey,
    verifying: VerifyingKey,
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// What an attacker knows of them.
    public: Vec<u8>,
}

impl Keys {
    fn all() -> Vec<Self> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        ALGORITHMS.into_iter().map(|algorithm| Self::new(algorithm, &rsa)).collect()
    }

    fn new(algorithm: JwsAlgorithm, rsa: &RsaKeyPair) -> Self {
        let (pkcs8, public) = match algorithm {
            JwsAlgorithm::Hs256 | JwsAlgorithm::Hs384 | JwsAlgorithm::Hs512 => {
                let secret = vec![0xA7; 64];
                let signing = SigningKey::hmac(algorithm, &Secret::new(secret.clone())).unwrap();
                return Self {
                    algorithm,
                    verifying: signing.verifying_key().clone(),
                    signing,
                    encoding: EncodingKey::from_secret(&secret),
                    decoding: DecodingKey::from_secret(&secret),
                    public: Vec::new(),
                };
            }
            JwsAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
                (pair.to_pkcs8v1().unwrap().as_ref().to_vec(), spki(pair.public_key()))
            }
            JwsAlgorithm::Es384 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
                (pair.to_pkcs8v1().unwrap().as_ref().to_vec(), spki(pair.public_key()))
            }
            JwsAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().unwrap();
                (pair.to_pkcs8v1().unwrap().as_ref().to_vec(), spki(pair.public_key()))
            }
            _ => (AsDer::<Pkcs8V1Der<'_>>::as_der(rsa).unwrap().as_ref().to_vec(), spki(rsa.public_key())),
        };
        let (private_pem, public_pem) = (pem("PRIVATE KEY", &pkcs8), pem("PUBLIC KEY", &public));
        let (private, shared) = (private_pem.as_bytes(), public_pem.as_bytes());
        let (encoding, decoding) = match algorithm {
            JwsAlgorithm::Es256 | JwsAlgorithm::Es384 => {
                (EncodingKey::from_ec_pem(private), DecodingKey::from_ec_pem(shared))
            }
            JwsAlgorithm::EdDsa => (EncodingKey::from_ed_pem(private), DecodingKey::from_ed_pem(shared)),
            _ => (EncodingKey::from_rsa_pem(private), DecodingKey::from_rsa_pem(shared)),
        };
        Self {
            algorithm,
            signing: SigningKey::from_pem(private, algorithm).unwrap(),
            verifying: VerifyingKey::from_pem(shared, algorithm).unwrap(),
            encoding: encoding.unwrap(),
            decoding: decoding.unwrap(),
            public,
        }
    }

    fn theirs(&self) -> Algorithm {
        Algorithm::try_from(self.algorithm).unwrap()
    }

    /// What each says of a token.
    fn judge(&self, token: &str) -> (Result<Value, Error>, Result<Value, jsonwebtoken::errors::Error>) {
        let now = NumericDate::since_epoch(SystemTime::UNIX_EPOCH.elapsed().unwrap());
        let ours = Validation::new().issuer(ISSUER).audience(AUDIENCE);
        let ours = ours.verify_as::<Value, _>(token, &self.verifying, now).map(|jwt| jwt.into_claims());
        let mut theirs = jsonwebtoken::Validation::new(self.theirs());
        theirs.set_issuer(&[ISSUER]);
        theirs.set_audience(&[AUDIENCE]);
        theirs.validate_nbf = true;
        theirs.leeway = 0;
        let theirs = jsonwebtoken::decode::<Value>(token, &self.decoding, &theirs).map(|data| data.claims);
        (ours, theirs)
    }

    /// A token that says just this, signed.
    fn token(&self, header: &str, payload: &str) -> String {
        let input =
            format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
        let signature = self.signing.sign(input.as_bytes()).unwrap();
        format!("{input}.{}", base64url::encode(signature.as_ref()))
    }
}

fn spki<'a>(key: &impl AsDer<PublicKeyX509Der<'a>>) -> Vec<u8> {
    key.as_der().unwrap().as_ref().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// Members in their order, a name possibly twice; values are JSON as it is written.
type Members = Vec<(&'static str, String)>;

fn object(members: &Members) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// What is done to a good token before it is signed.
struct Change {
    part: Part,
    name: &'static str,
    /// Instead of what is there; nothing to take it away.
    value: Option<&'static str>,
    /// Beside what is there.
    again: bool,
    expect: Expect,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Header,
    Claims,
}

#[derive(Clone, Copy)]
enum Expect {
    /// Both say the same.
    Same,
    /// A named strictness: ours refuses for this reason what theirs takes.
    Stricter(&'static str, fn(&Error) -> bool),
    /// Ours takes what theirs refuses for this reason, which has nothing to do with the signature.
    Laxer(&'static str, fn(&TheirKind) -> bool),
}

const fn change(part: Part, name: &'static str, value: &'static str, expect: Expect) -> Change {
    Change { part, name, value: Some(value), again: false, expect }
}

const fn again(part: Part, name: &'static str, value: &'static str, expect: Expect) -> Change {
    Change { part, name, value: Some(value), again: true, expect }
}

const fn without(part: Part, name: &'static str, expect: Expect) -> Change {
    Change { part, name, value: None, again: false, expect }
}

fn is_protocol(error: &Error) -> bool {
    error.kind() == ErrorKind::Protocol
}

fn is_critical(error: &Error) -> bool {
    error.rejection() == Some(Rejection::Critical)
}

const CRIT: Expect = Expect::Stricter("crit is understood or refused", is_critical);
const B64: Expect =
    Expect::Stricter("b64 is true, and listed in crit", |error| is_critical(error) || is_protocol(error));
const TYP: Expect =
    Expect::Stricter("typ is of this kind", |error| error.rejection() == Some(Rejection::Type));
const REQUIRED: Expect = Expect::Stricter("what is configured is required", |error| {
    matches!(error.rejection(), Some(Rejection::MissingClaim("iss" | "aud")))
});
const CLAIM: Expect = Expect::Stricter("registered claims have their types", is_protocol);
const PARAMETER: Expect = Expect::Stricter("header parameters have their types", is_protocol);
const TWICE: Expect = Expect::Stricter("no name stands there twice, however deep", is_protocol);
const FUTURE: Expect =
    Expect::Stricter("iat is not in the future", |error| error.rejection() == Some(Rejection::NotYetValid));
const NESTED: Expect = Expect::Stricter("a token within a token is no claims", is_protocol);
const ENCRYPTED: Expect = Expect::Stricter("zip and enc are not those of a JWS", |error| {
    matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Unsupported)
});
const DEEP: Expect = Expect::Stricter("JSON is only so deep", |error| error.kind() == ErrorKind::Limit);
const DATE: Expect = Expect::Laxer("a date is any number", |kind| {
    matches!(kind, TheirKind::InvalidClaimFormat(_) | TheirKind::MissingRequiredClaim(_))
});

use Part::{Claims as C, Header as H};

const DEEP_ARRAY: &str = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

const CHANGES: &[Change] = &[
    without(H, "typ", Expect::Same),
    change(H, "typ", "\"jwt\"", Expect::Same),
    change(H, "typ", "\"application/jwt\"", Expect::Same),
    change(H, "typ", "\"at+jwt\"", TYP),
    change(H, "typ", "\"\"", TYP),
    change(H, "typ", "7", Expect::Same),
    change(H, "kid", "\"1\"", Expect::Same),
    change(H, "kid", "\"../../etc/passwd\"", Expect::Same),
    change(H, "kid", "1", Expect::Same),
    change(H, "kid", "null", PARAMETER),
    change(H, "crit", "[]", CRIT),
    change(H, "crit", "[\"exp\"]", CRIT),
    change(H, "crit", "[\"b64\"]", CRIT),
    change(H, "crit", "[\"alg\"]", CRIT),
    change(H, "crit", "null", CRIT),
    change(H, "crit", "\"exp\"", Expect::Same),
    change(H, "b64", "false", B64),
    change(H, "b64", "true", B64),
    change(H, "b64", "\"false\"", PARAMETER),
    change(H, "cty", "\"JWT\"", NESTED),
    change(H, "cty", "\"application/jwt\"", NESTED),
    change(H, "cty", "\"text/plain\"", Expect::Same),
    change(H, "zip", "\"DEF\"", ENCRYPTED),
    change(H, "zip", "\"GZ\"", ENCRYPTED),
    change(H, "enc", "\"A128GCM\"", ENCRYPTED),
    change(H, "enc", "\"A129GCM\"", ENCRYPTED),
    change(H, "jku", "\"https://evil.example/jwks\"", Expect::Same),
    change(H, "x5u", "\"https://evil.example/x509\"", Expect::Same),
    change(H, "x5c", "[\"?\"]", PARAMETER),
    change(H, "x5t", "\"?\"", PARAMETER),
    change(H, "jwk", r#"{"kty":"oct","k":"AAAA"}"#, PARAMETER),
    change(H, "epk", "7", PARAMETER),
    change(H, "p2c", "-1", PARAMETER),
    change(H, "url", "\"https://rs.example\"", Expect::Same),
    change(H, "x", "{\"a\":[1,2.5,null,true]}", Expect::Same),
    change(H, "x", "{\"a\":1,\"a\":2}", TWICE),
    change(H, "x", DEEP_ARRAY, DEEP),
    again(H, "typ", "\"JWT\"", Expect::Same),
    again(H, "alg", "\"none\"", Expect::Same),
    change(H, "alg", "\"none\"", Expect::Same),
    change(H, "alg", "\"NONE\"", Expect::Same),
    change(H, "alg", "\"hs256\"", Expect::Same),
    change(H, "alg", "\"\"", Expect::Same),
    change(H, "alg", "null", Expect::Same),
    change(H, "alg", "[\"HS256\"]", Expect::Same),
    without(H, "alg", Expect::Same),
    change(C, "iss", "\"https://as.example/\"", Expect::Same),
    change(C, "iss", "\"\"", Expect::Same),
    change(C, "iss", "\"https:\\/\\/as.example\"", Expect::Same),
    without(C, "iss", REQUIRED),
    change(C, "iss", "null", CLAIM),
    change(C, "iss", "7", CLAIM),
    change(C, "iss", "[\"https://as.example\"]", CLAIM),
    change(C, "iss", "[\"https://evil.example\"]", Expect::Same),
    without(C, "aud", REQUIRED),
    change(C, "aud", "[\"x\",\"https://rs.example\"]", Expect::Same),
    change(C, "aud", "[]", Expect::Same),
    change(C, "aud", "\"https://other.example\"", Expect::Same),
    change(C, "aud", "null", CLAIM),
    change(C, "aud", "7", CLAIM),
    change(C, "aud", "{}", CLAIM),
    change(C, "aud", "[\"https://rs.example\",7]", CLAIM),
    change(C, "exp", "1", Expect::Same),
    change(C, "exp", "0", Expect::Same),
    change(C, "exp", "-1", Expect::Same),
    change(C, "exp", "4102444800.75", Expect::Same),
    change(C, "exp", "1e300", DATE),
    change(C, "exp", "1e999", Expect::Same),
    change(C, "exp", "18446744073709551615", Expect::Same),
    change(C, "exp", "\"4102444800\"", Expect::Same),
    change(C, "exp", "null", Expect::Same),
    change(C, "exp", "true", Expect::Same),
    without(C, "exp", Expect::Same),
    again(C, "exp", "4102444800", Expect::Same),
    change(C, "nbf", "4102444799", Expect::Same),
    change(C, "nbf", "0", Expect::Same),
    change(C, "nbf", "-1", DATE),
    change(C, "nbf", "-1e300", DATE),
    change(C, "nbf", "1.5", Expect::Same),
    change(C, "nbf", "\"0\"", Expect::Same),
    change(C, "nbf", "null", Expect::Same),
    change(C, "iat", "4102444799", FUTURE),
    change(C, "iat", "\"yesterday\"", CLAIM),
    change(C, "iat", "null", CLAIM),
    change(C, "sub", "7", CLAIM),
    change(C, "sub", "null", CLAIM),
    change(C, "sub", "[\"user\"]", Expect::Same),
    change(C, "jti", "7", CLAIM),
    change(C, "jti", "\"\\ud83e\\udd80\"", Expect::Same),
    change(C, "jti", "\"\\ud83e\"", Expect::Same),
    again(C, "iss", "\"https://as.example\"", Expect::Same),
    again(C, "jti", "\"1\"", TWICE),
    change(C, "x", "{\"a\":[1,2.5,null,true,\"\\u0000\"]}", Expect::Same),
    change(C, "x", "[{\"a\":1,\"a\":2}]", TWICE),
    again(C, "jti", "\"2\"", TWICE),
    change(C, "x", DEEP_ARRAY, DEEP),
    change(C, "x", "nul", Expect::Same),
    change(C, "x", "1,", Expect::Same),
];

/// What the two said of all tokens.
#[derive(Debug, Default)]
struct Tally {
    both_take: usize,
    both_refuse: usize,
    strictnesses: BTreeMap<&'static str, usize>,
    laxnesses: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts a token on which these changes were made.
    fn add(&mut self, keys: &Keys, token: &str, changes: &[&Change]) {
        match keys.judge(token) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs, "{token}");
                self.both_take += 1;
            }
            (Err(_), Err(_)) => self.both_refuse += 1,
            (Err(error), Ok(_)) => {
                let named = changes.iter().find_map(|change| match change.expect {
                    Expect::Stricter(name, because) if because(&error) => Some(name),
                    _ => None,
                });
                let name = named.unwrap_or_else(|| panic!("{}: {error:?}\n{token}", names(changes)));
                *self.strictnesses.entry(name).or_default() += 1;
            }
            (Ok(_), Err(error)) => {
                let named = changes.iter().find_map(|change| match change.expect {
                    Expect::Laxer(name, because) if because(error.kind()) => Some(name),
                    _ => None,
                });
                let name = named.unwrap_or_else(|| panic!("{}: {error:?}\n{token}", names(changes)));
                *self.laxnesses.entry(name).or_default() += 1;
            }
        }
    }
}

fn names(changes: &[&Change]) -> String {
    let names: Vec<_> =
        changes.iter().map(|change| format!("{} = {:?}", change.name, change.value)).collect();
    names.join(", ")
}

/// A good token with these changes.
fn changed(keys: &Keys, changes: &[&Change]) -> String {
    let mut header: Members = vec![("typ", "\"JWT\"".into()), ("alg", format!("\"{}\"", keys.algorithm))];
    let mut claims: Members = vec![
        ("iss", format!("\"{ISSUER}\"")),
        ("sub", "\"user\"".into()),
        ("aud", format!("\"{AUDIENCE}\"")),
        ("exp", "4102444800".into()),
        ("iat", "1639528912".into()),
        ("jti", "\"1\"".into()),
    ];
    for change in changes {
        let members = if change.part == Part::Header { &mut header } else { &mut claims };
        if !change.again {
            members.retain(|(name, _)| *name != change.name);
        }
        members.extend(change.value.map(|value| (change.name, value.to_owned())));
    }
    keys.token(&object(&header), &object(&claims))
}

#[test]
fn each_makes_what_the_other_takes() {
    for keys in Keys::all() {
        let claims = json!({"iss": ISSUER, "aud": [AUDIENCE, "x"], "exp": 4_102_444_800_u64, "sub": "user", "a": {"b": [1]}});
        let ours = encode(&claims, &Header::new(keys.algorithm).with_typ("JWT"), &keys.signing).unwrap();
        let theirs =
            jsonwebtoken::encode(&jsonwebtoken::Header::new(keys.theirs()), &claims, &keys.encoding).unwrap();
        for token in [ours, theirs] {
            let (ours, theirs) = keys.judge(&token);
            assert_eq!(ours.unwrap(), claims, "{}", keys.algorithm);
            assert_eq!(theirs.unwrap(), claims, "{}", keys.algorithm);
        }
    }
}

#[test]
fn each_change_by_itself_does_what_is_said_of_it() {
    let keys = Keys::new(JwsAlgorithm::Hs256, &RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
    for change in CHANGES {
        let mut tally = Tally::default();
        tally.add(&keys, &changed(&keys, &[change]), &[change]);
        let (strictness, laxness) = match change.expect {
            Expect::Same => (0, 0),
            Expect::Stricter(..) => (1, 0),
            Expect::Laxer(..) => (0, 1),
        };
        // A strictness that is none any more does not stay on the list.
        assert_eq!(
            (tally.strictnesses.len(), tally.laxnesses.len()),
            (strictness, laxness),
            "{}",
            names(&[change])
        );
    }
}

#[test]
fn thousands_of_strange_tokens_are_judged_alike() {
    let all = Keys::all();
    let (mut numbers, mut tally) = (Numbers(0x9E37_79B9_7F4A_7C15), Tally::default());
    for _ in 0..6000 {
        // The cheap ones more often.
        let keys = &all[[0, 1, 2, 9, 10, 11, numbers.below(all.len())][numbers.below(7)]];
        let changes: Vec<_> = (0..numbers.below(4)).map(|_| &CHANGES[numbers.below(CHANGES.len())]).collect();
        tally.add(keys, &changed(keys, &changes), &changes);
    }
    assert!(tally.both_take > 1000 && tally.both_refuse > 1000, "{tally:?}");
    assert!(tally.strictnesses.len() >= 9 && tally.laxnesses.len() == 1, "{tally:?}");
}

#[test]
fn thousands_of_broken_tokens_are_believed_by_nobody() {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0\"";
    let all = Keys::all();
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    for keys in &all {
        let good = changed(keys, &[]);
        assert!(keys.judge(&good).0.is_ok());
        for _ in 0..700 {
            let mut bytes = good.clone().into_bytes();
            let at = numbers.below(bytes.len());
            match numbers.below(6) {
                0 => bytes.truncate(at),
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, LETTERS[numbers.below(LETTERS.len())]),
                3 => {
                    let with = numbers.below(bytes.len());
                    bytes.swap(at, with);
                }
                4 => bytes.extend_from_within(at..),
                _ => bytes[at] = LETTERS[numbers.below(LETTERS.len())],
            }
            let broken = String::from_utf8(bytes).unwrap();
            if broken == good {
                continue;
            }
            let (ours, theirs) = keys.judge(&broken);
            assert!(ours.is_err() && theirs.is_err(), "{broken}: {ours:?}, {theirs:?}");
        }
    }
}

#[test]
fn parts_of_different_tokens_are_no_token() {
    let all = Keys::all();
    let tokens: Vec<_> = all.iter().map(|keys| changed(keys, &[])).collect();
    for keys in &all {
        for one in &tokens {
            for other in &tokens {
                let (input, _) = one.rsplit_once('.').unwrap();
                let (_, signature) = other.rsplit_once('.').unwrap();
                let mixed = format!("{input}.{signature}");
                let (ours, theirs) = keys.judge(&mixed);
                let own = one == other && *one == changed_of(keys, &all, &tokens);
                assert_eq!((ours.is_ok(), theirs.is_ok()), (own, own), "{}: {mixed}", keys.algorithm);
            }
        }
    }
}

fn changed_of(keys: &Keys, all: &[Keys], tokens: &[String]) -> String {
    let at = all.iter().position(|one| one.algorithm == keys.algorithm).unwrap();
    tokens[at].clone()
}

#[test]
fn a_public_key_is_no_secret() {
    for keys in Keys::all().iter().filter(|keys| !keys.public.is_empty()) {
        for (algorithm, hash) in [
            (JwsAlgorithm::Hs256, aws_lc_rs::hmac::HMAC_SHA256),
            (JwsAlgorithm::Hs512, aws_lc_rs::hmac::HMAC_SHA512),
        ] {
            for secret in [keys.public.clone(), pem("PUBLIC KEY", &keys.public).into_bytes()] {
                let payload = json!({"iss": ISSUER, "aud": AUDIENCE, "exp": 4_102_444_800_u64}).to_string();
                let header = format!(r#"{{"alg":"{algorithm}"}}"#);
                let input = format!(
                    "{}.{}",
                    base64url::encode(header.as_bytes()),
                    base64url::encode(payload.as_bytes())
                );
                let tag = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(hash, &secret), input.as_bytes());
                let forged = format!("{input}.{}", base64url::encode(tag.as_ref()));
                let (ours, theirs) = keys.judge(&forged);
                assert_eq!(ours.unwrap_err().rejection(), Some(Rejection::Algorithm));
                assert!(theirs.is_err());
            }
        }
    }
}

#[test]
fn keys_that_the_rfc_does_not_allow_are_refused() {
    // Taken there; here it is a strictness of the key, before there is a token.
    let short = DecodingKey::from_secret(b"secret");
    let error = VerifyingKey::from_decoding_key(&short, JwsAlgorithm::Hs256).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let keys = Keys::all();
    for keys in &keys {
        let converted = VerifyingKey::from_decoding_key(&keys.decoding, keys.algorithm).unwrap();
        let signing = SigningKey::from_encoding_key(&keys.encoding, keys.algorithm).unwrap();
        let signature = signing.sign(b"input").unwrap();
        keys.verifying.verify(keys.algorithm, b"input", signature.as_ref()).unwrap();
        converted.verify(keys.algorithm, b"input", signature.as_ref()).unwrap();
        // A key of one family is none of another.
        for other in ALGORITHMS {
            let fits = Algorithm::try_from(other).unwrap().family() == keys.decoding.family();
            let size = matches!(
                (keys.algorithm, other),
                (JwsAlgorithm::Es256, JwsAlgorithm::Es384) | (JwsAlgorithm::Es384, JwsAlgorithm::Es256)
            );
            let made = VerifyingKey::from_decoding_key(&keys.decoding, other);
            assert_eq!(made.is_ok(), fits && !size, "{} for {other}", keys.algorithm);
        }
    }
}
