//! An authorization server that signs tokens, and an API that believes them by the keys that it publishes.
//!
//! ```console
//! $ cargo run --example tokens
//! ```

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyrfc_jwt::{
    Claims, Encoder, Error, Header, Jwk, JwkSet, JwsAlgorithm, KeySet, NumericDate, SigningKey, Validation,
};

const ALGORITHM: JwsAlgorithm = JwsAlgorithm::Es256;
const ISSUER: &str = "https://as.example";

pub(crate) fn main() -> Result<(), Error> {
    let now = NumericDate::since_epoch(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    let jwk = Jwk::generate(ALGORITHM)?.with_key_id("2026-01");
    let token = signed(&jwk, now)?;
    println!("token: {token}");
    // What the server publishes at its `jwks_uri`, and the API fetches: the public members alone.
    let published = format!("{{\"keys\":[{}]}}", jwk.to_json()?);
    println!("keys:  {published}");
    for (when, audience, at) in [
        ("now", "https://api.example", now),
        ("now", "https://another.example", now),
        ("in an hour", "https://api.example", now.saturating_add(Duration::from_secs(3600))),
    ] {
        match believed(&token, published.as_bytes(), audience, at) {
            Ok(subject) => println!("{audience} {when}: it is {subject}"),
            Err(error) => println!("{audience} {when}: {error}"),
        }
    }
    Ok(())
}

/// The server's part.
pub(crate) fn signed(jwk: &Jwk, now: NumericDate) -> Result<String, Error> {
    let key = SigningKey::from_jwk(jwk, ALGORITHM)?;
    let claims = Claims::new()
        .issuer(ISSUER)
        .subject("ann")
        .audience("https://api.example")
        // Whole seconds: many read no others.
        .expires_at(NumericDate::new(now.seconds() + 300));
    // Kept where many are signed: the key is parsed, and the header encoded, once.
    Encoder::new(&key, &Header::new(ALGORITHM).with_key_id("2026-01"))?.encode(&claims)
}

/// The API's part: whose token it is.
pub(crate) fn believed(
    token: &str,
    published: &[u8],
    audience: &str,
    now: NumericDate,
) -> Result<String, Error> {
    let keys = KeySet::new(&JwkSet::parse(published)?, ALGORITHM);
    let jwt = Validation::new().issuer(ISSUER).audience(audience).verify(token, &keys, now)?;
    Ok(jwt.claims().subject.clone().unwrap_or_default())
}
