//! What a token at hand costs, and a proof of possession.

use std::{
    error::Error,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use anyrfc_core::BoxFuture;
use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
use anyrfc_oauth2::{
    AccessToken, ClientId, ClientSecret, Endpoint, Issuer, OAuth2Client, ServerMetadata, UrlPolicy,
    client::{HttpClient, HttpLimits, TokenSource},
    proto::{ClientAuthentication, DpopKey, HttpRequest, HttpResponse, Moment, Random},
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::Method;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::{runtime::Runtime, sync::Mutex};

use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

const SUBJECT: &str = "anyrfc-oauth2";
const TOKEN: &str = "SlAV32hkKG-SlAV32hkKG-SlAV32hkKG-SlAV32hkKG";
const RESOURCE: &str = "https://rs.example/accounts/7";

/// Measures both, of which those whose names begin so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    if "token-cache-hit".starts_with(wanted) {
        rows.push(cache_hit(effort)?);
    }
    if "dpop-proof".starts_with(wanted) {
        rows.push(proof(effort)?);
    }
    Ok(rows)
}

/// Grants a token for an hour.
#[derive(Debug)]
struct Server;

impl HttpClient for Server {
    fn send(
        &self,
        _: HttpRequest,
        _: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, anyrfc_oauth2::Error>> {
        let body = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#);
        let mut response = HttpResponse::new(body.into());
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Box::pin(std::future::ready(Ok(response)))
    }
}

fn source() -> Result<TokenSource, Box<dyn Error>> {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https)?);
    server.token_endpoint = Some(Endpoint::new("https://as.example/token", UrlPolicy::Https)?);
    Ok(OAuth2Client::builder(server, ClientId::new("client")?)
        .authentication(ClientAuthentication::SecretBasic(ClientSecret::new("secret")?))
        .http(Server)
        .build()?
        .token_source()
        .client_credentials())
}

/// What everybody writes: a token and when it is over, behind a lock that may be held across an
/// await, since it is also held while the token is renewed.
struct Locked(Mutex<(Arc<str>, Instant)>);

impl Locked {
    async fn token(&self) -> Result<Arc<str>, Box<dyn Error>> {
        let kept = self.0.lock().await;
        if Instant::now() >= kept.1 {
            return Err("the token is over".into());
        }
        Ok(Arc::clone(&kept.0))
    }
}

fn cache_hit(effort: Effort) -> Result<Row, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let count = effort.operations(2_000_000);
    let source = source()?;
    // The first is asked for.
    runtime.block_on(source.token())?;
    let over = Instant::now() + Duration::from_secs(3600);
    let (token, locked) = (Arc::<str>::from(TOKEN), Locked(Mutex::new((TOKEN.into(), over))));
    let mut contestants = [
        Contestant::new(Who::Limit("a look at the clock, and one more reference"), || {
            per_token(&runtime, count, async || {
                if Instant::now() >= over {
                    return Err("the token is over".into());
                }
                Ok(Arc::clone(black_box(&token)))
            })
        }),
        Contestant::new(Who::Ours, || {
            per_token(&runtime, count, async || Ok(black_box(&source).token().await?))
        }),
        Contestant::new(Who::Peer("tokio-mutex"), || {
            per_token(&runtime, count, async || black_box(&locked).token().await)
        }),
    ];
    let title = Title { subject: SUBJECT, name: "token-cache-hit", unit: "ns/token", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes.push("nobody allocates: of ours, a test with a counting allocator shows it");
    Ok(row)
}

/// So many times, in nanoseconds of the processor each.
fn per_token<T>(
    runtime: &Runtime,
    count: usize,
    operation: impl AsyncFn() -> Result<T, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    runtime.block_on(async {
        let start = clock::spent();
        for _ in 0..count {
            black_box(operation().await?);
        }
        Ok(((clock::spent() - start).as_secs_f64() * 1e9 / count as f64).into())
    })
}

