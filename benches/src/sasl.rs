//! What a login by SCRAM-SHA-256 costs the client.
//!
//! Logins go in step: everybody's first messages are made, then the server answers all of them,
//! and so on; only what the client does is timed, from making the mechanism to believing the
//! server. The server has the keys at hand, and refuses a wrong proof: nobody can leave work out.

use std::{error::Error, hint::black_box, ops::Range, sync::Arc, time::Duration};

use anyrfc_sasl::{Binding, Credentials, Exchange, KeyCache, Nonce, Preparation, Scram, ScramHash};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rsasl::{
    callback::{Context, Request, SessionCallback, SessionData},
    config::SASLConfig,
    mechanisms::scram::properties::{Iterations, Salt, SaltedPassword},
    prelude::{Mechname, SASLClient, Session, SessionError, State},
    property::{AuthId, Password},
};
use sha2::{Digest as _, Sha256};

use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

const USER: &str = "user@mail.example";
const PASSWORD: &str = "correct horse battery";
const SALT: [u8; 16] = [0xA5; 16];
const ITERATIONS: u32 = 4096;

/// Measures the first login and the next one, of which those whose names begin so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let title = |name| Title { subject: "anyrfc-sasl", name, unit: "us/login", better: Better::Lower };
    let server = Server::new();
    // Who logs in is known before: everybody begins with that at hand.
    let credentials = Credentials::password(USER, PASSWORD.to_owned());
    let mut rows = Vec::new();
    if "scram-sha-256-4096".starts_with(wanted) {
        let count = effort.operations(200);
        let config = Rsasl::config(None)?;
        let mut contestants = [
            Contestant::new(Who::Limit("pbkdf2 at once"), || Ok(derivations(count))),
            Contestant::new(Who::Ours, || {
                logins(count, &server, |index| Ours::begin(index, &credentials, None))
            }),
            Contestant::new(Who::Peer("rsasl"), || logins(count, &server, |_| Rsasl::begin(&config))),
        ];
        let mut row = measure(title("scram-sha-256-4096"), effort, &mut contestants)?;
        row.notes.push("the limit derives the salted password and makes no message; its HMAC wipes what it leaves, as ours does");
        row.notes.push("ours prepares name and password by SASLprep; the peer takes them as they are");
        rows.push(row);
    }
    if "scram-relogin-cached".starts_with(wanted) {
        let count = effort.operations(20_000);
        let cache = KeyCache::new([9; 32]);
        let config = Rsasl::config(Some(server.salted))?;
        logins(1, &server, |index| Ours::begin(index, &credentials, Some(&cache)))?;
        let mut contestants = [
            Contestant::new(Who::Ours, || {
                logins(count, &server, |index| Ours::begin(index, &credentials, Some(&cache)))
            }),
            Contestant::new(Who::Peer("rsasl"), || logins(count, &server, |_| Rsasl::begin(&config))),
        ];
        let mut row = measure(title("scram-relogin-cached"), effort, &mut contestants)?;
        row.notes.push(
            "ours finds its keys by the password; the peer is handed the salted password by the application",
        );
        rows.push(row);
    }
    Ok(rows)
}

/// Key derivation and nothing else.
fn derivations(count: usize) -> Sample {
    let start = clock::spent();
    for _ in 0..count {
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(black_box(PASSWORD.as_bytes()), &SALT, ITERATIONS, &mut salted);
        black_box(salted);
    }
    per_login(clock::spent() - start, count)
}

fn per_login(spent: Duration, count: usize) -> Sample {
    (spent.as_secs_f64() * 1e6 / count as f64).into()
}

/// A client half-way through a login.
trait Client: Sized {
    /// The first message of the client.
    fn first(&mut self) -> Result<Vec<u8>, Box<dyn Error>>;
    /// The final one.
    fn last(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Box<dyn Error>>;
    /// Believes the server, or does not.
    fn finish(self, signature: &[u8]) -> Result<(), Box<dyn Error>>;
}

/// So many logins go in step.
const BATCH: usize = 50;

/// So many logins; only the clients are timed.
fn logins<C: Client>(
    count: usize,
    server: &Server,
    begin: impl Fn(usize) -> Result<C, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    let mut spent = Duration::ZERO;
    for start in (0..count).step_by(BATCH) {
        spent += batch(start..count.min(start + BATCH), server, &begin)?;
    }
    Ok(per_login(spent, count))
}

fn batch<C: Client>(
    logins: Range<usize>,
    server: &Server,
    begin: &impl Fn(usize) -> Result<C, Box<dyn Error>>,
) -> Result<Duration, Box<dyn Error>> {
    let (mut spent, count) = (Duration::ZERO, logins.len());
    let start = clock::spent();
    let mut begun = Vec::with_capacity(count);
    for index in logins {
        let mut client = begin(index)?;
        let message = client.first()?;
        begun.push((client, message));
    }
    spent += clock::spent() - start;
    let mut challenged = Vec::with_capacity(count);
    for (client, message) in begun {
        challenged.push((client, server.first(&message)?));
    }
    let mut answered = Vec::with_capacity(count);
    let start = clock::spent();
    for (mut client, (challenge, talk)) in challenged {
        let message = client.last(&challenge)?;
        answered.push((client, talk, message));
    }
    spent += clock::spent() - start;
    let mut signed = Vec::with_capacity(count);
    for (client, talk, message) in answered {
        signed.push((client, server.last(talk, &message)?));
    }
    let start = clock::spent();
    for (client, signature) in signed {
        client.finish(&signature)?;
    }
    spent += clock::spent() - start;
    Ok(spent)
}

struct Ours(Exchange);

impl Ours {
    fn begin(
        index: usize,
        credentials: &Credentials,
        cache: Option<&KeyCache>,
    ) -> Result<Self, Box<dyn Error>> {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&index.to_be_bytes());
        let nonce = Nonce::from_seed(seed);
        let scram =
            Scram::new(ScramHash::Sha256, credentials, Preparation::Saslprep, Binding::Unsupported, nonce)?;
        Ok(Self(match cache {
            Some(cache) => Exchange::new(scram.cache(cache)),
            None => Exchange::new(scram),
        }))
    }
}

