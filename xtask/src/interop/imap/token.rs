//! Tokens that a server can check by itself: JSON Web Tokens (RFC 7519), signed with a key that both sides have.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Result;

/// What signs the tokens (HS256).
const KEY: &[u8; 32] = b"the key of the tokens of a test!";
/// How long a token is good, or has not been any more.
const HOUR: Duration = Duration::from_secs(3600);

/// Puts the key where Dovecot looks for it: by the domain, the algorithm and the name of the key.
pub(in crate::interop) fn install(keys: &Path) -> Result<()> {
    let dir = keys.join("default").join("HS256");
    std::fs::create_dir_all(&dir)?;
    Ok(std::fs::write(dir.join("default"), BASE64_STANDARD.encode(KEY))?)
}

/// A token of `user` that is good.
pub(in crate::interop) fn good(user: &str) -> Result<String> {
    signed(user, SystemTime::now() + HOUR)
}

/// A token of `user` that was good once.
pub(in crate::interop) fn expired(user: &str) -> Result<String> {
    signed(user, SystemTime::now() - HOUR)
}

fn signed(user: &str, expires: SystemTime) -> Result<String> {
    let expires = expires.duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let header = serde_json::json!({ "alg": "HS256", "typ": "JWT", "kid": "default" });
    let claims = serde_json::json!({ "sub": user, "iat": expires - 2 * HOUR.as_secs(), "exp": expires });
    let encode = |part: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(text.as_bytes());
    Ok(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}
