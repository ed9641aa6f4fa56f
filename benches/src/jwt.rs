//! What signing and verifying a JWT costs.
//!
//! Everybody has the same keys, loaded before, and the same claims, and makes or takes the same
//! kind of token: `typ` and `alg` in the header, six claims. Verifying means the signature, the
//! allowed algorithm, `iss`, `aud`, `exp` and `nbf`, all of which have to be there.

use std::{error::Error, hint::black_box, time::SystemTime};

use anyrfc_jwt::{
    Secret,
    proto::{Encoder, SigningKey, Validation, VerifyingKey},
    types::{Header, JwsAlgorithm, NumericDate},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RsaKeyPair},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

const ISSUER: &str = "https://as.example";
const AUDIENCE: &str = "https://rs.example";

/// The claims of everybody.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    scope: String,
}

/// One algorithm: its name in the rows, ours, the peer's, and how many operations a round has.
#[derive(Clone, Copy)]
struct Kind {
    sign: &'static str,
    verify: &'static str,
    ours: JwsAlgorithm,
    peer: Algorithm,
    signs: usize,
    verifies: usize,
}

const KINDS: [Kind; 4] = [
    Kind {
        sign: "hs256-sign",
        verify: "hs256-verify",
        ours: JwsAlgorithm::Hs256,
        peer: Algorithm::HS256,
        signs: 50_000,
        verifies: 30_000,
    },
    Kind {
        sign: "rs256-sign",
        verify: "rs256-verify",
        ours: JwsAlgorithm::Rs256,
        peer: Algorithm::RS256,
        signs: 150,
        verifies: 4_000,
    },
    Kind {
        sign: "es256-sign",
        verify: "es256-verify",
        ours: JwsAlgorithm::Es256,
        peer: Algorithm::ES256,
        signs: 4_000,
        verifies: 2_500,
    },
    Kind {
        sign: "eddsa-sign",
        verify: "eddsa-verify",
        ours: JwsAlgorithm::EdDsa,
        peer: Algorithm::EdDSA,
        signs: 4_000,
        verifies: 2_500,
    },
];

/// Measures signing and verifying, of which those whose names begin so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for kind in &KINDS {
        if !kind.sign.starts_with(wanted) && !kind.verify.starts_with(wanted) {
            continue;
        }
        let keys = Keys::new(kind)?;
        if kind.sign.starts_with(wanted) {
            rows.push(sign(kind, &keys, effort)?);
        }
        if kind.verify.starts_with(wanted) {
            rows.push(verify(kind, &keys, effort)?);
        }
    }
    Ok(rows)
}

fn title(name: &'static str) -> Title {
    Title { subject: "anyrfc-jwt", name, unit: "us/token", better: Better::Lower }
}

fn sign(kind: &Kind, keys: &Keys, effort: Effort) -> Result<Row, Box<dyn Error>> {
    let count = effort.operations(kind.signs);
    let claims = claims();
    let encoder = Encoder::new(&keys.signing, &Header::new(kind.ours).with_typ("JWT"))?;
    let header = jsonwebtoken::Header::new(kind.peer);
    // Both make tokens that both take.
    for token in [encoder.encode(&claims)?, jsonwebtoken::encode(&header, &claims, &keys.encoding)?] {
        keys.take_ours(&token)?;
        keys.take_peer(&peer_validation(kind), &token)?;
    }
    let input = vec![b'x'; encoder.encode(&claims)?.rfind('.').ok_or("no token")?];
    let mut contestants = [
        Contestant::new(Who::Limit("aws-lc-rs, the signature alone"), || {
            timed(count, || keys.raw.sign(black_box(&input)))
        }),
        Contestant::new(Who::Ours, || timed(count, || Ok(encoder.encode(black_box(&claims))?))),
        Contestant::new(Who::Peer("jsonwebtoken"), || {
            timed(count, || Ok(jsonwebtoken::encode(&header, black_box(&claims), &keys.encoding)?))
        }),
    ];
    let mut row = measure(title(kind.sign), effort, &mut contestants)?;
    row.notes.push("ours looks at the claims before it signs them; the peer signs what it is given");
    Ok(row)
}