impl Client for Ours {
    fn first(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(self.0.first()?.ok_or("no initial response")?.expose().clone())
    }

    fn last(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(self.0.step_blocking(challenge)?.expose().clone())
    }

    fn finish(mut self, signature: &[u8]) -> Result<(), Box<dyn Error>> {
        let established = self.0.succeed(Some(signature))?;
        if established.mutual { Ok(()) } else { Err("the server was believed without a proof".into()) }
    }
}

struct Rsasl(Session<rsasl::validate::NoValidation>);

/// What the application tells the peer: the name, the password, and the salted password where
/// it has that. (Keys themselves it could not tell: their type has no constructor.)
struct Told {
    salted: Option<[u8; 32]>,
}

impl SessionCallback for Told {
    fn callback(
        &self,
        _: &SessionData,
        context: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        request.satisfy::<AuthId>(USER)?;
        // It is good for one salt and one iteration count.
        let same = context.get_ref::<Salt>() == Some(&SALT[..])
            && context.get_ref::<Iterations>() == Some(&ITERATIONS);
        if let (true, Some(salted)) = (same, &self.salted) {
            request.satisfy::<SaltedPassword>(salted)?;
        }
        request.satisfy::<Password>(PASSWORD.as_bytes())?;
        Ok(())
    }
}

impl Rsasl {
    fn config(salted: Option<[u8; 32]>) -> Result<Arc<SASLConfig>, Box<dyn Error>> {
        Ok(SASLConfig::builder().with_default_mechanisms().with_callback(Told { salted })?)
    }

    fn begin(config: &Arc<SASLConfig>) -> Result<Self, Box<dyn Error>> {
        let offered = [Mechname::parse(b"SCRAM-SHA-256")?];
        Ok(Self(SASLClient::new(Arc::clone(config)).start_suggested(&offered)?))
    }

    fn step(&mut self, input: Option<&[u8]>) -> Result<(State, Vec<u8>), Box<dyn Error>> {
        let mut out = Vec::new();
        let state = self.0.step(input, &mut out)?;
        Ok((state, out))
    }
}

impl Client for Rsasl {
    fn first(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(self.step(None)?.1)
    }

    fn last(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(self.step(Some(challenge))?.1)
    }

    fn finish(mut self, signature: &[u8]) -> Result<(), Box<dyn Error>> {
        match self.step(Some(signature))? {
            (State::Finished(_), _) => Ok(()),
            _ => Err("the server was not believed".into()),
        }
    }
}

/// A server with its user's keys at hand.
struct Server {
    salted: [u8; 32],
    client: [u8; 32],
    server: [u8; 32],
}

/// What was said so far.
struct Talk {
    bare: String,
    first: String,
}

impl Server {
    fn new() -> Self {
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(PASSWORD.as_bytes(), &SALT, ITERATIONS, &mut salted);
        Self { salted, client: hmac(&salted, b"Client Key"), server: hmac(&salted, b"Server Key") }
    }

    fn first(&self, message: &[u8]) -> Result<(Vec<u8>, Talk), Box<dyn Error>> {
        let message = std::str::from_utf8(message)?;
        let bare = message.splitn(3, ',').nth(2).ok_or("no message")?.to_owned();
        let nonce = bare.strip_prefix(&format!("n={USER},r=")).ok_or("another user")?;
        let salt = STANDARD.encode(SALT);
        let first = format!("r={nonce}3rfcNHYJY1ZVvWVs7j,s={salt},i={ITERATIONS}");
        Ok((first.clone().into_bytes(), Talk { bare, first }))
    }

    fn last(&self, talk: Talk, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let message = std::str::from_utf8(message)?;
        let (without_proof, proof) = message.rsplit_once(",p=").ok_or("no proof")?;
        let auth = format!("{},{},{without_proof}", talk.bare, talk.first);
        let stored: [u8; 32] = Sha256::digest(self.client).into();
        let signature = hmac(&stored, auth.as_bytes());
        let key: Vec<u8> = STANDARD.decode(proof)?.iter().zip(signature).map(|(a, b)| a ^ b).collect();
        if key != self.client {
            return Err("the proof is wrong".into());
        }
        Ok(format!("v={}", STANDARD.encode(hmac(&self.server, auth.as_bytes()))).into_bytes())
    }
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.chain_update(text).finalize().into_bytes().into()
}
