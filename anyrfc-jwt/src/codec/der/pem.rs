//! The textual form of keys (RFC 7468).

use anyrfc_core::Secret;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::bad;
use crate::Error;

/// The first private key of the text; where there is none, the first public key or certificate.
pub(super) fn first_key(pem: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
    let text = std::str::from_utf8(pem).map_err(|_| bad("the PEM is not text"))?;
    let mut public = None;
    let mut rest = text;
    while let Some((label, body, behind)) = section(rest) {
        rest = behind;
        match label {
            "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY" => return decode(body),
            "ENCRYPTED PRIVATE KEY" => {
                return Err(bad("the private key is encrypted; decrypt it before it is given"));
            }
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => public = public.or(Some(body)),
            _ => {}
        }
    }
    public.map_or_else(|| Err(bad("there is no key in the PEM")), decode)
}

/// The next section: its label, what is between its boundaries, and the text behind it.
fn section(text: &str) -> Option<(&str, &str, &str)> {
    let (_, text) = text.split_once("-----BEGIN ")?;
    let (label, text) = text.split_once("-----")?;
    let (body, text) = text.split_once("-----END ")?;
    let behind = text.strip_prefix(label)?.strip_prefix("-----")?;
    Some((label, body, behind))
}

/// The octets of a section.
fn decode(body: &str) -> Result<Secret<Vec<u8>>, Error> {
    // Lines as in `DEK-Info: …` mean that what follows is encrypted (RFC 1421).
    if body.contains(':') {
        return Err(bad("the private key is encrypted; decrypt it before it is given"));
    }
    let mut compact = Secret::new(String::with_capacity(body.len()));
    compact.expose_mut().extend(body.chars().filter(|letter| !letter.is_ascii_whitespace()));
    STANDARD.decode(compact.expose()).map(Secret::new).map_err(|_| bad("the PEM is not base64"))
}