fn verify(kind: &Kind, keys: &Keys, effort: Effort) -> Result<Row, Box<dyn Error>> {
    let count = effort.operations(kind.verifies);
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::new(kind.peer), &claims(), &keys.encoding)?;
    let (input, tag) = token.rsplit_once('.').ok_or("no token")?;
    let tag = URL_SAFE_NO_PAD.decode(tag)?;
    let (ours, peer) = (our_validation(), peer_validation(kind));
    let mut contestants = [
        Contestant::new(Who::Limit("aws-lc-rs, the signature alone"), || {
            timed(count, || keys.raw.verify(black_box(input.as_bytes()), black_box(&tag)))
        }),
        Contestant::new(Who::Ours, || {
            timed(count, || Ok(ours.verify_as::<Claims, _>(black_box(&token), &keys.verifying, now()?)?))
        }),
        Contestant::new(Who::Peer("jsonwebtoken"), || {
            timed(count, || Ok(jsonwebtoken::decode::<Claims>(black_box(&token), &keys.decoding, &peer)?))
        }),
    ];
    let mut row = measure(title(kind.verify), effort, &mut contestants)?;
    row.notes.push("ours also refuses `crit`, a foreign `typ`, names that stand twice at any depth, and too much of anything");
    Ok(row)
}

/// So many times, in microseconds of the processor each.
fn timed<T>(
    count: usize,
    mut operation: impl FnMut() -> Result<T, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    let start = clock::spent();
    for _ in 0..count {
        black_box(operation()?);
    }
    Ok(((clock::spent() - start).as_secs_f64() * 1e6 / count as f64).into())
}

fn claims() -> Claims {
    Claims {
        iss: ISSUER.into(),
        sub: "5ba552d67".into(),
        aud: AUDIENCE.into(),
        exp: 4_102_444_800,
        nbf: 1_639_528_912,
        scope: "openid profile email".into(),
    }
}

/// The time, which the peer asks for itself.
fn now() -> Result<NumericDate, Box<dyn Error>> {
    Ok(NumericDate::since_epoch(SystemTime::UNIX_EPOCH.elapsed()?))
}

fn our_validation() -> Validation {
    Validation::new().issuer(ISSUER).audience(AUDIENCE).require("nbf")
}

fn peer_validation(kind: &Kind) -> jsonwebtoken::Validation {
    let mut validation = jsonwebtoken::Validation::new(kind.peer);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "nbf"]);
    validation.validate_nbf = true;
    validation.leeway = 0;
    validation
}

/// The same key for everybody.
struct Keys {
    signing: SigningKey,
    verifying: VerifyingKey,
    encoding: EncodingKey,
    decoding: DecodingKey,
    raw: Raw,
}