/// What a proof says (RFC 9449, section 4.2).
#[derive(Debug, Deserialize, Serialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: u64,
    ath: String,
}

fn proof(effort: Effort) -> Result<Row, Box<dyn Error>> {
    let count = effort.operations(4_000);
    let key = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let pkcs8 = key.to_pkcs8v1()?;
    let pem = pem(pkcs8.as_ref());
    let ours = DpopKey::new(&SigningKey::from_pem(pem.as_bytes(), JwsAlgorithm::Es256)?)?;
    let encoding = EncodingKey::from_ec_pem(pem.as_bytes())?;
    let mut header = jsonwebtoken::Header::new(Algorithm::ES256);
    header.typ = Some("dpop+jwt".into());
    header.jwk = Some(serde_json::from_value(serde_json::to_value(ours.public_jwk().to_object()?)?)?);
    let (url, token) = (Endpoint::new(RESOURCE, UrlPolicy::Https)?, AccessToken::new(TOKEN)?);
    let mut random = Random::new([5; 32]);
    let mut peers = Random::new([6; 32]);
    let mut ours =
        || Ok::<_, Box<dyn Error>>(ours.proof(&Method::GET, &url, Some(&token), &now()?, &mut random)?);
    let mut theirs = || {
        let claims = Claims {
            jti: peers.token(),
            htm: Method::GET.as_str().to_owned(),
            htu: RESOURCE.to_owned(),
            iat: now()?.unix.as_secs(),
            ath: URL_SAFE_NO_PAD.encode(Sha256::digest(TOKEN)),
        };
        Ok::<_, Box<dyn Error>>(jsonwebtoken::encode(&header, &claims, &encoding)?)
    };
    // Both say the same, and both are believed.
    let made = [ours()?.to_str()?.to_owned(), theirs()?];
    for proof in &made {
        believed(proof)?;
    }
    let input = vec![b'x'; made[0].rfind('.').ok_or("no proof")?];
    let mut contestants = [
        Contestant::new(Who::Limit("aws-lc-rs, the signature alone"), || {
            per_proof(count, || Ok(key.sign(&SystemRandom::new(), black_box(&input))?))
        }),
        Contestant::new(Who::Ours, || per_proof(count, &mut ours)),
        Contestant::new(Who::Peer("jsonwebtoken"), || per_proof(count, &mut theirs)),
    ];
    let title = Title { subject: SUBJECT, name: "dpop-proof", unit: "us/proof", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes.push("each proof has a `jti` of 256 random bits, and the hash of the token that goes with it");
    row.notes.push("ours also looks for the nonce that the server gave last; the peer has none to look for");
    Ok(row)
}

fn now() -> Result<Moment, Box<dyn Error>> {
    Ok(Moment { instant: Instant::now(), unix: SystemTime::UNIX_EPOCH.elapsed()? })
}

/// A proof by the key that it names.
fn believed(proof: &str) -> Result<(), Box<dyn Error>> {
    let header = jsonwebtoken::decode_header(proof)?;
    let key = DecodingKey::from_jwk(header.jwk.as_ref().ok_or("a proof names no key")?)?;
    let mut validation = jsonwebtoken::Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(proof, &key, &validation)?.claims;
    let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(TOKEN));
    let same = claims.htm == "GET" && claims.htu == RESOURCE && claims.ath == ath && claims.jti.len() == 43;
    let typed = header.typ.as_deref() == Some("dpop+jwt");
    if same && typed { Ok(()) } else { Err(format!("{claims:?} is not the proof that was asked for").into()) }
}

/// So many times, in microseconds of the processor each.
fn per_proof<T>(
    count: usize,
    mut operation: impl FnMut() -> Result<T, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    let start = clock::spent();
    for _ in 0..count {
        black_box(operation()?);
    }
    Ok(((clock::spent() - start).as_secs_f64() * 1e6 / count as f64).into())
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}