impl Keys {
    fn new(kind: &Kind) -> Result<Self, Box<dyn Error>> {
        if kind.ours == JwsAlgorithm::Hs256 {
            let secret = [0x5A; 32];
            let shared = Secret::new(secret.to_vec());
            return Ok(Self {
                signing: SigningKey::hmac(kind.ours, &shared)?,
                verifying: VerifyingKey::hmac(kind.ours, &shared)?,
                encoding: EncodingKey::from_secret(&secret),
                decoding: DecodingKey::from_secret(&secret),
                raw: Raw::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &secret))),
            });
        }
        let (pkcs8, spki) = generate(kind.ours)?;
        let (private, public) = (pem("PRIVATE KEY", &pkcs8), pem("PUBLIC KEY", &spki));
        let (private_pem, public_pem) = (private.as_bytes(), public.as_bytes());
        let (encoding, decoding) = match kind.ours {
            JwsAlgorithm::Rs256 => {
                (EncodingKey::from_rsa_pem(private_pem)?, DecodingKey::from_rsa_pem(public_pem)?)
            }
            JwsAlgorithm::Es256 => {
                (EncodingKey::from_ec_pem(private_pem)?, DecodingKey::from_ec_pem(public_pem)?)
            }
            _ => (EncodingKey::from_ed_pem(private_pem)?, DecodingKey::from_ed_pem(public_pem)?),
        };
        Ok(Self {
            signing: SigningKey::from_pem(private_pem, kind.ours)?,
            verifying: VerifyingKey::from_pem(public_pem, kind.ours)?,
            encoding,
            decoding,
            raw: Raw::new(kind.ours, &pkcs8, &spki)?,
        })
    }

    fn take_ours(&self, token: &str) -> Result<(), Box<dyn Error>> {
        let jwt = our_validation().verify_as::<Claims, _>(token, &self.verifying, now()?)?;
        if *jwt.claims() == claims() { Ok(()) } else { Err("other claims came back".into()) }
    }

    fn take_peer(&self, validation: &jsonwebtoken::Validation, token: &str) -> Result<(), Box<dyn Error>> {
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, validation)?;
        if data.claims == claims() { Ok(()) } else { Err("other claims came back".into()) }
    }
}

/// A private key as PKCS #8 and the public one as `SubjectPublicKeyInfo`.
fn generate(algorithm: JwsAlgorithm) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    Ok(match algorithm {
        JwsAlgorithm::Rs256 => {
            let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
            let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&key)?;
            (pkcs8.as_ref().to_vec(), spki(key.public_key())?)
        }
        JwsAlgorithm::Es256 => {
            let key = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)?;
            (key.to_pkcs8v1()?.as_ref().to_vec(), spki(key.public_key())?)
        }
        _ => {
            let key = Ed25519KeyPair::generate()?;
            (key.to_pkcs8v1()?.as_ref().to_vec(), spki(key.public_key())?)
        }
    })
}

fn spki<'a>(key: &impl AsDer<PublicKeyX509Der<'a>>) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(key.as_der()?.as_ref().to_vec())
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    pem + &format!("-----END {label}-----\n")
}

/// What signs and verifies, and nothing around it. The key is parsed once.
enum Raw {
    Hmac(Box<hmac::Key>),
    Rsa(RsaKeyPair, ParsedPublicKey),
    Ecdsa(EcdsaKeyPair, ParsedPublicKey),
    Ed25519(Ed25519KeyPair, ParsedPublicKey),
}

impl Raw {
    fn new(algorithm: JwsAlgorithm, pkcs8: &[u8], spki: &[u8]) -> Result<Self, Box<dyn Error>> {
        Ok(match algorithm {
            JwsAlgorithm::Rs256 => Self::Rsa(
                RsaKeyPair::from_pkcs8(pkcs8)?,
                ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, spki)?,
            ),
            JwsAlgorithm::Es256 => Self::Ecdsa(
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)?,
                ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, spki)?,
            ),
            _ => Self::Ed25519(
                Ed25519KeyPair::from_pkcs8(pkcs8)?,
                ParsedPublicKey::new(&signature::ED25519, spki)?,
            ),
        })
    }

    fn sign(&self, input: &[u8]) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Hmac(key) => drop(black_box(hmac::sign(key, input))),
            Self::Rsa(key, _) => {
                let mut tag = [0; 256];
                key.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut tag)?;
                black_box(tag);
            }
            Self::Ecdsa(key, _) => drop(black_box(key.sign(&SystemRandom::new(), input)?)),
            Self::Ed25519(key, _) => drop(black_box(key.sign(input))),
        }
        Ok(())
    }

    fn verify(&self, input: &[u8], tag: &[u8]) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Hmac(key) => hmac::verify(key, input, tag)?,
            Self::Rsa(_, key) | Self::Ecdsa(_, key) | Self::Ed25519(_, key) => key.verify_sig(input, tag)?,
        }
        Ok(())
    }
}
